"""Self-report scales, one item per screen (P44 to P56; attention checks, E1).

Items come in random order, and so do scales; an instructed item stays at its place, since where it stands is part
of the check.
"""

from collections.abc import Generator, Iterator
from random import Random

from attrs import frozen

from experiments._screens import badge, badged, page_screen, point_of, rating_screen
from runner.screens import Measure, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Item, Page, doc


@frozen(kw_only=True)
class Params:
    scales: tuple[str, ...] = doc("keys of the scales in stimuli/<language>/scales")
    shuffle_scales: bool = doc("random order of the scales", default=True)
    shuffle_items: bool = doc("random order of each scale's items", default=True)
    badge: bool = doc("whether the badge of the person's minimal group stands above", default=False)

    def __attrs_post_init__(self) -> None:
        if len(set(self.scales)) < len(self.scales):
            raise ValueError("'scales' names a scale more than once; name each scale once")


@frozen(kw_only=True)
class Given:
    scale: str = doc("the scale's name")
    item: str = doc("the item's id")
    item_number: int = doc("the item's place in this presentation of its scale, from 1")
    text: str = doc("the item")
    stem: str = doc("what stands above every item")
    anchors: tuple[str, ...] = doc("the labels of the points")
    low: int = doc("lowest point")
    high: int = doc("highest point")
    reversed: bool = doc("whether a high answer means less of the construct")
    subscale: str = doc("the subscale; empty for a scale without")
    instructed: int | None = doc("the answer that an attention check asks for; empty for an ordinary item")
    instruction: str = doc("the scale's instruction, a page before its first item")
    badge: bool = doc("whether the badge of the person's minimal group stood above", default=False)


@frozen(kw_only=True)
class Outcome:
    response: int | None = doc("the point chosen, not recoded; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per item."""
    keys = list(params.scales)
    if params.shuffle_scales:
        occasion.random.shuffle(keys)
    for key in keys:
        scale = occasion.materials.scale(key)
        items = mixed(scale.items, occasion.random) if params.shuffle_items else scale.items
        for number, item in enumerate(items, 1):
            yield Given(
                scale=scale.name,
                item=item.id,
                item_number=number,
                text=item.text,
                stem=scale.stem,
                anchors=scale.anchors,
                low=scale.low,
                high=scale.high,
                reversed=item.reversed,
                subscale=item.subscale,
                instructed=item.instructed,
                instruction=scale.instruction if number == 1 else "",
                badge=params.badge,
            )


def mixed(items: tuple[Item, ...], random: Random) -> tuple[Item, ...]:
    """The items in random order, instructed ones where they were."""
    ordinary = [item for item in items if item.instructed is None]
    random.shuffle(ordinary)
    rest = iter(ordinary)
    return tuple(next(rest) if item.instructed is None else item for item in items)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The item, after the instruction if it is the first one; under the badge where it is worn."""
    return badged(asked(given), badge(past)) if given.badge else asked(given)


def asked(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The instruction before the first item, then the item."""
    if given.instruction:
        yield page_screen(Page(body=(given.instruction,)), "instruction")
    screen = rating_screen(
        "item",
        stem=given.stem if given.instructed is None else "",
        text=given.text,
        anchors=given.anchors,
        low=given.low,
        high=given.high,
        measures=measured(given),
    )
    return Outcome(response=point_of((yield screen)))


def measured(given: Given) -> Measure:
    """What the item's answer stands for."""
    if given.instructed is not None:
        return Measure(construct="attention", instructed=given.instructed)
    construct = f"{given.scale}.{given.subscale}" if given.subscale else given.scale
    return Measure(construct=construct, keyed=-1 if given.reversed else 1)


task = Task(name="scale", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
