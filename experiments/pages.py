"""Text pages: instructions, announcements, the debrief."""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import badge, badged, read
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the text in stimuli/<language>/texts")
    badge: bool = doc("whether the badge of the person's minimal group stands above", default=False)


@frozen(kw_only=True)
class Given:
    text: str = doc("key of the text that was shown")
    pages: tuple[Page, ...] = doc("the pages themselves")
    badge: bool = doc("whether the badge of the person's minimal group stood above", default=False)


@frozen(kw_only=True)
class Outcome:
    pages_read: int = doc("how many pages were read, which is all of them unless the session was left")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial for the whole text."""
    yield Given(text=params.text, pages=occasion.materials.pages(params.text).pages, badge=params.badge)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Page after page."""
    yield from badged(read(given.pages), badge(past)) if given.badge else read(given.pages)
    return Outcome(pages_read=len(given.pages))


task = Task(name="pages", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
