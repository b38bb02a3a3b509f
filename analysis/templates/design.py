"""From a hypothesis to the terms of its model: dummies of factors, lower-order terms, all motives together."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.terms import Factor, Term

Estimates = tuple[Fit, list[tuple[float, float]]]  # the model, and estimate and standard error of each test


def weights_of(test: Mapping[Term, float]) -> dict[str, float]:
    """A test's weights by the names that terms have in models."""
    return {str(term): weight for term, weight in test.items()}


def design(hypothesis: Hypothesis, sample: Sample) -> tuple[pd.DataFrame, list[str], list[dict[str, float]]]:
    """The frame with dummies, the terms with all lower-order ones, and each test's weights in these terms.

    Where a motive takes part, all four do. A factor's reference is its first level that no test names.
    """
    frame = sample.standard.copy()
    tests = hypothesis.combinations()
    asked = [term for test in tests for term in test] + [Term((Factor(name),)) for name in hypothesis.given]
    named = {f for term in asked for f in term.factors}
    levels = {}
    for name in {f.name for f in named}:
        if name in sample.factors:
            mentioned = {f.level for f in named if f.name == name}
            unknown = mentioned - set(sample.factors[name])
            if unknown:
                raise FitError(f"the factor {name!r} has no level {sorted(unknown)[0]!r} here")
            reference = next((x for x in sample.factors[name] if x not in mentioned), sample.factors[name][-1])
            levels[name] = [x for x in sample.factors[name] if x != reference]
            for level in levels[name]:
                frame[f"{name}[{level}]"] = (frame[name] == level).astype("Float64")
        elif name not in sample.scores:
            raise FitError(f"{name!r} was not measured")
    terms: dict[str, None] = {}
    for size in range(1, 4):
        for term in asked:
            for subset in combinations(term.factors, size):
                terms |= dict.fromkeys(_expanded(subset, levels, sample))
    known = {*terms}
    weights = [{t: w for t, w in weights_of(test).items() if t in known} for test in tests]
    return frame, list(terms), weights


def _expanded(factors: Sequence[Factor], levels: Mapping[str, list[str]], sample: Sample) -> list[str]:
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
