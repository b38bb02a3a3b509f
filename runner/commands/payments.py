"""`vantage payments`: open payment codes with their amounts, what was paid, and what is passed on, in sums."""

import argparse
import json
import sys
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage payments protocols/seen-giving.yaml --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage payments`."""
    common.add_protocol(parser)
    common.add_data(parser)
    also = "other stations' data folders, or copies of these; after PROTOCOL. What is paid is noted in --data alone"
    common.add_also(parser, also)
    parser.add_argument("--paid", default="", metavar="CODE", help="this code has now been paid; prints its amount")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the open codes as a table into a new file")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Pay one code, or list what is open."""
    from runner.commands.tables import put
    from runner.privacy import payouts

    protocol = common.read(args.protocol)
    if args.paid:
        amount = payouts.settle(args.data, protocol.study, payouts.parse(args.paid), args.also)
        print(json.dumps({"paid": str(amount)}) if args.json else f"{amount}: paid, and the code is closed")
        return 0
    found = payouts.together(args.data, protocol.study, args.also)
    for code in sorted(found.twice):
        print(f"{code}: paid twice, once on its station and once elsewhere; pay in one place", file=sys.stderr)
    if args.out:
        warning = f"{common.count(len(found.open), 'open code')}, {found.owed}; delete it when it was used"
        put(args.out, ("code", "amount"), [(code, str(found.open[code])) for code in sorted(found.open)], warning)
        return 0
    sums = {"open": found.owed, "paid": found.paid, "passed_on": found.passed_on}
    if args.json:
        codes = {code: str(found.open[code]) for code in sorted(found.open)}
        told = {name: str(amount) for name, amount in sums.items()}
        print(json.dumps({"codes": codes, "people_paid": found.people_paid, "sums": told}, indent=1))
        return 0
    for code in sorted(found.open):
        print(f"{code}  {found.open[code]:>9}")
    print(f"open      {common.count(len(found.open), 'code'):>14}  {found.owed:>9}")
    print(f"paid      {common.count(found.people_paid, 'code'):>14}  {found.paid:>9}")
    print(f"passed on by everybody together  {found.passed_on:>9}")
    return 0
