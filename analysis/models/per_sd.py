"""What is told per SD of a sample, as an estimate per SD of all people: the sampling error of the SDs (delta method).

A coefficient t = b * s(x) / s(y) of standardised columns hangs on SDs that are estimated too. To the first order

    error of t = s(x) / s(y) * error of b + t * (error of ln s(x) - error of ln s(y)),

a sum over persons (clusters), whose squares and products are the covariance whatever the distribution (Yuan & Chan,
2011; Jones & Waller, 2015). Of ln s a person adds (z^2 - 1) / (2 n), so that Var(ln s) = (k - 1) / (4 n) with the
kurtosis k: 1 / (2 n) if normal. Errors of b and of a predictor's SD are uncorrelated where the model holds; those of b
and of the outcome's SD are not, and with them the error of a correlation r between normal variables comes out as
(1 - r^2) / sqrt(n). An estimate of 0 keeps its error. Means count as those of the sample: a coefficient of lower order
is one at the sample's mean of what it is multiplied with elsewhere.
"""

import re
from collections.abc import Collection, Iterable, Mapping

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import Fit, numbers

Powers = Mapping[str, Mapping[str, int]]  # term -> column -> the power of the column's SD in the coefficient


def sd_errors(values: pd.DataFrame) -> pd.DataFrame:
    """What each row adds to the error of the logarithm of each column's SD, 0 where it has no value.

    z is in SDs with n in the denominator. Squares add up to Var(ln s), products of two columns to the covariance
    (mean of z^2 z'^2 - 1) / (4 n).

    >>> errors = sd_errors(pd.DataFrame({"x": [-2, -1, 0, 1, 2]}))  # z^2 = 2, 0.5, 0, 0.5, 2, the mean of z^4 is 1.7
    >>> errors["x"].tolist(), round(float((errors["x"] ** 2).sum()), 4), round((1.7 - 1) / (4 * 5), 4)
    ([0.1, -0.05, -0.1, -0.05, 0.1], 0.035, 0.035)
    """
    known = np.column_stack([np.empty((len(values), 0)), *(numbers(values, str(name)) for name in values)])
    n = np.maximum(np.isfinite(known).sum(axis=0), 1)
    gaps = known - np.nansum(known, axis=0) / n
    square = np.nansum(gaps**2, axis=0) / n
    shares = (gaps**2 / np.where(square > 0, square, np.nan) - 1) / (2 * n)
    return pd.DataFrame(np.nan_to_num(shares), index=values.index, columns=values.columns)


def slope_errors(design: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """What each row adds to the error of least-squares coefficients, inverse(X'X) x e; 0 where something is missing.

    >>> design = pd.DataFrame({"intercept": 1.0, "x": [0.0, 0.0, 1.0, 1.0]})  # means 1 and 5 of two each
    >>> slope_errors(design, pd.Series([0.0, 2.0, 5.0, 5.0]))["x"].tolist()
    [0.5, -0.5, 0.0, 0.0]
    """
    whole = np.isfinite(design.to_numpy()).all(axis=1) & np.isfinite(outcome.to_numpy())
    x, y = design.to_numpy()[whole], outcome.to_numpy()[whole]
    bread = np.linalg.inv(x.T @ x)
    found = np.zeros(design.shape)
    found[whole] = (x * (y - x @ (bread @ (x.T @ y)))[:, None]) @ bread
    return pd.DataFrame(found, index=design.index, columns=design.columns)


def powers(terms: Iterable[str], columns: Collection[str], outcomes: Collection[str] = ()) -> Powers:
    """In which coefficients the SDs of standardised columns are: 1 of a predictor, -1 of an outcome.

    Terms are products "a:b", or "a:b@y" in the equation of y. A single outcome belongs to all terms without an "@".

    >>> powers(["x:act", "x:w@y"], ["x", "w"], ["y"])
    {'x:act': {'x': 1, 'y': -1}, 'x:w@y': {'x': 1, 'w': 1, 'y': -1}}
    """
    found = {}
    for term in terms:
        product, _, at = term.rpartition("@") if term.rpartition("@")[2] in outcomes else (term, "", "")
        named = [piece for piece in re.split("[:@]", product) if piece in columns]
        own = {name: named.count(name) for name in dict.fromkeys(named)}
        found[term] = own | ({at: -1} if at else dict.fromkeys(outcomes, -1))
    return found


def per_sd(fit: Fit, errors: pd.DataFrame, within: Powers, own: pd.DataFrame | None = None) -> Fit:
    """The fit with the errors of SDs in its covariance; its estimates stay.

    `errors` has a row per person (cluster) and a column per SD (`sd_errors`, summed), `within` says in which
    coefficients each SD is, and `own` has what each person adds to the errors of the coefficients (`slope_errors`,
    summed). It is needed where an outcome was standardised; without it, errors of slopes and of SDs count as
    uncorrelated.

    >>> slope = Fit(estimates=pd.Series({"x": 0.5}), covariance=pd.DataFrame({"x": {"x": 0.01}}), df=4, n=5, rows=5,
    ...             method="")
    >>> told = per_sd(slope, sd_errors(pd.DataFrame({"x": [-2, -1, 0, 1, 2]})), {"x": {"x": 1}})
    >>> round(float(told.covariance.loc["x", "x"]), 6)  # 0.01 + 0.5^2 * 0.035
    0.01875
    """
    terms = [str(term) for term in fit.estimates.index]
    power = [[within.get(term, {}).get(str(name), 0) for name in errors] for term in terms]
    slopes = np.reshape(power, (len(terms), errors.shape[1])) * fit.estimates.to_numpy()[:, None]
    by_sd = errors.to_numpy() @ slopes.T
    more = by_sd.T @ by_sd
    if own is not None:
        both = own.reindex(index=errors.index, columns=terms, fill_value=0.0).to_numpy().T @ by_sd
        more = more + both + both.T
    return attrs.evolve(fit, covariance=fit.covariance + more)
