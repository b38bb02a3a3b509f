"""Scores of which a person has several: the linear mixed model."""

import warnings
from collections.abc import Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import Fit, FitError, codes, column, complete_rows, numbers, products, refuse_unidentified
from analysis.models.regression import linear

NONE = "no variance between people"
OPTIMISERS = ("bfgs", "lbfgs", "powell")  # the next one where one gives up


def mixed_linear(
    frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], person: str, random: Sequence[str] = ()
) -> Fit:
    """y = b * x + u_n + e: an intercept of each person's own, and slopes of the terms in `random` (Laird & Ware, 1982).

    Restricted maximum likelihood, errors from the model. Where the data show no differences between people (a variance
    of 0, at which the model can't be told from least squares), and where no optimiser finds the maximum, it is least
    squares clustered by person, and `method` says why. Tests have as many degrees of freedom as there are persons but
    one, which is right for what differs between people and careful for what differs within.

    >>> frame = pd.DataFrame({"person": [1, 1, 2, 2, 3, 3, 4, 4], "x": [0, 1] * 4, "y": [1, 3, 4, 5, 7, 9, 8, 11]})
    >>> fit = mixed_linear(frame, outcome="y", terms=["x"], person="person")
    >>> round(float(fit.estimates["x"]), 4), fit.n, fit.rows  # the mean of 2, 1, 2, 3
    (2.0, 4, 8)
    """
    design = products(frame, terms)
    design.insert(0, "intercept", 1.0)
    unknown = [name for name in random if name not in design]
    if unknown:
        raise FitError(f"{unknown[0]!r} is to differ between people, and is no term")
    measured = numbers(frame, outcome)
    design, measured, people = complete_rows(design, measured, column(frame, person))
    refuse_unidentified(design, measured, people)
    if not people.duplicated().any():
        raise FitError("no person has several rows")
    effects = design[["intercept", *random]]
    found = _fitted(design, measured, people, effects)
    if isinstance(found, str):
        fit = linear(frame, outcome=outcome, terms=terms, cluster=person)
        return attrs.evolve(fit, method=f"{fit.method} (instead of a mixed model: {found})")
    estimates, covariance = found
    n = int(people.nunique())
    slopes = f" and slopes of {', '.join(random)}" if random else ""
    return Fit(
        estimates=pd.Series(estimates, index=design.columns),
        covariance=pd.DataFrame(covariance, index=design.columns, columns=design.columns),
        df=float(n - 1),
        n=n,
        rows=len(design),
        method=f"linear mixed model, intercepts{slopes} by person (REML)",
    )


def _fitted(
    design: pd.DataFrame, measured: pd.Series, people: pd.Series, effects: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray] | str:
    """Estimates and covariance; or why there are none. At a variance of 0 optimisers would search in vain."""
    if effects.shape[1] == 1 and _between(design, measured, people) <= 0:  # slopes may differ all the same
        return NONE
    from statsmodels.regression.mixed_linear_model import MixedLM

    unit, k = float(measured.std()), design.shape[1]  # what statsmodels takes for 0 hangs on the outcome's unit
    scaled = measured.to_numpy() / unit
    why = "it did not converge"
    for optimiser in OPTIMISERS:
        model = MixedLM(scaled, design.to_numpy(), groups=codes(people), exog_re=effects.to_numpy())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                result = model.fit(reml=True, method=[optimiser])
            except (Warning, np.linalg.LinAlgError, ValueError) as error:
                why = NONE if "boundary" in str(error) else why
                continue
        covariance = np.asarray(result.cov_params())[:k, :k]
        if np.linalg.eigvalsh(np.asarray(result.cov_re)).min() < 1e-8:
            return NONE
        if np.isfinite(covariance).all():
            return np.asarray(result.fe_params) * unit, covariance * unit**2
    return why


def _between(design: pd.DataFrame, measured: pd.Series, people: pd.Series) -> float:
    """The variance between people of what least squares leaves over, by moments; its sign is what matters."""
    weights, *_ = np.linalg.lstsq(design.to_numpy(), measured.to_numpy(), rcond=None)
    left = pd.Series(measured.to_numpy() - design.to_numpy() @ weights).groupby(codes(people))
    sizes = left.size()
    within = float((left.var() * (sizes - 1)).sum() / (sizes - 1).sum())
    return float((sizes * left.mean() ** 2).sum() / len(sizes)) - within
