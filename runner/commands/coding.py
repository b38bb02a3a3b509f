"""`vantage coding`: blind forms for two coders of what people wrote when they were asked what they thought."""

import argparse
import re
from pathlib import Path

from runner.commands import common

EXAMPLE = (
    "vantage coding protocols/frame-and-visibility.yaml --data data --out forms --key keys/probe.csv --seed probe/1"
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage coding`."""
    common.add_protocol(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the logs")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the forms, FILE.csv a coder")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="where the key goes: not to the coders")
    parser.add_argument(
        "--seed", required=True, metavar="TEXT", help="any readable words; the same give the same forms"
    )
    parser.add_argument(
        "--coders",
        nargs=2,
        default=["first", "second"],
        metavar="NAME",
        help="what the coders are called (first second)",
    )
    parser.add_argument("--phase", default="probe", metavar="NAME", help="the phase with the questions (probe)")
    parser.add_argument("--mixed", action="store_true", help="take pilot, simulated and real sessions together")
    common.add_reading(parser)


def run(args: argparse.Namespace) -> int:
    """Write two forms and the key."""
    from analysis.coding.forms import forms, write, written
    from analysis.reading.whole import read_tables
    from analysis.study import Study

    for name in args.coders:
        if not NAME.fullmatch(name):
            raise common.refusal("--coders", f"must be plain letters, digits, _ and -, but is {name!r}; write another")
    if args.coders[0] == args.coders[1]:
        raise common.refusal("--coders", f"names {args.coders[0]} twice; two different people must code")
    protocol = common.read(args.protocol)
    logs, tables = read_tables(
        args.data, protocol.study, mixed=args.mixed, jobs=common.jobs(args), keep=not args.no_cache
    )
    study = Study(protocol=protocol, logs=logs, tables=tables)
    answers = written(tables, list(study.sessions["session"]), args.phase)
    if answers.empty:
        raise common.refusal(
            str(args.data), f"nobody wrote anything in the phase {args.phase!r}; nothing is to be coded"
        )
    made, key = forms(answers, args.coders, f"{protocol.study}/{args.seed}")
    write(args.out, made, args.key, key)
    for name in made:
        print(f"form: {args.out / f'{name}.csv'}")
    print(f"{common.count(len(key), 'row')}; key, for nobody who codes: {args.key}")
    return 0
