"""A study's data drawn as arrays: what its people would have answered, without a screen.

The same people as those who answer screens (`runner.respondents`): the same tendencies, items, standings and chances,
for thousands at once. A test holds the two ways to the same distributions.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd

from analysis.choices import ATTRIBUTES
from analysis.effects import DECISIONS
from analysis.hypotheses import Hypothesis, load
from analysis.power import decided
from analysis.sample import Sample
from runner.theory import LOADING, MOTIVES, SHARED, SPREAD, Act, Asked, Effects, Pair, Scale, moments

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.frozen(kw_only=True)
class Design:
    """What is drawn: a study, as far as some hypotheses need it, and what its people are made of."""

    asked: Asked
    effects: Effects
    hypotheses: tuple[Hypothesis, ...]
    sesoi: float
    pack: str = ""
    treatments: tuple[str, ...] = ()
    draws: int = (
        0  # of the mixed logit, a person; with 0 choices are put to the conditional logit, in a hundredth of the time
    )


def generator(text: str) -> np.random.Generator:
    """Random numbers from a readable seed."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16]))


def drawable(hypotheses: Iterable[Hypothesis], asked: Asked) -> dict[str, str]:
    """Hypothesis -> what it needs and arrays don't hold; only those that lack something."""
    lacking = {}
    for hypothesis in hypotheses:
        decisions = {o for o in decided.OUTCOMES if any(d.construct in asked.decisions for d in DECISIONS[o])}
        codes = {a for a in ATTRIBUTES if a in asked.codes}
        known = {*asked.factors, *_scores(asked), *codes, *decisions, "real_act"}
        if asked.wave and hypothesis.filter != f"{asked.wave} == {next(iter(asked.before))}":
            lacking[hypothesis.id] = "several waves"
        elif hypothesis.model == "CH" and not asked.pairs:
            lacking[hypothesis.id] = "pairs of acts"
        elif missing := [name for name in _needed(hypothesis) if name not in known]:
            lacking[hypothesis.id] = missing[0]
    return lacking


def draw(design: Design, n: int, random: np.random.Generator) -> Sample:
    """A study of `n` people, as its analysis takes it."""
    people = _People(design=design, n=n, random=random)
    frame = pd.DataFrame({"participant": np.arange(n)})
    frame["pack"] = design.pack
    for name, levels in people.levels.items():
        frame[name] = pd.array(np.array(design.asked.factors[name], dtype=object)[levels], dtype="string")
    scores = people.scores()
    for name, values in scores.items():
        frame[name] = pd.array(values, dtype="Float64")
    if any("real_act" in _needed(h) for h in design.hypotheses):
        frame["real_act"] = pd.array(people.acts("real_act"), dtype="boolean")
    taken = people.taken()
    for name, values in taken.items():
        frame[name] = pd.array(values, dtype="Int64" if name in decided.NUMBERS else "Float64")
    if design.asked.wave:  # the first one
        frame[design.asked.wave] = pd.array([next(iter(design.asked.before))] * n, dtype="string")
    variables = load().variables
    late = {n for n in scores if (s := design.asked.measured(variables[n].construct, variables[n].when)) and s.late}
    chosen = any(h.model == "CH" for h in design.hypotheses)
    return Sample(
        people=frame.rename_axis("session"),
        pairs=people.pairs() if chosen else pd.DataFrame(columns=["session", "repeated", "first", *ATTRIBUTES]),
        factors=design.asked.factors,
        scores=(*scores, *taken),
        sesoi=design.sesoi,
        late=frozenset(late),
        treatments=design.treatments,
        draws=design.draws,
    )


def _scores(asked: Asked) -> list[str]:
    return [name for name, v in load().variables.items() if v.construct and asked.measured(v.construct, v.when)]


def _needed(hypothesis: Hypothesis) -> list[str]:
    """Every name that a hypothesis's model needs, if the study has it, or that its test names."""
    own = {name for test in hypothesis.combinations() for term in test for name in term.names}
    own |= {term.at.name for test in hypothesis.combinations() for term in test if term.at}
    outcome = hypothesis.outcome
    own |= {o for o in ((outcome,) if isinstance(outcome, str) else outcome) if o}
    return [*own, *hypothesis.given]


@attrs.define(kw_only=True)
class _People:
    """`n` people of a design, drawn step by step."""

    design: Design
    n: int
    random: np.random.Generator
    levels: dict[str, Array] = attrs.field(init=False, factory=dict)  # factor -> place of each one's level
    _parts: dict[str, Array] = attrs.field(init=False, factory=dict)
    _tendencies: dict[str, Array] = attrs.field(init=False, factory=dict)
    _means: dict[tuple[str, str], Array] = attrs.field(init=False, factory=dict)  # by construct and phase
    _common: Array = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.levels = self._assigned()
        self._common = self.random.normal(size=self.n)
        needed = self._wanted()
        for scale in self.design.asked.scales:
            if {scale.construct, scale.construct.rpartition(".")[0]} & needed and not self._subscales(scale):
                self._measure(scale)

    def scores(self) -> dict[str, Array]:
        """Each variable's mean of items (people); missing for those who were not asked."""
        found, variables = {}, load().variables
        for name in _scores(self.design.asked):
            scale = self.design.asked.measured(variables[name].construct, variables[name].when)
            if scale and scale.construct in self._wanted():
                values = self._mean(scale).copy()
                for factor, levels in scale.only.items():
                    if factor in self.levels:
                        places = [self.design.asked.factors[factor].index(level) for level in levels]
                        values[~np.isin(self.levels[factor], places)] = np.nan
                found[name] = values
        return found

    def acts(self, outcome: str) -> Array:
        """Whether each one took a decision (people)."""
        act = next(
            (a for a in self.design.effects.acts for d in DECISIONS[outcome] if a.construct == d.construct), None
        )
        chance = self._chance(act) if act else 0.5
        return np.asarray(self.random.random(self.n) < chance)

    def taken(self) -> dict[str, Array]:
        """The shares and numbers of decisions that hypotheses need (people)."""
        needed = {name for h in self.design.hypotheses for name in _needed(h)}
        chances = {act.chosen or act.construct: self._chance(act) for act in self.design.effects.acts}
        return decided.outcomes(needed, chances, self.design.asked.places, self.n, self.random)

    def _chance(self, act: Act) -> Array:
        after = self.design.asked.decided_after.get(act.construct, frozenset())
        return decided.chance(
            act, sum((w * self._value(term, after=after) for term, w in act.terms.items()), np.zeros(self.n))
        )

    def pairs(self) -> pd.DataFrame:
        """One row per choice, as `analysis.choices.choice_pairs` gives them."""
        lists = self.design.asked.pairs
        mine = self.random.integers(len(lists), size=self.n)
        frames = [self._chosen(pairs, np.flatnonzero(mine == place)) for place, pairs in enumerate(lists)]
        return pd.concat(frames, ignore_index=True)

    def _chosen(self, pairs: Sequence[Pair], who: Array) -> pd.DataFrame:
        sets, people = len(pairs), len(who)
        flipped = self.random.random((people, sets)).argsort(axis=1) < sets // 2  # half of each one's sets
        acts: dict[str, tuple[Array, Array]] = {}
        for name in ATTRIBUTES:
            one, other = (np.array([side.get(name, 0.0) for side in sides]) for sides in _sides(pairs))
            if one.any() or other.any():
                acts[name] = (np.where(flipped, other, one), np.where(flipped, one, other))
        gain = np.zeros((people, sets))
        for term, weight in self.design.effects.weights.items():
            codes = [name for name in term.split(":") if name in acts]
            if any(name.startswith("a_") and name not in acts for name in term.split(":")):
                continue
            first, second = (np.prod([acts[name][side] for name in codes], axis=0) for side in (0, 1))
            value = self._value(term, codes, after=self.design.asked.chosen_after)
            gain += weight * (first - second) * value[who, None]
        if tastes := self.design.effects.tastes:
            for one, other in acts.values():
                gain += tastes * self.random.normal(size=(people, 1)) * (one - other)
        chosen = self.random.random((people, sets)) < 1 / (1 + np.exp(-gain))
        columns: dict[str, Any] = {
            "session": np.repeat(who, sets),
            "set": np.tile([pair.set for pair in pairs], people),
            "repeated": np.zeros(people * sets, dtype=bool),
            "first": chosen.ravel(),
        }
        for name in ATTRIBUTES:
            one, other = acts.get(name, (np.zeros((people, sets)),) * 2)
            columns[name] = (one - other).ravel()
            columns[f"{name}_first"], columns[f"{name}_second"] = one.ravel(), other.ravel()
        return pd.DataFrame(columns)

    def _assigned(self) -> dict[str, Array]:
        """Permuted blocks over all cells."""
        counts = [len(levels) for levels in self.design.asked.factors.values()]
        cells = int(np.prod(counts)) if counts else 1
        blocks = [self.random.permutation(cells) for _ in range(-(-self.n // cells))]
        drawn = np.unravel_index(np.concatenate(blocks)[: self.n], counts) if counts else ()
        return dict(zip(self.design.asked.factors, drawn, strict=True))

    def _wanted(self) -> set[str]:
        """The constructs that hypotheses, their covariates or effects need."""
        variables, antecedents = load().variables, load().antecedents
        names = {*MOTIVES, *(name for h in self.design.hypotheses for name in _needed(h))}
        if any(h.block == "antecedents" for h in self.design.hypotheses):
            names |= {name for listed in antecedents.values() for name in listed}
        constructs = {variables[name].construct for name in names if name in variables}
        return (constructs | set(self.design.effects.names.values())) - {""}

    def _subscales(self, scale: Scale) -> list[Scale]:
        inside = f"{scale.construct}."
        return [s for s in self.design.asked.scales if s.phase == scale.phase and s.construct.startswith(inside)]

    def _target(self, construct: str) -> str:
        """What the items of a construct go by: its own tendency, or its whole scale's where an effect is on that."""
        ruled = {*self.design.effects.mixed, *self.design.effects.shifts}
        whole = construct.rpartition(".")[0]
        return whole if construct not in ruled and whole in ruled else construct

    def _measure(self, scale: Scale) -> None:
        """Answers to the items of one measurement."""
        target = self._target(scale.construct)
        scales = self.design.asked.scales
        given = sum(s.items for s in scales if s.construct == target and self._earlier(s, scale.phase))
        tendency = self._tendency(target)
        for term, weight in self.design.effects.shifts.get(target, {}).items():
            factors = [part.partition("[")[0] for part in term.split(":") if "[" in part]
            shown = self.design.asked.shown.get("", {})
            if all(given >= shown.get(factor, {}).get(target, 0) for factor in factors):
                tendency = tendency + weight * self._value(term, phase=scale.phase)
        error = self.random.normal(size=(self.n, scale.items))
        behind = LOADING * tendency[:, None] + np.sqrt(1 - LOADING**2) * error
        points = np.clip(np.rint((scale.low + scale.high) / 2 + SPREAD * behind), scale.low, scale.high)
        self._means[scale.construct, scale.phase] = points.mean(axis=1)

    def _mean(self, scale: Scale) -> Array:
        if (scale.construct, scale.phase) in self._means:
            return self._means[scale.construct, scale.phase]
        parts = self._subscales(scale)
        total = sum(part.items * self._means[part.construct, part.phase] for part in parts)
        return np.asarray(total / sum(part.items for part in parts))

    def _tendency(self, construct: str) -> Array:
        if construct not in self._tendencies:
            mixed = self.design.effects.mixed.get(construct)
            if mixed is not None:
                self._tendencies[construct] = np.asarray(sum(w * self._part(part) for part, w in mixed.items()))
            else:
                shared = SHARED if construct in MOTIVES.values() else 0.0
                own = self.random.normal(size=self.n)
                self._tendencies[construct] = np.sqrt(shared) * self._common + np.sqrt(1 - shared) * own
        return self._tendencies[construct]

    def _part(self, name: str) -> Array:
        if name not in self._parts:
            self._parts[name] = self.random.normal(size=self.n)
        return self._parts[name]

    def _standing(self, name: str, phase: str = "", after: Iterable[str] = ()) -> Array:
        """A score in SD if it was measured by then (before the phase, or one of `after`), else its tendency."""
        construct, asked = self.design.effects.names[name], self.design.asked
        variable = load().variables[name]
        scale = asked.measured(construct, variable.when)
        if scale and (self._earlier(scale, phase) if phase else construct in after):
            over_people = moments(scale.items, scale.low, scale.high)
            return (self._mean(scale) - over_people.mean) / over_people.sd
        return self._tendency(self._target(construct))

    def _earlier(self, scale: Scale, phase: str) -> bool:
        phases = list(dict.fromkeys(s.phase for s in self.design.asked.scales))
        return phases.index(scale.phase) < phases.index(phase)

    def _value(self, term: str, codes: Iterable[str] = (), phase: str = "", after: Iterable[str] = ()) -> Array:
        value = np.ones(self.n)
        for part in term.split(":"):
            name, bracket, level = part.rstrip("]").partition("[")
            if bracket:
                value = value * (self.levels[name] == self.design.asked.factors[name].index(level))
            elif name not in codes:
                value = value * self._standing(name, phase, after)
        return value


def _sides(pairs: Sequence[Pair]) -> tuple[list[Mapping[str, float]], list[Mapping[str, float]]]:
    return [pair.one for pair in pairs], [pair.other for pair in pairs]
