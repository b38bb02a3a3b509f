"""BIN: one act or none."""

from analysis.hypotheses import Hypothesis
from analysis.models import binary
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    return regression(hypothesis, sample, binary)
