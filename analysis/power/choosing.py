"""Paired choices drawn as arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.choices import ATTRIBUTES
from analysis.power.crowd import Array, Crowd
from analysis.rated import EFFECT, belief
from runner.theory import Pair

Sides = dict[str, tuple[Array, Array]]  # of an attribute: what the first and the second act have of it (people x sets)


def pairs(crowd: Crowd, wanted: Iterable[str]) -> pd.DataFrame:
    """One row per choice, as `analysis.choices.choice_pairs` gives them, and with what acts are thought to achieve if
    that is wanted."""
    lists = crowd.asked.pairs
    ratings = crowd.ratings(EFFECT) if EFFECT in wanted or crowd.effects.beliefs else {}
    mine = crowd.random.integers(len(lists), size=crowd.n)
    frames = [_chosen(crowd, each, np.flatnonzero(mine == place), ratings) for place, each in enumerate(lists)]
    return pd.concat(frames, ignore_index=True)


def _chosen(crowd: Crowd, pairs: Sequence[Pair], who: Array, ratings: Mapping[str, Array]) -> pd.DataFrame:
    sets, people = len(pairs), len(who)
    flipped = crowd.random.random((people, sets)).argsort(axis=1) < sets // 2  # half of each one's sets
    acts = _sides(pairs, flipped)
    if ratings:
        one, other = (_thought(crowd, side, who, ratings) for side in _codes(pairs))
        acts[EFFECT] = np.where(flipped, other, one), np.where(flipped, one, other)
    gain = np.zeros((people, sets))
    for term, weight in crowd.effects.weights.items():
        codes = [name for name in term.split(":") if name in acts]
        if any(name.startswith("a_") and name not in acts for name in term.split(":")):
            continue
        first, second = (np.prod([acts[name][side] for name in codes], axis=0) for side in (0, 1))
        value = crowd.value(term, codes, after=crowd.asked.chosen_after)
        gain += weight * (first - second) * value[who, None]
    if tastes := crowd.effects.tastes:
        for name, (one, other) in acts.items():
            if name != EFFECT:
                gain += tastes * crowd.random.normal(size=(people, 1)) * (one - other)
    chosen = crowd.random.random((people, sets)) < 1 / (1 + np.exp(-gain))
    columns: dict[str, Any] = {
        "session": np.repeat(who, sets),
        "set": np.tile([pair.set for pair in pairs], people),
        "repeated": np.zeros(people * sets, dtype=bool),
        "first": chosen.ravel(),
    }
    for name in (*ATTRIBUTES, *([EFFECT] if ratings else [])):
        one, other = acts.get(name, (np.zeros((people, sets)),) * 2)
        columns[name] = (one - other).ravel()
        columns[f"{name}_first"], columns[f"{name}_second"] = one.ravel(), other.ravel()
    return pd.DataFrame(columns)


def _sides(pairs: Sequence[Pair], flipped: Array) -> Sides:
    acts: Sides = {}
    for name in ATTRIBUTES:
        one, other = (np.array([side.get(name, 0.0) for side in sides]) for sides in _codes(pairs))
        if one.any() or other.any():
            acts[name] = (np.where(flipped, other, one), np.where(flipped, one, other))
    return acts


def _thought(crowd: Crowd, sides: Sequence[Mapping[str, float]], who: Array, ratings: Mapping[str, Array]) -> Array:
    """What each one thinks of each set's act (people x sets)."""
    thought = belief(crowd.asked)
    assert thought is not None
    return np.column_stack([ratings[thought.same(side)][who] for side in sides])


def _codes(pairs: Sequence[Pair]) -> tuple[list[Mapping[str, float]], list[Mapping[str, float]]]:
    return [pair.one for pair in pairs], [pair.other for pair in pairs]
