"""HUR: whether people give, and how much. Each test is judged in both parts, and holds when both do.

That is an intersection-union test: a claim that people "give more" is borne out only where more of them give and those
who give, give more. Each part is told by itself beside it.
"""

import attrs

from analysis.hypotheses import Hypothesis
from analysis.models import hurdle
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression

CAUTION = (
    "Amounts are those of people who gave. Who gives may itself hang on the condition, so that chance did not make "
    "the groups that are compared there."
)


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and of each of its tests the estimate of whether and that of how much."""
    model, estimates = regression(hypothesis, sample, hurdle)
    return attrs.evolve(model, cautions=(*model.cautions, CAUTION)), estimates
