"""How true is a response time? Key presses at known moments against what Vantage and plain PsychoPy scripts log.

    python tests/benchmarks/rt_truth.py [--trials 300] [--rounds 5]

The same task runs in every peer: a bare page, a dark square, the key "f". An observer in this process sees through
the X server when the square's pixel changes (XDamage, then one pixel read) and presses the key through XTest after a
random delay; the true response time is the press minus the change. Peers take turns within the same run. Nothing
here can fail on a slow machine: it prints a table, and that is all. Needs Linux; starts its own Xvfb.
"""

import argparse
import contextlib
import json
import os
import random
import select
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1280, 800
DARK, LIGHT = (32, 36, 42), (246, 246, 243)
BLANK = 0.1  # seconds between trials
DELAY = (0.08, 0.25)  # seconds from the square to the key, drawn evenly
HOLD = 0.06  # seconds; shorter presses are lost by PsychoPy's psychtoolbox keyboard
UNSURE = 0.002  # seconds

# ---------------------------------------------------------------- peers: each logs one response time per trial

VANTAGE = """
import json, sys
from runner.screens import Keys, Screen, Shape
from runner.stages.drawing.layout import INTERFACE_KEYS
from runner.stages.window import open_window
window = open_window(dict.fromkeys(INTERFACE_KEYS, "{} {}"), fullscreen=True)
blank = Screen(name="blank", seconds=BLANK, stop=False)
square = Shape(form="rectangle", size=(0.2, 0.2), at=(0.0, 0.0))
go = Screen(name="go", marks=(square,), accepts=Keys(keys=("f",)), stop=False)
window.prepare((blank, go))
rts = []
for _ in range(TRIALS):
    window.present(blank)
    rts.append(window.present(go).rt)
window.present(blank)
print(json.dumps(rts))
"""

PSYCHOPY = """
import json, sys, time
from psychopy import core, event, logging, visual
from psychopy.hardware import keyboard
logging.console.setLevel(logging.CRITICAL)
window = visual.Window((WIDTH, HEIGHT), fullscr=True, checkTiming=False, color=LIGHT, colorSpace="rgb255", units="pix")
square = visual.Rect(window, size=(160, 160), fillColor=DARK, lineColor=DARK, colorSpace="rgb255")
clock = core.Clock()
due = time.perf_counter()
def flip():  # Xvfb has no vertical sync, so 60 Hz has to be kept by hand
    global due
    due = max(due + 1 / 60, time.perf_counter())
    time.sleep(max(0, due - time.perf_counter()))
    window.flip()
rts = []
for _ in range(TRIALS):
    for _ in range(round(BLANK * 60)):
        flip()
    event.clearEvents()
    TRIAL
for _ in range(6):
    flip()
print(json.dumps(rts))
core.quit()
"""

GET_KEYS = """
    window.callOnFlip(clock.reset)
    keys = []
    while not keys:
        square.draw()
        flip()
        keys = event.getKeys(["f"], timeStamped=clock)
    rts.append(keys[0][1])
"""
WAIT_KEYS = """
    square.draw()
    window.callOnFlip(clock.reset)
    flip()
    rts.append(event.waitKeys(keyList=["f"], timeStamped=clock)[0][1])
"""
PTB_LOOP = """
    if not rts:
        board = keyboard.Keyboard(backend="ptb")
    board.clearEvents()
    window.callOnFlip(board.clock.reset)
    keys = []
    while not keys:
        square.draw()
        flip()
        keys = board.getKeys(["f"], waitRelease=False)
    rts.append(keys[0].rt)
"""
PEERS = {
    "Vantage window stage, 60 Hz": VANTAGE,
    "PsychoPy event.getKeys, 60 Hz": PSYCHOPY.replace("    TRIAL\n", GET_KEYS),
    "PsychoPy Keyboard ptb, 60 Hz": PSYCHOPY.replace("    TRIAL\n", PTB_LOOP),
    "PsychoPy event.waitKeys": PSYCHOPY.replace("    TRIAL\n", WAIT_KEYS),
}

FLIPS = 600
FLIP_VANTAGE = (
    VANTAGE.split("rts = []")[0]
    + """
import time
frames, pages = window._frames, window._pages
window.present(blank)
from runner.stages.answers.interaction import begin
pages.show(go, begin(go))
frames.paced = False
times = []
for _ in range(FLIPS):
    start = time.perf_counter()
    window._inputs()
    frames.flip(pages.draw)
    times.append(time.perf_counter() - start)
print(json.dumps(times))
"""
)
FLIP_PSYCHOPY = (
    PSYCHOPY.split("rts = []")[0]
    + """
times = []
for _ in range(FLIPS):
    start = time.perf_counter()
    event.getKeys()
    square.draw()
    window.flip()
    times.append(time.perf_counter() - start)
print(json.dumps(times))
core.quit()
"""
)


# ---------------------------------------------------------------- the observer


class Observer:
    """Sees the pixel in the middle of the screen change, and presses keys, through the X server."""

    def __init__(self) -> None:
        from Xlib import XK, X, display
        from Xlib.ext import damage, xtest

        self._x, self._xtest = X, xtest
        self._display = display.Display()
        self._root = self._display.screen().root
        self._display.damage_query_version()
        self._root.damage_create(damage.DamageReportRawRectangles)
        self._key = self._display.keysym_to_keycode(XK.string_to_keysym("f"))

    def change(self, dark: bool, seconds: float) -> float | None:
        """When the pixel turned dark or light, on `time.perf_counter`; None if it didn't in that time."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            if not self._display.pending_events():
                select.select([self._display], [], [], 0.5)
            at = time.perf_counter()
            while self._display.pending_events():
                self._display.next_event()
            if self._is_dark() == dark:
                return at
        return None

    def press(self) -> tuple[float, float]:
        """Press the key for a while; returns when the request was made, and how long the server took over it."""
        at = time.perf_counter()
        self._xtest.fake_input(self._display, self._x.KeyPress, self._key)
        self._display.sync()
        took = time.perf_counter() - at
        time.sleep(HOLD)
        self._xtest.fake_input(self._display, self._x.KeyRelease, self._key)
        self._display.sync()
        return at, took

    def _is_dark(self) -> bool:
        reply = self._root.get_image(WIDTH // 2, HEIGHT // 2, 1, 1, self._x.ZPixmap, 0xFFFFFFFF)
        pixel: bytes = reply.data
        return sum(pixel[:3]) < 200


def errors(script: str, trials: int, random_: random.Random) -> list[float]:
    """Logged minus true response time of each trial, in seconds, of one run of a peer.

    Trials in which the server took longer than UNSURE over the press are left out: then nobody knows the truth.
    """
    peer, observer = _start(script, trials), Observer()
    true: list[float | None] = []
    observer.change(dark=False, seconds=60)  # before there is a window the screen is dark
    for _ in range(trials):
        seen = observer.change(dark=True, seconds=5)
        if seen is None:
            break
        time.sleep(max(0.0, seen + random_.uniform(*DELAY) - time.perf_counter()))
        pressed, took = observer.press()
        true.append(pressed - seen if took < UNSURE else None)
        observer.change(dark=False, seconds=5)
    logged = _answer(peer)
    return [a - b for a, b in zip(logged, true, strict=False) if b is not None]


def _start(script: str, trials: int = 0) -> subprocess.Popen[str]:
    names = {"TRIALS": trials, "BLANK": BLANK, "WIDTH": WIDTH, "HEIGHT": HEIGHT, "FLIPS": FLIPS}
    head = "\n".join(f"{name} = {value}" for name, value in {**names, "DARK": DARK, "LIGHT": LIGHT}.items())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", head + script], stdout=subprocess.PIPE, text=True, env=environment)


def _answer(peer: subprocess.Popen[str]) -> list[float]:
    out, _ = peer.communicate(timeout=120)
    lines = [line for line in out.splitlines() if line.startswith("[")]
    answer: list[float] = json.loads(lines[-1]) if lines else []
    return answer


# ---------------------------------------------------------------- the tables


def _row(name: str, values: list[float], best: float | None) -> str:
    if len(values) < 2:
        return f"{name:34} no data"
    ms = [v * 1000 for v in values]
    absolute = sorted(abs(v) for v in ms)
    middle, p99 = statistics.median(ms), absolute[int(0.99 * (len(ms) - 1))]
    ratio = f"{statistics.median(absolute) / best:6.2f}" if best else "  1.00"
    spread = statistics.stdev(ms)
    return f"{name:34}{len(ms):5}{middle:9.2f}{spread:8.2f}{statistics.median(absolute):9.2f}{p99:8.2f}{ratio:>9}"


def own_display() -> subprocess.Popen[bytes]:
    """An Xvfb of our own, named by DISPLAY from now on."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as number:
        os.environ["DISPLAY"] = ":" + number.readline().strip()
    return server


def _hurry() -> None:
    """Where it is allowed, the observer goes before its peers when processors are scarce."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(10))


def main() -> None:
    """Run every peer in turns and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=300, help="per peer (300)")
    parser.add_argument("--rounds", type=int, default=5, help="turns that the peers take (5)")
    chosen: Any = parser.parse_args()
    server = own_display()
    _hurry()
    try:
        found: dict[str, list[float]] = {name: [] for name in PEERS}
        for turn in range(chosen.rounds):
            for name, script in PEERS.items():
                seed = random.Random(f"rt_truth/{turn}")
                found[name] += errors(script, -(-chosen.trials // chosen.rounds), seed)
                print(f"\r{turn + 1}/{chosen.rounds} {name:40}", end="", file=sys.stderr, flush=True)
        flips = {"Vantage": _answer(_start(FLIP_VANTAGE)), "PsychoPy": _answer(_start(FLIP_PSYCHOPY))}
    finally:
        server.terminate()
        server.wait()
    print("\n\nlogged minus true response time, ms")
    print(f"{'':34}{'n':>5}{'median':>9}{'SD':>8}{'med |e|':>9}{'p99 |e|':>8}{'ratio':>9}")
    first = [abs(v) * 1000 for v in next(iter(found.values()))]
    for i, (name, values) in enumerate(found.items()):
        print(_row(name, values, statistics.median(first) if i and first else None))
    print("\none frame without waiting (look at the keys, draw a square, flip), ms")
    for name, times in flips.items():
        if times:
            ms = sorted(t * 1000 for t in times[60:])
            print(f"{name:34}median {statistics.median(ms):6.3f}   p99 {ms[int(0.99 * (len(ms) - 1))]:6.3f}")


if __name__ == "__main__":
    main()
