"""What each station is doing, for the console: a row for each, written by a thread beside the session.

The row holds no participant, no condition, no answer. The thread reads what the log has in memory and has a connection
of its own; a session neither waits for it nor hears of its troubles. Nothing rests on the row, so it is not synced to
the disk: a session's own records are, and don't queue behind it.
"""

import platform
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Column, Connection, Float, Integer, Table, Text, delete, event, insert, select, update

from runner.declarations.protocols import read_protocol_text
from runner.errors import VantageError
from runner.laboratory.following import Following, Glimpse
from runner.laboratory.place import METADATA, Place, open_place
from runner.log import FileLog
from runner.records import SessionStarted

LOOK = 1.0  # seconds between looks at the log
BEAT = 4.0  # seconds between signs of life, where nothing changes
SILENT = 15.0  # seconds without one after which a session counts as interrupted
PATIENCE = 5.0  # seconds between tries while the database can't be reached
END = 2.0  # seconds that a session's end waits at most for the last row
NAME_LENGTH = 64  # characters of a station's name
LIVE = ("idle", "running", "stop", "leaving")

PRESENCE = Table(
    "presence",
    METADATA,
    Column("station", Text, primary_key=True),
    Column("pilot", Integer, primary_key=True),  # 1: a pilot, which hides no real session
    Column("owner", Text, nullable=False),  # random: which process wrote the row last
    *(Column(name, Text, nullable=False) for name in ("study", "state", "phase", "disk")),
    *(Column(name, Integer, nullable=False) for name in ("part", "parts", "progress", "stopped", "late_frames")),
    Column("unfocused", Float, nullable=False),
    Column("started", Float, nullable=False),  # by the database's clock
    Column("seen", Float, nullable=False),
)


@frozen(kw_only=True)
class Station:
    """A station as it was last heard of."""

    station: str
    pilot: bool
    study: str
    glimpse: Glimpse
    disk: str  # "", "slow" or "full"
    since: float  # seconds since the session, or this part of it, began
    silent: float  # seconds since the station was last heard of


def stations(place: Place) -> list[Station]:
    """Every station that was ever heard of, by name; who fell silent in a session was interrupted."""

    def work(db: Connection) -> list[Station]:
        moment = place.time(db)
        rows = db.execute(select(PRESENCE).order_by(PRESENCE.c.station, PRESENCE.c.pilot)).all()
        return [_station(row, moment) for row in rows]

    return place.look(work)


def _station(row: Any, moment: float) -> Station:
    names = ("state", "phase", "part", "parts", "progress", "stopped", "unfocused", "late_frames")
    glimpse, silent = Glimpse(**{name: getattr(row, name) for name in names}), max(0.0, moment - row.seen)
    if silent > SILENT and glimpse.state in LIVE:
        glimpse = evolve(glimpse, state="interrupted")
    rest = {"station": row.station, "pilot": bool(row.pilot), "study": row.study, "disk": row.disk}
    return Station(**rest, glimpse=glimpse, since=max(0.0, moment - row.started), silent=silent)


class Reporter:
    """The thread. `look` gives what there is to tell, and the disk's trouble, at any time."""

    def __init__(
        self, data: Path, url: str, look: Callable[[], tuple[Glimpse, str]], *, station: str, study: str, pilot: bool
    ) -> None:
        self._data, self._url, self._look = data, url, look
        self._who = {"station": station[:NAME_LENGTH], "pilot": int(pilot)}
        self._study, self._owner = study, secrets.token_hex(8)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, name="presence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Tell how it ended, if that is possible at once."""
        self._over.set()
        self._thread.join(timeout=END)

    def _report(self) -> None:
        place: Place | None = None
        told: tuple[Glimpse, str] | None = None
        beats = wait = 0.0
        while True:
            over = self._over.wait(wait)
            found, wait, beats = self._look(), LOOK, beats + wait
            if found != told or beats >= BEAT or over:
                try:
                    place = place or _quick(open_place(self._data, self._url))
                    self._write(place, *found)
                    told, beats = found, 0.0
                except VantageError:  # gone, or busy: the session has nothing to do with it
                    wait = PATIENCE
            if over:
                break
        if place:
            place.close()

    def _write(self, place: Place, glimpse: Glimpse, disk: str) -> None:
        key = [PRESENCE.c[name] == value for name, value in self._who.items()]
        names = ("state", "phase", "part", "parts", "progress", "stopped", "unfocused", "late_frames")
        row = {"study": self._study, "disk": disk, **{name: getattr(glimpse, name) for name in names}}

        def work(db: Connection) -> None:
            moment = place.time(db)
            found = db.execute(select(PRESENCE.c.owner, PRESENCE.c.state, PRESENCE.c.seen).where(*key)).first()
            if found and found.owner == self._owner:
                db.execute(update(PRESENCE).where(*key).values(**row, seen=moment))
            elif self._may_take(found, glimpse, moment):
                db.execute(delete(PRESENCE).where(*key))
                mine = {**self._who, **row, "owner": self._owner, "started": moment, "seen": moment}
                db.execute(insert(PRESENCE).values(**mine))
                self._begun = True

        place.transact(work)

    _begun = False

    def _may_take(self, found: Any, glimpse: Glimpse, moment: float) -> bool:
        """The newer session has the row; a start window only has it while there is none."""
        if found is None:
            return True
        over = found.state not in LIVE or moment - found.seen > SILENT
        return over if glimpse.state == "idle" else not self._begun


def report(log: FileLog, started: SessionStarted, data: Path, url: str = "") -> Reporter:
    """Tell of a session until it ends."""
    try:
        protocol = read_protocol_text(started.protocol, "the log's protocol")
    except VantageError:  # of another version; it is performed from its plan all the same
        protocol = None
    following = Following(started.plan, protocol)
    behind = slow = 0

    def look() -> tuple[Glimpse, str]:
        nonlocal behind, slow
        behind = behind + 1 if _waits(log) else 0
        slow += behind == 2  # at two looks in a row: longer than a second
        return following.look(log.records), "full" if log.gave_ballast else "slow" if slow else ""

    pilot = started.store != "real"
    station = "" if pilot else started.station  # a pilot's says where in the study it began
    return Reporter(data, url, look, station=station or platform.node() or "?", study=started.study, pilot=pilot)


def wait_for_work(data: Path, url: str, station: str, study: str = "") -> Reporter:
    """Tell of a station at which no session runs, until one does."""
    idle = (Glimpse(state="idle"), "")
    return Reporter(data, url, lambda: idle, station=station or platform.node() or "?", study=study, pilot=False)


def _waits(log: FileLog) -> bool:
    try:
        return not log.settle(0)
    except VantageError:  # the log is broken; the session says so
        return True


def _quick(place: Place) -> Place:
    """Without a sync of the disk for each row."""
    statement = "SET synchronous_commit TO off" if place.server else "PRAGMA synchronous=NORMAL"

    def settings(connection: Any, record: object) -> None:
        connection.execute(statement)
        if place.server:
            connection.commit()

    event.listen(place.engine, "connect", settings)
    place.engine.dispose()
    return place
