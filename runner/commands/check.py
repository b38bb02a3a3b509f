"""`vantage check`: is this protocol fit to be run, or this cause pack complete?"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict

from runner.commands.common import count, refusal

if TYPE_CHECKING:
    from runner.checks.check import Report

EXAMPLE = "vantage check protocols/*.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage check`."""
    parser.add_argument("protocols", type=Path, nargs="*", metavar="PROTOCOL", help="files of studies, packs or scales")
    parser.add_argument(
        "--pack", default="", metavar="NAME", help="what a cause lacks, in every language; also: its file for PROTOCOL"
    )
    parser.add_argument("--details", action="store_true", help="measure the texts that stand for levels of a factor")
    parser.add_argument("--json", action="store_true", help="all of it for a program to read")


def run(args: argparse.Namespace) -> int:
    """Report every mistake and warning; 2 when there is a mistake."""
    reports = [_report(path) for path in args.protocols]
    if args.pack:
        from runner.checks.packs import check_pack

        reports.append(check_pack(args.pack))
    if not reports:
        raise refusal("PROTOCOL", "is missing; name the file of a study, or a cause with --pack NAME")
    names = [*(path.name for path in args.protocols), *([f"the pack {args.pack}"] if args.pack else [])]
    if args.json:
        print(json.dumps(_plain(reports), ensure_ascii=False, indent=1))
    else:
        _tell(reports, names, args.details)
    return 2 if any(report.mistakes for report in reports) else 0


def _report(path: Path) -> "Report":
    if path.parent.name == "packs":
        from runner.checks.packs import check_pack

        return check_pack(path.stem, (path if len(path.parents) > 3 else path.absolute()).parents[2])
    if path.parent.name == "scales":
        return _instrument(path)
    from runner.checks.check import check

    return check(path)


def _instrument(path: Path) -> "Report":
    """A scale by itself, as somebody who has just typed it in wants to know."""
    from runner.checks.check import Report
    from runner.declarations.structure import read_yaml
    from runner.errors import DeclarationError
    from stimuli.kinds import Scale

    try:
        read_yaml(path, Scale)
    except DeclarationError as error:
        return Report(mistakes=error.mistakes)
    return Report()


def _plain(reports: list["Report"]) -> dict[str, object]:
    from runner.checks.texttable import plain

    return {
        "mistakes": [asdict(mistake) for report in reports for mistake in report.mistakes],
        "warnings": [asdict(warning) for report in reports for warning in report.warnings],
        "texts": [plain(text) for report in reports for text in report.texts],
    }


def _tell(reports: list["Report"], names: list[str], details: bool) -> None:
    mistakes = [mistake for report in reports for mistake in report.mistakes]
    warnings = [warning for report in reports for warning in report.warnings]
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    for warning in warnings:
        print(f"warning: {warning}")
    if details:
        from runner.checks.texttable import table

        print(table([text for report in reports for text in report.texts]))
    print(f"{', '.join(names)}: {count(len(mistakes), 'mistake')}, {count(len(warnings), 'warning')}")
