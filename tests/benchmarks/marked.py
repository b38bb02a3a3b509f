"""Sessions of many short screens, each with a code, in a real window; and who receives the codes, in other processes.

Shared by the tests of markers and by `devices.py`. As a script it is a receiver: `marked.py lsl NAME N` or
`marked.py serial FD N`, which says "ready", and at the end, as JSON, [time, code, arrival] of each marker.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from attrs import frozen

from runner import sessions
from runner.log import FileLog, Log
from runner.markers.opening import open_markers
from runner.markers.sending import Markers
from runner.markers.settings import Settings
from runner.plans import SessionPlan, Trial
from runner.protocol import Protocol
from runner.records import Record, ScreenReplied, history
from runner.screens import Screen, Shape
from runner.stages.drawing.layout import INTERFACE_KEYS
from runner.stages.window import Window, open_window
from runner.tasks import Past, Performance, Task

PATIENCE = 120.0  # seconds after which a marker that was awaited is taken for lost
PROTOCOL = Protocol(
    study="marked", title={"en": "Squares"}, minutes=1, languages=("en",), identity="coded", pack="none", phases=()
)

# ---------------------------------------------------------------- the session


@frozen(kw_only=True)
class Nothing:
    """No parameters, and nothing that comes of it."""


@frozen(kw_only=True)
class Given:
    first: int
    n: int


def code_of(number: int) -> int:
    """Every code there is, in turn."""
    return 1 + number % 255


def _flashes(given: Given, past: Past) -> Performance:
    for number in range(given.first, given.first + given.n):
        square = Shape(form="rectangle", size=(0.1 + 0.3 * (number % 2), 0.2))
        yield Screen(name="flash", marks=(square,), seconds=1 / 60, stop=False, code=code_of(number))
    return Nothing()


FLASHES = Task(
    name="flashes", params=Nothing, given=Given, outcome=Nothing, trials=lambda *_: (), perform=_flashes, timed=True
)
TASKS = {"flashes": FLASHES}


def plan(markers: int, each: int = 100) -> SessionPlan:
    """A session of so many markers, `each` a trial, one every frame."""
    given = [Given(first=first, n=min(each, markers - first)) for first in range(0, markers, each)]
    trials = tuple(Trial(id=f"t{n}", phase="flashes", task="flashes", given=g) for n, g in enumerate(given))
    return SessionPlan(
        study="marked",
        participant="P1",
        language="en",
        seed="marked",
        slot=0,
        assigned={},
        trials=trials,
        interface=INTERFACE_KEYS,
    )


@contextmanager
def window() -> Iterator[Window]:
    """A small real window."""
    opened = open_window(INTERFACE_KEYS, fullscreen=False, size=(320, 240))
    try:
        yield opened
    finally:
        opened.close()


def perform(
    stage: Window,
    path: Path,
    planned: SessionPlan,
    settings: Settings,
    wanted: Any = "if_there",
    opened: Callable[[], None] = lambda: None,
) -> Markers:
    """Begin the session, or go on with it if its log is there; gives the markers, whose devices were let go.

    `opened` is called as soon as the devices are there.
    """
    markers = open_markers(settings, wanted, path)
    opened()
    stage.markers = markers
    log: Log
    if path.exists():
        log, _ = sessions.reopen(path)
        sessions.note_resumed(log, stage)
    else:
        log = FileLog.create(path, sessions.head(PROTOCOL, planned, stage, session="5e55", store="pilot"))
    try:
        sessions.perform(planned, TASKS, stage, log, between=markers.check)
        log.close()
    finally:
        log.abandon()
        markers.close()
    return markers


def replies(records: Sequence[Record]) -> list[ScreenReplied]:
    return [record for record in history(records) if isinstance(record, ScreenReplied)]


# ---------------------------------------------------------------- who receives


class Receiver:
    """Another process that receives the markers of one device."""

    def __init__(self, kind: str, where: str, n: int, fds: tuple[int, ...] = ()) -> None:
        command = [sys.executable, __file__, kind, where, str(n)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=fds)

    def ready(self) -> None:
        """Wait until nothing that is sent from now on can be missed."""
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n"

    def received(self) -> list[tuple[float, int, float]]:
        """Of each marker the time that it bears, its code, and when it was there."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return [(at, code, arrived) for at, code, arrived in json.loads(out)]

    def stop(self) -> None:
        self.process.kill()
        with self.process:
            pass


@contextmanager
def lsl(n: int) -> Iterator[tuple[str, Receiver]]:
    """The name of a stream, and who will record `n` markers of it; the stream has to be opened first."""
    name = f"marked-{os.getpid()}-{time.monotonic_ns()}"
    receiver = Receiver("lsl", name, n)
    try:
        yield name, receiver
    finally:
        receiver.stop()


@contextmanager
def serial(n: int) -> Iterator[tuple[str, Receiver]]:
    """A pseudo-terminal's name, and who reads `n` bytes from its other end and then goes away, and the line with it."""
    import tty

    other, port = os.openpty()
    tty.setraw(port)
    receiver = Receiver("serial", str(other), n, (other,))
    os.close(other)
    try:
        receiver.ready()
        yield os.ttyname(port), receiver
    finally:
        os.close(port)
        receiver.stop()


def _receive_lsl(name: str, n: int) -> list[tuple[float, int, float]]:
    import pylsl

    (info,) = pylsl.resolve_byprop("name", name, timeout=PATIENCE)
    inlet = pylsl.StreamInlet(info)
    inlet.open_stream(timeout=PATIENCE)
    print("ready", flush=True)
    found = []
    for _ in range(n):
        sample, at = inlet.pull_sample(timeout=PATIENCE)
        found.append((at, sample[0], pylsl.local_clock()))
    return found


def _receive_serial(fd: int, n: int) -> list[tuple[float, int, float]]:
    print("ready", flush=True)
    found: list[tuple[float, int, float]] = []
    while len(found) < n:
        read = os.read(fd, 1)
        found.append((0.0, read[0], time.perf_counter()))
    return found


def told(seconds: Sequence[float]) -> str:
    """Median and 99th percentile in milliseconds."""
    return f"{1e3 * median(seconds):.3f} | {1e3 * quantiles(seconds, n=100)[98]:.3f}"


if __name__ == "__main__":
    kind, where, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    found = _receive_lsl(where, number) if kind == "lsl" else _receive_serial(int(where), number)
    print(json.dumps(found), flush=True)
