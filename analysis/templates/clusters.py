"""Whose answers hang together: one person's rows, or those of people who took part in one group session."""

from collections.abc import Sequence

import attrs
import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.models import Fit, Mediation, products
from analysis.paths import names_of
from analysis.people import units
from analysis.sample import Sample
from analysis.templates.design import clustered_by

GROUP = "group_session"  # the column of people that says who took part together
FEW = 30  # clusters below which their errors come out too small (Cameron, Gelbach & Miller, 2008)
NO_GROUPS = (
    "The setting is one of a whole session, and who took part together is not known: errors are by person, and "
    "too small if people of one session are alike."
)


@attrs.frozen(kw_only=True, eq=False)
class Clustered:
    """A frame, the column that errors are clustered by if any, and what must be read with the estimates."""

    frame: pd.DataFrame
    column: str | None
    cautions: tuple[str, ...] = ()


def by_session(hypothesis: Hypothesis, sample: Sample) -> bool:
    """Is what a test compares one for a whole group session, or does the hypothesis say that its setting is shared?"""
    if hypothesis.cluster:
        return hypothesis.cluster == "session"
    compared = {name for path in hypothesis.paths() for name in names_of(path[:1])}
    return bool(sample.shared & compared)


def clustered(hypothesis: Hypothesis, sample: Sample, frame: pd.DataFrame, outcome: str | None) -> Clustered:
    """Group sessions where `by_session` wants them and two of them or more have several people; else persons.

    Someone of whom no group is known is a group of their own. Without an outcome that has one value a person nothing
    is said of how alike people are.
    """
    if not by_session(hypothesis, sample):
        return Clustered(frame=frame, column=clustered_by(frame))
    who = units(frame)
    if GROUP not in frame or (who.groupby(frame[GROUP]).nunique() > 1).sum() < 2:
        return Clustered(frame=frame, column=clustered_by(frame), cautions=(NO_GROUPS,))
    frame = frame.assign(**{GROUP: units(frame, GROUP)})
    return Clustered(frame=frame, column=GROUP, cautions=tuple(_said(frame, outcome, who)))


def persons(fit: Fit | Mediation, frame: pd.DataFrame, outcome: str, terms: Sequence[str]) -> int:
    """How many people a model's rows are of."""
    whole = products(frame, terms).notna().all(axis=1) & frame[outcome].notna()
    return min(int(units(frame)[whole].nunique()), fit.rows)


def design_effect(values: pd.Series, groups: pd.Series) -> tuple[float, float, float]:
    """The intraclass correlation of values in groups, their adjusted mean size m, and 1 + (m - 1) * correlation.

    One-way analysis of variance, a correlation below 0 being 0; the variance of a mean is so many times that of as
    many independent people (Kish, 1965; Donner & Klar, 2000).

    >>> icc, size, effect = design_effect(pd.Series([1.0, 2.0, 5.0, 6.0]), pd.Series(["a", "a", "b", "b"]))
    >>> round(icc, 4), size, round(effect, 4)  # mean squares 16 and 0.5: (16 - 0.5) / (16 + 0.5)
    (0.9394, 2.0, 1.9394)
    """
    known = values.notna() & groups.notna()
    values, groups = values[known].astype(float), groups[known]
    found = values.groupby(groups)
    sizes, n = found.size(), len(values)
    k = len(sizes)
    if k < 2 or n <= k:
        return 0.0, 1.0, 1.0
    size = float((n - (sizes**2).sum() / n) / (k - 1))
    between = float((sizes * (found.mean() - values.mean()) ** 2).sum() / (k - 1))
    within = float(((values - found.transform("mean")) ** 2).sum() / (n - k))
    whole = between + (size - 1) * within
    icc = max(0.0, (between - within) / whole) if whole > 0 else 0.0
    return icc, size, 1.0 + (size - 1.0) * icc


def _said(frame: pd.DataFrame, outcome: str | None, who: pd.Series) -> list[str]:
    each, said = frame.assign(who=who).drop_duplicates("who"), []
    if outcome is not None:
        icc, size, effect = design_effect(each[outcome], each[GROUP])
        said.append(
            f"People of one session are alike to an intraclass correlation of {icc:.2f}. With {size:.1f} people a "
            f"session the design effect is {effect:.2f}: {len(each)} people tell as much as {len(each) / effect:.0f} "
            "alone."
        )
    return said + few(int(each[GROUP].nunique()))


def few(groups: int) -> list[str]:
    """What must be said of so few clusters, if anything."""
    if groups >= FEW:
        return []
    return [f"There are {groups} group sessions only: with fewer than {FEW}, errors come out too small."]
