"""One database, a file of this machine or a PostgreSQL server: all of a piece of work is done in it, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, Row
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runner.errors import MachineError
from runner.ledger.tables import METADATA, UnreachableError, open_file, open_server, server_url, shown, why

T = TypeVar("T")
_TRIES = 5


class Database:
    """The file at `path`, or the server at `url`, with the tables of `metadata`; `what` it is, for messages."""

    def __init__(self, path: Path, url: str = "", metadata: MetaData = METADATA, what: str = "the ledger") -> None:
        self.path, self.url, self.server = path, url, bool(url)
        self.name = shown(server_url(url)) if url else str(path)
        self.engine = open_server(server_url(url), metadata) if url else open_file(path, metadata)
        self._what = what

    def transact(self, work: Callable[[Connection], T], taken: str = "") -> T:
        """All of `work` or nothing, again when a faster station or a restarted server undid it."""
        for left in reversed(range(_TRIES)):
            try:
                with self.engine.begin() as db:
                    return work(db)
            except IntegrityError as error:  # the guarantee: another has it
                if not left:
                    raise MachineError(taken or f"{self.name}: {self._what} refused ({why(error)})") from None
            except (DBAPIError, PoolTimeout) as error:
                lost = isinstance(error, PoolTimeout) or error.connection_invalidated
                if lost and left:
                    continue
                raise self._failed(error) from error
        raise AssertionError("not reached")

    def write(self, statement: Any, rows: Sequence[Mapping[str, Any]] | None = None) -> None:
        """One statement, as a transaction of its own."""

        def work(db: Connection) -> None:
            db.execute(statement, rows)

        self.transact(work)

    def rows(self, statement: Any) -> Sequence[Row[Any]]:
        """What a query finds."""
        try:
            with self.engine.connect().execution_options(reads=True) as db:
                return db.execute(statement).all()
        except (DBAPIError, PoolTimeout) as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()

    def _failed(self, error: Exception) -> MachineError:
        said = f"{self.name}: {self._what} refused ({why(error)}); nothing was changed"
        return UnreachableError(said) if self.server else MachineError(said)
