"""Stay in one's group, or leave it? The wish, when one could choose (P42, P08 of paradigms.md)."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, heading, point_of, rating_screen, text_of
from runner.screens import Choice, Measure, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc

Wish = Literal["stay", "change", "neither"]
WISHES: tuple[Wish, ...] = ("stay", "change", "neither")


@frozen(kw_only=True)
class Params:
    """There is nothing to set."""


@frozen(kw_only=True)
class Given:
    question: str = doc("the question which group one would like to be in")
    order: tuple[Wish, ...] = doc("the answers, in random order")
    answers: tuple[str, ...] = doc("what they read like, in that order")
    strength: str = doc("the question how much one would like to stay")
    anchors: tuple[str, ...] = doc("the labels of the points")


@frozen(kw_only=True)
class Outcome:
    wish: Wish | None = doc("stay, change to the other group, or be in neither; empty when skipped")
    staying: int | None = doc("how much one would like to stay, 1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    order = tuple(occasion.random.sample(WISHES, len(WISHES)))
    yield Given(
        question=word("mobility_question"),
        order=order,
        answers=tuple(word(f"mobility_{wish}") for wish in order),
        strength=word("mobility_strength"),
        anchors=(word("mobility_low"), word("mobility_high")),
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The choice and how strong the wish is, under the group's badge."""
    return badged(asked(given), badge(past))


def asked(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    options = tuple(Option(value=wish, text=text) for wish, text in zip(given.order, given.answers, strict=True))
    wish = text_of(
        (yield Screen(name="mobility", marks=heading(given.question), accepts=Choice(options=options), decline=True))
    )
    rating = rating_screen(
        "mobility-strength",
        stem="",
        text=given.strength,
        anchors=given.anchors,
        measures=Measure(construct="mobility"),
    )
    staying = point_of((yield rating))
    return Outcome(wish=wish, staying=staying)  # type: ignore[arg-type]  # the screen admits no other


task = Task(name="mobility", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
