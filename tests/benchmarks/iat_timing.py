"""How exactly are words timed in the implicit measures: the gap of 250 ms, and from a key to the next word?

    python tests/benchmarks/iat_timing.py [--trials 200] [--data FOLDER]

The task `iat` runs through the engine, with a log that is synced to the disk, in the real window; its instructions
are left out. An observer in this process sees through the X server when a word comes and goes (XDamage, then a few
pixels read) and presses the right key through XTest after a random delay. Both what the observer saw and what the log
holds are reported, against 250 ms. Nothing here can fail on a slow machine: it prints a table, and that is all. Needs
Linux; starts its own Xvfb.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rt_truth import HEIGHT, ROOT, UNSURE, WIDTH, Observer, own_display

SEED = "iat-timing"
GAP = 0.25  # seconds, the task's own default
DELAY = (0.25, 0.5)  # seconds from the word to the key, drawn evenly
ACROSS, HIGH = 120, 30  # pixels around the middle in which every word has some ink
DARK = 170  # of 255: a channel below it is a letter's

PEER = """
import json, sys
from pathlib import Path
from random import Random
from attrs import evolve
from experiments import find
from runner import sessions
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.log import FileLog
from runner.planning import plan_session
from runner.plans import Trial
from runner.stages.window import open_window
from runner.tasks import Occasion

ROOT, DATA, SEED, NUMBER = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
protocol = read_protocol(ROOT / "protocols" / "under-the-surface.yaml")
materials, task = library(protocol, "en"), find("iat")
occasion = Occasion(random=Random(SEED), assigned={}, materials=materials, phase="iat", details={}, identity="coded")
params = task.params(focal="disadvantaged", contrast="advantaged", trials=(NUMBER // 10,) * 3 + (NUMBER // 5,) * 2
                     + (NUMBER // 10, NUMBER // 5))
trials = tuple(
    Trial(id=f"iat-{n:03d}", phase="iat", task="iat", given=evolve(given, title="", lines=(), intro=None))
    for n, given in enumerate(task.trials(params, occasion), 1)
)
print(json.dumps([trial.given.side for trial in trials]), flush=True)
plan = evolve(plan_session(protocol, find, materials, participant="p", slot=0, language="en"), trials=trials)
window = open_window(plan.interface, fullscreen=True)
head = sessions.head(protocol, plan, window, session="timing", store="pilot")
log = FileLog.create(DATA / "timing.jsonl", head)
sessions.perform(plan, {"iat": task}, window, log)
replies = [r for r in log.records if r.kind == "screen_replied"]
log.close()
print(json.dumps([[r.screen, r.onset, r.answered, r.late_frames] for r in replies]), flush=True)
"""


class Reader(Observer):
    """Sees whether there is a word, and presses either key."""

    def __init__(self) -> None:
        super().__init__()
        from Xlib import XK

        self._keys = {side: self._display.keysym_to_keycode(XK.string_to_keysym(k)) for side, k in SIDES.items()}

    def answer(self, side: str) -> tuple[float, float, float | None]:
        """Press the key of a side and let go of it when the word is gone: when, the server's delay, and gone when."""
        at = time.perf_counter()
        self._xtest.fake_input(self._display, self._x.KeyPress, self._keys[side])
        self._display.sync()
        took = time.perf_counter() - at
        gone = self.change(dark=False, seconds=5)
        self._xtest.fake_input(self._display, self._x.KeyRelease, self._keys[side])
        self._display.sync()
        return at, took, gone

    def _is_dark(self) -> bool:
        x, y = (WIDTH - ACROSS) // 2, (HEIGHT - HIGH) // 2
        data: bytes = self._root.get_image(x, y, ACROSS, HIGH, self._x.ZPixmap, 0xFFFFFFFF).data
        return min(data[2::4]) < DARK  # red, which both colours of words have little of


SIDES = {"left": "e", "right": "i"}


def observed(sides: Sequence[str], reader: Reader, random_: random.Random) -> dict[str, list[float]]:
    """What the observer sees of every trial, in seconds."""
    found: dict[str, list[float]] = {"key to word gone": [], "gap without a word": [], "key to next word": []}
    reader.change(dark=False, seconds=60)  # before there is a window the screen is dark
    gone = pressed = None
    for side in sides:
        seen = reader.change(dark=True, seconds=10)
        if seen is None:
            break
        if gone is not None:
            found["gap without a word"].append(seen - gone)
        if pressed is not None:
            found["key to next word"].append(seen - pressed)
        time.sleep(max(0.0, seen + random_.uniform(*DELAY) - time.perf_counter()))
        at, took, gone = reader.answer(side)
        pressed = at if took < UNSURE else None
        if gone is not None and pressed is not None:
            found["key to word gone"].append(gone - pressed)
    return found


def logged(replies: Sequence[Sequence[object]]) -> dict[str, list[float]]:
    """The same from the log: rows of screen, onset, answered, late frames."""
    found: dict[str, list[float]] = {"key to word gone": [], "gap without a word": [], "key to next word": []}
    answered = gap = None
    for screen, onset, at, _ in replies:
        assert isinstance(onset, float)
        if screen == "gap":
            gap = onset
            if answered is not None:
                found["key to word gone"].append(onset - answered)
        elif screen == "word":
            if gap is not None:
                found["gap without a word"].append(onset - gap)
            if answered is not None:
                found["key to next word"].append(onset - answered)
            answered = at if isinstance(at, float) else None
    return found


def row(name: str, values: Sequence[float]) -> str:
    """One line of the table, in ms."""
    if len(values) < 2:
        return f"| {name} | no data | | | | |"
    ms = sorted(1000 * value for value in values)
    p99 = ms[int(0.99 * (len(ms) - 1))]
    over = f"{statistics.median(ms) - 1000 * GAP:+.1f}" if "gone" not in name else ""
    return f"| {name} | {len(ms)} | {ms[0]:.1f} | {statistics.median(ms):.1f} | {p99:.1f} | {over} |"


def main() -> None:
    """Run the task before the observer and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=200, help="about how many words (200)")
    parser.add_argument("--data", type=Path, default=None, help="where the log is written: a disk worth measuring")
    chosen = parser.parse_args()
    server = own_display()
    try:
        with tempfile.TemporaryDirectory(dir=chosen.data) as folder:
            command = [sys.executable, "-c", PEER, str(ROOT), folder, SEED, str(chosen.trials)]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            peer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
            assert peer.stdout is not None
            sides = json.loads(peer.stdout.readline())
            seen = observed(sides, Reader(), random.Random(SEED))
            replies = json.loads(peer.communicate(timeout=60)[0].splitlines()[-1])
    finally:
        server.terminate()
        server.wait()
    print("| ms | n | least | median | p99 | median - 250 |\n|---|---|---|---|---|---|")
    for name, values in seen.items():
        print(row(f"{name}, seen", values))
    for name, values in logged(replies).items():
        print(row(f"{name}, logged", values))
    print(f"\nlate frames while words and gaps were shown: {sum(reply[3] for reply in replies)}")


if __name__ == "__main__":
    main()
