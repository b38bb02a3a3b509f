"""People drawn as arrays, one session of each: what they would have answered, without a screen.

The same people as those who answer screens (`runner.respondents`): the same tendencies, items, standings and chances.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np
import pandas as pd

from analysis.acting import DECISIONS
from analysis.composed import COMPOSED, SEEN
from analysis.hypotheses import Hypothesis, load
from analysis.power import composing, decided, swayed
from analysis.power.needs import needed, scored
from analysis.rated import GAPS, ROWS, belief, construct_of, plain, scale_of
from analysis.shares import SHARES as SWAYED
from runner.theory import (
    AFTER,
    AT,
    LOADING,
    MOTIVES,
    SHARED,
    SPREAD,
    STABLE,
    Act,
    Asked,
    Belief,
    Effects,
    Scale,
    moments,
)

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.define(kw_only=True)
class Crowd:
    """`n` people in a session, drawn step by step; `lasting` holds what stays the same over sessions."""

    asked: Asked
    effects: Effects
    hypotheses: tuple[Hypothesis, ...]
    n: int
    random: np.random.Generator
    wave: str = ""
    levels: dict[str, Array] = attrs.field(factory=dict)  # factor -> place of each one's level
    lasting: dict[str, Array] = attrs.field(factory=dict)
    _parts: dict[str, Array] = attrs.field(init=False, factory=dict)
    _tendencies: dict[str, Array] = attrs.field(init=False, factory=dict)
    _means: dict[tuple[str, str], Array] = attrs.field(init=False, factory=dict)  # by construct and phase
    _rows: dict[str, pd.DataFrame] = attrs.field(init=False, factory=dict)
    _common: Array = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.levels = self.levels or self._assigned()
        self._common = self._normal("")
        wanted = self._wanted()
        for scale in self.asked.scales:
            of_it = {scale.construct, scale.construct.rpartition(".")[0]} & wanted
            composed = scale.construct in {construct_of(name) for name in COMPOSED}
            if of_it and not composed and self._takes_place(scale) and not self._subscales(scale):
                self._measure(scale)

    def next(self, wave: str) -> "Crowd":
        """The same people in another session."""
        return attrs.evolve(self, wave=wave)

    def scores(self) -> dict[str, Array]:
        """Each variable's mean of items, or gap (people); missing for those who were not asked."""
        found, wanted = {}, self._wanted()
        for name in scored(self.asked):
            if name in GAPS and name in wanted:
                rows, sign = self.rows(GAPS[name][0]), GAPS[name][1]
                wide = rows.pivot(index="session", columns=ROWS[GAPS[name][0]].code, values="value")
                found[name] = sign * (wide[1.0] - wide[-1.0]).to_numpy(dtype=float)
            elif name in COMPOSED and construct_of(name) in wanted:
                found[name] = composing.score(self, name)
            elif name not in GAPS and construct_of(name) in wanted:
                scale = scale_of(name, self.asked)
                if scale and self._is_there(scale):
                    found[name] = self._asked_only(scale)
        return found

    def session(self, name: str) -> Array:
        """A variable as it is in this session, whichever session counts elsewhere (people)."""
        here = [s for s in self.asked.scales if s.construct == construct_of(name) and self._takes_place(s)]
        first = load().variables[name].when in ("before", "early")
        return self._asked_only(here[0] if first else here[-1])

    def rows(self, outcome: str) -> pd.DataFrame:
        """An outcome with a row for each thing rated: session, value, and the code in which these things differ."""
        if outcome in SEEN:
            return composing.rows(self, outcome)
        if outcome not in self._rows:
            self._rows[outcome] = composing.things(self, outcome)
        return self._rows[outcome]

    def acts(self, outcome: str) -> Array:
        """Whether each one took a decision (people)."""
        act = next((a for a in self.effects.acts for d in DECISIONS[outcome] if a.construct == d.construct), None)
        chance = self.chance(act) if act else 0.5
        return np.asarray(self.random.random(self.n) < chance)

    def taken(self) -> dict[str, Array]:
        """The shares and numbers of decisions that hypotheses need (people)."""
        names = {name for h in self.hypotheses for name in needed(h)}
        chances = {
            (act.construct, act.chosen): self.chance(act)
            for act in self.effects.acts
            if act.construct not in self.asked.coded
        }
        there = names - {*SWAYED} | {name for name in names & {*SWAYED} if "help" in self.asked.decisions}
        if "dependency" in there:
            chances.setdefault(("help", "answer"), swayed.answer(self, chances))
        found = decided.outcomes(there, chances, self.asked.places, self.n, self.random)
        return found | {name: swayed.share(self, name) for name in sorted(names & {*SWAYED} - there)}

    def ratings(self, name: str) -> dict[str, Array]:
        """The mean rating of acts that are alike, by what they are alike in (people); those of a belief."""
        thought = self.effects.beliefs.get(name) or belief(self.asked)
        assert thought is not None  # who asks has looked
        found = {}
        for key, number in thought.ratings.items():
            tendency = np.tile(self.tendency(thought.construct)[:, None], number)
            found[key] = self.points(tendency, thought).mean(axis=1)
        return found

    def value(self, term: str, codes: Iterable[str] = (), phase: str = "", after: Iterable[str] = ()) -> Array:
        """A product's value (people), without the codes in it."""
        value = np.ones(self.n)
        for part in term.split(":"):
            name, bracket, level = part.rstrip("]").partition("[")
            if bracket:
                levels = self.asked.factors.get(name) or self.asked.categories[name]
                value = value * (self.of(name) == levels.index(level))
            elif name not in codes:
                value = value * self._standing(name, phase, after)
        return value

    def of(self, name: str) -> Array:
        """The place of each one's level, or of the group that one said to be of (people)."""
        if name not in self.levels:
            self.levels[name] = self.random.integers(len(self.asked.categories[name]), size=self.n)
        return self.levels[name]

    def chance(self, act: Act, codes: Mapping[str, float] | None = None) -> Array:
        """How likely each one is to take a decision that is about `codes` (people)."""
        after, codes = self.asked.decided_after.get(act.construct, frozenset()), codes or {}
        sums = np.zeros(self.n)
        for term, weight in act.terms.items():
            known = [codes[name] for name in term.split(":") if name in codes]
            sums = sums + weight * np.prod(known) * self.value(term, codes, after=after)
        return decided.chance(act, sums)

    @property
    def groups(self) -> Array:
        """In which group session each one is (people), from 0: full ones, one after the other."""
        return np.arange(self.n) // self.asked.seats

    def _assigned(self) -> dict[str, Array]:
        """Permuted blocks over all cells; in group sessions what all share has blocks of groups."""
        if self.asked.seats == 1:
            return self._blocks([*self.asked.factors], self.n)
        together = [name for name in self.asked.factors if name in self.asked.shared]
        apart = [name for name in self.asked.factors if name not in self.asked.shared]
        by_group = self._blocks(together, int(self.groups[-1]) + 1)
        drawn = {name: levels[self.groups] for name, levels in by_group.items()} | self._blocks(apart, self.n)
        return {name: drawn[name] for name in self.asked.factors}

    def _blocks(self, factors: list[str], n: int) -> dict[str, Array]:
        counts = [len(self.asked.factors[name]) for name in factors]
        cells = int(np.prod(counts)) if counts else 1
        blocks = [self.random.permutation(cells) for _ in range(-(-n // cells))]
        drawn = np.unravel_index(np.concatenate(blocks)[:n], counts) if counts else ()
        return dict(zip(factors, drawn, strict=True))

    def _wanted(self) -> set[str]:
        """The constructs that hypotheses, their covariates or effects need."""
        antecedents = load().antecedents
        names = {*MOTIVES, *(name for h in self.hypotheses for name in needed(h))}
        if any(h.block == "antecedents" for h in self.hypotheses):
            names |= {name for listed in antecedents.values() for name in listed}
        constructs = {construct_of(name) for name in names if name not in ROWS}
        return (constructs | {plain(construct) for construct in self.effects.names.values()}) - {""}

    def _takes_place(self, scale: Scale) -> bool:
        return self.wave in scale.only.get(self.asked.wave, (self.wave,))

    def _subscales(self, scale: Scale) -> list[Scale]:
        inside = f"{scale.construct}."
        return [s for s in self.asked.scales if s.phase == scale.phase and s.construct.startswith(inside)]

    def _target(self, construct: str) -> str:
        """What the items of a construct go by: its own tendency, or its whole scale's where an effect is on that."""
        ruled = {name.partition(AT)[0] for name in (*self.effects.mixed, *self.effects.shifts)}
        whole = construct.rpartition(".")[0]
        return whole if construct not in ruled and whole in ruled else construct

    def _measure(self, scale: Scale) -> None:
        """Answers to the items of one measurement."""
        tendency = self.moved(self._target(scale.construct), scale.phase)
        points = self.points(np.tile(tendency[:, None], scale.items), scale)
        self._means[scale.construct, scale.phase] = points.mean(axis=1)

    def moved(self, target: str, phase: str) -> Array:
        """A tendency with all that shifts it by a phase (people)."""
        scales = self.asked.scales
        given = sum(s.items for s in scales if s.construct == target and self._earlier(s, phase))
        tendency = self.tendency(target)
        shown = self.asked.shown.get(self.wave, {})
        for term, weight in self.effects.shifts.get(target, {}).items():
            factors = [part.partition("[")[0] for part in term.split(":") if "[" in part]
            if all(given >= shown.get(f, {}).get(target, 0) for f in factors) and self._given_by(term, phase):
                tendency = tendency + weight * self.value(term, phase=phase)
        return tendency

    def _given_by(self, term: str, phase: str) -> bool:
        """Were the term's scores of after a treatment given before this phase?"""
        after = [name for name in term.split(":") if self.effects.names.get(name, "").endswith(AFTER)]
        return all((scale := scale_of(name, self.asked)) and self._earlier(scale, phase) for name in after)

    def points(self, tendency: Array, scale: Scale | Belief) -> Array:
        """Answers (people x items) to items with these tendencies."""
        behind = LOADING * tendency + np.sqrt(1 - LOADING**2) * self.random.normal(size=tendency.shape)
        points = np.rint((scale.low + scale.high) / 2 + SPREAD * behind)
        return np.asarray(np.clip(points, scale.low, scale.high))

    def _asked_only(self, scale: Scale) -> Array:
        """The mean, missing for those who weren't asked."""
        values = self._mean(scale).copy()
        for factor, levels in scale.only.items():
            if factor in self.levels:
                places = [self.asked.factors[factor].index(level) for level in levels]
                values[~np.isin(self.levels[factor], places)] = np.nan
        return values

    def _is_there(self, scale: Scale) -> bool:
        parts = self._subscales(scale) or [scale]
        return all((part.construct, part.phase) in self._means for part in parts)

    def _mean(self, scale: Scale) -> Array:
        if (scale.construct, scale.phase) in self._means:
            return self._means[scale.construct, scale.phase]
        parts = self._subscales(scale)
        total = sum(part.items * self._means[part.construct, part.phase] for part in parts)
        return np.asarray(total / sum(part.items for part in parts))

    def tendency(self, construct: str) -> Array:
        """Where each one stands on a construct before any shift, in SD (people)."""
        if construct not in self._tendencies:
            now = self.effects.mixed.get(f"{construct}{AT}{self.wave}")
            mixed = now or self.effects.mixed.get(construct)
            if mixed is not None:
                self._tendencies[construct] = np.asarray(sum(w * self._part(part) for part, w in mixed.items()))
            else:
                shared = SHARED if construct in MOTIVES.values() else 0.0
                own = self._normal(construct)
                self._tendencies[construct] = np.sqrt(shared) * self._common + np.sqrt(1 - shared) * own
        return self._tendencies[construct]

    def _part(self, name: str) -> Array:
        if name not in self._parts:
            self._parts[name] = self._normal(name)
        return self._parts[name]

    def _normal(self, name: str) -> Array:
        """A standard normal of each; where there are several sessions, in part of this session alone."""
        if name not in self.lasting:
            self.lasting[name] = self.random.normal(size=self.n)
        if not self.wave or AT in name:
            return self.lasting[name]
        fresh = self.random.normal(size=self.n)
        return np.asarray(np.sqrt(STABLE) * self.lasting[name] + np.sqrt(1 - STABLE) * fresh)

    def _standing(self, name: str, phase: str = "", after: Iterable[str] = ()) -> Array:
        """A score in SD if it was measured by then (before the phase, or one of `after`), else its tendency."""
        construct = plain(self.effects.names[name])
        scale = None if name in GAPS or name in COMPOSED else scale_of(name, self.asked)
        if scale and (self._earlier(scale, phase) if phase else construct in after):
            over_people = moments(scale.items, scale.low, scale.high)
            return np.asarray((self._mean(scale) - over_people.mean) / over_people.sd)
        return self.tendency(self._target(construct))

    def _earlier(self, scale: Scale, phase: str) -> bool:
        phases = list(dict.fromkeys(s.phase for s in self.asked.scales))
        return phases.index(scale.phase) < phases.index(phase)
