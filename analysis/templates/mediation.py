"""MED: by which ways a predictor goes with an outcome, all of one predictor and outcome in parallel."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, Mediation, described, mediation
from analysis.paths import Path, names_of
from analysis.people import standardised
from analysis.sample import Sample
from analysis.templates.clusters import Clustered, clustered, persons
from analysis.templates.design import Estimates, rows_of
from analysis.terms import Term, written

OUTCOME = "outcome"


class _Modelled(NamedTuple):
    mediation: Mediation
    n: int  # people, of whom whole groups may have been drawn
    rows: Clustered
    treatments: Sequence[str]  # that were held constant


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The indirect effect of each path, in SD of the outcome: per SD of a score, or between two levels of a factor.

    An outcome such as "mO - mI" is the difference of z scores, and is made one itself. Where something on a path was
    measured after the treatment, all treatments are held constant: they may move a mediator and an outcome alike.
    People of one group session are drawn together where the predictor is one of whole sessions (`clusters`).
    """
    together: dict[tuple[str, str], dict[str, None]] = {}
    for path in hypothesis.paths():
        if len(path) != 3 or len(path[1]) != 1:
            raise FitError("a path has three places, its middle one score: predictor>mediator>outcome")
        together.setdefault(_ends(path), {})[names_of(path[1:2])[0]] = None
    models = {_ends(path): _model(hypothesis, sample, path, [*together[_ends(path)]]) for path in hypothesis.paths()}
    tables = [m.table().assign(n=n) for m, n, _, _ in models.values()]
    if len(tables) > 1:
        tables = [t.assign(what=f"{x} to {y}: " + t["what"]) for (x, y), t in zip(models, tables, strict=True)]
    whole = _described(hypothesis, pd.concat(tables, ignore_index=True), [*models.values()])
    return whole, [models[_ends(path)][0].indirect[names_of(path[1:2])[0]] for path in hypothesis.paths()]


def _described(hypothesis: Hypothesis, table: pd.DataFrame, models: Sequence[_Modelled]) -> Fit:
    first, _, rows, _ = models[0]
    held = dict.fromkeys([*hypothesis.given, *(name for model in models for name in model.treatments)])
    return described(
        table,
        n=min(n for _, n, _, _ in models),
        rows=min(m.rows for m, _, _, _ in models),
        method=f"{first.method}; held constant: {', '.join(held)}" if held else first.method,
        cautions=(first.caution, *rows.cautions),
    )


def _ends(path: Path) -> tuple[str, str]:
    return written(path[0]), written(path[2])


def _model(hypothesis: Hypothesis, sample: Sample, path: Path, mediators: list[str]) -> _Modelled:
    frame = rows_of(hypothesis, sample)
    x, others = _predictor(path[0], frame, sample)
    for name in [*mediators, *names_of(path[2:]), *hypothesis.given]:
        if name not in frame or frame[name].isna().all():
            raise FitError(f"{name!r} was not measured")
    for name in (*mediators, *names_of(path[2:])):
        if _factor(path[0]) in sample.treatments and name in sample.scores and name not in sample.late:
            raise FitError(f"{name!r} was measured before the treatment, which can't have changed it")
    frame[OUTCOME] = sum(weight * frame[term.names[0]] for term, weight in path[2].items())
    rows = clustered(hypothesis, sample, standardised(frame, [OUTCOME]), OUTCOME)
    treatments = [t for t in _treatments(path, mediators, hypothesis, sample) if rows.frame[t].nunique() > 1]
    dummies = _dummies(rows.frame, treatments, sample)
    entered = [*others, *dummies, *hypothesis.given]
    found = mediation(
        rows.frame,
        x=x,
        mediators=mediators,
        outcome=OUTCOME,
        covariates=entered,
        cluster=rows.column,
        scaled=[OUTCOME, *({x} & {*sample.scores})],
    )
    n = persons(found, rows.frame, OUTCOME, [x, *mediators, *entered])
    return _Modelled(found, n, rows, treatments)


def _treatments(path: Path, mediators: list[str], hypothesis: Hypothesis, sample: Sample) -> list[str]:
    """The treatments that came before something on the path, besides the predictor itself."""
    late = sample.late & {*names_of(path), *mediators}
    return [t for t in sample.treatments if late and t != _factor(path[0]) and t not in hypothesis.given]


def _dummies(frame: pd.DataFrame, factors: Sequence[str], sample: Sample) -> list[str]:
    """Puts columns "factor[level]" into the frame for every level that occurs but the first; their names."""
    named = []
    for name in factors:
        for level in [level for level in sample.factors[name] if (frame[name] == level).any()][1:]:
            frame[f"{name}[{level}]"] = (frame[name] == level).astype("Float64")
            named.append(f"{name}[{level}]")
    return named


def _factor(place: Mapping[Term, float]) -> str:
    return next(iter(place)).names[0]


def _predictor(place: Mapping[Term, float], frame: pd.DataFrame, sample: Sample) -> tuple[str, list[str]]:
    """The predictor's column, and the dummies of the levels that it doesn't compare."""
    name = _factor(place)
    if name not in sample.factors:
        if len(place) != 1 or name not in frame or frame[name].isna().all():
            raise FitError(f"{name!r} was not measured")
        return name, []
    levels = sample.factors[name]
    named = {term.factors[0].level: weight for term, weight in place.items()}
    if named == {"": 1.0} and len(levels) == 2:
        named = {levels[1]: 1.0}
    if "" in named:
        raise FitError(f"the factor {name!r} has {len(levels)} levels: its test names none of them")
    if unknown := [level for level in named if level not in levels]:
        raise FitError(f"the factor {name!r} has no level {unknown[0]!r} here")
    high = [level for level, weight in named.items() if weight == 1.0]
    low = [level for level, weight in named.items() if weight == -1.0] or [x for x in levels if x not in named][:1]
    if len(high) != 1 or len(low) != 1 or len(named) > 2:
        raise FitError("a path begins with a score, a level, or the difference of two levels of a factor")
    for level in levels:
        frame[f"{name}[{level}]"] = (frame[name] == level).astype("Float64")
    return f"{name}[{high[0]}]", [f"{name}[{x}]" for x in levels if x not in (*high, *low)]
