"""Virtual displays, commands with a window on them, and pictures of what they show. For Linux."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180.0  # seconds for anything that is waited for
WIDTH, COLOURS = 960, 64  # of a kept picture


@contextmanager
def display(size: str = "1280x800") -> Iterator[str]:
    """A virtual display; its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-displayfd", str(writing)]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        name = f":{told.readline().strip()}"
    try:
        yield name
    finally:
        server.terminate()
        server.wait()


@contextmanager
def vantage(*arguments: object, on: str = "") -> Iterator[subprocess.Popen[str]]:
    """A command with its window on a display, ended hard when it is no longer needed."""
    command = [sys.executable, "-m", "runner.cli", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "XAUTHORITY"} | {"DISPLAY": on}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **pipes)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(what: Callable[[], object], told: str) -> object:
    """Ask again until it is so."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        if time.monotonic() > end:
            raise SystemExit(f"handbook: waited in vain for {told}")
        time.sleep(0.2)
    return found


def grab(name: str) -> Image.Image:
    """What a display shows now."""
    return ImageGrab.grab(xdisplay=name).convert("RGB")


def drawn(image: Image.Image) -> bool:
    """Is there more on it than one colour, or two?"""
    return len(image.resize((320, 200)).getcolors(64_000) or []) > 20


def settled(name: str, before: Image.Image | None = None) -> Image.Image:
    """What a display shows, once it shows something (other than `before`) and has stopped to change."""
    last = [grab(name)]

    def still() -> bool:
        time.sleep(1.0)
        last.append(grab(name))
        same = ImageChops.difference(last[-1], last[-2]).getbbox() is None
        new = before is None or ImageChops.difference(last[-1], before).getbbox() is not None
        return same and new and drawn(last[-1])

    until(still, f"a picture on {name}")
    return last[-1]


def press(name: str, *keys: str) -> None:
    """Keys by their X names."""
    subprocess.run(["xdotool", "key", *keys], env={**os.environ, "DISPLAY": name}, check=True)


def keep(image: Image.Image, path: Path) -> None:
    """A small file, without the black of the display around the window."""
    image = image.crop(image.getbbox() or (0, 0, *image.size))
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    path.parent.mkdir(exist_ok=True)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = f"{image.width} x {image.height}, {path.stat().st_size // 1024} kB"
    print(f"{path.relative_to(ROOT)}: {size}", flush=True)
