"""Whatever a protocol file holds, it is either a protocol or refused: with a place, in time, never with a traceback."""

import gc
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

import pytest

from runner.checks.check import check
from runner.cli import main
from runner.declarations.nodes import LARGEST
from runner.declarations.protocols import read_protocol, read_protocol_text
from runner.errors import DeclarationError

T = TypeVar("T")
FOLDER = Path(__file__).parents[2] / "protocols_broken"
EXPECTED = [line.split(":", 2) for line in (FOLDER / "expected.txt").read_text(encoding="utf-8").splitlines()]
PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b": ",
    b"- ",
    b"\n",
    b"  ",
    b"\t",
    b"'",
    b'"',
    b"#",
    b"&a ",
    b"*a",
    b"!!str ",
    b"|",
    b">",
]
PIECES += [
    b"\x00",
    b"\xff",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"by",
    b"<<: ",
    b"---\n",
    b"%YAML 1.1\n",
    b".nan",
    b"null",
    b"1e999",
]


def test_the_protocol_that_the_broken_ones_were_made_of_is_sound() -> None:
    assert check(FOLDER / "sound.yaml").ok


def test_every_broken_protocol_has_an_expectation() -> None:
    assert len(EXPECTED) >= 60
    assert {name for name, _, _ in EXPECTED} | {"sound.yaml", "expected.txt"} == {
        path.name for path in FOLDER.iterdir()
    }


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What a piece of work gives, and its CPU time in s; what other tests left in memory costs it nothing."""
    gc.disable()
    try:
        began = time.process_time()
        return work(), time.process_time() - began
    finally:
        gc.enable()


@pytest.fixture(scope="module")
def sound() -> float:
    """The time that the sound protocol takes here."""
    return median(timed(lambda: check(FOLDER / "sound.yaml"))[1] for _ in range(5))


@pytest.mark.parametrize(
    ("name", "line", "fragment"), EXPECTED, ids=[name.removesuffix(".yaml") for name, _, _ in EXPECTED]
)
def test_a_broken_protocol_is_refused_at_its_line(name: str, line: str, fragment: str, sound: float) -> None:
    report, took = timed(lambda: check(FOLDER / name))
    assert took < 300 * sound  # "many-values" is a hundred times as long as the sound one
    assert any(str(m).startswith(f"{FOLDER / name}:{line}:") and fragment.strip() in m.what for m in report.mistakes), (
        report.mistakes
    )
    assert all(line.isprintable() for mistake in report.mistakes for line in str(mistake).split("\n"))


@pytest.mark.parametrize("name", ["minutes-is-text", "nul-byte", "text-missing", "utf-16"])
def test_the_command_says_so_and_ends_with_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(FOLDER / f"{name}.yaml")]) == 2
    assert f"{name}.yaml:" in capsys.readouterr().err


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST * 4000)  # a sparse gigabyte
    with pytest.raises(DeclarationError, match=r"huge\.yaml: is larger than 256 KB"):
        read_protocol(path)


def test_two_thousand_mutants_of_the_demo_are_read_or_refused_with_a_line() -> None:
    demo = (Path(__file__).parents[3] / "protocols" / "taste.yaml").read_bytes()
    chance = random.Random("mutants/1")
    mutants = [mutated(demo, chance).decode("utf-8", "surrogateescape") for _ in range(2000)]
    refusals, _ = timed(lambda: [refusal(mutant) for mutant in mutants])
    for error, _ in filter(lambda each: each[0], refusals):
        assert error.mistakes and all(m.line > 0 and m.column > 0 and m.what for m in error.mistakes), error
        assert all("\n" not in m.what and m.what.isprintable() for m in error.mistakes), error
    assert 1000 < sum(error is not None for error, _ in refusals) < 2000  # what changes nothing must stay readable
    whole = median(refusal(demo.decode())[1] for _ in range(5))
    assert max(took for _, took in refusals) < 100 * whole


def refusal(text: str) -> tuple[DeclarationError | None, float]:
    """Why a protocol is refused, if it is, and the CPU time in s that it takes to say so."""
    began = time.process_time()
    try:
        read_protocol_text(text, "mutant.yaml")
    except DeclarationError as error:
        return error, time.process_time() - began
    return None, time.process_time() - began


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: bytes cut out, doubled, moved, or something put in."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(data))
        end = min(len(data), start + chance.choice([1, 1, 2, 5, 20, 100]))
        piece = data[start:end]
        match chance.randrange(5):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:end] + piece * chance.choice([1, 2, 50]) + data[end:]
            case 2:
                place = chance.randrange(len(data))
                data = data[:place] + piece + data[place:]
            case 3:
                data = data[:start] + chance.choice(PIECES) + data[start:]
            case _:
                data = data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
    return data or b" "
