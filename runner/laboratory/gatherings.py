"""Group sessions: which there are, who sits where, and whether they gather, run, wait or are over.

What participants tell each other stands in `SAID` only as long as the group does: aliases and what was displayed are
gone when it closes.
"""

from contextlib import suppress
from typing import Any

from attrs import frozen
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Float,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    cast,
    delete,
    func,
    select,
    update,
)

from runner.errors import MachineError
from runner.laboratory.place import METADATA, Place

LOST = 15.0  # seconds of silence after which a station counts as lost
FORSAKEN = 12 * 3600.0  # seconds without a word of any station after which a group session is over
OPEN = ("gathering", "running", "paused")

GATHERING = Table(
    "gathering",
    METADATA,
    Column("id", Text, primary_key=True),  # random
    Column("study", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("code", Text, nullable=False),  # what the assistant calls it today, such as "A"
    Column("seats", Integer, nullable=False),  # how many are expected
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("opened", Float, nullable=False),  # by the database's clock
    CheckConstraint("state IN ('gathering', 'running', 'paused', 'closed')", name="known_gathering"),
)
SEAT = Table(
    "seat",
    METADATA,
    Column("gathering", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("session", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("state", Text, nullable=False),  # here, done, left, released
    Column("seen", Float, nullable=False),  # when it was last heard of, by the database's clock
    Column("name", Text, nullable=False, server_default=""),  # the alias that was picked
    UniqueConstraint("gathering", "number", name="one_seat"),
    UniqueConstraint("gathering", "session", name="one_sitting"),
)
SAID = Table(
    "said",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("gathering", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("says", Text, nullable=False),
    Column("key", Text, nullable=False),  # of the screen that it was said on: told again, it is told once
    UniqueConstraint("gathering", "seat", "point", "key", name="said_once"),
)


@frozen(kw_only=True)
class Seat:
    """One participant's place."""

    number: int
    session: str
    station: str
    state: str
    silent: float  # seconds since it was last heard of
    name: str

    @property
    def lost(self) -> bool:
        """Is it expected, and not heard of any more?"""
        return self.state == "here" and self.silent > LOST


@frozen(kw_only=True)
class Gathering:
    """One group session."""

    id: str
    study: str
    store: str
    code: str
    seats: int
    state: str
    taken: tuple[Seat, ...]


def named(place: Place, id: str) -> Gathering:
    """A group session as it is now."""
    found = _read(place, GATHERING.c.id == id)
    if not found:
        raise MachineError(f"there is no group session {id}; it may have been closed long ago")
    return found[0]


def gatherings(place: Place, study: str, store: str = "real") -> list[Gathering]:
    """The group sessions that are not over."""
    return _read(place, GATHERING.c.study == study, GATHERING.c.store == store, GATHERING.c.state.in_(OPEN))


def again(place: Place, id: str, session: str) -> Gathering | None:
    """The group session of a station that comes back, which is waited for again; None when it is over."""

    def work(db: Connection) -> bool:
        mine = [SEAT.c.gathering == id, SEAT.c.session == session]
        open_ = select(GATHERING.c.id).where(GATHERING.c.id == id, GATHERING.c.state.in_(OPEN))
        if db.execute(open_).first() is None:
            return False
        sits = db.execute(update(SEAT).where(*mine).values(state="here", seen=place.time(db))).rowcount
        place.notify(db, id)
        return bool(sits)

    return named(place, id) if place.transact(work) else None


def start(place: Place, id: str) -> None:
    """Begin with those who are there; nobody else is expected."""

    def work(db: Connection) -> None:
        here = select(func.count()).select_from(SEAT).where(SEAT.c.gathering == id, SEAT.c.state == "here")
        if not db.execute(here).scalar_one():
            raise MachineError("nobody is there yet; start the session on a station first")
        _turn(db, id, "running", ("gathering",), "has begun already")
        place.notify(db, id)

    place.transact(work)


def pause(place: Place, id: str) -> None:
    """Have everyone wait after the screen that they are on."""
    _set(place, id, "paused", ("running",), "isn't running")


def go_on(place: Place, id: str) -> None:
    """End a pause."""
    _set(place, id, "running", ("paused",), "isn't paused")


def release(place: Place, id: str, number: int, reason: str) -> None:
    """Nobody waits for this seat any more; the station may go on by itself, and its log says what it saw."""

    def work(db: Connection) -> None:
        here = [SEAT.c.gathering == id, SEAT.c.number == number, SEAT.c.state == "here"]
        if not db.execute(update(SEAT).where(*here).values(state="released")).rowcount:
            raise MachineError(f"place {number} isn't waited for; nothing was changed")
        place.notify(db, id)

    place.transact(work)


def close(place: Place, id: str, reason: str = "") -> None:
    """It is over: who sat where, under which alias, and what was said are forgotten."""

    def work(db: Connection) -> None:
        db.execute(update(GATHERING).where(GATHERING.c.id == id).values(state="closed", reason=reason))
        nobody = {"name": "", "session": cast(SEAT.c.number, Text), "station": ""}
        db.execute(update(SEAT).where(SEAT.c.gathering == id).values(**nobody))
        db.execute(delete(SAID).where(SAID.c.gathering == id))
        place.notify(db, id)

    place.transact(work)
    with suppress(MachineError):  # somebody uses the tables just now; whoever closes next overwrites this too
        place.scrub(SEAT, SAID)


def close_forsaken(place: Place) -> None:
    """Close what no station has been heard of for long: no alias outlasts its group session because one was lost."""

    def work(db: Connection) -> list[str]:
        since = place.time(db) - FORSAKEN
        last = select(func.max(SEAT.c.seen)).where(SEAT.c.gathering == GATHERING.c.id).scalar_subquery()
        old = (GATHERING.c.state.in_(OPEN), GATHERING.c.opened < since, func.coalesce(last, 0.0) < since)
        return list(db.execute(select(GATHERING.c.id).where(*old)).scalars())

    for id in place.look(work):
        close(place, id, "no station was heard of any more")


# ---------------------------------------------------------------- what a station does while it sits there


def leave(place: Place, id: str, session: str, how: str) -> None:
    """This station is "done", or its participant has "left"; with the last one of all who were expected it closes."""

    def work(db: Connection) -> bool:
        place.lock(db, f"gathering/{id}")  # or the last two, leaving at once, would each leave it to the other
        mine = [SEAT.c.gathering == id, SEAT.c.session == session]
        db.execute(update(SEAT).where(*mine, SEAT.c.state != "done").values(state=how))
        place.notify(db, id)
        it = db.execute(select(GATHERING).where(GATHERING.c.id == id, GATHERING.c.state.in_(OPEN))).first()
        states = list(db.execute(select(SEAT.c.state).where(SEAT.c.gathering == id)).scalars())
        return bool(it and "here" not in states and (it.state != "gathering" or len(states) >= it.seats))

    if place.transact(work):
        close(place, id, "everyone is done")


def _read(place: Place, *which: Any) -> list[Gathering]:
    def work(db: Connection) -> list[Gathering]:
        moment = place.time(db)
        rows = db.execute(select(GATHERING).where(*which).order_by(GATHERING.c.opened)).all()
        ids = [row.id for row in rows]
        sitting = db.execute(select(SEAT).where(SEAT.c.gathering.in_(ids)).order_by(SEAT.c.number)).all()
        return [
            Gathering(
                **{name: getattr(row, name) for name in ("id", "study", "store", "code", "seats", "state")},
                taken=tuple(
                    Seat(
                        **{name: getattr(seat, name) for name in ("number", "session", "station", "state", "name")},
                        silent=max(0.0, moment - seat.seen),
                    )
                    for seat in sitting
                    if seat.gathering == row.id
                ),
            )
            for row in rows
        ]

    return place.look(work)


def _set(place: Place, id: str, state: str, out_of: tuple[str, ...], otherwise: str) -> None:
    def work(db: Connection) -> None:
        _turn(db, id, state, out_of, otherwise)
        place.notify(db, id)

    place.transact(work)


def _turn(db: Connection, id: str, state: str, out_of: tuple[str, ...], otherwise: str) -> None:
    known = [GATHERING.c.id == id, GATHERING.c.state.in_(out_of)]
    if not db.execute(update(GATHERING).where(*known).values(state=state)).rowcount:
        raise MachineError(f"this group session {otherwise}; nothing was changed")
