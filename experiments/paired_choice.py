"""Which of two acts, and would you really do it? The action-choice task (P24, P27 and P29; D3 of paradigms.md).

Two acts of one cause stand side by side; the pick is followed by "Would you really do the one you picked?", so that
which act and whether to act stay apart. Acts are put together from the cause pack's phrases along a stored
efficient design. One set comes again at the end, sides swapped.
"""

from collections.abc import Generator, Iterator, Sequence
from random import Random
from typing import Literal

from attrs import asdict, evolve, frozen

from experiments._screens import heading, text_of
from experiments._together import board
from runner.screens import Choice, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import ChoiceSet, Pack, Profile, doc

COLUMNS = {  # attribute -> its name in tables and hypotheses
    "public": "a_public",
    "normative": "a_norm",
    "autonomy": "a_auton",
    "statuscost": "a_statuscost",
    "selflead": "a_selflead",
    "risk": "a_risk",
    "effort": "a_effort",
}
LINES = ("autonomy", "statuscost", "selflead", "risk", "effort")  # the heading says the other two


@frozen(kw_only=True)
class Card:
    heading: str = doc("what is done: public or private, keeping to rules or not")
    lines: tuple[str, ...] = doc("the other attributes, one line each")
    profile: Profile = doc("the act's attribute codes")


@frozen(kw_only=True)
class Params:
    design: str = doc("name of the stored design in stimuli/designs; one of its blocks is shown")
    repeat: bool = doc("show one of the sets again at the end, sides swapped", default=True)
    block: int | None = doc("which of the design's blocks, so that waves can differ; drawn if not given", default=None)


@frozen(kw_only=True)
class Given:
    set: str = doc("the choice set's id in the design")
    block: int = doc("the design's block, drawn at random for each person unless the protocol names one")
    repeated: bool = doc("whether this is the set that comes a second time, sides swapped")
    number: int = doc("place among the choices, from 1")
    number_of: int = doc("how many choices there are")
    first: Card = doc("the act on the left")
    second: Card = doc("the act on the right")
    question: str = doc("what is asked about the two acts")
    picked: str = doc("what stands above the act that was picked")
    really: str = doc("the second question")
    answers: tuple[str, str, str] = doc("what yes, no and not now read like")


@frozen(kw_only=True)
class Outcome:
    chosen: Literal["first", "second"] | None = doc("the act picked: left or right; empty when skipped")
    would_do: Literal["yes", "no", "not_now"] | None = doc("would really do it; empty when skipped or nothing picked")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One block in random order, each design side left in half of the sets, and the repeated set."""
    materials, random = occasion.materials, occasion.random
    pack, word = materials.pack(), materials.word
    sets = materials.design(params.design).sets
    blocks = sorted({each.block for each in sets})
    block = random.choice(blocks) if params.block is None else params.block
    if block not in blocks:
        raise ValueError(f"design {params.design!r} has no block {block}; it has {', '.join(map(str, blocks))}")
    mine = [each for each in sets if each.block == block]
    random.shuffle(mine)
    placed = with_sides(mine, random)
    if params.repeat:
        placed.append(swapped(random.choice(mine[: max(1, len(mine) // 2)]), placed))
    for number, each in enumerate(placed, 1):
        yield Given(
            set=each.id,
            block=block,
            repeated=number > len(mine),
            number=number,
            number_of=len(placed),
            first=card(each.one, pack),
            second=card(each.other, pack),
            question=word("pair_question"),
            picked=word("pair_picked"),
            really=word("pair_really"),
            answers=(word("yes"), word("no"), word("not_now")),
        )


def with_sides(sets: Sequence[ChoiceSet], random: Random) -> list[ChoiceSet]:
    """The sets with the design's first act on the left in half of them; which half is random."""
    flips = [bool(place % 2) for place in range(len(sets))]
    random.shuffle(flips)
    return [turned(each) if flip else each for each, flip in zip(sets, flips, strict=True)]


def turned(each: ChoiceSet) -> ChoiceSet:
    """The same set, sides swapped."""
    return evolve(each, one=each.other, other=each.one)


def swapped(which: ChoiceSet, placed: Sequence[ChoiceSet]) -> ChoiceSet:
    """A set as it was shown, sides swapped."""
    return turned(next(each for each in placed if each.id == which.id))


def card(profile: Profile, pack: Pack) -> Card:
    """An act in the cause pack's words."""
    lines = tuple(phrase(pack, attribute, level(profile, attribute)) for attribute in LINES)
    heading = phrase(pack, "act", f"{profile.public:+d}{profile.normative:+d}")
    return Card(heading=heading, lines=lines, profile=profile)


def level(profile: Profile, attribute: str) -> str:
    """An attribute's level as phrases are keyed: "-1", "+1"; effort "1" to "3"."""
    code: int = getattr(profile, attribute)
    return str(code) if attribute == "effort" else f"{code:+d}"


def phrase(pack: Pack, attribute: str, level: str) -> str:
    """One phrase of the cause pack."""
    try:
        return pack.phrases[attribute][level]
    except KeyError:
        raise ValueError(f"pack {pack.name!r} has no phrase for {attribute} {level!r}; add it to its phrases") from None


def codes(profile: Profile) -> dict[str, float]:
    """An act's codes under the names of the hypotheses."""
    return {COLUMNS[name]: float(code) for name, code in asdict(profile).items()}


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The two cards; then, if one was picked, whether it would really be done."""
    cards = {"first": given.first, "second": given.second}
    options = tuple(
        Option(value=side, text=each.heading, lines=each.lines, codes=codes(each.profile))
        for side, each in cards.items()
    )
    marks = (
        *board(past, given.number),
        Text(text=f"{given.number} / {given.number_of}", style="note"),
        Text(text=given.question, style="strong"),
    )
    chosen = text_of(
        (yield Screen(name="pair", marks=marks, accepts=Choice(options=options, arrange="cards"), decline=True))
    )
    if chosen is None:
        return Outcome(chosen=None, would_do=None)
    would_do = text_of((yield really_screen(given, cards[chosen])))
    return Outcome(chosen=chosen, would_do=would_do)  # type: ignore[arg-type]  # the screens admit no others


def really_screen(given: Given, picked: Card) -> Screen:
    """The second response: would it really be done?"""
    marks = (
        Text(text=given.picked, style="note"),
        Text(text=picked.heading, style="strong"),
        Text(text="\n".join(picked.lines)),
        *heading(given.really),
    )
    values = ("yes", "no", "not_now")
    options = tuple(Option(value=value, text=text) for value, text in zip(values, given.answers, strict=True))
    accepts = Choice(options=options, arrange="row")
    return Screen(name="really", marks=marks, accepts=accepts, decline=True, measures=Measure(construct="would_do"))


task = Task(name="paired_choice", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
