"""A study's data drawn as arrays: what its people would have answered, without a screen.

The same people as those who answer screens (`runner.respondents`): the same tendencies, items, standings and chances,
for thousands at once. A test holds the two ways to the same distributions.
"""

import hashlib
from collections.abc import Iterable

import attrs
import numpy as np
import pandas as pd

from analysis.acting import DECISIONS
from analysis.choices import ATTRIBUTES
from analysis.composed import SEEN
from analysis.factors import levels_of
from analysis.hypotheses import Hypothesis
from analysis.power import decided, swayed
from analysis.power.choosing import pairs
from analysis.power.crowd import Crowd
from analysis.power.needs import needed, scored
from analysis.rated import EFFECT, ROWS, belief, late, rated, scale_of, sessions_of
from analysis.sample import Sample
from analysis.shares import SHARES, pairs_of
from analysis.templates.clusters import GROUP
from runner.errors import VantageError
from runner.theory import Asked, Effects

GROUPS = {"ingroup": "category"}  # variable -> the screen whose answer it is


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
    decisions = {o for o in decided.OUTCOMES if any(d.construct in asked.decisions for d in DECISIONS[o])}
    codes = {a for a in ATTRIBUTES if a in asked.codes} | ({EFFECT} if asked.pairs and belief(asked) else set())
    rows = {outcome for outcome in ROWS if rated(outcome, asked)}
    rows |= {name for name in decided.CHAINS if DECISIONS[name][0].construct in asked.coded}
    decisions |= {name for name in SHARES if pairs_of(name, asked)}
    rows |= {outcome for outcome in SEEN if asked.actors and scale_of(outcome, asked)}
    known = {*asked.factors, *_following(asked), *scored(asked), *codes, *decisions, *rows, "real_act"}
    known |= {name for name in GROUPS if _screens(name, asked)}
    for hypothesis in hypotheses:
        if missing := [name for name in needed(hypothesis) if name not in known | _own(hypothesis, asked)]:
            lacking[hypothesis.id] = missing[0]
        elif hypothesis.model == "XL":
            if any(len(sessions_of(name, asked)) < max(3, len(asked.before)) for name in needed(hypothesis)):
                lacking[hypothesis.id] = "three sessions or more, in each of which its scores are asked"
        elif asked.wave and hypothesis.filter != f"{asked.wave} == {next(iter(asked.before))}":
            lacking[hypothesis.id] = "several waves"
        elif hypothesis.model == "CH" and not asked.pairs:
            lacking[hypothesis.id] = "pairs of acts"
        elif foreign := [name for name in filters(hypothesis) if name not in {*known, asked.wave, "pack"}]:
            lacking[hypothesis.id] = foreign[0]
    return lacking


def _following(asked: Asked) -> dict[str, tuple[str, ...]]:
    """The variables that follow from a factor, and their levels."""
    found = {name: levels_of(name, asked) for name in asked.follows if name not in asked.factors}
    return {name: levels for name, levels in found.items() if levels}


def _shared(asked: Asked) -> frozenset[str]:
    """What is the same for all who take part together: factors, and what follows from them."""
    of = {name: {at.partition("[")[0] for ats in asked.follows[name].values() for at in ats} for name in asked.follows}
    return asked.shared | {name for name, factors in of.items() if factors <= asked.shared}


def filters(hypothesis: Hypothesis) -> list[str]:
    """The columns that say of whom a hypothesis speaks."""
    return [part.split()[0] for part in hypothesis.filter.split(" and ") if part]


def _own(hypothesis: Hypothesis, asked: Asked) -> set[str]:
    """The codes that come with the rows of its outcome."""
    if hypothesis.outcome in decided.CHAINS:
        codes = asked.coded.get(DECISIONS[str(hypothesis.outcome)][0].construct, ())
        return {code for each in codes for code in each}
    if hypothesis.outcome in SEEN:
        return {code for block in asked.actors for each in block for code in each}
    return {ROWS[str(hypothesis.outcome)].code} if hypothesis.outcome in ROWS else set()


def draw(design: Design, n: int, random: np.random.Generator) -> Sample:
    """A study of `n` people, as its analysis takes it.

    Nobody hears anybody: a `VantageError` if what others choose is to weigh.
    """
    if design.effects.conformity:
        raise VantageError("--conformity: people drawn as arrays choose alone; simulate them through the engine")
    asked = design.asked
    names = {name for h in design.hypotheses for name in needed(h)}
    crowd = Crowd(
        asked=asked,
        effects=design.effects,
        hypotheses=design.hypotheses,
        n=n,
        random=random,
        wave=next(iter(asked.before)) if asked.wave else "",
    )
    frame = pd.DataFrame({"participant": np.arange(n)})
    frame["pack"] = design.pack
    if asked.seats > 1:
        frame[GROUP] = pd.array([f"group-{number}" for number in crowd.groups], dtype="string")
    wanted = names | {name for h in design.hypotheses for name in filters(h)}
    following = {n: levels for n, levels in _following(asked).items() if n in wanted or not _screens(n, asked)}
    for name in [*asked.factors, *sorted({screen for n in wanted for screen in _screens(n, asked)})]:
        levels = asked.factors.get(name) or asked.categories[name]
        frame[name] = pd.array(np.array(levels, dtype=object)[crowd.of(name)], dtype="string")
    for name, screen in GROUPS.items():
        if screen in frame:
            frame[name] = frame[screen]
    for name, levels in following.items():
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="string")
        for level in levels:
            for factor, _, own in (at.rstrip("]").partition("[") for at in asked.follows[name][level]):
                frame[name] = frame[name].mask(frame[factor] == own, level)
    scores = crowd.scores()
    for name, values in scores.items():
        frame[name] = pd.array(values, dtype="Float64")
    if "real_act" in names:
        frame["real_act"] = pd.array(crowd.acts("real_act"), dtype="boolean")
    taken = crowd.taken()
    for name, values in taken.items():
        frame[name] = pd.Series(values, index=frame.index).astype(decided.type_of(name))
    if asked.wave:
        frame[asked.wave] = pd.array([crowd.wave] * n, dtype="string")
    chosen = any(h.model == "CH" for h in design.hypotheses)
    return Sample(
        people=frame.rename_axis("session"),
        pairs=pairs(crowd, names) if chosen else pd.DataFrame(columns=["session", "repeated", "first", *ATTRIBUTES]),
        factors={**following, **asked.factors},
        scores=(*scores, *(name for name in taken if name not in decided.FLAGS)),
        sesoi=design.sesoi,
        late=frozenset(name for name in scores if late(name, asked)),
        treatments=design.treatments,
        shared=_shared(asked),
        long={name: crowd.rows(name) for name in sorted(names & {*ROWS, *SEEN})}
        | {name: swayed.chain(crowd, name) for name in sorted(names & {*decided.CHAINS})},
        waves=_waves(design, crowd),
        draws=design.draws,
    )


def _screens(name: str, asked: Asked) -> set[str]:
    """The screens whose answers say what a variable is; none for what isn't said."""
    said = {GROUPS[name]} if name in GROUPS else set()
    said |= {term.partition("[")[0] for terms in asked.follows.get(name, {}).values() for term in terms}
    return said & asked.categories.keys()


def _waves(design: Design, first: Crowd) -> pd.DataFrame:
    """A row per person and session with what panels need, as `analysis.waves.wave_rows` gives it; empty without one."""
    names = sorted({name for h in design.hypotheses if h.model == "XL" for name in needed(h)})
    if not names:
        return pd.DataFrame()
    sessions, frames = list(design.asked.before), []
    for place, wave in enumerate(sessions):
        crowd = first if place == 0 else first.next(wave)
        rows = pd.DataFrame({"person": np.arange(first.n), "wave": wave, "session": np.arange(first.n)})
        frames.append(rows.assign(**{n: pd.array(crowd.session(n), dtype="Float64") for n in names}))
    waves = pd.concat(frames, ignore_index=True)
    return waves.assign(wave=pd.Categorical(waves["wave"], categories=sessions, ordered=True))
