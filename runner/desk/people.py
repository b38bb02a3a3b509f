"""What there is of a participant's code already: nothing, a session that is over, or one to go on with."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from runner import breaks
from runner.errors import VantageError
from runner.privacy import running
from runner.protocol import Protocol
from runner.records import Record, SessionEnded, SessionStarted

if TYPE_CHECKING:
    from runner.ledger import Claim

How = Literal[
    "free", "due", "finished", "left", "running", "interrupted", "elsewhere", "lost", "no_earlier", "unreachable"
]


@frozen(kw_only=True)
class Held:
    """How it stands with a code, in one study and visit."""

    how: How
    log: Path | None = None  # of an interrupted session
    halt: breaks.Break | None = None
    about: str = ""  # the other station, or why it can't be looked up

    @property
    def startable(self) -> bool:
        """May a new session begin with it?"""
        return self.how in ("free", "due")


def look_up(data: Path, url: str, protocol: Protocol, code: str, wave: str = "", station: str = "") -> Held:
    """By the logs of this machine and the ledger, which knows the other stations."""
    for path, records in _logs(data / protocol.study / "real", code):
        started = records[0]
        assert isinstance(started, SessionStarted)
        if not protocol.wave or started.plan["assigned"].get(protocol.wave) == wave:
            return _by_log(path, records)
    try:
        claims = _claims(data, url, protocol.study, code)
    except VantageError as error:
        return Held(how="unreachable", about=str(error))
    if wave in claims:
        claim = claims[wave]
        if claim.state == "done":
            return Held(how="finished")
        there = claim.station not in ("", station)  # of a session of this one there would be a log
        return Held(how="elsewhere", about=claim.station) if there else Held(how="lost")
    earlier = protocol.waves[: protocol.waves.index(wave)] if wave in protocol.waves else ()
    if any(before not in claims or claims[before].state != "done" for before in earlier):
        return Held(how="no_earlier")
    return Held(how="due" if earlier else "free")


def _by_log(path: Path, records: Sequence[Record]) -> Held:
    if isinstance(records[-1], SessionEnded):
        return Held(how="finished" if records[-1].how == "completed" else "left")
    if not running.is_free(path):
        return Held(how="running")
    return Held(how="interrupted", log=path, halt=breaks.of(records))


def _logs(folder: Path, code: str) -> Iterator[tuple[Path, list[Record]]]:
    """The code's logs, the newest first."""
    found = []
    for path, head in running.heads(folder, code):
        if head and head.participant == code:
            with suppress(VantageError):  # a damaged log is told of when it is used
                found.append((head.at, path, running.read(path)))
    return ((path, records) for _, path, records in sorted(found, key=lambda each: each[0], reverse=True))


def _claims(data: Path, url: str, study: str, code: str) -> Mapping[str, "Claim"]:
    """What the ledger holds for the code, by visit; looking makes no ledger."""
    if not url and not (data / "ledger.sqlite").is_file():
        return {}
    from runner.ledger import open_ledger

    ledger = open_ledger(data, url, study)
    try:
        return ledger.of_participant(study, "real", code)
    finally:
        ledger.close()
