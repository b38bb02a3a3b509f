"""The form of a log: one record a line, each line linked to the one before it.

A line is `{"n": 12, "kind": "screen_replied", ..., "h": "<32 hex digits>"}`. A record exists once its newline does.
`h` is the first 128 bits of the SHA-256 over the link before and the line's own text, so one changed, lost, doubled
or moved line breaks the chain. On the disk lines stand as they are, or in another `Form`.
"""

import hashlib
import math
import re
from pathlib import Path

import msgspec
from attrs import frozen

from runner.errors import HistoryError, VantageError
from runner.records import KINDS, Record, ScreenReplied, SessionResumed, SessionStarted, TrialEnded

UNFINISHED = ".unfinished"  # behind the name of a high-risk session's log while that is under way, and locked

_TAIL = 40  # bytes of `,"h":"<32 hex digits>"}`
_KIND = {cls: f',"kind":"{kind}",'.encode() for kind, cls in KINDS.items()}
_BEGINNING = re.compile(rb'\{"n":\d+,"kind":"(\w+)"[,}]')


@frozen
class Content:
    """What a log's bytes hold: its records, the bytes that they take, the last link."""

    records: list[Record]
    size: int
    link: bytes


class Form:
    """How a log's lines stand on the disk: as they are. (`runner.privacy.locked` has another form.)"""

    ending = ""  # what the file's name has behind the log's own
    room = 1  # times as long as they are in the clear are its lines

    def begin(self) -> None:
        """The file is there, empty, and nobody else's."""

    def undo(self) -> None:
        """Nothing became of a log that was begun."""

    def put(self, line: bytes) -> bytes:
        """A line as the disk has it, one line again."""
        return line

    def content(self, file: bytes, path: Path) -> Content:
        """What a file holds, as `content_of` has it; `size` counts the file's bytes."""
        return content_of(file, path)


def line_of(record: Record, n: int, link: bytes) -> tuple[bytes, bytes]:
    """The line of record number `n` behind a line with `link`, and its own link."""
    try:
        fields = msgspec.json.encode(record)
    except (UnicodeEncodeError, TypeError, ValueError) as error:
        what = f"record {n} ({record.kind}): can't be written as JSON ({error}); nothing was written"
        raise VantageError(what) from None
    if b"null" in fields and not _speakable(record):  # nan and inf are written as null
        raise VantageError(f"record {n} ({record.kind}): holds a number that is none, nan or inf; nothing was written")
    body = b'{"n":%d%b%b' % (n, _KIND[type(record)], fields[1:-1])
    link = _link(link, body)
    return b'%b,"h":"%b"}\n' % (body, link), link


def content_of(log: bytes, path: Path | None = None) -> Content:
    """Everything that a log's bytes hold, verified; a torn last line is left out, any other damage is refused."""
    records: list[Record] = []
    link, size = b"", 0
    *lines, tail = log.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not _is_next(line, link):
            raise HistoryError(_what_happened(line), path, number)
        records.append(_record(line, path, number))
        link, size = line[-_TAIL + 6 : -2], size + len(line) + 1
    if not _is_torn(tail, len(records), link):
        raise HistoryError(_what_happened(tail), path, len(records) + 1)
    return Content(records, size, link)


def _link(before: bytes, body: bytes) -> bytes:
    return hashlib.sha256(before + body).hexdigest()[:32].encode()


def _is_next(line: bytes, link: bytes) -> bool:
    body, end = line[:-_TAIL], line[-_TAIL:]
    return end == b',"h":"' + _link(link, body) + b'"}'


def _is_torn(tail: bytes, n: int, link: bytes) -> bool:
    """Is this how the next line begins? (Zeros are what some file systems leave of a line when the power goes.)"""
    if not tail.strip(b"\0"):
        return True
    beginning = b'{"n":%d,"kind":"' % n
    whole = min(len(beginning), len(tail))
    return tail[:whole] == beginning[:whole] and not _is_next(tail[:-1], link)  # else its newline was changed


def _record(line: bytes, path: Path | None, number: int) -> Record:
    begins = _BEGINNING.match(line)
    kind = begins[1].decode() if begins else ""
    if kind not in KINDS:
        raise HistoryError(f"a record of the unknown kind {kind!r}: this log is from a newer Vantage", path, number)
    try:
        return msgspec.json.decode(line, type=KINDS[kind])
    except msgspec.MsgspecError as error:
        raise HistoryError(f"a record that is not what {kind} should be: {error}", path, number) from None


def _what_happened(line: bytes) -> str:
    if line.startswith(b"\xef\xbb\xbf") or line.endswith(b"\r"):
        return "another program saved this log with other line ends or a byte order mark; use the original file"
    return "this line or one before it was changed, lost or moved since it was written; use a copy that is whole"


def _speakable(record: Record) -> bool:
    """Is every number one? JSON has no other: they would come back as missing."""
    if isinstance(record, ScreenReplied):
        return _finite((record.answer, record.onset, record.offset, record.answered, record.changes))
    if isinstance(record, TrialEnded):
        return _finite(record.outcome)
    if isinstance(record, SessionStarted | SessionResumed):
        return _finite(record.stage)  # the plan comes from YAML, which refused them
    return True


def _finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    return True
