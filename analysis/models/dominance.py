"""General dominance: how much each predictor adds to R2, averaged over all subsets of the others."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import attrs
import numpy as np
import pandas as pd

from analysis.models.bootstrap import Array, Drawn, cross_products, resampled, slopes, without_each
from analysis.models.fit import FitError, codes, complete_rows, numbers, products, refuse_unidentified, units_of

MOST = 10  # predictors: 1,024 subsets


@attrs.frozen(kw_only=True)
class Dominance:
    """The weights of the predictors, which add up to R2, with their draws."""

    weights: Mapping[str, Drawn]
    r2: float
    n: int
    method: str

    def ahead(self, name: str) -> tuple[str, Drawn]:
        """The strongest of the other predictors, and by how much `name` is ahead of it."""
        others = {other: drawn for other, drawn in self.weights.items() if other != name}
        nearest = max(others, key=lambda other: others[other].estimate)
        return nearest, self.difference(name, nearest)

    def difference(self, name: str, other: str) -> Drawn:
        """By how much one predictor's weight is larger than another's."""
        one, two = self.weights[name], self.weights[other]
        return Drawn(
            estimate=one.estimate - two.estimate, draws=one.draws - two.draws, left_out=one.left_out - two.left_out
        )

    def table(self) -> pd.DataFrame:
        """One row per predictor, the largest weight first: what, estimate, low, high (95 %), share of R2."""
        ranked = sorted(self.weights.items(), key=lambda item: -item[1].estimate)
        rows = [(name, w.estimate, *w.percentile(), w.estimate / self.r2) for name, w in ranked]
        return pd.DataFrame(rows, columns=["what", "estimate", "low", "high", "share"])


def dominance(
    frame: pd.DataFrame,
    *,
    outcome: str,
    predictors: Sequence[str],
    bootstrap: int = 1_000,
    seed: int = 1,
    cluster: str | None = None,
) -> Dominance:
    """General dominance weights of a linear regression (Budescu, 1993; Azen & Budescu, 2003).

    A weight is the increment in R2 that a predictor makes, averaged over the subsets of the others of one size, and
    then over the sizes; the weights add up to R2 (they are Shapley values of it). Persons, or whole clusters, are drawn
    with replacement. Rows with something missing are left out; at most 10 predictors.

    >>> frame = pd.DataFrame({"a": [1, 1, -1, -1], "b": [1, -1, 1, -1]}).loc[[0, 1, 2, 3] * 5].reset_index(drop=True)
    >>> found = dominance(frame.assign(y=2 * frame.a + frame.b), outcome="y", predictors=["a", "b"], bootstrap=50)
    >>> [round(weight.estimate, 6) for weight in found.weights.values()]  # uncorrelated: 4 and 1 of a variance of 5
    [0.8, 0.2]
    """
    if not 2 <= len(predictors) <= MOST:
        raise FitError(f"dominance is of 2 to {MOST} predictors, got {len(predictors)}")
    design = products(frame, predictors).assign(**{"": 1.0})
    units = units_of(frame, cluster)
    design, measured, units = complete_rows(design, numbers(frame, outcome), units)
    refuse_unidentified(design, measured, units)
    centred = (design - design.mean()).assign(**{"": 1.0})
    columns = np.column_stack([centred.to_numpy(), measured - measured.mean()])
    of_units = cross_products(columns, codes(units))
    k = len(predictors)
    try:
        whole = _weights(of_units.sum(axis=0)[None], k)[0]
        drawn = np.vstack([_weights(sums, k) for sums in resampled(of_units, bootstrap, seed)])
        left_out = _weights(without_each(of_units), k)
    except np.linalg.LinAlgError:
        raise FitError("some resamples leave nothing to tell the predictors by: too few persons") from None
    weights = {
        name: Drawn(estimate=float(whole[i]), draws=drawn[:, i], left_out=left_out[:, i])
        for i, name in enumerate(predictors)
    }
    resamples = f"{bootstrap} resamples of {cluster or 'persons'}, seed {seed}"
    return Dominance(
        weights=weights,
        r2=float(whole.sum()),
        n=int(units.nunique()),
        method=f"general dominance weights, percentile interval of {resamples}",
    )


def _weights(sums: Array, k: int) -> Array:
    """General dominance weights (m x k) from sums of products (m x k+2 x k+2: predictors, constant, outcome)."""
    n, means = sums[:, k, k], sums[:, k]
    about = sums - means[:, :, None] * means[:, None, :] / n[:, None, None]  # sums of products around the means
    total = about[:, -1, -1]
    r2: dict[tuple[int, ...], Array] = {(): np.zeros(len(sums))}
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            chosen = list(subset)
            grid, with_outcome = about[:, chosen][:, :, chosen], about[:, chosen, -1]
            weights = slopes(grid, with_outcome[:, :, None])[:, :, 0]
            r2[subset] = (weights * with_outcome).sum(axis=1) / total
    out = np.zeros((len(sums), k))
    for i in range(k):
        others = [j for j in range(k) if j != i]
        for size in range(k):
            subsets = list(combinations(others, size))
            gains = [r2[tuple(sorted((*s, i)))] - r2[s] for s in subsets]
            out[:, i] += np.mean(gains, axis=0) / k
    return out
