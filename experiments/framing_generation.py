"""Privilege or disadvantage framing, generation variant (P02 of paradigms.md, after Powell et al., 2005, Experiment 2).

The person writes examples, one per screen. Only in this variant is a lower identification with the own group a
replication (K1).
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, read, text_of
from experiments.framing import Frame
from runner.screens import Reply, Screen, Words
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    frame: Frame = doc("which examples are asked for")
    text: str = doc("key of the pages that ask for them; the last page's title stands above every box")
    boxes: int = doc("how many examples", default=5, validator=within(1, 50))
    least: int = doc(
        "characters below which the person is asked once whether that is all", default=30, validator=within(0, 1000)
    )
    limit: int = doc("most characters of one example", default=400, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    frame: Frame = doc("which examples were asked for")
    pages: tuple[Page, ...] = doc("the pages that ask for them, before the first box")
    prompt: str = doc("the line above the box")
    box: int = doc("which example, from 1")
    boxes: int = doc("how many examples there are")
    least: int = doc("characters below which the person is asked once whether that is all")
    limit: int = doc("most characters")


@frozen(kw_only=True)
class Outcome:
    text: str | None = doc("the example; empty when skipped")
    characters: int = doc("its number of characters")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per box."""
    pages = occasion.materials.pages(params.text).pages
    for box in range(1, params.boxes + 1):
        yield Given(
            frame=params.frame,
            pages=pages if box == 1 else (),
            prompt=pages[-1].title,
            box=box,
            boxes=params.boxes,
            least=params.least,
            limit=params.limit,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The pages before the first box, then the box."""
    yield from read(given.pages)
    written = yield Screen(
        name=f"example-{given.box}",
        marks=heading(given.prompt, f"{given.box} / {given.boxes}"),
        accepts=Words(lines=3, limit=given.limit, least=given.least),
        decline=True,
    )
    text = text_of(written)
    return Outcome(text=text, characters=len(text or ""))


task = Task(name="framing_generation", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
