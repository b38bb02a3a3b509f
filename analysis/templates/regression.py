"""What the templates of regressions have in common: the design, whose errors hang together, and the contrasts."""

from collections.abc import Callable

import attrs

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError
from analysis.sample import Sample
from analysis.templates.clusters import clustered, persons
from analysis.templates.design import AS_SCORES, Estimates, design, said
from analysis.templates.per_sd import least_squares_per_sd


def regression(hypothesis: Hypothesis, sample: Sample, model: Callable[..., Fit]) -> Estimates:
    """A model of the outcome with the hypothesis's terms; `model` takes frame, outcome, terms and cluster.

    A model that answers in parts has each term once a part, as "part@term", and each test has an answer of each.
    """
    frame, terms, weights = design(hypothesis, sample)
    outcome = str(hypothesis.outcome)
    if outcome not in frame or frame[outcome].isna().all():
        raise FitError(f"{outcome!r} was not measured")
    rows = clustered(hypothesis, sample, frame, outcome)
    fit = model(rows.frame, outcome=outcome, terms=terms, cluster=rows.column)
    if hypothesis.model == "LIN":
        fit = least_squares_per_sd(fit, sample, rows, [outcome], terms)
    elif hypothesis.model not in AS_SCORES:
        fit = sample.per_sd(fit, rows.column, sample.long.get(outcome, ()))
    n = persons(fit, rows.frame, outcome, terms)
    fit = attrs.evolve(fit, n=n, cautions=(*fit.cautions, *rows.cautions))
    names = [f"{part}@" for part in fit.parts] or [""]
    asked = [{f"{name}{term}": weight for term, weight in test.items()} for test in weights for name in names]
    return said(fit, hypothesis, sample), [fit.contrast(test) for test in asked]
