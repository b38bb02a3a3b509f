"""What the assistant noted of a day in the laboratory: about a station, a group session, or all of it."""

import unicodedata
from typing import Literal

from attrs import frozen
from sqlalchemy import CheckConstraint, Column, Connection, Float, Integer, Table, Text, insert, select

from runner.laboratory.place import METADATA, Place

LONGEST = 2000  # characters of a note
NAME_LENGTH = 64  # characters of what it is about
About = Literal["general", "station", "group"]
Problem = Literal["", "empty", "long", "characters", "about"]

INCIDENT = Table(
    "incident",
    METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("study", "about", "name", "text")),
    Column("at", Float, nullable=False),  # by the database's clock
    CheckConstraint("about IN ('general', 'station', 'group')", name="known_about"),
)


@frozen(kw_only=True)
class Incident:
    """One note."""

    id: int
    study: str
    about: str
    name: str  # the station's, or the group session's; empty: general
    text: str
    at: float  # seconds since 1970


def wrong(about: str, name: str, text: str) -> Problem:
    """What keeps a note from being taken; "" when nothing does."""
    if about not in ("general", "station", "group") or bool(name) == (about == "general") or len(name) > NAME_LENGTH:
        return "about"
    if not text.strip():
        return "empty"
    if len(text) > LONGEST:
        return "long"
    # Control characters and halves of characters: no database and no spreadsheet keeps them as they are.
    odd = any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text + name)
    return "characters" if odd else ""


def note(place: Place, study: str, about: About, name: str, text: str) -> None:
    """Keep a note; see `wrong` for what can be kept."""
    said = {"study": study, "about": about, "name": name, "text": text.strip()}

    def work(db: Connection) -> None:
        db.execute(insert(INCIDENT).values(**said, at=place.time(db)))

    place.transact(work)


def incidents(place: Place, study: str = "") -> list[Incident]:
    """The notes of a study, or of all, the first one first."""
    which = [INCIDENT.c.study == study] if study else []
    rows = place.rows(select(INCIDENT).where(*which).order_by(INCIDENT.c.id))
    return [Incident(**row._mapping) for row in rows]
