"""Counting letters in rows: work that earns a bonus, or extra minutes whose earnings go to the cause (P35, D6).

As work for a bonus all rows come one after the other. As extra minutes the person is asked before each block whether
to go on, and can leave any row by a key; every row counted right moves money, and nobody is told how others did.
"""

from collections.abc import Generator, Iterator
from random import Random
from typing import Literal

from attrs import define, frozen

from experiments._screens import heading, read, text_of
from runner.screens import Choice, Keys, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

LETTERS = "BDFHKLMNPRTVXZ"  # no vowels, so that no word comes about
COUNTS = range(2, 9)
DIGITS = tuple("123456789")
ENOUGH = "0"


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that say what the work is for, and in a public setting who sees it")
    rows: int = doc("how many rows there are at most", default=30, validator=within(1, 1000))
    block: int = doc(
        "rows between two questions whether to go on; 0: all rows are to be counted",
        default=0,
        validator=within(0, 1000),
    )
    per_row: float = doc(
        "money that the laboratory passes on for a row counted right; 0: none", default=0.0, validator=within(0, 1000)
    )
    length: int = doc("letters in a row", default=28, validator=within(1, 200))


@frozen(kw_only=True)
class Row:
    letters: str = doc("the row")
    letter: str = doc("the letter to be counted")
    count: int = doc("how often it is there")


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("what the work is for")
    rows: tuple[Row, ...] = doc("the rows, in order")
    block: int = doc("rows between two questions whether to go on; 0: never asked")
    per_row: float = doc("money passed on for a row counted right")
    question: str = doc("what is asked about a row, {} standing for the letter")
    hint: str = doc("which keys answer")
    first: str = doc("the question whether to begin")
    more: str = doc("the question whether to go on")
    so_far: str = doc("what stands before the number of rows counted so far")
    go: str = doc("what going on reads like")
    enough: str = doc("what ending it reads like")
    shown_as: str = doc("what stands before the number of rows counted, in a display")


@frozen(kw_only=True)
class Outcome:
    answers: tuple[int, ...] = doc("the counts given, row by row")
    done: int = doc("rows counted")
    solved: int = doc("rows counted right")
    seconds: float = doc("time on the rows, from each row's onset to its offset, the one left included")
    ended: Literal["before", "between", "within", "all"] | None = doc(
        "before the first row, between two blocks, within one, or with all rows; empty when the question was skipped"
    )
    earned: float = doc("money that the laboratory passes on for it, on top of the bonus")


@define
class Tally:
    """What was counted so far, while the trial runs."""

    answers: tuple[int, ...] = ()
    seconds: float = 0.0


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial for the whole work."""
    materials, word = occasion.materials, occasion.materials.word
    yield Given(
        pages=materials.pages(params.text).pages,
        rows=tuple(a_row(occasion.random, params.length) for _ in range(params.rows)),
        block=params.block,
        per_row=params.per_row,
        question=word("effort_question"),
        hint=word("effort_hint_enough" if params.block else "effort_hint"),
        first=word("effort_first"),
        more=word("effort_more"),
        so_far=word("effort_so_far"),
        go=word("effort_go"),
        enough=word("effort_enough"),
        shown_as=word("effort_shown_as"),
    )


def a_row(random: Random, length: int) -> Row:
    """A row in which one letter comes a drawn number of times, and the others by chance."""
    letter, count = random.choice(LETTERS), random.choice(COUNTS)
    others = [each for each in LETTERS if each != letter]
    row = [letter] * count + random.choices(others, k=length - count)
    random.shuffle(row)
    return Row(letters="".join(row), letter=letter, count=count)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What it is for, then the rows; what they moved is added up with the bonus, on the page of the task `payment`."""
    yield from read(given.pages)
    tally = Tally()
    ended = yield from worked(given, tally)
    solved = sum(answer == row.count for answer, row in zip(tally.answers, given.rows, strict=False))
    return Outcome(
        answers=tally.answers,
        done=len(tally.answers),
        solved=solved,
        seconds=round(tally.seconds, 3),
        ended=ended,
        earned=round(solved * given.per_row, 2),
    )


def worked(
    given: Given, tally: Tally
) -> Generator[Screen, Reply, Literal["before", "between", "within", "all"] | None]:
    """Row after row until there are no more or the person has had enough; how it ended."""
    for number, row in enumerate(given.rows):
        if given.block and number % given.block == 0:
            answer = text_of((yield going_on_screen(given, number)))
            if answer != "go":
                return ("between" if number else "before") if answer else None
        reply = yield row_screen(given, row, number + 1)
        tally.seconds += reply.offset - reply.onset
        pressed = text_of(reply)
        if pressed not in DIGITS:
            return "within"
        tally.answers += (int(pressed),)
    return "all"


def going_on_screen(given: Given, number: int) -> Screen:
    """Whether to begin, or to go on; ending it costs nothing."""
    options = (Option(value="go", text=given.go), Option(value="enough", text=given.enough))
    so_far = (Text(text=f"{given.so_far}: {number}", style="note"),) if number else ()
    return Screen(
        name="effort-more" if number else "effort-first",
        marks=(*so_far, *heading(given.more if number else given.first)),
        accepts=Choice(options=options),
        decline=True,
        measures=Measure(construct="extra_effort"),
    )


def row_screen(given: Given, row: Row, number: int) -> Screen:
    """One row, and its letter to be counted; a digit answers at once."""
    place = f"{number}" if given.block else f"{number} / {len(given.rows)}"
    keys = (*DIGITS, ENOUGH) if given.block else DIGITS
    return Screen(
        name="effort-row",
        marks=(
            Text(text=place, style="note"),
            Text(text=given.question.replace("{}", row.letter), style="strong"),
            Text(text=" ".join(row.letters), style="stimulus"),
            Text(text=given.hint, style="note"),
        ),
        accepts=Keys(keys=keys),
        measures=Measure(construct="letter_counting", instructed=keys.index(str(row.count))),
    )


def earned_for_the_cause(past: Past) -> float | None:
    """What the session's extra minutes move; None without any."""
    earned = [each.outcome.earned for each in past if each.task == "extra_effort" and each.given.block]
    return round(sum(earned), 2) if earned else None


task = Task(name="extra_effort", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
