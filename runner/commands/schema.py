"""`vantage schema`: JSON Schema, so that editors complete and check protocols and materials."""

import argparse
import json

EXAMPLE = "vantage schema protocol > protocols/schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage schema`."""
    from runner.declarations.schema import FILES

    parser.add_argument("kind", nargs="?", default="protocol", metavar="KIND", help=f"{', '.join(FILES)} (protocol)")


def run(args: argparse.Namespace) -> int:
    """Print one schema."""
    from runner.commands.common import refusal
    from runner.declarations.schema import schemas

    known = schemas()
    if args.kind not in known:
        raise refusal("kind", f"wants one of {', '.join(known)}, got {args.kind!r}")
    print(json.dumps(known[args.kind], ensure_ascii=False, indent=2))
    return 0
