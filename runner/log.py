"""The log of a session: the only state there is. Append, remember, read.

A line is one record as a JSON object: `{"n": 12, "kind": "screen_replied", ..., "h": "<32 hex digits>"}`. A record
exists once its newline does. `h` is the first 128 bits of the SHA-256 over the line before it, so one changed,
lost, doubled or moved line breaks the chain.
"""

import hashlib
import math
import os
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from runner import disk
from runner.errors import HistoryError, MachineError, VantageError
from runner.records import KINDS, Record, ScreenReplied, SessionResumed, SessionStarted, TrialEnded, history
from runner.screens import Reply

_TAIL = 40  # bytes of `,"h":"<32 hex digits>"}`
_BALLAST = 64 * 1024  # bytes given back when the disk is full: room for the rest of a session


class Log:
    """What the engine sees of every log: it verifies while it remembers, and keeps what is new.

    This class keeps its records in memory. `records` holds everything so far.
    """

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records: list[Record] = list(records)
        self._ahead = deque(r for r in history(self.records) if not isinstance(r, SessionStarted))

    @property
    def remembers(self) -> bool:
        """Is there memory left to replay?"""
        return bool(self._ahead)

    def append(self, record: Record) -> None:
        """Keep a record; while the log remembers, make sure that it is the one that it remembers."""
        if not self._ahead:
            self.records.append(record)
            self._keep(record)
            return
        remembered = self._ahead.popleft()
        if msgspec.json.encode(remembered) != msgspec.json.encode(record) or remembered.kind != record.kind:
            raise self._differs(f"the log goes on with {_brief(remembered)}, today's code with {_brief(record)}")

    def recall(self, trial: str, index: int, screen: str, digest: str) -> Reply | None:
        """The remembered reply to this screen, or None when memory is used up; refused when it was another screen."""
        if not self._ahead:
            return None
        record = self._ahead.popleft()
        if not isinstance(record, ScreenReplied) or (record.trial, record.index, record.digest) != (
            trial,
            index,
            digest,
        ):
            now = f"trial {trial!r}, screen {index + 1} {screen!r} [{digest[:8]}]"
            raise self._differs(f"the log holds {_brief(record)}, today's code would show {now}")
        return record.reply()

    def settle(self, patience: float | None = None) -> bool:
        """Wait until everything appended is durable; False when `patience` seconds were not enough."""
        return True

    def close(self) -> None:
        """Nothing more will be appended."""

    def _keep(self, record: Record) -> None:
        pass

    def _differs(self, what: str) -> HistoryError:
        return HistoryError(f"this session can't be continued as it began: {what}. Use the version that began it.")


class FileLog(Log):
    """A log in a file, written by a thread of its own.

    `durable` logs sync each batch of lines to the disk. Without it lines are written when the log is closed, which
    is for simulations. Any fault but a full disk makes the log refuse everything after it: what the disk then holds
    is only known by opening it anew.
    """

    def __init__(self, path: Path, fd: int, *, durable: bool, size: int = 0, n: int = 0, chain: bytes = b"") -> None:
        super().__init__()
        self.path, self.fd, self.durable = path, fd, durable
        self._n, self._chain = n, chain
        self._size = size  # bytes known to be good
        self._waiting: list[bytes] = []
        self._appended = self._settled = 0
        self._error: MachineError | None = None
        self._closing = False
        self._changed = threading.Condition()
        self.gave_ballast = False
        self._writer: threading.Thread | None = None
        if durable:
            self._writer = threading.Thread(target=self._write, name="log", daemon=True)
            self._writer.start()

    @property
    def head_link(self) -> str:
        """The last link of the chain so far, 32 hex digits: kept elsewhere, it shows records cut off the end."""
        return self._chain.decode()

    @classmethod
    def create(cls, path: Path, head: SessionStarted, *, durable: bool = True) -> "FileLog":
        """Begin a new log with its head, on the disk when this returns; an existing file is never touched."""
        try:
            disk.make_folder(path.parent)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
            fd = os.open(path, flags, 0o600)
            try:
                if not disk.lock(fd):
                    raise MachineError(f"{path}: another process has just begun this log; start the session again")
                if durable:
                    _lay_ballast(path)
                    disk.sync_folder(path.parent)
            except BaseException:
                os.close(fd)
                raise
        except FileExistsError:
            raise MachineError(f"{path}: this log exists already; continue it with `vantage resume`") from None
        except OSError as error:
            raise disk.explain(error, path, "beginning the log") from error
        log = cls(path, fd, durable=durable)
        log.append(head)
        try:
            log.settle()
        except VantageError:
            log.abandon()
            raise
        return log

    @classmethod
    def reopen(cls, path: Path) -> "FileLog":
        """Open a log to go on with it. A torn last line is kept beside it as `<name>.tail-<n>` and cut off."""
        try:
            fd = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            raise HistoryError("no such log; check the name", path) from None
        except OSError as error:
            raise disk.explain(error, path, "opening the log") from error
        try:
            if not disk.lock(fd):
                raise MachineError(f"{path}: this session is running in another window or process; end it there first")
            content = path.read_bytes()
            records, size, chain = _verified(content, path)
            if not records:
                raise HistoryError("this log was cut before its head was complete; nothing was answered in it", path)
            if size < len(content):
                tail = next(t for i in range(1000) if not (t := path.with_name(f"{path.name}.tail-{i}")).exists())
                disk.replace_file(tail, content[size:])
                os.ftruncate(fd, size)
                disk.sync(fd)
            _lay_ballast(path)
        except OSError as error:
            os.close(fd)
            raise disk.explain(error, path, "reopening the log") from error
        except BaseException:
            os.close(fd)
            raise
        log = cls(path, fd, durable=True, size=size, n=len(records), chain=chain)
        Log.__init__(log, records)
        log.dropped_bytes = len(content) - size
        return log

    dropped_bytes = 0  # of the torn line that `reopen` cut off

    def resumed(self, record: SessionResumed) -> None:
        """Note the break. Its effect on what counts is worked out anew, and memory begins at the first trial again."""
        self._ahead.clear()
        self.append(record)
        self._ahead.extend(r for r in history(self.records) if not isinstance(r, SessionStarted))

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
            else:
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
        if self._writer:
            self._writer.join()
        if self.fd >= 0:
            _ballast(self.path).unlink(missing_ok=True)
            os.close(self.fd)
            self.fd = -1

    def _keep(self, record: Record) -> None:
        line, self._chain = _line(record, self._n, self._chain)
        self._n += 1
        if not self.durable:
            self._waiting.append(line)
            return
        with self._changed:
            if self._error:
                raise self._error
            self._waiting.append(line)
            self._appended += 1
            self._changed.notify_all()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                lines, self._waiting = self._waiting, []
            try:
                self._put(b"".join(lines))
                error = None
            except OSError as fault:
                error = disk.explain(fault, self.path, "writing the log")
            with self._changed:
                self._settled += len(lines)
                self._error = error
                self._changed.notify_all()
            if error:
                return

    def _put(self, content: bytes) -> None:
        try:
            disk.write_all(self.fd, content)
        except OSError:
            # Half a line may be there. Cut it off; if the disk was full, the ballast makes room for one more try.
            os.ftruncate(self.fd, self._size)
            if not self.durable or not _ballast(self.path).exists():
                raise
            _ballast(self.path).unlink()
            self.gave_ballast = True
            disk.write_all(self.fd, content)
        if self.durable:
            disk.sync(self.fd)
        self._size += len(content)


def read(path: Path) -> list[Record]:
    """Every record of a log, its chain verified; a torn last line is left out."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise disk.explain(error, path, "reading the log") from error
    return _verified(content, path)[0]


def parse(content: bytes, path: Path | None = None) -> list[Record]:
    """As `read`, from bytes."""
    return _verified(content, path)[0]


def _line(record: Record, n: int, chain: bytes) -> tuple[bytes, bytes]:
    if isinstance(record, ScreenReplied):
        _refuse_unspeakable(record.answer, record.onset, record.offset, record.answered, record.changes)
    elif isinstance(record, TrialEnded):
        _refuse_unspeakable(record.outcome)
    try:
        fields = msgspec.json.encode(record)
    except (UnicodeEncodeError, TypeError) as error:
        what = f"record {n} ({record.kind}): can't be written as JSON ({error}); nothing was written"
        raise VantageError(what) from None
    body = b'{"n":%d,"kind":"%s",' % (n, record.kind.encode()) + fields[1:-1]
    link = hashlib.sha256(chain + body).hexdigest()[:32].encode()
    return body + b',"h":"' + link + b'"}\n', link


def _refuse_unspeakable(*values: object) -> None:
    """JSON has no NaN and no infinity; they would come back as missing."""
    for value in values:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise VantageError(f"a record holds the number {value}, which is no answer; nothing was written")
        elif isinstance(value, dict):
            _refuse_unspeakable(*value.values())
        elif isinstance(value, list | tuple):
            _refuse_unspeakable(*value)


def _verified(content: bytes, path: Path | None) -> tuple[list[Record], int, bytes]:
    """Records, bytes up to the end of the last whole line, and the last link of the chain."""
    records: list[Record] = []
    chain, size = b"", 0
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        body, link = line[:-_TAIL], line[-_TAIL + 6 : -2]
        wanted = hashlib.sha256(chain + body).hexdigest()[:32].encode()
        if link != wanted or line[-_TAIL : -_TAIL + 6] != b',"h":"' or line[-2:] != b'"}':
            raise HistoryError(_what_happened(line), path, number)
        records.append(_record(line, number, path))
        chain, size = link, size + len(line) + 1
    return records, size, chain


def _what_happened(line: bytes) -> str:
    if line.startswith(b"\xef\xbb\xbf") or line.endswith(b"\r"):
        return "another program saved this log with other line ends or a byte order mark; use the original file"
    return "this line or one before it was changed, lost or moved since it was written; use a copy that is whole"


def _record(line: bytes, number: int, path: Path | None) -> Record:
    kind = line[: line.find(b",", line.find(b",") + 1)].rpartition(b":")[2].strip(b'"').decode()
    if kind not in KINDS:
        raise HistoryError(f"a record of the unknown kind {kind!r}: this log is from a newer Vantage", path, number)
    try:
        return msgspec.json.decode(line, type=KINDS[kind])
    except msgspec.MsgspecError as error:
        raise HistoryError(f"a record that is not what {kind} should be: {error}", path, number) from None


def _brief(record: Record) -> str:
    if isinstance(record, ScreenReplied):
        return f"trial {record.trial!r}, screen {record.index + 1} {record.screen!r} [{record.digest[:8]}]"
    return f"{record.kind} {getattr(record, 'trial', '')!r}"


def _ballast(path: Path) -> Path:
    return path.with_name(path.name + ".ballast")


def _lay_ballast(path: Path) -> None:
    fd = os.open(_ballast(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        disk.write_all(fd, os.urandom(_BALLAST))  # random: a file of zeros may take no room at all
        disk.sync(fd)
    finally:
        os.close(fd)
