"""A session performed on paper, one for each cell: what can be seen, and what it asks of a reader."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from runner.checks.confounds import Cell
from runner.checks.wording import Load, load
from runner.protocol import Protocol
from runner.rehearsal import foresee, possible
from runner.screens import Choice, Reply, Screen
from runner.tasks import Happened, Past, Task

MOST_SCREENS = 300  # of one trial, on one way through it


@frozen(kw_only=True)
class Rehearsed:
    """A trial on paper: all screens that it can show, what its shortest way asks of a reader, and an outcome."""

    screens: tuple[Screen, ...]
    load: Load
    outcome: Any


class Watched(tuple[Happened, ...]):
    """The trials so far, which note whether anybody looked at them."""

    looked_at = False

    def __iter__(self) -> Iterator[Happened]:
        self.looked_at = True
        return super().__iter__()

    def __len__(self) -> int:
        self.looked_at = True
        return super().__len__()

    def __getitem__(self, at: Any) -> Any:
        self.looked_at = True
        return super().__getitem__(at)


class Rehearsals:
    """Trials on paper, the same trial once, unless it looks back on other trials."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._known: dict[tuple[str, Any], Rehearsed] = {}

    def trial(self, task: Task, given: Any, past: Watched) -> Rehearsed:
        """One trial after others."""
        try:
            known = self._known.get((task.name, given))
        except TypeError:  # something in it can't be hashed
            return rehearsed(task, given, past, self.language)
        if known is None:
            known = rehearsed(task, given, past, self.language)
            if not past.looked_at:
                self._known[task.name, given] = known
        return known


def rehearsed(task: Task, given: Any, past: Past, language: str = "en") -> Rehearsed:
    """A trial on paper. Its load is that of the way with the fewest screens, on which nothing is told again."""
    ordinary, outcome = performed(task, given, past, ())
    best = ordinary
    for at, screen in enumerate(ordinary):
        usual = tuple(possible(before)[0] for before in ordinary[:at])
        for other in possible(screen)[1:] if isinstance(screen.accepts, Choice) else ():
            if other.status == "answered":
                way, end = performed(task, given, past, (*usual, other))
                if len(way) < len(best):
                    best, outcome = way, end
    total = sum((load(screen, language) for screen in best), Load())
    return Rehearsed(screens=foresee(task, given, past), load=total, outcome=outcome)


def performed(task: Task, given: Any, past: Past, replies: tuple[Reply, ...]) -> tuple[list[Screen], Any]:
    """The screens and the outcome of a trial with these replies, and ordinary ones after them."""
    seen: list[Screen] = []
    performance = task.perform(given, past)
    try:
        seen.append(next(performance))
        while len(seen) < MOST_SCREENS:
            reply = replies[len(seen) - 1] if len(seen) <= len(replies) else possible(seen[-1])[0]
            seen.append(performance.send(reply))
    except StopIteration as end:
        return seen, end.value
    finally:
        performance.close()
    raise ValueError(f"a trial showed {MOST_SCREENS} screens without coming to an end")


def cells(protocol: Protocol) -> Iterator[tuple[Cell, bool]]:
    """Every treatment cell, to be compared, and once every further level of the other factors, not to be."""
    others = {name: factor.levels for name, factor in protocol.drawn.items() if not factor.treats}
    waves: list[Cell] = [{protocol.wave: wave} for wave in protocol.waves] or [{}]
    treatments = [{**cell, **wave} for cell in protocol.cells("treatment") for wave in waves]
    for cell in treatments:
        yield {**cell, **{name: levels[0] for name, levels in others.items()}}, True
    for place in range(1, max([1, *map(len, others.values())])):
        yield {**treatments[0], **{name: levels[place % len(levels)] for name, levels in others.items()}}, False
