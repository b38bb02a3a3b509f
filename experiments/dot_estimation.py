"""Clouds of dots, seen for a moment and estimated: what minimal groups are said to follow from (P07 of paradigms.md).

The estimates are kept and decide nothing; the group is drawn before the session.
"""

from collections.abc import Generator, Iterator
from random import Random

from attrs import frozen

from experiments._screens import heading, said
from runner.screens import Reply, Screen, Shape, Slider
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc

Place = tuple[float, float]

WIDE, LOWEST, HIGHEST = 0.62, -0.24, 0.38  # where dots can be, in screen heights: clear of the controls
APART = 0.03  # least distance between two dots' middles
DOT = 0.014  # a dot's diameter


@frozen(kw_only=True)
class Params:
    pictures: int = doc("how many clouds of dots", default=20)
    fewest: int = doc("fewest dots of a cloud", default=31)
    most: int = doc("most dots of a cloud, below 100", default=79)
    seconds: float = doc("how long a cloud is seen", default=1.0)


@frozen(kw_only=True)
class Given:
    number: int = doc("place of the cloud, from 1")
    number_of: int = doc("how many clouds there are")
    dots: int = doc("how many dots there were")
    places: tuple[Place, ...] = doc("where they were, x and y in screen heights from the middle")
    seconds: float = doc("how long they were seen")
    question: str = doc("what is asked about them")
    unit: str = doc("how a number of dots is written, {} standing for the number")


@frozen(kw_only=True)
class Outcome:
    estimate: int | None = doc("dots estimated, 0 to 100; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per cloud, number and places drawn."""
    if not 1 <= params.fewest <= params.most < 100:
        raise ValueError(f"'fewest' and 'most' must be 1 to 99, got {params.fewest} and {params.most}; correct them")
    for number in range(1, params.pictures + 1):
        dots = occasion.random.randint(params.fewest, params.most)
        yield Given(
            number=number,
            number_of=params.pictures,
            dots=dots,
            places=cloud(dots, occasion.random),
            seconds=params.seconds,
            question=occasion.materials.word("dots_question"),
            unit=occasion.materials.word("dots_unit"),
        )


def cloud(dots: int, random: Random) -> tuple[Place, ...]:
    """Places for so many dots, no two of which touch."""
    places: list[Place] = []
    while len(places) < dots:
        x, y = round(random.uniform(-WIDE, WIDE), 3), round(random.uniform(LOWEST, HIGHEST), 3)
        if all((x - a) ** 2 + (y - b) ** 2 >= APART**2 for a, b in places):
            places.append((x, y))
    return tuple(places)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """A cross, the cloud, then the estimate."""
    cross = Shape(form="cross", size=(0.04, 0.04), at=(0.0, 0.0))
    yield Screen(name="fixation", marks=(cross,), seconds=0.5)
    dots = tuple(Shape(form="circle", size=(DOT, DOT), at=place) for place in given.places)
    yield Screen(name="dots", marks=dots, seconds=given.seconds)
    estimate = said(
        (
            yield Screen(
                name="estimate",
                marks=heading(given.question, f"{given.number} / {given.number_of}"),
                accepts=Slider(low=0, high=100, step=1, anchors=("0", "100"), unit=given.unit),
                decline=True,
            )
        )
    )
    return Outcome(estimate=round(estimate) if isinstance(estimate, int | float) else None)


task = Task(name="dot_estimation", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
