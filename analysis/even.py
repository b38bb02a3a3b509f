"""How evenly simulated people spread what there is to give: the entropy of an allocation, by how many options get
something."""

from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from runner.errors import VantageError
from runner.theory import STEPS, Asked

Array = np.ndarray[Any, np.dtype[Any]]
CAUSES = "causes"
_DRAWN = 4000  # allocations of each number of options
_EDGE = 6.0  # SD up to which sums of effects are looked at


def weight(base: float, explained: float, asked: Asked) -> float:
    """What coefficients in SD of entropy are multiplied by, to be added to the share of options that get something.

    `explained` is the variance of the weighted sum of z scores, taken as normal: with the chance base + weight * sum,
    its covariance with entropy is to be `explained` SD of entropy.
    """
    rows, steps = asked.places[CAUSES], asked.places[f"{CAUSES}{STEPS}"]
    low, high = 0.0, 1.0
    if explained <= 0:
        return 0.0
    if _slope(high, base, explained, rows, steps) < 1:
        raise VantageError("--effect: effects on 'entropy' of this size can't be had; state smaller ones")
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _slope(middle, base, explained, rows, steps) < 1 else (low, middle)
    return (low + high) / 2


def _slope(weight: float, base: float, explained: float, rows: int, steps: int) -> float:
    """SD of entropy per unit of the sum: E(entropy * z) / (SD of entropy * SD of the sum)."""
    z = np.linspace(-_EDGE, _EDGE, 241)
    density = np.exp(-z * z / 2)
    density /= density.sum()
    numbers = _numbers(np.clip(base + weight * sqrt(explained) * z, 0.0, 1.0), rows)
    first, second = (numbers @ each for each in _moments(rows, steps))
    mean = float(density @ first)
    return float(density @ (first * z)) / sqrt(float(density @ second) - mean**2) / sqrt(explained)


def _numbers(share: Array, rows: int) -> Array:
    """How likely each number of options that get something is, from 1 (shares x numbers): one, and of the others each
    by chance."""
    from scipy.stats import binom

    more = np.clip((share * rows - 1) / max(1, rows - 1), 0.0, 1.0)
    return np.asarray(binom.pmf(np.arange(rows)[None, :], rows - 1, more[:, None]))


@lru_cache
def _moments(rows: int, steps: int) -> tuple[Array, Array]:
    """Mean of entropy and of its square, for each number of options that get something."""
    random = np.random.default_rng(16)
    drawn = [entropies(np.full(_DRAWN, number), steps, rows, random) for number in range(1, rows + 1)]
    return np.array([each.mean() for each in drawn]), np.array([(each**2).mean() for each in drawn])


def entropies(numbers: Array, steps: int, rows: int, random: np.random.Generator, sure: bool = True) -> Array:
    """Shannon entropy of each one's allocation, in nats (people): of so many options each gets a step (if `sure`), and
    any of them the rest."""
    among = np.arange(rows)[None, :] < numbers[:, None]
    chances = among / numbers[:, None]
    given = (among.astype(int) if sure else np.zeros_like(among, dtype=int)) + random.multinomial(
        steps - numbers if sure else np.full(len(numbers), steps), chances
    )
    shares = given / steps
    return np.asarray(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1))
