"""Recalling something one did, in writing (P19 of paradigms.md, after Greitemeyer et al., 2006): helping, or standing
up against others. What people expect to come of it is asked afterwards by the scale `consequences`."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, read, text_of
from runner.screens import Measure, Reply, Screen, Words
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

Prompt = Literal["courage", "help"]


@frozen(kw_only=True)
class Params:
    prompt: Prompt = doc("what is recalled")
    text: str = doc("key of the pages that ask for it; the last page stands above the writing box")
    least: int = doc(
        "characters below which the person is asked once whether that is all", default=80, validator=within(0, 1000)
    )
    limit: int = doc("most characters", default=1500, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    prompt: Prompt = doc("what was to be recalled")
    pages: tuple[Page, ...] = doc("pages before the box")
    above: Page = doc("what stands above the box")
    least: int = doc("characters below which the person is asked once whether that is all")
    limit: int = doc("most characters")


@frozen(kw_only=True)
class Outcome:
    text: str | None = doc("what was written; empty when skipped")
    characters: int = doc("its number of characters")
    writing_seconds: float = doc("how long the writing box was on the screen")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    *pages, above = occasion.materials.pages(params.text).pages
    yield Given(prompt=params.prompt, pages=tuple(pages), above=above, least=params.least, limit=params.limit)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The pages, then the box."""
    yield from read(given.pages)
    written = yield Screen(
        name="recall",
        marks=heading(given.above.title, *given.above.body),
        accepts=Words(lines=6, limit=given.limit, least=given.least),
        decline=True,
        measures=Measure(construct="recall"),
    )
    text = text_of(written)
    return Outcome(text=text, characters=len(text or ""), writing_seconds=written.offset - written.onset)


task = Task(name="recall", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
