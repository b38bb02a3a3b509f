"""Do effects along paths, over sessions and on ratings of acts come back? Each test of a hypothesis by itself.

    python tests/benchmarks/paths.py [--studies 200] [--n 300] [H ...]

Prints a Markdown table: with twice the bound put in, with the bound, and with nothing. A short version is in
tests/analysis/power; primary hypotheses are in recovery.py.
"""

import argparse

import numpy as np
from recovery import ROOT, design_of

CASES = {
    "H1g": "frame-and-visibility",
    "H18c": "frame-and-visibility",
    "H11c": "frame-and-visibility",
    "H10d_image": "where-the-line-is",
    "H13b": "where-the-line-is",
    "H23": "under-the-surface",
    "H25a": "over-time",
    "H25b": "over-time",
    "H30": "over-time",
}


def judged(design, n, seed):
    """Every test's sign and judgement in one study; none where it could not be fitted."""
    from analysis.power.draws import draw, generator
    from analysis.testing import test_all

    return [(p.sign, p.judged) for f in test_all(design.hypotheses, draw(design, n, generator(seed))) for p in f.parts]


def rows(name: str, studies: int, n: int):
    """One per test and scenario, as cells of a table."""
    from analysis.hypotheses import load
    from runner.commands import common

    path = ROOT / "protocols" / f"{CASES[name]}.yaml"
    (hypothesis,) = load().named((name,))
    bound, first = hypothesis.bound(common.read(path).sesoi), hypothesis.signs[0]
    for scenario, value in (("effect", 2 * bound * first), ("bound", bound * first), ("null", 0.0)):
        design = design_of(path, {name: value} if value else {}, (name,))
        found = [judged(design, n, f"rec/{scenario}/{name}/{number}") for number in range(studies)]
        tested = [parts for parts in found if parts]
        for place in range(len(tested[0])):
            yield cells(name, place, abs(value), [parts[place] for parts in tested], studies - len(tested))


def cells(name, place, truth, tests, lacking):
    """`truth` and the estimates are turned so that what is predicted is positive."""
    estimates = np.array([sign * each.estimate for sign, each in tests])
    error = estimates.std(ddof=1) / np.sqrt(len(estimates))
    held = np.mean([each.low <= truth * sign <= each.high for sign, each in tests])
    shares = [np.mean([each.verdict == verdict for _, each in tests]) for verdict in ("supported", "equivalent")]
    return (
        f"{name}.{place + 1}",
        f"{truth:g}",
        f"{estimates.mean():.4f} ± {error:.4f}",
        f"{estimates.std(ddof=1):.4f}",
        f"{np.mean([each.se for _, each in tests]):.4f}",
        f"{held:.3f}",
        *(f"{share:.3f}" for share in shares),
        str(lacking),
    )


def main() -> None:
    """Print the table, row by row."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("hypotheses", nargs="*", default=list(CASES), metavar="H")
    arguments.add_argument("--studies", type=int, default=200)
    arguments.add_argument("--n", type=int, default=300)
    args = arguments.parse_args()
    print("| test | put in | mean | SD | mean SE | coverage | supported | equivalent | without a solution |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in args.hypotheses:
        for row in rows(name, args.studies, args.n):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
