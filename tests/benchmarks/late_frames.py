"""Does anything that goes on beside a session make its frames late? Alternating segments of one run tell.

    xvfb-run -a -s "-screen 0 1280x800x24" .venv/bin/python tests/benchmarks/late_frames.py [--pairs N] [--frames N]

A segment is a session of timed screens, one line of the log for every frame. Segments with and without the thing
follow each other in the order ABBA, so that whatever else the machine does meets both. Late frames are counted in
pairs of segments; p is that of an exact permutation test of the pairs (Fisher, 1935): how often signs by chance would
give as many late frames more as there were.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import product
from pathlib import Path

import marked
from attrs import frozen
from beside import followed, in_company

from runner import disk
from runner.log import FileLog, read
from runner.markers.settings import Settings
from runner.stages.window import Window

GoingOn = Callable[[Path], AbstractContextManager[object]]  # given the log's path, something beside the session


@frozen(kw_only=True)
class Counted:
    """Late frames of each pair of segments, with the thing and without it."""

    frames: int  # of each segment
    beside: tuple[int, ...]
    without: tuple[int, ...]

    @property
    def p(self) -> float:
        """How often chance would give that many late frames more, or more than that."""
        gaps = [one - other for one, other in zip(self.beside, self.without, strict=True)]
        signs = list(product((1, -1), repeat=len(gaps)))
        return sum(sum(map(int.__mul__, gaps, sign)) >= sum(gaps) for sign in signs) / len(signs)

    def row(self, name: str) -> str:
        frames = self.frames * len(self.beside)
        shares = [f"{100 * sum(late) / frames:.2f} %" for late in (self.without, self.beside)]
        return f"| {name} | 2 x {frames:,} | {shares[0]} | {shares[1]} | {self.p:.3f} |"


def compare(stage: Window, folder: Path, going_on: GoingOn, *, pairs: int = 8, frames: int = 60) -> Counted:
    """Late frames of segments with something going on beside, and of as many without, in turn; `pairs` at most 16."""
    found: dict[bool, list[int]] = {True: [], False: []}
    for pair in range(pairs):
        for beside in (True, False) if pair % 2 else (False, True):
            path = folder / f"{time.monotonic_ns()}.jsonl"
            with going_on(path) if beside else nullcontext():
                marked.perform(stage, path, marked.plan(frames, each=20), Settings())
            found[beside].append(sum(reply.late_frames for reply in marked.replies(read(path))))
    return Counted(frames=frames, beside=tuple(found[True]), without=tuple(found[False]))


# ---------------------------------------------------------------- what may go on


@contextmanager
def slow_disk(path: Path, seconds: float = 0.03) -> Iterator[None]:
    """Every sync takes so much longer."""
    sync = disk.sync

    def slowly(fd: int) -> None:
        time.sleep(seconds)
        sync(fd)

    disk.sync = slowly
    try:
        yield
    finally:
        disk.sync = sync


@contextmanager
def one_thread(path: Path) -> Iterator[None]:
    """A slow disk that every line is waited for: what a log without a thread of its own would do."""
    add = FileLog._add

    def added(log: FileLog, line: bytes, link: bytes) -> None:
        add(log, line, link)
        log.settle()

    FileLog._add = added  # type: ignore[method-assign]
    try:
        with slow_disk(path):
            yield
    finally:
        FileLog._add = add  # type: ignore[method-assign]


GOING_ON: dict[str, GoingOn] = {
    "nothing": lambda path: nullcontext(),
    "each sync takes 30 ms longer": slow_disk,
    "the same, and no thread (how it must not be)": one_thread,
    "a group session's threads, each statement 30 ms longer": in_company,
    "news for the console ten times a second, the same": followed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=12, help="of segments, at most 16")
    parser.add_argument("--frames", type=int, default=300, help="in each segment")
    args = parser.parse_args()
    print("| beside the session | frames | late without | late with | p |\n|---|---|---|---|---|", flush=True)
    with marked.window() as stage, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for name, going_on in GOING_ON.items():
            print(compare(stage, Path(folder), going_on, pairs=args.pairs, frames=args.frames).row(name), flush=True)


if __name__ == "__main__":
    main()
