"""DOM: which predictor of a score is the most important; explored, not judged."""

import pandas as pd

from analysis.hypotheses import Hypothesis, load
from analysis.models import Dominance, FitError, described, dominance
from analysis.sample import Sample
from analysis.templates.design import Estimates, clustered_by, rows_of


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The dominance weights of all antecedents of the outcome that were measured, and how far the named is ahead.

    The test names the predictor that is expected to come first.
    """
    outcome = str(hypothesis.outcome)
    (test,) = hypothesis.combinations()
    named = next(iter(test)).names[0]
    frame = rows_of(hypothesis, sample)
    listed = [named, *hypothesis.given, *load().antecedents.get(outcome, ())]
    predictors = [name for name in dict.fromkeys(listed) if name in frame and frame[name].notna().any()]
    for name in (outcome, named):
        if name not in frame or frame[name].isna().all():
            raise FitError(f"{name!r} was not measured")
    found = dominance(frame, outcome=outcome, predictors=predictors, cluster=clustered_by(frame))
    return described(_table(found, named), n=found.n, rows=found.n, method=found.method), []


def _table(found: Dominance, named: str) -> pd.DataFrame:
    """The weights, then the lead of the named predictor over the strongest of the others."""
    nearest, lead = found.ahead(named)
    low, high = lead.percentile()
    ahead = {"what": f"{named} ahead of {nearest}", "estimate": lead.estimate, "low": low, "high": high}
    table = found.table().assign(what=lambda t: "weight of " + t["what"])
    return pd.concat([table, pd.DataFrame([ahead])], ignore_index=True).assign(n=found.n)
