"""Which ledger a session is held in, and telling it how the session ended, now or later."""

from pathlib import Path

from runner.errors import MachineError
from runner.ledger.claims import WITHDRAWN, Ledger
from runner.ledger.reserve import FILE, Reserve
from runner.ledger.tables import UnreachableError

_LATER = "tell it with `vantage ledger sync` when it can be reached again"


def open_ledger(data: Path, url: str = "", study: str = "") -> Ledger:
    """The ledger for a new session: the server's if there is a `url`, or else this station's reserve, or a refusal.

    Without a `url` it is the data folder's own. A study whose sessions are there goes on there.
    """
    if not url:
        return Ledger(data)
    _refuse_second_ledger(data, study)
    try:
        return Ledger(data, url)
    except UnreachableError as error:
        if not (data / FILE).is_file():
            raise UnreachableError(
                f"{error}, and this station has no reserved slots; mend the connection "
                "(slots are reserved beforehand with `vantage ledger reserve`)"
            ) from None
        return Reserve(data, str(error))


def _refuse_second_ledger(data: Path, study: str) -> None:
    if not (data / "ledger.sqlite").is_file():
        return
    own = Ledger(data)
    try:
        if any(claim.state != "returned" for claim in own.claims(study)):
            raise MachineError(
                f"{own.path}: holds sessions of {study!r}, and a server would give their slots out once more; "
                "go on without --ledger, or use another data folder and another 'seed' in the protocol"
            )
    finally:
        own.close()


def holder(data: Path, url: str, session: str) -> Ledger:
    """The ledger that a session was begun with; it may be out of reach, and the session goes on nevertheless.

    A session on a reserved slot stays here until the server has been told of it, and then goes over to the server.
    """
    if not url:
        return Ledger(data)
    here = Reserve(data) if (data / FILE).is_file() else None
    kept = here.find(session) if here else None
    if here and kept and (kept.state != "live" or not here.told(session)):
        return here
    try:
        server = Ledger(data, url)
    except UnreachableError as error:
        if here:
            here.close()
        return Reserve(data, str(error))
    if here:
        if kept:
            here.hand_over(session)
        here.close()
    return server


def settle(ledger: Ledger, session: str, state: str, reason: str, head: str) -> str:
    """Tell the ledger that a session is done or gave its slot back. What whoever runs it has to know, or nothing."""
    later = isinstance(ledger, Reserve) and ledger.told(session)
    try:
        if isinstance(ledger, Reserve) and not ledger.find(session):
            return _note(ledger, session, state, reason, head, 0)
        held = ledger.finish(session, head) if state == "done" else ledger.give_back(session, reason)
    except UnreachableError:
        return _kept_here(ledger, session, state, reason, head)
    if not held:
        return f"{ledger.fenced(session)}; the log is kept"
    return _unknown(session) if later else ""


def forget(ledger: Ledger, session: str) -> str:
    """Have a withdrawn session forgotten, now or later; what whoever runs it has to know, or nothing."""
    try:
        if isinstance(ledger, Reserve) and not ledger.find(session):
            return _note(ledger, session, "returned", WITHDRAWN, "", 0)
        later = isinstance(ledger, Reserve) and ledger.told(session)
        ledger.forget(session)
    except UnreachableError:
        return _kept_here(ledger, session, "returned", WITHDRAWN, "")
    return _unknown(session) if later else ""


def _kept_here(ledger: Ledger, session: str, state: str, reason: str, head: str) -> str:
    reserve = Reserve(ledger.data)
    try:
        return _note(reserve, session, state, reason, head, ledger.epochs.get(session, 0))
    finally:
        reserve.close()


def _note(reserve: Reserve, session: str, state: str, reason: str, head: str, epoch: int) -> str:
    reserve.note(session, state, reason, head, epoch)
    return _unknown(session)


def _unknown(session: str) -> str:
    return f"the ledger's server does not know yet how session {session} ended; {_LATER}"
