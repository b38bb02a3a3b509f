"""What pilot, run and resume share: a session in a window, from its first record to its last."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import sessions, waves
from runner.commands import parts, together
from runner.errors import MachineError
from runner.log import FileLog
from runner.plans import PART

if TYPE_CHECKING:
    from runner.laboratory.presence import Reporter
    from runner.laboratory.room import Room
    from runner.ledger import Ledger
    from runner.markers.sending import Markers, Wanted
    from runner.plans import SessionPlan
    from runner.privacy.apart import Part
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
    markers: "Markers | None" = None,
    room: "Room | None" = None,
) -> int:
    """Perform a new session in a window; a `room` are the others of its group session."""
    stage = performing = None
    try:
        stage = _open(plan, store)
        stage.markers = markers or stage.markers
        group = room.id if room else ""
        head = sessions.head(protocol, plan, stage, session=session, store=store, station=station, group=group)
        part = parts.begin(protocol, plan, data, store, session)
        log = sessions.begin(protocol, data, head)
        performing = True
        return _perform(log, head, plan, tasks, stage, ledger, autopilot, room, part)
    finally:
        if stage:
            stage.close()
        if room:
            if not performing:
                room.close("gone")
            room.end()


def go_on(
    log: FileLog,
    started: "SessionStarted",
    plan: "SessionPlan",
    tasks: Mapping[str, "Task"],
    *,
    autopilot: str,
    server: str = "",
    reason: str = "",
) -> int:
    """Perform the rest of a session in a window; nobody else can finish it then. `reason`: why so late."""
    wanted = started.stage.get("markers", {}).get("wanted", "if_there")
    markers = _markers(log.path.resolve().parents[2], wanted, log.path)
    ledger = _holder(log.path, started, server)
    if ledger:
        ledger.take_up(started.session)
    stage = room = None
    try:
        room = _room(log, started, server)  # first: who is refused here sees no window
        stage = _open(plan, started.store)
        stage.markers = markers
        part = parts.again(log.path, started)
        sessions.note_resumed(log, stage, reason)
        return _perform(log, started, plan, tasks, stage, ledger, autopilot, room, part)
    finally:
        if stage:
            stage.close()
        if room:
            room.end()
        if ledger:
            ledger.close()


def _room(log: FileLog, started: "SessionStarted", server: str) -> "Room | None":
    """The others of a group session that is still under way."""
    if not started.group:
        return None
    from runner.commands import common
    from runner.declarations.protocols import read_protocol_text

    data = log.path.resolve().parents[2]
    group = read_protocol_text(started.protocol, str(log.path)).group
    room = together.sit_down_again(data, common.ledger_url(server, data), started, group.dropped if group else "go_on")
    if room is None:
        _tell("the group session is over, and the others have gone; this participant goes on alone")
    return room


def open_markers(protocol: "Protocol", data: Path, store: str, session: str) -> "Markers":
    """This station's devices for a new session; real ones are refused where one that the study requires is missing."""
    wanted: Wanted = protocol.markers if store == "real" else "if_there"
    if protocol.identity == "unlinkable" or protocol.high_risk:  # a device's clock would tell the time
        wanted = "never"
    return _markers(data, wanted, sessions.log_path(data, protocol.study, store, session))


def _markers(data: Path, wanted: "Wanted", log: Path) -> "Markers":
    from runner.markers.opening import open_markers
    from runner.markers.settings import read_settings

    return open_markers(read_settings(data), wanted, log)


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
    from runner.commands.afterwards import leave_seat
    from runner.ledger import UnreachableError
    from runner.ledger.holding import forget

    try:
        return waves.withdraw_all(log, started, ledger, log.parents[2])
    except UnreachableError:
        _tell("the ledger's server can't be reached; sessions of other waves are erased by `vantage withdraw`, later")
        return waves.withdraw_all(log, started, None, log.parents[2])
    finally:
        _tell(forget(ledger, started.session))
        if started.group:
            leave_seat(ledger, started)


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

    return {name: find(name) for name in {trial["task"] for trial in started.plan["trials"]} - {PART}}


def _open(plan: "SessionPlan", store: str) -> Any:
    from runner.languages import direction
    from runner.stages.window import open_window

    pilot = store != "real"
    way = direction(plan.language)
    return open_window(plan.interface, fullscreen=not pilot, size=PILOT_SIZE, direction=way, pilot=pilot)


def _report(log: FileLog, started: "SessionStarted", ledger: "Ledger | None") -> "Reporter | None":
    """Tells the console how the session goes, where there is a database to tell it by; no pilot makes one."""
    from runner.commands import common

    data = log.path.resolve().parents[2]
    url = ledger.url if ledger and ledger.url else common.ledger_url("", data)
    if not url and not (data / "ledger.sqlite").is_file():
        return None
    from runner.laboratory.presence import report

    return report(log, started, data, url)


def _perform(
    log: FileLog,
    started: "SessionStarted",
    plan: "SessionPlan",
    tasks: Mapping[str, "Task"],
    stage: Any,
    ledger: "Ledger | None",
    autopilot: str,
    room: "Room | None" = None,
    part: "Part | None" = None,
) -> int:
    from runner.commands.afterwards import lock
    from runner.commands.secrets import telling

    stage.company = room or stage.company
    how = {"company": stage.company, "part": part, "between": stage.markers.check}
    shown = telling(stage, log.path, started, part.token if part else str)
    reporter = _report(log, started, ledger)
    try:
        if autopilot:
            from runner.respondents import Quick, Spec
            from runner.stages.autopilot import driving

            somebody = Spec(kind="theory", seed=started.session).make()
            with driving(stage, Quick(somebody) if autopilot == "quick" else somebody):
                ending = sessions.perform(plan, tasks, shown, log, **how)
        else:
            ending = sessions.perform(plan, tasks, shown, log, **how)
        link = log.head_link
        log.close()
    finally:
        log.abandon()
        stage.markers.close()  # before its file is erased with the rest
        if reporter:
            reporter.end()
    if ending.withdrawn:
        if room:
            room.end()  # so that it says that it goes while its seat is still known
        stone = _withdraw(log.path, started, ledger)
        if room and ledger:
            together.conclude(room, ledger, "left")
        print(f"the participant withdrew; the answers are erased, {stone.name} counts the session")
        return 0
    link = lock(log.path, started) or link
    if ledger:  # who left gives the cell to the next; the log and the ledger's history keep them
        from runner.ledger.holding import settle

        done = ("done", "", link) if ending.how == "completed" else ("returned", "left", "")
        _tell(settle(ledger, started.session, *done))
        if room:
            together.conclude(room, ledger, ending.how)
    print(f"session {started.session} {ending.how}: {log.path}")
    for name, why in stage.markers.lost.items():
        _tell(f"markers: {name} stopped working in this session ({why}); mend it before the next one")
    if log.gave_ballast:
        print("the disk was full during this session: free some space before the next one", file=sys.stderr)
    return 0
