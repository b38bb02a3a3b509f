"""Is what a study promises to keep apart really apart? (paradigms.md, E4; traps 25 and 27)

The part apart is one stretch of a session. Nothing in it may leave a trace outside: no time, no marker, nobody's own
words, no way out that an answer decides, nothing on which a later page looks back; and nothing may be asked on both
sides, since the answers would tie the two together.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from attrs import fields

from runner.checks.confounds import Cell
from runner.checks.onpaper import Rehearsals, Watched
from runner.checks.order import measures, measuring
from runner.company import board_of
from runner.protocol import Phase, Protocol
from runner.screens import TOKEN, Continue, Others, Screen, Text, Words
from runner.tasks import Happened, Task

Broken = Iterator[tuple[tuple[str | int, ...], str]]
Seen = Sequence[tuple[str, Screen]]  # phase, screen
_TOLD = TOKEN, "{payout", "{seat"


def broken(protocol: Protocol, tasks: Mapping[str, Task]) -> Broken:
    """What can be known without materials."""
    for at, phase in enumerate(protocol.phases):
        if phase.unlinkable is None:
            continue
        if phase.reaches != "staying":
            what = "who stops is led out of the part apart, so nobody who left gets to a phase in it"
            yield ("phases", at, "reaches"), f"{what}; delete 'reaches', or 'unlinkable'"
        if phase.code:
            what = "a marker would tell at which time this was answered"
            yield ("phases", at, "code"), f"{what}; delete it, or 'unlinkable'"
        if why := _unfit(tasks[phase.task]):
            yield ("phases", at, "task"), f"the task {phase.task!r} {why}; move it out of the part apart"
    yield from _together(protocol)
    yield from _stretches(protocol, tasks)
    yield from _promised(protocol)
    yield from _keys(protocol)


def _unfit(task: Task) -> str:
    """Why a task can't be in a part apart; empty if it can."""
    if task.timed:
        return "measures times, and no time is kept of a part apart"
    if task.consents:
        return "asks for consent, which is given under a code"
    if task.leaves is not fields(Task).leaves.default:
        return "ends the session by what is answered, which would then be known"
    if task.settles or task.withdraws is not fields(Task).withdraws.default:
        return "decides about the data, which is done when the session is over"
    return ""


def _together(protocol: Protocol) -> Broken:
    """Phases that change places, or are repeated together, are all apart or none is."""
    for key in ("shuffled", "each"):
        for at, phase in enumerate(protocol.phases[1:], 1):
            before, mark = protocol.phases[at - 1], getattr(phase, key)
            if mark and mark == getattr(before, key) and phase.unlinkable != before.unlinkable:
                what = f"phases in a row with the same {key!r} are all in the part apart, or none is"
                yield ("phases", at), f"{what}; give them the same 'unlinkable'"


def _stretches(protocol: Protocol, tasks: Mapping[str, Task]) -> Broken:
    """In every session, one stretch behind the consent."""
    told = set()
    for cell in protocol.cells():
        here = [(at, phase) for at, phase in enumerate(protocol.phases) if _applies(protocol, phase, cell)]
        places = [place for place, (_, phase) in enumerate(here) if phase.apart(cell)]
        gaps = [place for place in places[1:] if place - 1 not in places]
        for place in gaps:
            between = here[place - 1][1].name
            told.add((here[place][0], f"the part apart is one stretch, but {between!r} comes in between"))
        asked = [place for place, (_, phase) in enumerate(here) if tasks[phase.task].consents]
        if places and asked and asked[0] > places[0]:
            told.add((here[places[0]][0], "the part apart comes before the consent"))
    for at, what in sorted(told):
        yield ("phases", at), f"{what}; move one of them"


def _promised(protocol: Protocol) -> Broken:
    """What consent says of everybody's choices is so in every session."""
    cells = protocol.cells()
    apart = [protocol.is_apart(cell) for cell in cells]
    if protocol.identity == "unlinkable" and protocol.apart and not all(apart):
        where = ", ".join(f"{f}={level}" for f, level in cells[apart.index(False)].items())
        what = f"consent promises that choices can't be traced, but none are kept apart where {where}"
        yield ("identity",), f"{what}; write 'coded' or 'shown', which tells of both"
    if protocol.identity != "unlinkable" and protocol.apart and all(apart):
        what = f"the choices of all sessions are kept apart, but consent says {protocol.identity!r}"
        yield ("identity",), f"{what}; write 'identity: unlinkable'"


def _keys(protocol: Protocol) -> Broken:
    """Who is told that a part can be taken back until a day is given the key that finds it."""
    if not protocol.apart or protocol.deadline is None:
        return
    for cell in filter(protocol.is_apart, protocol.cells()):
        if not any(p.task == "token" and not p.apart(cell) and _applies(protocol, p, cell) for p in protocol.phases):
            what = "a part apart can be found by the participant's own key only, and not everybody is given one"
            yield ("withdraw_until",), f"{what}; add a phase of 'token' behind it, or delete 'withdraw_until'"
            return


def _applies(protocol: Protocol, phase: Phase, cell: Cell) -> bool:
    levels = protocol.factors[phase.each].levels if phase.each in protocol.factors else ("",)
    return any(phase.applies({**cell, phase.each: level} if phase.each else cell) for level in levels)


# ---------------------------------------------------------------- on paper


def revealing(screen: Screen) -> str:
    """What on a screen of a part apart would lead out of it; empty if nothing does."""
    if isinstance(screen.accepts, Words):
        return "asks for words, and somebody may be known by how they write"
    if screen.code:
        return "sends a marker, which would tell at which time it was answered"
    if isinstance(screen.accepts, Others) or board_of(screen):
        return "shows choices to others"
    if any(told in mark.text for mark in screen.marks if isinstance(mark, Text) for told in _TOLD):
        return "tells what is kept elsewhere"
    return ""


def looks_across(
    task: Task, given: Any, own: Sequence[Happened], whole: Sequence[Happened], rehearsals: Rehearsals
) -> bool:
    """Would a trial be another one if it knew of those on the other side, too? `own` are those on its side."""
    one, other = (rehearsals.trial(task, given, Watched(past)) for past in (own, whole))
    return bool(one.screens != other.screens or one.outcome != other.outcome)


def on_both_sides(seen: Seen, apart: Collection[str]) -> Iterator[tuple[str, str]]:
    """Phases apart that ask what is asked outside, too, and what that is."""
    outside = {what for phase, screen in seen if phase not in apart for what in _asked(screen)}
    for phase, screen in dict.fromkeys(seen):
        if phase in apart and (both := outside.intersection(_asked(screen))):
            yield phase, min(both)


def _asked(screen: Screen) -> Iterator[str]:
    """What a screen asks, in words that are the same wherever it is asked."""
    if screen.measures:
        yield screen.measures.construct
    elif measures(screen):
        yield "choices between acts"
    elif screen.accepts is not None and not isinstance(screen.accepts, Continue):
        yield " ".join(mark.text for mark in screen.marks if isinstance(mark, Text))


def left_outside(protocol: Protocol, seen: Seen, apart: Collection[str], tasks: Mapping[str, Task]) -> list[str]:
    """Phases that measure something outside although the study promises that what is chosen can't be traced."""
    found = measuring(seen) - set(apart)
    return [phase.name for phase in protocol.phases if phase.name in found and not _unfit(tasks[phase.task])]
