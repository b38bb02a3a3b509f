"""STK: for which motive a score, or a condition, matters more."""

from analysis.hypotheses import Hypothesis
from analysis.models import stacked
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.templates.design import Estimates, design, weights_of


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    frame, terms, _ = design(hypothesis, sample)
    model = stacked(frame, outcomes=[m for m in MOTIVES if m in frame], terms=terms)
    return model, [model.contrast(weights_of(test)) for test in hypothesis.combinations()]
