"""`vantage doctor`: the pre-flight of a station, and the page of the whole laboratory."""

import argparse
import json
from functools import partial
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage doctor protocols/frame-and-visibility.yaml --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage doctor`."""
    parser.add_argument("protocol", type=Path, nargs="?", metavar="PROTOCOL", help="also look at this study's file")
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--quick", action="store_true", help="watch the display for 2 seconds, not 10")
    parser.add_argument("--laboratory", action="store_true", help="compare what all stations said of themselves last")
    parser.add_argument("--json", action="store_true", help="for a program to read")


def run(args: argparse.Namespace) -> int:
    """Print what is fit and what is not; 2 when something would cost a session."""
    server = common.ledger_url(args.ledger, args.data)
    if args.laboratory:
        return _laboratory(args, server)
    from runner.station.doctor import examine
    from runner.station.doctor.keeping import keep_page

    progress = partial(common.progress, what="looking at the display")
    report = examine(args.data, args.protocol, server=server, quick=args.quick, progress=progress)
    print(json.dumps(report.plain(), ensure_ascii=False, indent=1) if args.json else report.page())
    page = keep_page(args.data, report)
    if not args.json:
        print(f"This page is kept as {page}.")
    return 2 if report.failed else 0


def _laboratory(args: argparse.Namespace, server: str) -> int:
    from runner.laboratory.place import FILE, open_place
    from runner.station.doctor.morning import morning
    from runner.station.doctor.wanted import expected_stations

    if args.protocol is not None or args.quick:
        what = "goes without PROTOCOL and --quick: it looks at no machine, but at what the stations said of themselves"
        raise common.refusal("--laboratory", what)
    if not server and not (args.data / FILE).is_file():
        what = f"no station was looked at with {args.data}; run `vantage doctor` on each, or name their --ledger"
        raise common.refusal("--laboratory", what)
    expected = expected_stations(args.data)
    place = open_place(args.data, server)
    try:
        found = morning(place, expected)
    finally:
        place.close()
    print(json.dumps(found.plain(), ensure_ascii=False, indent=1) if args.json else found.page())
    return 2 if found.failed else 0
