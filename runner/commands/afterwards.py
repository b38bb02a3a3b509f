"""What is done before and after a session: seals dropped, a withdrawn participant's seat forgotten, logs locked."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.protocol import Protocol
    from runner.records import Record, SessionStarted


def leave_seat(ledger: "Ledger", started: "SessionStarted") -> None:
    """What the stations of a group session share forgets a participant who took the data back."""
    from runner.laboratory import gatherings
    from runner.laboratory.forgetting import forget
    from runner.laboratory.place import open_place
    from runner.ledger import Reserve, UnreachableError

    try:
        if isinstance(ledger, Reserve):
            raise UnreachableError("the server can't be reached")
        place = open_place(ledger.data, ledger.url)
        try:
            gatherings.leave(place, started.group, started.session, "left")  # the last one to leave closes the door
            forget(place, [started.session], [started.participant])
        finally:
            place.close()
    except UnreachableError:
        what = "the laboratory's server can't be reached; it keeps the number of this session's seat, without a name"
        print(what, file=sys.stderr)


def lock(log: Path, started: "SessionStarted") -> str:
    """Lock the log of a study with `high_risk` for its keepers; the last link of its chain then, or nothing."""
    from runner.declarations.protocols import read_protocol_text

    if started.store != "real" or "high_risk" not in started.protocol:
        return ""
    if not read_protocol_text(started.protocol, str(log)).high_risk:
        return ""
    from runner.privacy import risk

    return risk.lock(log, risk.keys(log.resolve().parents[2]))


def finish(log: Path, server: str = "") -> None:
    """Do with the log of a high-risk session that is over what a power cut or a crash left undone."""
    from runner import sessions
    from runner.commands import live
    from runner.errors import HistoryError
    from runner.privacy import risk, running

    withdrawn = None if risk.is_locked(log) else sessions.taken_back(log, live.tasks_of)
    if withdrawn:
        live.erase(log, withdrawn, server)
        return
    records: list[Record] = []
    with suppress(HistoryError):  # locked for its keepers, and the key for once is gone
        records = running.read(log)
    link = risk.lock(log, risk.keys(log.resolve().parents[2]))
    if records:
        _settle(log, records, link, server)


def _settle(log: Path, records: "list[Record]", link: str, server: str) -> None:
    """Nobody else can tell the ledger that the session is over: its log can't be read here any more."""
    from runner.commands import common, live
    from runner.ledger import holder
    from runner.ledger.holding import settle
    from runner.records import SessionEnded, SessionStarted

    started, ended = records[0], records[-1]
    assert isinstance(started, SessionStarted) and isinstance(ended, SessionEnded)
    data = live.data_of(log, started.study)
    url = common.ledger_url(server, data)
    if not url and not (data / "ledger.sqlite").is_file():
        return
    ledger = holder(data, url, started.session)
    done = ("done", "", link) if ended.how == "completed" else ("returned", "left", "")
    if told := settle(ledger, started.session, *done):
        print(told, file=sys.stderr)
    ledger.close()


def tidy(protocol: "Protocol", data: Path, server: str = "") -> None:
    """Before a session: seals whose day is past are dropped, what sessions showed that are over, or may not go on, is
    forgotten, and logs of a study with `high_risk` that a power cut left behind are locked for their keepers, or
    erased; such a study is refused without keys.
    """
    from runner.errors import HistoryError
    from runner.privacy import seals, shown

    seals.drop(data / protocol.study)
    for log in shown.sweep(data, protocol.study):
        with suppress(HistoryError):  # damaged: told to whoever goes on with it
            if _late(log):
                shown.forget_alias(log)
    if not protocol.high_risk:
        return
    from runner.privacy import risk

    risk.keys(data)
    for log in risk.left_behind(data, protocol.study):
        finish(log, server)


def _late(log: Path) -> bool:
    """May it not go on any more, and does nobody go on with it nevertheless?"""
    from runner import breaks
    from runner.errors import VantageError
    from runner.privacy import running

    try:
        return breaks.of(running.read(log)).late() and running.is_free(log)
    except VantageError:  # damaged: whoever mends it may want to go on
        return False
