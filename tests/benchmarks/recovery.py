"""Does the analysis find what was put in? Simulated studies with known effects, none, and effects at the bound.

    python tests/benchmarks/recovery.py [--protocol P ...] [--studies 200] [--n 300] [--hypotheses H] [--page]

For each primary hypothesis of each protocol: bias, coverage, false support and equivalence, into a table in `--out`,
where finished studies are kept too. `--page` writes docs/recovery.md and its figures from all tables that are there.
A short version is in tests/analysis/power.
"""

import argparse
import math
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import evolve

ROOT = Path(__file__).parents[2]
BIAS, COVERAGE = 0.05, (0.93, 0.97)
D3 = {  # paradigms.md D3: power at 0.15 logit per SD, one-sided .05, targeted pairs, by number of people
    "pooled contrast": {150: 0.90, 200: 0.95, 300: 1.0, 400: 1.0},
    "single contrast": {150: 0.51, 200: 0.53, 300: 0.75, 400: 0.80},
    "equivalence of one motive": {150: 0.74, 200: 0.80, 300: 0.96, 400: 1.0},
}


def design_of(path: Path, stated, hypotheses, tastes=0.0, draws=0):
    """What is drawn for one scenario."""
    from analysis.hypotheses import load
    from analysis.power.draws import Design
    from runner.commands import common, simulate

    protocol = common.read(path)
    people = simulate.of(_asked(path), stated, tastes, simulate.Shares())
    return Design(
        asked=people.asked,
        effects=people.effects,
        hypotheses=load().named(hypotheses),
        sesoi=protocol.sesoi,
        pack=protocol.pack,
        treatments=tuple(f for f, factor in protocol.factors.items() if factor.treats),
        draws=draws,
    )


_KNOWN = {}


def _asked(path):
    from runner.commands import common
    from runner.commands.asking import asked

    if path not in _KNOWN:
        _KNOWN[path] = asked(common.read(path), "en")
    return _KNOWN[path]


def found(designs, study, seed):
    """The findings of one study."""
    from analysis.power.draws import draw, generator
    from analysis.testing import test_all

    design = designs[study.scenario]
    return test_all(design.hypotheses, draw(design, study.n, generator(seed)))


def recovered(
    path: Path, ids, *, studies: int, n: int, jobs: int, keep: Path | None = None, progress=print
) -> pd.DataFrame:
    """One row per hypothesis and scenario: "effect" (twice the bound), "bound", "null"."""
    from analysis.hypotheses import load
    from analysis.power.replications import Study, replicate
    from runner.commands import common

    sesoi = common.read(path).sesoi
    truth, designs = {}, {}
    for hypothesis in load().named(tuple(ids)):
        bound, sign = hypothesis.bound(sesoi), hypothesis.signs[0]
        for scenario, value in (("effect", 2 * bound * sign), ("bound", bound * sign)):
            truth[f"{scenario}/{hypothesis.id}"] = value
            designs[f"{scenario}/{hypothesis.id}"] = design_of(path, {hypothesis.id: value}, (hypothesis.id,))
    designs["null"] = design_of(path, {}, tuple(ids))
    done = replicate(
        [Study(scenario=s, n=n, number=i) for s in designs for i in range(studies)],
        partial(found, designs),
        seed="recovery",
        about={"protocol": path.stem, "n": n, "truth": truth},
        keep=keep,
        jobs=jobs,
        progress=progress,
    )
    rows = [(r.scenario.partition("/")[0], truth.get(r.scenario, 0.0), o) for r in done for o in r.outcomes]
    grouped = {}
    for scenario, value, outcome in rows:
        if outcome.verdict:
            grouped.setdefault((outcome.id, scenario, value), []).append(outcome)
    return pd.DataFrame([_row(*key, outcomes) for key, outcomes in sorted(grouped.items(), key=lambda kv: kv[0][:2])])


def _row(name, scenario, truth, outcomes):
    estimates = np.array([o.estimate for o in outcomes])
    covered = sum(o.low <= truth <= o.high for o in outcomes) / len(outcomes)
    return {
        "hypothesis": name,
        "scenario": scenario,
        "studies": len(outcomes),
        "truth": truth,
        "mean": estimates.mean(),
        "error": estimates.std(ddof=1) / math.sqrt(len(estimates)),
        "bias": (estimates.mean() - truth) / truth if truth else float("nan"),
        "sd": estimates.std(ddof=1),
        "se": np.mean([o.se for o in outcomes]),
        "coverage": covered,
        **{v: sum(o.verdict == v for o in outcomes) / len(outcomes) for v in ("supported", "equivalent", "trivial")},
    }


def wrong(table: pd.DataFrame) -> list[str]:
    """What is not as it has to be, beyond Monte Carlo error (99.9 % for each)."""
    said = []
    for row in table.to_dict("records"):
        reach = lambda p, n=row["studies"]: 3.3 * math.sqrt(p * (1 - p) / n)  # noqa: E731
        where = f"{row['hypothesis']}, {row['scenario']}"
        if row["scenario"] == "effect" and abs(row["bias"]) > BIAS + 3.3 * row["error"] / abs(row["truth"]):
            said.append(f"{where}: bias {row['bias']:+.1%}")
        if not COVERAGE[0] - reach(0.95) <= row["coverage"] <= COVERAGE[1] + reach(0.95):
            said.append(f"{where}: coverage {row['coverage']:.3f}")
        if row["scenario"] == "null" and row["supported"] > 0.025 + reach(0.025):
            said.append(f"{where}: false support {row['supported']:.3f}")
        if row["scenario"] == "bound" and row["equivalent"] > 0.05 + reach(0.05):
            said.append(f"{where}: falsely equivalent {row['equivalent']:.3f}")
    return said


def power_as_in_d3(
    path: Path, *, studies: int, tastes: float, draws: int = 0, sizes=(150, 200, 300, 400)
) -> pd.DataFrame:
    """Power of the contrasts of D3, with its effects, its one-sided tests and this study's stored pairs."""
    from analysis.models import FitError
    from analysis.power.draws import draw, generator

    base = design_of(path, {}, ("H11_pool",), tastes, draws)
    design = evolve(base, effects=evolve(base.effects, weights={"a_public:mI": 0.15, "a_public:mP": 0.15}))
    pooled = {"a_public:mI": 0.5, "a_public:mP": 0.5, "a_public:mO": -0.5, "a_public:mM": -0.5}
    rows = []
    for n in sizes:
        for number in range(studies):
            fit = draw(design, n, generator(f"d3/{tastes}/{n}/{number}")).choices
            if isinstance(fit, FitError):
                continue
            many = fit.contrast(pooled)
            one, same = fit.contrast({"a_public:mI": 1.0, "a_public:mO": -1.0}), fit.contrast({"a_public:mO": 1.0})
            rows.append(
                {
                    "n": n,
                    "pooled contrast": many[0] / many[1] > 1.645,
                    "single contrast": one[0] / one[1] > 1.645,
                    "equivalence of one motive": abs(same[0]) + 1.645 * same[1] < 0.15,
                    "estimate": many[0],
                    "sd": many[0],
                }
            )
    means = {"pooled contrast": "mean", "single contrast": "mean", "equivalence of one motive": "mean"}
    return pd.DataFrame(rows).groupby("n").agg({**means, "estimate": "mean", "sd": "std"})


def by_whose_sd(path: Path, name: str, studies: int, n: int) -> pd.DataFrame:
    """Twice the bound of an effect on choices, with motives in SDs of the sample, and of all people."""
    from analysis.hypotheses import load
    from analysis.power.draws import draw, generator
    from analysis.testing import test_all
    from runner.commands import common
    from runner.theory import MOTIVES, moments

    (hypothesis,) = load().named((name,))
    truth = 2 * hypothesis.bound(common.read(path).sesoi) * hypothesis.signs[0]
    design, rows = design_of(path, {name: truth}, (name,)), []
    for number in range(200, 200 + studies):  # none of those in the table
        for whose in ("sample", "people"):
            sample = draw(design, n, generator(f"recovery/effect/{name}/{n}/{number}"))
            if whose == "people":
                scores = {}
                for motive, construct in MOTIVES.items():
                    scale = design.asked.measured(construct, "before")
                    known = moments(scale.items, scale.low, scale.high)
                    scores[motive] = (sample.people[motive] - known.mean) / known.sd
                sample = evolve(sample, people=sample.people.assign(**scores), scores=())  # nothing is standardised
            judged = test_all(design.hypotheses, sample)[0].parts[0].judged
            held = judged.low <= truth <= judged.high
            rows.append({"SD of": whose, "estimate": judged.estimate, "se": judged.se, "coverage": held})
    return pd.DataFrame(rows).groupby("SD of").agg({"estimate": ["mean", "std"], "se": "mean", "coverage": "mean"})


def primary(path: Path) -> list[str]:
    """The primary hypotheses of a protocol; a mistake if arrays can't hold one, so that none is left out unseen."""
    from analysis.hypotheses import load
    from analysis.power.draws import drawable
    from runner.commands import common

    own = [h for h in load().named(common.read(path).hypotheses) if h.primary]
    if lacking := drawable(own, _asked(path)) if own else {}:
        raise SystemExit(f"{path.stem}: no arrays for {lacking}")
    return [h.id for h in own]


def main() -> None:
    """Run, print, and write the page when asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--protocol", type=Path, nargs="+", default=sorted((ROOT / "protocols").glob("*.yaml")))
    arguments.add_argument("--studies", type=int, default=200)
    arguments.add_argument("--n", type=int, default=300)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--hypotheses", nargs="+", default=[], help="the primary ones, if not given")
    arguments.add_argument("--out", type=Path, default=ROOT / "out" / "recovery", help="finished studies and tables")
    arguments.add_argument("--d3", type=int, default=0, help="studies for the comparison with D3; 0: none")
    arguments.add_argument("--sd", type=int, default=0, help="studies of H9b by whose SD scores are in; 0: none")
    arguments.add_argument("--page", action="store_true", help="of all tables in --out; --studies 0 adds none")
    args = arguments.parse_args()
    import sys

    from recovery_page import D3_FILE, page

    for path in args.protocol if args.studies else ():
        if not (ids := args.hypotheses or primary(path)):
            continue
        name = "-".join([path.stem, *args.hypotheses])
        table = recovered(
            path,
            ids,
            studies=args.studies,
            n=args.n,
            jobs=args.jobs,
            keep=args.out / f"{name}.jsonl",
            progress=lambda done, total, name=name: print(f"\r{name}: {done} of {total}", end="", file=sys.stderr),
        )
        print(table.round(4).to_string())
        print("not as it has to be:", "; ".join(wrong(table)) or "nothing")
        table.assign(protocol=path.stem, n=args.n).to_csv(args.out / f"{name}.csv", index=False)
    if args.d3:
        study = ROOT / "protocols" / "frame-and-visibility.yaml"
        found = [
            power_as_in_d3(study, studies=args.d3, tastes=sd).reset_index().assign(tastes=sd, studies=args.d3)
            for sd in (0.0, 0.6)
        ]
        args.out.mkdir(parents=True, exist_ok=True)
        pd.concat(found).to_csv(args.out / D3_FILE, index=False)
    if args.sd:
        print(by_whose_sd(ROOT / "protocols" / "where-the-line-is.yaml", "H9b", args.sd, args.n).round(4).to_string())
    if args.page:
        page(args.out, D3, wrong, ROOT / "docs")


if __name__ == "__main__":
    main()
