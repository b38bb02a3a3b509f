"""The model templates of paradigms.md C0, one file each: from a hypothesis and a sample to a fitted model."""

from collections.abc import Callable, Mapping

from analysis.hypotheses import Hypothesis
from analysis.sample import Sample
from analysis.templates import binary, choice, linear, stacked
from analysis.templates.design import Estimates

TEMPLATES: Mapping[str, Callable[[Hypothesis, Sample], Estimates]] = {
    "CH": choice.fit,
    "LIN": linear.fit,
    "BIN": binary.fit,
    "STK": stacked.fit,
}
