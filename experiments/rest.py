"""Sitting still before the first task, so that what a body does later has something to stand against (P79).

Without devices it is a short pause; its two markers are sent all the same, so that recordings can be cut by them.
"""

from collections.abc import Generator, Iterator

from attrs import evolve, frozen

from experiments._screens import heading, page_screen
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    text: str = doc("key of three pages: before resting, while resting, afterwards")
    seconds: float = doc(
        "how long the person rests; 300 with devices for blood pressure", default=300.0, validator=within(0, 7200)
    )
    begins: int = doc("marker sent when resting begins", default=1, validator=within(0, 255))
    ends: int = doc("marker sent when it is over", default=2, validator=within(0, 255))


@frozen(kw_only=True)
class Given:
    before: Page = doc("the page before resting")
    during: Page = doc("what stands there while resting")
    after: Page = doc("the page afterwards")
    rest: float = doc("seconds of resting")
    begins: int = doc("marker sent when resting begins")
    ends: int = doc("marker sent when it is over")


@frozen(kw_only=True)
class Outcome:
    undisturbed: bool = doc("whether the rest went to its end without another window in front")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    pages = occasion.materials.pages(params.text).pages
    if len(pages) != 3:
        raise ValueError(f"the text {params.text!r} must have 3 pages (before, during, after), but has {len(pages)}")
    before, during, after = pages
    yield Given(before=before, during=during, after=after, rest=params.seconds, begins=params.begins, ends=params.ends)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The page before, the rest, the page afterwards."""
    yield page_screen(given.before, "rest-before")
    marks = heading(given.during.title, *given.during.body)
    reply = yield Screen(name="rest", marks=marks, seconds=given.rest, code=given.begins)
    yield evolve(page_screen(given.after, "rest-after"), code=given.ends)
    return Outcome(undisturbed=reply.unfocused == 0.0)


task = Task(
    name="rest", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform, on_resume="restart"
)
