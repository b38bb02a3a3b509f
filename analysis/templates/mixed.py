"""MIX: a score of which people have several, each person with a level of their own."""

from collections.abc import Sequence

import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, mixed_linear
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests."""
    return regression(hypothesis, sample, _by_person)


def _by_person(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None) -> Fit:
    return mixed_linear(frame, outcome=outcome, terms=terms, person="participant")
