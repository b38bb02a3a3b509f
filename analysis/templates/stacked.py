"""STK: for which motive a score, or a condition, matters more."""

import attrs

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, errors_by, stacked
from analysis.sample import Sample
from analysis.templates.clusters import clustered, persons
from analysis.templates.design import Estimates, design, said, weights_of
from analysis.templates.per_sd import least_squares_per_sd


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests.

    One equation for each motive that a test names after the "@" (or other score, such as a motive at a later time).
    """
    outcomes = list(dict.fromkeys(t.at.name for test in hypothesis.combinations() for t in test if t.at))
    if lacking := [name for name in outcomes if name not in sample.scores]:
        raise FitError(f"{lacking[0]!r} was not measured")
    frame, terms, _ = design(hypothesis, sample)
    terms = [t for t in terms if t not in outcomes]
    rows = clustered(hypothesis, sample, frame, outcomes[0])
    model = stacked(rows.frame.set_index(rows.column) if rows.column else rows.frame, outcomes=outcomes, terms=terms)
    model = least_squares_per_sd(model, sample, rows, outcomes, terms)
    if rows.cautions:
        n = max(persons(model, rows.frame, outcome, terms) for outcome in outcomes)
        method = f"stacked regressions, {errors_by(rows.column or 'person')}"
        model = attrs.evolve(model, n=n, method=method, cautions=rows.cautions)
    return said(model, hypothesis, sample), [model.contrast(weights_of(test)) for test in hypothesis.combinations()]
