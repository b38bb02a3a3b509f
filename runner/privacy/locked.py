"""Logs whose lines are locked from the first on, with a key for once that lies outside the data folder.

So it is with the log of a part apart, and with that of a high-risk session, while they are under way. A kill loses
nothing that was acknowledged; without the key, which is destroyed at the end, nothing can be read. All lines are as
long as a multiple of `STEP`, so that lengths tell little.
"""

import base64
import binascii
from pathlib import Path

from runner.errors import HistoryError
from runner.lines import Content, Form, content_of
from runner.privacy import keys

STEP = 1024  # bytes


class Locked(Form):
    """Lines under a key that has a `place` of its own; `found` in it where the log was begun before."""

    room = 4  # most lines are a few hundred bytes long, and become 1.6 KB

    def __init__(self, place: Path, found: keys.Key | None = None, ending: str = "") -> None:
        self.ending = ending
        self._place, self._key = place, found or keys.make()

    def begin(self) -> None:
        """The key is put down behind its file: so whoever sweeps up after a kill finds both."""
        keys.put(self._place, self._key)

    def undo(self) -> None:
        """Nobody needs the key."""
        keys.destroy(self._place)

    def put(self, line: bytes) -> bytes:
        """A line filled up, locked, and in letters."""
        padded = line.ljust(-(-len(line) // STEP) * STEP)
        return base64.b64encode(keys.lock(padded, self._key)) + b"\n"

    def content(self, file: bytes, path: Path) -> Content:
        """What is behind the last newline is a torn line, which nobody was told is kept."""
        lines = file.split(b"\n")[:-1]
        found = content_of(b"".join(self._opened(line, path) for line in lines), path)
        return Content(found.records, sum(len(line) + 1 for line in lines), found.link)

    def _opened(self, line: bytes, path: Path) -> bytes:
        try:
            found = keys.unlock(base64.b64decode(line, validate=True), [self._key])
        except binascii.Error:
            found = None
        if found is None:
            what = "this locked log was changed, or its key is another one; it can't be continued"
            raise HistoryError(what, path)
        return found.rstrip(b" ")
