"""What every fitted model comes down to: coefficients with their covariance; and what a fit needs on its way.

Clustered covariances carry statsmodels' small-sample factor G/(G-1) * (N-1)/(N-k), G clusters, N rows,
k coefficients; tests and intervals use a t distribution with G-1 degrees of freedom.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd


class FitError(ValueError):
    """The data can't tell these coefficients; the message says why."""


@attrs.frozen(kw_only=True)
class Fit:
    """Coefficients with their covariance."""

    estimates: pd.Series
    covariance: pd.DataFrame
    df: float  # of the t distribution for tests and intervals
    n: int  # persons
    rows: int
    method: str

    def contrast(self, weights: Mapping[str, float]) -> tuple[float, float]:
        """Estimate and standard error of a linear combination of coefficients."""
        unknown = [term for term in weights if term not in self.estimates.index]
        if unknown:
            raise FitError(f"the model has no term {unknown[0]!r}")
        w = np.array([weights.get(str(term), 0.0) for term in self.estimates.index])
        return float(w @ self.estimates.to_numpy()), float(np.sqrt(w @ self.covariance.to_numpy() @ w))

    def table(self) -> pd.DataFrame:
        """One row per coefficient: term, estimate, se, low, high (95 %)."""
        from analysis.models.tost import quantile

        se = np.sqrt(np.diag(self.covariance))
        reach = quantile(0.975, self.df) * se
        value = self.estimates.to_numpy()
        return pd.DataFrame(
            {"term": self.estimates.index, "estimate": value, "se": se, "low": value - reach, "high": value + reach}
        )


def products(frame: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """The columns of a design: each term the product of the columns that it names, "a:b:c".

    >>> products(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), ["a", "a:b"])["a:b"].tolist()
    [3.0, 8.0]
    """
    design = {}
    for term in terms:
        missing = [name for name in term.split(":") if name not in frame]
        if missing:
            raise FitError(f"{term!r} needs {missing[0]!r}, which this study didn't measure")
        columns = [frame[name].astype("Float64") for name in term.split(":")]
        design[term] = np.prod([c.to_numpy(dtype=float, na_value=np.nan) for c in columns], axis=0)
    return pd.DataFrame(design, index=frame.index)


def interactions(attributes: Sequence[str], moderators: Sequence[str]) -> list[str]:
    """The attributes, and each of them by each moderator.

    >>> interactions(["a"], ["m", "n"])
    ['a', 'a:m', 'a:n']
    """
    return [*attributes, *(f"{a}:{m}" for a in attributes for m in moderators)]


def complete_rows(
    design: pd.DataFrame, outcome: pd.Series, people: pd.Series
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """The rows in which nothing is missing."""
    whole = design.notna().all(axis=1) & outcome.notna()
    return design[whole], outcome[whole], people[whole]


def refuse_unidentified(design: pd.DataFrame, outcome: pd.Series, people: pd.Series) -> None:
    """Refuses what has no answer, with the reason in words."""
    n, k = people.nunique(), design.shape[1]
    if n <= k:
        raise FitError(f"{n} persons are too few for {k} coefficients")
    if outcome.nunique() < 2:
        raise FitError("the outcome is the same in every row")
    flat = [str(c) for c in design.columns if not np.any(design[c].to_numpy())]
    if flat:
        raise FitError(f"{flat[0]!r} never varies")
    scaled = design.to_numpy() / np.linalg.norm(design.to_numpy(), axis=0)
    _, triangle = np.linalg.qr(scaled)
    weak = [str(c) for c, d in zip(design.columns, np.abs(np.diag(triangle)), strict=True) if d < 1e-8]
    if weak:
        raise FitError(f"{weak[0]!r} can't be told apart from the terms before it")


def fitted_by(model: Any, people: pd.Series, **how: Any) -> Any:
    """A statsmodels model with errors clustered by `people`; what does not converge is a FitError."""
    codes = people.astype("category").cat.codes.to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, **how)
        except (Warning, np.linalg.LinAlgError, ValueError) as error:
            raise FitError(f"the fit did not converge ({type(error).__name__}: {error})") from None


def fit_of(fitted: Any, people: pd.Series, method: str) -> Fit:
    """What statsmodels found, as a `Fit`."""
    n = int(people.nunique())
    covariance = pd.DataFrame(np.asarray(fitted.cov_params()), index=fitted.params.index, columns=fitted.params.index)
    return Fit(
        estimates=fitted.params,
        covariance=covariance,
        df=float(n - 1),
        n=n,
        rows=int(fitted.nobs),
        method=method,
    )
