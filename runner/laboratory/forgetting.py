"""A participant who takes the data back is forgotten in what the stations share, too: seat, alias, what was said."""

import re
import secrets
from collections.abc import Collection

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.exc import DBAPIError

from runner.errors import MachineError
from runner.laboratory.gatherings import SAID, SEAT
from runner.laboratory.incidents import INCIDENT
from runner.laboratory.place import Place
from runner.ledger.tables import why

GONE = "[withdrawn]"


def forget(place: Place, sessions: Collection[str], codes: Collection[str]) -> None:
    """Take sessions and codes out; that somebody sat there stays, and notes stay without the code."""
    named = "|".join(re.escape(word) for word in (*sessions, *codes))
    words = re.compile(rf"(?<![A-Za-z0-9_-])(?:{named})(?![A-Za-z0-9_-])")

    gone = {"station": "", "name": "", "seen": 0, "state": "left"}  # nobody waits for it

    def work(db: Connection) -> None:
        for seat in db.execute(select(SEAT).where(SEAT.c.session.in_(sessions))).all():
            here = and_(SEAT.c.gathering == seat.gathering, SEAT.c.number == seat.number)
            db.execute(update(SEAT).where(here).values(session=secrets.token_hex(8), **gone))
            said = and_(SAID.c.gathering == seat.gathering, SAID.c.seat == seat.number)
            db.execute(delete(SAID).where(said))
        for note in db.execute(select(INCIDENT)).all() if codes or sessions else ():
            told = words.sub(GONE, note.text)
            if told != note.text:
                db.execute(update(INCIDENT).where(INCIDENT.c.id == note.id).values(text=told))

    place.transact(work)
    place.scrub(SEAT, SAID, INCIDENT)
    _forget_samples(place)


def _forget_samples(place: Place) -> None:
    """What the server's planner remembers of single values; it may be emptied by a superuser only."""
    try:
        with place.engine.connect().execution_options(isolation_level="AUTOCOMMIT", reads=True) as db:
            if (
                place.server
                and db.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar()
            ):
                db.exec_driver_sql("VACUUM FULL pg_statistic")
    except DBAPIError as error:
        raise MachineError(f"{place.name}: forgotten, but not yet overwritten ({why(error)}); ask again") from None
