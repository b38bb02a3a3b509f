"""What the laboratory's database has a session do beside its window: a group session's threads, the console's news.

As a script it is another station of the group session, which talks all the time: `beside.py FOLDER`.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from runner.laboratory import presence
from runner.laboratory.following import Glimpse
from runner.laboratory.joining import join
from runner.laboratory.place import open_place
from runner.laboratory.room import Room

SLOW = 0.03  # seconds that every statement takes longer
EACH = 0.1  # seconds from one thing said to the next, and from one look at the log to the next
PATIENCE = 60.0  # seconds for the first sign that anything is going on


_slow = False


@event.listens_for(Engine, "before_cursor_execute")  # once: threads that are at work don't bear a change of it
def _take_longer(*_: Any) -> None:
    if _slow:
        time.sleep(SLOW)


@contextmanager
def slow_database() -> Iterator[None]:
    """Every statement takes longer."""
    global _slow
    _slow = True
    try:
        yield
    finally:
        _slow = False


@contextmanager
def in_company(path: Path) -> Iterator[None]:
    """The threads of a group session over a slow database; another process talks all the time."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        room = _room(folder, "s1")
        talker = subprocess.Popen([sys.executable, __file__, folder], stdout=subprocess.PIPE)
        try:
            assert talker.stdout and talker.stdout.readline() == b"ready\n"
            with slow_database():
                _more_is_heard(room, 1)  # the threads are at work
                yield
                _more_is_heard(room, 1)  # and still are
        finally:
            talker.kill()
            with talker:
                pass
            room.end()


def _more_is_heard(room: Room, more: int) -> None:
    before, until = len(room.heard("choices")), time.monotonic() + PATIENCE
    while len(room.heard("choices")) < before + more:
        assert time.monotonic() < until, "nobody was heard, so nothing was measured"
        time.sleep(EACH)


@contextmanager
def followed(path: Path) -> Iterator[None]:
    """The thread that tells the console how the session goes, ten times as often as it does, over a slow database."""
    progress, look = count(), presence.LOOK
    asked = threading.Semaphore(0)  # once more with every look at the session

    def glance() -> tuple[Glimpse, str]:
        asked.release()
        return Glimpse(progress=next(progress)), ""

    presence.LOOK = EACH
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, slow_database():
        reporter = presence.Reporter(Path(folder), "", glance, station="lab-1", study="s", pilot=True)
        try:
            _looked_at(asked, 3)  # the database is open, a row was written and the next one is due
            yield
            _looked_at(asked, 1)  # it still goes on
        finally:
            reporter.end()
            presence.LOOK = look


def _looked_at(asked: threading.Semaphore, times: int) -> None:
    for _ in range(times):
        assert asked.acquire(timeout=PATIENCE), "nothing was told, so nothing was measured"


def _room(folder: str, session: str) -> Room:
    place = open_place(Path(folder))
    gathering = join(place, "study", "pilot", "A", 2, session, "")
    place.close()
    return Room(Path(folder), "", gathering, session)


def _talk(folder: str) -> None:
    room = _room(folder, "s2")
    print("ready", flush=True)
    for number in count():
        room.say("choices", f"act {number}", key=f"{number}/0")
        time.sleep(EACH)


if __name__ == "__main__":
    _talk(sys.argv[1])
