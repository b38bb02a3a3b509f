"""`vantage doctor`: the pre-flight of a station."""

import argparse
import json
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage doctor protocols/frame-and-visibility.yaml --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage doctor`."""
    parser.add_argument("protocol", type=Path, nargs="?", metavar="PROTOCOL", help="also print this study's hash")
    common.add_data(parser)
    parser.add_argument("--json", action="store_true", help="for a program to read")


def run(args: argparse.Namespace) -> int:
    """Print what is fit and what is not; 2 when something would cost a session."""
    from runner.station.doctor import examine

    report = examine(args.data, args.protocol)
    print(json.dumps(report.plain(), ensure_ascii=False, indent=1) if args.json else report.page())
    return 2 if report.failed else 0
