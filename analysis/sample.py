"""What hypotheses are put to: the analysed people, their choices, and outcomes that have several rows a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import attrs
import pandas as pd

from analysis.choices import once, varying
from analysis.hypotheses import Hypothesis
from analysis.models import DRAWS, Fit, FitError, choice_model, interactions, per_sd, powers, sd_errors
from analysis.people import MOTIVES, standardised, units


@attrs.frozen(kw_only=True, slots=False)
class Sample:
    """What the models are fitted to: analysed people (index session, raw scores) and their pairs."""

    people: pd.DataFrame
    pairs: pd.DataFrame
    factors: Mapping[str, tuple[str, ...]]  # factor -> levels
    scores: tuple[str, ...]  # columns of `people` that are scores
    sesoi: float
    late: frozenset[str] = frozenset()  # the scores that were measured after the treatment
    treatments: tuple[str, ...] = ()  # the factors that the study varies
    shared: frozenset[str] = frozenset()  # those of whole group sessions, and names that say nothing else
    long: Mapping[str, pd.DataFrame] = attrs.field(factory=dict)  # outcome -> rows with session and value
    waves: pd.DataFrame = attrs.field(factory=pd.DataFrame)  # a row per person and session, if several
    middles: Mapping[str, float] = attrs.field(factory=dict)  # score -> the middle of its scale
    parts: pd.DataFrame = attrs.field(factory=pd.DataFrame)  # the parts in an event, and which one people took
    draws: int = DRAWS  # of the mixed logit, a person; with 0 choices are put to the conditional logit

    @cached_property
    def standard(self) -> pd.DataFrame:
        """The people with every score as z."""
        return standardised(self.people, self.scores)

    @cached_property
    def choices(self) -> Fit | FitError:
        """The one choice model: every attribute, and every attribute by every motive, entered together."""
        motives = [m for m in MOTIVES if m in self.standard]
        own = [c for c in ("participant", *motives) if c in self.standard]
        pairs = once(self.pairs).merge(self.standard[own], left_on="session", right_index=True)
        try:
            if pairs.empty:
                raise FitError("there are no paired choices")
            return self.chosen(pairs, interactions(varying(pairs), motives), varying(pairs))
        except FitError as error:
            return error

    def chosen(self, pairs: pd.DataFrame, terms: Sequence[str], random: Sequence[str], cluster: str = "") -> Fit:
        """The model of pairs with these terms, fitted once; slopes of `random` differ between people.

        Errors are clustered by person, or by another column that people are together in, and are those of estimates
        per SD.
        """
        key = (*terms, "|", *random, "|", cluster)
        if key not in self._fitted:
            self._fitted[key] = self.per_sd(self._chosen(pairs, terms, random, cluster), cluster, self.pairs)
        return self._fitted[key]

    def _chosen(self, pairs: pd.DataFrame, terms: Sequence[str], random: Sequence[str], cluster: str) -> Fit:
        person = "participant" if "participant" in pairs else "session"
        return choice_model(
            pairs, chosen="first", terms=terms, person=person, random=random, draws=self.draws, cluster=cluster
        )

    @cached_property
    def _fitted(self) -> dict[tuple[str, ...], Fit]:
        return {}

    def per_sd(self, fit: Fit, cluster: str | None = None, raw: Iterable[object] = ()) -> Fit:
        """The fit with the sampling errors of the SDs that its predictors were divided by, over persons or `cluster`.

        Predictors that are scores were, unless they are columns of the rows themselves (`raw`).
        """
        within = powers(map(str, fit.estimates.index), {*self.scores} - {*raw})
        return per_sd(fit, self.sd_errors({name for own in within.values() for name in own}, cluster), within)

    def sd_errors(self, names: Collection[str], cluster: str | None = None) -> pd.DataFrame:
        """What each person, or group of `cluster`, adds to the errors of ln SD of these of the standardised scores."""
        found = sd_errors(self.people[[name for name in self.scores if name in names]])
        return found.groupby(units(self.people, cluster)).sum()


def filtered(hypothesis: Hypothesis, sample: Sample) -> Sample:
    """The sample that a hypothesis speaks of; conditions are `column == value`, or with `!=`, joined by `and`."""
    if not hypothesis.filter:
        return sample
    people = sample.people
    for condition in hypothesis.filter.split(" and "):
        unlike = "!=" in condition
        column, equals, value = condition.partition("!=" if unlike else "==")
        if not equals or column.strip() not in people:
            raise FitError(f"it holds where {hypothesis.filter}, and {column.strip()!r} is not known here")
        fits = (people[column.strip()] == value.strip()).astype("boolean")
        people = people[(~fits if unlike else fits).fillna(False)]
    if people.empty:
        raise FitError(f"it holds where {hypothesis.filter}, and nobody here fits")
    pairs = sample.pairs[sample.pairs["session"].isin(people.index)]
    long = {name: rows[rows["session"].isin(people.index)] for name, rows in sample.long.items()}
    waves = sample.waves[sample.waves["session"].isin(people.index)] if len(sample.waves) else sample.waves
    parts = sample.parts[sample.parts["session"].isin(people.index)] if len(sample.parts) else sample.parts
    return attrs.evolve(sample, people=people, pairs=pairs, long=long, waves=waves, parts=parts)
