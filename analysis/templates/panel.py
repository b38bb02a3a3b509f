"""XL: what goes before what within people, over three waves or more."""

import attrs

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, cross_lagged
from analysis.paths import names_of
from analysis.people import standardised
from analysis.sample import Sample
from analysis.templates.design import Estimates

CAUTION = (
    "Lagged effects within people are causes only if nothing that changes with time moves both (Hamaker, Kuiper & "
    "Grasman, 2015); they hold for the time between these waves."
)


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The lagged effect of each test "x>y", each from the panel of its two scores, in SD over all people and waves."""
    fits: list[Fit] = []
    estimates = []
    for path in hypothesis.paths():
        names = names_of(path)
        if len(path) != 2 or any(len(place) != 1 for place in path) or len(names) != 2:
            raise FitError("a lagged effect has two places, each one score: earlier>later")
        if sample.waves.empty:
            raise FitError("the study has no waves")
        if lacking := [n for n in names if n not in sample.waves or sample.waves[n].isna().all()]:
            raise FitError(f"{lacking[0]!r} was not measured")
        found = cross_lagged(standardised(sample.waves, names), x=names[0], y=names[1], scaled=True)
        fits.append(found)
        estimates.append(found.contrast({f"{names[0]}>{names[1]}": 1.0}))
    n, rows = min(f.n for f in fits), min(f.rows for f in fits)
    return attrs.evolve(fits[0], n=n, rows=rows, cautions=(CAUTION,)), estimates
