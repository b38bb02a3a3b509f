"""`vantage check`: is this protocol fit to be run?"""

import argparse
import json
import sys
from pathlib import Path

from attrs import asdict

from runner.commands.common import count

EXAMPLE = "vantage check protocols/*.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage check`."""
    parser.add_argument("protocols", type=Path, nargs="+", metavar="PROTOCOL", help="files of studies")
    parser.add_argument("--json", action="store_true", help="mistakes and warnings for a program to read")


def run(args: argparse.Namespace) -> int:
    """Report every mistake and warning; 2 when there is a mistake."""
    from runner.checks.check import check

    reports = [check(path) for path in args.protocols]
    mistakes = [m for report in reports for m in report.mistakes]
    warnings = [w for report in reports for w in report.warnings]
    if args.json:
        plain = {"mistakes": [asdict(m) for m in mistakes], "warnings": [asdict(w) for w in warnings]}
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        for mistake in mistakes:
            print(mistake, file=sys.stderr)
        for warning in warnings:
            print(f"warning: {warning}")
        names = ", ".join(path.name for path in args.protocols)
        print(f"{names}: {count(len(mistakes), 'mistake')}, {count(len(warnings), 'warning')}")
    return 2 if mistakes else 0
