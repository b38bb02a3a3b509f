"""Where the stations of a laboratory share things: the ledger's own database, with tables of its own.

A module that shares something defines its tables on `METADATA`; they are made when a place is opened after that.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runner.errors import MachineError
from runner.ledger.database import Database
from runner.ledger.tables import why

T = TypeVar("T")
FILE = "ledger.sqlite"
METADATA = MetaData()
PATIENCE = 5  # seconds for which overwriting waits for a table that somebody uses


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

    def scrub(self, *tables: Table) -> None:
        """What was forgotten would stand in dead rows for a while; SQLite overwrites it by itself (secure_delete)."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT", reads=True) as db:
                if not self.server:
                    db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    return
                db.exec_driver_sql(
                    f"SET lock_timeout TO {1000 * PATIENCE}"
                )  # others queue behind who waits for a table
                for table in tables:
                    db.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
                db.exec_driver_sql("RESET lock_timeout")
        except (DBAPIError, PoolTimeout) as error:
            raise MachineError(f"{self.name}: forgotten, but not yet overwritten ({why(error)}); ask again") from None

    def notify(self, db: Connection, what: str) -> None:
        """Wake whoever listens to `what` when the transaction is done; where nobody can, they look by themselves."""
        if self.server:
            db.execute(text("SELECT pg_notify('vantage', :what)"), {"what": what})


def open_place(data: Path, url: str = "") -> Place:
    """The database of the server at `url`, or of the data folder; an `UnreachableError` when it doesn't answer."""
    return Place(data / FILE, url, METADATA, "the laboratory's database")
