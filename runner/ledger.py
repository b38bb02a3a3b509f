"""Who holds which slot: one SQLite file per data folder, for one station.

The guarantee is the unique index: no slot is ever held by two sessions (in a study with waves, by two in a wave). A
returned slot is given out again, its history kept. (WAL and synchronous FULL: with Python's defaults a power cut can
lose the last claim.)
"""

import sqlite3
from collections.abc import Iterator, Mapping
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
    head TEXT NOT NULL DEFAULT '', wave TEXT NOT NULL DEFAULT '', UNIQUE (study, store, stratum, slot, attempt));
"""
_BEFORE_WAVES = """
ALTER TABLE claim ADD COLUMN wave TEXT NOT NULL DEFAULT '';
DROP INDEX one_holder;
DROP INDEX one_session;
"""
_GUARANTEES = """
CREATE UNIQUE INDEX IF NOT EXISTS one_holder ON claim (study, store, stratum, slot, wave)
    WHERE state IN ('live', 'done');
CREATE UNIQUE INDEX IF NOT EXISTS one_session ON claim (study, store, participant, wave)
    WHERE state IN ('live', 'done');
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
            self._db.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
            self._db.execute("PRAGMA fullfsync=1")  # macOS
            self._db.executescript(_TABLES)
            if "wave" not in {column for _, column, *_ in self._db.execute("PRAGMA table_info(claim)")}:
                self._db.executescript(_BEFORE_WAVES)
            self._db.executescript(_GUARANTEES)
        except (sqlite3.Error, OSError) as error:
            raise MachineError(f"{self.path}: the ledger can't be opened ({error}); check the data folder") from error

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
    ) -> int:
        """The lowest slot that nobody holds, now this session's. Asking again for the same session gives the same.

        In a later wave the `slot` is the participant's own, from the first one.
        """
        with self._alone():
            mine = self._db.execute("SELECT slot FROM claim WHERE session = ?", (session,)).fetchone()
            if mine:
                return int(mine[0])
            where = (study, store, stratum)
            held = self._db.execute(
                "SELECT slot FROM claim WHERE study=? AND store=? AND stratum=? AND wave=? "
                "AND state IN ('live', 'done')",
                (*where, wave),
            )
            taken = {number for (number,) in held}
            if slot is None:
                slot = next(n for n in range(len(taken) + 1) if n not in taken)
            (attempts,) = self._db.execute(
                "SELECT count(*) FROM claim WHERE study=? AND store=? AND stratum=? AND slot=?", (*where, slot)
            ).fetchone()
            try:
                self._db.execute(
                    "INSERT INTO claim (study, store, stratum, slot, attempt, session, participant, station, wave, "
                    "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'live')",
                    (*where, slot, attempts + 1, session, participant, station, wave),
                )
            except sqlite3.IntegrityError:
                raise self._taken(study, store, participant, wave) from None
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
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or the code would stand in the file beside for a while

    def claims(self, study: str, store: str = "real") -> list[Claim]:
        """Every claim ever made, in order."""
        rows = self._db.execute(
            "SELECT session, participant, stratum, slot, attempt, state, reason FROM claim "
            "WHERE study=? AND store=? ORDER BY id",
            (study, store),
        )
        return [Claim(*row) for row in rows]

    def of_participant(self, study: str, store: str, participant: str) -> Mapping[str, Claim]:
        """The claims that a participant holds, by wave ("" in a study without any)."""
        rows = self._db.execute(
            "SELECT wave, session, participant, stratum, slot, attempt, state, reason FROM claim "
            "WHERE study=? AND store=? AND participant=? AND state IN ('live', 'done')",
            (study, store, participant),
        )
        return {wave: Claim(*claim) for wave, *claim in rows}

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _taken(self, study: str, store: str, participant: str, wave: str) -> MachineError:
        found = self._db.execute(
            "SELECT session, state FROM claim "
            "WHERE study=? AND store=? AND participant=? AND wave=? AND state IN ('live', 'done')",
            (study, store, participant, wave),
        ).fetchone()
        if found is None:  # the slot of an earlier wave is another's by now
            return MachineError(f"the place of participant {participant!r} in {study!r} ({store}) is taken by another")
        session, state = found
        log = self.path.parent / study / store / f"{session}.jsonl"
        way = (
            f"it is over, its log is {log}; use"
            if state == "done"
            else f"continue it with `vantage resume {log}`, or use"
        )
        in_wave = f" in wave {wave!r}" if wave else ""
        return MachineError(
            f"participant {participant!r} already has a session in {study!r} ({store}){in_wave}; {way} another code"
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
