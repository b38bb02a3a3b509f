"""`vantage unlock`: the locked logs of a study in the clear, for whoever has a key; never on a lab machine."""

import argparse
import sys
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage unlock protocols/frame-and-visibility.yaml --data data --key investigator.key --out private/data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage unlock`."""
    common.add_protocol(parser)
    common.add_data(parser)
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the logs in the clear")


def run(args: argparse.Namespace) -> int:
    """Write every log of the study below another folder, as a data folder that can be analysed."""
    from runner.privacy import contacts, risk, running

    study = common.read(args.protocol).study
    found = risk.unlock(args.data, study, contacts.read_key(args.key), args.out)
    if waiting := running.logs(args.data / study / "real"):
        what = "not locked for their keepers yet (running, interrupted or cut off: `vantage resume`, where it was held)"
        print(f"vantage unlock: {common.count(len(waiting), 'log')} {what}", file=sys.stderr)
    if not found:
        raise common.refusal("--data", f"there are no locked logs of {study!r} in {args.data}")
    print(f"{common.count(found, 'log')} in the clear in {args.out / study}; overwrite them when they were used")
    return 0
