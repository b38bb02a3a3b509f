"""Omega: how reliable a sum of items is by a fitted factor model (McDonald, 1999).

Neither alpha nor omega is right by default: which coefficient holds depends on the factor structure (Flora, 2020).
"""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.scoring.data import numeric

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
SMALLEST = 1e-4  # share of an item's variance that is its own at least (Heywood cases end here)


@attrs.frozen(kw_only=True)
class Omega:
    """Omega of one scale in one sample; NaN where the model can't be fitted."""

    total: float  # share of the sum's variance that all common factors explain
    hierarchical: float  # share that the general factor explains; NaN without subscales
    method: str
    n: int  # persons who answered every item
    k: int


def omega(frame: pd.DataFrame, subscales: Sequence[str] = ()) -> Omega:
    """Omega of keyed items (columns) over persons (rows), complete rows only, by maximum likelihood.

    Without subscales, one factor: omega = (sum of loadings)^2 / variance of the sum by the model. With `subscales`, one
    name per item, a factor for each and one general factor above them (two subscales: with equal loadings on it);
    then the variance that the general factor explains is told apart.

    Three items have loadings in closed form, such as sqrt(s12 * s13 / s23):

    >>> rows = [[1, 2, 2], [2, 2, 1], [3, 3, 4], [4, 3, 3], [5, 5, 4], [2, 4, 3], [4, 4, 5], [3, 1, 2]]
    >>> round(omega(pd.DataFrame(rows)).total, 3)
    0.862
    """
    items = numeric(frame).dropna().to_numpy(dtype=float)
    n, k = items.shape
    groups = list(dict.fromkeys(subscales))
    higher = len(groups) > 1
    method = "omega, general factor above subscales (ML)" if higher else "omega, one factor (ML)"
    nothing = Omega(total=np.nan, hierarchical=np.nan, method=method, n=n, k=k)
    sds = items.std(axis=0, ddof=1) if n > 1 else np.zeros(k)
    if n <= k or k < 3 or (sds == 0).any() or (higher and min(list(subscales).count(g) for g in groups) < 2):
        return nothing
    correlations = np.corrcoef(items.T)
    which = [groups.index(s) for s in subscales] if higher else [0] * k
    found = _second_order(correlations, which) if higher else _one_factor(correlations)
    if found is None:
        return nothing
    loadings, general = found
    weighted = loadings * sds
    unique = float(((1 - loadings**2) * sds**2).sum())
    factors = np.array([weighted[np.array(which) == g].sum() for g in range(max(which) + 1)])
    between = np.outer(general, general) + np.diag(1 - general**2)
    common = float(factors @ between @ factors)
    above = float((factors @ general) ** 2) / (common + unique)
    return attrs.evolve(nothing, total=common / (common + unique), hierarchical=above if higher else np.nan)


def omega_table(scales: Mapping[str, tuple[pd.DataFrame, Sequence[str]]]) -> pd.DataFrame:
    """One row per scale: scale, n, items, omega_total, omega_hierarchical, method."""
    found = {name: omega(frame, subscales) for name, (frame, subscales) in scales.items()}
    rows = [(name, o.n, o.k, o.total, o.hierarchical, o.method) for name, o in found.items()]
    return pd.DataFrame(rows, columns=["scale", "n", "items", "omega_total", "omega_hierarchical", "method"])


def _one_factor(correlations: Array) -> tuple[Array, Array] | None:
    strength = np.sqrt(np.clip(np.abs(correlations).mean(axis=0), 0.05, 0.9))
    found = _fitted(correlations, [0] * len(correlations), 0, strength * np.sign(correlations.sum(axis=0)))
    return None if found is None else (found, np.ones(1))


def _second_order(correlations: Array, which: Sequence[int]) -> tuple[Array, Array] | None:
    """Loadings of items on their factors, and of the factors on the general one."""
    k, n_factors = len(correlations), max(which) + 1
    free = n_factors if n_factors > 2 else 1  # two factors tell one correlation only
    found = _fitted(correlations, which, free, np.concatenate([np.full(k, 0.7), np.full(free, 0.6)]))
    return None if found is None else (found[:k], np.resize(found[k:], n_factors))


def _fitted(correlations: Array, which: Sequence[int], free: int, start: Array) -> Array | None:
    """The loadings at which log|Sigma| + trace(S Sigma^-1) is smallest: maximum likelihood of a normal sample.

    Sigma has ones, and l_i * l_j off the diagonal, times g_a * g_b for items of two factors a and b.
    """
    from scipy.optimize import minimize

    k, at = len(correlations), np.array(which)
    same = at[:, None] == at[None, :]

    def misfit(values: Array) -> tuple[float, Array]:
        loadings = values[:k]
        general = np.resize(values[k:], max(which) + 1)[at] if free else np.ones(k)
        between = np.where(same, 1.0, np.outer(general, general))
        sigma = np.outer(loadings, loadings) * between
        np.fill_diagonal(sigma, 1.0)
        sign, log_determinant = np.linalg.slogdet(sigma)
        if sign <= 0:
            return 1e6, np.zeros_like(values)
        inverse = np.linalg.inv(sigma)
        slope = inverse - inverse @ correlations @ inverse
        np.fill_diagonal(slope, 0.0)
        by_loading = 2 * (slope * between) @ loadings
        by_item = 2 * loadings * ((slope * ~same) @ (loadings * general))
        by_factor = np.bincount(at, weights=by_item, minlength=max(which) + 1)
        by_general = by_factor if free > 1 else by_factor.sum(keepdims=True)[:free]
        return log_determinant + float((inverse * correlations).sum()), np.concatenate([by_loading, by_general])

    most = float(np.sqrt(1 - SMALLEST))
    bounds = [(-most, most)] * len(start)
    found = minimize(misfit, start, jac=True, method="SLSQP", bounds=bounds, options={"ftol": 1e-12, "maxiter": 500})
    return np.asarray(found.x) if np.isfinite(found.fun) and found.fun < 1e6 else None
