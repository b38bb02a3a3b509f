"""What pilot, run and resume share: a session in a window, from its first record to its last."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import sessions, waves
from runner.errors import MachineError
from runner.log import FileLog

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.plans import SessionPlan
    from runner.protocol import Protocol
    from runner.records import SessionStarted
    from runner.tasks import Task

PILOT_SIZE = (1280, 720)  # px of a pilot's window


def begin(
    protocol: "Protocol",
    plan: "SessionPlan",
    tasks: Mapping[str, "Task"],
    data: Path,
    *,
    store: str,
    session: str,
    station: str = "",
    ledger: "Ledger | None" = None,
    autopilot: str = "",
) -> int:
    """Perform a new session in a window."""
    stage = _open(plan, store)
    try:
        head = sessions.head(protocol, plan, stage, session=session, store=store, station=station)
        log = FileLog.create(sessions.log_path(data, plan.study, store, session), head)
        return _perform(log, head, plan, tasks, stage, ledger, autopilot)
    finally:
        stage.close()


def go_on(
    log: FileLog,
    started: "SessionStarted",
    plan: "SessionPlan",
    tasks: Mapping[str, "Task"],
    *,
    autopilot: str,
    server: str = "",
) -> int:
    """Perform the rest of a session in a window; nobody else can finish it then."""
    ledger = _holder(log.path, started, server)
    if ledger:
        ledger.take_up(started.session)
    stage = _open(plan, started.store)
    try:
        sessions.note_resumed(log, stage)
        return _perform(log, started, plan, tasks, stage, ledger, autopilot)
    finally:
        stage.close()
        if ledger:
            ledger.close()


def erase(log: Path, started: "SessionStarted", server: str = "") -> int:
    """Do now what the end of a withdrawn session was kept from doing."""
    ledger = _holder(log, started, server)
    stone = _withdraw(log, started, ledger)
    if ledger:
        ledger.close()
    print(f"the participant had withdrawn; the answers are erased, {stone.name} counts the session")
    return 0


def _holder(log: Path, started: "SessionStarted", server: str) -> "Ledger | None":
    """The ledger that a session's slot is in; pilots and simulated sessions have none."""
    if started.store != "real":
        return None
    from runner.commands import common
    from runner.ledger import holder

    data = data_of(log, started.study)
    return holder(data, common.ledger_url(server, data), started.session)


def _withdraw(log: Path, started: "SessionStarted", ledger: "Ledger | None") -> Path:
    """Erase now what is on this machine; the server's part later, if it can't be reached."""
    log = log.resolve()
    if ledger is None:
        return waves.withdraw_all(log, started, None, log.parents[2])
    from runner.ledger import UnreachableError
    from runner.ledger.holding import forget

    try:
        return waves.withdraw_all(log, started, ledger, log.parents[2])
    except UnreachableError:
        _tell("the ledger's server can't be reached; sessions of other waves are erased by `vantage withdraw`, later")
        return waves.withdraw_all(log, started, None, log.parents[2])
    finally:
        _tell(forget(ledger, started.session))


def _tell(what: str) -> None:
    if what:
        print(what, file=sys.stderr)


def data_of(log: Path, study: str) -> Path:
    """The data folder, with the ledger, that a real session's log stands in; a copy elsewhere has none."""
    place = log.resolve().parent
    if (place.parent.name, place.name) != (study, "real"):
        raise MachineError(
            f"{log}: a real session goes on only where it began, in {study}/real of its data folder, where its slot "
            f"is kept; this log stands in {place}; resume the one in the data folder"
        )
    return place.parents[1]


def refuse_unfit(data: Path) -> None:
    """A real session's log stands on a disk of this machine, where a sync is one."""
    from runner.station.volumes import unfit

    why = unfit(data)
    if why:
        raise MachineError(f"{why}; name a folder on a disk inside this machine with --data")


def tasks_of(started: "SessionStarted") -> Mapping[str, "Task"]:
    """The tasks that a log's plan names."""
    from experiments import find

    return {name: find(name) for name in {trial["task"] for trial in started.plan["trials"]}}


def _open(plan: "SessionPlan", store: str) -> Any:
    from runner.languages import direction
    from runner.stages.window import open_window

    pilot = store != "real"
    way = direction(plan.language)
    return open_window(plan.interface, fullscreen=not pilot, size=PILOT_SIZE, direction=way, pilot=pilot)


def _perform(
    log: FileLog,
    started: "SessionStarted",
    plan: "SessionPlan",
    tasks: Mapping[str, "Task"],
    stage: Any,
    ledger: "Ledger | None",
    autopilot: str,
) -> int:
    try:
        if autopilot:
            from runner.respondents import Quick, Spec
            from runner.stages.autopilot import driving

            somebody = Spec(kind="theory", seed=started.session).make()
            with driving(stage, Quick(somebody) if autopilot == "quick" else somebody):
                ending = sessions.perform(plan, tasks, stage, log)
        else:
            ending = sessions.perform(plan, tasks, stage, log)
        link = log.head_link
        log.close()
    finally:
        log.abandon()
    if ending.withdrawn:
        stone = _withdraw(log.path, started, ledger)
        print(f"the participant withdrew; the answers are erased, {stone.name} counts the session")
        return 0
    if ledger:  # who left gives the cell to the next; the log and the ledger's history keep them
        from runner.ledger.holding import settle

        done = ("done", "", link) if ending.how == "completed" else ("returned", "left", "")
        _tell(settle(ledger, started.session, *done))
    print(f"session {started.session} {ending.how}: {log.path}")
    if log.gave_ballast:
        print("the disk was full during this session: free some space before the next one", file=sys.stderr)
    return 0
