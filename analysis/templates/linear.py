"""LIN: one score by others, by conditions, or by both."""

import attrs

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, linear
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests; of several outcomes, one of each a test."""
    outcomes = (hypothesis.outcome,) if isinstance(hypothesis.outcome, str) else hypothesis.outcome
    for outcome in outcomes:
        if outcome not in sample.scores and outcome not in sample.long:
            raise FitError(f"{outcome!r} was not measured")
    found = [regression(attrs.evolve(hypothesis, outcome=outcome), sample, linear) for outcome in outcomes]
    if len(found) == 1:
        return found[0]
    model = attrs.evolve(found[0][0], parts=outcomes, **{n: min(getattr(f, n) for f, _ in found) for n in ("n", "df")})
    tests = range(len(hypothesis.tests))
    return model, [estimates[test] for test in tests for _, estimates in found]
