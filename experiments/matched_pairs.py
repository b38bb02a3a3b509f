"""Two acts alike in all but one thing, and a choice between them (P25, P30, P31, P32 of paradigms.md).

Help that makes dependent or gives autonomy; acts that leave the own group's status as it is or cost it status; acts
that protect or confront; acts without or with a cost to oneself. Both acts of a pair are equally long and carry the
same line on what they cost, unless own cost is what differs. Columns are named as in `paired_choice`, so that one
model serves both. What each act is worth by itself, `matched_acts` asks.
"""

from collections.abc import Generator, Iterator, Sequence
from random import Random
from typing import Literal

from attrs import evolve, frozen

from experiments import paired_choice
from experiments._screens import text_of
from runner.screens import Choice, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.causes import MatchedAct, MatchedPair
from stimuli.kinds import Profile, doc

Contrast = Literal["help", "status", "protection", "own_cost"]
CONTRASTS: tuple[Contrast, ...] = ("help", "status", "protection", "own_cost")


@frozen(kw_only=True)
class Side:
    act: str = doc("the act's id")
    pole: Literal["minus", "plus"] = doc(
        "which side of the contrast: plus gives autonomy, costs status, confronts, costs"
    )
    heading: str = doc("the act")
    lines: tuple[str, ...] = doc("what it costs")
    profile: Profile = doc("the act's attribute codes; autonomy 0 where it doesn't apply")
    confront: int = doc("protects (-1) or confronts (1); 0 where it doesn't apply")
    selfcost: int = doc("costs oneself nothing (-1) or something (1); 0 where the pair is not about that")


@frozen(kw_only=True)
class Params:
    contrasts: tuple[Contrast, ...] = doc("which kinds of pairs", default=CONTRASTS)
    repeat: bool = doc("show one of the pairs again at the end, sides swapped", default=True)


@frozen(kw_only=True)
class Given:
    set: str = doc("the pair's id")
    contrast: Contrast = doc("in what the two acts differ")
    repeated: bool = doc("whether this is the pair that comes a second time, sides swapped")
    number: int = doc("place among the choices, from 1")
    number_of: int = doc("how many choices there are")
    first: Side = doc("the act on the left")
    second: Side = doc("the act on the right")
    question: str = doc("what is asked about the two acts")


@frozen(kw_only=True)
class Outcome:
    chosen: Literal["first", "second"] | None = doc("the act picked: left or right; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """All pairs of all kinds in random order, plus on the left in half of each kind; then one of them again."""
    random, question = occasion.random, occasion.materials.word("matched_question")
    chosen = pairs(occasion, params.contrasts)
    plus_left = {pair.id for kind in params.contrasts for pair in half(chosen, kind, random)}
    random.shuffle(chosen)
    shown = [given(pair, pair.id in plus_left) for pair in chosen]
    if params.repeat:
        again = random.choice(shown[: max(1, len(shown) // 2)])
        shown.append(evolve(again, first=again.second, second=again.first, repeated=True))
    for number, each in enumerate(shown, 1):
        yield evolve(each, number=number, number_of=len(shown), question=question)


def pairs(occasion: Occasion, contrasts: Sequence[Contrast]) -> list[MatchedPair]:
    """The cause's pairs of some kinds; each kind has at least one."""
    found = [pair for pair in occasion.materials.matched().pairs if pair.contrast in contrasts]
    missing = [kind for kind in contrasts if kind not in {pair.contrast for pair in found}]
    if missing:
        raise ValueError(f"the cause has no pairs of the kind {', '.join(missing)}; write some, or leave the kind out")
    return found


def half(pairs: Sequence[MatchedPair], kind: Contrast, random: Random) -> list[MatchedPair]:
    """Half of the pairs of a kind, drawn at random."""
    mine = [pair for pair in pairs if pair.contrast == kind]
    return random.sample(mine, len(mine) // 2)


def given(pair: MatchedPair, plus_left: bool) -> Given:
    """A pair as it is shown."""
    minus, plus = side(pair, "minus"), side(pair, "plus")
    first, second = (plus, minus) if plus_left else (minus, plus)
    return Given(
        set=pair.id,
        contrast=pair.contrast,
        repeated=False,
        number=0,
        number_of=0,
        first=first,
        second=second,
        question="",
    )


def side(pair: MatchedPair, pole: Literal["minus", "plus"]) -> Side:
    """One act of a pair, with all its codes."""
    act: MatchedAct = getattr(pair, pole)
    code = 1 if pole == "plus" else -1
    own = {"help": "autonomy", "status": "statuscost"}.get(pair.contrast)
    codes = {**pair.codes, **act.codes, **({own: code} if own else {})}
    return Side(
        act=act.id,
        pole=pole,
        heading=act.text,
        lines=tuple(line for line in (pair.line, act.line) if line),
        profile=Profile(**codes),
        confront=code if pair.contrast == "protection" else 0,
        selfcost=code if pair.contrast == "own_cost" else 0,
    )


def codes(side: Side) -> dict[str, float]:
    """An act's codes under the names of the hypotheses."""
    own = {"a_confront": float(side.confront), "a_selfcost": float(side.selfcost)}
    return {**paired_choice.codes(side.profile), **own}


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The two acts side by side."""
    options = tuple(
        Option(value=value, text=each.heading, lines=each.lines, codes=codes(each))
        for value, each in (("first", given.first), ("second", given.second))
    )
    marks = (Text(text=f"{given.number} / {given.number_of}", style="note"), Text(text=given.question, style="strong"))
    screen = Screen(name="matched-pair", marks=marks, accepts=Choice(options=options, arrange="cards"), decline=True)
    return Outcome(chosen=text_of((yield screen)))  # type: ignore[arg-type]  # the screen admits no other


task = Task(name="matched_pairs", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
