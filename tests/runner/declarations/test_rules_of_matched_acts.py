"""What reports, policies, matched acts and commitments must obey, each mistake at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runner.declarations.structure import read_yaml
from runner.errors import DeclarationError
from stimuli.causes import Commitment, Matched, Policies, Reports

Shelve = Callable[[str], Path]

REPORTS = """\
reports:
  closing:
    question: QUESTION
    correct: CORRECT
    pages:
      - body: ["The gap gets smaller."]
questions:
  - id: years
    kind: choice
    text: "How many years?"
    options:
      - {value: "five", text: "Five"}
      - {value: "ten", text: "Ten"}
"""
POLICIES = """\
policies:
  - id: mentoring
    title: "A mentor"
    text: "New people get a mentor."
    effects: {EFFECTS}
"""
CODES = "public: -1, normative: 1, statuscost: -1, selflead: -1, risk: -1, effort: 1"
MATCHED = """\
pairs:
  - id: one
    contrast: help
    line: "It takes five minutes."
    codes: {CODES}
    minus: {id: goods, text: "MINUS"}
    plus: {id: PLUS, text: "Give money."}
protests: {occasion: "A protest.", normative: "They walk.", nonnormative: "They block."}
relief: {text: "A wrong.", fast: "Soon.", slow: "Late.", compensation: "Paid.", opportunity: "Trained."}
"""
COMMITMENT = """\
text: "You have agreed."
lead: "Lead"
assist: "Help"
ladders:
  - {id: time, label: "Time", lines: ["An hour.", "A day."]}
  - {id: OTHER, label: "Rain", lines: LINES}
"""


@pytest.fixture
def shelve(tmp_path: Path) -> Shelve:
    """shelve(text) -> the file that holds it."""

    def write(text: str) -> Path:
        path = tmp_path / "cause.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def matched(codes: str = CODES, minus: str = "Give goods.", plus: str = "money") -> str:
    return MATCHED.replace("CODES", codes).replace("MINUS", minus).replace("PLUS", plus)


def commitment(other: str = "weather", lines: str = '["Sun.", "Rain."]') -> str:
    return COMMITMENT.replace("OTHER", other).replace("LINES", lines)


def reports(question: str = "years", correct: str = "ten") -> str:
    return REPORTS.replace("QUESTION", question).replace("CORRECT", correct)


def policies(effects: str = 'loss: "Fewer.", gain: "More.", none: "As many."') -> str:
    return POLICIES.replace("EFFECTS", effects)


@pytest.mark.parametrize(
    ("text", "cls"),
    [(reports(), Reports), (policies(), Policies), (matched(), Matched), (commitment(), Commitment)],
    ids=["reports", "policies", "matched", "commitment"],
)
def test_what_is_right_is_read(text: str, cls: type, shelve: Shelve) -> None:
    assert isinstance(read_yaml(shelve(text), cls), cls)


@pytest.mark.parametrize(
    ("text", "cls", "line", "what"),
    [
        (reports(question="yeras"), Reports, 3, r"there is no question 'yeras'; did you mean 'years'"),
        (reports(correct="six"), Reports, 4, r"one of its question's options \(five, ten\), but is 'six'"),
        (policies('loss: "Fewer.", gain: "More."'), Policies, 5, r"'effects' must be loss, gain, none, but are loss"),
        (policies().replace("mentoring", "mentor"), Policies, 2, r"must be one of recruitment, monitoring"),
        (matched(CODES.replace("risk: -1, ", "")), Matched, 5, r"the code 'risk' is missing"),
        (matched(f"{CODES}, autonomy: 1"), Matched, 5, r"'autonomy' follows from the side; delete it"),
        (matched(f"{CODES}, colour: 1"), Matched, 5, r"'colour' is unknown; known are effort, normative, public"),
        (matched(CODES.replace("effort: 1", "effort: 4")), Matched, 5, r"'effort' must be one of 1, 2, 3, but is 4"),
        (matched(minus="Give " * 21), Matched, 6, r"at most 20 words, but this one has 21"),
        (matched(plus="goods"), Matched, 7, r"'goods' stands here a second time"),
        (matched(plus='"a b"'), Matched, 7, r"'id' must be plain letters"),
        (commitment(lines='["Sun."]'), Commitment, 6, r"needs at least two lines"),
        (commitment(other="time"), Commitment, 6, r"'time' stands here a second time"),
    ],
)
def test_a_mistake_is_told_at_its_line(text: str, cls: type, line: int, what: str, shelve: Shelve) -> None:
    with pytest.raises(DeclarationError, match=what) as error:
        read_yaml(shelve(text), cls)
    assert line in {mistake.line for mistake in error.value.mistakes}
