"""Promises of a group session: who shares a setting is in the same one, and waits where the others wait."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from runner.protocol import Phase, Protocol

Broken = Iterator[tuple[tuple[str | int, ...], str]]
TOGETHER = ("gathering", "live_display")  # tasks that need others, but for an empty board
DISPLAYS = ("end_display", "live_display")  # tasks that show choices to others, likewise
BOARDS = ("live_display", "simulated_feed")  # tasks that put a board on the pages with choices
CHOICES = ("paired_choice",)  # tasks with such pages
WAITING = ("gathering", "end_display")  # tasks at which everyone waits for everyone
SHARED = (*TOGETHER, "end_display", "setting")
RESERVED = ("choices", "display", "pause")  # points that have a meaning of their own


def displays(task: str, params: Any) -> bool:
    """Does a phase show choices to others? An empty board shows none."""
    return task in DISPLAYS and getattr(params, "board", "") != "empty"


def apart(protocol: Protocol) -> Broken:
    """Everything by which a group session would not be one, each once."""
    yield from _alike(protocol)
    used = [(at, phase) for at, phase in enumerate(protocol.phases) if phase.task in TOGETHER and not _empty(phase)]
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
        if phase.task == "live_display" and not points and not _empty(phase):
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
        if phase.task not in (*WAITING, "live_display") or _empty(phase):
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


def _alike(protocol: Protocol) -> Broken:
    """What is chosen from looks alike in all cells: where others have a board, its place is kept free."""
    found: dict[tuple[int, str], None] = {}
    for cell in protocol.cells():
        rows: dict[bool, int] = {}  # of the board's place, apart and elsewhere: neither part knows of the other
        for at, phase in enumerate(protocol.phases):
            if phase.each or not phase.applies(cell):
                continue
            if phase.task in BOARDS:
                rows[phase.apart(cell)] = phase.params(cell).rows
            if phase.task in CHOICES:
                found[at, str(rows.get(phase.apart(cell), 0))] = None
    for at in sorted({at for at, _ in found}):
        if len({rows for place, rows in found if place == at}) > 1:
            what = "what is chosen from stands lower, and may be smaller, in those cells that have a board"
            advice = "add 'live_display' with 'board: empty' and as many 'rows' before it in the others"
            yield ("phases", at, "task"), f"{what}; {advice}"


def _empty(phase: Phase) -> bool:
    return phase.task == "live_display" and not any(displays(phase.task, params) for _, params in phase.variants)
