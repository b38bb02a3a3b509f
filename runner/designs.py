"""Which two acts meet in each paired choice: efficient designs, generated once and stored as CSV.

The acts are the 108 admissible profiles of paradigms.md D3; a design is judged by the D-error of a conditional
logit on main effects with zero priors and effects coding. Nothing but `python -m runner.designs` and its tests
imports this module, since it needs numpy.
"""

import argparse
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product
from math import inf
from pathlib import Path

import numpy as np
from attrs import astuple, fields_dict
from numpy.typing import NDArray

from stimuli.kinds import ChoiceSet, Design, Profile

ATTRIBUTES = tuple(fields_dict(Profile))
EFFORT = {1: (1.0, 0.0), 2: (0.0, 1.0), 3: (-1.0, -1.0)}
COSTS = {"risk", "effort"}  # what nobody wants more of

Array = NDArray[np.float64]


# ---------------------------------------------------------------- acts and pairs


def profiles() -> tuple[Profile, ...]:
    """The 108 acts that can exist: one can't lead in private, and breaking rules is never without risk."""
    levels = [(-1, 1)] * 6 + [(1, 2, 3)]
    every = (Profile(**dict(zip(ATTRIBUTES, values, strict=True))) for values in product(*levels))
    return tuple(p for p in every if p.public >= p.selflead and not p.normative == p.risk == -1)


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


def report(design: Design, attributes: Sequence[str] = ATTRIBUTES) -> str:
    """What a design can and can't tell, for people: D-errors, differences, level balance, correlations."""
    parts = blocks(design.sets)
    lines = [f"{len(design.sets)} sets in {len(parts)} block(s), seed {design.seed!r}", f"D-error {design.d_error:.6f}"]
    lines += [f"  block {i}: {d_error(part, attributes):.6f} ({len(part)} sets)" for i, part in enumerate(parts, 1)]
    lines += ["", f"{'attribute':<12}{'differs':>8}  {'per block':<12}levels shown"]
    shown = levels(design.sets)
    for name in ATTRIBUTES:
        per_block = "/".join(str(differences(part)[name]) for part in parts)
        counts = ", ".join(f"{level:+d}: {n}" for (a, level), n in sorted(shown.items()) if a == name)
        lines.append(f"{name:<12}{differences(design.sets)[name]:>8}  {per_block:<12}{counts}")
    lines += ["", "largest correlations between attribute differences:"]
    largest = correlations(design.sets, attributes)[:5]
    return "\n".join([*lines, *(f"  {r:+.2f}  {one} with {other}" for r, one, other in largest)])


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


def main(arguments: Sequence[str]) -> int:
    """Generates, stores and reports: the command that each stored design names."""
    from runner.exchange import generate

    parser = argparse.ArgumentParser(prog="python -m runner.designs", description=generate.__doc__)
    parser.add_argument("--sets", type=int, default=24)
    parser.add_argument("--blocks", type=int, default=1)
    parser.add_argument("--seed", required=True, help="any readable words")
    parser.add_argument("--attributes", default=",".join(ATTRIBUTES), help="those that may differ, with commas")
    parser.add_argument("--most", type=int, default=len(ATTRIBUTES), help="differences in one set")
    parser.add_argument("--targeted", default="", help="an attribute that differs in at least 75 %% of the sets")
    parser.add_argument("--restarts", type=int, default=40)
    parser.add_argument("--out", type=Path, required=True)
    given = vars(parser.parse_args(arguments))
    out, attributes = given.pop("out"), tuple(given.pop("attributes").split(","))
    try:
        design = generate(**given, attributes=attributes, name=out.stem)
    except ValueError as mistake:
        parser.error(str(mistake))
    out.write_text(csv(design, f"python -m runner.designs {shlex.join(arguments)}"), encoding="utf-8", newline="\n")
    print(report(design, attributes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
