"""The log of a part apart while it is under way: as a session's log, but each line locked with a key for once.

A kill loses nothing that was acknowledged, and without the key, which is destroyed with the part, nothing can be read.
All lines are as long as a multiple of `STEP`, so that lengths tell little. It holds no wall-clock time.
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec

from runner import disk
from runner.errors import HistoryError, MachineError
from runner.lines import content_of, line_of
from runner.log import FileLog
from runner.privacy import keys
from runner.records import Record, SessionResumed

STEP = 1024  # bytes


class LockedLog(FileLog):
    """A log of which the disk holds locked lines only; the first says what the part is, for whoever goes on with it."""

    key: keys.Key
    head: dict[str, Any]

    @classmethod
    def begin(cls, path: Path, head: Mapping[str, Any], key: keys.Key, place: Path) -> Self:
        """A new one, its head on the disk when this returns. Its file is there before its key, which goes to `place`:
        so whoever sweeps up after a kill finds both, and sees by the lock that nobody was killed.
        """
        with disk.explained(path, "beginning the part apart"):
            disk.make_folder(path.parent)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | disk.BINARY, 0o600)
            try:
                if not disk.lock(fd):
                    raise MachineError(f"{path}: another process has taken this part for a dead one; start again")
                disk.sync_folder(path.parent)
                keys.put(place, key)
                log = cls._of(path, fd, key, dict(head))
            except BaseException:
                os.close(fd)
                raise
        log._add(_locked(msgspec.json.encode(log.head) + b"\n", key), b"")
        log._n, log._link = 0, b""
        log.settle()
        return log

    @classmethod
    def again(cls, path: Path, key: keys.Key) -> Self | None:
        """One that was begun before; None where not even its head got to the disk."""
        with disk.explained(path, "going on with the part apart"):
            fd = os.open(path, os.O_RDWR | os.O_APPEND | disk.BINARY)
            try:
                if not disk.lock(fd):
                    raise MachineError(f"{path}: this part is under way in another process; end that one first")
                lines = path.read_bytes().split(b"\n")[:-1]
                size = sum(len(line) + 1 for line in lines)
                os.ftruncate(fd, size)  # what is behind is a torn line, which nobody was told is kept
                disk.sync(fd)
                plain = [_unlocked(line, key, path) for line in lines]
                if not plain:
                    os.close(fd)
                    return None
                content = content_of(b"".join(plain[1:]), path)
                log = cls._of(path, fd, key, msgspec.json.decode(plain[0]), content.records, size, content.link)
            except BaseException:
                os.close(fd)
                raise
        return log

    def go_on(self) -> None:
        """Note a break: what was answered is remembered first, and then it goes on."""
        self.resumed(SessionResumed(versions={}, stage={}, dropped_bytes=0, at=""))

    def note(self, record: Record) -> None:
        """Keep something that no trial says, whatever is remembered."""
        self._keep(record)
        self.records.append(record)

    @classmethod
    def _of(
        cls,
        path: Path,
        fd: int,
        key: keys.Key,
        head: dict[str, Any],
        records: list[Record] | None = None,
        size: int = 0,
        link: bytes = b"",
    ) -> Self:
        log = cls(path, fd, durable=True, records=records or [], size=size, link=link)
        log.key, log.head = key, head
        return log

    def _keep(self, record: Record) -> None:
        line, link = line_of(record, self._n, self._link)
        self._add(_locked(line, self.key), link)


def _locked(line: bytes, key: keys.Key) -> bytes:
    padded = line.ljust(-(-len(line) // STEP) * STEP)
    return base64.b64encode(keys.lock(padded, key)) + b"\n"


def _unlocked(line: bytes, key: keys.Key, path: Path) -> bytes:
    try:
        found = keys.unlock(base64.b64decode(line, validate=True), [key])
    except ValueError:
        found = None
    if found is None:
        raise HistoryError("this part apart was changed, or its key is another one; it can't be continued", path)
    return found.rstrip(b" ")
