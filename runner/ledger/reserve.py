"""When the server can't be reached: slots that were reserved for this station beforehand, or a refusal.

A reservation is a claim on the server without a participant, and a copy of it in a file here. `merge` tells the
server later what became of it. Until then nobody else is given the slot.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from attrs import Factory, define
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from runner.errors import MachineError
from runner.ledger.claims import TAKING_PART, WITHDRAWN, Ledger
from runner.ledger.entries import PLAIN, Listing
from runner.ledger.tables import CLAIM, NOTE, UnreachableError

FILE = "reserve.sqlite"
_NOBODY = {"participant": "", "head": "", "since": 0, "reason": ""}
_LATE = "held on a reservation that had been taken back"
_TWICE = "held without the server, while the participant had another session"


class Reserve(Ledger):
    """The ledger of a station that can't reach the server: gives out what is reserved here and nothing else."""

    def __init__(self, folder: Path, why: str = "") -> None:
        super().__init__(folder, file=FILE)
        self._why = why  # what is wrong with the server

    def claim(
        self,
        study: str,
        store: str,
        stratum: str,
        session: str,
        participant: str,
        station: str,
        *,
        wave: str = "",
        slot: int | None = None,
        listing: Listing = PLAIN,
    ) -> int:
        """The lowest slot that is reserved here."""
        if slot is not None or listing.name:
            self.refuse("a group session" if listing.name else "a later wave")

        def work(db: Connection) -> int:
            mine = db.execute(select(CLAIM.c.slot, CLAIM.c.epoch).where(CLAIM.c.session == session)).first()
            if mine:
                self.epochs[session] = mine.epoch
                return int(mine.slot)
            self._refuse_second(db, study, store, participant, wave)
            list_ = [CLAIM.c.study == study, CLAIM.c.store == store, CLAIM.c.stratum == stratum, CLAIM.c.wave == wave]
            kept = select(CLAIM.c.id, CLAIM.c.slot, CLAIM.c.epoch, CLAIM.c.digest).where(*list_)
            free = db.execute(kept.where(CLAIM.c.state == "reserved").order_by(CLAIM.c.slot).limit(1)).first()
            if free is None:
                what = "and no slot of this study is left that was reserved on this station"
                raise UnreachableError(
                    f"{self._why}, {what}; mend the connection (next time: `vantage ledger reserve`)"
                )
            if listing.digest and free.digest != listing.digest:
                what = f"the slots of {study!r} reserved here are of another allocation list than the protocol's"
                raise MachineError(f"{self._why}, and {what}; mend the connection")
            who = {"session": session, "participant": participant, "station": station, "state": "live"}
            new = {**who, "since": time.time(), "protocol": listing.protocol}
            db.execute(update(CLAIM).where(CLAIM.c.id == free.id).values(**new))
            self.epochs[session] = free.epoch
            return int(free.slot)

        return self.transact(work)

    def refuse(self, what: str) -> NoReturn:
        """Not to be done without the server."""
        raise UnreachableError(f"{self._why}, and {what} needs it; mend the connection")

    def give_back(self, session: str, reason: str) -> bool:
        """The slot is free again on this station."""

        def work(db: Connection) -> bool:
            old = db.execute(select(CLAIM).where(CLAIM.c.session == session, CLAIM.c.state == "live")).first()
            if old is None:
                return False
            db.execute(update(CLAIM).where(CLAIM.c.id == old.id).values(state="returned", reason=reason))
            self._reserve_again(db, old)
            return True

        return self.transact(work)

    def note(self, session: str, state: str, reason: str, head: str, epoch: int) -> None:
        """Keep how a session ended that was claimed on the server, until the server can be told."""
        row = {"session": session, "state": state, "reason": reason, "head": head, "epoch": epoch}
        self.write(upsert(NOTE).values(**row).on_conflict_do_nothing())

    def reserved(self, study: str = "") -> int:
        """How many slots of a study, or of all, can still be given out here."""
        return len(self._claims(CLAIM.c.state == "reserved", *([CLAIM.c.study == study] if study else [])))

    def told(self, session: str) -> bool:
        """Does the server know of this session of ours? Then it has to be told again how the session goes on."""
        row = next(iter(self.rows(select(CLAIM.c.token).where(CLAIM.c.session == session))), None)
        return row is not None and not row.token

    def hand_over(self, session: str) -> None:
        """The server, which was told of this session, keeps it from now on."""
        self.write(delete(CLAIM).where(CLAIM.c.session == session, CLAIM.c.token == ""))
        self.scrub()

    def _forget(self, db: Connection, session: str, gone: Mapping[str, Any]) -> None:
        old = db.execute(select(CLAIM).where(CLAIM.c.session == session)).first()
        if old is not None and not old.token:
            gone = {**gone, "session": session}  # until the server was told of whom
        super()._forget(db, session, gone)
        if old is not None and old.state in TAKING_PART:
            self._reserve_again(db, old)

    def _reserve_again(self, db: Connection, old: Row[Any]) -> None:
        if not old.token:
            return  # the server knows of this session, and gives the slot out itself
        own = {"session": secrets.token_hex(8), "attempt": old.attempt + 1, "state": "reserved"}
        again = {**old._mapping, **_NOBODY, **own}
        db.execute(insert(CLAIM).values({name: value for name, value in again.items() if name != "id"}))


def reserve(
    server: Ledger, here: Reserve, study: str, stratum: str, station: str, number: int, wave: str, listing: Listing
) -> list[int]:
    """Keep the next `number` slots for this station; first on the server, then here."""
    tokens = [secrets.token_hex(8) for _ in range(number)]

    def work(db: Connection) -> list[Row[Any]]:
        server.lock(db, study, "real")
        server.refuse_other_list(db, study, "real", listing)
        place = (study, "real", "", stratum)
        for token in tokens:
            who = {"session": token, "participant": "", "station": station, "state": "reserved"}
            server.insert(db, place, server.free(db, place, wave), wave, listing, who)
        return list(db.execute(select(CLAIM).where(CLAIM.c.session.in_(tokens)).order_by(CLAIM.c.slot)))

    rows = server.transact(work)
    copies = [{**row._mapping, "token": row.session, "since": 0} for row in rows]
    for copy in copies:
        del copy["id"]
    here.write(insert(CLAIM), copies)
    return [row.slot for row in rows]


@define
class Merged:
    """What a merge told the server."""

    sessions: int = 0  # held on reserved slots
    ends: int = 0  # of sessions that the server knew already
    released: int = 0  # reservations that were given back
    refused: list[str] = Factory(list)  # what the server could not take as it was, in sentences


def merge(server: Ledger, here: Reserve, *, release: bool = False) -> Merged:
    """Tell the server all that happened here. Cut off anywhere, it is taken up by asking again."""
    done = Merged()
    for token in dict.fromkeys(row.token for row in here.rows(select(CLAIM).order_by(CLAIM.c.id)) if row.token):
        rows = here.rows(select(CLAIM).where(CLAIM.c.token == token).order_by(CLAIM.c.attempt))
        told = server.transact(partial(_tell, server, rows, token, release))
        done.refused += told.refused
        done.sessions += sum(row.state != "reserved" for row in rows)
        done.released += release and rows[-1].state == "reserved"
        here.transact(partial(_tidy, rows, release or told.lost))
    ended = CLAIM.c.token == "", CLAIM.c.state.in_(("done", "returned"))
    for kept in here.rows(select(CLAIM).where(*ended)):
        _end(server, kept, done)
        here.write(delete(CLAIM).where(CLAIM.c.id == kept.id))
    for kept in here.rows(select(NOTE)):
        _end(server, kept, done)
        here.write(delete(NOTE).where(NOTE.c.session == kept.session))
    here.scrub()
    return done


@define
class _Told:
    refused: list[str] = Factory(list)
    lost: bool = False  # somebody took the reservation back


def _tell(server: Ledger, rows: Sequence[Row[Any]], token: str, release: bool, db: Connection) -> _Told:
    """The sessions held on one reservation, in their order, in one transaction."""
    told = _Told()
    server.lock(db, rows[0].study, rows[0].store)
    found = db.execute(select(CLAIM.c.id, CLAIM.c.state).where(CLAIM.c.session == token)).first()
    told.lost = found is not None and found.state != "reserved"
    kept = found.id if found is not None and not told.lost else None
    for row in rows:
        known = db.execute(select(CLAIM.c.id).where(CLAIM.c.session == row.session)).first()
        if row.state == "reserved" or known:
            continue
        what = {name: getattr(row, name) for name in _TOLD}
        problem = _LATE if kept is None else _TWICE if row.state in TAKING_PART and _elsewhere(db, row) else ""
        if problem:
            what |= {"state": "returned", "reason": problem}
            told.refused.append(f"session {row.session} was {problem}; its slot is another's, its log is kept")
        if kept is None:
            _add(server, db, row, what)
            continue
        db.execute(update(CLAIM).where(CLAIM.c.id == kept).values(**what))
        kept = None
        if row is not rows[-1]:  # it was given back, and kept for another
            kept = _add(server, db, row, {**_NOBODY, "session": token, "station": row.station, "state": "reserved"})
    if release and kept is not None:
        gone = {"state": "returned", "reason": "reserved, and not needed"}
        db.execute(update(CLAIM).where(CLAIM.c.id == kept).values(**gone))
    return told


_TOLD = ("session", "participant", "station", "state", "reason", "head", "epoch", "protocol", "since")


def _add(server: Ledger, db: Connection, row: Row[Any], what: Mapping[str, Any]) -> int:
    listing = Listing(protocol=row.protocol, digest=row.digest)
    server.insert(db, (row.study, row.store, row.list, row.stratum), row.slot, row.wave, listing, what)
    return int(db.execute(select(CLAIM.c.id).where(CLAIM.c.session == what["session"])).scalar_one())


def _elsewhere(db: Connection, row: Row[Any]) -> bool:
    same = [CLAIM.c[name] == getattr(row, name) for name in ("study", "store", "participant", "wave")]
    held = select(CLAIM.c.id).where(*same, CLAIM.c.session != row.session, CLAIM.c.state.in_(TAKING_PART))
    return db.execute(held).first() is not None


def _tidy(rows: Sequence[Row[Any]], release: bool, db: Connection) -> None:
    """What the server knows now is not kept here as well; a live session stays until it ends."""
    for row in rows:
        if row.state in ("done", "returned") or (row.state == "reserved" and release):
            db.execute(delete(CLAIM).where(CLAIM.c.id == row.id))
        elif row.state == "live":
            db.execute(update(CLAIM).where(CLAIM.c.id == row.id).values(token=""))


def _end(server: Ledger, kept: Row[Any], done: Merged) -> None:
    if kept.epoch:  # a note has none; what was taken up here without the server has a higher number than it knows
        known = server.find(kept.session)
        server.epochs[kept.session] = min(kept.epoch, known.epoch) if known else kept.epoch
    if kept.reason == WITHDRAWN:
        server.forget(kept.session)
        done.ends += 1
    elif server.move(kept.session, kept.state, kept.reason, kept.head):
        done.ends += 1
    else:
        done.refused.append(f"{server.fenced(kept.session)}; its log is kept")
