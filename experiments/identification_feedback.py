"""Told to have strong or weak ties to one's group, as if that had been measured (P08 of paradigms.md).

The level is drawn before the session, and the number shown stands in the protocol, whatever was answered. It is a
strong deception, about the person: a protocol has to declare it and to debrief about the process.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, heading, page_screen, text_of
from runner.screens import Bar, Choice, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Page, doc, within

HIGHEST = 100
ANSWERS = ("strong", "weak", "unsure")


@frozen(kw_only=True)
class Params:
    ties: Literal["strong", "weak"] = doc("what the person is told: a level of the factor that draws it")
    score: int = doc("points shown, 0 to 100; for each level its own", validator=within(0, HIGHEST))
    text: str = doc("key of the pages that tell it; the score stands below the last one")
    wait: float = doc("seconds for which it is said to be worked out", default=6.0, validator=within(0, 600))


@frozen(kw_only=True)
class Given:
    told: Literal["strong", "weak"] = doc("what the person was told")
    score: int = doc("points shown, from the protocol")
    waiting: str = doc("what is said before")
    wait: float = doc("seconds for which that is said")
    pages: tuple[Page, ...] = doc("what was told")
    label: str = doc("what stands at the bar of points")
    points: str = doc("how points are written, {} standing for the number")
    question: str = doc("the question what was told")
    answers: tuple[str, str, str] = doc("what its answers read like: strong, weak, not sure")


@frozen(kw_only=True)
class Outcome:
    recalled: Literal["strong", "weak", "unsure"] | None = doc("what the person says was told; empty when skipped")
    right: bool = doc("whether that is what was told")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        told=params.ties,
        score=params.score,
        waiting=word("ties_waiting"),
        wait=params.wait,
        pages=occasion.materials.pages(params.text).pages,
        label=word("ties_label"),
        points=word("scores_points"),
        question=word("ties_question"),
        answers=(word("ties_strong"), word("ties_weak"), word("ties_unsure")),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A wait, what was told with its number, and what it was; under the group's badge where one is worn."""
    return badged(told(given), badge(past))


def told(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    yield Screen(name="ties-wait", marks=(Text(text=given.waiting),), seconds=given.wait)
    bar = Bar(label=given.label, share=given.score / HIGHEST, note=given.points.replace("{}", str(given.score)))
    for number, page in enumerate(given.pages, 1):
        below = (bar,) if number == len(given.pages) else ()
        yield page_screen(page, f"ties-{number}", *below)
    options = tuple(Option(value=value, text=text) for value, text in zip(ANSWERS, given.answers, strict=True))
    accepts = Choice(options=options)
    recalled = text_of((yield Screen(name="ties-recall", marks=heading(given.question), accepts=accepts, decline=True)))
    return Outcome(recalled=recalled, right=recalled == given.told)  # type: ignore[arg-type]  # no others are admitted


task = Task(
    name="identification_feedback",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about oneself",
)
