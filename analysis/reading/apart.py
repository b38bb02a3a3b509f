"""Parts that were kept apart: records without person, time or order, which become sessions of the same tables.

Each stands for the part of some session that has a row of its own, and nothing says of which (docs/data.md).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from analysis.reading.logs import Damaged, Session, session_of
from runner.errors import VantageError
from runner.plans import PART
from runner.privacy.pool import OPEN, read_open
from runner.records import Record, SessionEnded, SessionStarted, TrialEnded, TrialStarted

SESSION, RECORD = "session", "part"  # what a row of `sessions` is: one whose part is elsewhere, or such a part

__all__ = ["OPEN", "PART", "RECORD", "SESSION", "parts_of"]


def parts_of(path: Path, name: str) -> list[Session] | Damaged:
    """The parts in a file of open ones, or why it can't be used."""
    try:
        return [session_of(list(_records(part)), path) for part in read_open(path)]
    except (VantageError, KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        return Damaged(file=name, reason=f"this is not what a pool of parts wrote ({error})")


def _records(part: Mapping[str, Any]) -> list[Record]:
    """A part as the records of a session that has no time."""
    trials = part["trials"]
    plan = {
        "assigned": part["assigned"],
        "language": part["language"],
        "slot": -1,
        "trials": [{name: t[name] for name in ("id", "phase", "task", "given", "within")} for t in trials],
    }
    head = SessionStarted(
        session=part["name"],
        store=part["store"],
        study=part["study"],
        participant=part["name"],
        station="",
        protocol_sha256=part["protocol_sha256"],
        protocol="",
        plan_digest="",
        plan=plan,
        versions={},
        stage={"kind": RECORD},
        at="",
        utc_offset=0,
    )
    found: list[Record] = [head]
    for trial in trials:
        found += [
            TrialStarted(trial=trial["id"], on_resume="continue"),
            TrialEnded(trial=trial["id"], outcome=trial["outcome"]),
        ]
    return [*found, SessionEnded(how="completed", at="")]
