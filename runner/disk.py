"""The lines that differ between operating systems, for files that must survive a power cut."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.errors import MachineError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise turn each newline into two bytes
BALLAST = 64 * 1024  # bytes given back when the disk is full: room for the rest of a session
_TRIES, _PAUSE = 100, 0.05  # s: nobody who lets go at all has a file for longer than a sync or two
_LOCKED_BYTE = 2**40  # far behind any log's end: Windows locks bytes, and a locked byte can't be read by others


def sync(fd: int) -> None:
    """Return when the file's bytes are on the disk itself, not in a cache."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # plain fsync leaves the drive's own cache unflushed on macOS
            return
        except OSError:
            pass  # a file system without it
    if sys.platform == "linux":
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed entry of the folder durable; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def lock(fd: int) -> bool:
    """Take the file for this process alone until it is closed; False when another process has it."""
    try:
        if sys.platform == "win32":
            os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:  # how Windows says it
        return False
    return True


def lock_soon(fd: int) -> bool:
    """As `lock`, but another process has a few seconds to let go of it."""
    for _ in range(_TRIES):
        if lock(fd):
            return True
        time.sleep(_PAUSE)
    return False


def make_folder(folder: Path) -> None:
    """Create a private folder and everything above it, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Put a whole small file in place, so that a reader sees the old one or the new one.

    Windows refuses the rename while a virus scanner or a sync service reads the old file, so it is tried for 2 s.
    """
    new = path.with_name(path.name + ".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o600)
    try:
        write_all(fd, content)
        sync(fd)
    finally:
        os.close(fd)
    for pause in (0.05, 0.15, 0.3, 0.5, 1.0, None):
        try:
            os.replace(new, path)
            break
        except PermissionError:
            if pause is None or os.name != "nt":
                raise
            time.sleep(pause)
    sync_folder(path.parent)


def write_all(fd: int, content: bytes) -> None:
    """Write every byte: a short write is continued."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def ballast(path: Path) -> Path:
    """Where a file's ballast stands: bytes that can be given up when the disk is full."""
    return path.with_name(path.name + ".ballast")


def lay_ballast(path: Path, times: int = 1) -> None:
    """Take room beside a file, on the disk itself; so many `times` as much where its lines are longer."""
    fd = os.open(ballast(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o600)
    try:
        write_all(fd, os.urandom(times * BALLAST))  # random: a file of zeros may take no room at all
        sync(fd)
    finally:
        os.close(fd)


@contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Whatever the disk refuses meanwhile becomes one line for a person."""
    try:
        yield
    except OSError as error:
        raise explain(error, path, doing) from error


def explain(error: OSError, path: Path, doing: str) -> MachineError:
    """One line for the research assistant instead of a traceback."""
    access = (
        "read it; ask whoever owns it" if doing.startswith("reading") else "write there; choose another data folder"
    )
    advice = {
        "ENOSPC": "free some space on this disk",
        "EDQUOT": "free some of this account's quota",
        "EROFS": "this disk can only be read; choose another data folder",
        "EACCES": f"this account may not {access}",
        "EPERM": f"this account may not {access}",
        "EIO": "the disk reports a fault; move the session to another machine",
        "EEXIST": "a file stands where a folder should be; choose another data folder",
        "ENOTDIR": "a file stands where a folder should be; choose another data folder",
        "ENOENT": "the folder is gone; is the disk still plugged in?",
        "ENODEV": "the disk is gone; is it still plugged in?",
        "EMFILE": "too many files are open; restart the machine",
        "ENFILE": "too many files are open; restart the machine",
    }
    import errno

    name = errno.errorcode.get(error.errno or 0, str(error.errno))
    return MachineError(f"{path}: {doing} failed ({name}, {error.strerror}); {advice.get(name, 'check this disk')}")


# ---------------------------------------------------------------- what the analysis keeps beside the data

TABLES = ".vantage-tables"  # a folder beside a data folder: the tables of its logs, so that they need not be made anew


MADE = ".vantage-made"  # a file beside a data folder: where results and datasets of real sessions were written


def _blank(path: Path) -> None:
    with path.open("r+b") as file:
        write_all(file.fileno(), b"\0" * os.path.getsize(path))
        sync(file.fileno())


def note_made(data: Path, out: Path) -> None:
    """Note where something was made of real sessions, so that a withdrawal finds it; if one may write there."""
    if data.resolve().name != "real" and not any(found for way in ("real", "*/real") for found in data.glob(way)):
        return
    note, line = data.resolve().parent / MADE, f"{out.resolve()}\n"
    try:
        known = note.read_text(encoding="utf-8") if note.is_file() else ""
        if line not in known.splitlines(keepends=True):
            replace_file(note, (known + line).encode())
    except OSError:
        pass  # as with kept tables: what can't be written there is looked for where a person says


def forget_tables(log: Path, *, overwrite: bool = False) -> None:
    """Remove the tables that were kept of a log, wherever the analysis may have been told to begin; `overwrite` them
    where somebody's answers in them have to go from the disk, too.
    """
    import shutil  # here, since hardly any session needs it

    for folder in list(log.resolve().parents)[1:4]:  # beside the store, the study and the data folder
        kept = folder / TABLES
        if kept.is_dir():
            with explained(kept, "removing tables of erased data"):
                for path in kept.rglob("*") if overwrite else ():
                    if path.is_file() and not path.is_symlink():
                        _blank(path)
                shutil.rmtree(kept)
