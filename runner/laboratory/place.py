"""Where the stations of a laboratory share things: the ledger's own database, with tables of its own.

A module that shares something defines its tables on `METADATA`; they are made when a place is opened after that.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runner.ledger.database import Database

T = TypeVar("T")
FILE = "ledger.sqlite"
METADATA = MetaData()


class Place(Database):
    """`engine`, `server` (or a file of this machine), `transact`, `rows`, `write`, `close`: as of a ledger."""

    def look(self, work: Callable[[Connection], T]) -> T:
        """Several reads that belong together; nothing is written."""
        try:
            with self.engine.connect().execution_options(reads=True) as db:
                return work(db)
        except (DBAPIError, PoolTimeout) as error:
            raise self._failed(error) from error

    def time(self, db: Connection) -> float:
        """Seconds since 1970 by the database's clock, which all stations share."""
        if self.server:
            return float(db.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
        return time.time()

    def lock(self, db: Connection, what: str) -> None:
        """One station at a time until the transaction ends; SQLite's transactions see to it by themselves."""
        if self.server:
            number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
            db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def notify(self, db: Connection, what: str) -> None:
        """Wake whoever listens to `what` when the transaction is done; where nobody can, they look by themselves."""
        if self.server:
            db.execute(text("SELECT pg_notify('vantage', :what)"), {"what": what})


def open_place(data: Path, url: str = "") -> Place:
    """The database of the server at `url`, or of the data folder; an `UnreachableError` when it doesn't answer."""
    return Place(data / FILE, url, METADATA, "the laboratory's database")
