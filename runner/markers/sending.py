"""From the flip of a screen to the devices, each with a thread of its own: nothing here can hold a frame up."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Literal

from attrs import frozen

from runner.errors import MachineError
from runner.markers.device import Device
from runner.screens import Sent

Wanted = Literal["required", "if_there", "never"]  # as protocols say it; "never": sessions that can't be linked
GONE, SLOW = "gone", "slow"
# Seconds for which the window's thread stands aside. Else it would keep the interpreter for up to 5 ms (CPython's
# switch interval), for painting what comes next, before a device's thread could begin.
_HANDOVER = 0.0003
_GRACE = 2.0  # seconds for which the end of a session waits for a device


@frozen
class _Marker:
    number: int  # of this session, from 1
    code: int
    onset: float  # seconds of the log's clock


class Markers:
    """The devices of one session. A window calls `mark` at a flip, and `sent` when that screen is over."""

    def __init__(
        self, devices: Sequence[Device], *, wanted: Wanted = "if_there", absent: Mapping[str, str] | None = None
    ) -> None:
        self.wanted, self.absent = wanted, dict(absent or {})
        self._lanes = [_Lane(device) for device in devices]
        self._last = _Marker(0, 0, 0.0)

    def mark(self, code: int, onset: float) -> None:
        """Send a code, 1 to 255, of a screen that was seen at `onset`; returns at once, whatever the devices do."""
        self._last = _Marker(self._last.number + 1, code, onset)
        for lane in self._lanes:
            lane.todo.put(self._last)
        if self._lanes:
            time.sleep(_HANDOVER)

    def sent(self) -> tuple[Sent, ...]:
        """What became of the last marker so far."""
        return tuple(lane.became(self._last) for lane in self._lanes)

    def await_last(self, seconds: float) -> tuple[Sent, ...]:
        """The same, when every device has it or the time is over; for tests of devices, never for sessions."""
        until = time.perf_counter() + seconds
        while any(each.error == SLOW for each in self.sent()) and time.perf_counter() < until:
            time.sleep(0.001)
        return self.sent()

    @property
    def lost(self) -> Mapping[str, str]:
        """The devices that stopped working, and how."""
        return {lane.name: lane.fault for lane in self._lanes if lane.fault}

    def check(self) -> None:
        """Refuse to go on without a device where the protocol requires markers; between trials."""
        if self.wanted == "required" and self.lost:
            told = "; ".join(f"{name} ({fault})" for name, fault in self.lost.items())
            raise MachineError(
                f"markers: this study requires them, and a device stopped working: {told}; every answer is on the "
                "disk; mend the device and take the session up again with `vantage resume`"
            )

    def describe(self) -> Mapping[str, Any]:
        """For a log's head."""
        facts: dict[str, Any] = {"wanted": self.wanted, "devices": [dict(lane.facts) for lane in self._lanes]}
        return {**facts, "absent": self.absent} if self.absent else facts

    def close(self) -> None:
        """Send what is waiting and let the devices go; one that hangs is left behind."""
        for lane in self._lanes:
            lane.todo.put(None)
        for lane in self._lanes:
            lane.thread.join(_GRACE)


class _Lane:
    """One device and its thread."""

    def __init__(self, device: Device) -> None:
        self.name, self.facts = device.name, device.describe()
        self.todo: SimpleQueue[_Marker | None] = SimpleQueue()
        self.fault = ""
        self._device = device
        self._done: tuple[int, float] = (0, 0.0)  # the last marker that got there: its number and latency
        self.thread = threading.Thread(target=self._work, name=f"markers-{self.name}", daemon=True)
        self.thread.start()

    def became(self, marker: _Marker) -> Sent:
        number, latency = self._done
        if number == marker.number:
            return Sent(device=self.name, code=marker.code, latency=latency)
        return Sent(device=self.name, code=marker.code, latency=None, error=GONE if self.fault else SLOW)

    def _work(self) -> None:
        try:
            self._send_all()
        except Exception as fault:  # whatever a driver does, the session goes on and says so
            self.fault = str(fault) or type(fault).__name__
        with suppress(Exception):
            self._device.close()

    def _send_all(self) -> None:
        raised = False  # is the last code still on the pins?
        while True:
            try:
                marker = self.todo.get(timeout=self._device.pulse if raised else None)
            except Empty:
                self._device.rest()
                raised = False
                continue
            if raised:  # the next one came sooner than the pulse was over: an edge all the same
                self._device.rest()
                raised = False
            if marker is None:
                return
            self._device.send(marker.code, marker.onset)
            self._done = (marker.number, time.perf_counter() - marker.onset)
            raised = self._device.pulse > 0
