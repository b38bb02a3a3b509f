"""What comes in from a person through a window: keys, pointer, focus and the window's close button, each with its time.

Everything is heard by event and never by looking at a state, so that a tap of 0 ms counts.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

from attrs import evolve, frozen

from runner.stages.keyboard import Stamps, key_name


@frozen(kw_only=True)
class Key:
    """A key went down, or typed again because it is held."""

    name: str  # PsychoPy's; empty when only text came, as from an input method
    text: str = ""
    at: float
    shift: bool = False
    ctrl: bool = False
    repeated: bool = False


@frozen(kw_only=True)
class Pointer:
    """A button or finger went down or up, or moved; in pixels from the top left corner."""

    what: Literal["down", "move", "up"]
    x: float
    y: float
    at: float


@frozen(kw_only=True)
class Closed:
    """The window's close button was pressed."""

    at: float


Input = Key | Pointer | Closed


class Listener:
    """Collects what a pyglet window hears; `key` is the module `pyglet.window.key`."""

    def __init__(self, window: Any, key: Any, stamps: Stamps, *, command: int, focused: bool) -> None:
        self._window = window
        self._key = key
        self._command = command  # the modifier of shortcuts: Ctrl, on a Mac Cmd
        self._inputs: list[Input] = []
        self._put: deque[Input] = deque()
        self._lost_at = None if focused else time.perf_counter()
        self._lost = 0.0
        self.stamps = stamps
        self.uncovered = False  # does the window need to be drawn again?
        self.pointer: tuple[float, float] | None = None
        window.push_handlers(
            on_key_press=self._key_press,
            on_text=self._text,
            on_text_motion=self._motion,
            on_text_motion_select=self._motion,
            on_mouse_press=self._point("down"),
            on_mouse_release=self._point("up"),
            on_mouse_motion=lambda x, y, dx, dy: self._pointed("move", x, y),
            on_mouse_drag=lambda x, y, dx, dy, buttons, modifiers: self._pointed("move", x, y),
            on_mouse_scroll=lambda x, y, dx, dy: True,
            on_activate=self._activate,
            on_deactivate=self._deactivate,
            on_expose=self._expose,
            on_close=self._close,
        )

    def poll(self) -> list[Input]:
        """What has come in since the last poll, in the order in which it happened."""
        self._window.dispatch_events()
        while self._put:
            self._inputs.append(self._put.popleft())
        if not self._inputs:
            return []
        inputs, self._inputs = sorted(self._inputs, key=lambda i: i.at), []
        return inputs

    def put(self, made_up: Input) -> None:
        """Hear something that did not come from a device; any thread may call."""
        self._put.append(made_up)

    def unfocused(self) -> float:
        """For how many seconds in all another window has had the keyboard."""
        return self._lost + (time.perf_counter() - self._lost_at if self._lost_at is not None else 0.0)

    # Handlers return True so that PsychoPy's own, which would collect every key for ever, don't see the event.

    def _key_press(self, symbol: int, modifiers: int) -> bool:
        at, repeated = self.stamps.key()
        if not modifiers & self._key.MOD_ALT:  # Alt and a key is for the desktop
            name = key_name(self._key.symbol_string(symbol))
            shift, ctrl = bool(modifiers & self._key.MOD_SHIFT), bool(modifiers & self._command)
            self._inputs.append(Key(name=name, at=at, shift=shift, ctrl=ctrl, repeated=repeated))
        return True

    def _text(self, text: str) -> bool:
        text = "".join(c for c in text if c.isprintable())  # Return and Tab are keys, not characters
        if not text:
            return True
        last = self._inputs[-1] if self._inputs else None
        if isinstance(last, Key) and not last.text and last.name:
            name = text.lower() if last.name.startswith("user_key") else last.name
            self._inputs[-1] = evolve(last, text=text, name=name)
        else:  # an input method, or a held key where repeats come as text alone
            self._inputs.append(Key(name="", text=text, at=time.perf_counter(), repeated=True))
        return True

    def _motion(self, motion: int) -> bool:
        name = key_name(self._key.symbol_string(motion))
        last = self._inputs[-1] if self._inputs else None
        if not (isinstance(last, Key) and not last.text):  # a held arrow where repeats come as motions alone
            self._inputs.append(Key(name=name, at=time.perf_counter(), repeated=True))
        return True

    def _point(self, what: Literal["down", "up"]) -> Callable[[float, float, int, int], bool]:
        return lambda x, y, button, modifiers: button != 1 or self._pointed(what, x, y)  # 1: left, or a finger

    def _pointed(self, what: Literal["down", "move", "up"], x: float, y: float) -> bool:
        ratio: float = self._window.get_pixel_ratio()
        self.pointer = x * ratio, (self._window.height - 1 - y) * ratio
        self._inputs.append(Pointer(what=what, x=self.pointer[0], y=self.pointer[1], at=self.stamps.pointer()))
        return True

    def _activate(self) -> None:
        if self._lost_at is not None:
            self._lost += time.perf_counter() - self._lost_at
            self._lost_at = None
        self.stamps.forget()

    def _deactivate(self) -> None:
        self._lost_at = time.perf_counter() if self._lost_at is None else self._lost_at
        self.stamps.forget()

    def _expose(self) -> bool:
        self.uncovered = True
        return True

    def _close(self) -> bool:
        self._inputs.append(Closed(at=time.perf_counter()))
        return True
