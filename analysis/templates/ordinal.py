"""ORD: an outcome of which only the order counts. Where distances mean something, LIN is what to take."""

from analysis.hypotheses import Hypothesis
from analysis.models import ordinal
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    return regression(hypothesis, sample, ordinal)
