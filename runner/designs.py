"""Which two acts meet in each paired choice: efficient designs, generated once and stored as CSV.

The acts are the 108 admissible profiles of paradigms.md D3; a design is judged by the D-error of a conditional
logit on main effects with zero priors and effects coding. Nothing but `vantage design` and its tests imports this
module, since it needs numpy.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from math import inf

import numpy as np
from attrs import astuple, fields_dict
from numpy.typing import NDArray

from stimuli.kinds import ChoiceSet, Design, Profile

ATTRIBUTES = tuple(fields_dict(Profile))
EFFORT = {1: (1.0, 0.0), 2: (0.0, 1.0), 3: (-1.0, -1.0)}
COSTS = {"risk", "effort"}  # what nobody wants more of

Array = NDArray[np.float64]
Prohibited = Sequence[Mapping[str, int]]  # levels that can't stand together in one act


# ---------------------------------------------------------------- acts and pairs


def profiles(prohibited: Prohibited = ()) -> tuple[Profile, ...]:
    """The 108 acts that can exist: one can't lead in private, and breaking rules is never without risk.

    Fewer where more is `prohibited`.
    """
    levels = [(-1, 1)] * 6 + [(1, 2, 3)]
    every = (Profile(**dict(zip(ATTRIBUTES, values, strict=True))) for values in product(*levels))
    possible = (p for p in every if p.public >= p.selflead and not p.normative == p.risk == -1)
    return tuple(p for p in possible if not any(_has(p, together) for together in prohibited))


def _has(profile: Profile, together: Mapping[str, int]) -> bool:
    return all(getattr(profile, name) == level for name, level in together.items())


def differing(one: Profile, other: Profile) -> tuple[str, ...]:
    """The attributes in which two acts differ."""
    return tuple(name for name in ATTRIBUTES if getattr(one, name) != getattr(other, name))


def obvious(one: Profile, other: Profile) -> bool:
    """Is there nothing to choose: no difference, or only that one act costs the person more?"""
    names = differing(one, other)
    dearer = {getattr(one, name) > getattr(other, name) for name in names}
    return COSTS.issuperset(names) and len(dearer) < 2


def contrast(one: Profile, other: Profile, attributes: Sequence[str] = ATTRIBUTES) -> Array:
    """Coded difference of two acts, one entry per effect: one for a binary attribute, two for effort."""
    return np.concatenate([_codes(one, name) - _codes(other, name) for name in attributes])


def _codes(profile: Profile, attribute: str) -> Array:
    level = getattr(profile, attribute)
    return np.array(EFFORT[level] if attribute == "effort" else (level,), dtype=float)


# ---------------------------------------------------------------- what a design can tell


def information(sets: Sequence[ChoiceSet], attributes: Sequence[str] = ATTRIBUTES) -> Array:
    """Fisher information of the effects when both acts of every set are equally attractive (effects x effects)."""
    x = np.array([contrast(s.one, s.other, attributes) for s in sets])
    m: Array = x.T @ x / 4
    return m


def d_error(sets: Sequence[ChoiceSet], attributes: Sequence[str] = ATTRIBUTES) -> float:
    """det(information) ** (-1 / effects), for one person who answers all the sets; infinite when not estimable."""
    m = information(sets, attributes)
    if np.linalg.matrix_rank(m) < len(m):
        return inf
    return float(np.linalg.det(m) ** (-1 / len(m)))


def differences(sets: Sequence[ChoiceSet]) -> Counter[str]:
    """In how many sets each attribute differs."""
    return Counter(name for s in sets for name in differing(s.one, s.other))


def levels(sets: Sequence[ChoiceSet]) -> Counter[tuple[str, int]]:
    """How often each level of each attribute is shown."""
    return Counter((name, getattr(p, name)) for s in sets for p in (s.one, s.other) for name in ATTRIBUTES)


def correlations(sets: Sequence[ChoiceSet], attributes: Sequence[str] = ATTRIBUTES) -> list[tuple[float, str, str]]:
    """Correlation of each two columns of contrasts about zero (sides are arbitrary), largest first."""
    m = information(sets, attributes)
    names = [n for a in attributes for n in ((a,) if a != "effort" else ("effort 1 v 3", "effort 2 v 3"))]
    scale = np.sqrt(np.outer(np.diag(m), np.diag(m)))
    r = np.divide(m, scale, out=np.zeros_like(m), where=scale > 0)
    pairs = [(float(r[i, j]), names[i], names[j]) for i, j in combinations(range(len(m)), 2)]
    return sorted(pairs, key=lambda pair: -abs(pair[0]))


def blocks(sets: Sequence[ChoiceSet]) -> list[list[ChoiceSet]]:
    """The sets of each block, blocks in order."""
    return [[s for s in sets if s.block == block] for block in sorted({s.block for s in sets})]


# ---------------------------------------------------------------- storing


def csv(design: Design, command: str) -> str:
    """The design as a CSV file's text, its origin in comment lines."""
    head = [f"# seed: {design.seed}", f"# d_error: {design.d_error:.6f}", f"# command: {command}"]
    columns = ["set", "block", *(f"{side}_{name}" for side in ("one", "other") for name in ATTRIBUTES)]
    rows = [[s.id, s.block, *astuple(s.one), *astuple(s.other)] for s in design.sets]
    return "\n".join([*head, ",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n"
