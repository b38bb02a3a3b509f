"""Studies in which each participant comes several times: whose turn it is, and what the earlier sessions left.

The participant's code is all that ties the sessions together. Levels and slot are those of the first one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from attrs import frozen

from runner.errors import DeclarationError, MachineError, Mistake
from runner.privacy import running
from runner.protocol import Protocol
from runner.records import SessionStarted, TrialEnded, history
from runner.sessions import log_path, withdraw
from runner.tasks import Happened, Past, Task

if TYPE_CHECKING:
    from runner.ledger import Ledger

TasksOf = Callable[[SessionStarted], Mapping[str, Task]]


@frozen(kw_only=True)
class Place:
    """Where a session stands in the allocation, and what it may look back on."""

    stratum: str = ""
    slot: int | None = None  # None: the next free one
    earlier: Past = ()
    late: str = ""  # what to tell whoever runs the session


def named(protocol: Protocol, wave: str) -> str:
    """The wave that `--wave` names; it has to be said, since a mistyped code would else begin the study anew."""
    if wave and not protocol.waves:
        raise _refusal(f"everyone comes once in {protocol.study}; leave it out")
    if protocol.waves and wave not in protocol.waves:
        got = f"got {wave!r}" if wave else "none is named"
        raise _refusal(f"{protocol.study} has the waves {', '.join(protocol.waves)}; {got}; name the one that is due")
    return wave


def returning(
    protocol: Protocol,
    wave: str,
    participant: str,
    ledger: "Ledger",
    data: Path,
    tasks_of: TasksOf,
    today: date | None = None,
) -> Place:
    """What a participant's sessions before a later wave hold ready for it, or why it can't be held today."""
    claims = ledger.of_participant(protocol.study, "real", participant)
    before = protocol.waves[: protocol.waves.index(wave)]
    for earlier in before:
        if earlier not in claims or claims[earlier].state != "done":
            what = f"participant {participant!r} has no finished session in wave {earlier!r} of {protocol.study!r}"
            raise MachineError(f"{what}; check the code, or begin with --wave {earlier}")
    logs = [log_path(data, protocol.study, "real", claims[earlier].session) for earlier in before]
    late = refuse_early(protocol, held_on(logs[-1]), today or date.today())
    first = claims[before[0]]
    return Place(stratum=first.stratum, slot=first.slot, earlier=happened(logs, tasks_of), late=late)


def refuse_early(protocol: Protocol, held: date, today: date) -> str:
    """Refuses a session before its time; what to tell the assistant when it is late, else nothing."""
    days = protocol.factors[protocol.wave].days
    if days is None:
        return ""
    passed = (today - held).days
    if passed < days[0]:
        due = held + timedelta(days=days[0])
        raise MachineError(
            f"the session before was {passed} days ago, on {held.isoformat()}; this one is due {days[0]} to {days[1]} "
            f"days after it; let the participant come on {due.isoformat()} or later"
        )
    late = f"{passed} days after the session before, later than the protocol's {days[1]}; the log's dates tell"
    return f"this session is {late}" if passed > days[1] else ""


def held_on(log: Path) -> date:
    """The day on which a session began, where it was held."""
    started = running.read(log)[0]
    assert isinstance(started, SessionStarted)
    at = datetime.fromisoformat(started.at)
    return (at.replace(tzinfo=at.tzinfo or UTC) + timedelta(minutes=started.utc_offset)).date()


def happened(logs: Iterable[Path], tasks_of: TasksOf) -> Past:
    """Every trial that these sessions ended, in order, as tasks look back on it."""
    found: list[Happened] = []
    for path in logs:
        records = history(running.read(path))
        started = records[0]
        assert isinstance(started, SessionStarted)
        tasks = tasks_of(started)
        planned = {trial["id"]: trial for trial in started.plan["trials"]}
        for record in records:
            if isinstance(record, TrialEnded):
                trial = planned[record.trial]
                task = tasks[trial["task"]]
                found.append(
                    Happened(
                        phase=trial["phase"],
                        task=trial["task"],
                        given=msgspec.convert(trial["given"], task.given),
                        outcome=msgspec.convert(record.outcome, task.outcome),
                    )
                )
    return tuple(found)


def withdraw_all(log: Path, started: SessionStarted, ledger: "Ledger | None", data: Path) -> Path:
    """Erase every session of a participant who takes the data back; this one last, since its log says so."""
    claims = ledger.of_participant(started.study, started.store, started.participant) if ledger else {}
    held = [log_path(data, started.study, started.store, claim.session) for claim in claims.values()]
    erase([path for path in held if path.resolve() != log and running.stands(path)], ledger)
    return withdraw(log, started, ledger)


def erase(logs: Iterable[Path], ledger: "Ledger | None" = None) -> None:
    """Erase these sessions, each down to a count of it."""
    for path in logs:
        head = running.read(path)[0]
        assert isinstance(head, SessionStarted)
        withdraw(path, head, ledger)


def _refusal(what: str) -> DeclarationError:
    return DeclarationError(Mistake("--wave", 0, 0, what))
