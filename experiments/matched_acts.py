"""The acts of matched pairs one by one: how willing one would be, or how much each would achieve (P25, P30 to P32).

A choice between two acts can come from liking the one or from disliking the other; only ratings of each tell which,
and the two means are kept apart (trap 21 of paradigms.md). Columns are named as in `act_rating`.
"""

from collections.abc import Generator, Iterator, Sequence
from random import Random
from typing import Literal

from attrs import frozen

from experiments._screens import point_of
from experiments.matched_pairs import CONTRASTS, Contrast, Side, pairs, side
from runner.screens import Likert, Measure, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.causes import MatchedPair
from stimuli.kinds import Profile, doc


@frozen(kw_only=True)
class Params:
    rated: Literal["willingness", "effectiveness"] = doc("what is rated", default="willingness")
    contrasts: tuple[Contrast, ...] = doc("the acts of which kinds of pairs", default=CONTRASTS)


@frozen(kw_only=True)
class Given:
    rated: Literal["willingness", "effectiveness"] = doc("what is rated")
    act: str = doc("the act's id")
    set: str = doc("the id of its pair")
    contrast: Contrast = doc("in what the acts of the pair differ")
    pole: Literal["minus", "plus"] = doc("which side of the contrast")
    number: int = doc("place among the ratings, from 1")
    text: str = doc("the act")
    lines: tuple[str, ...] = doc("what it costs")
    codes: Profile = doc("the act's attribute codes; autonomy 0 where it doesn't apply")
    confront: int = doc("protects (-1) or confronts (1); 0 where it doesn't apply")
    selfcost: int = doc("costs oneself nothing (-1) or something (1); 0 where the pair is not about that")
    question: str = doc("what is asked about the act")
    anchors: tuple[str, ...] = doc("the labels of the points")


@frozen(kw_only=True)
class Outcome:
    rating: int | None = doc("1 to 7; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per act; the two acts of a pair are far apart."""
    word = occasion.materials.word
    for number, (pair, act) in enumerate(apart(pairs(occasion, params.contrasts), occasion.random), 1):
        yield Given(
            rated=params.rated,
            act=act.act,
            set=pair.id,
            contrast=pair.contrast,
            pole=act.pole,
            number=number,
            text=act.heading,
            lines=act.lines,
            codes=act.profile,
            confront=act.confront,
            selfcost=act.selfcost,
            question=word(f"{params.rated}_question"),
            anchors=(word(f"{params.rated}_low"), word(f"{params.rated}_high")),
        )


def apart(pairs: Sequence[MatchedPair], random: Random) -> list[tuple[MatchedPair, Side]]:
    """Every act once: of each pair one in the first half, drawn at random, and the other in the second half."""
    first = random.sample(pairs, len(pairs))
    rest = random.sample(pairs, len(pairs))
    if len(rest) > 1 and rest[0] == first[-1]:
        rest = [*rest[1:], rest[0]]
    plus_first = {pair.id for pair in random.sample(pairs, len(pairs) // 2)}
    early = [(pair, side(pair, "plus" if pair.id in plus_first else "minus")) for pair in first]
    late = [(pair, side(pair, "minus" if pair.id in plus_first else "plus")) for pair in rest]
    return early + late


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The act, what it costs, and its rating."""
    marks = (
        Text(text=given.question),
        Text(text=given.text, style="stimulus"),
        *((Text(text=" ".join(given.lines)),) if given.lines else ()),
    )
    screen = Screen(
        name=f"act-{given.rated}",
        marks=marks,
        accepts=Likert(anchors=given.anchors),
        decline=True,
        measures=Measure(construct=given.rated),
    )
    return Outcome(rating=point_of((yield screen)))


task = Task(name="matched_acts", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
