"""Which people observers read of when they are made up: all combinations of six attributes, in balanced blocks.

The 64 profiles are parted into eight blocks of eight, each a fraction 2^(6-3) of resolution III with
least aberration (Fries & Hunter, 1980): within a block every attribute is balanced and no two go together, and all
blocks together hold every combination once. Nothing but `python -m runner.factorials` and its tests imports this.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path
from random import Random

from runner.declarations.actors import ATTRIBUTES, MOTIVES, text_of
from stimuli.others import Actor, ActorProfile, Actors, OwnMotives

Word = frozenset[int]  # the attributes whose codes are multiplied
SHORTEST = 3  # of a word, so that no two attributes go together in a block
GENERATORS = 3


def generate(seed: str, name: str = "") -> Actors:
    """All profiles in blocks; which fraction, and the order of blocks and of people in them, follow from `seed`."""
    random = Random(seed)
    words = random.choice(best_fractions())
    profiles: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for levels in product((-1, 1), repeat=len(ATTRIBUTES)):
        profiles.setdefault(tuple(_sign(word, levels) for word in words), []).append(levels)
    blocks = list(profiles.values())
    random.shuffle(blocks)
    actors: list[Actor] = []
    for number, block in enumerate(blocks, 1):
        for levels in random.sample(block, len(block)):
            profile = ActorProfile(**dict(zip(ATTRIBUTES, levels, strict=True)))
            nobody_asked = OwnMotives(**dict.fromkeys(MOTIVES))
            actors.append(Actor(id=str(len(actors) + 1), block=number, profile=profile, own=nobody_asked))
    return Actors(name=name, origin="made_up", actors=tuple(actors))


def best_fractions() -> list[tuple[Word, ...]]:
    """Generators of every fraction with the fewest words of three attributes, each fraction once."""
    places = range(len(ATTRIBUTES))
    usable = [frozenset(w) for size in range(SHORTEST, len(ATTRIBUTES) + 1) for w in combinations(places, size)]
    found: dict[frozenset[Word], tuple[Word, ...]] = {}
    for words in combinations(usable, GENERATORS):
        relation = _products(words)
        if len(relation) == 2**GENERATORS - 1 and min(map(len, relation)) >= SHORTEST:
            found.setdefault(relation, words)
    short = {relation: sum(len(word) == SHORTEST for word in relation) for relation in found}
    return [words for relation, words in found.items() if short[relation] == min(short.values())]


def _products(words: Sequence[Word]) -> frozenset[Word]:
    """All products of some of the words: the attributes that stand in an odd number of them."""
    made: set[Word] = set()
    for size in range(1, len(words) + 1):
        for some in combinations(words, size):
            both: Word = frozenset()
            for word in some:
                both = both ^ word
            made.add(both)
    return frozenset(made)


def _sign(word: Word, levels: Sequence[int]) -> int:
    return 1 if sum(levels[place] < 0 for place in word) % 2 == 0 else -1


def d_error(actors: Sequence[Actor]) -> float:
    """det(X'X) ** (-1 / effects) of a linear model of ratings by six ±1-coded effects, centred; for one reader.

    Infinite when the effects can't be told apart; 1 / n for a design of n people that is balanced and orthogonal.
    """
    import numpy as np

    x = np.array([[getattr(actor.profile, name) for name in ATTRIBUTES] for actor in actors], dtype=float)
    x -= x.mean(axis=0)
    m = x.T @ x
    if np.linalg.matrix_rank(m) < len(m):
        return float("inf")
    return float(np.linalg.det(m) ** (-1 / len(m)))


def block_errors(actors: Actors) -> list[float]:
    """The D-error of each block, which is what one observer reads."""
    blocks = sorted({actor.block for actor in actors.actors})
    return [d_error([actor for actor in actors.actors if actor.block == block]) for block in blocks]


def main(arguments: Sequence[str]) -> int:
    """Generates and stores: the command that the stored file names."""
    parser = argparse.ArgumentParser(prog="python -m runner.factorials", description=generate.__doc__)
    parser.add_argument("--seed", required=True, help="any readable words")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    actors = generate(given.seed, given.out.stem)
    worst = max(block_errors(actors))
    command = f"python -m runner.factorials {shlex.join(arguments)}"
    notes = {"seed": given.seed, "d_error": f"{worst:.6f}", "command": command}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text_of(actors, notes), encoding="utf-8", newline="\n")
    print(f"{len(actors.actors)} people, D-error of a block {worst:.6f}, of all {d_error(actors.actors):.6f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
