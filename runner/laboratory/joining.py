"""Taking a seat in a group session: all of its stations do the same thing, or the one that would not is refused.

What is told of a choice are words as they stood on the screen on which it was made. So all have one language, and
nobody is known by theirs; and all have one version of the study and one cell, where a pilot names it.
"""

import secrets
from typing import Any

from attrs import asdict, fields, frozen
from sqlalchemy import Column, Connection, Table, Text, delete, insert, select, update

from runner.errors import MachineError
from runner.laboratory.gatherings import GATHERING, LOST, OPEN, SAID, SEAT, Gathering, close_forsaken, named
from runner.laboratory.place import METADATA, Place

TERMS = Table(
    "terms",
    METADATA,
    Column("gathering", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("protocol", "language", "levels", "start")),
)
STORES = {"real": "a real one", "pilot": "a pilot"}


@frozen(kw_only=True)
class Terms:
    """What is the same at all stations of a group session."""

    protocol: str = ""  # SHA-256 of its file
    language: str = ""
    levels: str = ""  # "display=end": what a pilot's cell has of the factors whose unit is the session, and the wave
    start: str = ""  # the phase with which a pilot begins; empty: the first one


def join(
    place: Place,
    study: str,
    store: str,
    code: str,
    seats: int,
    session: str,
    station: str,
    terms: Terms | None = None,
) -> Gathering:
    """Take a seat in the group session that is called `code`, and open it if nobody has; again gives the same seat.

    Before it has begun, somebody new has the seat of a station that is lost, if there is no other.
    """
    close_forsaken(place)
    terms = terms or Terms()

    def work(db: Connection) -> str:
        place.lock(db, f"gathering/{study}")
        called = [GATHERING.c.study == study, GATHERING.c.code == code]
        here = [GATHERING.c.store == store, GATHERING.c.state.in_(OPEN)]
        found = db.execute(select(GATHERING).where(*called, *here)).first()
        moment = place.time(db)
        if found is None:
            _refuse_mixed(db, called, store, code, moment)
            found_id, expected = secrets.token_hex(8), seats
            row = {"id": found_id, "study": study, "store": store, "code": code, "seats": seats}
            db.execute(insert(GATHERING).values(**row, state="gathering", opened=moment))
        else:
            found_id, expected = found.id, found.seats
        mine = [SEAT.c.gathering == found_id, SEAT.c.session == session]
        if db.execute(update(SEAT).where(*mine).values(state="here", seen=moment)).rowcount:
            return str(found_id)
        if found is not None and found.state != "gathering":
            raise MachineError(f"group session {code!r} has begun without this station; use another name for the next")
        if seats != expected:
            raise MachineError(f"group session {code!r} is for {expected}, not for {seats}; all stations say the same")
        sitting = db.execute(select(SEAT).where(SEAT.c.gathering == found_id).order_by(SEAT.c.number)).all()
        _agree(db, found_id, code, terms, first=all(seat.state != "here" for seat in sitting))
        number = _free(db, found_id, expected, sitting, moment)
        if number is None:
            raise MachineError(f"group session {code!r} is full: {expected} sit there; use another name for the next")
        who = {"number": number, "session": session, "station": station, "state": "here", "seen": moment}
        db.execute(insert(SEAT).values(gathering=found_id, **who))
        return str(found_id)

    return named(place, place.transact(work))


def give_up(place: Place, id: str, session: str) -> bool:
    """A session that could not begin gives its seat back. True if nobody else sat there, and all of it is forgotten."""

    def work(db: Connection) -> bool:
        place.lock(db, f"gathering/{db.execute(select(GATHERING.c.study).where(GATHERING.c.id == id)).scalar()}")
        db.execute(delete(SEAT).where(SEAT.c.gathering == id, SEAT.c.session == session))
        if db.execute(select(SEAT.c.number).where(SEAT.c.gathering == id)).first():
            return False
        for which in (SAID.c.gathering, TERMS.c.gathering, GATHERING.c.id):
            db.execute(delete(which.table).where(which == id))
        return True

    return place.transact(work)


def _free(db: Connection, id: str, expected: int, sitting: Any, moment: float) -> int | None:
    """The first seat that nobody has, or that of a station that is lost."""
    lost = [seat.number for seat in sitting if seat.state == "here" and moment - seat.seen > LOST]
    taken = {seat.number for seat in sitting}
    if len(taken) >= expected and lost:
        for table in (SEAT, SAID):
            seat = table.c.number if table is SEAT else table.c.seat
            db.execute(delete(table).where(table.c.gathering == id, seat == lost[0]))
        taken.remove(lost[0])
    return next((n for n in range(1, expected + 1) if n not in taken), None)


def _refuse_mixed(db: Connection, called: list[Any], store: str, code: str, moment: float) -> None:
    """A pilot beside real sessions that still wait for somebody, or the other way round."""
    alive = [SEAT.c.gathering == GATHERING.c.id, SEAT.c.state == "here", SEAT.c.seen >= moment - LOST]
    waits = select(GATHERING.c.store).where(*called, GATHERING.c.state == "gathering", *alive)
    other = db.execute(waits).scalars().first()
    if other is not None:
        what = f"group session {code!r} is {STORES[other]}, and this would be {STORES[store]}"
        raise MachineError(f"{what}; start all stations in the same way, or use another name")


def _agree(db: Connection, id: str, code: str, terms: Terms, first: bool) -> None:
    """Who comes first says on what terms; the others say the same."""
    known = db.execute(select(TERMS).where(TERMS.c.gathering == id)).first()
    if first:
        db.execute(delete(TERMS).where(TERMS.c.gathering == id))
        db.execute(insert(TERMS).values(gathering=id, **asdict(terms)))
    elif known is not None:
        for name in (each.name for each in fields(Terms)):
            if getattr(known, name) != getattr(terms, name):
                raise MachineError(_unlike(code, name, getattr(known, name), getattr(terms, name)))


def _unlike(code: str, name: str, theirs: str, mine: str) -> str:
    if name == "protocol":
        what = f"group session {code!r} goes by another version of the protocol ({theirs[:8]}, here {mine[:8]})"
        return f"{what}; put the same file on all stations"
    if name == "language":
        what = f"is held in {theirs!r}, not in {mine!r}"
    elif name == "levels":
        what = f"has {theirs or 'no level pinned'}, not {mine or 'none pinned'}"
    else:
        what = f"begins with the phase {theirs or 'that comes first'!r}, not with {mine or 'the first one'!r}"
    return f"group session {code!r} {what}; all stations say the same"
