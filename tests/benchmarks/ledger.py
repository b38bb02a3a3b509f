"""Does the ledger hold, and how fast is it, when sixteen stations want a thousand slots each at the same time?

    python tests/benchmarks/ledger.py [--claims 16000] [--kills 64]

Sixteen processes claim, ask again, finish or drop out, and are killed at random moments, on the file of one machine
and on a PostgreSQL server that is itself killed hard every sixteenth time. Ends with an error if a slot had two
holders, an answer that a station was given is missing, or a complete block is out of balance. `make test` does the
same with fewer claims on the server.
"""

import argparse
import sys
import tempfile
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

DURABILITY = Path(__file__).resolve().parents[1] / "durability"


def module(name: str) -> ModuleType:
    """A file beside the tests of durability."""
    spec = spec_from_file_location(name, DURABILITY / f"{name}.py")
    assert spec and spec.loader
    sys.modules[name] = made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=16_000)
    parser.add_argument("--kills", type=int, default=64)
    chosen = parser.parse_args()
    stations, server = module("test_ledger_stations"), module("postgres").Postgres()
    print(f"{'':12}{'claims':>8}{'kills':>7}{'of server':>11}{'blocks':>8}{'seconds':>9}{'per second':>12}")
    try:
        ways = {
            "file": ("", lambda _, them, name: them.kill(name)),
            "PostgreSQL": (server.url, stations.strike(server)),
        }
        for name, (url, blow) in ways.items():
            with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # on a disk: elsewhere a sync may do nothing
                start = time.perf_counter()
                told = stations.claim_all(Path(folder), url, chosen.claims, blow, chosen.kills)
                took = time.perf_counter() - start
                blocks = stations.proven(Path(folder), url, told, chosen.claims)
            hard = len([blow for blow in range(chosen.kills) if url and blow % 16 == 8])
            numbers = f"{chosen.claims:8}{chosen.kills - hard:7}{hard:11}{blocks:8}{took:9.1f}"
            print(f"{name:12}{numbers}{chosen.claims / took:12.0f}", flush=True)
    finally:
        server.close()


if __name__ == "__main__":
    main()
