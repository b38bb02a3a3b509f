"""What the laboratory's database has a session do beside its window: a group session's threads, the console's news.

As a script it is another station of the group session, which talks all the time: `beside.py FOLDER`.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from runner.laboratory import presence
from runner.laboratory.following import Glimpse
from runner.laboratory.gatherings import join
from runner.laboratory.place import open_place
from runner.laboratory.room import Room

SLOW = 0.03  # seconds that every statement takes longer
EACH = 0.1  # seconds from one thing said to the next, and from one look at the log to the next


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
                yield
                heard = room.heard("choices")
            assert heard, "nobody was heard, so nothing was measured"
        finally:
            talker.kill()
            with talker:
                pass
            room.end()


@contextmanager
def followed(path: Path) -> Iterator[None]:
    """The thread that tells the console how the session goes, ten times as often as it does, over a slow database."""
    progress, look = count(), presence.LOOK
    presence.LOOK = EACH
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, slow_database():
        reporter = presence.Reporter(
            Path(folder), "", lambda: (Glimpse(progress=next(progress)), ""), station="lab-1", study="s", pilot=True
        )
        try:
            yield
        finally:
            reporter.end()
            presence.LOOK = look
    assert next(progress) > 3, "nothing was told, so nothing was measured"


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
