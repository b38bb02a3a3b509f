"""Errors of least squares on standardised outcomes, which hang on the SDs of outcomes as on those of predictors."""

from collections.abc import Sequence

import pandas as pd

from analysis.models import Fit, per_sd, powers, products, sd_errors, slope_errors
from analysis.models.fit import numbers
from analysis.people import units
from analysis.sample import Sample
from analysis.templates.clusters import Clustered


def least_squares_per_sd(
    fit: Fit, sample: Sample, rows: Clustered, outcomes: Sequence[str], terms: Sequence[str]
) -> Fit:
    """The fit with the sampling errors of all SDs (`models.per_sd`), over persons or the groups of `rows`.

    Of an outcome that has several rows a person, the SD is that of the rows. Coefficients of several outcomes are
    called "term@outcome".
    """
    frame, who = rows.frame, units(rows.frame, rows.column)
    in_rows = {column for name in outcomes for column in sample.long.get(name, ())}
    of_rows = [name for name in outcomes if name in sample.long]
    within = powers(map(str, fit.estimates.index), {*sample.scores} - in_rows, outcomes)
    of_people = {name for own in within.values() for name in own} - {*of_rows}
    errors = sample.sd_errors(of_people, rows.column)
    if of_rows:
        errors = errors.join(sd_errors(frame[of_rows]).groupby(who).sum()).fillna(0.0)
    design = products(frame, terms).assign(intercept=1.0)
    slopes = [slope_errors(design, numbers(frame, name)) for name in outcomes]
    if "intercept" not in fit.estimates.index:
        slopes = [own.add_suffix(f"@{name}") for name, own in zip(outcomes, slopes, strict=True)]
    return per_sd(fit, errors, within, pd.concat(slopes, axis=1).groupby(who).sum())
