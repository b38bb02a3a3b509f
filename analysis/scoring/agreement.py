"""What several coders make of the same answers: their mean, and how far they agree (Cohen, 1960, 1968)."""

from typing import Literal

import attrs
import numpy as np
import pandas as pd

from analysis.scoring.data import numeric

Z = 1.959964  # of a normal distribution, for 95 %


@attrs.frozen(kw_only=True)
class Kappa:
    """Agreement of two coders beyond chance."""

    kappa: float  # NaN when there is nothing to agree on
    se: float  # for an interval: large-sample, not under the hypothesis of chance (Fleiss, Cohen & Everitt, 1969)
    n: int  # answers that both coded
    weights: str

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return max(self.kappa - Z * self.se, -1.0) if self.se == self.se else np.nan

    @property
    def high(self) -> float:
        """Upper end of it, 1 at most."""
        return min(self.kappa + Z * self.se, 1.0) if self.se == self.se else np.nan


def coder_mean(codes: pd.DataFrame) -> pd.Series:
    """The mean code of each answer (row) over coders (columns), missing where a coder left it out.

    >>> coder_mean(pd.DataFrame({"first": [0, 3, 2], "second": [1, 3, None]})).tolist()
    [0.5, 3.0, <NA>]
    """
    numbers = numeric(codes)
    mean: pd.Series = numbers.mean(axis=1, skipna=False)
    return mean.astype("Float64")


def cohens_kappa(
    one: pd.Series, other: pd.Series, *, weights: Literal["none", "linear", "quadratic"] = "none"
) -> Kappa:
    """Cohen's kappa of two coders; with weights, nearer codes count as partial agreement (codes are numbers then).

    kappa = (po - pe) / (1 - pe), po the weighted share of agreement and pe the one that the margins alone would give.
    The weight of codes i and j is 1 - |i - j| / range (linear) or 1 - (i - j)^2 / range^2 (quadratic).

    >>> one, other = pd.Series([0, 0, 1, 1, 1, 0, 1, 0, 0, 1]), pd.Series([0, 0, 1, 1, 0, 0, 1, 1, 0, 1])
    >>> round(cohens_kappa(one, other).kappa, 2)  # 8 of 10 agree, 5 would by chance
    0.6
    """
    both = pd.DataFrame({"one": one, "other": other}).dropna()
    nothing = Kappa(kappa=np.nan, se=np.nan, n=len(both), weights=weights)
    if weights != "none":
        both = numeric(both)
    codes = sorted(set(both["one"]) | set(both["other"]))
    if len(both) < 2 or len(codes) < 2:
        return nothing
    table = pd.crosstab(both["one"], both["other"]).reindex(index=codes, columns=codes, fill_value=0).to_numpy(float)
    shares = table / table.sum()
    agree = np.eye(len(codes))
    if weights != "none":
        values = np.array(codes, dtype=float)
        distance = np.abs(values[:, None] - values[None, :]) / (values[-1] - values[0])
        agree = 1 - (distance if weights == "linear" else distance**2)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((agree * shares).sum()), float(rows @ agree @ columns)
    kappa = (observed - expected) / (1 - expected)
    by_row, by_column = agree @ columns, rows @ agree
    inner = agree * (1 - expected) - (by_row[:, None] + by_column[None, :]) * (1 - observed)
    spread = float((shares * inner**2).sum()) - (observed * expected - 2 * expected + observed) ** 2
    return attrs.evolve(nothing, kappa=kappa, se=float(np.sqrt(max(spread, 0) / len(both)) / (1 - expected) ** 2))
