"""SURF: what goes with agreement, and with difference, of two scores; described, not judged."""

import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, described, response_surface
from analysis.sample import Sample
from analysis.templates.design import Estimates, clustered_by, rows_of

CAUTION = "Scores are z scores: to agree is to have the same standing in both among these people, not the same amount."


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The surface of the outcome over the two scores x and y of each test "x:y"."""
    outcome, tables = str(hypothesis.outcome), []
    frame = rows_of(hypothesis, sample)
    several = len(hypothesis.tests) > 1
    for text, test in zip(hypothesis.tests, hypothesis.combinations(), strict=True):
        names = next(iter(test)).names
        if len(test) != 1 or len(names) != 2:
            raise FitError("a response surface is over two scores: x:y")
        for name in (outcome, *names):
            if name not in frame or frame[name].isna().all():
                raise FitError(f"{name!r} was not measured")
        model, table = response_surface(frame, outcome=outcome, x=names[0], y=names[1], cluster=clustered_by(frame))
        tables.append(table.assign(what=f"{text}: " + table["what"]) if several else table)
    method = f"response surface, {model.method}"
    return described(
        pd.concat(tables, ignore_index=True), n=model.n, rows=model.rows, method=method, cautions=(CAUTION,)
    ), []
