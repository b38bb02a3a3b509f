"""Regression models with errors clustered by person, fitted by statsmodels; data frames in, a `Fit` out.

Clustered covariances carry statsmodels' small-sample factor G/(G-1) * (N-1)/(N-k), G clusters, N rows,
k coefficients; tests and intervals use a t distribution with G-1 degrees of freedom.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd

LEFT = "left"  # the term for the place on the screen: what being shown first (left) adds


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
        from analysis.equivalence import quantile

        se = np.sqrt(np.diag(self.covariance))
        reach = quantile(0.975, self.df) * se
        value = self.estimates.to_numpy()
        return pd.DataFrame(
            {"term": self.estimates.index, "estimate": value, "se": se, "low": value - reach, "high": value + reach}
        )


def conditional_logit(pairs: pd.DataFrame, *, chosen: str, terms: Sequence[str], person: str, left: bool = True) -> Fit:
    """Choice between two acts: P(first) = 1 / (1 + exp(-(left + sum of b * (x_first - x_second)))).

    `pairs` has one row per choice: `chosen` (true when the first was taken), one column per attribute holding the
    *difference* first minus second, columns of the person's own (motives), and `person`. A term is an attribute or
    "attribute:moderator". There is no intercept but the `left` term (paradigms.md F3). With no more persons than
    coefficients it refuses.

    With attributes coded -1 and +1 a difference is 2, so that 70 of 100 choices give ln(70/30)/2:

    >>> pairs = pd.DataFrame({"first": [1] * 70 + [0] * 30, "a_public": 2.0, "person": range(100)})
    >>> fit = conditional_logit(pairs, chosen="first", terms=["a_public"], person="person", left=False)
    >>> round(float(fit.estimates["a_public"]), 4)
    0.4236
    """
    design = products(pairs, terms)
    if left:
        design.insert(0, LEFT, 1.0)
    outcome = pairs[chosen].astype(float)
    design, outcome, people = _complete(design, outcome, pairs[person])
    _identified(design, outcome, people)
    from statsmodels.discrete.discrete_model import Logit

    fitted = _fitted(Logit(outcome, design), people, disp=False, maxiter=100)
    return _fit(fitted, people, "conditional logit, errors clustered by person")


def binary(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str]) -> Fit:
    """Logistic regression of one act or none, one row per person, sandwich errors.

    >>> frame = pd.DataFrame({"acted": [1] * 30 + [0] * 10 + [1] * 20 + [0] * 20, "public": [1] * 40 + [0] * 40})
    >>> round(float(binary(frame, outcome="acted", terms=["public"]).estimates["public"]), 4)  # ln 3
    1.0986
    """
    from statsmodels.discrete.discrete_model import Logit

    design = products(frame, terms)
    design.insert(0, "intercept", 1.0)
    people = pd.Series(range(len(frame)), index=frame.index)
    design, acted, people = _complete(design, frame[outcome].astype("Float64").astype(float), people)
    _identified(design, acted, people)
    fitted = _fitted(Logit(acted, design), people, disp=False, maxiter=100)
    return _fit(fitted, people, "logistic regression, sandwich errors")


def linear(
    frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None = None, intercept: bool = True
) -> Fit:
    """Least squares with errors clustered by `cluster`, or HC3 errors when there is one row per person.

    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0, 7.0], "x": [0, 0, 0, 1, 1, 1]})
    >>> fit = linear(frame, outcome="y", terms=["x"])
    >>> round(float(fit.estimates["x"]), 4)
    3.3333
    """
    design = products(frame, terms)
    if intercept:
        design.insert(0, "intercept", 1.0)
    people = frame[cluster] if cluster else pd.Series(range(len(frame)), index=frame.index)
    measured = frame[outcome].astype("Float64").astype(float)
    return _least_squares(design, measured, people, f"clustered by {cluster}" if cluster else "")


def stacked(frame: pd.DataFrame, *, outcomes: Sequence[str], terms: Sequence[str], given: Sequence[str] = ()) -> Fit:
    """One equation per outcome with the same predictors, stacked and clustered by person (the index of `frame`).

    Coefficients are called "predictor@outcome", so that a contrast can ask for which outcome a predictor matters
    more. Estimates equal those of separate regressions; the clustered covariance joins them.
    """
    predictors = products(frame, [*terms, *given])
    long = []
    for outcome in outcomes:
        part = pd.DataFrame(0.0, index=frame.index, columns=[f"{t}@{o}" for o in outcomes for t in predictors])
        for term in predictors:
            part[f"{term}@{outcome}"] = predictors[term]
        for other in outcomes:
            part[f"intercept@{other}"] = float(other == outcome)
        long.append(part.assign(y=frame[outcome].astype("Float64").astype(float), person=frame.index))
    rows = pd.concat(long, ignore_index=True)
    fit = _least_squares(rows.drop(columns=["y", "person"]), rows["y"], rows["person"], "clustered by person")
    return attrs.evolve(fit, method="stacked regressions, errors clustered by person")


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


def _least_squares(design: pd.DataFrame, outcome: pd.Series, people: pd.Series, clustered: str) -> Fit:
    from statsmodels.regression.linear_model import OLS

    design, outcome, people = _complete(design, outcome, people)
    _identified(design, outcome, people)
    if clustered:
        return _fit(_fitted(OLS(outcome, design), people), people, f"linear regression, errors {clustered}")
    fitted = OLS(outcome, design).fit(cov_type="HC3")
    fit = _fit(fitted, people, "linear regression, HC3 errors")
    return attrs.evolve(fit, df=float(len(outcome) - design.shape[1]))


def _complete(design: pd.DataFrame, outcome: pd.Series, people: pd.Series) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    whole = design.notna().all(axis=1) & outcome.notna()
    return design[whole], outcome[whole], people[whole]


def _identified(design: pd.DataFrame, outcome: pd.Series, people: pd.Series) -> None:
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


def _fitted(model: Any, people: pd.Series, **how: Any) -> Any:
    codes = people.astype("category").cat.codes.to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, **how)
        except (Warning, np.linalg.LinAlgError, ValueError) as error:
            raise FitError(f"the fit did not converge ({type(error).__name__}: {error})") from None


def _fit(fitted: Any, people: pd.Series, method: str) -> Fit:
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
