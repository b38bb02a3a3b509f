"""Choices between acts."""

from collections.abc import Sequence

import pandas as pd

from analysis.models.fit import Fit, complete_rows, fit_of, fitted_by, products, refuse_unidentified

LEFT = "left"  # the term for the place on the screen: what being shown first (left) adds


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
    design, outcome, people = complete_rows(design, outcome, pairs[person])
    refuse_unidentified(design, outcome, people)
    from statsmodels.discrete.discrete_model import Logit

    fitted = fitted_by(Logit(outcome, design), people, disp=False, maxiter=100)
    return fit_of(fitted, people, "conditional logit, errors clustered by person")
