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
    common.add_reading(parser)


def run(args: argparse.Namespace) -> int:
    """Analyse every log below a folder."""
    from analysis.pipeline import analyze
    from runner.commands.preregister import registered

    def progress(what: str, done: int, total: int) -> None:
        common.progress(done, total, what)

    protocol = common.read(args.protocol)
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
    )
    if results.blind:
        print(results.blind)
    for hypothesis in results.hypotheses:
        print(f"{hypothesis.id:<12} {hypothesis.verdict or hypothesis.method}")
    print(f"{common.count(results.n_sessions, 'session')}; report: {args.out / 'report.html'}")
    return 0
