"""What was promised to participants for a day: done in the morning, since no program runs by itself on that day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from runner.laboratory.checkups import Checkup
from runner.privacy import overdue
from runner.station.doctor.report import Facts, Line

_UNTIL = "keys_until"  # of what a station tells of itself: the earliest day until which it keeps one


def look_at_promises(facts: Facts, data: Path) -> Iterator[Line]:
    """Forget keys whose day is past, and tell until when the others are kept."""
    found = overdue.forget(data)
    facts[_UNTIL] = found.next.isoformat() if found.next else ""
    for problem in found.problems:
        do = "mend that; until then participants' keys may open data after the announced day"
        yield Line(what="keys", verdict="warn", found=problem, do=do)
    past = ", ".join(f"{number} of {study}" for study, number in found.keys.items())
    done = f"past the announced day, and forgotten now: {past}; " if past else ""
    rest = f"the next ones are kept until {found.next}" if found.next else "no other is kept here until a day"
    yield Line(what="keys", verdict="ok", found=f"participants' keys: {done}{rest}")


def overdue_at(stations: list[Checkup], today: date) -> Iterator[Line]:
    """Stations that haven't been looked at since a day until which they keep keys."""
    for one in stations:
        until = str(one.facts.get(_UNTIL) or "")
        if until and date.fromisoformat(until) < today:
            found = f"participants' keys were to be forgotten after {until} at {one.station}, where nobody looked since"
            yield Line(what="keys", verdict="warn", found=found, do="run `vantage doctor` there")
