"""Claiming a slot, finishing with it, giving it back, and forgetting who had it."""

import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, func, select, text, update
from sqlalchemy import insert as into
from sqlalchemy.exc import DBAPIError

from runner.errors import MachineError
from runner.ledger.database import Database
from runner.ledger.entries import PLAIN, Claim, Listing
from runner.ledger.tables import CLAIM, IS_HELD, IS_VACANT, MIGRATION, TAKES_PART, why

TAKING_PART = ("live", "done")
GROUPS = "groups"  # the list from which whole group sessions are drawn
WITHDRAWN = "withdrawn"

_FIELDS = [CLAIM.c[name] for name in Claim.__annotations__]


class Ledger(Database):
    """The slots of the studies of one laboratory: in a file of the data folder, or on the server at `url`."""

    def __init__(self, folder: Path, url: str = "", *, file: str = "ledger.sqlite") -> None:
        super().__init__(folder / file, url)
        self.data = folder
        self.epochs: dict[str, int] = {}  # session -> the number by which this station holds it

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
        """The lowest slot that nobody holds, now this session's. Asking again for the same session gives the same.

        In a later wave the `slot` is the participant's own, from the first one.
        """

        def work(db: Connection) -> int:
            self.lock(db, study, store)
            mine = db.execute(select(CLAIM.c.slot, CLAIM.c.epoch).where(CLAIM.c.session == session)).first()
            if mine:
                self.epochs[session] = mine.epoch
                return int(mine.slot)
            self._refuse_second(db, study, store, participant, wave)
            self.refuse_other_list(db, study, store, listing)
            place = (study, store, listing.name, stratum)
            chosen = self.free(db, place, wave) if slot is None else slot
            who = {"session": session, "participant": participant, "station": station, "state": "live"}
            self.insert(db, place, chosen, wave, listing, who)
            self.epochs[session] = 1
            return chosen

        return self.transact(
            work, f"the place of participant {participant!r} in {study!r} ({store}) is taken by another"
        )

    def claim_group(self, study: str, store: str, stratum: str, group: str, station: str, listing: Listing) -> int:
        """The number of a group session, from 0, claimed once for all its members; finished and returned by `group`."""
        return self.claim(study, store, stratum, group, group, station, listing=listing)

    def take_up(self, session: str, station: str = "") -> None:
        """This station goes on with the session; whoever had it before can't finish it any more."""

        def work(db: Connection) -> None:
            found = db.execute(select(CLAIM.c.state, CLAIM.c.epoch).where(CLAIM.c.session == session)).first()
            if found is None:
                return  # a ledger that doesn't know it; said when the session ends
            if found.state != "live":
                raise MachineError(f"{self.fenced(session)}; it can't go on; what was answered stays in its log")
            values: dict[str, Any] = {"epoch": found.epoch + 1, **({"station": station} if station else {})}
            db.execute(update(CLAIM).where(CLAIM.c.session == session).values(values))
            self.epochs[session] = found.epoch + 1

        self.transact(work)

    def finish(self, session: str, head: str) -> bool:
        """The session is over; `head` is the last link of its log, which makes records cut off later visible.

        False when this station no longer holds the slot; `fenced` says why.
        """
        return self.move(session, "done", "", head)

    def give_back(self, session: str, reason: str) -> bool:
        """The slot may be given out again; False when this station doesn't hold it for the session."""
        return self.move(session, "returned", reason, "")

    def fenced(self, session: str) -> str:
        """Why a session's slot is not this station's."""
        found = next(iter(self.rows(select(*_FIELDS).where(CLAIM.c.session == session))), None)
        if found is None:
            return f"{self.name}: the ledger knows nothing of session {session}; was it begun with another one?"
        if found.state == "live":
            where = f" on station {found.station!r}" if found.station else ""
            return f"session {session} was taken up again{where}; only there can it be finished"
        if found.state == "done":
            return f"session {session} was finished before"
        return f"session {session} gave its slot back ({found.reason}), and another may have it"

    def forget(self, session: str) -> None:
        """Take a withdrawn participant out of the ledger; the slot may be given out again."""
        gone = {"participant": "", "station": "", "head": "", "since": 0, "reason": WITHDRAWN, "state": "returned"}
        gone["session"] = secrets.token_hex(8)  # the log's name, which may stand on lists elsewhere
        self.transact(lambda db: self._forget(db, session, gone))
        self.scrub()

    def scrub(self) -> None:
        """Overwrite what was forgotten, or it would stand in dead rows and the files beside for a while."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT", reads=True) as db:
                for statement in self._scrubbing(db):
                    db.exec_driver_sql(statement)
        except DBAPIError as error:
            raise MachineError(f"{self.name}: forgotten, but not yet overwritten ({why(error)}); ask again") from None

    def claims(self, study: str, store: str = "real") -> list[Claim]:
        """Every claim ever made, in order."""
        return self._claims(CLAIM.c.study == study, CLAIM.c.store == store)

    def of_participant(self, study: str, store: str, participant: str) -> Mapping[str, Claim]:
        """The claims that a participant holds, by wave ("" in a study without any)."""
        theirs = and_(CLAIM.c.study == study, CLAIM.c.store == store, CLAIM.c.participant == participant)
        return {claim.wave: claim for claim in self._claims(theirs, TAKES_PART)}

    def find(self, session: str) -> Claim | None:
        """The claim of one session, of whatever study."""
        return next(iter(self._claims(CLAIM.c.session == session)), None)

    def take_back(self, session: str, reason: str) -> bool:
        """The person in charge returns a live session's slot; its station can't finish it any more."""
        self.epochs.pop(session, None)
        return self.move(session, "returned", reason, "", ("live", "reserved"))

    def migrate(self, study: str, store: str, listing: Listing, reason: str) -> None:
        """From now on slots come from another allocation list, and it is kept why."""
        row = {"study": study, "store": store, "digest": listing.digest, "protocol": listing.protocol}
        self.write(into(MIGRATION).values(**row, reason=reason, since=time.time()))

    def migrations(self, study: str, store: str = "real") -> list[Mapping[str, Any]]:
        """Each change of the allocation list that was declared: digest, protocol, reason, since."""
        rows = select(MIGRATION).where(MIGRATION.c.study == study, MIGRATION.c.store == store).order_by(MIGRATION.c.id)
        return [dict(row._mapping) for row in self.rows(rows)]

    def _claims(self, *which: Any) -> list[Claim]:
        rows = self.rows(select(*_FIELDS).where(*which).order_by(CLAIM.c.id))
        return [Claim(**row._mapping) for row in rows]

    def lock(self, db: Connection, study: str, store: str) -> None:
        """One station at a time chooses: SQLite's transactions see to it; the index would, with more retries."""
        if self.server:
            number = int.from_bytes(hashlib.sha256(f"{study}/{store}".encode()).digest()[:8], signed=True)
            db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    # ---------------------------------------------------------------- steps of a claim

    def free(self, db: Connection, place: tuple[str, str, str, str], wave: str) -> int:
        """The lowest slot of a list that nobody holds; two look-ups in indexes, however many claims there are."""
        here = _at(place), CLAIM.c.wave == wave
        vacant = select(func.min(CLAIM.c.slot)).where(*here, IS_VACANT).scalar_subquery()
        last = select(func.max(CLAIM.c.slot)).where(*here, IS_HELD).scalar_subquery()
        return int(db.execute(select(func.coalesce(vacant, last + 1, 0))).scalar_one())

    def insert(
        self,
        db: Connection,
        place: tuple[str, str, str, str],
        slot: int,
        wave: str,
        listing: Listing,
        who: Mapping[str, Any],
    ) -> None:
        """Add a claim on a slot as its next attempt.

        One that has ended already, held where the server could not be asked, says nothing of who has the slot now.
        """
        here = _at(place), CLAIM.c.slot == slot
        attempt = select(func.coalesce(func.max(CLAIM.c.attempt), 0) + 1).where(*here).scalar_subquery()
        ended = who["state"] == "returned"
        if not ended:
            db.execute(update(CLAIM).where(*here, CLAIM.c.wave == wave).values(followed=1))
        where = dict(zip(("study", "store", "list", "stratum"), place, strict=True))
        what = {"protocol": listing.protocol, "digest": listing.digest, "in_group": listing.group}
        row = {**where, "slot": slot, "attempt": attempt, "wave": wave, "followed": int(ended), **what, **who}
        db.execute(into(CLAIM).values(**{"since": time.time(), **row}))

    def _refuse_second(self, db: Connection, study: str, store: str, participant: str, wave: str) -> None:
        theirs = [CLAIM.c.study == study, CLAIM.c.store == store, CLAIM.c.participant == participant]
        mine = select(CLAIM.c.session, CLAIM.c.state).where(*theirs, CLAIM.c.wave == wave, TAKES_PART)
        found = db.execute(mine).first()
        if found is None:
            return
        log = self.data / study / store / f"{found.session}.jsonl"
        over = f"it is over, its log is {log}; use"
        way = over if found.state == "done" else f"continue it with `vantage resume {log}`, or use"
        where = f"{study!r} ({store})" + (f" in wave {wave!r}" if wave else "")
        raise MachineError(f"participant {participant!r} already has a session in {where}; {way} another code")

    def refuse_other_list(self, db: Connection, study: str, store: str, listing: Listing) -> None:
        """An edited protocol goes on in the list where it was; with another list that has to be said."""
        if not listing.digest:
            return
        declared = select(MIGRATION.c.digest).where(MIGRATION.c.study == study, MIGRATION.c.store == store)
        now = db.execute(declared.order_by(MIGRATION.c.id.desc()).limit(1)).scalar()
        if now is None:
            earlier = select(CLAIM.c.digest).where(CLAIM.c.study == study, CLAIM.c.store == store, CLAIM.c.digest != "")
            now = db.execute(earlier.limit(1)).scalar()  # any will do: without a migration there is one list only
        if now not in (None, listing.digest):
            raise MachineError(
                f"the protocol of {study!r} has another allocation list (seed, blocks, factors or levels) than the "
                "sessions so far; take the edit back, or record that it is meant with `vantage ledger migrate`"
            )

    # ---------------------------------------------------------------- steps of an end

    def move(self, session: str, state: str, reason: str, head: str, out_of: Sequence[str] = ("live",)) -> bool:
        """Change a claim's state, if this station still holds it."""
        epoch = self.epochs.get(session)
        mine = [CLAIM.c.session == session, *([CLAIM.c.epoch == epoch] if epoch else [])]
        new = {"state": state, "reason": reason, "head": head}

        def work(db: Connection) -> bool:
            changed = db.execute(update(CLAIM).where(*mine, CLAIM.c.state.in_(out_of)).values(**new))
            if changed.rowcount == 1:
                return True
            same = [CLAIM.c[name] == value for name, value in new.items()]  # told before, the answer was lost
            return bool(epoch and db.execute(select(CLAIM.c.id).where(*mine, *same)).first())

        return self.transact(work)

    def _forget(self, db: Connection, session: str, gone: Mapping[str, Any]) -> None:
        db.execute(update(CLAIM).where(CLAIM.c.session == session).values(**gone))

    def _scrubbing(self, db: Connection) -> Iterator[str]:
        if not self.server:
            yield "PRAGMA wal_checkpoint(TRUNCATE)"
            return
        yield "VACUUM FULL claim"
        if db.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar():
            yield from ("SELECT pg_switch_wal()", "CHECKPOINT")  # old segments of the log become empty future ones ...
            for _ in range(int(db.exec_driver_sql("SELECT count(*) FROM pg_ls_waldir()").scalar_one())):
                yield "SELECT pg_logical_emit_message(false, 'vantage', '')"
                yield "SELECT pg_switch_wal()"  # ... in which what they held still stands until they are used
            yield "CHECKPOINT"


def _at(place: tuple[str, str, str, str]) -> Any:
    study, store, name, stratum = place
    return and_(CLAIM.c.study == study, CLAIM.c.store == store, CLAIM.c.list == name, CLAIM.c.stratum == stratum)
