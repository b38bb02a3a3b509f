"""The window that participants get: which display it is on, whether its frames come in time, and how keys arrive."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from runner.station.doctor.keys import grid
from runner.station.doctor.report import Facts, Line

WATCHED, QUICK = 10.0, 2.0  # seconds for which frames are counted
STEP = 2.0  # seconds of one of the screens that are shown meanwhile
LEAST = 0.05  # seconds for which no further one is shown
LATE_SHARE = 0.01  # of frames; more than that is heard of
PATIENCE = 20  # seconds for the desktop to tell its displays
SCREENS = (sys.executable, "-m", "runner.desk.screens")

Progress = Callable[[int, int], None]


@frozen
class Watched:
    """What the window told of itself and of the time that it was watched."""

    facts: Mapping[str, Any]  # Stage.describe()
    place: tuple[int, int]  # the window's top left corner on the desktop
    seconds: float
    late: int
    unfocused: float
    pressed: tuple[float, ...]  # when keys went down, in seconds


def look_at_window(facts: Facts, seconds: float, monitor: str, progress: Progress) -> Iterator[Line]:
    """Open the window that participants get, watch its frames, and let it test its own keyboard."""
    watched = _watch(seconds, progress)
    facts["refresh_hz"] = watched.facts["refresh_hz"]
    yield from display_lines(watched)
    yield monitor_line(watched, displays(), monitor)
    yield keyboard_line(watched.facts["keyboard"], watched.pressed)


def _watch(seconds: float, progress: Progress) -> Watched:
    from runner.screens import Keys, Reply, Screen, Text
    from runner.stages.drawing.layout import INTERFACE_KEYS
    from runner.stages.window import open_window

    steps = max(1, round(seconds / STEP))
    told = Text(text="Press the space bar meanwhile, often and at no steady pace: it shows how finely keys are timed.")
    screens = [
        Screen(
            name=f"doctor-{step}",
            marks=(Text(text=f"Looking at this display: {step} of {steps} ...", style="title"), told),
            accepts=Keys(keys=("space",)),
            seconds=seconds / steps,
            stop=False,
        )
        for step in range(1, steps + 1)
    ]
    stage = open_window(INTERFACE_KEYS, fullscreen=True)
    try:
        stage.prepare(screens)
        replies: list[Reply] = []
        for step, screen in enumerate(screens, 1):
            first = len(replies)
            while len(replies) == first or replies[-1].offset - replies[first].onset < seconds / steps - LEAST:
                left = seconds / steps - (replies[-1].offset - replies[first].onset if len(replies) > first else 0.0)
                replies.append(stage.present(evolve(screen, seconds=left)))
            progress(step, steps)
        return Watched(
            facts=stage.describe(),
            place=stage.origin(),
            seconds=replies[-1].offset - replies[0].onset,
            late=sum(reply.late_frames for reply in replies),
            unfocused=sum(reply.unfocused for reply in replies),
            pressed=tuple(reply.answered for reply in replies if reply.answered is not None),
        )
    finally:
        stage.close()


# ---------------------------------------------------------------- frames


def display_lines(watched: Watched) -> Iterator[Line]:
    """Size, rate, driver; frames that came late; other programs' windows."""
    facts = watched.facts
    hz = facts["refresh_hz"]
    yield Line(what="display", verdict="ok", found=f"{_by(facts['size'])} at {hz:.1f} Hz, {facts['driver']}")
    if not facts["vertical_sync"]:
        do = "switch vertical sync on in the graphics driver; without it the time of a picture is not known exactly"
        found = "pictures don't wait for the display (no vertical sync)"
        yield Line(what="display", verdict="warn", found=found, do=do)
    frames = round(watched.seconds * hz)
    found = f"{watched.late} of {frames} frames late in {watched.seconds:.0f} s"
    if watched.late > LATE_SHARE * frames:
        do = "close other programs, unplug other displays, and look again"
        yield Line(what="frames", verdict="warn", found=found, do=do)
    else:
        yield Line(what="frames", verdict="ok", found=found)
    if watched.unfocused > 0:
        do = "close what opens windows or messages of its own"
        found = f"another window had the keyboard for {watched.unfocused:.1f} s"
        yield Line(what="focus", verdict="warn", found=found, do=do)


# ---------------------------------------------------------------- which display


def displays() -> Sequence[Mapping[str, Any]]:
    """What the desktop says of its displays; none where it can't be asked."""
    try:
        told = subprocess.run(SCREENS, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
        found: list[Mapping[str, Any]] = json.loads(told)
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
    return found


def monitor_line(watched: Watched, there: Sequence[Mapping[str, Any]], wanted: str) -> Line:
    """Is the window on the right one? That is the one that station.toml names, or else the primary one."""
    here = next((one for one in there if _holds(one, watched.place)), None)
    if here is None:
        do = "look where the title came up; it must be the display that participants sit at"
        return Line(what="monitor", verdict="warn", found="the desktop doesn't tell which display this is", do=do)
    mm = f", {_by(here['mm'])} mm" if all(here["mm"]) else ""
    told = f"{here['name']}, {_by(here['size'])} pixels{mm}, scaled to {here['scaling']:.0%}"
    others = [one["name"] for one in there if one is not here]
    found = f"{told}; also there: {', '.join(others)}" if others else f"{told}; the only one"
    right = here["name"] == wanted if wanted else here["primary"]
    if not right:
        do = f"make {wanted or 'it'} the primary display in the system's settings, or unplug the others"
        what = f"the window is on {found}, and not on {wanted or 'the primary one'}"
        return Line(what="monitor", verdict="fail" if wanted else "warn", found=what, do=do)
    if list(watched.facts["size"]) != list(here["size"]):
        do = "set the display to its own resolution and the system's scaling to 100 %, and look again"
        what = f"{found}; the window has {_by(watched.facts['size'])} pixels, so pictures are stretched or cut off"
        return Line(what="monitor", verdict="warn", found=what, do=do)
    return Line(what="monitor", verdict="ok", found=found)


def _holds(one: Mapping[str, Any], place: tuple[int, int]) -> bool:
    return all(low <= at < low + size for low, size, at in zip(one["place"], one["size"], place, strict=True))


def _by(size: Sequence[int]) -> str:
    return "x".join(map(str, size))


# ---------------------------------------------------------------- keyboard


def keyboard_line(facts: Mapping[str, Any], pressed: Sequence[float] = ()) -> Line:
    """Who stamps keys, how finely, and by the presses, how often the keyboard itself is asked."""
    found = f"keys are stamped by: {facts['stamps']}"
    apart = facts.get("server_clock_ahead_ms")
    if apart and "psychtoolbox" not in facts:
        found += f", in steps of 1 ms, its clock within {max(map(abs, apart)):.1f} ms of ours"
    step = grid(pressed)
    if step is None:
        found += "; too few keys were pressed to see how often the keyboard is asked"
    else:
        found += f"; by {len(pressed)} presses, asked every {step} ms" + (" or more often" if step == 1 else "")
    if "psychtoolbox" in facts:
        do = "response times by key may be some milliseconds late; see vantage doctor --json, keyboard"
        return Line(what="keyboard", verdict="warn", found=f"{found} ({facts['psychtoolbox']})", do=do)
    if step is not None and step > 8:
        do = "response times by key come in steps of that; use a keyboard that is asked more often (wired, for games)"
        return Line(what="keyboard", verdict="warn", found=found, do=do)
    return Line(what="keyboard", verdict="ok", found=found)
