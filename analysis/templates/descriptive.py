"""DES: how some scores are distributed together; means and correlations, never types of people."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, described, quantile
from analysis.models.bootstrap import Array
from analysis.sample import Sample
from analysis.templates.design import Estimates

CAUTION = "Scores are degrees, and most people have several motives at once: nobody is of a type by the highest one."


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """Means, SDs and correlations of the scores that the test lists, and how many people are high on several."""
    names = list(dict.fromkeys(n for test in hypothesis.combinations() for term in test for n in term.names))
    if isinstance(hypothesis.outcome, str) and hypothesis.outcome:
        names = [hypothesis.outcome, *names]
    if any(name in sample.long for name in names):
        return _within(names, sample)
    values = pd.DataFrame({name: _values(name, sample) for name in names}).astype("Float64")
    if "participant" in sample.people:  # who came several times counts once, with the mean over the sessions
        values = values.groupby(sample.people["participant"].reindex(values.index)).mean()
    if (whole := len(values.dropna())) < 4:
        raise FitError(f"{whole} people have all of these scores: too few to describe")
    table = jointly(values, sample.middles)
    return described(table, n=whole, rows=len(values), method="descriptive, raw scores", cautions=(CAUTION,)), []


def _within(names: Sequence[str], sample: Sample) -> Estimates:
    """Scores with several rows a person: means over people, and correlations over each person's own rows.

    Correlations are averaged over people by Fisher's z, with a t interval from their spread; whoever has fewer than
    four rows, or rates all alike, has none.
    """
    rows = _rows(names, sample)
    table = [(f"mean of {n}", *_mean(own := _of_people(rows, n)), len(own)) for n in names]
    for one, other in combinations(names, 2):
        z = []
        for _, own_rows in rows[["session", one, other]].dropna().groupby("session"):
            r = _correlation(own_rows[[one, other]].to_numpy(dtype=float))[0]
            z += [] if np.isnan(r) else [np.arctanh(np.clip(r, -0.999999, 0.999999))]
        if len(z) < 2:
            raise FitError(f"{len(z)} people have ratings of {one!r} and {other!r} that vary: too few to describe")
        mean, low, high = (float(np.tanh(end)) for end in _mean(np.array(z, dtype=np.float64)))
        table.append((f"r of {one} and {other}, within people", mean, low, high, len(z)))
    shown = pd.DataFrame(table, columns=["what", "estimate", "low", "high", "n"])
    method = "correlations within people, averaged by Fisher's z"
    return described(shown, n=int(rows["session"].nunique()), rows=len(rows), method=method), []


def _rows(names: Sequence[str], sample: Sample) -> pd.DataFrame:
    """The rows of the scores, those of the same person and thing put together."""
    there = [name for name in names if name in sample.long]
    rows = sample.long[there[0]].rename(columns={"value": there[0]})
    for name in there[1:]:
        more = sample.long[name].rename(columns={"value": name})
        rows = rows.merge(more, on=[c for c in more if c in rows and c not in names], how="inner")
    for name in names:
        if name not in rows or rows[name].isna().all():
            raise FitError(f"{name!r} was not measured")
    return rows.astype(dict.fromkeys(names, "Float64"))


def _of_people(rows: pd.DataFrame, name: str) -> Array:
    return rows.groupby("session")[name].mean().dropna().to_numpy(dtype=float)


def jointly(values: pd.DataFrame, middles: Mapping[str, float]) -> pd.DataFrame:
    """Rows for means (t interval), SDs (chi-squared), correlations (Fisher's z), and counts above the middle.

    `values` has a row per person and a column per score; `middles` the middle of each scale, those without one are not
    counted. Correlations are of the people who have both. Columns: what, estimate, low, high (95 %), n.

    >>> scores = pd.DataFrame({"a": [1.0, 2, 6, 7, 5], "b": [2.0, 1, 7, 6, 3]})
    >>> jointly(scores, {"a": 4, "b": 4}).set_index("what")["estimate"].round(2).to_dict()
    {'mean of a': 4.2, 'SD of a': 2.59, 'mean of b': 3.8, 'SD of b': 2.59, 'r of a and b': 0.87, \
'above the middle on 2 or more': 2.0}
    """
    rows, names = [], [str(name) for name in values]
    for name in names:
        known = values[name].dropna().to_numpy(dtype=float)
        rows += [(f"mean of {name}", *_mean(known), len(known)), (f"SD of {name}", *_sd(known), len(known))]
    for one, other in combinations(names, 2):
        both = values[[one, other]].dropna().astype(float).to_numpy()
        rows.append((f"r of {one} and {other}", *_correlation(both), len(both)))
    if len(named := [name for name in names if name in middles]) > 1:
        counted = values[named].dropna().to_numpy(dtype=float)
        high = (counted > np.array([middles[name] for name in named])).sum(axis=1) >= 2
        rows.append(("above the middle on 2 or more", float(high.sum()), np.nan, np.nan, len(counted)))
    return pd.DataFrame(rows, columns=["what", "estimate", "low", "high", "n"])


def _values(name: str, sample: Sample) -> pd.Series:
    if name not in sample.people or sample.people[name].isna().all():
        raise FitError(f"{name!r} was not measured")
    values: pd.Series = sample.people[name]
    return values


def _mean(known: Array) -> tuple[float, float, float]:
    mean, reach = known.mean(), quantile(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    return float(mean), float(mean - reach), float(mean + reach)


def _sd(known: Array) -> tuple[float, float, float]:
    from scipy.stats import chi2

    squares, df = float(((known - known.mean()) ** 2).sum()), len(known) - 1
    return (
        (squares / df) ** 0.5,
        float((squares / chi2.ppf(0.975, df)) ** 0.5),
        float((squares / chi2.ppf(0.025, df)) ** 0.5),
    )


def _correlation(both: Array) -> tuple[float, float, float]:
    if len(both) < 4 or (both.std(axis=0) == 0).any():
        return np.nan, np.nan, np.nan
    r = float(np.corrcoef(both.T)[0, 1])
    reach = quantile(0.975) / np.sqrt(len(both) - 3)
    low, high = np.tanh(np.arctanh(np.clip(r, -0.999999, 0.999999)) + np.array([-reach, reach]))
    return r, float(low), float(high)
