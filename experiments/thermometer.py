"""How warm feelings are towards each target, 0 to 100 (P78 of paradigms.md): the explicit side of P77's targets."""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, said
from runner.screens import Measure, Reply, Screen, Slider
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc


@frozen(kw_only=True)
class Params:
    targets: tuple[str, ...] = doc("names of the targets' word lists")


@frozen(kw_only=True)
class Given:
    target: str = doc("the target")
    question: str = doc("what is asked")
    anchors: tuple[str, str] = doc("labels of the ends")


@frozen(kw_only=True)
class Outcome:
    warmth: float | None = doc("0, very cold, to 100, very warm; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per target, in random order."""
    materials = occasion.materials
    for target in occasion.random.sample(params.targets, len(params.targets)):
        yield Given(
            target=target,
            question=materials.word("warmth_question").replace("{}", materials.word_list(target).named),
            anchors=(materials.word("warmth_low"), materials.word("warmth_high")),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One slider, unmarked at first."""
    reply = yield Screen(
        name="thermometer",
        marks=heading(given.question),
        accepts=Slider(low=0, high=100, step=1, anchors=given.anchors),
        decline=True,
        measures=Measure(construct=f"warmth.{given.target}"),
    )
    answer = said(reply)
    return Outcome(warmth=float(answer) if isinstance(answer, int | float) else None)


task = Task(name="thermometer", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
