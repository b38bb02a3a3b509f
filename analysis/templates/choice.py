"""CH: which act people take, by what the acts are and how strong their motives are."""

from analysis.choices import ATTRIBUTES, varying
from analysis.hypotheses import Hypothesis
from analysis.models import FitError
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.templates.design import Estimates, weights_of


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    for test in hypothesis.combinations():
        for name in {name for term in test for name in term.names}:
            if name in ATTRIBUTES and (sample.pairs.empty or name not in varying(sample.pairs)):
                raise FitError(f"no two acts differ in {name!r}")
            if name not in ATTRIBUTES and name not in MOTIVES:
                raise FitError(f"{name!r} is not part of the choice model yet")
            if name in MOTIVES and name not in sample.people:
                raise FitError(f"{name!r} was not measured")
    model = sample.choices
    if isinstance(model, FitError):
        raise model
    return model, [model.contrast(weights_of(test)) for test in hypothesis.combinations()]
