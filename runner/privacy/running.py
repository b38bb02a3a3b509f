"""The log of a high-risk session while it is under way: under its name and `.unfinished`, each line locked.

A session's log has one name, `<session>.jsonl`, wherever and however it stands. What has to read a log that may not be
over goes through here: one in the clear is read as it is, a locked one with its key, which lies outside the data
folder and is destroyed when the session is over (`risk.lock`) or taken back.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import disk
from runner.errors import HistoryError, MachineError
from runner.lines import UNFINISHED, Form
from runner.log import CLEAR, FileLog
from runner.privacy import keys, seals
from runner.privacy.locked import Locked
from runner.records import Record, SessionStarted


def name_of(path: Path) -> Path:
    """A log's name, by that or by its file."""
    return path.with_name(path.name.removesuffix(UNFINISHED))


def file_of(log: Path) -> Path:
    """The file in which a log stands."""
    unfinished = log.with_name(log.name + UNFINISHED)
    return unfinished if unfinished.is_file() else log


def stands(log: Path) -> bool:
    """Is it there, in the clear or locked while its session is under way?"""
    return file_of(log).is_file()


def logs(folder: Path) -> list[Path]:
    """The names of the logs that stand in a store."""
    return sorted({name_of(file) for ending in ("", UNFINISHED) for file in folder.glob(f"*.jsonl{ending}")})


def is_free(log: Path) -> bool:
    """Has no process the log open? One that is gone meanwhile was just done with, by the process that had it."""
    file = file_of(log)
    with disk.explained(file, "asking who has the log open"):
        try:
            fd = os.open(file, os.O_RDWR | disk.BINARY)
        except FileNotFoundError:
            return False
    try:
        return disk.lock(fd)
    finally:
        os.close(fd)


@contextmanager
def alone(log: Path) -> Iterator[None]:
    """A log that is over for this process alone; whether it is still there is to be asked then."""
    file = file_of(log)
    if not file.is_file():
        yield
        return
    fd = os.open(file, os.O_RDWR | disk.BINARY)
    try:
        if not disk.lock_soon(fd):
            raise MachineError(f"{file}: this session is running in another window or process; end it there")
        yield
    finally:
        os.close(fd)


def create(log: Path, head: SessionStarted) -> FileLog:
    """Begin a log that is locked."""
    place = keys.outside(log.resolve().parents[2]) / key_of(log)
    return FileLog.create(log, head, Locked(place, ending=UNFINISHED))


def reopen(log: Path) -> FileLog:
    """Go on with a log, however it stands."""
    return FileLog.reopen(log, _form(log))


def read(log: Path) -> list[Record]:
    """Every record of a log, its chain verified; a torn last line is left out."""
    file = file_of(log)
    with disk.explained(file, "reading the log"):
        return _form(log).content(file.read_bytes(), file).records


def heads(folder: Path, code: str = "") -> Iterator[tuple[Path, SessionStarted | None]]:
    """The name and head of each log in a store; None where it can't be read. Of logs in the clear those alone in which
    the participant's `code` stands, if one is given. No more than the head is read.
    """
    needle = f'"participant":"{code}"'.encode() if code else b""
    for log in logs(folder):
        file = file_of(log)
        try:
            with file.open("rb") as opened:
                line = opened.readline()
            if file == log and needle not in line:
                continue
            head = next(iter(_form(log).content(line, file).records), None)
        except (HistoryError, OSError):
            head = None
        yield log, head if isinstance(head, SessionStarted) else None


def destroy(log: Path) -> None:
    """Overwrite a log that stands here, and what a kill left of it: the key first, without which nobody reads the rest.
    Its seal and what its keepers read stay.
    """
    keys.destroy(keys.folder() / key_of(log))
    file = file_of(log)
    for each in (*sorted(file.parent.glob(f"{file.name}.tail-*")), disk.ballast(file), file):
        seals.erase(each)


def key_of(log: Path) -> str:
    """The name of the key's file."""
    return f"log-{log.name.partition('.')[0]}.key"


def _form(log: Path) -> Form:
    file, place = file_of(log), keys.folder() / key_of(log)
    if file == log:
        return CLEAR
    found = keys.get(place)
    if not found and file.stat().st_size:  # what is empty was cut off before it had a key
        what = f"this session's log is locked, and its key is not in {keys.folder()}; go on with it where it began"
        raise HistoryError(f"{what}, or begin anew, since without the key nobody can read it", file)
    return Locked(place, found[0] if found else None, UNFINISHED)
