"""`vantage markers test`: every device of this station gets eight codes, and how soon it had each is told."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.markers.sending import Markers

EXAMPLE = "vantage markers test --data data"
CODES = tuple(1 << pin for pin in range(8))  # one pin of a parallel port after the other
APART = 0.25  # seconds from code to code: a person can watch them come
PATIENCE = 2.0  # seconds that a device is waited for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage markers`."""
    told = "test: send 1, 2, 4 ... 128 to all devices of [markers] in station.toml"
    parser.add_argument("action", choices=("test",), metavar="ACTION", help=told)
    common.add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Send them; 2 when a device is missing or did not get one."""
    import tempfile

    from runner.errors import MachineError
    from runner.markers.opening import open_markers
    from runner.markers.settings import FILE, read_settings

    settings = read_settings(args.data)
    if not settings.named:
        what = f"{args.data / FILE}: no device for markers is named; add a table [markers] with a line such as"
        raise MachineError(f'{what} lsl = "Vantage" or serial = "COM3"')
    with tempfile.TemporaryDirectory(prefix="markers-test-", dir=args.data) as folder:
        return _test(open_markers(settings, "if_there", Path(folder, "test")))


def _test(markers: "Markers") -> int:
    import time

    failed = False
    for name, why in markers.absent.items():
        failed = True
        print(f"{name:<10}does not answer: {why}")
    for code in CODES:
        markers.mark(code, time.perf_counter())
        for each in markers.await_last(PATIENCE):
            late = f"{each.latency * 1e3:.2f} ms" if each.latency is not None else each.error
            failed = failed or each.latency is None
            print(f"{each.device:<10}{each.code:>3}  {late}", flush=True)
        time.sleep(APART)
    markers.close()
    return 2 if failed else 0
