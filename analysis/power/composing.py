"""Scores that no single scale gives, and outcomes with several rows, drawn as arrays."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis import bodies, latencies
from analysis.composed import BODILY, KINDS, QUESTIONS, SEEN, parts, scale_of, tendency_of
from analysis.latencies import ASSOCIATIONS
from analysis.rated import ROWS, rated
from runner.theory import Scale

if TYPE_CHECKING:
    from analysis.power.crowd import Crowd

Array = np.ndarray[Any, np.dtype[Any]]


def score(crowd: "Crowd", name: str) -> Array:
    """A composed score (people). Without an effect on it, each part goes by what it goes by otherwise."""
    tendency, scale = tendency_of(name), scale_of(name, crowd.asked)
    assert scale is not None  # who asks has looked
    ruled = tendency in crowd.effects.mixed
    if name in ASSOCIATIONS:
        associations = crowd.moved(tendency, "") if ruled else np.zeros(crowd.n)
        return latencies.scores(associations, crowd.asked.sorting[tendency], crowd.random)
    if name in BODILY:
        return bodies.scores(name, crowd.moved(tendency, scale.phase), crowd.random)
    if name in QUESTIONS and not ruled:
        return np.asarray(crowd.random.integers(scale.low, scale.high, size=crowd.n, endpoint=True).astype(float))
    if ruled:
        return _mean(crowd, crowd.moved(tendency, scale.phase), scale.items, scale)
    if name in KINDS:
        return _mean(crowd, crowd.moved(KINDS[name].construct, scale.phase), scale.items, scale)
    means = [(_mean(crowd, crowd.moved(s.construct, s.phase), s.items, s), s.items) for s in _scales(crowd, name)]
    return np.asarray(sum(mean * items for mean, items in means) / scale.items)


def rows(crowd: "Crowd", name: str) -> pd.DataFrame:
    """How each one sees each person of a list: session, value, and what that person does, as `v_<attribute>`."""
    scale, lists = scale_of(name, crowd.asked), crowd.asked.actors
    assert scale is not None
    mine = crowd.random.integers(len(lists), size=crowd.n)
    seen = {code: np.array([[each.get(code, 0.0) for each in one] for one in lists])[mine] for code in lists[0][0]}
    shape = crowd.n, len(lists[0])
    shifts = np.zeros(shape)
    for term, weight in crowd.effects.shifts.get(name, {}).items():
        codes = [part for part in term.split(":") if part in seen]
        person = crowd.value(term, codes, phase=scale.phase)
        shifts = shifts + weight * person[:, None] * np.prod([np.ones(shape), *(seen[code] for code in codes)], axis=0)
    ruled = name in crowd.effects.mixed
    values = np.zeros(shape)
    for construct in SEEN[name]:
        tendency = crowd.tendency(name if ruled else construct)[:, None] + shifts
        values = values + _mean(crowd, tendency.ravel(), scale.items // len(SEEN[name]), scale).reshape(shape)
    frame = {"session": np.repeat(np.arange(crowd.n), shape[1]), **{code: each.ravel() for code, each in seen.items()}}
    return pd.DataFrame(frame).assign(value=pd.array((values / len(SEEN[name])).ravel(), dtype="Float64"))


def things(crowd: "Crowd", outcome: str) -> pd.DataFrame:
    """A rating of each thing: session, value, and the code in which these things differ."""
    (construct, _, code), rated_here = ROWS[outcome], rated(outcome, crowd.asked)
    codes = np.array([each.codes[code] for each in rated_here])
    scale = next(s for s in crowd.asked.scales if s.construct == construct)
    tendency = np.tile(crowd.tendency(construct)[:, None], len(rated_here))
    for term, weight in crowd.effects.shifts.get(construct, {}).items():
        value = weight * crowd.value(term, (code,), phase=scale.phase)
        tendency = tendency + value[:, None] * (codes if code in term.split(":") else 1.0)
    points = crowd.points(tendency, scale)
    return pd.DataFrame(
        {
            "session": np.repeat(np.arange(crowd.n), len(rated_here)),
            "value": pd.array(points.ravel(), dtype="Float64"),
            code: np.tile(codes, crowd.n),
        }
    )


def _scales(crowd: "Crowd", name: str) -> list[Scale]:
    own = parts(name, crowd.asked)
    return [scale for scale in crowd.asked.scales if scale.construct in own]


def _mean(crowd: "Crowd", tendency: Array, items: int, scale: Scale) -> Array:
    return np.asarray(crowd.points(np.tile(tendency[:, None], items), scale).mean(axis=1))
