"""CNT: how many, as log rates: negative binomial, or Poisson where the counts vary no more than that."""

from analysis.hypotheses import Hypothesis
from analysis.models import counts
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    return regression(hypothesis, sample, counts)
