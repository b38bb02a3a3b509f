"""Counts, and amounts of which many are none: negative binomial and hurdle regressions, clustered by person."""

from collections.abc import Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import (
    Fit,
    FitError,
    complete_rows,
    errors_by,
    fit_of,
    fitted_by,
    general_linear,
    numbers,
    products,
    refuse_unidentified,
    units_of,
)

WHETHER, AMOUNT = "whether", "amount"  # the two parts of a hurdle, before each of their terms
_ROUNDS = 100
LEAST, MOST = 1e-5, 1e4  # dispersions; below the first a Poisson's model is the same to 4 digits


def counts(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None = None) -> Fit:
    """Negative binomial regression of a count: log(mean) = b * x, variance = mean + dispersion * mean^2 (NB2).

    The dispersion is its maximum of likelihood, in turns with the coefficients (Venables & Ripley, 2002, section 7.4);
    where the counts vary no more than a Poisson's (score of the dispersion at 0 not above 0), the model is Poisson's.
    Errors are clustered by `cluster`, or by row. `method` names the dispersion.

    >>> frame = pd.DataFrame({"n": [1, 2, 3, 2, 5, 6, 4, 5], "more": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> fit = counts(frame, outcome="n", terms=["more"])
    >>> round(float(fit.estimates["more"]), 4), fit.method.split(",")[0]  # ln(5 / 2)
    (0.9163, 'Poisson regression (no overdispersion)')
    """
    design, counted, people = _regression(frame, outcome, terms, cluster)
    if (counted < 0).any() or (counted % 1 != 0).any():
        raise FitError(f"{outcome!r} is no count: it has values below 0 or between whole numbers")
    from statsmodels.genmod.families import NegativeBinomial, Poisson

    errors, x = _errors(cluster), design.to_numpy()
    name = f"Poisson regression (no overdispersion), {errors}"
    poisson = general_linear(counted, design, Poisson(), people, name)
    dispersion = _dispersion(counted.to_numpy(), np.exp(x @ poisson.estimates.to_numpy()))
    for _ in range(_ROUNDS):
        if dispersion == 0:
            return poisson
        name = f"negative binomial regression (dispersion {dispersion:.3g}), {errors}"
        fit = general_linear(counted, design, NegativeBinomial(alpha=dispersion), people, name)
        before, dispersion = dispersion, _dispersion(counted.to_numpy(), np.exp(x @ fit.estimates.to_numpy()))
        if abs(dispersion - before) < 1e-8 * before:
            return fit
    raise FitError("the dispersion of the counts did not converge")


def hurdle(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None = None) -> Fit:
    """Whether anything is given, and how much by those who give: a logit of y > 0, and least squares of log(y).

    Both parts have the same terms, called "whether@term" and "amount@term" (Cragg, 1971; paradigms.md F6). Each part
    has its own errors, clustered by `cluster` or by row; between them they are taken as 0, as the likelihood has it.
    The degrees of freedom are those of the amounts, the smaller ones. A test has two answers, one of each part.

    >>> frame = pd.DataFrame({"y": [0, 0, 0, 1, 1, 1, 0, 2, 4, 2, 4, 2], "x": [0] * 6 + [1] * 6})
    >>> fit = hurdle(frame, outcome="y", terms=["x"])
    >>> round(float(fit.estimates["whether@x"]), 4), round(float(fit.estimates["amount@x"]), 4)  # ln 5; mean log
    (1.6094, 0.9704)
    """
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.regression.linear_model import OLS

    design, amount, people = _regression(frame, outcome, terms, cluster)
    if (amount < 0).any():
        raise FitError(f"{outcome!r} is no amount: it has values below 0")
    gave = (amount > 0).astype(float)
    if gave.nunique() < 2:
        raise FitError(f"{'nobody' if not gave.any() else 'everybody'} gave: there is no hurdle")
    whether = fit_of(fitted_by(Logit(gave, design), people, disp=False, maxiter=100), people, "")
    above = gave > 0
    refuse_unidentified(design[above], np.log(amount[above]), people[above])
    much = fit_of(fitted_by(OLS(np.log(amount[above]), design[above]), people[above]), people[above], "")
    names = [f"{part}@{term}" for part in (WHETHER, AMOUNT) for term in design.columns]
    joint = np.zeros((len(names),) * 2)
    k = design.shape[1]
    joint[:k, :k], joint[k:, k:] = whether.covariance.to_numpy(), much.covariance.to_numpy()
    return attrs.evolve(
        whether,
        estimates=pd.Series(np.concatenate([whether.estimates, much.estimates]), index=names),
        covariance=pd.DataFrame(joint, index=names, columns=names),
        df=much.df,
        method=f"hurdle: logistic regression of giving, linear regression of log amounts ({much.rows} above 0), "
        f"{_errors(cluster)}",
        parts=(WHETHER, AMOUNT),
    )


def _regression(
    frame: pd.DataFrame, outcome: str, terms: Sequence[str], cluster: str | None
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Design with intercept, outcome and clusters, whole rows only; a FitError where they tell nothing."""
    design = products(frame, terms)
    design.insert(0, "intercept", 1.0)
    people = units_of(frame, cluster)
    design, measured, people = complete_rows(design, numbers(frame, outcome), people)
    refuse_unidentified(design, measured, people)
    return design, measured, people


def _dispersion(counted: np.ndarray, mean: np.ndarray) -> float:
    """The dispersion a of greatest likelihood at these means m; 0 where that is below the least.

    It is where the score is 0, the sum over rows of sum over j < y of j / (1 + a j), and of log(1 + a m) / a^2 -
    (y + 1/a) m / (1 + a m). The likelihood itself is too flat to tell its maximum to more than half of its digits.
    """
    from scipy.optimize import brentq

    j = np.arange(int(counted.max()))
    above = len(counted) - np.searchsorted(np.sort(counted), j, side="right")  # rows with y > j

    def score(log_dispersion: float) -> float:
        a = np.exp(log_dispersion)
        of_means = np.log1p(a * mean) / a**2 - (counted + 1 / a) * mean / (1 + a * mean)
        return float((above * j / (1 + a * j)).sum() + of_means.sum())

    low, high = np.log(LEAST), np.log(MOST)
    if score(low) <= 0:
        return 0.0
    if score(high) >= 0:
        raise FitError("the counts vary too much for a negative binomial")
    return float(np.exp(brentq(score, low, high, xtol=1e-12, rtol=1e-14)))


def _errors(cluster: str | None) -> str:
    return errors_by(cluster)
