"""Who holds which slot: one SQLite file per data folder, for one station.

The guarantee is the unique index: no slot is ever held by two sessions. A returned slot is given out again, its
history kept. (WAL and synchronous FULL: with Python's defaults a power cut can lose the last claim.)
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from runner import disk
from runner.errors import MachineError

_TABLES = """
CREATE TABLE IF NOT EXISTS claim (
    id INTEGER PRIMARY KEY, study TEXT NOT NULL, store TEXT NOT NULL, stratum TEXT NOT NULL, slot INTEGER NOT NULL,
    attempt INTEGER NOT NULL, session TEXT NOT NULL UNIQUE, participant TEXT NOT NULL, station TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'done', 'returned')), reason TEXT NOT NULL DEFAULT '',
    head TEXT NOT NULL DEFAULT '', UNIQUE (study, store, stratum, slot, attempt));
CREATE UNIQUE INDEX IF NOT EXISTS one_holder ON claim (study, store, stratum, slot) WHERE state IN ('live', 'done');
CREATE UNIQUE INDEX IF NOT EXISTS one_session ON claim (study, store, participant) WHERE state IN ('live', 'done');
"""


@frozen
class Claim:
    """One session's hold on a slot."""

    session: str
    participant: str
    stratum: str
    slot: int
    attempt: int
    state: str
    reason: str


class Ledger:
    """The slots of the studies in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.sqlite"
        try:
            disk.make_folder(folder)
            self.path.touch(mode=0o600)
            self._db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA fullfsync=1")  # macOS
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise MachineError(f"{self.path}: the ledger can't be opened ({error}); check the data folder") from error

    def claim(self, study: str, store: str, stratum: str, session: str, participant: str, station: str) -> int:
        """The lowest slot that nobody holds, now this session's. Asking again for the same session gives the same."""
        with self._alone():
            mine = self._db.execute("SELECT slot FROM claim WHERE session = ?", (session,)).fetchone()
            if mine:
                return int(mine[0])
            where = (study, store, stratum)
            held = self._db.execute(
                "SELECT slot FROM claim WHERE study=? AND store=? AND stratum=? AND state IN ('live', 'done')", where
            )
            taken = {slot for (slot,) in held}
            slot = next(n for n in range(len(taken) + 1) if n not in taken)
            (attempts,) = self._db.execute(
                "SELECT count(*) FROM claim WHERE study=? AND store=? AND stratum=? AND slot=?", (*where, slot)
            ).fetchone()
            try:
                self._db.execute(
                    "INSERT INTO claim (study, store, stratum, slot, attempt, session, participant, station, state) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'live')",
                    (*where, slot, attempts + 1, session, participant, station),
                )
            except sqlite3.IntegrityError:
                raise self._taken(study, store, participant) from None
            return slot

    def finish(self, session: str, head: str) -> bool:
        """The session is over; `head` is the last link of its log, which makes records cut off later visible."""
        return self._move(session, "done", "", head)

    def give_back(self, session: str, reason: str) -> bool:
        """The slot may be given out again; False when the session didn't hold one."""
        return self._move(session, "returned", reason, "")

    def forget(self, session: str) -> None:
        """Take a withdrawn participant out of the ledger; the slot may be given out again."""
        with self._alone():
            self._db.execute(
                "UPDATE claim SET state='returned', reason='withdrawn', participant='', head='' WHERE session=?",
                (session,),
            )

    def claims(self, study: str, store: str = "real") -> list[Claim]:
        """Every claim ever made, in order."""
        rows = self._db.execute(
            "SELECT session, participant, stratum, slot, attempt, state, reason FROM claim "
            "WHERE study=? AND store=? ORDER BY id",
            (study, store),
        )
        return [Claim(*row) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _taken(self, study: str, store: str, participant: str) -> MachineError:
        session, state = self._db.execute(
            "SELECT session, state FROM claim "
            "WHERE study=? AND store=? AND participant=? AND state IN ('live', 'done')",
            (study, store, participant),
        ).fetchone()
        log = self.path.parent / study / store / f"{session}.jsonl"
        way = (
            f"it is over, its log is {log}; use"
            if state == "done"
            else f"continue it with `vantage resume {log}`, or use"
        )
        return MachineError(
            f"participant {participant!r} already has a session in {study!r} ({store}); {way} another code"
        )

    def _move(self, session: str, state: str, reason: str, head: str) -> bool:
        with self._alone():
            changed = self._db.execute(
                "UPDATE claim SET state=?, reason=?, head=? WHERE session=? AND state='live'",
                (state, reason, head, session),
            )
            return changed.rowcount == 1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise MachineError(f"{self.path}: the ledger refused ({error}); no slot was given out") from error
