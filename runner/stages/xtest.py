"""A hand on an X display: key presses and clicks through the server's XTEST extension.

The server treats them as a device's: stamped, delivered to whatever has the focus, seen by every program.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from Xlib import XK, X, display, error
from Xlib.ext import xtest

from runner.errors import MachineError

HOLD = 0.02  # seconds for which a key or button is down
BETWEEN = 0.008  # seconds between two characters: some 60 words in ten seconds

# X's names of PsychoPy's keys, where they differ in more than their case.
_KEYSYMS = {"return": "Return", "space": "space", "backspace": "BackSpace", "escape": "Escape", "tab": "Tab"}
_ARROWS = {"left": "Left", "right": "Right", "up": "Up", "down": "Down", "home": "Home", "end": "End"}


class XHand:
    """Presses and clicks on the display that DISPLAY names; `origin` says where the window's top left corner is."""

    def __init__(self, origin: Callable[[], tuple[int, int]]) -> None:
        self._origin = origin
        try:
            self._display = display.Display()
        except Exception as problem:  # the library raises a handful of unrelated classes
            raise MachineError(f"display: an autopilot can't reach it ({problem}); is DISPLAY right?") from problem
        if not self._display.has_extension("XTEST"):
            raise MachineError("display: this X server takes no made-up input (it has no XTEST extension)")

    def press(self, key: str) -> None:
        """Press and release a key by its PsychoPy name."""
        name = _KEYSYMS.get(key) or _ARROWS.get(key) or (key.upper() if key[1:].isdigit() else key)
        self._stroke(XK.string_to_keysym(name), key)
        time.sleep(HOLD)

    def type(self, text: str) -> None:
        """Type characters, with Shift where the keyboard's layout wants it."""
        for character in text:
            # Keysyms of Latin-1 are its code points; others are Unicode plus a mark (X protocol, appendix A).
            point = ord(character)
            self._stroke(point if point < 0x100 else 0x1000000 | point, character)
            time.sleep(BETWEEN)

    def click(self, x: float, y: float) -> None:
        """Move the pointer there, in pixels from the window's corner, and press its first button."""
        left, top = self._origin()
        self._send(X.MotionNotify, x=left + round(x), y=top + round(y))
        self._send(X.ButtonPress, 1)
        time.sleep(HOLD)
        self._send(X.ButtonRelease, 1)

    def close(self) -> None:
        """Leave the display, if it is still there."""
        with suppress(error.ConnectionClosedError):
            self._display.close()

    def _stroke(self, keysym: int, what: str) -> None:
        places = sorted(self._display.keysym_to_keycodes(keysym), key=lambda place: place[1]) if keysym else []
        place = next(((code, level) for code, level in places if level in (0, 1)), None)
        if place is None:
            raise MachineError(f"keyboard: the layout of this display has no key for {what!r}")
        code, shifted = place
        shift = self._display.keysym_to_keycode(XK.XK_Shift_L)
        if shifted:
            self._send(X.KeyPress, shift)
        self._send(X.KeyPress, code)
        self._send(X.KeyRelease, code)
        if shifted:
            self._send(X.KeyRelease, shift)

    def _send(self, kind: int, detail: int = 0, **where: Any) -> None:
        try:
            xtest.fake_input(self._display, kind, detail, **where)
            self._display.sync()
        except error.ConnectionClosedError as gone:
            raise ConnectionError("the display is gone") from gone
