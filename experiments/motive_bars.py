"""The person's own four motives as bars side by side, for the demo: degrees, never a type (trap 1 of paradigms.md)."""

from collections.abc import Generator, Iterator

from attrs import frozen

from runner.screens import Bar, Continue, Mark, Reply, Screen, Text, written
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc

MOTIVES = ("outgroup", "ingroup", "personal", "moral")  # always in this order, whatever the answers


@frozen(kw_only=True)
class Params:
    scale: str = doc("the scale's name whose subscales are drawn", default="motives")


@frozen(kw_only=True)
class Given:
    scale: str = doc("the scale's name")
    title: str = doc("the screen's title")
    labels: tuple[str, ...] = doc("the four labels, in the order of the bars")
    none: str = doc("what stands beside a bar without answers")
    to: str = doc("the word between the lowest and the highest point")
    note: str = doc("the sentence below: degrees, not a type; not a test")
    decimal_mark: str = doc("what stands before the decimals of a number", default=".")


@frozen(kw_only=True)
class Outcome:
    bars: int = doc("how many of the four bars had an answer behind them")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    word = occasion.materials.word
    yield Given(
        scale=params.scale,
        title=word("bars_title"),
        labels=tuple(word(f"motive_{motive}") for motive in MOTIVES),
        none=word("bars_none"),
        to=word("bars_to"),
        note=word("bars_note"),
        decimal_mark=occasion.materials.interface()["decimal_mark"],
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One page with the four bars."""
    means = [mean(given.scale, motive, past) for motive in MOTIVES]
    bars = tuple(bar(given, label, found) for label, found in zip(given.labels, means, strict=True))
    marks: tuple[Mark, ...] = (Text(text=given.title, style="title"), *bars, Text(text=given.note))
    yield Screen(name="bars", marks=marks, accepts=Continue())
    return Outcome(bars=sum(found is not None for found in means))


def bar(given: Given, label: str, found: tuple[float, int, int] | None) -> Bar:
    """One motive's bar: from the lowest point, empty, to the highest, full."""
    if found is None:
        return Bar(label=label, share=0.0, note=given.none)
    value, low, high = found
    note = f"{written(value, 1, given.decimal_mark)} ({low} {given.to} {high})"
    return Bar(label=label, share=(value - low) / (high - low), note=note)


def mean(scale: str, subscale: str, past: Past) -> tuple[float, int, int] | None:
    """Keyed mean of the answers to a subscale so far, with the scale's ends; None without an answer."""
    points: list[int] = []
    low, high = 1, 7
    for each in past:
        if each.task != "scale" or (each.given.scale, each.given.subscale) != (scale, subscale):
            continue
        low, high, point = each.given.low, each.given.high, each.outcome.response
        if point is not None and each.given.instructed is None:
            points.append(low + high - point if each.given.reversed else point)
    return (sum(points) / len(points), low, high) if points else None


task = Task(name="motive_bars", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
