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
from analysis.factors import levels_of
from analysis.hypotheses import Hypothesis
from analysis.power import decided
from analysis.power.choosing import pairs
from analysis.power.crowd import Crowd, needed, scored
from analysis.rated import EFFECT, ROWS, belief, late, rated, sessions_of
from analysis.sample import Sample
from runner.theory import Asked, Effects


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
    known = {*asked.factors, *_following(asked), *scored(asked), *codes, *decisions, *rows, "real_act"}
    for hypothesis in hypotheses:
        if missing := [name for name in needed(hypothesis) if name not in known | _own(hypothesis)]:
            lacking[hypothesis.id] = missing[0]
        elif hypothesis.model == "XL":
            if any(len(sessions_of(name, asked)) < max(3, len(asked.before)) for name in needed(hypothesis)):
                lacking[hypothesis.id] = "three sessions or more, in each of which its scores are asked"
        elif asked.wave and hypothesis.filter != f"{asked.wave} == {next(iter(asked.before))}":
            lacking[hypothesis.id] = "several waves"
        elif hypothesis.model == "CH" and not asked.pairs:
            lacking[hypothesis.id] = "pairs of acts"
        elif foreign := [name for name in filters(hypothesis) if name not in {*asked.factors, asked.wave, "pack"}]:
            lacking[hypothesis.id] = foreign[0]
    return lacking


def _following(asked: Asked) -> dict[str, tuple[str, ...]]:
    """The variables that follow from a factor, and their levels."""
    found = {name: levels_of(name, asked) for name in asked.follows if name not in asked.factors}
    return {name: levels for name, levels in found.items() if levels}


def filters(hypothesis: Hypothesis) -> list[str]:
    """The columns that say of whom a hypothesis speaks."""
    return [part.split()[0] for part in hypothesis.filter.split(" and ") if part]


def _own(hypothesis: Hypothesis) -> set[str]:
    """The codes that come with the rows of its outcome."""
    return {ROWS[str(hypothesis.outcome)].code} if hypothesis.outcome in ROWS else set()


def draw(design: Design, n: int, random: np.random.Generator) -> Sample:
    """A study of `n` people, as its analysis takes it."""
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
    for name, drawn in crowd.levels.items():
        frame[name] = pd.array(np.array(asked.factors[name], dtype=object)[drawn], dtype="string")
    following = _following(asked)
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
        frame[name] = pd.array(values, dtype="Int64" if name in decided.NUMBERS else "Float64")
    if asked.wave:
        frame[asked.wave] = pd.array([crowd.wave] * n, dtype="string")
    chosen = any(h.model == "CH" for h in design.hypotheses)
    return Sample(
        people=frame.rename_axis("session"),
        pairs=pairs(crowd, names) if chosen else pd.DataFrame(columns=["session", "repeated", "first", *ATTRIBUTES]),
        factors={**following, **asked.factors},
        scores=(*scores, *taken),
        sesoi=design.sesoi,
        late=frozenset(name for name in scores if late(name, asked)),
        treatments=design.treatments,
        long={outcome: crowd.rows(outcome) for outcome in sorted(names & {*ROWS})},
        waves=_waves(design, crowd),
        draws=design.draws,
    )


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
