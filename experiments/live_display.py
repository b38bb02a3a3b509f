"""Announces that choices are displayed to the others of the session as they are made (P22, S3 of paradigms.md).

From here on each page with a choice has a board: the others' choices come on it as they are made, and one's own go to
theirs. What stood there when somebody chose is in that screen's log. Without this announcement nothing is told, and
nothing of somebody who, asked once more, doesn't want to be shown.

In the cells without a display the board is `empty`: its place stays free, so that what is chosen from stands in the
same place and is as large as in the others.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, read, text_of
from runner.screens import Choice, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    text: str = doc("key of the pages that announce it")
    board: Literal["shown", "empty"] = doc(
        "empty: nothing is displayed and nobody asked, but the place of the board stays free", default="shown"
    )
    rows: int = doc("lines on the board", default=4, validator=within(1, 12))
    ask: bool = doc("ask first whether to display them, as the consent's promise has it", default=True)


@frozen(kw_only=True)
class Given:
    pages: tuple[Page, ...] = doc("the announcement")
    board: Literal["shown", "empty"] = doc("whether there is a board, or a free place for one", default="shown")
    heading: str = doc("what stands above the board")
    rows: int = doc("lines on the board")
    ask: bool = doc("whether the person is asked first")
    ready_title: str = doc("title of the question whether to display")
    ready: str = doc("the question whether to display")
    show: str = doc("what displaying reads like")
    hide: str = doc("what not displaying reads like")


@frozen(kw_only=True)
class Outcome:
    live: bool = doc("whether others' choices are displayed as they are made, from here on")
    told: bool = doc("whether one's own are displayed to them")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        pages=occasion.materials.pages(params.text).pages,
        board=params.board,
        heading=word("board_heading"),
        rows=params.rows,
        ask=params.ask and params.board == "shown",
        ready_title=word("display_ready_title"),
        ready=word("display_ready_live"),
        show=word("display_show"),
        hide=word("display_hide"),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The announcement, and whether to display one's own; not displaying costs nothing."""
    yield from read(given.pages)
    if given.board == "empty":
        return Outcome(live=False, told=False)
    told = not given.ask or text_of((yield _ready_screen(given))) == "show"
    return Outcome(live=True, told=told)


def _ready_screen(given: Given) -> Screen:
    options = (Option(value="show", text=given.show), Option(value="hide", text=given.hide))
    marks = heading(given.ready_title, given.ready)
    return Screen(name="display-ready", marks=marks, accepts=Choice(options=options), decline=True)


task = Task(name="live_display", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
