"""Studies whose data could put people at risk: logs are locked, and finished ones for the investigator.

While a session is under way its log is locked with a key for once (`running`), since it has to survive a power cut and
go on. When it is over, the log is written anew without station, with no time finer than a week, with clocks that begin
at zero and without answers that were changed; it is encrypted with age to the keys of two people, and the key for once
is destroyed with the log from before. The station can't read what it kept.
"""

import os
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from attrs import evolve
from pyrage import DecryptError, IdentityError, RecipientError, decrypt, encrypt, x25519

from runner import disk
from runner.errors import DeclarationError, HistoryError, MachineError, Mistake, VantageError
from runner.lines import content_of, line_of
from runner.privacy import running, seals
from runner.records import Record, ScreenReplied, SessionEnded, SessionPaused, SessionResumed, SessionStarted

ENDING = ".age"
FEWEST_KEYS = 2
_TIME = 946_684_800  # 2000-01-01, of every locked log
_STEP = 64 * 1024  # bytes that a log is filled up to, so that its length tells little
_KNOWN = ("vantage-lab", "psychopy", "python", "commit")  # what of the versions tells nothing about the machine


def keys(data: Path) -> tuple[str, ...]:
    """The public keys in `[high_risk]` of station.toml, two at least; without them no session is held."""
    file, said = data / "station.toml", cast(Any, {})
    if file.is_file():
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8")).get("high_risk", {})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong(file, f"can't be read ({error}); it wants a table [high_risk] with keys") from None
    listed: Any = said.get("keys", []) if isinstance(said, dict) else []
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
        raise _wrong(file, '[high_risk] wants keys = ["age1...", "age1..."]; correct it')
    found = tuple(dict.fromkeys(listed))
    if len(found) < FEWEST_KEYS:
        what = "this study's logs are locked for two people at least, and no session starts before [high_risk] of"
        raise _wrong(file, f"{what} station.toml has their public keys (`vantage contacts new-key`), got {len(found)}")
    for key in found:
        _recipient(key, file)
    return found


def lock(log: Path, to: Sequence[str]) -> str:
    """Lock a finished log; the last link of the chain as it is inside. Cut off anywhere, asking again completes it:
    what is locked is whole, and then only the rest is to be done. Of two processes one waits for the other.
    """
    place, link = _place(log), ""
    with disk.explained(log, "locking the log"), running.alone(log):
        if not place.is_file():
            plain, link = _anew(running.read(log))
            padded = plain + b"\0" * (-len(plain) % _STEP)
            disk.replace_file(place, encrypt(padded, [_recipient(key, log) for key in to]))
        os.utime(place, (_TIME, _TIME))
        seals.coarsen(log, _sunday)
    running.destroy(log)
    return link


def is_locked(log: Path) -> bool:
    """Is there what its keepers read?"""
    return _place(log).is_file()


def left_behind(data: Path, study: str) -> Iterator[Path]:
    """Real logs of sessions that are over and were not done with: the machine went off before."""
    yield from filter(is_left_behind, running.logs(data / study / "real"))


def is_left_behind(log: Path) -> bool:
    """Is its session over, though it stands here as it was written, and no process has it open?"""
    return running.is_free(log) and (is_locked(log) or _is_over(log))


def unlock(data: Path, study: str, key: str, out: Path) -> int:
    """Put the locked logs of a study in the clear below another folder; how many there were."""
    try:
        identity = x25519.Identity.from_str(key)
    except (IdentityError, ValueError):
        raise DeclarationError(Mistake("--key", 0, 0, "is no private key; name the file that holds one")) from None
    if data.resolve() in (out.resolve(), *out.resolve().parents):
        what = "is, or lies in, the folder where they are locked"
        raise MachineError(f"{out}: {what}; name a folder on a disk that nobody else reads")
    found = 0
    for place in locked(data, study):
        with disk.explained(place, "reading a locked log"):
            sealed = place.read_bytes()
        try:
            plain = decrypt(sealed, [identity]).rstrip(b"\0")
        except DecryptError:
            raise HistoryError("this key doesn't open it, or it was changed since it was written", place) from None
        content_of(plain, place)
        target = out / study / place.parent.name / place.name.removesuffix(ENDING)
        with disk.explained(target, "writing a log"):
            disk.make_folder(target.parent)
            disk.replace_file(target, plain)
        found += 1
    return found


def locked(data: Path, study: str) -> Iterator[Path]:
    """The locked logs of a study."""
    yield from sorted((data / study).glob(f"*/*.jsonl{ENDING}"))


def coarse(at: str) -> str:
    """The Monday of a time's week, at midnight UTC: all that is kept of it."""
    day = datetime.fromisoformat(at)
    monday = (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return monday.isoformat(timespec="seconds")


def _place(log: Path) -> Path:
    return log.with_name(log.name + ENDING)


def _is_over(log: Path) -> bool:
    try:
        records = running.read(log)
    except VantageError:  # damaged, without its key, or just gone: for somebody to look at
        return False
    return bool(records) and isinstance(records[-1], SessionEnded)


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _anew(records: Sequence[Record]) -> tuple[bytes, str]:
    """The same log without station and times, with a chain of its own."""
    lines, link, zero = [], b"", None
    for n, record in enumerate(records):
        if isinstance(record, SessionResumed):
            zero = None  # a clock of its own
        elif zero is None and isinstance(record, ScreenReplied):
            zero = record.onset
        line, link = line_of(_told_less(record, zero or 0.0), n, link)
        lines.append(line)
    return b"".join(lines), link.decode()


def _told_less(record: Record, zero: float) -> Record:
    if isinstance(record, SessionStarted):
        stage = {name: value for name, value in record.stage.items() if name != "keyboard"}
        known = {name: version for name, version in record.versions.items() if name in _KNOWN}
        return evolve(record, station="", at=coarse(record.at), utc_offset=0, versions=known, stage=stage)
    if isinstance(record, SessionResumed):
        return evolve(record, at=coarse(record.at), versions={}, stage={})
    if isinstance(record, SessionPaused):
        return evolve(record, onset=record.onset - zero, offset=record.offset - zero)
    if isinstance(record, ScreenReplied):
        return _from_zero(record, zero)
    return evolve(record, at=coarse(record.at)) if isinstance(record, SessionEnded) else record


def _from_zero(record: ScreenReplied, zero: float) -> ScreenReplied:
    """Times from the first screen on, since a machine's clock tells how long it has been on; and no answer that was
    changed, since what was picked first may be what the rule of a die was to hide.
    """
    return evolve(
        record,
        onset=record.onset - zero,
        offset=record.offset - zero,
        answered=None if record.answered is None else record.answered - zero,
        changes=tuple((at - zero, answer) for at, answer in record.changes[-1:]),
        heard=tuple(evolve(each, at=each.at - zero) for each in record.heard),
        sent=(),
    )


def _recipient(key: str, where: Path) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(key)
    except (RecipientError, ValueError):
        raise _wrong(where, f"{key[:80]!r} is no public key; one looks like age1... and has 62 characters") from None


def _wrong(file: Path, what: str) -> DeclarationError:
    return DeclarationError(Mistake(str(file), 0, 0, what))
