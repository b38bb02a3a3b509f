"""STK: for which motive a score, or a condition, matters more."""

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, stacked
from analysis.sample import Sample
from analysis.templates.design import Estimates, clustered_by, design, said, weights_of


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests.

    One equation for each motive that a test names after the "@" (or other score, such as a motive at a later time).
    """
    outcomes = list(dict.fromkeys(t.at.name for test in hypothesis.combinations() for t in test if t.at))
    if lacking := [name for name in outcomes if name not in sample.scores]:
        raise FitError(f"{lacking[0]!r} was not measured")
    frame, terms, _ = design(hypothesis, sample)
    if cluster := clustered_by(frame):
        frame = frame.set_index(cluster)
    model = stacked(frame, outcomes=outcomes, terms=[t for t in terms if t not in outcomes])
    return said(model, hypothesis, sample), [model.contrast(weights_of(test)) for test in hypothesis.combinations()]
