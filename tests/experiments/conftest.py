"""Materials in memory, occasions, and a driver that answers a task's screens without a stage."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from attrs import field, frozen

from runner.screens import Continue, Reply, Screen
from runner.tasks import Happened, Occasion, Past, Task
from stimuli.kinds import (
    Act,
    Category,
    ChoiceSet,
    Design,
    Fact,
    Item,
    Meeting,
    Pack,
    Page,
    Pages,
    Profile,
    Puzzle,
    Puzzles,
    Question,
    QuestionOption,
    Questions,
    Role,
    Scale,
    Turn,
    WordList,
)

DECLINED = "!declined"
BINARY = ("autonomy", "statuscost", "selflead", "risk")


def profile(**codes: int) -> Profile:
    """A profile, all -1 and effort 1 unless told."""
    names = ("public", "normative", *BINARY)
    return Profile(**{"effort": 1, **dict.fromkeys(names, -1), **codes})


def phrases() -> dict[str, dict[str, str]]:
    """Phrases that say which attribute and level they stand for."""
    words = {name: {level: f"{name} {level}" for level in ("-1", "+1")} for name in BINARY}
    acts = {f"{p}{n}": f"act {p}{n}" for p in ("-1", "+1") for n in ("-1", "+1")}
    return {**words, "effort": {level: f"effort {level}" for level in "123"}, "act": acts}


def a_pack(**changes: Any) -> Pack:
    """A cause pack with four facts and sixteen acts."""
    codes = {"public": 1, "normative": 1, "autonomy": 0, "statuscost": -1, "selflead": -1, "risk": -1, "effort": 2}
    numbers = range(1, 17)
    parts: dict[str, Any] = {
        "name": "toy",
        "title": "Toys",
        "terms": {},
        "question": "Which are you?",
        "categories": (
            Category(value="a", text="An A", advantaged=True),
            Category(value="b", text="A B", advantaged=False),
        ),
        "facts": tuple(
            Fact(id=f"f{i}", privilege=f"gain {i}", disadvantage=f"lack {i}", neutral=f"rain {i}") for i in range(4)
        ),
        "acts": tuple(Act(id=f"act{i}", template=i, text=f"do {i}", codes=codes) for i in numbers),
        "phrases": phrases(),
        "petition": "We ask for more.",
    }
    return Pack(**{**parts, **changes})


def a_scale() -> Scale:
    """Eight ordinary items of two subscales, and an attention check at the fifth place."""
    items = [
        Item(id=f"i{i}", text=f"item {i}", reversed=i % 2 == 0, subscale="outgroup" if i <= 4 else "moral")
        for i in range(1, 9)
    ]
    items.insert(4, Item(id="check", text="Choose 6", instructed=6))
    return Scale(
        name="motives", instruction="Read.", stem="Because", items=tuple(items), anchors=("no", "yes"), source="own"
    )


def yes_no(name: str) -> Question:
    """A question of choice."""
    return Question(id=name, text=f"{name}?", kind="choice", options=tuple(_option(v) for v in ("yes", "no")))


def _option(value: str) -> QuestionOption:
    return QuestionOption(value=value, text=value.title())


def a_design() -> Design:
    """Two blocks of six sets; a set's id tells its block."""
    sets = tuple(
        ChoiceSet(id=f"{block}.{i}", block=block, one=profile(effort=1 + i % 3), other=profile(public=1, normative=1))
        for block in (1, 2)
        for i in range(6)
    )
    return Design(name="toy", seed="s", d_error=0.1, sets=sets)


def words_of(name: str) -> tuple[str, ...]:
    """Five words of a category, each of which tells where it belongs."""
    return tuple(f"{name} {i}" for i in range(1, 6))


def a_meeting() -> Meeting:
    """Two turns: one in which the group can be asked and has a sheet, and one without."""
    roles = tuple(
        Role(value=value, text=value.title(), behaviour=behaviour, accomplice=accomplice, takeover=takeover)
        for value, behaviour, accomplice, takeover in (
            ("hear", "listen", 1, 0),
            ("wait", "neither", 0, 0),
            ("rule", "lead", 0, 1),
        )
    )
    turns = (
        Turn(id="one", text="One.", question="What?", roles=roles, wish="We wish.", sheet=("So.", "Or so.")),
        Turn(id="two", text="Two.", question="What?", roles=roles),
    )
    return Meeting(intro=(Page(body=("Picture it.",)),), turns=turns)


def some_puzzles() -> Puzzles:
    """Ten puzzles with everything that a test or a request needs."""
    return Puzzles(
        puzzles=tuple(
            Puzzle(
                id=f"p{i}",
                part="numbers" if i < 5 else "words",
                text=f"puzzle {i}",
                answer=f"right {i}",
                others=(f"wrong {i}", f"wronger {i}"),
                hint=f"hint {i}",
                solution=f"solution {i}",
            )
            for i in range(10)
        )
    )


@frozen
class Shelf:
    """Materials in memory. A text's pages name its key, and a word is its own key in brackets."""

    packed: Pack = field(factory=a_pack)
    asked: Mapping[str, Questions] = field(factory=dict)
    lists: Mapping[str, WordList] = field(factory=dict)
    mark: str = "."

    def pages(self, key: str) -> Pages:
        return Pages(pages=(Page(title="One", body=(key,)), Page(title=f"Last of {key}", body=(f"end of {key}",))))

    def questions(self, key: str) -> Questions:
        rating = Question(id="willingness", text="willing?", kind="rating", anchors=("no", "yes"))
        own = {
            "eligibility": Questions(questions=(yes_no("acted_before"), rating)),
            "aliases": Questions(
                questions=(
                    Question(
                        id="alias",
                        text="Alias?",
                        kind="choice",
                        options=tuple(QuestionOption(value=f"v{i}", text=f"Alias {i}") for i in range(12)),
                    ),
                )
            ),
            "who": Questions(questions=(yes_no("who_sees"),)),
        }
        return {**own, **self.asked}[key]

    def scale(self, key: str) -> Scale:
        return a_scale()

    def design(self, key: str) -> Design:
        return a_design()

    def puzzles(self, key: str) -> Puzzles:
        return some_puzzles()

    def pack(self) -> Pack:
        return self.packed

    def meeting(self, key: str) -> Meeting:
        return a_meeting()

    def word_list(self, name: str) -> WordList:
        return self.lists.get(name, WordList(label=name.title(), named=f"the {name}", words=words_of(name)))

    def interface(self) -> Mapping[str, str]:
        return {"decimal_mark": self.mark}

    def word(self, key: str) -> str:
        return f"[{key}]"


DETAILS = {"organisation": "The House", "bonus_currency": "EUR"}


def _occasion(seed: str = "seed", shelf: Shelf | None = None, **changes: Any) -> Occasion:
    parts = {"assigned": {}, "phase": "here", "details": DETAILS, "identity": "coded", **changes}
    return Occasion(random=Random(seed), materials=shelf or Shelf(), **parts)


@pytest.fixture
def shelf() -> Callable[..., Shelf]:
    """shelf(pack changes..., asked={...}, lists={...}, mark=",") -> materials."""

    def make(
        asked: Mapping[str, Questions] | None = None,
        lists: Mapping[str, WordList] | None = None,
        mark: str = ".",
        **changes: Any,
    ) -> Shelf:
        return Shelf(a_pack(**changes), asked or {}, lists or {}, mark)

    return make


@pytest.fixture
def occasion() -> Callable[..., Occasion]:
    """occasion(seed, shelf, **changes) -> Occasion."""
    return _occasion


@pytest.fixture
def draw() -> Callable[..., list[Any]]:
    """draw(task, seed, shelf=None, **params) -> the trials' Givens."""

    def trials(task: Task, seed: str = "seed", /, shelf: Shelf | None = None, **params: Any) -> list[Any]:
        return list(task.trials(task.params(**params), _occasion(seed, shelf)))

    return trials


@pytest.fixture
def act() -> Callable[..., tuple[Any, list[Screen]]]:
    """act(task, given, answers, past) -> outcome and screens; pages and timed screens go on by themselves."""
    return _act


def _act(task: Task, given: Any, answers: tuple[Any, ...] = (), past: Past = ()) -> tuple[Any, list[Screen]]:
    left, screens = list(answers), []
    performance = task.perform(given, past)
    try:
        screen = next(performance)
        while True:
            screens.append(screen)
            screen = performance.send(_reply(screen, left))
    except StopIteration as end:
        assert not left, f"answers that nothing asked for: {left}"
        return end.value, screens


def _reply(screen: Screen, left: list[Any]) -> Reply:
    if screen.accepts is None:
        assert screen.seconds is not None
        return Reply(onset=0.0, offset=screen.seconds, status="elapsed")
    if isinstance(screen.accepts, Continue):
        return Reply(onset=0.0, offset=1.0, status="answered", answered=1.0)
    answer = left.pop(0)
    if answer == DECLINED:
        assert screen.decline, f"{screen.name} can't be declined"
        return Reply(onset=0.0, offset=1.0, status="declined")
    assert screen.accepts.admits(answer), f"{screen.name} doesn't take {answer!r}"
    return Reply(onset=0.0, offset=1.0, status="answered", answer=answer, answered=1.0)


@pytest.fixture
def happened() -> Callable[..., Happened]:
    """happened(task, given, outcome) -> something over, on which a task may look back."""

    def make(task: Task, given: Any, outcome: Any) -> Happened:
        return Happened(phase="before", task=task.name, given=given, outcome=outcome)

    return make


@pytest.fixture
def words() -> Callable[..., str]:
    """words(screens) -> every word that they show, marks and options."""

    def shown(screens: list[Screen]) -> str:
        return " | ".join(repr((screen.marks, screen.accepts)) for screen in screens)

    return shown
