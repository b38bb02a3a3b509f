"""A real petition (P34, D6 of paradigms.md). Signing happens outside of the system; only the person's word is kept."""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, page_screen, read, text_of
from runner.screens import Choice, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that say where and how to sign, and who sees it")


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("where and how to sign, and who sees it")
    petition: str = doc("what the petition asks for, from the cause pack")
    question: str = doc("the question whether the person signed")
    yes: str = doc("what yes reads like")
    no: str = doc("what no reads like")


@frozen(kw_only=True)
class Outcome:
    signed: bool | None = doc("says that they signed; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    materials = occasion.materials
    yield Given(
        pages=materials.pages(params.text).pages,
        petition=materials.pack().petition,
        question=materials.word("petition_question"),
        yes=materials.word("yes"),
        no=materials.word("no"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What to do, with the petition's own words below, then whether it was done."""
    *before, last = given.pages
    yield from read(before)
    yield page_screen(last, "petition", Text(text=given.petition, style="strong"))
    options = (Option(value="yes", text=given.yes), Option(value="no", text=given.no))
    reply = yield Screen(
        name="signed",
        marks=heading(given.question),
        accepts=Choice(options=options, arrange="row"),
        decline=True,
        measures=Measure(construct="petition"),
    )
    answer = text_of(reply)
    return Outcome(signed=None if answer is None else answer == "yes")


task = Task(name="petition", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
