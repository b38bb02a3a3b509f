"""`vantage analyze`: from logs to tables, exclusions, scores, verdicts and a report."""

import argparse
from pathlib import Path

from runner.commands import common

EXAMPLE = "vantage analyze protocols/frame-and-visibility.yaml --data sim --out results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage analyze`."""
    common.add_protocol(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the logs")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--preregistration",
        type=Path,
        metavar="FILE",
        help="what was preregistered (PROTOCOL's name with .preregistration.md, where that is there)",
    )
    parser.add_argument("--mixed", action="store_true", help="take pilot, simulated and real sessions together")
    parser.add_argument(
        "--blind",
        metavar="SEED",
        help="scramble who was in which condition, by any text: everything as it will be, and nothing a result",
    )
    parser.add_argument(
        "--multiverse",
        action="store_true",
        help="run every declared analysis of the primary hypotheses; about a minute for 400 people",
    )
    parser.add_argument(
        "--coders",
        type=Path,
        nargs=2,
        metavar="FILE",
        help="the filled-in forms of two coders, written by `vantage coding`; needs --key",
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="the key of these forms")
    parser.add_argument(
        "--before",
        type=Path,
        nargs=2,
        metavar=("PROTOCOL", "DIR"),
        help="an earlier study of the same people and its logs: its scales, put together by participant code",
    )
    common.add_reading(parser)


def run(args: argparse.Namespace) -> int:
    """Analyse every log below a folder."""
    from analysis.coding import read_codes
    from analysis.pipeline import analyze
    from runner.commands.preregister import registered
    from runner.disk import note_made

    def progress(what: str, done: int, total: int) -> None:
        common.progress(done, total, what)

    if bool(args.coders) != bool(args.key):
        raise common.refusal("--coders, --key", "one is of no use without the other; name both")
    protocol = common.read(args.protocol)
    codes = read_codes(args.coders, args.key) if args.coders else None
    plan = registered(args.preregistration, args.protocol, protocol)
    results = analyze(
        protocol,
        args.data,
        args.out,
        mixed=args.mixed,
        progress=progress,
        registered=plan,
        jobs=common.jobs(args),
        keep=not args.no_cache,
        blind=args.blind,
        multiverse=args.multiverse,
        codes=codes,
        before=(common.read(args.before[0]), args.before[1]) if args.before else None,
    )
    note_made(args.data, args.out)
    if results.blind:
        print(results.blind)
    for hypothesis in results.hypotheses:
        print(f"{hypothesis.id:<12} {hypothesis.verdict or hypothesis.method}")
    for log in results.damaged:
        print(f"left out: {log['log']}: {log['reason']}")
    print(f"{common.count(results.n_sessions, 'session')}; report: {args.out / 'report.html'}")
    return 0
