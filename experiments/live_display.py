"""Announces that choices are displayed to the others of the session as they are made (P22, S3 of paradigms.md).

From here on each page with a choice has a board: the others' choices come on it as they are made, and one's own go to
theirs. What stood there when somebody chose is in that screen's log. Without this announcement nothing is told.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import read
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that announce it")
    rows: int = doc("lines on the board", default=4, validator=within(1, 12))


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("the announcement")
    heading: str = doc("what stands above the board")
    rows: int = doc("lines on the board")


@frozen(kw_only=True)
class Outcome:
    live: bool = doc("whether choices are displayed as they are made, from here on")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    yield Given(
        pages=occasion.materials.pages(params.text).pages,
        heading=occasion.materials.word("board_heading"),
        rows=params.rows,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The announcement."""
    yield from read(given.pages)
    return Outcome(live=True)


task = Task(name="live_display", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
