"""The others of a group session, as one participant's session sees them: who is there, and what they said.

Nothing here waits: what has arrived is looked at between two frames, and what is said goes out by itself. Seats are
numbered from 1; the names that participants picked live here for as long as the group does, and in no log.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Protocol

from attrs import evolve, frozen

from runner.screens import (
    ALIAS,
    Answer,
    Badge,
    Board,
    Choice,
    Heard,
    Mark,
    Others,
    Screen,
    Slider,
    Text,
    name_of,
    written,
)

_SEAT = re.compile(r"\{seat (\d+)(?: ([^}]*))?\}")
_OTHER = re.compile(r"\{other (.*)\|(.*)\}")  # as `screens.OTHER`


@frozen(kw_only=True)
class Said:
    """What somebody said at a point of the session."""

    point: str
    seat: int
    says: str
    key: str = ""  # of the screen that it was said on: no two things said are equal


def at_once() -> None:
    """Nothing has to happen before something is said."""


class Company(Protocol):
    """What a session sees of its group."""

    seat: int  # this participant's own

    def names(self) -> Mapping[int, str]:
        """What each seat that has told an alias is called by everyone; 0 is one's own."""
        ...

    def say(self, point: str, says: str, *, key: str, name: str = "", once: Callable[[], object] = at_once) -> None:
        """Tell the others; in the background, after `once` has returned. The same `key` is told once only."""
        ...

    def heard(self, point: str) -> tuple[Said, ...]:
        """What the others said at a point so far, about in its order; one's own is not among it.

        What a withdrawal took back is not among it any more.
        """
        ...

    def complete(self, point: str) -> bool:
        """Has everyone who is still there said something at this point?"""
        ...

    @property
    def paused(self) -> bool:
        """Did whoever looks after the session ask for a pause?"""
        ...

    def close(self, how: str) -> None:
        """This participant is no longer waited for: "done", or "left"."""
        ...


class Alone:
    """Nobody else: what pilots, simulations and sessions of one person have."""

    seat = 1
    paused = False

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def names(self) -> Mapping[int, str]:
        return self._names

    def say(self, point: str, says: str, *, key: str, name: str = "", once: Callable[[], object] = at_once) -> None:
        if name:
            self._names[0] = self._names[self.seat] = name

    def heard(self, point: str) -> tuple[Said, ...]:
        return ()

    def complete(self, point: str) -> bool:
        return True

    def close(self, how: str) -> None:
        pass


# ---------------------------------------------------------------- names, which no screen and no log holds


def filled(text: str, names: Mapping[int, str], nobody: str) -> str:
    """A text with its seats' names; `nobody` (with {} for the number) stands for one that told none.

    One's own is the alias as it was picked until it is told.

    >>> filled("{seat 2} and {seat 3}, {seat 0 Kai}", {2: "Iris"}, "place {}")
    'Iris and place 3, Kai'
    """
    if "{seat " not in text:
        return text
    return _SEAT.sub(lambda found: names.get(int(found[1])) or found[2] or nobody.replace("{}", found[1]), text)


def distinct(alias: str, taken: Container[str]) -> str:
    """The alias, with a number if others are called so already.

    >>> distinct("Iris", {"Kai"}), distinct("Iris", {"Iris", "Iris 2"})
    ('Iris', 'Iris 3')
    """
    names = (alias, *(f"{alias} {number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def named(screen: Screen, names: Mapping[int, str], nobody: str) -> Screen:
    """The screen as it is drawn, aliases filled in; the same object where there are none."""
    marks = tuple(_named(mark, names, nobody) for mark in screen.marks)
    return screen if marks == screen.marks else evolve(screen, marks=marks)


def _named(mark: Mark, names: Mapping[int, str], nobody: str) -> Mark:
    if isinstance(mark, Text | Badge) and "{seat " in mark.text:
        return evolve(mark, text=filled(mark.text, names, nobody))
    return mark


def called(screen: Screen, alias: str) -> Screen:
    """The screen as its participant sees it, who is called so; the same object where nobody is called anything."""
    marks = tuple(_called(mark, alias) for mark in screen.marks)
    accepts = screen.accepts
    if isinstance(accepts, Others) and ALIAS in accepts.name:
        accepts = evolve(accepts, name=accepts.name.replace(ALIAS, alias))
    elif marks == screen.marks:
        return screen
    return evolve(screen, marks=marks, accepts=accepts)


def _called(mark: Mark, alias: str) -> Mark:
    if isinstance(mark, Text | Badge) and ALIAS in mark.text:
        return evolve(mark, text=mark.text.replace(ALIAS, alias))
    if isinstance(mark, Board) and any(_OTHER.fullmatch(name) for _, name, _ in mark.script):
        return evolve(mark, script=tuple((after, _other(name, alias), says) for after, name, says in mark.script))
    return mark


def _other(name: str, alias: str) -> str:
    """Nobody in a script is called what the participant is called.

    >>> _other("{other Iris|Kai}", "Iris"), _other("{other Iris|Kai}", "Uma")
    ('Kai', 'Iris')
    """
    found = _OTHER.fullmatch(name)
    return name if found is None else found[2] if found[1] == alias else found[1]


# ---------------------------------------------------------------- what is told, and what is on a board


def board_of(screen: Screen) -> Board | None:
    """The screen's board, if it has one that is more than an empty place."""
    return next((mark for mark in screen.marks if isinstance(mark, Board) and mark.point), None)


def told(screen: Screen, answer: Answer | None) -> str:
    """An answer as the others read it: an option's words, or a number with its unit; nothing else is ever told."""
    match screen.accepts:
        case Choice(options=options):
            return next((option.text for option in options if option.value == answer), "")
        case Slider() as slider if isinstance(answer, int | float):
            number = written(answer, slider.decimals, ".")
            return slider.unit.replace("{}", number) if slider.unit else number
    return ""


def lines_of(heard: Iterable[Heard], board: Board, names: Mapping[int, str], nobody: str) -> tuple[str, ...]:
    """A board's lines, the newest last, no more than there is room for."""
    scripted = (name for _, name, _ in sorted(board.script))  # in the order in which they come
    found = []
    for each in heard:
        who = next(scripted, "") if each.seat == 0 else filled(name_of(each.seat), names, nobody)
        found.append(f"{who}: {each.says}")
    return tuple(found[-board.rows :])


def examples(screen: Screen, nobody: str) -> tuple[str, ...]:
    """What a picture of the screen shows on its board: the script's lines, or where others' lines will be."""
    board = board_of(screen)
    if board is None:
        return ()
    lines = [f"{name}: {says}" for _, name, says in board.script]
    return tuple(lines or [f"{nobody.replace('{}', str(seat))}: ..." for seat in (2, 3)])[-board.rows :]
