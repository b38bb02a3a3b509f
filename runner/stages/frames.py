"""The rhythm of a display: flips in time, when each was seen, and how many came late."""

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any


class Frames:
    """Flips a PsychoPy window at the display's own pace, or at 60 Hz where the display sets none (as Xvfb)."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._swap = window.winHandle.flip
        window.winHandle.flip = self._swapping  # PsychoPy's flip calls this for the exchange of the buffers itself
        self._began = self._swapped = 0.0
        self.paced = False  # do we keep the pace, since the display doesn't?
        self.seen_at_swap = True
        self.period = 1 / 60
        self.last = 0.0  # when the last frame was seen
        self.late = 0

    def measure(self, draw: Callable[[], None], flips: int = 10) -> None:
        """Find out the period of the display, and which part of a flip waits for it; takes `flips` frames."""
        seen, swaps, wholes = [], [], []
        for _ in range(flips):
            draw()
            self._window.flip()
            end = time.perf_counter()
            seen.append(end)
            swaps.append(self._swapped - self._began)
            wholes.append(end - self._began)
        intervals = sorted(b - a for a, b in pairwise(seen[2:]))
        # Two flips closer together than at 250 Hz: nothing waits for a display. A busy machine may delay the others.
        self.paced = intervals[1] < 0.004
        self.period = 1 / 60 if self.paced else median(intervals)
        # Where the exchange itself waits for the display, or nothing does, the picture is there when it returns.
        # PsychoPy's stamp comes later, after the next frame's buffer was cleared and finished.
        self.seen_at_swap = self.paced or median(swaps) > median(wholes) / 2
        self.last = seen[-1]

    def due(self) -> float:
        """When the next frame will be seen if nothing delays it."""
        return self.last + self.period

    def flip(self, draw: Callable[[], None], running: bool = True) -> float:
        """Draw and show one frame; returns when it was seen.

        `running`: frames follow each other without a pause, so one that is more than half a period late counts.
        """
        due = self.due()
        draw()
        if self.paced:
            _wait(due)
        self._window.flip()
        seen = self._swapped if self.seen_at_swap else time.perf_counter()
        on_time = abs(seen - due) <= self.period / 2
        if running and seen > due and not on_time:
            self.late += 1
        # A pace of our own keeps to its beat and does not drift with each flip's delay.
        self.last = due if self.paced and on_time else seen
        return seen

    def _swapping(self) -> None:
        self._began = time.perf_counter()
        self._swap()
        self._swapped = time.perf_counter()


def _wait(until: float) -> None:
    """Sleep up to a moment, exactly: sleep alone comes back 0.1 to 0.4 ms late."""
    left = until - time.perf_counter() - 0.0005
    if left > 0:
        time.sleep(left)
    while time.perf_counter() < until:
        pass
