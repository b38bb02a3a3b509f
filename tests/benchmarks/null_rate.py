"""How often is a prediction "supported" when nothing was put in? Whole simulated studies through the whole pipeline.

    python tests/benchmarks/null_rate.py [--studies 200] [--n 150] [--jobs 2] [--effect H11_pool=0.30]

Each study's sessions go through the engine to logs on disk, and from there through `vantage analyze`'s own steps.
Nominal: a 95 % interval lies wholly on the predicted side in 2.5 % of studies without an effect.
"""

import argparse
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from attrs import evolve

PROTOCOL = Path(__file__).parents[2] / "protocols" / "frame-and-visibility.yaml"
HYPOTHESES = ("H11_pool", "H10_pool", "H9a", "H9b", "H13a", "H11b")


def study(n: int, people, number: int) -> dict[str, tuple[str, float, float]]:
    """Verdict, estimate and standard error of each hypothesis in one simulated study."""
    from analysis.reading.logs import read_logs
    from analysis.results import results_of
    from analysis.study import examine
    from runner.commands import simulate
    from runner.declarations.protocols import read_protocol

    protocol = evolve(read_protocol(PROTOCOL), hypotheses=HYPOTHESES)
    with tempfile.TemporaryDirectory() as folder:
        simulate.perform(PROTOCOL, "en", Path(folder), f"null-{number}", people, range(n))
        results = results_of(examine(protocol, read_logs(Path(folder), protocol.study)))
    return {h.id: (h.verdict, h.estimate, h.se) for h in results.hypotheses}


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--n", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--effect", nargs="*", default=[])
    args = parser.parse_args()
    from scipy.stats import binom

    from runner.commands.simulate import stated, who

    people = who(PROTOCOL, "en", stated(args.effect))
    with ProcessPoolExecutor(args.jobs) as pool:
        done = list(pool.map(partial(study, args.n, people), range(args.studies)))
    low, high = binom.interval(0.95, args.studies, 0.025)
    print(f"{args.studies} studies of N = {args.n}, effects: {args.effect or 'none'}")
    print(f"nominal: 2.5 % supported; 95 % of runs lie between {low:.0f} and {high:.0f} of {args.studies}")
    print("| hypothesis | supported | share | mean estimate | SD of estimates | mean SE | other verdicts |")
    print("|---|---|---|---|---|---|---|")
    for name in HYPOTHESES:
        found = [one[name] for one in done if name in one]
        verdicts = Counter(verdict for verdict, _, _ in found)
        estimates = [e for _, e, _ in found]
        mean = sum(estimates) / len(estimates)
        sd = (sum((e - mean) ** 2 for e in estimates) / max(1, len(estimates) - 1)) ** 0.5
        se = sum(s for _, _, s in found) / len(found)
        others = ", ".join(f"{v} {n}" for v, n in verdicts.most_common() if v != "supported")
        supported = verdicts["supported"]
        print(f"| {name} | {supported} | {supported / len(found):.3f} | {mean:+.4f} | {sd:.4f} | {se:.4f} | {others} |")


if __name__ == "__main__":
    main()
