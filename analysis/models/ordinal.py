"""Outcomes whose values have an order and no distances: proportional odds."""

from collections.abc import Sequence

import attrs
import pandas as pd

from analysis.models.fit import (
    Fit,
    FitError,
    complete_rows,
    errors_by,
    fit_of,
    fitted_by,
    numbers,
    products,
    refuse_unidentified,
    units_of,
)

MOST_VALUES = 20


def ordinal(frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], cluster: str | None = None) -> Fit:
    """Ordered logit: log(P(y > j) / P(y <= j)) = b * x - cut_j, the same b at every cut (McCullagh, 1980).

    The outcome has 2 to 20 values, of which only the order counts; the cuts between them are estimated and not told.
    Errors are clustered by `cluster`, or by row.

    >>> frame = pd.DataFrame({"y": [1] * 4 + [2] * 2 + [1] * 2 + [2] * 4, "x": [0] * 6 + [1] * 6})
    >>> fit = ordinal(frame, outcome="y", terms=["x"])  # two values: a logit
    >>> round(float(fit.estimates["x"]), 4)  # ln 4
    1.3863
    """
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    people = units_of(frame, cluster)
    design, measured, people = complete_rows(products(frame, terms), numbers(frame, outcome), people)
    values = measured.nunique()
    refuse_unidentified(design.assign(intercept=1.0), measured, people, values - 2)
    if values > MOST_VALUES:
        raise FitError(f"{outcome!r} has {values} values, more than an ordered logit of at most {MOST_VALUES} takes")
    ranks = measured.rank(method="dense").astype(int) - 1
    model = OrderedModel(ranks.to_numpy(), design, distr="logit")
    fitted = fitted_by(model, people, method="bfgs", disp=False, maxiter=500, gtol=1e-7)
    errors = errors_by(cluster)
    fit = fit_of(fitted, people, f"ordered logit of {values} values, {errors}")
    own = list(design.columns)
    return attrs.evolve(fit, estimates=fit.estimates[own], covariance=fit.covariance.loc[own, own])
