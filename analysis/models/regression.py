"""Regressions of one outcome, or of several with the same predictors, on a data frame with one row per person."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import (
    Fit,
    FitError,
    codes,
    complete_rows,
    errors_by,
    fit_of,
    fitted_by,
    numbers,
    products,
    refuse_unidentified,
    units_of,
)


def binary(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None = None) -> Fit:
    """Logistic regression of one act or none, sandwich errors, clustered by `cluster` where a person has several rows.

    >>> frame = pd.DataFrame({"acted": [1] * 30 + [0] * 10 + [1] * 20 + [0] * 20, "public": [1] * 40 + [0] * 40})
    >>> round(float(binary(frame, outcome="acted", terms=["public"]).estimates["public"]), 4)  # ln 3
    1.0986
    """
    from statsmodels.discrete.discrete_model import Logit

    design = products(frame, terms)
    design.insert(0, "intercept", 1.0)
    people = units_of(frame, cluster)
    design, acted, people = complete_rows(design, numbers(frame, outcome), people)
    refuse_unidentified(design, acted, people)
    if acted.min() < 0 or acted.max() > 1:
        raise FitError(f"{outcome!r} has values outside 0 to 1; an act or none has to be 1 or 0, or true or false")
    fitted = fitted_by(Logit(acted, design), people, disp=False, maxiter=100)
    errors = errors_by(cluster)
    return fit_of(fitted, people, f"logistic regression, {errors}")


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
    people = units_of(frame, cluster)
    measured = numbers(frame, outcome)
    return _least_squares(design, measured, people, f"clustered by {cluster.replace('_', ' ')}" if cluster else "")


def stacked(frame: pd.DataFrame, *, outcomes: Sequence[str], terms: Sequence[str], given: Sequence[str] = ()) -> Fit:
    """One equation per outcome with the same predictors, stacked and clustered by person (the index of `frame`).

    Coefficients are called "predictor@outcome", so that a contrast can ask for which outcome a predictor matters
    more. Estimates equal those of separate regressions; the clustered covariance joins them.
    """
    predictors = products(frame, [*terms, *given]).assign(intercept=1.0)
    people, k = codes(frame.index.to_series()), predictors.shape[1] * len(outcomes)
    nobody = people < 0
    names, estimates, n_rows, seen = [], [], 0, np.zeros(int(people.max(initial=-1)) + 1, dtype=bool)
    bread, sums = np.zeros((k, k)), np.zeros((len(seen), k))
    for place, outcome in enumerate(outcomes):
        design = predictors.add_suffix(f"@{outcome}")
        measured = numbers(frame, outcome)
        design, measured, who = complete_rows(
            design[~nobody], measured[~nobody], pd.Series(people, index=frame.index)[~nobody]
        )
        refuse_unidentified(design, measured, who, k - predictors.shape[1])
        own, x = slice(place * predictors.shape[1], (place + 1) * predictors.shape[1]), design.to_numpy()
        bread[own, own] = np.linalg.inv(x.T @ x)
        estimates.append(bread[own, own] @ (x.T @ measured.to_numpy()))
        np.add.at(sums[:, own], who.to_numpy(), x * (measured.to_numpy() - x @ estimates[-1])[:, None])
        seen[who.to_numpy()] = True
        names += [str(name) for name in design.columns]
        n_rows += len(x)
    groups = int(seen.sum())
    spread = bread @ sums.T
    covariance = spread @ spread.T * (groups / (groups - 1) * (n_rows - 1) / (n_rows - k))
    return Fit(
        estimates=pd.Series(np.concatenate(estimates), index=names),
        covariance=pd.DataFrame(covariance, index=names, columns=names),
        df=float(groups - 1),
        n=groups,
        rows=n_rows,
        method="stacked regressions, errors clustered by person",
    )


def _least_squares(design: pd.DataFrame, outcome: pd.Series, people: pd.Series, clustered: str) -> Fit:
    from statsmodels.regression.linear_model import OLS

    design, outcome, people = complete_rows(design, outcome, people)
    refuse_unidentified(design, outcome, people)
    if clustered:
        return fit_of(fitted_by(OLS(outcome, design), people), people, f"linear regression, errors {clustered}")
    if (leverages(design) > 1 - 1e-9).any():  # HC3 divides by (1 - leverage) squared
        raise FitError("a coefficient hangs on one person alone, and so has no standard error")
    fitted = OLS(outcome, design).fit(cov_type="HC3")
    fit = fit_of(fitted, people, "linear regression, HC3 errors")
    return attrs.evolve(fit, df=float(len(outcome) - design.shape[1]))


def leverages(design: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The diagonal of the hat matrix, one number from 0 to 1 for each row of a design of full rank.

    >>> leverages(pd.DataFrame({"intercept": [1.0, 1.0, 1.0], "alone": [0.0, 0.0, 1.0]})).round(3).tolist()
    [0.5, 0.5, 1.0]
    """
    q, _ = np.linalg.qr(design.to_numpy(dtype=float))
    return (q**2).sum(axis=1)  # type: ignore[no-any-return]
