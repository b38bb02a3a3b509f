"""`vantage export`: a study's data for others, as BIDS, Psych-DS or CSV, without what leads back to a person."""

import argparse
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage export protocols/frame-and-visibility.yaml --data data --out shared --format bids"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage export`."""
    common.add_protocol(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the logs of one store")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for the dataset")
    parser.add_argument("--format", required=True, choices=("bids", "psych-ds", "csv"), help="the dataset's form")
    parser.add_argument("--texts", action="store_true", help="what people wrote goes with it: read it all before")
    parser.add_argument(
        "--min-cell",
        type=int,
        default=5,
        metavar="K",
        help="people who must share a combination of age, gender and group for it to be told (5)",
    )
    parser.add_argument(
        "--pseudonyms",
        default="",
        metavar="SEED",
        help="the same labels each time; whoever has the seed and the codes has the key",
    )
    parser.add_argument("--raw", action="store_true", help="the logs too, in sourcedata/; needs --texts --min-cell 1")
    common.add_reading(parser)


def run(args: argparse.Namespace) -> int:
    """Write the dataset, or nothing."""
    from analysis.export.release import Choices
    from analysis.export.writing import export
    from runner.disk import note_made

    if args.min_cell < 1:
        raise common.refusal("--min-cell", f"wants 1 or more, got {args.min_cell}")

    def progress(what: str, done: int, total: int) -> None:
        common.progress(done, total, what)

    made = export(
        common.read(args.protocol),
        args.data,
        args.out,
        args.format,
        Choices(texts=args.texts, least=args.min_cell, seed=args.pseudonyms),
        raw=args.raw,
        jobs=common.jobs(args),
        keep=not args.no_cache,
        progress=progress,
    )
    note_made(args.data, args.out)
    for note in made.notes:
        print(note)
    people = len(made.participants)
    print(f"{people} {'participant' if people == 1 else 'participants'} ({made.store}) as {args.format} in {args.out}")
    return 0
