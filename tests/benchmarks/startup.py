"""How long does it take from the shell to something that can be used?

    python tests/benchmarks/startup.py [--rounds 9] [--first "vantage pilot protocols/taste.yaml"]

1. From the shell to the first screen in a window, against a bare PsychoPy script (a window, one text, one flip):
   an observer watches, through the X server, the pixel that the first screen changes.
2. `vantage --help` and `vantage check protocols/taste.yaml`, against `python -c pass`.
Commands take turns within the same run. It prints tables and fails on no number. Needs Linux; starts its own Xvfb.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LIGHT, FRAME = (246, 246, 243), (240, 190, 70)  # what the first flip of each shows at PLACE
PLACE = (3, 43)  # in the corner of a 1280x720 window in the middle of a 1280x800 screen

BARE = """
from psychopy import visual
window = visual.Window((1280, 720), checkTiming=False, color=(246, 246, 243), colorSpace="rgb255")
text = visual.TextStim(window, "Welcome to this study. Press the space bar to go on.", color="black")
text.draw()
window.flip()
import time
time.sleep(5)
"""


def seconds_to_pixel(command: Sequence[str], colour: tuple[int, int, int]) -> tuple[float, float]:
    """Seconds from starting a command until the pixel has the colour, on the clock and of a processor's time.

    The command is then ended.
    """
    from Xlib import X, display

    server = display.Display()
    root = server.screen().root
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = float("nan")
    try:
        while time.perf_counter() - start < 60 and process.poll() is None:
            pixel = root.get_image(*PLACE, 1, 1, X.ZPixmap, 0xFFFFFFFF).data
            if tuple(pixel[2::-1]) == colour:
                took = time.perf_counter() - start
                break
            time.sleep(0.002)
    finally:
        process.kill()
        _, _, spent = os.wait4(process.pid, 0)
        process.returncode = -9
        while root.get_image(*PLACE, 1, 1, X.ZPixmap, 0xFFFFFFFF).data[:3] != b"\0\0\0":
            time.sleep(0.01)  # until the window is gone
        server.close()
    return took, spent.ru_utime + spent.ru_stime


def seconds_to_end(command: Sequence[str]) -> tuple[float, float]:
    """Seconds that a command takes, on the clock and of a processor's time."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, spent.ru_utime + spent.ru_stime


def table(title: str, measures: dict[str, Callable[[], tuple[float, float]]], rounds: int) -> None:
    """Measure in turns, one round thrown away, and print medians; the first row is what the others are compared to.

    On a busy machine the processor's time tells more than the clock.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in measures}
    for turn in range(rounds + 1):
        for name, measure in measures.items():
            seconds = measure()
            if turn:
                found[name].append(seconds)
    print(f"\n{title}\n{'':38}{'median s':>9}{'least':>8}{'most':>8}{'ratio':>7}{'processor s':>13}{'ratio':>7}")
    base = [statistics.median(column) for column in zip(*next(iter(found.values())), strict=True)]
    for name, rows in found.items():
        clock, processor = zip(*rows, strict=True)
        middle, spent = statistics.median(clock), statistics.median(processor)
        print(
            f"{name:38}{middle:9.3f}{min(clock):8.3f}{max(clock):8.3f}{middle / base[0]:7.2f}"
            f"{spent:13.3f}{spent / base[1]:7.2f}"
        )


def _rt_truth() -> Any:
    spec = spec_from_file_location("rt_truth", Path(__file__).with_name("rt_truth.py"))
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--first", default="vantage pilot protocols/taste.yaml", help="shows a pilot's first screen")
    chosen = parser.parse_args()
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    server = _rt_truth().own_display()
    try:
        with tempfile.TemporaryDirectory() as folder:
            first = [*shlex.split(chosen.first), "--data", folder]
            table(
                "from the shell to the first screen",
                {
                    "bare PsychoPy script": lambda: seconds_to_pixel([sys.executable, "-c", BARE], LIGHT),
                    chosen.first: lambda: seconds_to_pixel(first, FRAME),
                },
                chosen.rounds,
            )
    finally:
        server.terminate()
        server.wait()
    table(
        "from the shell to the end",
        {
            "python -c pass": lambda: seconds_to_end([sys.executable, "-c", "pass"]),
            "vantage --help": lambda: seconds_to_end(["vantage", "--help"]),
            "vantage check protocols/taste.yaml": lambda: seconds_to_end(["vantage", "check", "protocols/taste.yaml"]),
        },
        chosen.rounds * 2,
    )


if __name__ == "__main__":
    main()
