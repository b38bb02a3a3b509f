"""Announcement of who learns the answers that follow (P23 of paradigms.md): kept confidential (S1 of D4), or said
aloud to a person of the research team (S4). The latter comes, listens, and gives a number of their own."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, question_screen, read, said, text_of
from runner.screens import Choice, Continue, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, Question, doc

Report = Literal["confidential", "identified"]


@frozen(kw_only=True)
class Params:
    report: Report = doc("how the answers are given")
    text: str = doc("key of the announcement in stimuli/<language>/texts")
    question: str = doc("key of the one question who will learn the answers")
    correct: str = doc("the value of the answer that fits the announcement")
    experimenters: int = doc("how many people of the research team have a number", default=6)


@frozen(kw_only=True)
class Given:
    report: Report = doc("how the answers are given")
    pages: tuple[Page, ...] = doc("the announcement")
    who: Question = doc("the question who will learn the answers")
    correct: str = doc("the answer that fits the announcement")
    again: str = doc("what introduces the announcement the second time")
    listens: bool = doc("whether a person of the research team listens")
    last: str = doc("what asks the person who listens for their number, or says that nobody comes")
    experimenters: int = doc("how many people of the research team have a number")


@frozen(kw_only=True)
class Outcome:
    who_learns: str | None = doc("the last answer to who will learn the answers")
    attempts: int = doc("how often that was asked, 1 or 2")
    understood: bool = doc("whether the last answer fits the announcement")
    experimenter: int | None = doc("number of the person who listens; empty where nobody does, or when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    who = materials.questions(params.question).questions[0]
    if params.correct not in {option.value for option in who.options}:
        raise ValueError(f"'correct' is {params.correct!r}, which is no option of the question {params.question!r}")
    yield Given(
        report=params.report,
        pages=materials.pages(params.text).pages,
        who=who,
        correct=params.correct,
        again=materials.word("report_again"),
        listens=params.report == "identified",
        last=materials.word(f"report_last_{params.report}"),
        experimenters=params.experimenters,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Announcement, who will learn the answers (asked at most twice), and the number of the person who listens."""
    yield from read(given.pages)
    who = text_of((yield question_screen(given.who, name="who-learns")))
    attempts = 1
    if who != given.correct:
        yield from read(given.pages, "again")
        above = (Text(text=given.again, style="note"),)
        who = text_of((yield question_screen(given.who, name="who-learns-again", above=above)))
        attempts = 2
    number = said((yield last_screen(given)))
    return Outcome(
        who_learns=who,
        attempts=attempts,
        understood=who == given.correct,
        experimenter=int(number) if isinstance(number, str) else None,
    )


def last_screen(given: Given) -> Screen:
    """The one screen that the person who listens answers; without one, a page in its place."""
    if not given.listens:
        return Screen(name="alone", marks=heading(given.last), accepts=Continue())
    options = tuple(Option(value=str(n), text=str(n)) for n in range(1, given.experimenters + 1))
    accepts = Choice(options=options, arrange="row")
    return Screen(name="experimenter", marks=heading(given.last), accepts=accepts, decline=True)


task = Task(name="report", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
