"""Decisions that go by weights of choice, or by what they are about, drawn as arrays."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.acting import DECISIONS
from analysis.shares import pairs_of

if TYPE_CHECKING:
    from analysis.power.crowd import Crowd

Array = np.ndarray[Any, np.dtype[Any]]


def share(crowd: "Crowd", outcome: str) -> Array:
    """In which share of its pairs each one picks the act with the outcome's level of its code (people)."""
    from analysis.shares import SHARES

    code, level, _ = SHARES[outcome]
    pairs = pairs_of(outcome, crowd.asked)
    tastes = {name: crowd.effects.tastes * crowd.random.normal(size=crowd.n) for name in _tastes(crowd, pairs[0].one)}
    taken = np.zeros(crowd.n)
    for pair in pairs:
        one, other = (pair.one, pair.other) if pair.one[code] == level else (pair.other, pair.one)
        gain = worth(crowd, one) - worth(crowd, other)
        gain = gain + sum((taste * (one.get(a, 0.0) - other.get(a, 0.0)) for a, taste in tastes.items()), 0.0)
        taken += crowd.random.random(crowd.n) < 1 / (1 + np.exp(-gain))
    return taken / len(pairs)


def worth(crowd: "Crowd", codes: Mapping[str, float]) -> Array:
    """What an act with these codes is worth to each one, in logits (people)."""
    found = np.zeros(crowd.n)
    for term, weight in crowd.effects.weights.items():
        known = [name for name in term.split(":") if name.startswith("a_")]
        if all(codes.get(name, 0.0) for name in known):
            value = crowd.value(term, known, after=crowd.asked.chosen_after)
            found = found + weight * np.prod([codes[name] for name in known]) * value
    return found


def answer(crowd: "Crowd", chances: Mapping[tuple[str, str], Array]) -> Array:
    """How likely the full answer is among nothing, a hint and it, where no effect is on it itself (people)."""
    dependent, free = (np.exp(worth(crowd, {"a_help": 1.0, "a_auton": code})) for code in (-1.0, 1.0))
    if (helped := chances.get(("help", "a_help"))) is not None:
        return np.asarray(helped * dependent / (dependent + free))
    return np.asarray(dependent / (1 + dependent + free))


def chain(crowd: "Crowd", outcome: str) -> pd.DataFrame:
    """Each decision of a chain of which a screen says what it is about; a part is asked for of those who stay."""
    steps = crowd.asked.coded[DECISIONS[outcome][0].construct]
    frames = []
    for codes in steps:
        value = crowd.random.random(crowd.n) < _chance(crowd, outcome, codes)
        asked = np.full(crowd.n, True)
        if outcome == "chain_leads":
            asked = crowd.random.random(crowd.n) < _chance(crowd, "chain_stays", codes)
        rows = pd.DataFrame({"session": np.arange(crowd.n), "value": pd.array(value.astype(float), dtype="Float64")})
        frames.append(rows.assign(**dict(codes))[asked])
    return pd.concat(frames).sort_values("session", kind="stable").reset_index(drop=True)


def _chance(crowd: "Crowd", outcome: str, codes: Mapping[str, float]) -> Array:
    construct, chosen = DECISIONS[outcome][0][:2]
    for act in crowd.effects.acts:
        if act.construct == construct:
            chance = crowd.chance(act, codes)
            return chance if act.chosen == chosen else 1 - chance
    return np.full(crowd.n, 0.5)


def _tastes(crowd: "Crowd", codes: Mapping[str, float]) -> list[str]:
    return [name for name in codes if name.startswith("a_")] if crowd.effects.tastes else []
