"""The part of a session that is kept apart: a plan and a log of its own, and at the end a record without its person.

While it is under way the disk holds it locked (`locked`), with a key outside the data folder. When the session is over,
a part that was finished goes to the pool, unless its participant left or took the data back; then it is destroyed. A
kill at any point neither loses nor doubles it: the pool knows the part by a random name, the part is destroyed only
when the session's own log says that the session is over, and what is left behind after that is swept away.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from runner import disk
from runner.errors import HistoryError, VantageError
from runner.log import FileLog, Log
from runner.plans import SessionPlan, planned
from runner.privacy import keys, running, seals, tokens
from runner.privacy.locked import Locked
from runner.records import PartStarted, Record, SessionEnded, SessionResumed, TrialEnded, history
from runner.tasks import Task

FOLDER, UNDER_WAY, ENDING = "unlinkable", "under-way", ".part"
TIMES = re.compile(r"(^|_)(seconds|latency)$")  # columns of outcomes that are times, as a test holds tasks to
Kept = dict[str, Any]  # a record of the pool, as JSON types
_TOKEN = "token"  # stands for a trial where the seal of the participant's token is noted


class Part:
    """One session's part apart. This class keeps it in memory, for simulations and tests.

    `give` takes the record at the end; `protocol_sha256` is the only version that the record tells.
    """

    def __init__(
        self,
        plan: SessionPlan,
        find: Callable[[str], Task],
        protocol_sha256: str,
        give: Callable[[str, Kept], None],
        log: Log | None = None,
        name: str = "",
    ) -> None:
        self.plan = plan
        self.tasks: Mapping[str, Task] = {name: find(name) for name in {trial.task for trial in plan.trials}}
        self.log = log or Log()
        self.name = name or new_name()
        self._sha256, self._give = protocol_sha256, give

    def token(self, token: str) -> None:
        """The participant was given this token; the record will be found by it, until the announced day."""
        self.log.note(TrialEnded(trial=_TOKEN, outcome={"sealed": tokens.sealed(token)}))
        self.log.settle()

    def keep(self) -> None:
        """Hand the record over, once; nothing where the part was not finished."""
        record = record_of(self.plan, self._sha256, self.log.records)
        if record is not None:
            self._give(self.name, record)

    def destroy(self) -> None:
        """Nothing of it is left, here."""
        self.log = Log()


class LockedPart(Part):
    """The same on a disk, where it survives a kill and nobody can read it."""

    log: FileLog

    @classmethod
    def begin(
        cls,
        data: Path,
        store: str,
        session: str,
        plan: SessionPlan,
        find: Callable[[str], Task],
        protocol_sha256: str,
        give: Callable[[str, Kept], None],
    ) -> "LockedPart":
        """A new one, ready on the disk: before the session's own log, so that whoever goes on with that finds it."""
        head = PartStarted(name=new_name(), protocol_sha256=protocol_sha256, plan=plan.plain())
        log = FileLog.create(_file(data, plan.study, store, session), head, Locked(_key(data, session)))
        return cls(plan, find, protocol_sha256, give, log, head.name)

    @classmethod
    def again(
        cls,
        data: Path,
        study: str,
        store: str,
        session: str,
        find: Callable[[str], Task],
        give: Callable[[str, Kept], None],
    ) -> "LockedPart | None":
        """One that was begun before; None where nothing of it is left."""
        place, found = _file(data, study, store, session), keys.get(_key(data, session))
        if not place.is_file() or not found:
            return None
        form = Locked(_key(data, session), found[0])
        if not form.content(place.read_bytes(), place).records:
            return None
        log = FileLog.reopen(place, form)
        head = log.records[0]
        assert isinstance(head, PartStarted)
        try:
            plan = planned(head.plan, find)
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            log.abandon()
            what = f"today's tasks can't take what this part apart was planned with ({error})"
            raise HistoryError(f"{what}; continue it with the version that began it", place) from None
        log.resumed(SessionResumed(versions={}, stage={}, dropped_bytes=0, at=""))  # no time: nobody is to know one
        return cls(plan, find, head.protocol_sha256, give, log, head.name)

    def destroy(self) -> None:
        self.log.abandon()
        _destroy(self.log.path.parents[4], self.log.path)


def new_name() -> str:
    """What the pool knows a part by until it is opened; it stands nowhere else."""
    return secrets.token_hex(16)


def record_of(plan: SessionPlan, protocol_sha256: str, records: Iterable[Record]) -> Kept | None:
    """What is kept of a part: levels, language, and of each trial what it was given and what came of it.

    No times, no versions but the protocol's, no station, nobody's code. None where the part was not finished.
    """
    ended = {record.trial: record.outcome for record in history(records) if isinstance(record, TrialEnded)}
    if not all(trial.id in ended for trial in plan.trials):
        return None
    sealed = ended.get(_TOKEN, {}).get("sealed", "")
    trials = [
        {
            **{name: trial[name] for name in ("id", "phase", "task", "within", "given")},
            "outcome": _timeless(ended[trial["id"]]),
        }
        for trial in plan.plain()["trials"]
    ]
    kept = {
        "assigned": dict(plan.assigned),
        "language": plan.language,
        "protocol_sha256": protocol_sha256,
        "trials": trials,
    }
    return {**kept, "token": sealed} if sealed else kept


def _timeless(outcome: Any) -> Any:
    """An outcome without the times that some tasks keep in it: somebody may have looked at the clock."""
    if isinstance(outcome, Mapping):
        return {name: None if TIMES.search(name) else _timeless(value) for name, value in outcome.items()}
    return outcome


# ---------------------------------------------------------------- what is left behind


def left_behind(data: Path, study: str, store: str) -> Iterator[tuple[Path, bool]]:
    """Parts that still lie on this disk, and whether their session is over or its log gone."""
    for place in sorted((data / study / store / FOLDER / UNDER_WAY).glob(f"*{ENDING}")):
        log = data / study / store / f"{place.stem}.jsonl"
        yield place, not running.stands(log) or _is_over(log)


def sweep(data: Path, study: str, store: str, *, all_of_them: bool = False) -> int:
    """Destroy parts whose session is over: their records are where they belong. How many there were."""
    done = 0
    for place, over in left_behind(data, study, store):
        if (over or all_of_them) and _unused(place):
            _destroy(data, place)
            done += 1
    return done


def drop(data: Path, study: str, store: str, session: str) -> None:
    """Destroy the part of a session that is withdrawn, if there still is one."""
    place = _file(data, study, store, session)
    if place.is_file():
        _destroy(data, place)


def _destroy(data: Path, place: Path) -> None:
    """The key first: after that nobody can read the rest, by which a kill in between is noticed and mended."""
    keys.destroy(_key(data, place.stem))
    for file in (*sorted(place.parent.glob(f"{place.name}.*")), place):
        seals.erase(file)


def _unused(place: Path) -> bool:
    """Has no process the part open? One that has may not have begun its session's log yet."""
    fd = os.open(place, os.O_RDWR | disk.BINARY)
    try:
        return disk.lock(fd)
    finally:
        os.close(fd)


def _is_over(log: Path) -> bool:
    try:
        records = running.read(log)
    except VantageError:  # damaged: whoever mends it may want to go on
        return False
    return bool(records) and isinstance(records[-1], SessionEnded)


def _file(data: Path, study: str, store: str, session: str) -> Path:
    return data / study / store / FOLDER / UNDER_WAY / f"{session}{ENDING}"


def _key(data: Path, session: str) -> Path:
    return keys.outside(data) / f"part-{session}.key"
