"""Promises of a group session: who shares a setting is in the same one, and waits where the others wait."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from runner.protocol import Protocol

Broken = Iterator[tuple[tuple[str | int, ...], str]]
TOGETHER = ("gathering", "live_display")  # tasks that need others
WAITING = ("gathering", "end_display")  # tasks at which everyone waits for everyone
SHARED = (*TOGETHER, "end_display", "setting")
RESERVED = ("choices", "display", "pause")  # points that have a meaning of their own


def apart(protocol: Protocol) -> Broken:
    """Everything by which a group session would not be one, each once."""
    used = [(at, phase) for at, phase in enumerate(protocol.phases) if phase.task in TOGETHER]
    if protocol.group is None:
        for at, phase in used:
            what = f"{phase.task!r} is for sessions of several people, but everyone comes alone here"
            yield ("phases", at, "task"), f"{what}; write 'group: {{seats: [2, 8]}}' at the top, or leave the phase out"
        return
    if not any(phase.task == "gathering" for _, phase in used):
        what = "sessions are held in groups, but nothing in them waits for the others"
        yield ("group",), f"{what}; add a phase of 'gathering', or delete this"
    yield from _points(protocol)
    yield from _shared(protocol)
    yield from _met(protocol)


def _points(protocol: Protocol) -> Broken:
    """Each gathering is a moment of its own, and a display comes after one."""
    points: Counter[Any] = Counter()
    for at, phase in enumerate(protocol.phases):
        if phase.task == "gathering":
            for point in sorted({params.point for _, params in phase.variants}):
                points[point] += 1
                if points[point] > 1 or point in RESERVED:
                    what = f"'point' is {point!r}, which another moment of the session is called"
                    yield ("phases", at, "params", "point"), f"{what}; give each gathering a name of its own"
        if phase.task == "live_display" and not points:
            what = "choices are displayed to the others before anybody has waited for them"
            yield ("phases", at, "task"), f"{what}; add a phase of 'gathering' before"


def _shared(protocol: Protocol) -> Broken:
    """What all see is the same for all who are there."""
    own = {name for name, factor in protocol.between.items() if factor.unit == "participant"}
    treatments = {name for name in own if protocol.factors[name].treats}
    for at, phase in enumerate(protocol.phases):
        if phase.task in SHARED and (
            named := sorted(phase.depends_on & (own if phase.task in WAITING else treatments))
        ):
            what = f"people of one group session would be told different things: this depends on {', '.join(named)}"
            yield ("phases", at, "task"), f"{what}; write 'unit: session' in that factor"


def _met(protocol: Protocol) -> Broken:
    """Whoever comes to a gathering meets the others there: all come to it, at the same place of the session."""
    for at, phase in enumerate(protocol.phases):
        if phase.task not in (*WAITING, "live_display"):
            continue
        if phase.shuffled:
            what = "each person has these phases in an order of their own, so people would wait at different ones"
            yield ("phases", at, "shuffled"), f"{what}; leave 'shuffled' out here"
        if phase.reaches != "staying":
            what = "who has stopped isn't waited for any more, and would wait here for the others"
            yield ("phases", at, "reaches"), f"{what}; leave 'reaches' out"
        if phase.unlinkable is not None:
            what = "what is told to the others goes through a database, and this is kept where nothing is told"
            yield ("phases", at, "unlinkable"), f"{what}; leave 'unlinkable' out here"
