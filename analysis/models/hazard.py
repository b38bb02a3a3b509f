"""How soon people withdraw, when costs rise step by step: proportional hazards in discrete time."""

from collections.abc import Sequence

import pandas as pd

from analysis.models.fit import (
    Fit,
    FitError,
    column,
    complete_rows,
    either,
    errors_by,
    general_linear,
    products,
    refuse_unidentified,
    units_of,
)


def discrete_hazard(
    frame: pd.DataFrame, *, outcome: str, step: str, terms: Sequence[str], cluster: str | None = None
) -> Fit:
    """Log hazard ratios of leaving at a step: log(-log(1 - P(leave at s | still there))) = base_s + b * x.

    `frame` has one row per person and step at which the person was still there, `outcome` true where they left at it.
    It is the proportional hazards model for grouped times (Prentice & Gloeckler, 1978): b means what it means in
    Cox's, without approximations for ties, of which a few cost steps make many. Each step has its own base hazard;
    steps at which nobody left, or all did, tell nothing of b and are left out. Errors are clustered by `cluster`.

    Of 10 people with x = 0 two leave at the only step, of 10 with x = 1 six do: ln(ln 0.4 / ln 0.8).

    >>> frame = pd.DataFrame({"left": [1] * 2 + [0] * 8 + [1] * 6 + [0] * 4, "x": [0] * 10 + [1] * 10, "step": 1})
    >>> round(float(discrete_hazard(frame, outcome="left", step="step", terms=["x"]).estimates["x"]), 4)
    1.4125
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.families.links import CLogLog

    frame = frame.reset_index(drop=True)
    people = units_of(frame, cluster)
    design, left, people = complete_rows(products(frame, terms), either(frame, outcome), people)
    steps = column(frame, step)[design.index]
    share = left.groupby(steps).transform("mean")
    telling = (share > 0) & (share < 1)
    if not telling.any():
        raise FitError("at no step did some leave and some stay")
    design, left, people, steps = design[telling], left[telling], people[telling], steps[telling]
    bases = {f"step[{level}]": (steps == level).astype(float) for level in sorted(steps.unique())}
    design = pd.concat([pd.DataFrame(bases, index=design.index), design], axis=1)
    refuse_unidentified(design, left, people)
    errors = errors_by(cluster)
    method = f"proportional hazards in {len(bases)} discrete steps (cloglog), {errors}"
    return general_linear(left, design, Binomial(link=CLogLog()), people, method)
