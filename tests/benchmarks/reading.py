"""How long does it take from many logs to tables, with every checksum verified?

    python tests/benchmarks/reading.py [--sessions 2000] [--rounds 3] [--jobs 2] [--data FOLDER]

Sessions of `frame-and-visibility` are simulated into a folder (or are there already, with --data), and read in turns:
by Vantage without kept tables (cold) and with them (warm), by polars with a schema, and by a loop of pandas'
`read_json`. polars and pandas verify nothing and give no table of a task. The loop is measured on a tenth of the files,
and multiplied, when there are more than 500. All files have been read once before. Prints a table, fails on no number.
"""

import argparse
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
    print("| way | median s | least s | most s |\n|---|---|---|---|")
    for name, seconds in found.items():
        print(f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |")
    cold, warm, polars, loop = (statistics.median(seconds) for seconds in found.values())
    ratios = {"cold / polars": cold / polars, "loop / cold": loop / cold, "loop / warm": loop / warm}
    print("\n| ratio | found | target |\n|---|---|---|")
    for name, ratio in ratios.items():
        print(f"| {name} | {ratio:.1f} | {TARGETS[name]} |")


def _simulated(folder: Path, sessions: int, jobs: int) -> Path:
    command = (Path(sys.executable).with_name("vantage"), "simulate", PROTOCOL, "-n", sessions, "--jobs", jobs, "--out")
    subprocess.run([*map(str, command), str(folder / "data")], check=True)
    return folder / "data"


def _ways(data: Path, files: list[Path], jobs: int) -> dict[str, Callable[[], float]]:
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

    def cold() -> float:
        shutil.rmtree(Shelf(data, STUDY).folder.parent, ignore_errors=True)
        return _seconds(read)

    def loop() -> float:
        return _seconds(lambda: [pd.read_json(file, lines=True) for file in some]) * len(files) / len(some)

    return {
        "Vantage, cold, tables kept": cold,
        "Vantage, warm": lambda: _seconds(read),
        "polars, scan_ndjson with a schema": lambda: _seconds(lambda: pl.scan_ndjson(files, schema=schema).collect()),
        "pandas, read_json in a loop": loop,
    }


def _measured(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
