"""How many people a statement is true of, from answers that a random device hid (randomised response).

An answer says nothing of the one who gave it; the share does, at the price of a larger standard error. Estimates are
left as they come out, also below 0 or above 1: bounded ones would be biased in a mean.
"""

import attrs
import numpy as np
import pandas as pd

from analysis.scoring.data import yes_or_no

Z = 1.959964  # of a normal distribution, for 95 %


@attrs.frozen(kw_only=True)
class Prevalence:
    """The share of people of whom a statement is true."""

    share: float  # NaN with fewer than two answers
    se: float
    n: int  # people who answered

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.share - Z * self.se

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.share + Z * self.se


def forced_response(said_yes: pd.Series, *, p_truth: float = 4 / 6, p_yes: float = 1 / 6) -> Prevalence:
    """From answers under a device that asks for the truth, a yes, or a no with known probabilities (Boruch, 1971).

    share = (l - p_yes) / p_truth, with l the observed share of yes; its variance is l (1 - l) / ((n - 1) p_truth^2)
    (Fox & Tracy, 1986). Missing answers are left out. Raises ValueError for probabilities that can't be.

    >>> half = pd.Series([True] * 30 + [False] * 30)  # l = 1/2: (1/2 - 1/6) / (4/6) = 1/2
    >>> found = forced_response(half)
    >>> round(found.share, 3), round(found.se, 4)  # sqrt(0.25 / 59) / (4/6)
    (0.5, 0.0976)
    """
    if not (0 < p_truth <= 1 and 0 <= p_yes <= 1 and p_truth + p_yes <= 1 + 1e-9):
        raise ValueError(f"p_truth and p_yes must be probabilities with a sum of at most 1, got {p_truth} and {p_yes}")
    return _prevalence(said_yes, slope=p_truth, intercept=p_yes)


def warner(said_yes: pd.Series, *, p: float) -> Prevalence:
    """From answers to a statement, asked with probability `p`, or else to its opposite (Warner, 1965).

    share = (l + p - 1) / (2 p - 1), with variance l (1 - l) / ((n - 1) (2 p - 1)^2). Raises ValueError for p = 1/2,
    with which answers say nothing of anybody.

    >>> found = warner(pd.Series([True] * 45 + [False] * 55), p=0.75)  # (0.45 + 0.75 - 1) / 0.5
    >>> round(found.share, 3), round(found.se, 3)  # sqrt(0.45 * 0.55 / 99) / 0.5
    (0.4, 0.1)
    """
    if not 0 <= p <= 1 or p == 0.5:
        raise ValueError(f"p must be a probability other than 1/2, got {p}")
    return _prevalence(said_yes, slope=2 * p - 1, intercept=1 - p)


def _prevalence(said_yes: pd.Series, *, slope: float, intercept: float) -> Prevalence:
    """The share behind a yes that comes with probability intercept + slope * share."""
    answers = yes_or_no(said_yes).dropna().astype(float)
    n = len(answers)
    if n < 2:
        return Prevalence(share=np.nan, se=np.nan, n=n)
    yes = float(answers.mean())
    se = float(np.sqrt(yes * (1 - yes) / (n - 1)) / abs(slope))
    return Prevalence(share=(yes - intercept) / slope, se=se, n=n)
