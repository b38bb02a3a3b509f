"""What hypotheses are put to: the analysed people, their choices, and outcomes that have several rows a person."""

from collections.abc import Mapping
from functools import cached_property

import attrs
import pandas as pd

from analysis.choices import once, varying
from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, conditional_logit, interactions
from analysis.people import MOTIVES, standardised


@attrs.frozen(kw_only=True, slots=False)
class Sample:
    """What the models are fitted to: analysed people (index session, raw scores) and their pairs."""

    people: pd.DataFrame
    pairs: pd.DataFrame
    factors: Mapping[str, tuple[str, ...]]  # factor -> levels
    scores: tuple[str, ...]  # columns of `people` that are scores
    sesoi: float
    long: Mapping[str, pd.DataFrame] = attrs.field(factory=dict)  # outcome -> rows with session and value

    @cached_property
    def standard(self) -> pd.DataFrame:
        """The people with every score as z."""
        return standardised(self.people, self.scores)

    @cached_property
    def choices(self) -> Fit | FitError:
        """The one choice model: every attribute, and every attribute by every motive, entered together."""
        motives = [m for m in MOTIVES if m in self.standard]
        pairs = once(self.pairs).merge(self.standard[motives], left_on="session", right_index=True)
        try:
            if pairs.empty:
                raise FitError("there are no paired choices")
            terms = interactions(varying(pairs), motives)
            return conditional_logit(pairs, chosen="first", terms=terms, person="session")
        except FitError as error:
            return error


def filtered(hypothesis: Hypothesis, sample: Sample) -> Sample:
    """The sample that a hypothesis speaks of; conditions are `column == value`, joined by `and`."""
    if not hypothesis.filter:
        return sample
    people = sample.people
    for condition in hypothesis.filter.split(" and "):
        column, equals, value = condition.partition("==")
        if not equals or column.strip() not in people:
            raise FitError(f"it holds where {hypothesis.filter}, and {column.strip()!r} is not known here")
        people = people[(people[column.strip()] == value.strip()).fillna(False)]
    if people.empty:
        raise FitError(f"it holds where {hypothesis.filter}, and nobody here fits")
    pairs = sample.pairs[sample.pairs["session"].isin(people.index)]
    long = {name: rows[rows["session"].isin(people.index)] for name, rows in sample.long.items()}
    return attrs.evolve(sample, people=people, pairs=pairs, long=long)
