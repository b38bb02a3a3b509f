"""A laboratory with group sessions in a test: places and rooms over a file or a server, opened and closed."""

import contextlib
import threading
import time
from pathlib import Path

from runner.laboratory import joining
from runner.laboratory.place import open_place
from runner.laboratory.room import Room


class Laboratory:
    def __init__(self, data: Path, url: str):
        self.data, self.url, self.code = data, url, f"A-{data.name[-20:]}"

    @contextlib.contextmanager
    def place(self):
        place = open_place(self.data, self.url)
        try:
            yield place
        finally:
            place.close()

    def join(self, session, seats=2, code=None):
        with self.place() as place:
            return joining.join(place, "study", "real", code or self.code, seats, session, f"lab-{session}")

    @contextlib.contextmanager
    def sitting(self, *sessions, seats=None, **more):
        rooms = [
            Room(self.data, self.url, self.join(session, seats or len(sessions)), session, **more)
            for session in sessions
        ]
        try:
            yield rooms
        finally:
            for each in rooms:
                each.end()

    def rows(self, table):
        with self.place() as place:
            return place.rows(table.select())


def until(what, seconds=30.0):
    """Wait for something that a thread of the room brings about."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.01)
    return True
