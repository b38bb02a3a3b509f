"""The ledger's tables, and the two engines that keep them. The guarantee is in the unique indexes.

(SQLite with WAL and synchronous FULL, since with Python's defaults a power cut can lose the last claim, and BEGIN
IMMEDIATE, without which two stations can read the same free slot.)
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runner import disk
from runner.errors import DeclarationError, MachineError, Mistake

BUSY = 30  # seconds that a station waits for another one's transaction
REACH = 3  # seconds in which a server has to answer
_MAKING = 0x56616E74  # the lock under which PostgreSQL's tables are made

METADATA = MetaData()


def _told(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


CLAIM = Table(
    "claim",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("study", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("session", Text, nullable=False, unique=True),
    Column("participant", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("state", Text, nullable=False),
    _told("reason"),
    _told("head"),  # the last link of a finished log
    _told("wave"),
    _told("list"),  # which list of the stratum: "" one person's own, "groups", "in/<levels>" within such groups
    Column("in_group", Integer),  # number of the group session, from 0
    Column("epoch", Integer, nullable=False, server_default="1"),  # who took the session up last holds this number
    _told("protocol"),  # SHA-256 of the protocol's text
    _told("digest"),  # of the allocation list
    _told("token"),  # the reservation that a local slot was taken from
    Column("since", Float, nullable=False, server_default="0"),  # seconds since 1970; 0: not known
    Column("followed", Integer, nullable=False, server_default="0"),  # 1: the slot was given out again in this wave
    CheckConstraint("state IN ('live', 'done', 'returned', 'reserved')", name="known_state"),
    UniqueConstraint("study", "store", "list", "stratum", "slot", "attempt", name="one_attempt"),
)
# Conditions of indexes. Queries use them as they stand here: with values filled in later, no database would see that
# an index fits, and a claim would read all claims before it.
IS_HELD = text("state IN ('live', 'done', 'reserved')")
TAKES_PART = text("state IN ('live', 'done')")
IS_VACANT = text("state = 'returned' AND followed = 0")
Index(
    "one_holder",
    *(CLAIM.c[name] for name in ("study", "store", "list", "stratum", "slot", "wave")),
    unique=True,
    sqlite_where=IS_HELD,
    postgresql_where=IS_HELD,
)
Index(
    "one_session",
    *(CLAIM.c[name] for name in ("study", "store", "participant", "wave")),
    unique=True,
    sqlite_where=TAKES_PART,
    postgresql_where=TAKES_PART,
)
Index(
    "vacant",
    *(CLAIM.c[name] for name in ("study", "store", "list", "stratum", "wave", "slot")),
    sqlite_where=IS_VACANT,
    postgresql_where=IS_VACANT,
)

# Another allocation list from here on, because somebody said so.
MIGRATION = Table(
    "migration",
    METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("study", "store", "digest", "protocol", "reason")),
    Column("since", Float, nullable=False),
)

# How a session ended while the server could not be told.
NOTE = Table(
    "note",
    METADATA,
    Column("session", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("state", "reason", "head")),
    Column("epoch", Integer, nullable=False),
)


class UnreachableError(MachineError):
    """The ledger's server does not answer."""


def why(error: Exception) -> str:
    """What a database says, in one line, without the statement and its values."""
    said = getattr(error, "orig", None) or error
    return " ".join(str(said).split())


def server_url(address: str) -> URL:
    """The address of a PostgreSQL server; the message does not repeat what may hold a secret."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("postgresql", "postgresql+psycopg"):
        what = "wants the address of a PostgreSQL server, postgresql+psycopg://user@host/database, got something else"
        raise DeclarationError(Mistake("--ledger", 0, 0, f"{what}; leave it out for a file in the data folder"))
    return url.set(drivername="postgresql+psycopg")


def open_server(url: URL, metadata: MetaData = METADATA) -> Engine:
    """An engine on a PostgreSQL server, with its tables."""
    patience = {"connect_timeout": REACH, "tcp_user_timeout": 1000 * BUSY, "application_name": "vantage"}
    engine = create_engine(url, pool_size=1, pool_pre_ping=True, hide_parameters=True, connect_args=patience)

    @event.listens_for(engine, "connect")
    def settings(connection: Any, record: object) -> None:
        connection.execute("SET synchronous_commit TO on")  # what is acknowledged is on the server's disk
        connection.execute(f"SET statement_timeout TO {1000 * BUSY}")
        connection.commit()

    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MAKING})"))
            _bring_on(connection)
            made = metadata is METADATA and not inspect(connection).has_table("claim")
            metadata.create_all(connection)
            if made:  # or the planner's statistics would keep participants' codes after a withdrawal
                for name in ("participant", "session", "head", "station", "since"):
                    connection.execute(text(f"ALTER TABLE claim ALTER COLUMN {name} SET STATISTICS 0"))
    except (DBAPIError, PoolTimeout) as error:
        engine.dispose()
        raise UnreachableError(f"the ledger {shown(url)} can't be reached ({why(error)})") from None
    return engine


def open_file(path: Path, metadata: MetaData = METADATA) -> Engine:
    """An engine on an SQLite file of this machine, with its tables; a file of an earlier version is brought on."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def settings(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions begin where `begin` says
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
        connection.execute("PRAGMA fullfsync=1")  # macOS

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    try:
        disk.make_folder(path.parent)
        path.touch(mode=0o600)
        with engine.begin() as connection:
            _bring_on(connection)
            metadata.create_all(connection)
    except (DBAPIError, OSError) as error:
        engine.dispose()
        said = why(error)
        raise MachineError(f"{path}: the ledger can't be opened ({said}); check the data folder") from error
    return engine


def shown(url: URL) -> str:
    """An address without its secret."""
    return url.set(query={}).render_as_string()


def _bring_on(connection: Connection) -> None:
    """Tables made before there were waves, lists and epochs, or before a slot's vacancy was kept, in today's shape."""
    looked = inspect(connection)
    if not looked.has_table("claim"):
        return
    names = [column["name"] for column in looked.get_columns("claim")]
    if "followed" in names:
        return
    if "epoch" in names:
        connection.execute(text("ALTER TABLE claim ADD COLUMN followed INTEGER NOT NULL DEFAULT 0"))
        next(index for index in CLAIM.indexes if index.name == "vacant").create(connection)
    else:
        connection.execute(text("ALTER TABLE claim RENAME TO claim_before"))
        for index in ("one_holder", "one_session"):
            connection.execute(text(f"DROP INDEX IF EXISTS {index}"))
        CLAIM.create(connection)
        same = ", ".join(names)
        connection.execute(text(f"INSERT INTO claim ({same}) SELECT {same} FROM claim_before"))
        connection.execute(text("DROP TABLE claim_before"))
    later = CLAIM.alias()
    same_slot = [CLAIM.c[name] == later.c[name] for name in ("study", "store", "list", "stratum", "slot", "wave")]
    follows = select(later.c.id).where(*same_slot, later.c.attempt > CLAIM.c.attempt).exists()
    connection.execute(update(CLAIM).where(follows).values(followed=1))
