"""From a hypothesis to the terms of its model: rows, dummies of factors, lower-order terms, all motives, covariates."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import attrs
import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Drawn, Fit, FitError
from analysis.people import MOTIVES, standardised
from analysis.sample import Sample
from analysis.templates.covariates import covariates
from analysis.terms import Factor, Term

Estimate = tuple[float, float] | Drawn  # estimate and standard error, or an estimate with its resamples
Estimates = tuple[Fit, Sequence[Estimate]]  # the model, and the estimate of each test; none where nothing is tested

AS_SCORES = (
    "LIN",
    "STK",
    "MIX",
    "MED",
    "XL",
    "DOM",
    "SURF",
)  # models whose outcome is standardised; others take it as it is


def weights_of(test: Mapping[Term, float]) -> dict[str, float]:
    """A test's weights by the names that terms have in models."""
    return {str(term): weight for term, weight in test.items()}


def rows_of(hypothesis: Hypothesis, sample: Sample) -> pd.DataFrame:
    """What a model is fitted to: one row per analysed person, or the rows of an outcome that has several a person.

    Scores are z scores over the people. The outcome is one too, over the rows, where the model is one of scores.
    """
    frame, outcome = sample.standard.copy(), hypothesis.outcome
    if isinstance(outcome, str) and outcome in sample.long:
        rows = sample.long[outcome].rename(columns={"value": outcome})
        own = frame[[c for c in frame if c not in rows]]
        frame = rows.merge(own, left_on="session", right_index=True, how="inner").reset_index(drop=True)
        if hypothesis.model in AS_SCORES:
            frame = standardised(frame, [outcome])
    elif hypothesis.model not in AS_SCORES:
        for name in {outcome} if isinstance(outcome, str) else set(outcome):
            if name in sample.people:
                frame[name] = sample.people[name]
    return frame


def clustered_by(frame: pd.DataFrame) -> str | None:
    """The column to cluster by: the participant, where a person has several rows."""
    repeated = "participant" in frame and bool(frame["participant"].duplicated().any())
    return "participant" if repeated else None


def design(hypothesis: Hypothesis, sample: Sample) -> tuple[pd.DataFrame, list[str], list[dict[str, float]]]:
    """The frame with dummies, the terms with all lower-order ones, and each test's weights in these terms.

    Where a motive takes part, all four do. A factor's reference is its first level that no test names; a factor of two
    levels without one stands for its second. "x@f[level]" is the slope of x at that level. Covariates come last
    (`given`, and the other antecedents of a motive).
    """
    frame = rows_of(hypothesis, sample)
    tests = [unfolded(test, sample) for test in hypothesis.combinations()]
    given = [Term((Factor(name),)) for name in (*hypothesis.given, *covariates(hypothesis, sample))]
    named = {f for test in tests for term in test for f in term.factors} | {f for t in given for f in t.factors}
    levels = dummies(frame, named, sample)
    for name in sorted({f.name for f in named} - set(levels)):
        if name not in frame or frame[name].isna().all():
            raise FitError(f"{name!r} was not measured")
    terms: dict[str, None] = {}
    for size in range(1, 5):
        for term in [*(t for test in tests for t in test), *given]:
            for subset in combinations(term.factors, size):
                terms |= dict.fromkeys(expanded(subset, levels, sample))
    known = {*terms}
    weights = [{t: w for t, w in weights_of(test).items() if t in known} for test in tests]
    return frame, [t for t in terms if t != hypothesis.outcome], weights


def said(fit: Fit, hypothesis: Hypothesis, sample: Sample) -> Fit:
    """The model, its method telling which covariates were entered."""
    entered = [*hypothesis.given, *covariates(hypothesis, sample)]
    if not entered:
        return fit
    return attrs.evolve(fit, method=f"{fit.method}; held constant: {', '.join(dict.fromkeys(entered))}")


def expanded(factors: Sequence[Factor], levels: Mapping[str, list[str]], sample: Sample) -> list[str]:
    """A product's terms over all levels of its factors, and over all motives if one is in it."""
    products = [""]
    for factor in factors:
        if factor.name in levels:
            choices = [f"{factor.name}[{level}]" for level in levels[factor.name]]
        elif factor.name in MOTIVES:
            choices = [m for m in MOTIVES if m in sample.people]
        else:
            choices = [factor.name]
        products = [f"{p}:{c}" if p else c for p in products for c in choices]
    return products


def dummies(frame: pd.DataFrame, named: set[Factor], sample: Sample) -> dict[str, list[str]]:
    """Puts a column "factor[level]" into the frame for every level but the reference; these levels by factor."""
    levels = {name: _levels(name, named, sample) for name in sorted({f.name for f in named} & set(sample.factors))}
    for name, with_column in levels.items():
        for level in with_column:
            frame[f"{name}[{level}]"] = (frame[name] == level).astype("Float64")
    return levels


def _levels(name: str, named: set[Factor], sample: Sample) -> list[str]:
    """The levels of a factor that get a dummy: all but the reference."""
    mentioned = {f.level for f in named if f.name == name and f.level}
    unknown = mentioned - set(sample.factors[name])
    if unknown:
        raise FitError(f"the factor {name!r} has no level {sorted(unknown)[0]!r} here")
    reference = next((x for x in sample.factors[name] if x not in mentioned), sample.factors[name][-1])
    return [x for x in sample.factors[name] if x != reference]


def unfolded(test: Mapping[Term, float], sample: Sample) -> dict[Term, float]:
    """A test without slopes at levels, and with a level for each factor that it names."""
    weights: dict[Term, float] = {}
    for term, weight in test.items():
        factors = tuple(_with_level(factor, sample) for factor in term.factors)
        parts = [Term(factors)]
        if term.at and term.at.level:
            if term.at.name not in sample.factors:
                raise FitError(f"{term.at.name!r} is no factor here")
            parts.append(Term((*factors, term.at)))
        for part in parts:
            weights[part] = weights.get(part, 0.0) + weight
    return weights


def _with_level(factor: Factor, sample: Sample) -> Factor:
    if factor.level or factor.name not in sample.factors:
        return factor
    levels = sample.factors[factor.name]
    if len(levels) != 2:
        raise FitError(f"the factor {factor.name!r} has {len(levels)} levels: its test names none of them")
    return Factor(factor.name, levels[1])
