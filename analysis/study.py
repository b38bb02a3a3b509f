"""One study from its logs to its findings, in memory; what is written of it is the pipeline's business."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs
import pandas as pd

from analysis.choices import choice_pairs, part_rows, with_effect, with_rated_publicness
from analysis.exclusions import analysed, before_treatment, exclusions, of_measures
from analysis.findings import Finding
from analysis.flow import flow
from analysis.hypotheses import load
from analysis.measures import find
from analysis.paths import names_of
from analysis.people import levels_of, long_outcomes, measured, people, without_motives
from analysis.reading.apart import RECORD, SESSION
from analysis.reading.logs import Logs
from analysis.reading.tables import Find, Tables, build
from analysis.report.instruments import versions
from analysis.sample import Sample
from analysis.scoring import Score, constructs
from analysis.testing import test_all
from analysis.waves import wave_rows
from runner.protocol import Protocol

FEW = 150  # analysed people below which a study's tests are weak (paradigms.md D3)


@attrs.frozen(kw_only=True, slots=False)
class Study:
    """A study's data with everything that is worked out from them, each part when it is first asked for."""

    protocol: Protocol
    logs: Logs = attrs.field(repr=False)
    tables: Tables = attrs.field(repr=False)
    earlier: pd.DataFrame = attrs.field(factory=pd.DataFrame, repr=False)  # items of an earlier study
    blind: str = ""  # of tables with scrambled conditions: what must stand above everything that comes of them

    @cached_property
    def excluded(self) -> pd.DataFrame:
        return exclusions(self.protocol, self.tables)

    @cached_property
    def without_score(self) -> pd.DataFrame:
        """Analysed sessions that a measure's own rule leaves without its score: session, rule, reason, measure."""
        found = of_measures(self.tables)
        return found[found["session"].isin(self.sessions["session"])].reset_index(drop=True)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """The analysed sessions."""
        return analysed(self.tables, self.excluded)

    @cached_property
    def flow(self) -> pd.DataFrame:
        return flow(self.protocol, self.tables, self.excluded, self.logs.withdrawn)

    @cached_property
    def scores(self) -> Sequence[Score]:
        """Every construct over the analysed sessions; those of an earlier study come first."""
        own = self.of_analysed("scale")
        if self.earlier.empty:
            return constructs(own)
        before = self.earlier[self.earlier["session"].isin(self.sessions["session"])]
        return constructs(pd.concat([before, own], ignore_index=True))

    @cached_property
    def people(self) -> pd.DataFrame:
        return people(self.protocol, self.tables, self.sessions, self.scores, load().variables, self.before)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The pairs of acts, those that differ in one thing only too, what acts were said to achieve and to show."""
        pairs = [choice_pairs(self.of_analysed(task)) for task in ("paired_choice", "matched_pairs")]
        both = pd.concat([p for p in pairs if not p.empty], ignore_index=True) if any(map(len, pairs)) else pairs[0]
        ratings = self.of_analysed("act_rating")
        return with_rated_publicness(with_effect(both, ratings), ratings)

    @cached_property
    def sample(self) -> Sample:
        numbers = self.people.select_dtypes("number").columns
        names = tuple(name for name in load().variables if name in numbers)
        factors = levels_of(self.people, load().variables) | {n: f.levels for n, f in self.protocol.factors.items()}
        return Sample(
            people=self.people,
            pairs=self.pairs,
            factors=factors,
            scores=names,
            sesoi=self.protocol.sesoi,
            late=frozenset(n for n in names if self._late(n)),
            treatments=tuple(n for n, f in self.protocol.factors.items() if f.treats and n in self.people),
            shared=self._shared(factors),
            long=long_outcomes(self.tables, self.people, load().variables),
            waves=wave_rows(self.protocol, self.people, self.scores, load().variables),
            middles=self._middles,
            parts=part_rows(self.of_analysed("sign_up")),
        )

    def _shared(self, factors: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        """The factors of whole group sessions, and those measured in words that follow from their levels."""
        whole = [name for name, factor in self.protocol.factors.items() if factor.unit == "session"]
        there = [name for name in whole if name in self.people]
        if not there:
            return frozenset(whole)
        levels = self.people.groupby(there, observed=True)
        follow = {name for name in factors if name in self.people and (levels[name].nunique() <= 1).all()}
        return frozenset(follow | {*whole})

    @cached_property
    def _middles(self) -> dict[str, float]:
        """The middle of each score's scale."""
        found = {n: measured(self.scores, v, self.before) for n, v in load().variables.items() if v.construct}
        return {name: (score.low + score.high) / 2 for name, score in found.items() if score is not None}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return test_all(load().named(self.protocol.hypotheses), self.sample)

    @cached_property
    def without_motives(self) -> list[str]:
        """Analysed sessions that no model with motives can use."""
        return without_motives(self.people)

    @cached_property
    def before(self) -> tuple[str, ...]:
        """The phases before the treatment, all of an earlier study among them."""
        of_earlier = () if self.earlier.empty else tuple(map(str, self.earlier["phase"].unique()))
        return (*of_earlier, *before_treatment(self.protocol))

    def _late(self, name: str) -> bool:
        """Was it measured after the treatment? A measure is when it differs without what came after."""
        variable = load().variables[name]
        if variable.construct:
            score = measured(self.scores, variable, self.before)
            return score is not None and score.phase not in self.before
        if name not in self._named or not any(factor.treats for factor in self.protocol.factors.values()):
            return False
        early = find(variable.measure)(self._tables_before)
        return not (isinstance(early, pd.Series) and early.reindex(self.people.index).equals(self.people[name]))

    @cached_property
    def _named(self) -> set[str]:
        """What the tests of this study name."""
        tested = load().named(self.protocol.hypotheses)
        return {name for each in tested for path in each.paths() for name in (*names_of(path), *each.given)}

    @cached_property
    def _tables_before(self) -> Tables:
        """The tables with the rows of what came before the treatment only."""
        tasks = {name: table[table["phase"].isin(self.before)] for name, table in self.tables.tasks.items()}
        screens = self.tables.screens
        return attrs.evolve(self.tables, tasks=tasks, screens=screens[screens["phase"].isin(self.before)])

    def late_predictors(self, finding: Finding) -> list[str]:
        """The scores that predict in a test although they were measured after the treatment, as people call them."""
        if (finding.verdict is None and finding.table is None) or finding.hypothesis.model == "XL":
            return []
        hypothesis, variables = finding.hypothesis, load().variables
        named = [*hypothesis.given, *(name for path in hypothesis.paths() for name in names_of(path[:1]))]
        if hypothesis.model == "DOM":
            named += load().antecedents.get(str(hypothesis.outcome), ())
        return [variables[n].label for n in dict.fromkeys(named) if n in self.sample.late]

    def of_analysed(self, task: str) -> pd.DataFrame:
        """The rows of a task's table that belong to analysed sessions."""
        table = self.tables.task(task)
        return table[table["session"].isin(self.sessions["session"])].reset_index(drop=True)

    def warnings(self) -> list[str]:
        """What a reader must know before believing anything here."""
        n, logs = len(self.sessions), self.logs
        said = []
        if n < FEW and self.protocol.hypotheses:
            who = {0: "Nobody is", 1: "1 person is"}.get(n, f"{n} people are")
            said.append(f"{who} analysed. With fewer than {FEW} the tests of motives are weak.")
        for path in logs.to_erase:
            said.append(f"{path}: this participant took the data back. Resume this log so that it is erased.")
        if len(logs.stores) > 1:
            said.append(f"Sessions of different stores are analysed together: {', '.join(logs.stores)}.")
        if len(logs.protocols) > 1:
            listed = ", ".join(f"{hash_[:12]} ({n})" for hash_, n in logs.protocols.most_common())
            said.append(f"The sessions ran with {len(logs.protocols)} versions of the protocol: {listed}.")
        elif self.protocol.sha256 and self.protocol.sha256 not in logs.protocols:
            ran = next(iter(logs.protocols))[:12]
            said.append(
                f"The protocol was changed since: the sessions ran with {ran}, this is {self.protocol.sha256[:12]}."
            )
        if (n_materials := versions(s.head for s in logs.sessions)) > 1:
            said.append(f"The sessions ran with {n_materials} versions of the laboratory's own materials.")
        said += apart_said(self.tables.sessions, self.sessions)
        if logs.damaged:
            said.append(f"Logs that could not be used, listed below: {len(logs.damaged)}.")
        if self.without_motives:
            lacking = len(self.without_motives)
            said.append(f"Analysed people without a score for some motive, in no model with motives: {lacking}.")
        return said


def apart_said(everyone: pd.DataFrame, analysed: pd.DataFrame) -> list[str]:
    """What it costs that some were promised that nobody can trace what they chose; nothing where nobody was."""
    whole = int(((everyone["apart"] == SESSION) & (everyone["ended_how"] == "completed")).fillna(False).sum())
    there, used = (int((rows["apart"] == RECORD).fillna(False).sum()) for rows in (everyone, analysed))
    if not whole and not there:
        return []
    said = [
        f"Analysed from the store that nobody can be traced in: {used}. Of these there are no times, no order and no "
        "clusters, nothing that was asked outside, and they are excluded by what was asked inside alone."
    ]
    if whole > there:
        said.append(
            f"Completed sessions whose part kept apart is not among the data (held, or deleted): {whole - there}."
        )
    return said


def examine(protocol: Protocol, logs: Logs, find: Find | None = None) -> Study:
    """A study's logs, tabulated; the rest follows when it is asked for."""
    return Study(protocol=protocol, logs=logs, tables=build(logs, find))
