"""Implicit tests of simulated people as arrays: latencies and errors that carry an association, and their D scores.

The same presses as those of `runner.respondents`, scored as `analysis.scoring.sc_iat_d` scores them.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from runner.theory import ACCURACY, PRESS, PULL, SLIP, Asked, Sorting

Array = np.ndarray[Any, np.dtype[Any]]
ASSOCIATIONS: Mapping[str, str] = {  # variable -> the construct of the presses behind it
    "D_politicised": "sorting.politicised",
    "D_disadvantaged": "sorting.disadvantaged",
    "D_advantaged": "sorting.advantaged",
    "D_self": "sorting.self",
}
_PEOPLE, _AT_ONCE = 40_000, 4_000  # drawn to see how reliable a test is, and how many of them at a time


def of(name: str, asked: Asked) -> Sorting | None:
    """The implicit test that a variable is the score of, if a study has it."""
    return asked.sorting.get(ASSOCIATIONS.get(name, ""))


@lru_cache
def reliability(test: Sorting) -> float:
    """Squared correlation of D with the association, over people whose associations are standard normal.

    >>> round(reliability(Sorting(words=72, window=1.5)), 2)
    0.8
    """
    random = np.random.default_rng(72)
    spread = (np.arange(_PEOPLE) + random.random(_PEOPLE)) / _PEOPLE  # every part of the distribution in its share
    associations = _normal(random.permutation(spread))
    parts = associations.reshape(-1, _AT_ONCE)
    d = np.concatenate([scores(part, test, random) for part in parts])
    return float(np.corrcoef(d, associations)[0, 1] ** 2)


def scores(associations: Array, test: Sorting, random: np.random.Generator) -> Array:
    """D of each (people), from presses that are drawn here."""
    (one, one_right), (other, other_right) = (presses(sign * associations, test, random) for sign in (1, -1))
    latencies = np.concatenate([one, other], axis=1)
    right = np.concatenate([one_right, other_right], axis=1)
    spread = np.nanstd(np.where(right, latencies, np.nan), axis=1, ddof=1)
    return np.asarray((_mean(other, other_right) - _mean(one, one_right)) / spread)


def presses(helps: Array, test: Sorting, random: np.random.Generator) -> tuple[Array, Array]:
    """Latencies in s of a block (people x words; missing if they don't count), and whether the right key came.

    `helps` is how strongly the association helps, in its SD.
    """
    from analysis.scoring.iat_single import LEAST

    shape = len(helps), test.words
    mu, sigma, tau = PRESS
    drawn = random.normal(mu - PULL * helps[:, None], sigma, shape) + random.exponential(tau, shape)
    counts = (drawn >= LEAST / 1000) & (drawn < test.window)
    sure = np.minimum(1.0, ACCURACY + SLIP * helps)[:, None]
    right = random.random(shape) < sure + (1 - sure) / 2
    return np.where(counts, drawn, np.nan), right & counts


def _mean(latencies: Array, right: Array) -> Array:
    """The block's mean, each error as the mean of the right ones and a penalty (people)."""
    from analysis.scoring.iat_single import PENALTY

    correct = np.nanmean(np.where(right, latencies, np.nan), axis=1)
    replaced = np.where(right, latencies, correct[:, None] + PENALTY / 1000)
    return np.asarray(np.nanmean(np.where(np.isnan(latencies), np.nan, replaced), axis=1))


def _normal(shares: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(shares))
