"""`vantage design`: which two acts meet in each paired choice, made once, stored as a file and reported on."""

import argparse
import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage design pairs-24 --sets 24 --blocks 2 --seed pairs-24/1"
STORED = Path(__file__).parents[2] / "stimuli" / "designs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage design`."""
    parser.add_argument("name", metavar="NAME", help="what protocols call it; its file is NAME.csv")
    parser.add_argument("--sets", type=int, default=24, metavar="N", help="choices in all (24)")
    parser.add_argument("--blocks", type=int, default=1, metavar="B", help="equal parts, one for each person (1)")
    parser.add_argument("--seed", required=True, metavar="TEXT", help="any readable words; the same give the same")
    parser.add_argument("--attributes", default="", metavar="A,B", help="those that may differ (all)")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="differences in one set, at most (no limit)")
    parser.add_argument(
        "--prohibit",
        nargs="+",
        action="extend",
        default=[],
        metavar="A=LEVEL,B=LEVEL",
        help="levels that never stand together in one act; after NAME",
    )
    parser.add_argument("--targeted", default="", metavar="A", help="an attribute that differs in most sets")
    parser.add_argument("--share", type=float, default=0.75, metavar="S", help="in how many at least (0.75)")
    parser.add_argument("--restarts", type=int, default=40, metavar="N", help="random starts of the search (40)")
    parser.add_argument("--random", type=int, default=200, metavar="N", help="designs by chance to compare with (200)")
    parser.add_argument("--out", type=Path, default=STORED, metavar="DIR", help="folder for the file (stimuli/designs)")
    parser.add_argument("--json", action="store_true", help="the report for a program to read")


def run(args: argparse.Namespace) -> int:
    """Find the design, store it, and say what it can tell."""
    from runner.declarations.materials import KEY
    from runner.designreport import page, told
    from runner.designs import ATTRIBUTES, csv
    from runner.exchange import by_chance, generate

    if not KEY.fullmatch(args.name) or "/" in args.name:
        raise common.refusal("NAME", f"must be lower-case letters, digits, - and _, but is {args.name!r}; rename it")
    path = args.out / f"{args.name}.csv"
    if path.exists():
        raise common.refusal(str(path), "is there already, and studies may use it; name another, or delete it first")
    attributes = tuple(args.attributes.split(",")) if args.attributes else ATTRIBUTES
    how = {
        "sets": args.sets,
        "seed": args.seed,
        "attributes": attributes,
        "most": args.most or len(ATTRIBUTES),
        "prohibited": [prohibited(text) for text in args.prohibit],
    }
    if args.most < 0 or args.random < 0:
        raise common.refusal("--most, --random", "want 1 or more")
    try:
        design = generate(
            **how,
            blocks=args.blocks,
            targeted=args.targeted,
            share=args.share,
            restarts=args.restarts,
            name=args.name,
        )
        found = told(design, attributes, by_chance(**how, number=args.random))
    except ValueError as refused:
        raise common.refusal(f"the design {args.name}", str(refused).removeprefix("designs: ")) from None
    store(path, csv(design, f"vantage design {shlex.join(without_out(args.arguments))}"))
    print(json.dumps({**found, "file": str(path)}, ensure_ascii=False, indent=1) if args.json else page(found))
    if not args.json:
        print(f"\nstored in {path}")
    return 0


def prohibited(text: str) -> Mapping[str, int]:
    """Levels that can't stand together, from "public=1,risk=1"."""
    pairs = [entry.partition("=") for entry in text.split(",")]
    common.refuse_repeated("--prohibit", [name for name, _, _ in pairs])
    try:
        return {name: int(level) for name, _, level in pairs}
    except ValueError:
        raise common.refusal("--prohibit", f"wants ATTRIBUTE=LEVEL,ATTRIBUTE=LEVEL, got {text!r}") from None


def without_out(arguments: list[str]) -> list[str]:
    """What makes the design, without where it goes and how it is told."""
    kept, skip = [], False
    for argument in arguments:
        if not skip and argument != "--out" and argument != "--json" and not argument.startswith("--out="):
            kept.append(argument)
        skip = argument == "--out"
    return kept


def store(path: Path, text: str) -> None:
    """The file, lines ended as on every machine."""
    from runner.errors import MachineError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise MachineError(f"{path}: the design can't be stored here ({error.strerror}); name another --out") from error
