"""What is done before and after a session: seals dropped, a withdrawn participant's seat forgotten, logs locked."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.protocol import Protocol
    from runner.records import SessionStarted


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
    """Lock the log of a study with `high_risk`; the last link of its chain then, or nothing."""
    from runner.declarations.protocols import read_protocol_text

    if started.store != "real" or "high_risk" not in started.protocol:
        return ""
    if not read_protocol_text(started.protocol, str(log)).high_risk:
        return ""
    from runner.privacy import risk

    return risk.lock(log, risk.keys(log.resolve().parents[2]))


def tidy(protocol: "Protocol", data: Path) -> None:
    """Before a session: seals whose day is past are dropped, and logs of a study with `high_risk` that a power cut left
    in the clear are locked; such a study is refused without keys.
    """
    from runner.privacy import seals

    seals.drop(data / protocol.study)
    if not protocol.high_risk:
        return
    from runner.privacy import risk

    to = risk.keys(data)
    for log in risk.left_open(data, protocol.study):
        risk.lock(log, to)
