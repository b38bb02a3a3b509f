"""What decisions that are no scale points come to, drawn as arrays: shares of turns, and numbers of causes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.effects import DECISIONS
from runner.theory import Act

Array = np.ndarray[Any, np.dtype[Any]]
SHARES, NUMBERS = ("accomplice", "takeover"), ("n_causes",)  # of turns in which one act is taken; of rows
OUTCOMES = (*SHARES, *NUMBERS)


def chance(act: Act, sums: Array) -> Array:
    """Each one's probability (people), as `Act.chance` has it for one."""
    if act.link == "linear":
        return np.clip(act.base + sums, 0.0, 1.0)
    if act.link == "log":
        return np.minimum(0.98, act.base * np.exp(sums))
    if act.link == "cloglog":
        return 1 - (1 - act.base) ** np.exp(sums)
    return np.asarray(1 / (1 + np.exp(-np.log(act.base / (1 - act.base)) - sums)))


def outcomes(
    needed: set[str], chances: Mapping[str, Array], places: Mapping[str, int], n: int, random: np.random.Generator
) -> dict[str, Array]:
    """Each needed outcome (people).

    `chances` are those of acts that an effect is stated on, by option or construct; of several acts that exclude one
    another, the others have what is left, in the proportion of their bases.
    """
    found: dict[str, Array] = {}
    if needed & {*SHARES}:
        (decision,) = DECISIONS[SHARES[0]]
        stated = {name: chances[name] for name in SHARES if name in chances}
        left = 1 - sum(stated.values(), np.zeros(n))
        rest = left * decision.base / (1 - decision.base * len(stated))
        found |= shares({name: stated.get(name, rest) for name in SHARES}, places[decision.construct], random)
    for name in sorted(needed & {*NUMBERS}):
        (decision,) = DECISIONS[name]
        share = chances.get(decision.construct, np.full(n, decision.base))
        found[name] = numbers(share, places[decision.construct], random)
    return found


def shares(chances: Mapping[str, Array], times: int, random: np.random.Generator) -> dict[str, Array]:
    """The share of `times` decisions in which each of some acts, which exclude one another, was taken (people)."""
    rest = np.clip(1 - sum(chances.values()), 0.0, 1.0)
    all_of_them = np.stack([*chances.values(), rest], axis=-1)
    taken = random.multinomial(times, all_of_them / all_of_them.sum(axis=-1, keepdims=True))
    return {name: taken[:, place] / times for place, name in enumerate(chances)}


def numbers(share: Array, rows: int, random: np.random.Generator) -> Array:
    """How many rows of an allocation get something: one at least, and on average this share of all (people)."""
    more = np.clip((share * rows - 1) / max(1, rows - 1), 0.0, 1.0)
    return np.asarray(1 + random.binomial(rows - 1, more))
