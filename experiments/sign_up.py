"""A part in the next event (P35, P36 of paradigms.md): which one, and whether the person is on the list.

The list is on paper and belongs to others: who signs up writes there and never here, so that no name or address can
get into the data. Only the part that was picked, and the person's word on the list, are kept.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, read, text_of
from runner.screens import Choice, Measure, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc

PARTS = {"organise": 1, "speak": 1, "carry": -1, "listen": -1}  # does one lead (1) or follow (-1)?
NONE = "none"


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that say which event it is, and in a public setting who sees the part")
    list_text: str = doc("key of the pages that say where the list is")


@frozen(kw_only=True)
class Part:
    value: str = doc("the part: organise, speak, carry or listen")
    text: str = doc("what it reads like")
    selflead: int = doc("whether one leads (1) or follows (-1) in it")


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("which event it is")
    parts: tuple[Part, ...] = doc("the parts, in the order shown")
    question: str = doc("the question for a part")
    none: str = doc("what taking no part reads like; it comes last")
    list_pages: tuple[Page, ...] = doc("where the list is")
    listed_question: str = doc("the question whether one is on the list")
    yes: str = doc("what yes reads like")
    no: str = doc("what no reads like")
    shown_as: str = doc("what stands before the part, in a display")


@frozen(kw_only=True)
class Outcome:
    part: str | None = doc("the part picked, or none; empty when skipped")
    selflead: int | None = doc("whether one leads (1) or follows (-1) in it; empty without a part")
    listed: bool | None = doc("says that they are on the list; empty when skipped, or without a part")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial; the parts come in random order."""
    materials, word = occasion.materials, occasion.materials.word
    parts = [Part(value=value, text=word(f"part_{value}"), selflead=lead) for value, lead in PARTS.items()]
    yield Given(
        pages=materials.pages(params.text).pages,
        parts=tuple(occasion.random.sample(parts, len(parts))),
        question=word("part_question"),
        none=word("part_none"),
        list_pages=materials.pages(params.list_text).pages,
        listed_question=word("part_listed"),
        yes=word("yes"),
        no=word("no"),
        shown_as=word("part_shown_as"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The event, the part, and for whoever takes one the list."""
    yield from read(given.pages)
    answer = text_of((yield part_screen(given)))
    part = next((each for each in given.parts if each.value == answer), None)
    if part is None:
        return Outcome(part=answer, selflead=None, listed=None)
    yield from read(given.list_pages, "list")
    options = (Option(value="yes", text=given.yes), Option(value="no", text=given.no))
    accepts = Choice(options=options, arrange="row")
    listed = text_of((yield Screen(name="listed", marks=heading(given.listed_question), accepts=accepts, decline=True)))
    return Outcome(part=part.value, selflead=part.selflead, listed=None if listed is None else listed == "yes")


def part_screen(given: Given) -> Screen:
    """The parts, and below them none; only a part has a code, since leading or following is a choice among acts."""
    options = [
        Option(value=each.value, text=each.text, codes={"a_selflead": float(each.selflead)}) for each in given.parts
    ]
    return Screen(
        name="part",
        marks=heading(given.question),
        accepts=Choice(options=(*options, Option(value=NONE, text=given.none))),
        decline=True,
        measures=Measure(construct="sign_up"),
    )


def part_taken(past: Past) -> str | None:
    """The line that a display shows of the part; None where there was no answer."""
    for each in past:
        if each.task == "sign_up" and each.outcome.part is not None:
            texts = {part.value: part.text for part in each.given.parts} | {NONE: each.given.none}
            return f"{each.given.shown_as}: {texts[each.outcome.part]}"
    return None


task = Task(name="sign_up", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
