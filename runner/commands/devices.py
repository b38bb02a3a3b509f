"""`vantage devices import`: a device's means of blood pressure and heart, kept beside the logs of their sessions."""

import argparse
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage devices import pressure.csv --protocol protocols/status-and-help-instability.yaml --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage devices`."""
    parser.add_argument("action", choices=("import",), metavar="ACTION", help="import: keep the summaries of FILE")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV with a row for each person and phase")
    parser.add_argument("--protocol", type=Path, required=True, metavar="PROTOCOL", help="the study's file")
    common.add_data(parser)
    parser.add_argument("--replace", action="store_true", help="instead of what was imported of these sessions before")


def run(args: argparse.Namespace) -> int:
    """Check every row, then put each session's beside its log."""
    from analysis.devices import keep, read_summaries
    from analysis.reading.logs import read_logs

    protocol = common.read(args.protocol)
    if protocol.identity == "unlinkable":
        what = "promises that nobody can be traced, and a device's summary is of one person; no summaries are kept"
        raise common.refusal(str(args.protocol), f"the study {what}")
    key, rows = read_summaries(args.file, [phase.name for phase in protocol.phases])
    logs = read_logs(args.data, protocol.study, mixed=True)
    kept = keep(args.file, key, rows, logs.sessions, replace=args.replace)
    print(f"summaries of {common.count(kept, 'session')} are kept beside their logs; `vantage analyze` takes them")
    return 0
