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

CLUSTERS: Mapping[str, str] = {
    "group_session": "group sessions"
}  # what clusters by this column are called; else persons


INTERCEPTS = ("intercept", "", "left")  # columns of ones that models put in


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
    parts: tuple[str, ...] = ()  # of a model that answers a test several times, what each answer is of
    shown: pd.DataFrame | None = attrs.field(default=None, eq=False, repr=False)  # more numbers: "what" and columns
    cautions: tuple[str, ...] = ()  # what must be read with the estimates

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


def described(shown: pd.DataFrame, *, n: int, rows: int, method: str, cautions: tuple[str, ...] = ()) -> Fit:
    """Numbers that describe and that nothing is tested by: a fit without coefficients."""
    nothing = pd.Series(dtype=float)
    return Fit(
        estimates=nothing,
        covariance=pd.DataFrame(dtype=float),
        df=np.inf,
        n=n,
        rows=rows,
        method=method,
        shown=shown,
        cautions=cautions,
    )


def products(frame: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """The columns of a design: each term the product of the columns that it names, "a:b:c".

    >>> products(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), ["a", "a:b"])["a:b"].tolist()
    [3.0, 8.0]
    """
    names = dict.fromkeys(name for term in terms for name in term.split(":"))
    columns, design = {}, {}
    for name in names:
        if name in frame:
            columns[name] = numbers(frame, name).to_numpy()
    for term in terms:
        missing = [name for name in term.split(":") if name not in columns]
        if missing:
            raise FitError(f"{term!r} needs {missing[0]!r}, which this study didn't measure")
        design[term] = np.prod([columns[name] for name in term.split(":")], axis=0)
    return pd.DataFrame(design, index=frame.index)


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of the data; a FitError where there is none of that name."""
    if name not in frame:
        raise FitError(f"the data have no column {name!r}; name one of theirs")
    return frame[name]


def numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as floats, NaN where something is missing; a FitError where it holds what is no finite number.

    >>> numbers(pd.DataFrame({"a": [True, None]}, dtype="boolean"), "a").tolist()
    [1.0, nan]
    """
    found = column(frame, name)
    try:
        values = found if found.dtype == "float64" else found.astype("Float64").astype("float64")
    except (TypeError, ValueError):
        kind = f"{name!r} holds {found.dropna().iloc[0]!r}, which is no number"
        raise FitError(f"{kind}; turn it into numbers, or a level of it into 0 and 1") from None
    if np.isinf(values.to_numpy()).any():
        raise FitError(f"{name!r} holds an infinite number; correct it, or make it missing")
    return values


def either(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of yes and no as 1 and 0, NaN where something is missing; a FitError where it holds something else."""
    values = numbers(frame, name)
    other = values[values.notna() & ~values.isin([0.0, 1.0])]
    if len(other):
        raise FitError(f"{name!r} holds {other.iloc[0]:g}; it has to be true or false, or 1 or 0")
    return values


def units_of(frame: pd.DataFrame, cluster: str | None) -> pd.Series:
    """What errors are clustered by: a column, or each row by itself."""
    return column(frame, cluster) if cluster else pd.Series(range(len(frame)), index=frame.index)


def interactions(attributes: Sequence[str], moderators: Sequence[str]) -> list[str]:
    """The attributes, and each of them by each moderator.

    >>> interactions(["a"], ["m", "n"])
    ['a', 'a:m', 'a:n']
    """
    return [*attributes, *(f"{a}:{m}" for a in attributes for m in moderators)]


def complete_rows(
    design: pd.DataFrame, outcome: pd.Series, people: pd.Series
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """The rows in which nothing is missing, not even whose they are."""
    whole = design.notna().all(axis=1) & outcome.notna() & people.notna()
    return design[whole], outcome[whole], people[whole]


def refuse_unidentified(design: pd.DataFrame, outcome: pd.Series, people: pd.Series, more: int = 0) -> None:
    """Refuses what has no answer, with the reason in words; `more` coefficients have no column in the design."""
    n, k = people.nunique(), design.shape[1] + more
    if n <= k:
        raise FitError(f"{n} {CLUSTERS.get(str(people.name), 'persons')} are too few for {k} coefficients")
    if outcome.nunique() < 2:
        raise FitError("the outcome is the same in every row")
    flat = [str(c) for c in design.columns if not np.any(design[c].to_numpy())]
    if flat:
        raise FitError(f"{flat[0]!r} never varies")
    scaled = design.to_numpy() / np.linalg.norm(design.to_numpy(), axis=0)
    triangle = np.linalg.qr(scaled, mode="r")
    weak = [str(c) for c, d in zip(design.columns, np.abs(np.diag(triangle)), strict=True) if d < 1e-8]
    constant = [c for c in design.columns if design[c].nunique() == 1 and str(c).partition("@")[0] not in INTERCEPTS]
    if weak and constant and (weak[0] in map(str, constant) or weak[0].partition("@")[0] in INTERCEPTS):
        raise FitError(f"{str(constant[0])!r} never varies")
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
            why = f"{type(error).__name__}: {error}"
            raise FitError(f"the fit did not converge ({why}): some term may decide the outcome") from None


def fit_of(fitted: Any, people: pd.Series, method: str) -> Fit:
    """What statsmodels found, as a `Fit`; `people` are the clusters."""
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


def sandwich(bread: np.ndarray, scores: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """The clustered covariance bread * (sum over clusters of s s') * bread, with the factor that stands above.

    `bread` (k x k) is the inverse of the negative Hessian, `scores` (N x k) are each row's derivatives of the log
    likelihood, `clusters` (N) codes from 0 (White, 1980; Liang & Zeger, 1986).

    >>> sandwich(np.array([[0.25]]), np.array([[1.0], [-1.0], [1.0], [-1.0]]), np.arange(4))  # 1/4 * 4 * 1/4 * 4/3
    array([[0.33333333]])
    """
    (n, k), groups = scores.shape, int(clusters.max()) + 1
    order = np.argsort(clusters, kind="stable")
    _, starts = np.unique(clusters[order], return_index=True)
    sums = np.add.reduceat(scores[order], starts, axis=0)
    meat = bread @ sums.T
    return np.asarray(meat @ meat.T * (groups / (groups - 1) * (n - 1) / (n - k)))


def general_linear(outcome: pd.Series, design: pd.DataFrame, family: Any, people: pd.Series, method: str) -> Fit:
    """A generalised linear model, with the sandwich of its scores and its expected information by `people`."""
    from statsmodels.genmod.generalized_linear_model import GLM

    fitted = fitted_by(GLM(outcome, design, family=family), people, tol=1e-12, maxiter=200)
    mean, x = np.asarray(fitted.mu), design.to_numpy()
    slope, variance = family.link.deriv(mean), family.variance(mean)
    scores = x * ((outcome.to_numpy() - mean) / (variance * slope))[:, None]
    bread = np.linalg.inv(x.T @ (x / (variance * slope**2)[:, None]))
    covariance = pd.DataFrame(sandwich(bread, scores, codes(people)), index=design.columns, columns=design.columns)
    return attrs.evolve(fit_of(fitted, people, method), covariance=covariance)


def codes(people: pd.Series) -> np.ndarray:
    """Persons, or other clusters, as numbers from 0."""
    return np.asarray(pd.factorize(people)[0])


def errors_by(cluster: str | None) -> str:
    """What a model's errors are, in words.

    >>> errors_by("group_session"), errors_by(None)
    ('errors clustered by group session', 'sandwich errors')
    """
    return f"errors clustered by {cluster.replace('_', ' ')}" if cluster else "sandwich errors"
