"""The search for an efficient design: modified Fedorov exchange from many random starts.

Each set in turn is replaced by the pair of acts that multiplies det(information) most, until none does (Fedorov
1972; Cook & Nachtsheim 1980; for choice designs Zwerina, Huber & Kuhfeld 1996). Only contrasts decide about that;
which acts carry a contrast, which block they go to and which comes first are settled afterwards, for balance.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import ceil, inf
from random import Random

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from runner.designs import ATTRIBUTES, Array, Prohibited, contrast, d_error, differing, levels, obvious, profiles
from stimuli.kinds import ChoiceSet, Design

SHARE = 0.75  # of the sets in which a targeted attribute differs
RIDGE = 1e-6  # keeps a poor random start invertible
SAME = 9  # decimals beyond which two gains are equal, so that every machine breaks ties alike

Counts = NDArray[np.int64]


def generate(
    *,
    sets: int,
    blocks: int = 1,
    seed: str,
    attributes: Sequence[str] = ATTRIBUTES,
    most: int = len(ATTRIBUTES),
    targeted: str = "",
    share: float = SHARE,
    prohibited: Prohibited = (),
    restarts: int = 40,
    name: str = "",
) -> Design:
    """Finds the best design of `restarts` random starts; a ValueError says why there can be none.

    Only `attributes` ever differ within a set, and at most `most` of them at once; `targeted` differs in at least
    `share` of the sets of each block; no act has all the levels of one of `prohibited`.
    """
    _possible(sets, blocks, attributes, targeted)
    _sensible(most, share, restarts, prohibited)
    random = Random(seed)
    choices = _choices(attributes, most, prohibited)
    _enough(choices, sets, targeted)
    contrasts = np.array([contrast(c[0].one, c[0].other, attributes) for c in choices])
    hits = {k for k, c in enumerate(choices) if targeted in differing(c[0].one, c[0].other)}
    forced = blocks * ceil(share * sets / blocks) if targeted else 0
    starts = (_exchange(contrasts, hits, sets, forced, random) for _ in range(restarts))
    found = max(starts, key=lambda start: start[0])[1]
    pairs = _acts([choices[k] for k in found], random)
    numbers = _blocks(pairs, blocks, forced, attributes, random)
    ordered = sorted(zip(numbers, range(sets), pairs, strict=True), key=lambda x: x[:2])
    numbered = [evolve(pair, id=str(i), block=block) for i, (block, _, pair) in enumerate(ordered, 1)]
    turned = _turned(numbered, attributes)
    if (error := d_error(turned, attributes)) == inf:
        what = f"designs: what {', '.join(attributes)} do can't be told apart by such sets"
        raise ValueError(f"{what}; take more sets, fewer attributes, more differences in a set, or prohibit less")
    return Design(name=name, seed=seed, d_error=error, sets=turned)


def by_chance(
    *,
    sets: int,
    seed: str,
    number: int,
    attributes: Sequence[str] = ATTRIBUTES,
    most: int = len(ATTRIBUTES),
    prohibited: Prohibited = (),
) -> list[float]:
    """D-errors of `number` designs whose pairs are drawn at random from the same usable pairs; some are infinite."""
    random = Random(f"{seed}/by chance")
    pairs = [pair for group in _choices(attributes, most, prohibited) for pair in group]
    return [d_error(random.sample(pairs, sets), attributes) for _ in range(number)]


# ---------------------------------------------------------------- what can't be


def _sensible(most: int, share: float, restarts: int, prohibited: Prohibited) -> None:
    if most < 1 or restarts < 1:
        raise ValueError(f"designs: differences in a set and restarts must be 1 or more, but are {most} and {restarts}")
    if not 0 < share <= 1:
        raise ValueError(f"designs: the share of a targeted attribute must be above 0 and at most 1, but is {share:g}")
    known = levels_of()
    for name, level in ((name, level) for together in prohibited for name, level in together.items()):
        if name not in known:
            raise ValueError(f"designs: no attribute {name} to prohibit; there are {', '.join(known)}")
        if level not in known[name]:
            there = ", ".join(map(str, known[name]))
            raise ValueError(f"designs: {name} has no level {level} to prohibit; it has {there}")


def levels_of() -> dict[str, tuple[int, ...]]:
    """The levels of each attribute."""
    return {name: tuple(sorted({getattr(p, name) for p in profiles()})) for name in ATTRIBUTES}


def _enough(choices: Sequence[Sequence[ChoiceSet]], sets: int, targeted: str) -> None:
    pairs = sum(map(len, choices))
    if pairs < sets:
        raise ValueError(f"designs: there are {pairs} different pairs worth asking, which can't fill {sets} sets")
    if targeted and not any(targeted in differing(c[0].one, c[0].other) for c in choices):
        raise ValueError(f"designs: {targeted} can't differ in any pair with what is prohibited; prohibit less")


def _possible(sets: int, blocks: int, attributes: Sequence[str], targeted: str) -> None:
    effects = len(attributes) + ("effort" in attributes)
    unknown = {*attributes, targeted or ATTRIBUTES[0]} - set(ATTRIBUTES)
    if unknown:
        raise ValueError(f"designs: no attribute {', '.join(sorted(unknown))}; there are {', '.join(ATTRIBUTES)}")
    if targeted and targeted not in attributes:
        raise ValueError(f"designs: {targeted} is to differ in most sets, but is not among those that may differ")
    if sets < effects:
        raise ValueError(f"designs: {sets} sets can't tell {effects} effects apart; take more, or fewer attributes")
    if blocks < 1 or sets % blocks:
        raise ValueError(f"designs: {sets} sets can't be parted into {blocks} equal blocks")


def _choices(attributes: Sequence[str], most: int, prohibited: Prohibited = ()) -> list[list[ChoiceSet]]:
    """Every usable pair of acts, grouped by its contrast."""
    groups: dict[tuple[float, ...], list[ChoiceSet]] = {}
    for one, other in combinations(profiles(prohibited), 2):
        different = differing(one, other)
        if len(different) <= most and set(different) <= set(attributes) and not obvious(one, other):
            group = groups.setdefault(tuple(contrast(one, other, attributes)), [])
            group.append(ChoiceSet(id="", block=1, one=one, other=other))
    return [groups[key] for key in sorted(groups)]


# ---------------------------------------------------------------- contrasts: what can be told


def _exchange(contrasts: Array, hits: set[int], sets: int, forced: int, random: Random) -> tuple[float, list[int]]:
    """One random start, improved until no exchange helps: log determinant, and which contrast each set has."""
    allowed = np.ones((sets, len(contrasts)), dtype=bool)
    if forced:
        allowed[:forced] = [k in hits for k in range(len(contrasts))]
    chosen = [random.choice([int(k) for k in np.flatnonzero(here)]) for here in allowed]
    halves: Array = contrasts / 2  # the information of a set is the outer product of half its contrast
    m = halves[chosen].T @ halves[chosen] + RIDGE * np.eye(contrasts.shape[1])
    improved = True
    while improved:
        improved = False
        for i, now in enumerate(chosen):
            factors = np.where(allowed[i], _factors(m, halves[now], halves), 0)
            best = int(np.argmax(factors))  # the first of equals
            if factors[best] > 1:
                m += np.outer(halves[best], halves[best]) - np.outer(halves[now], halves[now])
                chosen[i], improved = best, True
    return round(float(np.linalg.slogdet(m)[1]), SAME), chosen


def _factors(m: Array, old: Array, new: Array) -> Array:
    """By what det(m) is multiplied when `old` makes way for each row of `new` (Fedorov 1972)."""
    inverse = np.linalg.inv(m)
    variance = np.einsum("ij,jk,ik->i", new, inverse, new)
    factors: Array = np.round((1 - old @ inverse @ old) * (1 + variance) + (new @ inverse @ old) ** 2, SAME)
    return factors


# ---------------------------------------------------------------- acts, blocks and sides: balance


def _acts(choices: Sequence[Sequence[ChoiceSet]], random: Random) -> list[ChoiceSet]:
    """One pair of acts per contrast, none twice, so that over all acts each level comes about equally often."""
    pairs: list[ChoiceSet] = []
    for choice in choices:
        left = [pair for pair in choice if pair not in pairs]
        if not left:
            raise ValueError("designs: too few pairs are left for these sets to be all different; take fewer sets")
        pairs.append(random.choice(left))
    for _ in range(5):
        for i, choice in enumerate(choices):
            rest = pairs[:i] + pairs[i + 1 :]
            others = levels(rest)
            pairs[i] = min((p for p in choice if p not in rest), key=lambda p: _unevenness(others + levels([p])))
    return pairs


def _unevenness(counts: Counter[tuple[str, int]]) -> int:
    return sum(n * n for n in counts.values())


def _blocks(
    pairs: Sequence[ChoiceSet], blocks: int, forced: int, attributes: Sequence[str], random: Random
) -> list[int]:
    """The block of each set, so that blocks are alike in how often each attribute differs, then in what they tell."""
    halves = np.array([contrast(p.one, p.other, attributes) / 2 for p in pairs])
    differs = np.array([[name in differing(p.one, p.other) for name in attributes] for p in pairs], dtype=np.int64)
    best, best_merit = _dealt(len(pairs), blocks, forced, random), (-(len(pairs) ** 2), 0.0)
    for _ in range(20 if blocks > 1 else 0):
        trial = _swapped(_dealt(len(pairs), blocks, forced, random), forced, halves, differs)
        if (merit := _merit(trial, halves, differs)) > best_merit:
            best, best_merit = trial, merit
    return [int(block) for block in best]


def _dealt(sets: int, blocks: int, forced: int, random: Random) -> Counts:
    """Blocks at random, of equal size also among the sets that are forced to differ."""
    dealt: list[int] = []
    for size in (forced, sets - forced):
        part = [1 + i % blocks for i in range(size)]
        random.shuffle(part)
        dealt += part
    return np.array(dealt)


def _swapped(trial: Counts, forced: int, halves: Array, differs: Counts) -> Counts:
    """`trial`, two sets changing places for as long as that helps."""
    merit, better = _merit(trial, halves, differs), True
    while better:
        better = False
        for i, j in combinations(range(len(trial)), 2):
            if trial[i] == trial[j] or (i < forced) != (j < forced):
                continue
            trial[[i, j]] = trial[[j, i]]
            if (now := _merit(trial, halves, differs)) > merit:
                merit, better = now, True
            else:
                trial[[i, j]] = trial[[j, i]]
    return trial


def _merit(numbers: Counts, halves: Array, differs: Counts) -> tuple[int, float]:
    members = [numbers == block for block in np.unique(numbers)]
    counts = np.array([differs[m].sum(axis=0) for m in members])
    ridge = RIDGE * np.eye(halves.shape[1])
    told = sum(float(np.linalg.slogdet(halves[m].T @ halves[m] + ridge)[1]) for m in members)
    return -int(np.ptp(counts, axis=0).sum()), round(told, SAME)


def _turned(sets: Sequence[ChoiceSet], attributes: Sequence[str]) -> tuple[ChoiceSet, ...]:
    """Acts on sides so that no level stands on one side more often than need be, within each block."""
    turned = list(sets)
    for _ in range(10):
        for i, s in enumerate(turned):
            rest = [contrast(t.one, t.other, attributes) for t in turned if t.block == s.block and t.id != s.id]
            if rest and np.sum(rest, axis=0) @ contrast(s.one, s.other, attributes) > 0:
                turned[i] = evolve(s, one=s.other, other=s.one)
    return tuple(turned)
