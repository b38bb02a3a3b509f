"""What `withdraw` and `purge` share: every ledger that knows a participant, and no erasing under a running session."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.ledger import Ledger


def ledgers_of(data: Path, url: str) -> list["Ledger"]:
    """The server's, and what this machine keeps; a server that can't be reached is refused, for it knows the code."""
    from runner.ledger import Ledger, Reserve
    from runner.ledger.reserve import FILE

    found = [Ledger(data, url)] if url else []
    if (data / "ledger.sqlite").is_file():
        found.append(Ledger(data))
    return [*found, *([Reserve(data)] if (data / FILE).is_file() else [])]


def refuse_running(logs: Iterable[Path]) -> None:
    """A session that is being held now is ended first, or it would go on writing."""
    from runner.errors import MachineError
    from runner.privacy import running

    for path in logs:
        if not running.is_free(path):
            raise MachineError(f"{path}: this session is running; end it first, then erase it")


Held = list[tuple["Ledger", list[str]]]


def leave_out(claims: Held, here: set[str], station: str) -> tuple[Held, str]:
    """The claims without those of sessions whose answers lie on other stations, and a sentence about the latter.

    `here` are the sessions whose logs are on this one; a server's ledger keeps the others until they are erased there.
    """
    known = [ledger.find(session) for ledger, held in claims for session in held if ledger.server]
    live = [claim for claim in known if claim and claim.state in ("live", "done") and claim.session not in here]
    away = {claim.session: claim.station for claim in live if claim.station not in ("", station)}
    kept = [(ledger, [session for session in held if session not in away]) for ledger, held in claims]
    where = ", ".join(sorted({repr(name) for name in away.values()}))
    said = f"{common.count(len(away), 'session')} of theirs, held on station {where}, can't be erased here"
    return kept, said if away else ""
