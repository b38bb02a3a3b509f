"""What recognises participants' keys, over all studies of a station: forgotten when the day that was announced is past.

No program runs by itself on that day. Whatever Vantage does for a study's sessions does this for that study; the
pre-flight of the morning and `vantage purge --overdue` do it for all of them.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from attrs import frozen

from runner.errors import VantageError
from runner.privacy import seals, shown
from runner.privacy.apart import FOLDER
from runner.privacy.pool import Pool


@frozen(kw_only=True)
class Forgotten:
    """What was done, and what was not."""

    keys: Mapping[str, int]  # study -> keys that nothing recognises any more
    problems: tuple[str, ...] = ()
    next: date | None = None  # the earliest day until which one of the others is kept


def forget(data: Path) -> Forgotten:
    """Do it for every study in a data folder; where it can't be done, that is told and the rest is done."""
    keys, problems, days = dict[str, int](), list[str](), list[date]()
    for study in sorted({place.parents[1] for place in (*data.glob("*/*/*.jsonl*"), *data.glob(f"*/*/{FOLDER}"))}):
        number = 0
        try:
            shown.sweep(data, study.name)
            number = seals.drop(study)
            days += seals.last_days(study)
        except VantageError as error:
            problems.append(str(error))
        for pool in _pools(data, study):
            try:
                number += pool.refresh()
                days += [pool.until] if pool.until and pool.until >= date.today() else []
            except VantageError as error:
                problems.append(str(error))
        keys |= {study.name: number} if number else {}
    return Forgotten(keys=keys, problems=tuple(problems), next=min(days, default=None))


def _pools(data: Path, study: Path) -> Iterator[Pool]:
    """With the day that was promised when parts were put there: today's protocol isn't asked."""
    for place in sorted(study.glob(f"*/{FOLDER}")):
        yield Pool(data, study.name, place.parent.name, least=1)
