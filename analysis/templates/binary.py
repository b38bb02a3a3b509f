"""BIN: one act or none."""

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, binary
from analysis.sample import Sample
from analysis.templates.design import Estimates, design


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    frame, terms, weights = design(hypothesis, sample)
    outcome = str(hypothesis.outcome)
    if outcome not in frame or frame[outcome].isna().all():
        raise FitError(f"{hypothesis.outcome!r} was not measured")
    model = binary(frame, outcome=outcome, terms=terms)
    return model, [model.contrast(w) for w in weights]
