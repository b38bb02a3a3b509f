"""A group session as one station's session sees it: a `Company` over the laboratory's database.

Two threads with connections of their own: one tells, one hears. The window only looks at what has arrived, so that
no frame waits for a database; when it can't be reached, the others are simply silent until it can.
"""

import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from attrs import frozen
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as insert_there
from sqlalchemy.dialects.sqlite import insert as insert_here
from sqlalchemy.exc import SQLAlchemyError

from runner.company import Said, at_once, distinct
from runner.errors import MachineError, VantageError
from runner.laboratory import gatherings, joining
from runner.laboratory.gatherings import GATHERING, SAID, SEAT, Gathering
from runner.laboratory.place import Place, open_place
from runner.leaving import PAUSE

START = "start"  # the point at which a group session begins
BEAT = 2.0  # seconds between signs of life
LOOK = 0.15  # seconds between looks, where the database can't call
CALL = 0.5  # seconds for which a call is waited for before looking anyway
PATIENCE = 5.0  # seconds between tries while the database can't be reached
DEAF = 60.0  # seconds without the database after which a pause is over, since nobody could end it


@frozen(kw_only=True)
class _News:
    """All that this station knows of its group."""

    state: str = "gathering"
    seats: int = 1
    here: frozenset[int] = frozenset()  # seats that are waited for
    there: int = 0  # seats that are taken, and not by a station that was lost
    names: Mapping[int, str] = {}
    said: tuple[Said, ...] = ()


class Room:
    """A `Company`; see there. `dropped` says whether a station that is not heard of any more is waited for."""

    def __init__(self, data: Path, url: str, gathering: Gathering, session: str, *, dropped: str = "go_on") -> None:
        self.id = gathering.id
        self.seat = next((seat.number for seat in gathering.taken if seat.session == session), 0)
        if not self.seat:
            raise MachineError(f"group session {gathering.code!r} was closed just now; use another name for the next")
        self._data, self._url, self._session = data, url, session
        self._dropped = dropped
        self.vanished = False  # is it as if the group session had never been?
        self._own: set[tuple[str, str]] = set()  # point and key of what was said here
        self._alias = ""  # that was picked here
        self._news = _News(seats=gathering.seats, state=gathering.state)
        self._looked = self._since = time.monotonic()  # at the news, and since when without a break
        self._outbox: queue.Queue[Callable[[Place], None] | None] = queue.Queue()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._tell, self._hear)]
        for thread in self._threads:
            thread.start()

    # ---------------------------------------------------------------- what the session asks

    @property
    def paused(self) -> bool:
        return self._news.state == "paused" and time.monotonic() - self._looked < DEAF

    def names(self) -> Mapping[int, str]:
        names = self._news.names
        own = names.get(self.seat) or self._alias
        return {**names, 0: own} if own else names

    def say(self, point: str, says: str, *, key: str, name: str = "", once: Callable[[], object] = at_once) -> None:
        if (point, key) in self._own:
            return
        self._own.add((point, key))
        self._alias = name or self._alias
        row = {"gathering": self.id, "point": point, "seat": self.seat, "says": says, "key": key}

        def tell(place: Place) -> None:
            once()
            add = (insert_there if place.server else insert_here)(SAID).values(**row).on_conflict_do_nothing()

            def work(db: Connection) -> None:
                known = select(GATHERING.c.state).where(GATHERING.c.id == self.id)
                if db.execute(known.with_for_update(read=not name)).scalar() not in gatherings.OPEN:
                    return  # nothing is kept of a group session that is over
                db.execute(add)
                mine = [SEAT.c.gathering == self.id, SEAT.c.session == self._session]
                alias = {"name": self._called(db, name)} if name else {}
                db.execute(update(SEAT).where(*mine).values(seen=place.time(db), **alias))
                place.notify(db, self.id)

            place.transact(work)

        self._outbox.put(tell)

    def heard(self, point: str) -> tuple[Said, ...]:
        return tuple(said for said in self._news.said if said.point == point and said.seat != self.seat)

    def complete(self, point: str) -> bool:
        news = self._news
        if point == PAUSE:
            return not self.paused
        if news.state == "closed":
            return True
        if news.state != "running":  # still gathering, or waiting
            return False
        # One's own counts too: with it comes the name by which all call this seat.
        told = {said.seat for said in news.said if said.point == point}
        return news.here <= told

    def close(self, how: str) -> None:
        """See there; a session that could not begin is "gone"."""
        if how == "gone":
            self._outbox.put(self._give_up)
            return
        self._outbox.put(lambda place: gatherings.leave(place, self.id, self._session, how))

    def _give_up(self, place: Place) -> None:
        self.vanished = joining.give_up(place, self.id, self._session) or self.vanished

    def end(self) -> None:
        """Tell what is still to be told, and stop listening; a station that just ends is missed after a while."""
        self._outbox.put(None)
        self._threads[0].join(timeout=PATIENCE)
        self._over.set()
        self._threads[1].join(timeout=PATIENCE)

    def everyone_left(self) -> bool:
        """Is nobody there any more, and did nobody come to the end?"""
        place = open_place(self._data, self._url)
        try:
            states = {seat.state for seat in gatherings.named(place, self.id).taken}
        finally:
            place.close()
        return not states & {"here", "done"}

    def _called(self, db: Connection, alias: str) -> str:
        """By what name all know this seat: two who picked the same alias are told apart by a number.

        Who told it first has it without one; told again, after a break, it stays as it was.
        """
        seats = db.execute(select(SEAT).where(SEAT.c.gathering == self.id)).all()
        mine = next((seat.name for seat in seats if seat.session == self._session), "")
        if re.fullmatch(rf"{re.escape(alias)}( \d+)?", mine):
            return str(mine)
        return distinct(alias, {seat.name for seat in seats if seat.session != self._session})

    # ---------------------------------------------------------------- the two threads

    def _tell(self) -> None:
        place: Place | None = None
        while True:
            try:
                work = self._outbox.get(timeout=BEAT)
            except queue.Empty:
                work = self._beat
            if work is None:
                break
            while not self._over.is_set():
                try:
                    place = place or open_place(self._data, self._url)
                    work(place)
                    break
                except (VantageError, SQLAlchemyError):
                    if work == self._beat:
                        break
                    self._over.wait(PATIENCE)
        if place:
            place.close()

    def _beat(self, place: Place) -> None:
        def work(db: Connection) -> None:
            mine = [SEAT.c.gathering == self.id, SEAT.c.session == self._session]
            db.execute(update(SEAT).where(*mine).values(seen=place.time(db)))

        place.transact(work)

    def _hear(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except (VantageError, SQLAlchemyError, psycopg.Error):
                self._over.wait(PATIENCE)

    def _listen(self) -> None:
        place = open_place(self._data, self._url)
        calls = _calls(place) if place.server else None
        self._since = time.monotonic()
        try:
            while not self._over.is_set():
                self._news = place.look(lambda db: self._look(place, db))
                self._looked = time.monotonic()
                if self._news.state == "gathering" and self._news.there >= self._news.seats:
                    self._begin(place)
                if calls is None:
                    self._over.wait(LOOK)
                else:
                    list(calls.notifies(timeout=CALL, stop_after=1))
        finally:
            if calls is not None:
                calls.close()
            place.close()

    def _begin(self, place: Place) -> None:
        """The last to come begins; whoever finds it begun is content."""

        def work(db: Connection) -> None:
            gathering = [GATHERING.c.id == self.id, GATHERING.c.state == "gathering"]
            db.execute(update(GATHERING).where(*gathering).values(state="running"))
            place.notify(db, self.id)

        place.transact(work)

    def _look(self, place: Place, db: Connection) -> _News:
        row = db.execute(select(GATHERING).where(GATHERING.c.id == self.id)).first()
        if row is None:
            return _News(state="closed")
        moment = place.time(db)
        said = db.execute(select(SAID).where(SAID.c.gathering == self.id).order_by(SAID.c.id)).all()
        seats = db.execute(select(SEAT).where(SEAT.c.gathering == self.id)).all()  # later: a name comes with its word
        lost = {s.number for s in seats if s.state == "here" and moment - s.seen > gatherings.LOST}
        # After a break of the database nobody was heard of for a while: the others have to be given time to speak.
        waited = self._dropped == "wait" or time.monotonic() - self._since < gatherings.LOST
        here = [s for s in seats if s.state == "here" and (waited or s.number not in lost)]
        return _News(
            state=row.state,
            seats=row.seats,
            here=frozenset(seat.number for seat in here),
            there=len(seats) - len(lost),
            names={seat.number: seat.name for seat in seats if seat.name},
            said=tuple(Said(point=each.point, seat=each.seat, says=each.says, key=each.key) for each in said),
        )


def _calls(place: Place) -> psycopg.Connection:
    """A connection that the server calls on when something was said."""
    address = place.engine.url.set(drivername="postgresql").render_as_string(False)  # whole, as no message has it
    calls = psycopg.connect(address, autocommit=True, connect_timeout=int(PATIENCE))
    calls.execute("LISTEN vantage")
    return calls
