"""Privilege or disadvantage framing, rating variant (P01 of paradigms.md, after Powell, Branscombe & Schmitt, 2005).

Every inequality is stored once, in renderings of equal length: what the advantaged group gains, what the
disadvantaged group goes without, and a control that has nothing to do with groups. Each is read for a minimum time
and then rated. The ratings come after the treatment: covariates at most.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import point_of, rating_screen
from runner.screens import Continue, Measure, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Fact, doc, within

Frame = Literal["privilege", "disadvantage", "neutral"]


@frozen(kw_only=True)
class Params:
    frame: Frame = doc("which rendering of the facts is shown")
    facts: int = doc(
        "how many facts, drawn at random from the cause pack; 0: all of them", default=0, validator=within(0, 1000)
    )
    minimum: float = doc(
        "seconds for which a fact stands alone at least, before it can be rated", default=3.0, validator=within(0, 600)
    )


@frozen(kw_only=True)
class Given:
    frame: Frame = doc("which rendering was shown")
    fact: str = doc("the fact's id, the same in all renderings")
    rendering: str = doc("the words shown")
    words: int = doc("number of words shown")
    minimum: float = doc("seconds for which the fact stood alone at least")
    question: str = doc("what is asked about the fact")
    anchors: tuple[str, ...] = doc("the labels of the points")


@frozen(kw_only=True)
class Outcome:
    rating: int | None = doc("how true the statement seemed, 1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per fact, in random order."""
    materials = occasion.materials
    pack = materials.pack()
    if not pack.facts:
        raise ValueError(f"pack {pack.name!r} has no facts; choose another pack, or delete the phase")
    if params.facts > len(pack.facts):
        raise ValueError(f"{params.facts} facts are asked for, and pack {pack.name!r} has {len(pack.facts)}")
    for fact in occasion.random.sample(pack.facts, params.facts or len(pack.facts)):
        rendering = rendered(fact, params.frame)
        yield Given(
            frame=params.frame,
            fact=fact.id,
            rendering=rendering,
            words=len(rendering.split()),
            minimum=params.minimum,
            question=materials.word("fact_question"),
            anchors=(materials.word("fact_low"), materials.word("fact_high")),
        )


def rendered(fact: Fact, frame: Frame) -> str:
    """The fact in one frame's words."""
    words = {"privilege": fact.privilege, "disadvantage": fact.disadvantage, "neutral": fact.neutral}[frame]
    if not words:
        raise ValueError(f"fact {fact.id!r} has no {frame} rendering; write one in the cause pack")
    return words


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The fact alone, for the minimum time at least; then the fact with its rating."""
    fact = Text(text=given.rendering, style="stimulus")
    yield Screen(name="fact", marks=(fact,), accepts=Continue(after=given.minimum))
    screen = rating_screen(
        "fact-rating",
        stem=given.question,
        text=given.rendering,
        anchors=given.anchors,
        measures=Measure(construct="fact"),
    )
    return Outcome(rating=point_of((yield screen)))


task = Task(name="framing", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
