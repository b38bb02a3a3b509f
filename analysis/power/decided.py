"""What decisions that are no scale points come to, drawn as arrays: shares of turns, and numbers of causes."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from analysis import even
from analysis.acting import BY_STEPS, DECISIONS
from runner.theory import STEPS, Act

Array = np.ndarray[Any, np.dtype[Any]]
SHARES, NUMBERS = (
    ("accomplice", "takeover", "willing", "dependency"),
    ("n_causes",),
)  # of decisions that go one way; of rows
FLAGS = ("consulted", "environment")
CHAINS = ("chain_stays", "chain_leads")  # outcomes with a row for each decision
OUTCOMES = (*SHARES, *NUMBERS, *BY_STEPS, "entropy", *FLAGS)


def type_of(outcome: str) -> Literal["boolean", "Int64", "Float64"]:
    """What kind of numbers an outcome is."""
    return "boolean" if outcome in FLAGS else "Int64" if outcome in NUMBERS else "Float64"


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
    needed: set[str],
    chances: Mapping[tuple[str, str], Array],
    places: Mapping[str, int],
    n: int,
    random: np.random.Generator,
) -> dict[str, Array]:
    """Each needed outcome (people).

    `chances` are those of acts that an effect is stated on, by construct and option; of several acts that exclude one
    another, the others have what is left, in the proportion of their bases.
    """
    found: dict[str, Array] = {}
    for construct in dict.fromkeys(DECISIONS[name][0].construct for name in SHARES if name in needed):
        together = {name: DECISIONS[name][0] for name in SHARES if DECISIONS[name][0].construct == construct}
        known = {name: (construct, each.chosen) for name, each in together.items()}
        stated = {name: chances[key] for name, key in known.items() if key in chances}
        left = 1 - sum(stated.values(), np.zeros(n))
        rest = left / (1 - sum(together[name].base for name in stated))
        every = {name: stated.get(name, rest * each.base) for name, each in together.items()}
        found |= shares(every, places[construct], random)
    for name in sorted(needed & {*BY_STEPS, *FLAGS, "entropy"}):
        found[name] = given(name, chances, places, n, random)
    for name in sorted(needed & {*NUMBERS}):
        (decision,) = DECISIONS[name]
        share = chances.get((decision.construct, decision.chosen), np.full(n, decision.base))
        found[name] = numbers(share, places[decision.construct], random)
    return found


def given(
    name: str, chances: Mapping[tuple[str, str], Array], places: Mapping[str, int], n: int, random: np.random.Generator
) -> Array:
    """What comes of an allocation, or of a yes or no (people); where no effect is stated, all options are alike."""
    (decision,) = DECISIONS[name]
    steps, rows = places.get(f"{decision.construct}{STEPS}", 0), places.get(decision.construct, 0)
    stated = [chance for (construct, _), chance in chances.items() if construct == decision.construct]
    if name == "consulted":
        return random.random(n) < (stated[0] if stated else 0.5)
    if name == "environment":
        return random.random(n) < (stated[0] if stated else 1 - (1 - 1 / rows) ** steps)
    if name == "entropy" and stated:
        return even.entropies(numbers(stated[0], rows, random), steps, rows, random)
    if name == "entropy":
        return even.entropies(np.full(n, rows), steps, rows, random, sure=False)
    return np.asarray(random.binomial(steps, stated[0] if stated else np.full(n, 1 / rows)) / steps)


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
