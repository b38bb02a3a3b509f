"""The puzzles of every language: solvable, alike from language to language, and with help that is equally long."""

from pathlib import Path

import pytest

from runner.declarations.structure import read_yaml
from stimuli.kinds import Puzzle, Puzzles

STIMULI = Path(__file__).parents[2] / "stimuli"
FILES = sorted(STIMULI.glob("*/puzzles/*.yaml"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(STIMULI).as_posix())


def puzzles(path: Path) -> tuple[Puzzle, ...]:
    return read_yaml(path, Puzzles).puzzles


def lengths_apart(one: int, other: int) -> float:
    """How many times the longer is as long as the shorter."""
    return max(one, other) / min(one, other)


@each_file
def test_hint_and_solution_are_equally_long_and_only_the_solution_tells(path: Path) -> None:
    helped = [puzzle for puzzle in puzzles(path) if puzzle.hint or puzzle.solution]
    for puzzle in helped:
        assert lengths_apart(len(puzzle.hint), len(puzzle.solution)) <= 1.2, puzzle.id
        answer = puzzle.answer.split()[-1]  # without its article
        assert answer in puzzle.solution, puzzle.id
        assert answer not in puzzle.hint.strip(".").split(), puzzle.id
    if helped:
        totals = [sum(map(len, texts)) for texts in ([p.hint for p in helped], [p.solution for p in helped])]
        assert lengths_apart(*totals) <= 1.1


@each_file
def test_a_puzzle_offers_different_answers(path: Path) -> None:
    for puzzle in puzzles(path):
        assert len({puzzle.answer, *puzzle.others}) == 1 + len(puzzle.others), puzzle.id


@each_file
def test_numbers_and_figures_are_those_of_the_english_file(path: Path) -> None:
    english = puzzles(STIMULI / "en" / "puzzles" / path.name)
    for one, other in zip(english, puzzles(path), strict=True):
        if one.part != "words":
            assert signs(one) == signs(other), one.id
            assert (one.answer, one.others) == (other.answer, other.others), one.id


def signs(puzzle: Puzzle) -> list[str]:
    """What a puzzle shows below its question."""
    return puzzle.text.splitlines()[1:]


@each_file
def test_no_puzzle_stands_in_two_files_of_a_language(path: Path) -> None:
    rest = [puzzle.text for other in path.parent.glob("*.yaml") if other != path for puzzle in puzzles(other)]
    assert not {puzzle.text for puzzle in puzzles(path)} & set(rest)
