"""What coded data keep of a participant's token: a seal beside the log, until the day that was announced.

`<session>.jsonl.token` holds the salted hash and that day, and nothing else. It goes with its log: whatever erases the
log's companions erases it too. Neither the log, nor its plan, nor the picture of a screen that was logged, holds the
token; a token that was shown and not yet acknowledged when the session broke off is replaced by another one.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from attrs import frozen

from runner import disk
from runner.errors import HistoryError
from runner.privacy import tokens

ENDING = ".token"
_TIME = 946_684_800  # 2000-01-01, of every seal of a locked log


@frozen(kw_only=True)
class Seal:
    """A token's salted hash, and the last day on which it is kept; empty: until the data go."""

    sealed: str
    until: str = ""

    def over(self, today: date) -> bool:
        """Is the announced day past?"""
        return bool(self.until) and date.fromisoformat(self.until) < today


def beside(log: Path) -> Path:
    """Where the seal of a log's participant stands."""
    return log.with_name(log.name + ENDING)


def draw(log: Path, until: date | None) -> str:
    """A new token for a session, its seal on the disk before anybody sees it; one drawn before opens nothing more."""
    token = tokens.new()
    kept = {"sealed": tokens.sealed(token), "until": until.isoformat() if until else ""}
    path = beside(log)
    with disk.explained(path, "keeping what recognises a token"):
        disk.replace_file(path, json.dumps(kept).encode())
    return token


def read(path: Path) -> Seal:
    """A seal from its file; damage is told, since it would let a token open nothing."""
    try:
        with disk.explained(path, "reading what recognises a token"):
            kept = json.loads(path.read_bytes())
        seal = Seal(sealed=kept["sealed"], until=kept["until"])
        tokens.opens(tokens.SPECIMEN, seal.sealed)
        seal.over(date.today())
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HistoryError("this is not what recognises a token; it was damaged or changed", path) from None
    return seal


def coarsen(log: Path, later: Callable[[date], date]) -> None:
    """Where a log tells no day, its seal tells none either: not by its own day, which becomes a `later` one, nor by
    the time of its file.
    """
    path = beside(log)
    if not path.is_file():
        return
    with disk.explained(path, "keeping what recognises a token"):
        try:
            seal = read(path)
        except HistoryError:  # damaged: for whoever opens it to be told
            seal = None
        if seal is not None and seal.until:
            until = later(date.fromisoformat(seal.until)).isoformat()
            with overwriting(path):
                disk.replace_file(path, json.dumps({"sealed": seal.sealed, "until": until}).encode())
        os.utime(path, (_TIME, _TIME))


def opened(folder: Path, token: str, today: date | None = None) -> list[Path]:
    """The logs below a folder whose seal a token opens; seals whose day is past are dropped first."""
    drop(folder, today)
    return [log for seal, log in _seals(folder) if tokens.opens(token, read(seal).sealed)]


def drop(folder: Path, today: date | None = None) -> int:
    """Overwrite and remove the seals below a folder whose announced day is past; how many there were."""
    over = [path for path, _ in _seals(folder) if _over(path, today or date.today())]
    for path in over:
        erase(path)
    return len(over)


def last_days(folder: Path) -> Iterator[date]:
    """The last days of the seals below a folder, where they have one; damaged ones aside."""
    for path, _ in _seals(folder):
        with suppress(HistoryError):
            if until := read(path).until:
                yield date.fromisoformat(until)


def _over(path: Path, today: date) -> bool:
    """Is the day of a seal past? A damaged one is kept, for whoever opens it to be told."""
    try:
        return read(path).over(today)
    except HistoryError:
        return False


def erase(path: Path) -> None:
    """Overwrite a file and remove it, if it is there."""
    if not path.is_file():
        return
    with disk.explained(path, "erasing"), suppress(FileNotFoundError):  # another process has done it meanwhile
        with path.open("r+b") as file:
            file.write(b"\0" * os.fstat(file.fileno()).st_size)
            file.flush()
            disk.sync(file.fileno())
        path.unlink()
        disk.sync_folder(path.parent)


@contextmanager
def overwriting(path: Path) -> Iterator[None]:
    """The file that is replaced meanwhile is overwritten: it has no name any more, but its bytes are still there.

    Windows lets no file be replaced that is open; there they stay until the disk needs the room.
    """
    before = os.open(path, os.O_RDWR) if os.name == "posix" and path.is_file() else -1
    try:
        yield
        if before >= 0 and not os.fstat(before).st_nlink:
            disk.write_all(before, b"\0" * os.fstat(before).st_size)
            disk.sync(before)
    finally:
        if before >= 0:
            os.close(before)


def _seals(folder: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(folder.rglob(f"*.jsonl{ENDING}")):
        yield path, path.with_name(path.name.removesuffix(ENDING))
