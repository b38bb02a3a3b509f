"""Shares of choices in their own SD: which weights of choice, in logits, give a share the effects that were stated."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from analysis.composed import COMPOSED
from analysis.rated import construct_of, reliability, scale_of
from analysis.tendencies import products
from runner.errors import VantageError
from runner.theory import Asked, Pair

Array = np.ndarray[Any, np.dtype[Any]]
_MOST = 60.0  # logits per SD of a share, beyond which nothing more can be had


class Share(NamedTuple):
    """Of the pairs that differ in a code, how often the act with this level of it is picked; `beside` is a code that
    only the acts of such pairs carry."""

    code: str
    level: float
    beside: str


SHARES: Mapping[str, Share] = {
    "quick_relief": Share("a_fast", 1.0, "a_compensation"),
    "dependency": Share("a_auton", -1.0, "a_confront"),
}


def pairs_of(outcome: str, asked: Asked) -> list[Pair]:
    """The pairs that a share is of; none where the study has none, or not the same for all."""
    if outcome not in SHARES or len(asked.pairs) != 1:
        return []
    code, _, beside = SHARES[outcome]
    return [p for p in asked.pairs[0] if beside in p.one and p.one.get(code, 0.0) * p.other.get(code, 0.0) < 0]


def weights(outcome: str, terms: Mapping[str, float], chosen: Mapping[str, float], asked: Asked) -> dict[str, float]:
    """Weights of choice for these coefficients of a share's z score; `chosen` are those that are stated already.

    With P the chance of the picked act over people, k pairs and X the weighted sum of scores, the scale of the weights
    is the one at which cov(P, X) / var(X) is the SD of the share, the root of var(P) + E(P (1 - P)) / k. A score that
    is measured only after the choices counts by its tendency, which is made good.
    """
    code, level, _ = SHARES[outcome]
    fixed = {term.removeprefix(f"{code}:"): w for term, w in chosen.items() if term.startswith(f"{code}:")}
    drawn = products({**fixed, **terms}, asked)
    known = {term: _later(term, asked) for term in terms}
    gain = 2 * np.sum([w * drawn[term] for term, w in terms.items()] * _column(known.values()), axis=0)
    seen = np.sum([w * drawn[term] for term, w in terms.items()] / _column(known.values()), axis=0)
    spread = float(np.sum([w * drawn[term] for term, w in terms.items()], axis=0).var())
    rest = 2 * level * sum((w * drawn[term] for term, w in fixed.items()), np.zeros(len(gain)))
    low, high, number = 0.0, _MOST, len(pairs_of(outcome, asked))
    if spread and _slope(high / spread**0.5, gain, rest, seen, spread, number) < 1:
        raise VantageError(f"--effect: effects on {outcome!r} of this size can't be had; state smaller ones")
    for _ in range(50 if spread else 0):
        middle = (low + high) / 2
        small = _slope(middle, gain, rest, seen, spread, number) < 1
        low, high = (middle, high) if small else (low, middle)
    return {f"{code}:{term}": round(w * level * low * known[term], 12) for term, w in terms.items() if w}


def _slope(scale: float, gain: Array, rest: Array, seen: Array, spread: float, number: int) -> float:
    chance = 1 / (1 + np.exp(-np.clip(scale * gain + rest, -500, 500)))
    sd = (chance.var() + (chance * (1 - chance)).mean() / number) ** 0.5
    return float(np.cov(chance, seen)[0, 1] / spread / sd)


def _later(term: str, asked: Asked) -> float:
    """By what the weight of a term is larger since scores in it count by their tendencies."""
    more = 1.0
    for name in (part.partition("[")[0] for part in term.split(":")):
        if scale_of(name, asked) and (name in COMPOSED or construct_of(name) not in asked.chosen_after):
            more /= reliability(name, asked) ** 0.5
    return more


def _column(values: Any) -> Array:
    return np.array([*values])[:, None]
