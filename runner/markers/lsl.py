"""Markers as a stream of the Lab Streaming Layer, which recorders such as LabRecorder put beside other streams.

Each sample bears the time of the onset on LSL's own clock, so that how soon it is sent makes no difference to a
recording. (Kothe et al., 2025, Imaging Neuroscience.)
"""

import platform
import time
from collections.abc import Callable, Mapping
from typing import Any

LOOKS = 200  # at both clocks; the closest pair tells how far apart they are


class Lsl:
    """A stream of the type "Markers", one channel of int32, irregular."""

    name = "lsl"
    pulse = 0.0

    def __init__(self, stream: str) -> None:
        import pylsl

        source = f"vantage {platform.node()} {stream}"  # the same next time: recorders find a lost stream again by it
        info = pylsl.StreamInfo(stream, "Markers", 1, pylsl.IRREGULAR_RATE, pylsl.cf_int32, source)
        self._outlet = pylsl.StreamOutlet(info)
        self._stream = stream
        self._ahead, self._unsure = offset(pylsl.local_clock)

    def send(self, code: int, onset: float) -> None:
        self._outlet.push_sample([code], onset + self._ahead)

    def rest(self) -> None:
        pass

    def describe(self) -> Mapping[str, Any]:
        clock = {"lsl_clock_ahead_s": self._ahead, "known_within_s": self._unsure}
        return {"kind": self.name, "stream": self._stream, **clock}

    def close(self) -> None:
        del self._outlet  # which ends the stream


def offset(clock: Callable[[], float]) -> tuple[float, float]:
    """By how many seconds a clock is ahead of the log's, and how far from the truth that can be."""
    best = (0.0, float("inf"))
    for _ in range(LOOKS):
        before, there, after = time.perf_counter(), clock(), time.perf_counter()
        if after - before < 2 * best[1]:
            best = (there - (before + after) / 2, (after - before) / 2)
    return best
