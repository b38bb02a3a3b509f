"""What each station of a laboratory said of itself when it was last looked at: for the page of the morning.

It holds machines, versions and hashes; nothing of a participant, a condition or an answer. One row for each station,
the latest: earlier ones are on the stations' own pages.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Column, Connection, Float, Integer, Table, Text, delete, insert, select

from runner.laboratory.place import METADATA, Place

PROBES = 8  # readings of the server's clock, of which the quickest is used

CHECKUP = Table(
    "checkup",
    METADATA,
    Column("station", Text, primary_key=True),
    Column("at", Float, nullable=False),  # seconds since 1970, by the database's clock
    Column("fit", Integer, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("lines", Text, nullable=False),  # JSON
)


@frozen(kw_only=True)
class Checkup:
    """One station's pre-flight."""

    station: str
    at: float  # seconds since 1970, by the database's clock
    fit: bool
    facts: Mapping[str, Any]  # "versions", "protocols": file -> SHA-256, "refresh_hz", "utc_offset", "clock_ahead"
    lines: Sequence[Mapping[str, str]]  # what, verdict, found, do


def keep(place: Place, checkup: Checkup) -> None:
    """Put a station's pre-flight in the place of its last one."""
    row = {
        "station": checkup.station,
        "at": checkup.at,
        "fit": int(checkup.fit),
        "facts": json.dumps(checkup.facts, ensure_ascii=False),
        "lines": json.dumps(list(checkup.lines), ensure_ascii=False),
    }

    def work(db: Connection) -> None:
        db.execute(delete(CHECKUP).where(CHECKUP.c.station == checkup.station))
        db.execute(insert(CHECKUP).values(**row))

    place.transact(work)


def latest(place: Place, since: float = 0.0) -> list[Checkup]:
    """Every station's last pre-flight that is not older than `since`, in seconds since 1970."""
    rows = place.rows(select(CHECKUP).where(CHECKUP.c.at >= since).order_by(CHECKUP.c.station))
    return [
        Checkup(
            station=row.station,
            at=row.at,
            fit=bool(row.fit),
            facts=json.loads(row.facts),
            lines=json.loads(row.lines),
        )
        for row in rows
    ]


def clock_ahead(place: Place) -> tuple[float, float]:
    """By how many seconds the server's clock is ahead of this machine's, and how far off that may be.

    Half of the way there and back is taken off, as in NTP (RFC 5905); the quickest of some probes counts. A file is on
    this machine, whose clock is its own.
    """
    if not place.server:
        return 0.0, 0.0
    found: list[tuple[float, float]] = []

    def probe(db: Connection) -> None:
        for _ in range(PROBES):
            before = time.time()
            there = place.time(db)
            after = time.time()
            found.append((after - before, there - (before + after) / 2))

    place.look(probe)
    way, ahead = min(found)
    return ahead, way / 2
