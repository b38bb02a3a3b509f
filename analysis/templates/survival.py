"""COX: how soon people withdraw, step by step, as log hazards."""

from collections.abc import Sequence

import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, discrete_hazard
from analysis.sample import Sample
from analysis.templates.design import Estimates
from analysis.templates.regression import regression


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests.

    The outcome's rows say up to which step somebody is known (`time`, from 1), whether they left at it (`event`), and
    after which they were first seen (`start`, else 0).
    """
    return regression(hypothesis, sample, _by_step)


def _by_step(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None) -> Fit:
    if "time" not in frame or "event" not in frame:
        raise FitError(f"{outcome!r} doesn't say at which step it was")
    steps = by_step(frame, outcome)
    return discrete_hazard(steps, outcome=outcome, step="step", terms=terms, cluster=cluster or "participant")


def by_step(frame: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """One row per step that somebody reached, `step` from 1, the outcome true at the one at which they left.

    >>> by_step(pd.DataFrame({"time": [2, 1], "event": [True, False]}), "left")[["step", "left"]].values.tolist()
    [[1.0, 0.0], [2.0, 1.0], [1.0, 0.0]]
    """
    known = frame[frame["time"].notna() & frame["event"].notna()].reset_index(drop=True)
    start = known["start"].astype(int) if "start" in known else pd.Series(0, index=known.index)
    length = (known["time"].astype(int) - start).clip(lower=0)
    rows = known.loc[known.index.repeat(length)].copy()
    rows["step"] = start.loc[rows.index] + rows.groupby(level=0).cumcount() + 1
    last = rows["step"] == known["time"].astype(int).loc[rows.index]
    rows[outcome] = (last & known["event"].astype(bool).loc[rows.index]).astype(float)
    return rows.reset_index(drop=True)
