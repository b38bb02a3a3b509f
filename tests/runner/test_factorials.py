from itertools import combinations, product
from pathlib import Path

import pytest

from runner import factorials
from runner.declarations.actors import ATTRIBUTES, read_actors
from stimuli.others import Actor, ActorProfile, OwnMotives

STORED = sorted((Path(__file__).parents[2] / "stimuli" / "actors").glob("*.csv"))


def levels(actor: Actor) -> tuple[int, ...]:
    return tuple(getattr(actor.profile, name) for name in ATTRIBUTES)


def person(*codes: int) -> Actor:
    profile = ActorProfile(**dict(zip(ATTRIBUTES, codes, strict=True)))
    return Actor(
        id="a", block=1, profile=profile, own=OwnMotives(outgroup=None, ingroup=None, personal=None, moral=None)
    )


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_all_combinations_come_once_in_eight_blocks_of_eight(seed: str) -> None:
    actors = factorials.generate(seed).actors
    assert sorted(map(levels, actors)) == sorted(product((-1, 1), repeat=6))
    assert [actor.block for actor in actors] == [block for block in range(1, 9) for _ in range(8)]
    assert [actor.id for actor in actors] == [str(n) for n in range(1, 65)]


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_in_each_block_attributes_are_balanced_and_no_two_go_together(seed: str) -> None:
    actors = factorials.generate(seed).actors
    for block in range(1, 9):
        people = [levels(actor) for actor in actors if actor.block == block]
        assert all(sum(codes[place] for codes in people) == 0 for place in range(6))
        for one, other in combinations(range(6), 2):
            assert sum(codes[one] * codes[other] for codes in people) == 0


def test_the_fractions_have_the_fewest_words_of_three() -> None:
    """2^(6-3) with least aberration: four words of three attributes, three of four (Fries & Hunter, 1980)."""
    fractions = factorials.best_fractions()
    assert fractions
    for words in fractions:
        lengths = sorted(len(word) for word in factorials._products(words))
        assert lengths == [3, 3, 3, 3, 4, 4, 4]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert factorials.generate("a") == factorials.generate("a")
    assert factorials.generate("a") != factorials.generate("b")


def test_d_error_of_designs_that_can_be_done_in_the_head() -> None:
    assert factorials.d_error([person(*codes) for codes in product((-1, 1), repeat=6)]) == pytest.approx(1 / 64)
    assert factorials.d_error([person(1, 1, 1, 1, 1, 1)] * 8) == float("inf")
    assert factorials.block_errors(factorials.generate("a")) == pytest.approx([1 / 8] * 8)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_file_is_what_its_own_command_gives(path: Path, tmp_path: Path) -> None:
    (command,) = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# command: ")]
    words = command.removeprefix("# command: ").split()
    assert words[:3] == ["python", "-m", "runner.factorials"]
    assert words[-2:] == ["--out", f"stimuli/actors/{path.name}"]
    assert factorials.main([*words[3:-1], str(tmp_path / path.name)]) == 0
    made = (tmp_path / path.name).read_text(encoding="utf-8").replace(str(tmp_path), "stimuli/actors")
    assert made == path.read_text(encoding="utf-8")
    assert len(read_actors(path, path.stem).actors) == 64


def test_there_is_a_stored_file() -> None:
    assert [path.stem for path in STORED] == ["balanced-64"]
