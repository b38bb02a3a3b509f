"""Told to be a typical or an atypical member of one's group (P06 of paradigms.md), by a profile that nobody worked out.

The level is drawn before the session, whatever was answered. The debrief must tell how it came about.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, read
from runner.screens import Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within


@frozen(kw_only=True)
class Params:
    typical: Literal["typical", "atypical"] = doc("what the person is told to be")
    text: str = doc("key of the pages that tell it")
    wait: float = doc("seconds for which the profile is said to be compared", default=4.0, validator=within(0, 600))


@frozen(kw_only=True)
class Given:
    told: Literal["typical", "atypical"] = doc("what the person was told to be")
    waiting: str = doc("what is said before")
    wait: float = doc("seconds for which that is said")
    pages: tuple[Page, ...] = doc("what was told")


@frozen(kw_only=True)
class Outcome:
    pages_read: int = doc("how many pages were read")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    yield Given(
        told=params.typical,
        waiting=occasion.materials.word("profile_waiting"),
        wait=params.wait,
        pages=occasion.materials.pages(params.text).pages,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A wait, then what was told, under the group's badge."""
    return badged(told(given), badge(past))


def told(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    yield Screen(name="profile-wait", marks=(Text(text=given.waiting),), seconds=given.wait)
    yield from read(given.pages, "profile")
    return Outcome(pages_read=len(given.pages))


task = Task(
    name="profile_feedback",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about oneself",
)
