"""Bringing both groups together, or setting them apart, by writing (P09 of paradigms.md, after Gaertner et al., 1993).

Separate: what sets the groups apart. One group: what all have in common. Dual: both at once. Politicised: a shared
cause and what each group can do for it, so that being one group does not hide what is to be changed.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, heading, read, text_of
from runner.screens import Reply, Screen, Words
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

Prime = Literal["separate", "one_group", "dual", "politicised"]


@frozen(kw_only=True)
class Params:
    prime: Prime = doc("what is written about")
    text: str = doc("key of the pages that ask for it; the last page's title stands above every box")
    boxes: int = doc("how many answers are written", default=3, validator=within(1, 50))
    least: int = doc(
        "characters below which the person is asked once whether that is all", default=20, validator=within(0, 1000)
    )
    limit: int = doc("most characters of one answer", default=400, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    prime: Prime = doc("what was written about")
    pages: tuple[Page, ...] = doc("the pages that ask for it, before the first box")
    prompt: str = doc("the line above the box")
    box: int = doc("which answer, from 1")
    boxes: int = doc("how many answers there are")
    least: int = doc("characters below which the person is asked once whether that is all")
    limit: int = doc("most characters")


@frozen(kw_only=True)
class Outcome:
    text: str | None = doc("what was written; empty when skipped")
    characters: int = doc("its number of characters")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per box."""
    pages = occasion.materials.pages(params.text).pages
    for box in range(1, params.boxes + 1):
        yield Given(
            prime=params.prime,
            pages=pages if box == 1 else (),
            prompt=pages[-1].title,
            box=box,
            boxes=params.boxes,
            least=params.least,
            limit=params.limit,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The pages before the first box, then the box, under the group's badge."""
    return badged(written(given), badge(past))


def written(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    yield from read(given.pages, "prime")
    text = text_of(
        (
            yield Screen(
                name=f"prime-box-{given.box}",
                marks=heading(given.prompt, f"{given.box} / {given.boxes}"),
                accepts=Words(lines=3, limit=given.limit, least=given.least),
                decline=True,
            )
        )
    )
    return Outcome(text=text, characters=len(text or ""))


task = Task(name="superordinate_prime", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
