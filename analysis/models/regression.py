"""Regressions of one outcome, or of several with the same predictors, on a data frame with one row per person."""

from collections.abc import Sequence

import attrs
import pandas as pd

from analysis.models.fit import Fit, complete_rows, fit_of, fitted_by, products, refuse_unidentified


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
    design, acted, people = complete_rows(design, frame[outcome].astype("Float64").astype(float), people)
    refuse_unidentified(design, acted, people)
    fitted = fitted_by(Logit(acted, design), people, disp=False, maxiter=100)
    return fit_of(fitted, people, "logistic regression, sandwich errors")


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


def _least_squares(design: pd.DataFrame, outcome: pd.Series, people: pd.Series, clustered: str) -> Fit:
    from statsmodels.regression.linear_model import OLS

    design, outcome, people = complete_rows(design, outcome, people)
    refuse_unidentified(design, outcome, people)
    if clustered:
        return fit_of(fitted_by(OLS(outcome, design), people), people, f"linear regression, errors {clustered}")
    fitted = OLS(outcome, design).fit(cov_type="HC3")
    fit = fit_of(fitted, people, "linear regression, HC3 errors")
    return attrs.evolve(fit, df=float(len(outcome) - design.shape[1]))
