"""The test of "integrative reasoning": small puzzles of our own on which groups are said to be compared (P03, P04).

Answers are kept and never fed back. What groups are told about their scores comes from the protocol's table.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import badge, badged, text_of
from runner.screens import Choice, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within


@frozen(kw_only=True)
class Params:
    puzzles: str = doc("key of the puzzles in stimuli/<language>/puzzles; they come in the order of the file")
    code: int = doc("marker sent when the first one comes on", default=11, validator=within(0, 255))


@frozen(kw_only=True)
class Given:
    puzzle: str = doc("the puzzle's id")
    part: str = doc("the part of the test that it belongs to")
    heading: str = doc("the part's name, as it is shown")
    number: int = doc("place of the puzzle, from 1")
    number_of: int = doc("how many puzzles there are")
    text: str = doc("the puzzle")
    answers: tuple[str, ...] = doc("the answers offered, in random order")
    right: str = doc("the right one")
    code: int = doc("marker sent when it came on; 0: none")


@frozen(kw_only=True)
class Outcome:
    answer: str | None = doc("the answer given; empty when skipped")
    correct: bool | None = doc("whether it is right; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per puzzle."""
    materials = occasion.materials
    puzzles = materials.puzzles(params.puzzles).puzzles
    for number, each in enumerate(puzzles, 1):
        if not each.others:
            raise ValueError(f"puzzle {each.id!r} of {params.puzzles!r} has no wrong answers to offer; add 'others'")
        yield Given(
            puzzle=each.id,
            part=each.part,
            heading=materials.word(f"test_{each.part}"),
            number=number,
            number_of=len(puzzles),
            text=each.text,
            answers=tuple(occasion.random.sample((each.answer, *each.others), 1 + len(each.others))),
            right=each.answer,
            code=params.code if number == 1 else 0,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The puzzle and its answers, under the group's badge."""
    return badged(asked(given), badge(past))


def asked(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    place = f"{given.heading} · {given.number} / {given.number_of}"
    options = tuple(Option(value=f"answer_{i}", text=answer) for i, answer in enumerate(given.answers))
    value = text_of(
        (
            yield Screen(
                name="puzzle",
                marks=(Text(text=place, style="note"), Text(text=given.text, style="strong")),
                accepts=Choice(options=options),
                decline=True,
                code=given.code,
            )
        )
    )
    answer = next((option.text for option in options if option.value == value), None)
    return Outcome(answer=answer, correct=None if answer is None else answer == given.right)


task = Task(name="reasoning_test", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
