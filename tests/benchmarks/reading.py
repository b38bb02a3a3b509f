"""How long does it take from many logs to tables, with every checksum verified?

    python tests/benchmarks/reading.py [--sessions 2000] [--rounds 3] [--jobs 2] [--data FOLDER]

Sessions of `frame-and-visibility` are simulated into a folder (or are there already, with --data), and read in turns:
by Vantage without kept tables (cold) and with them (warm), by polars with a schema, and by a loop of pandas'
`read_json`. polars and pandas verify nothing and give no table of a task. The loop is measured on a tenth of the files,
and multiplied, when there are more than 500. All files have been read once before. Prints a table, fails on no number.
Processor's time, of all processes together, is told besides: it depends less on what else the machine does.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROTOCOL = Path(__file__).parents[2] / "protocols" / "frame-and-visibility.yaml"
STUDY = "frame-and-visibility"
MANY = 500
KINDS = {
    "texts": (
        "kind",
        "session",
        "store",
        "study",
        "participant",
        "station",
        "protocol",
        "protocol_sha256",
        "plan_digest",
    ),
    "more texts": ("plan", "versions", "stage", "respondent", "at", "trial", "on_resume", "screen", "digest", "status"),
    "last texts": ("answer", "changes", "device", "outcome", "reason", "how", "h"),
}
Times = tuple[float, float]  # by the clock on the wall, and of processors
TARGETS = {"cold / polars": "at most 2", "loop / cold": "at least 5", "loop / warm": "at least 40"}


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--data", type=Path, help="logs that were simulated before")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = args.data or _simulated(Path(folder), args.sessions, args.jobs)
        files = sorted(data.rglob("*.jsonl"))
        records = sum(file.read_bytes().count(b"\n") for file in files)
        size = sum(file.stat().st_size for file in files)
        found = _measured(_ways(data, files, args.jobs), args.rounds)
    read = f"{len(files)} sessions, {records} records, {size / 2**20:.0f} MiB"
    print(f"{read}, {args.jobs} processes, {args.rounds} rounds\n")
    print("| way | median s | least s | most s | median s of processor |\n|---|---|---|---|---|")
    for name, both in found.items():
        walls = [wall for wall, _ in both]
        times = statistics.median(walls), min(walls), max(walls), statistics.median(cpu for _, cpu in both)
        print(f"| {name} | {' | '.join(f'{seconds:.2f}' for seconds in times)} |")
    medians, cpus = ([statistics.median(one[i] for one in both) for both in found.values()] for i in (0, 1))
    kinds = [_ratios(medians), _ratios([min(wall for wall, _ in both) for both in found.values()]), _ratios(cpus)]
    print("\n| ratio | of medians | of the least | of processor | target |\n|---|---|---|---|---|")
    for name, target in TARGETS.items():
        print(f"| {name} | {' | '.join(f'{ratios[name]:.1f}' for ratios in kinds)} | {target} |")


def _ratios(seconds: list[float]) -> dict[str, float]:
    cold, warm, polars, loop = seconds
    return {"cold / polars": cold / polars, "loop / cold": loop / cold, "loop / warm": loop / warm}


def _simulated(folder: Path, sessions: int, jobs: int) -> Path:
    command = (Path(sys.executable).with_name("vantage"), "simulate", PROTOCOL, "-n", sessions, "--jobs", jobs, "--out")
    subprocess.run([*map(str, command), str(folder / "data")], check=True)
    return folder / "data"


def _ways(data: Path, files: list[Path], jobs: int) -> dict[str, Callable[[], Times]]:
    """Each way of reading; it gives the seconds that it took."""
    import pandas as pd
    import polars as pl

    from analysis.reading.cache import Shelf
    from analysis.reading.whole import read_tables

    schema: dict[str, pl.DataType | type[pl.DataType]] = {name: pl.String for names in KINDS.values() for name in names}
    schema |= dict.fromkeys(("n", "index", "late_frames", "utc_offset", "dropped_bytes"), pl.Int64)
    schema |= dict.fromkeys(("onset", "offset", "answered", "unfocused"), pl.Float64)
    some = files if len(files) <= MANY else files[::10]

    def read() -> None:
        logs, _ = read_tables(data, STUDY, jobs=jobs)
        assert len(logs.sessions) == len(files)

    def cold() -> Times:
        shutil.rmtree(Shelf(data, STUDY).folder.parent, ignore_errors=True)
        return _seconds(read)

    def loop() -> Times:
        wall, cpu = _seconds(lambda: [pd.read_json(file, lines=True) for file in some])
        return wall * len(files) / len(some), cpu * len(files) / len(some)

    return {
        "Vantage, cold, tables kept": cold,
        "Vantage, warm": lambda: _seconds(read),
        "polars, scan_ndjson with a schema": lambda: _seconds(lambda: pl.scan_ndjson(files, schema=schema).collect()),
        "pandas, read_json in a loop": loop,
    }


def _measured(ways: dict[str, Callable[[], Times]], rounds: int) -> dict[str, list[Times]]:
    found: dict[str, list[Times]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    return found


def _seconds(work: Callable[[], object]) -> Times:
    began, used = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - began, _cpu() - used


def _cpu() -> float:
    """Processor's time of this process and of those that it started and that are over."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
