"""Puzzles on which members of the other group are said to be at work, and what one sends them (P26 of paradigms.md).

Half of the partners are said to have asked for help. For each puzzle one sends nothing, a hint (help that leaves the
solving to them) or the full answer (help that makes dependent). All three cost one press; neither kind of help is
called better. The partners are simulated: the protocol must declare it and the debrief must tell.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, heading, text_of
from runner.screens import Choice, Continue, Measure, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within

Sent = Literal["nothing", "hint", "answer"]
ORDERS: tuple[tuple[Sent, ...], ...] = (("nothing", "hint", "answer"), ("answer", "hint", "nothing"))
CODES = {  # what each would be in a choice between acts
    "nothing": {"a_help": 0.0, "a_auton": 0.0},
    "hint": {"a_help": 1.0, "a_auton": 1.0},
    "answer": {"a_help": 1.0, "a_auton": -1.0},
}


@frozen(kw_only=True)
class Params:
    puzzles: str = doc("key of the puzzles in stimuli/<language>/puzzles, each with hint and solution")
    asking: int = doc("for how many of them help is said to be asked for", default=5)
    puzzle_code: int = doc(
        "marker sent when the first puzzle comes on; the next ones count on", default=31, validator=within(1, 255)
    )
    decision_code: int = doc(
        "marker sent when the first decision was made; the next ones count on", default=51, validator=within(1, 255)
    )


@frozen(kw_only=True)
class Given:
    puzzle: str = doc("the puzzle's id")
    number: int = doc("place of the puzzle, from 1")
    number_of: int = doc("how many puzzles there are")
    partner: str = doc("how the partner was called; nobody is there")
    requested: bool = doc("whether the partner was said to ask for help")
    request: str = doc("the line that says whether help was asked for")
    text: str = doc("the puzzle")
    question: str = doc("the question what to send")
    order: tuple[Sent, ...] = doc("the order of the options, the same for all puzzles of a person")
    titles: tuple[str, ...] = doc("the options' names, in that order")
    contents: tuple[str, ...] = doc("what each would send, in that order")
    done: tuple[str, ...] = doc("what is said after each, in that order")
    puzzle_code: int = doc("marker sent when the puzzle came on")
    decision_code: int = doc("marker sent when the decision was made")


@frozen(kw_only=True)
class Outcome:
    sent: Sent | None = doc("what was sent; empty when skipped")
    helped: bool | None = doc("whether anything was sent; empty when skipped")
    dependency: bool | None = doc("whether it was the full answer; empty when skipped")
    unsolicited: bool | None = doc("whether something was sent that nobody asked for; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per puzzle: order, requests and partners drawn."""
    word, random = occasion.materials.word, occasion.random
    puzzles = list(occasion.materials.puzzles(params.puzzles).puzzles)
    if not 0 <= params.asking <= len(puzzles) or not all(each.hint and each.solution for each in puzzles):
        what = f"{params.puzzles!r} must hold at least {params.asking} puzzles, each with hint and solution"
        raise ValueError(f"{what}; add what is missing")
    if max(params.puzzle_code, params.decision_code) + len(puzzles) > 256:
        raise ValueError("the codes of the puzzles and decisions count on beyond 255; begin them lower")
    random.shuffle(puzzles)
    asking = [place < params.asking for place in range(len(puzzles))]
    random.shuffle(asking)
    order = random.choice(ORDERS)
    partners = random.sample(range(11, 100), len(puzzles))
    for place, (each, requested, partner) in enumerate(zip(puzzles, asking, partners, strict=True)):
        contents = {"nothing": word("help_none"), "hint": each.hint, "answer": each.solution}
        yield Given(
            puzzle=each.id,
            number=place + 1,
            number_of=len(puzzles),
            partner=word("help_partner").replace("{}", str(partner)),
            requested=requested,
            request=word("help_asked" if requested else "help_not_asked"),
            text=each.text,
            question=word("help_question"),
            order=order,
            titles=tuple(word(f"help_{sent}") for sent in order),
            contents=tuple(contents[sent] for sent in order),
            done=tuple(word(f"help_{sent}_done") for sent in order),
            puzzle_code=params.puzzle_code + place,
            decision_code=params.decision_code + place,
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The puzzle and what can be sent, then a line that it was done, under the group's badge."""
    return badged(decided(given), badge(past))


def decided(given: Given) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    sent = text_of((yield puzzle_screen(given)))
    if sent is None:
        return Outcome(sent=None, helped=None, dependency=None, unsolicited=None)
    done = next(text for option, text in zip(given.order, given.done, strict=True) if option == sent)
    yield Screen(name="sent", marks=heading("", done), accepts=Continue(), code=given.decision_code)
    helped = sent != "nothing"
    return Outcome(
        sent=sent,  # type: ignore[arg-type]  # the screen admits no other
        helped=helped,
        dependency=sent == "answer",
        unsolicited=helped and not given.requested,
    )


def puzzle_screen(given: Given) -> Screen:
    """Partner, request and puzzle, and the three things that can be done."""
    options = tuple(
        Option(value=sent, text=title, lines=(content,), codes=CODES[sent])
        for sent, title, content in zip(given.order, given.titles, given.contents, strict=True)
    )
    return Screen(
        name="help",
        marks=(
            Text(text=f"{given.partner} · {given.number} / {given.number_of}", style="note"),
            Text(text=given.text, style="strong"),
            Text(text=f"{given.request} {given.question}"),
        ),
        accepts=Choice(options=options, arrange="cards"),
        decline=True,
        code=given.puzzle_code,
        measures=Measure(construct="help"),
    )


task = Task(
    name="help_requests",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about others",
)
