"""Keys: what PsychoPy calls them, and when they went down, as exactly as this machine can say.

On X11 the server's stamps are used (`runner.stages.x11`). Elsewhere psychtoolbox notes each press in a thread of its
own, and the presses that the window hears are matched with those notes in order. The window always decides which
key it was: it knows the keyboard's layout and whether the keyboard is ours.
"""

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

# The keypad without NumLock, as PsychoPy with it: the same key then has the same name.
_KEYPAD = {
    "num_insert": "num_0",
    "num_end": "num_1",
    "num_down": "num_2",
    "num_page_down": "num_3",
    "num_next": "num_3",
    "num_left": "num_4",
    "num_begin": "num_5",
    "num_right": "num_6",
    "num_home": "num_7",
    "num_up": "num_8",
    "num_page_up": "num_9",
    "num_prior": "num_9",
}


def key_name(symbol: str) -> str:
    """PsychoPy's name of a key, from pyglet's: "_1" is "1", "SPACE" is "space", "ENTER" is "return"."""
    name = symbol.lower().lstrip("_")
    return {"enter": "return", **_KEYPAD}.get(name, name)


class Stamps(Protocol):
    """Tells when the event happened that the window is handling now, in seconds of `time.perf_counter`."""

    name: str

    def key(self) -> tuple[float, bool]:
        """When the key went down, and whether this is only its repetition because it is held."""
        ...

    def pointer(self) -> float: ...

    def forget(self) -> None:
        """Another window had the keyboard meanwhile."""
        ...


class PollStamps:
    """The moment at which the window looked: all that is left where nothing stamps presses as they happen."""

    name = "poll"

    def key(self) -> tuple[float, bool]:
        return time.perf_counter(), False

    def pointer(self) -> float:
        return time.perf_counter()

    def forget(self) -> None:
        pass


class QueueStamps(PollStamps):
    """Press times from psychtoolbox; `hid` is its module of input devices, `now` reads the clock that it uses."""

    name = "psychtoolbox"
    fresh = 0.25  # seconds: a press that waited longer was not for this window

    def __init__(self, hid: Any, now: Callable[[], float]) -> None:
        self._now = now
        self._windows = sys.platform == "win32"  # there one queue is for all keyboards, elsewhere each has its own
        keyboards = [None] if self._windows else hid.get_keyboard_indices()[0]
        if not keyboards:
            raise RuntimeError("psychtoolbox sees no keyboard")
        self._queues = [hid.Keyboard(keyboard) for keyboard in keyboards]
        for queue in self._queues:
            queue.queue_start()
        self._presses: deque[float] = deque()

    def key(self) -> tuple[float, bool]:
        self._drain()
        now = time.perf_counter()
        while self._presses:
            at = self._presses.popleft()
            if now - self.fresh < at <= now:
                return at, False
        return now, False

    def forget(self) -> None:
        self._drain()
        self._presses.clear()

    def _drain(self) -> None:
        # The two clocks are read together each time: psychtoolbox's may be stepped with the wall clock.
        ahead = self._now() - time.perf_counter()
        found = []
        for queue in self._queues:
            while queue.flush(0 if self._windows else 1):
                event, _ = queue.queue_get_event()
                if event["Pressed"]:
                    found.append(event["Time"] - ahead)
        self._presses.extend(sorted(found))
