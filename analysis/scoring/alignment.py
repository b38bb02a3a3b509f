"""How far what people say goes with what an implicit test gives: standardised residuals, never a raw difference.

Warmth from 0 to 100 and a D score have no unit in common, so that a difference of the two would be of neither, and
would carry the unreliability of both (Edwards, 2001, *Organizational Research Methods* 4, 265-287).
"""

import attrs
import numpy as np
import pandas as pd

from analysis.scoring.data import numeric

LEAST = 5  # people below which nothing is told


@attrs.frozen(kw_only=True)
class Alignment:
    """Stated values beside implicit ones over some people; NaN where it can't be told."""

    residuals: pd.Series = attrs.field(repr=False)  # per person: above 0, more is stated than the test lets expect
    r: float  # Pearson's correlation
    low: float  # 95 %, by Fisher's z
    high: float
    curve: float  # what the squared z score of the test adds: above 0, the extremes say more
    curve_se: float  # HC3
    n: int


def alignment(stated: pd.Series, implicit: pd.Series) -> Alignment:
    """The correlation of both, each person's standardised residual, and whether a curve fits better than a line.

    With both as z scores (SD with n - 1), residual = (z_stated - r * z_implicit) / sqrt((1 - r^2) * (n - 1) / (n - 2)).
    The curve is b2 of z_stated = b0 + b1 * z_implicit + b2 * z_implicit^2. Whoever lacks one of both has none.

    r = 0.8; the residuals are -0.232, -0.697, 0.697, 0.232 over an SD of 0.735, and a fifth person counts for nothing.

    >>> found = alignment(pd.Series([20, 40, 60, 80, 50]), pd.Series([0.0, 2.0, 1.0, 3.0, None]))
    >>> found.n, [round(float(each), 3) for each in found.residuals.dropna()]
    (4, [-0.316, -0.949, 0.949, 0.316])
    """
    both = numeric(pd.DataFrame({"stated": stated, "implicit": implicit})).dropna().astype(float)
    residuals = pd.Series(pd.NA, index=stated.index, dtype="Float64")
    n = len(both)
    nothing = Alignment(residuals=residuals, r=np.nan, low=np.nan, high=np.nan, curve=np.nan, curve_se=np.nan, n=n)
    if n < 4 or (both.std() == 0).any():
        return nothing
    z = ((both - both.mean()) / both.std()).to_numpy()
    r = float(z[:, 0] @ z[:, 1]) / (n - 1)
    spread = np.sqrt(max(1 - r**2, 0.0) * (n - 1) / (n - 2))
    if spread > 1e-9:
        residuals = residuals.copy()
        residuals.loc[both.index] = (z[:, 0] - r * z[:, 1]) / spread
    reach = 1.959964 / np.sqrt(n - 3)
    low, high = np.tanh(np.arctanh(np.clip(r, -0.999999, 0.999999)) + np.array([-reach, reach]))
    curve, error = _curve(z[:, 0], z[:, 1])
    return attrs.evolve(
        nothing, residuals=residuals, r=r, low=float(low), high=float(high), curve=curve, curve_se=error
    )


def _curve(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """The coefficient of x squared in a parabola, with its HC3 error (MacKinnon & White, 1985)."""
    design = np.column_stack([np.ones_like(x), x, x**2])
    if len(y) < LEAST or np.linalg.matrix_rank(design) < 3:
        return np.nan, np.nan
    bread = np.linalg.inv(design.T @ design)
    weights = bread @ (design.T @ y)
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    if (leverage > 1 - 1e-9).any():
        return float(weights[2]), np.nan
    pulled = design * ((y - design @ weights) / (1 - leverage))[:, None]
    return float(weights[2]), float(np.sqrt((bread @ (pulled.T @ pulled) @ bread)[2, 2]))
