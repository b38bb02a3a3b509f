"""The pre-flight of a station: is it fit for a session, and what was it like on the day?

Every line says what was found and, unless it is well, what to do. Nothing here is about one study but its hash.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from attrs import asdict, frozen

from runner.errors import VantageError
from runner.station import volumes

Verdict = Literal["ok", "warn", "fail"]

SLOW_SYNC = 0.05  # seconds per synced line from which a participant may see "one moment"
LEAST_FREE, LITTLE_FREE = 50 << 20, 1 << 30  # bytes
LATE_SHARE = 0.01  # of frames; more than that is heard of
WATCHED = 2.0  # seconds for which frames are counted
BORN = datetime(2026, 11, 1, tzinfo=UTC)  # no session of this program is older: a clock before it is wrong


@frozen(kw_only=True)
class Line:
    """One thing that was looked at."""

    what: str
    verdict: Verdict
    found: str
    do: str = ""


@frozen(kw_only=True)
class Report:
    """A page to keep."""

    at: str  # wall clock, ISO 8601, UTC
    machine: str
    lines: tuple[Line, ...]

    @property
    def failed(self) -> bool:
        """Would something here cost a session?"""
        return any(line.verdict == "fail" for line in self.lines)

    def plain(self) -> dict[str, Any]:
        """As JSON types."""
        return {**asdict(self), "lines": [asdict(line) for line in self.lines], "fit": not self.failed}

    def page(self) -> str:
        """As text: one line per thing, what to do below it."""
        rows = [f"{self.machine}, {self.at}", ""]
        for line in self.lines:
            rows.append(f"{line.verdict:<5} {line.what:<10} {line.found}")
            rows += [f"{'':<16} -> {line.do}"] if line.do else []
        verdict = "not fit for sessions" if self.failed else "fit for sessions"
        return "\n".join([*rows, "", f"This station is {verdict}."])


def examine(data: Path, protocol: Path | None = None) -> Report:
    """Look at everything; a part that can't be looked at is a line of its own, never an exception."""
    parts: list[tuple[str, Callable[[], Iterator[Line]]]] = [
        ("disk", lambda: _disk(data)),
        ("clock", _clock),
        ("display", _window),
        ("versions", _versions),
    ]
    if protocol is not None:
        parts.append(("protocol", lambda: _protocol(protocol)))
    lines = [line for name, part in parts for line in _guarded(name, part)]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Report(at=now, machine=f"{platform.node()}, {platform.platform(terse=True)}", lines=tuple(lines))


def _guarded(name: str, part: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    try:
        yield from part()
    except VantageError as error:
        where, _, rest = str(error).partition(": ")
        found, _, do = rest.partition("; ") if where in ("display", "keyboard") else (str(error), "", "")
        yield Line(what=where if do else name, verdict="fail", found=found, do=do or "mend that and look again")
    except Exception as error:  # whatever a driver or a library does, the other lines are worth having
        yield Line(
            what=name, verdict="fail", found=f"{type(error).__name__}: {error}", do="show this to whoever keeps it"
        )


# ---------------------------------------------------------------- disk and clock


def _disk(data: Path) -> Iterator[Line]:
    elsewhere = "keep sessions on a disk inside this machine: --data FOLDER; copy them to the share afterwards"
    reason = volumes.unfit(data)
    if reason:
        yield Line(what="disk", verdict="fail", found=reason, do=elsewhere)
    try:
        trial = volumes.try_out(data)
    except OSError as error:
        yield Line(what="disk", verdict="fail", found=f"{data}: can't be written and synced ({error})", do=elsewhere)
        return
    kind = volumes.file_system(data) or "unknown file system"
    times = f"{trial.seconds * 1e3:.1f} ms, at most {trial.slowest * 1e3:.1f}"
    speed = f"{data.absolute()} ({kind}): a line is safe after {times}"
    if trial.seconds > SLOW_SYNC:
        yield Line(
            what="disk", verdict="warn", found=speed, do="participants will wait between trials; use a faster disk"
        )
    elif not reason:
        yield Line(what="disk", verdict="ok", found=speed)
    yield _room(trial.free)


def _room(free: int) -> Line:
    found = f"{free / (1 << 20):,.0f} MB free"
    if free < LEAST_FREE:
        return Line(what="room", verdict="fail", found=found, do="free some space on this disk")
    if free < LITTLE_FREE:
        return Line(what="room", verdict="warn", found=found, do="free some space on this disk soon")
    return Line(what="room", verdict="ok", found=found)


def _clock() -> Iterator[Line]:
    resolution = time.get_clock_info("perf_counter").resolution
    if resolution > 1e-4:
        do = "response times would be coarse on this machine; use another"
        yield Line(what="clock", verdict="fail", found=f"response times would come in steps of {resolution} s", do=do)
    now = datetime.now().astimezone()
    found = f"{now.isoformat(timespec='seconds')}, steps of {resolution * 1e9:.0f} ns"
    if now < BORN:
        yield Line(what="clock", verdict="fail", found=found, do="set date and time; sessions would be dated wrongly")
    else:
        yield Line(what="clock", verdict="ok", found=found)


# ---------------------------------------------------------------- window


def _window() -> Iterator[Line]:
    """Open the window that participants get, watch its frames, and let it test its own keyboard."""
    from runner.screens import Screen, Text
    from runner.stages.drawing.layout import INTERFACE_KEYS
    from runner.stages.window import open_window

    stage = open_window(INTERFACE_KEYS, fullscreen=True)
    try:
        marks = (Text(text="Looking at this display ...", style="title"),)
        reply = stage.present(Screen(name="doctor", marks=marks, seconds=WATCHED, stop=False))
        facts = stage.describe()
    finally:
        stage.close()
    yield from _display(facts, reply.late_frames, reply.offset - reply.onset, reply.unfocused)
    yield from _keyboard(facts["keyboard"])


def _display(facts: Any, late: int, seconds: float, unfocused: float) -> Iterator[Line]:
    hz = facts["refresh_hz"]
    size = "x".join(map(str, facts["size"]))
    yield Line(what="display", verdict="ok", found=f"{size} at {hz:.1f} Hz, {facts['driver']}")
    if not facts["vertical_sync"]:
        do = "switch vertical sync on in the graphics driver; without it the time of a picture is not known exactly"
        yield Line(
            what="display", verdict="warn", found="pictures don't wait for the display (no vertical sync)", do=do
        )
    frames = round(seconds * hz)
    found = f"{late} of {frames} frames late"
    if late > LATE_SHARE * frames:
        do = "close other programs, unplug other displays, and look again"
        yield Line(what="frames", verdict="warn", found=found, do=do)
    else:
        yield Line(what="frames", verdict="ok", found=found)
    if unfocused > 0:
        do = "close what opens windows or messages of its own"
        yield Line(what="focus", verdict="warn", found=f"another window had the keyboard for {unfocused:.1f} s", do=do)


def _keyboard(facts: Any) -> Iterator[Line]:
    found = f"keys are stamped by: {facts['stamps']}"
    if "psychtoolbox" in facts:
        do = "response times by key may be some milliseconds late; see vantage doctor --json, keyboard"
        yield Line(what="keyboard", verdict="warn", found=f"{found} ({facts['psychtoolbox']})", do=do)
    else:
        yield Line(what="keyboard", verdict="ok", found=found)


# ---------------------------------------------------------------- what runs here


def _versions() -> Iterator[Line]:
    from runner.sessions import versions

    found = dict(versions())
    missing = [name for name, version in found.items() if not version and name in ("psychopy", "pyglet", "vantage-lab")]
    text = ", ".join(f"{name} {version or 'missing'}" for name, version in found.items())
    if missing:
        do = f"install {', '.join(missing)} in the versions of constraints.txt"
        yield Line(what="versions", verdict="fail", found=text, do=do)
    else:
        yield Line(what="versions", verdict="ok", found=text)
    if sys.platform != "win32" and os.geteuid() == 0:
        do = "run sessions under an ordinary account: what goes wrong under this one can go wrong everywhere"
        yield Line(what="account", verdict="warn", found="this is the machine's administrator", do=do)


def _protocol(path: Path) -> Iterator[Line]:
    from runner.declarations.protocols import read_protocol

    protocol = read_protocol(path)
    found = f"{protocol.study}, SHA-256 {protocol.sha256}"
    unfilled = protocol.unfilled
    if unfilled:
        do = f"fill in {', '.join(unfilled)} before real sessions"
        yield Line(what="protocol", verdict="warn", found=found, do=do)
    else:
        yield Line(what="protocol", verdict="ok", found=found)
