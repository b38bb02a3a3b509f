"""A group chat in which somebody drops a biased remark: is it answered, and how? (P43 of paradigms.md)

The partners follow a script, whatever is written to them; a protocol has to say so, declare it and debrief. After
each turn, the harmless ones too, one can let it pass, answer, object or change the subject, and write. How direct a
reply is, people code later; how long it took is in the table of screens.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import text_of
from runner.screens import Choice, Mark, Measure, Option, Reply, Screen, Text, Words
from runner.tasks import Happened, Occasion, Past, Task
from stimuli.kinds import doc, within
from stimuli.others import ChatLine

Act = Literal["ignore", "reply", "object", "change"]
ACTS: tuple[Act, ...] = ("ignore", "reply", "object", "change")
LINES = 6  # of the talk so far that stand on one screen


def said_so(_: object, __: object, value: bool) -> None:
    """A validator: the partners are never real, and the protocol has to say that it knows."""
    if not value:
        what = "'simulated' must be true, since the partners follow a script, but is false"
        raise ValueError(f"{what}; write true, and declare it under 'deception'")


@frozen(kw_only=True)
class Params:
    chat: str = doc("key of the script in stimuli/<language>/chats")
    simulated: bool = doc("that the partners are a script, which has to be said: true", validator=said_so)
    asked: Literal["options", "words", "both"] = doc("whether one picks what to do, writes, or both", default="both")
    pause: float = doc("seconds until the next line comes", default=3.0, validator=within(0.5, 60))


@frozen(kw_only=True)
class Given:
    talk: str = doc("the phase; turns of one chat look back on one another")
    turn: str = doc("the turn's id")
    remark: bool = doc("whether its last line is the biased remark")
    number: int = doc("place in the chat, from 1")
    lines: tuple[ChatLine, ...] = doc("what is said in it")
    asked: Literal["options", "words", "both"] = doc("whether one picks what to do, writes, or both")
    pause: float = doc("seconds until the next line comes")
    question: str = doc("what is asked about doing")
    options: tuple[str, ...] = doc("what the options read like: ignore, reply, object, change the subject")
    order: tuple[Act, ...] = doc("the options in the order shown, the same all through the chat")
    write: str = doc("what is asked about writing")
    you: str = doc("what the person is called in the talk")


@frozen(kw_only=True)
class Outcome:
    act: Act | None = doc("what was picked; empty when skipped or not asked")
    reply: str | None = doc("what was written; empty when nothing was")
    characters: int = doc("its length")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per turn."""
    word, chat = occasion.materials.word, occasion.materials.chat(params.chat)
    if sum(turn.remark for turn in chat.turns) != 1 or any(not turn.lines for turn in chat.turns):
        raise ValueError(f"{params.chat!r} must have lines in each turn and a remark in one; correct it")
    order = tuple(occasion.random.sample(ACTS, len(ACTS)))
    for number, turn in enumerate(chat.turns, 1):
        yield Given(
            talk=occasion.phase,
            turn=turn.id,
            remark=turn.remark,
            number=number,
            lines=turn.lines,
            asked=params.asked,
            pause=params.pause,
            question=word("chat_question"),
            options=tuple(word(f"chat_{act}") for act in ACTS),
            order=order,
            write=word("chat_write"),
            you=word("chat_you"),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Line after line; then what one does, and what one writes."""
    before = so_far(given, past)
    for shown in range(1, len(given.lines)):
        marks = talk((*before, *given.lines[:shown]))
        yield Screen(name="chat-line", marks=marks, seconds=given.pause)
    marks = talk((*before, *given.lines))
    act = text_of((yield act_screen(given, marks))) if given.asked != "words" else None
    words = None
    if given.asked == "words" or (given.asked == "both" and act not in (None, "ignore")):
        asking = (*marks, Text(text=given.write, style="strong"))
        words = text_of(
            (yield Screen(name="chat-write", marks=asking, accepts=Words(lines=2, limit=300), decline=True))
        )
    written = words.strip() if words else ""
    return Outcome(act=act, reply=written or None, characters=len(written))  # type: ignore[arg-type]  # no others


def so_far(given: Given, past: Past) -> tuple[ChatLine, ...]:
    """What was said before in this chat, the person's own words included."""
    turns = [each for each in past if each.task == task.name and each.given.talk == given.talk]
    return tuple(line for turn in turns for line in (*turn.given.lines, *own_line(turn)))


def own_line(turn: Happened) -> tuple[ChatLine, ...]:
    """What the person wrote in a turn, if anything."""
    return (ChatLine(speaker=turn.given.you, text=turn.outcome.reply),) if turn.outcome.reply else ()


def talk(lines: tuple[ChatLine, ...]) -> tuple[Mark, ...]:
    """The last lines of the talk."""
    return (Text(text="\n\n".join(f"{line.speaker}: {line.text}" for line in lines[-LINES:])),)


def act_screen(given: Given, marks: tuple[Mark, ...]) -> Screen:
    """What does one do?"""
    texts = dict(zip(ACTS, given.options, strict=True))
    options = tuple(Option(value=act, text=texts[act]) for act in given.order)
    return Screen(
        name="chat-act",
        marks=(*marks, Text(text=given.question, style="strong")),
        accepts=Choice(options=options),
        decline=True,
        measures=Measure(construct="chat"),
    )


task = Task(
    name="chat",
    params=Params,
    given=Given,
    outcome=Outcome,
    trials=trials,
    perform=perform,
    deceives="about others",
)
