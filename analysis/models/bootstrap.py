"""Resampling persons or clusters: sums of squares and products of every draw at once, and intervals from the draws."""

import math
from collections.abc import Iterator
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
_CHUNK = 1_000  # draws at a time: 1,000 x 400 persons take 3 MB


@attrs.frozen(kw_only=True)
class Drawn:
    """An estimate with the values that it took over resamples."""

    estimate: float
    draws: Array = attrs.field(eq=False, repr=False)
    left_out: Array = attrs.field(eq=False, repr=False)  # its value without each person or cluster, for BCa

    @property
    def se(self) -> float:
        """The standard deviation of the draws."""
        return float(self.draws.std(ddof=1))

    def percentile(self, level: float = 0.95) -> tuple[float, float]:
        """The middle `level` of the draws."""
        return _between(self.draws, (1 - level) / 2, (1 + level) / 2)

    def bca(self, level: float = 0.95) -> tuple[float, float]:
        """The bias-corrected and accelerated interval (Efron, 1987), acceleration by the jackknife.

        NaN where all draws lie on one side of the estimate.
        """
        from scipy.stats import norm

        below = float((self.draws < self.estimate).mean() + (self.draws == self.estimate).mean() / 2)
        if not 0 < below < 1:
            return math.nan, math.nan
        bias = norm.ppf(below)
        gap = self.left_out.mean() - self.left_out
        spread = float((gap**2).sum()) ** 1.5
        acceleration = float((gap**3).sum()) / (6 * spread) if spread else 0.0
        ends = []
        for p in ((1 - level) / 2, (1 + level) / 2):
            shifted = bias + norm.ppf(p)
            ends.append(float(norm.cdf(bias + shifted / (1 - acceleration * shifted))))
        return _between(self.draws, *ends)

    @property
    def p(self) -> float:
        """Two-sided: twice the smaller share of draws on one side of 0, never 0 itself."""
        n = len(self.draws)
        least = min(int((self.draws <= 0).sum()), int((self.draws >= 0).sum()))
        return min(1.0, 2 * (least + 1) / (n + 1))

    def p_tost(self, bound: float) -> float:
        """The larger share of draws beyond -bound or +bound: both one-sided tests against the bounds."""
        n = len(self.draws)
        return max(int((self.draws <= -bound).sum()) + 1, int((self.draws >= bound).sum()) + 1) / (n + 1)


def cross_products(columns: Array, units: npt.NDArray[np.int64]) -> Array:
    """Sums of squares and products within each unit: rows x k and each row's unit (0 to u - 1) give u x k x k.

    >>> cross_products(np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]), np.array([0, 0, 1])).tolist()
    [[[2.0, 5.0], [5.0, 13.0]], [[1.0, 4.0], [4.0, 16.0]]]
    """
    k = columns.shape[1]
    out = np.zeros((int(units.max()) + 1, k, k))
    np.add.at(out, units, columns[:, :, None] * columns[:, None, :])
    return out


def resampled(products: Array, draws: int, seed: int) -> Iterator[Array]:
    """The summed products (m x k x k) of `draws` resamples of the units, some at a time.

    A resample's sums are the units' products weighted by how often each was drawn, so that nothing is copied.
    """
    units, k = products.shape[0], products.shape[1]
    flat = products.reshape(units, k * k)
    rng = np.random.default_rng(seed)
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        picked = rng.integers(units, size=(size, units)) + np.arange(size)[:, None] * units
        counts = np.bincount(picked.ravel(), minlength=size * units).reshape(size, units)
        yield (counts.astype(float) @ flat).reshape(size, k, k)


def slopes(squares: Array, with_outcomes: Array) -> Array:
    """Least squares from sums of products, for each of m resamples: m x k x k and m x k x o give m x k x o.

    A LinAlgError when in some of them a column can't be told from those before it.
    """
    factor = np.linalg.cholesky(squares)
    left = np.diagonal(factor, axis1=1, axis2=2) / np.sqrt(np.diagonal(squares, axis1=1, axis2=2))
    if not np.all(left > 1e-6):
        raise np.linalg.LinAlgError("singular")
    return np.asarray(np.linalg.solve(squares, with_outcomes), dtype=np.float64)


def without_each(products: Array) -> Array:
    """The summed products without each unit in turn (u x k x k)."""
    left: Array = products.sum(axis=0) - products
    return left


def _between(draws: Array, low: float, high: float) -> tuple[float, float]:
    ends = np.quantile(draws, [low, high])
    return float(ends[0]), float(ends[1])
