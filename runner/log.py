"""The log of a session: the only state there is. Append, remember, read. (`runner.lines` is its form.)"""

import errno
import os
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec

from runner import disk
from runner.errors import HistoryError, MachineError
from runner.lines import Content, Form, content_of, line_of
from runner.records import PartStarted, Record, ScreenReplied, SessionResumed, SessionStarted, history
from runner.screens import Reply

CLEAR, EMPTY = Form(), Content([], 0, b"")


class Log:
    """What the engine sees of every log: it verifies while it remembers, and keeps what is new.

    This class keeps its records in memory. `records` holds everything so far.
    """

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records: list[Record] = list(records)
        self._ahead: deque[Record] = deque()
        self._remember()

    @property
    def remembers(self) -> bool:
        """Is there memory left to replay?"""
        return bool(self._ahead)

    @property
    def next(self) -> Record | None:
        """What it remembers next; None when memory is used up."""
        return self._ahead[0] if self._ahead else None

    def append(self, record: Record) -> None:
        """Keep a record; while the log remembers, make sure that it is the one that it remembers."""
        if not self._ahead:
            return self.note(record)
        remembered = self._ahead.popleft()
        if msgspec.json.encode(remembered) != msgspec.json.encode(record) or remembered.kind != record.kind:
            raise _differs(f"the log goes on with {_brief(remembered)}, today's code with {_brief(record)}")

    def recall(self, trial: str, index: int, screen: str, digest: str) -> Reply | None:
        """The remembered reply to this screen, or None when memory is used up; refused when it was another screen."""
        if not self._ahead:
            return None
        record = self._ahead.popleft()
        wanted = (trial, index, digest)
        if isinstance(record, ScreenReplied) and (record.trial, record.index, record.digest) == wanted:
            return record.reply()
        now = f"trial {trial!r}, screen {index + 1} {screen!r} [{digest[:8]}]"
        raise _differs(f"the log holds {_brief(record)}, today's code would show {now}")

    def note(self, record: Record) -> None:
        """Keep something that no trial says, whatever is remembered."""
        self._keep(record)
        self.records.append(record)

    def resumed(self, record: SessionResumed) -> None:
        """Note a break. What counts is worked out anew, and memory begins at the first trial again."""
        self._ahead.clear()
        self.append(record)
        self._remember()

    def settle(self, patience: float | None = None) -> bool:
        """Wait until everything appended is durable; False when `patience` seconds were not enough."""
        return True

    def close(self) -> None:
        """Nothing more will be appended."""

    def _remember(self) -> None:
        self._ahead = deque(r for r in history(self.records) if not isinstance(r, SessionStarted | PartStarted))

    def _keep(self, record: Record) -> None:
        pass


class FileLog(Log):
    """A log in a file. Durable ones are written by a thread of their own that syncs each batch of lines to the disk.

    `path` is the log's name; its `form` may put something behind that, as the name of its `file`.
    Any fault but a full disk makes the log refuse everything after it: what the disk then holds is only known by
    opening it anew. Logs that need not be durable (simulations) are written when they are closed.
    """

    dropped_bytes = 0  # of the torn line that `reopen` cut off

    def __init__(self, path: Path, fd: int, form: Form, so_far: Content = EMPTY, *, durable: bool = True) -> None:
        super().__init__(so_far.records)
        self.path, self.file, self.durable = path, _file(path, form), durable
        self.gave_ballast = False
        self._fd, self._form, self._n = fd, form, len(so_far.records)
        self._link, self._size = so_far.link, so_far.size  # size: bytes known to be good
        self._waiting: list[bytes] = []
        self._appended = self._settled = 0
        self._error: MachineError | None = None
        self._closing = False
        self._changed = threading.Condition()
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        if durable:
            self._writer.start()

    @classmethod
    def create(cls, path: Path, head: Record, form: Form = CLEAR, *, durable: bool = True) -> Self:
        """Begin a new log with its head, on the disk when this returns; an existing file is never touched."""
        first, file = line_of(head, 0, b""), _file(path, form)  # refused, if it must be, before there is a file
        with disk.explained(path.parent, "making the data folder"):
            disk.make_folder(path.parent)
        with disk.explained(file, "beginning the log"):
            try:
                fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | disk.BINARY, 0o600)
            except FileExistsError:
                raise MachineError(f"{file}: this log exists already; continue it with `vantage resume`") from None
            log, ours = None, True
            try:
                ours = disk.lock(fd)
                if not ours:
                    raise MachineError(f"{file}: another process has just begun this log; start the session again")
                if durable:
                    disk.lay_ballast(file, form.room)
                    disk.sync_folder(path.parent)
                form.begin()
                log = cls(path, fd, form, durable=durable)
                log._add(*first)
                log.records.append(head)
                log.settle()
                return log
            except BaseException:
                if log is None:
                    os.close(fd)
                else:
                    log.abandon()
                if ours:
                    with suppress(OSError, MachineError):
                        file.unlink(missing_ok=True)
                        disk.ballast(file).unlink(missing_ok=True)
                        form.undo()
                raise

    @classmethod
    def reopen(cls, path: Path, form: Form = CLEAR) -> Self:
        """Open a log to go on with it. A torn last line is kept beside it as `<name>.tail-<n>` and cut off."""
        file = _file(path, form)
        with disk.explained(file, "opening the log"):
            try:
                fd = os.open(file, os.O_RDWR | os.O_APPEND | disk.BINARY)
            except FileNotFoundError:
                raise HistoryError("no such log; check the name", file) from None
        try:
            with disk.explained(file, "reopening the log"):
                if not disk.lock(fd):
                    raise MachineError(f"{file}: this session is running in another window or process; end it there")
                written = file.read_bytes()
                content = form.content(written, file)
                if not content.records:
                    raise HistoryError("this log was cut before its head was complete; nothing was answered", file)
                if content.size < len(written):
                    _set_aside(file, written[content.size :])
                    os.ftruncate(fd, content.size)
                    disk.sync(fd)
                disk.lay_ballast(file, form.room)
        except BaseException:
            os.close(fd)
            raise
        log = cls(path, fd, form, content)
        log.dropped_bytes = len(written) - content.size
        return log

    @property
    def head_link(self) -> str:
        """The last link of the chain so far, 32 hex digits: kept elsewhere, it shows records cut off the end."""
        return self._link.decode()

    def settle(self, patience: float | None = None) -> bool:
        if not self.durable:
            return True
        with self._changed:
            self._changed.wait_for(lambda: self._error or self._settled == self._appended, patience)
            if self._error:
                raise self._error
            return self._settled == self._appended

    def close(self) -> None:
        """Write what is left, sync, unlock. Raises when something could not be written."""
        try:
            if self.durable:
                self.settle()
            elif self._fd >= 0:
                self._put(b"".join(self._waiting))
        except OSError as error:
            raise disk.explain(error, self.path, "writing the log") from error
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the file as it is; nothing that was settled is lost."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self.durable:
            self._writer.join()
        if self._fd >= 0:
            with suppress(OSError):  # a disk that is gone or read-only keeps its ballast
                disk.ballast(self.file).unlink(missing_ok=True)
            with suppress(OSError):
                os.close(self._fd)
            self._fd = -1

    def _keep(self, record: Record) -> None:
        self._add(*line_of(record, self._n, self._link))

    def _add(self, line: bytes, link: bytes) -> None:
        line = self._form.put(line)
        if not self.durable:
            self._waiting.append(line)
            self._n, self._link = self._n + 1, link
            return
        with self._changed:
            if self._error:
                raise self._error
            self._waiting.append(line)
            self._appended += 1
            self._n, self._link = self._n + 1, link
            self._changed.notify_all()

    def _write(self) -> None:
        """The writer thread: batch after batch, until closing or a fault."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                lines, self._waiting = self._waiting, []
            error: MachineError | None = None
            try:
                self._put(b"".join(lines))
            except OSError as fault:
                error = disk.explain(fault, self.path, "writing the log")
            except BaseException as fault:  # whatever it is, nobody may wait for this thread for ever
                error = MachineError(f"{self.path}: writing the log failed ({fault!r}); start the session again")
            with self._changed:
                self._error = error
                self._settled += 0 if error else len(lines)
                self._changed.notify_all()
            if error:
                return

    def _put(self, content: bytes) -> None:
        try:
            disk.write_all(self._fd, content)
        except OSError as fault:
            os.ftruncate(self._fd, self._size)  # half a line may be there
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT) or not disk.ballast(self.file).exists():
                raise
            disk.ballast(self.file).unlink()  # makes room for one more try, and for the rest of the session
            self.gave_ballast = True
            disk.write_all(self._fd, content)
        if self.durable:
            disk.sync(self._fd)
        self._size += len(content)


def read(path: Path) -> list[Record]:
    """Every record of a log, its chain verified; a torn last line is left out."""
    with disk.explained(path, "reading the log"):
        return parse(path.read_bytes(), path)


def parse(content: bytes, path: Path | None = None) -> list[Record]:
    """As `read`, from bytes."""
    return content_of(content, path).records


def _differs(what: str) -> HistoryError:
    return HistoryError(f"this session can't be continued as it began: {what}. Use the version that began it.")


def _brief(record: Record) -> str:
    if isinstance(record, ScreenReplied):
        return f"trial {record.trial!r}, screen {record.index + 1} {record.screen!r} [{record.digest[:8]}]"
    return f"{record.kind} {getattr(record, 'trial', '')!r}"


def _file(path: Path, form: Form) -> Path:
    return path.with_name(path.name + form.ending)


def _set_aside(path: Path, tail: bytes) -> None:
    names = (path.with_name(f"{path.name}.tail-{number}") for number in range(1000))
    disk.replace_file(next(name for name in names if not name.exists()), tail)
