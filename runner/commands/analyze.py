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
    parser.add_argument("--mixed", action="store_true", help="take pilot, simulated and real sessions together")


def run(args: argparse.Namespace) -> int:
    """Analyse every log below a folder."""
    from analysis.pipeline import analyze

    def progress(what: str, done: int, total: int) -> None:
        common.progress(done, total, what)

    results = analyze(common.read(args.protocol), args.data, args.out, mixed=args.mixed, progress=progress)
    for hypothesis in results.hypotheses:
        print(f"{hypothesis.id:<12} {hypothesis.verdict or hypothesis.method}")
    print(f"{common.count(results.n_sessions, 'session')}; report: {args.out / 'report.html'}")
    return 0
