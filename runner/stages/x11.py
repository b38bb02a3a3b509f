"""What only an X server can say: its own time of an event, and whether key presses can reach a window.

The server stamps a key press when it happens, whatever the program is doing then; its clock is milliseconds of
CLOCK_MONOTONIC, which on Linux is also `time.perf_counter`. That they agree is measured at the start, not believed.
"""

import ctypes
import time
from collections.abc import Callable
from typing import Any

WRAP = 1 << 32  # the server's milliseconds are 32 bits: they start anew after 49.7 days


def seconds(milliseconds: int, now: float) -> float:
    """The moment of a server stamp in seconds of `now`'s clock: the middle of the millisecond that was cut off."""
    now_ms = int(now * 1000)
    distance = (milliseconds - now_ms + WRAP // 2) % WRAP - WRAP // 2
    return (now_ms + distance + 0.5) / 1000


def plausible(milliseconds: int, now: float) -> bool:
    """Whether a stamp can be that of an event which is handled `now`: made-up events carry 0 or anything."""
    return milliseconds != 0 and now - 60 < seconds(milliseconds, now) < now + 0.005


class Server:
    """The X server behind a pyglet window; `xlib` is pyglet's binding of it."""

    def __init__(self, window: Any, xlib: Any) -> None:
        self._x = xlib
        self._window = window
        self._display = window._x_display

    def clock_offset(self, probes: int = 12) -> tuple[float, float]:
        """Between which two values, in seconds, the server's clock is ahead of `time.perf_counter`.

        Each probe changes a property of a window of our own; the server's notice of it carries the server's time,
        cut to milliseconds, and lies between two readings of our clock.
        """
        x, display = self._x, self._display
        probe = x.XCreateSimpleWindow(display, x.XDefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0)
        x.XSelectInput(display, probe, x.PropertyChangeMask)
        atom = x.XInternAtom(display, b"WM_NAME", False)
        low, high = float("-inf"), float("inf")
        event, nothing = x.XEvent(), (ctypes.c_ubyte * 1)()
        for _ in range(probes):
            before = time.perf_counter()
            x.XChangeProperty(display, probe, atom, 31, 8, x.PropModeAppend, nothing, 0)
            x.XWindowEvent(display, probe, x.PropertyChangeMask, ctypes.byref(event))
            after = time.perf_counter()
            at = seconds(event.xproperty.time, after)
            low, high = max(low, at - 0.0005 - after), min(high, at + 0.0005 - before)
        x.XDestroyWindow(display, probe)
        return min(low, high), max(low, high)

    def keyboard_taken(self) -> bool:
        """Whether another program holds the keyboard, so that no press would ever come here."""
        x = self._x
        taken: int = x.XGrabKeyboard(
            self._display, self._window._window, False, x.GrabModeAsync, x.GrabModeAsync, x.CurrentTime
        )
        x.XUngrabKeyboard(self._display, x.CurrentTime)
        x.XSync(self._display, False)
        return taken != 0

    def has_focus(self) -> bool:
        """Whether key presses come to this window now (or to whatever the pointer is over, as without a desktop)."""
        x = self._x
        focus, revert = x.Window(), ctypes.c_int()
        x.XGetInputFocus(self._display, ctypes.byref(focus), ctypes.byref(revert))
        return focus.value in (self._window._window, self._window._view)

    def take_focus(self, wait: float = 1.0) -> bool:
        """Ask for the keyboard, and wait up to `wait` seconds until it is given."""
        until = time.perf_counter() + wait
        while not self.has_focus():
            if time.perf_counter() > until:
                return False
            self._window.activate()
            self._x.XSync(self._display, False)
            time.sleep(0.002)
        return True

    def send_key(self, keycode: int) -> None:
        """Let the server hand this window one press and release, as it would a real one but marked as sent."""
        x, window = self._x, self._window._window
        for kind, mask in ((x.KeyPress, x.KeyPressMask), (x.KeyRelease, x.KeyReleaseMask)):
            event = x.XEvent()
            event.xkey.type = kind
            event.xkey.display = ctypes.cast(self._display, ctypes.POINTER(x.Display))
            event.xkey.window = event.xkey.subwindow = window
            event.xkey.root = x.XDefaultRootWindow(self._display)
            event.xkey.time = int(time.perf_counter() * 1000) % WRAP
            event.xkey.keycode = keycode
            event.xkey.same_screen = True
            x.XSendEvent(self._display, window, False, mask, ctypes.byref(event))
        x.XSync(self._display, False)

    def tell_repeats(self) -> None:
        """Let a held key come as presses without releases: pyglet asks for that on its first connection only."""
        supported = ctypes.c_int()
        ask = self._x._lib.XkbSetDetectableAutoRepeat
        ask.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
        ask(self._display, True, ctypes.byref(supported))

    def watch(self, before: Callable[[Any, int], None]) -> None:
        """Call `before(event, type)` ahead of pyglet's own handling of every key and pointer event."""
        x = self._x
        kinds = (x.KeyPress, x.KeyRelease, x.ButtonPress, x.ButtonRelease, x.MotionNotify)
        for handlers in (self._window._event_handlers, self._window._view_event_handlers):
            for kind in kinds:
                if kind in handlers:
                    handlers[kind] = _ahead(before, kind, handlers[kind])


class ServerStamps:
    """When the server says that the last event happened, and whether it was a key that had never been let go."""

    name = "X server"

    def __init__(self, server: Server, window: Any, xlib: Any) -> None:
        self.server = server
        self._x = xlib
        self._window = window
        self._held: set[int] = set()
        self._at = 0.0
        self._repeated = False
        server.watch(self._see)

    def key(self) -> tuple[float, bool]:
        return self._at, self._repeated

    def pointer(self) -> float:
        return self._at

    def forget(self) -> None:
        """Another window has the keyboard: what is let go there is not seen here."""
        self._held.clear()

    def _see(self, event: Any, kind: int) -> None:
        now = time.perf_counter()
        at = event.xkey.time  # key, button and motion events have their time at the same place
        self._at = seconds(at, now) if plausible(at, now) else now
        if kind == self._x.KeyPress:
            self._repeated = event.xkey.keycode in self._held
            self._held.add(event.xkey.keycode)
            # pyglet tells repeats by symbol, and takes a key that was let go with another Shift for still held.
            self._window.pressed_keys.clear()
        elif kind == self._x.KeyRelease:
            self._held.discard(event.xkey.keycode)


def _ahead(before: Callable[[Any, int], None], kind: int, own: Callable[[Any], None]) -> Callable[[Any], None]:
    def both(event: Any) -> None:
        before(event, kind)
        own(event)

    return both
