"""What answering a screen is made of: how far it has come, the events that move it on, and its end.

All times are seconds of the stage's clock.
"""

from typing import Literal

from attrs import field, frozen

from runner.screens import Answer, Status


@frozen(kw_only=True, cache_hash=True)
class View:
    """How far answering has come, as far as it can be seen: equal views of one screen look the same.

    `begin` makes it before the flip that shows the screen; `shown` then sets the onset.
    """

    answer: Answer | None = None  # so far; a words box keeps its own in `text`
    text: str = ""  # what is in a words box
    caret: int = 0  # where the next character goes, 0 to len(text)
    focus: str = ""  # target that the keyboard is on; empty until the keyboard is used to move about
    hover: str = ""  # target below the pointer
    pressed: str = ""  # target that is being held down
    open: bool = True  # has the time come at which the screen may be left?
    asked: Literal["", "choose", "short"] = ""  # "an answer first, please"; "is that all?"
    board: tuple[str, ...] = ()  # what stands on a board, the newest last
    onset: float = field(default=float("-inf"), eq=False)
    open_at: float = field(default=float("-inf"), eq=False)  # when `open` becomes true, given a `Tick`
    pressed_at: float = field(default=float("-inf"), eq=False)  # when `pressed` went down
    changes: tuple[tuple[float, Answer], ...] = field(default=(), eq=False)  # for Reply.changes


@frozen(kw_only=True)
class Ending:
    """How the screen ended; `at` is the time of the event that ended it. The changes are in the view."""

    status: Status
    answer: Answer | None = None
    at: float


# ---------------------------------------------------------------- events


@frozen(kw_only=True)
class KeyDown:
    """A key went down. `key` is PsychoPy's name ("1", "num_1", "return" ...), `text` what it types, if anything."""

    key: str
    text: str = ""
    at: float
    shift: bool = False
    ctrl: bool = False  # Ctrl, or Cmd on a Mac, without Alt (AltGr counts as both on Windows and types characters)
    caret: int | None = None  # up and down in a words box: `Layout.beside(view.caret, -1 or +1)`
    mirrored: bool = False  # does the page run from right to left, so that the left arrow goes on?


@frozen(kw_only=True)
class Hit:
    """What lies at a point of the screen (`Layout.hit` makes it)."""

    target: str = ""  # empty: nothing
    share: float = 0.0  # how far along the target from where it begins, 0 to 1; a held target's even when outside
    caret: int | None = None  # in a words box: the place in the text


@frozen(kw_only=True)
class PointerDown:
    """A mouse button or a finger went down. It acts at once: a tap needs no motion and no release."""

    hit: Hit
    at: float


@frozen(kw_only=True)
class PointerMove:
    """The pointer moved; `hit` is asked with `held=view.pressed`, so that a drag goes on outside its target."""

    hit: Hit
    at: float


@frozen(kw_only=True)
class PointerUp:
    """The button or finger went up, anywhere."""

    at: float


@frozen(kw_only=True)
class Tick:
    """Time passed; needed once at or after `view.open_at` when `view.open` is false. More do no harm."""

    at: float


@frozen(kw_only=True)
class Arrived:
    """Others of a group session said something, or everyone who was waited for is there."""

    lines: tuple[str, ...] = ()  # of a board
    everyone: bool
    at: float


Event = KeyDown | PointerDown | PointerMove | PointerUp | Tick | Arrived
Step = tuple[View, Ending | None]
