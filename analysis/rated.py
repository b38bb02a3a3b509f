"""What variables are when nobody speaks of logs: means of ratings, ratings of several acts, and gaps between two."""

from collections.abc import Mapping
from functools import lru_cache
from math import exp, sqrt
from typing import NamedTuple

from attrs import evolve

from analysis import composed
from analysis.composed import COMPOSED
from analysis.hypotheses import load
from runner.theory import AFTER, Asked, Belief, Rated, Scale, moments, up_to

MEANS: Mapping[str, str] = {  # variable whose measure is the mean of such ratings -> their construct
    "risk_likelihood": "risk_likelihood",
    "risk_importance": "risk_importance",
    "aa_support": "policy_support",
    "aa_fairness": "policy_fairness",
}


class Rows(NamedTuple):
    """An outcome with a row for each thing rated: which ratings, of which kinds, and the code in which they differ."""

    construct: str
    kinds: tuple[str, ...]
    code: str


ROWS: Mapping[str, Rows] = {
    "support": Rows("willingness", ("status", "14", "15"), "a_statuscost"),
    "protest": Rows("protest_support", ("normative", "nonnormative"), "a_norm"),
    "protest_image": Rows("protest_image_damage", ("normative", "nonnormative"), "a_norm"),
}
GAPS: Mapping[str, tuple[str, float]] = {  # difference of two ratings, code 1 minus code -1, and its sign
    "protest_gap": ("protest", 1.0),
    "image_gap": ("protest_image", -1.0),
}
EFFECT = "a_effect"


def construct_of(name: str) -> str:
    """What a variable is called as a tendency of people; empty for one that is none."""
    variable = load().variables.get(name)
    if name in ROWS:
        return ROWS[name].construct
    if name in COMPOSED:
        return composed.tendency_of(name)
    return (variable.construct if variable else "") or MEANS.get(name, "") or (name if name in GAPS else "")


def scale_of(name: str, asked: Asked) -> Scale | None:
    """The measurement that a variable is the mean of; of a gap, that of both ratings; of rows, one of them."""
    variable = load().variables.get(name)
    if name in COMPOSED:
        return composed.scale_of(name, asked)
    if name in ROWS:
        whole = asked.measured(ROWS[name].construct, "late")
        return evolve(whole, items=1) if whole and rated(name, asked) else None
    if name in GAPS:
        rows = ROWS[GAPS[name][0]]
        codes = {each.codes.get(rows.code) for each in rated(GAPS[name][0], asked)}
        return asked.measured(rows.construct, "late") if codes == {1.0, -1.0} else None
    construct = construct_of(name)
    return asked.measured(construct, variable.when) if construct and variable else None


def sessions_of(name: str, asked: Asked) -> list[str]:
    """The sessions in which a variable's construct is measured."""
    of_it = [scale for scale in asked.scales if scale.construct == construct_of(name)]
    return [w for w in asked.before if any(w in scale.only.get(asked.wave, tuple(asked.before)) for scale in of_it)]


def late(name: str, asked: Asked) -> bool:
    """Is it measured after a treatment was shown?"""
    scale = scale_of(name, asked)
    return scale is not None and scale.late


def rated(outcome: str, asked: Asked) -> list[Rated]:
    """What is rated for an outcome with several rows a person."""
    rows = ROWS[outcome]
    return [r for r in asked.rated if r.construct == rows.construct and r.kind in rows.kinds and r.codes.get(rows.code)]


def belief(asked: Asked) -> Belief | None:
    """What `a_effect` is: how much acts of one heading, by the ratings that come later, would achieve.

    None where acts aren't rated so, or not those of every heading that is offered.
    """
    acts = [each for each in asked.rated if each.construct == "effectiveness"]
    found = Belief(construct="effectiveness", alike=("a_public", "a_norm"), ratings={})
    scale = asked.measured("effectiveness", "late")
    if not acts or scale is None:
        return None
    counts: dict[str, int] = {}
    for act in acts:
        counts[found.same(act.codes)] = counts.get(found.same(act.codes), 0) + 1
    offered = {found.same(side) for pairs in asked.pairs for pair in pairs for side in (pair.one, pair.other)}
    if not offered <= set(counts):
        return None
    return Belief(construct=found.construct, alike=found.alike, ratings=counts, low=scale.low, high=scale.high)


def reliability(name: str, asked: Asked) -> float:
    """Of a variable's score, by the items that its measurement has here."""
    scale = scale_of(name, asked)
    assert scale is not None  # who asks has looked
    if (known := composed.reliability(name, asked)) is not None:
        return known
    if name in GAPS:
        return gap_reliability(scale.low, scale.high)
    return moments(scale.items, scale.low, scale.high).reliability


@lru_cache
def gap_reliability(low: int, high: int) -> float:
    """Squared correlation of G with the difference of two answers whose tendencies are T + G and T - G.

    By integrating over T and G, independent and standard normal.

    >>> round(gap_reliability(1, 7), 2)
    0.74
    """
    points = [0.2 * place for place in range(-20, 21)]
    weights = [0.2 * exp(-t * t / 2) / sqrt(6.283185307179586) for t in points]
    along = total = 0.0
    for t, of_t in zip(points, weights, strict=True):
        for g, of_g in zip(points, weights, strict=True):
            (one, spread_one), (other, spread_other) = (_answer(t + s * g, low, high) for s in (1, -1))
            along += of_t * of_g * (one - other) * g
            total += of_t * of_g * ((one - other) ** 2 + spread_one + spread_other)
    return along**2 / total


@lru_cache(maxsize=4096)
def _answer(tendency: float, low: int, high: int) -> tuple[float, float]:
    """Mean and variance of an answer over its own error, from the middle of the scale."""
    first = second = below = 0.0
    for answer in range(low, high + 1):
        above = up_to(answer, tendency, low, high)
        first += (above - below) * (answer - (low + high) / 2)
        second += (above - below) * (answer - (low + high) / 2) ** 2
        below = above
    return first, second - first**2


def plain(construct: str) -> str:
    """A construct without what says which of its answers count."""
    return construct.partition(AFTER)[0]
