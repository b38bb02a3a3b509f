"""A session as a whole: its log's head and end, its slot, and what is left of it when its participant withdraws."""

import json
import os
import platform
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runner import disk
from runner.company import Company
from runner.declarations.laboratory import kept
from runner.engine import Ending, run
from runner.errors import HistoryError
from runner.log import FileLog, Log
from runner.plans import PART, SessionPlan, planned
from runner.privacy import apart, running, seals
from runner.privacy.apart import Part
from runner.privacy.shown import KeptShown, Shown
from runner.protocol import Protocol
from runner.records import SessionEnded, SessionResumed, SessionStarted, TrialEnded
from runner.stages import Stage
from runner.tasks import Task

if TYPE_CHECKING:
    from runner.ledger import Ledger


NO_DAY = 946_684_800  # 2000-01-01: the time of a file that counts who took the data back, and tells no day


def new_id() -> str:
    """A session's name: 64 random bits, never derived from a person."""
    return secrets.token_hex(8)


def head(
    protocol: Protocol,
    plan: SessionPlan,
    stage: Stage,
    *,
    session: str,
    store: str,
    station: str = "",
    group: str = "",
    respondent: str = "",
    at: datetime | None = None,
) -> SessionStarted:
    """The first record of a log. Simulations pass `at`, so that the same seed gives the same log."""
    at = at or datetime.now().astimezone()
    offset = at.utcoffset()
    return SessionStarted(
        session=session,
        store=store,
        study=plan.study,
        participant=plan.participant,
        station=station,
        protocol_sha256=protocol.sha256,
        protocol=protocol.text,
        materials=kept(protocol, plan.language),
        plan_digest=plan.digest,
        plan=plan.plain(),
        versions=versions(),
        stage=stage.describe(),
        group=group,
        respondent=respondent,
        at=at.astimezone(UTC).isoformat(timespec="seconds"),
        utc_offset=round(offset.total_seconds() / 60) if offset else 0,
    )


def log_path(data: Path, study: str, store: str, session: str) -> Path:
    """Where a session's log stands."""
    return data / study / store / f"{session}.jsonl"


def begin(protocol: Protocol, data: Path, started: SessionStarted) -> FileLog:
    """A new session's log, its head on the disk; of a real one with `high_risk`, locked from there on."""
    path = log_path(data, started.study, started.store, started.session)
    return (running.create if protocol.high_risk and started.store == "real" else FileLog.create)(path, started)


def perform(
    plan: SessionPlan,
    tasks: Mapping[str, Task],
    stage: Stage,
    log: Log,
    at: datetime | None = None,
    company: Company | None = None,
    part: Part | None = None,
    between: Callable[[], None] = lambda: None,
) -> Ending:
    """Run a session to its end and write that end down. In a group session, `company` are the others.

    Alias and payment codes, which no log holds, are forgotten when the end is on the disk.
    `part` is what is kept apart: it goes to its pool before the end is written down, and is destroyed after that, so
    that a kill in between neither loses nor doubles it. Of who left or took the data back nothing goes there.
    `between` is called before each trial, and may end the session there by raising.
    """
    shown = KeptShown(log.path) if isinstance(log, FileLog) and log.durable else Shown()
    ending = run(plan, tasks, stage, log, company=company, part=part, shown=shown, between=between)
    if part and ending.how == "completed" and not ending.withdrawn:
        log.settle()
        part.keep()
    at = at or datetime.now(UTC)
    log.append(SessionEnded(how=ending.how, at=at.astimezone(UTC).isoformat(timespec="seconds")))
    log.settle()
    shown.forget()
    if part:
        part.destroy()
    if company:
        company.close("done" if ending.how == "completed" and not ending.withdrawn else "left")
    return ending


def reopen(path: Path) -> tuple[FileLog, SessionStarted]:
    """An interrupted session's log, ready to go on, and its head."""
    log = running.reopen(path)
    started = log.records[0]
    try:
        if not isinstance(started, SessionStarted):
            raise HistoryError("this log doesn't begin with a session's head", path, 1)
        if isinstance(log.records[-1], SessionEnded):
            raise HistoryError("this session is over; there is nothing to continue", path)
    except HistoryError:
        log.abandon()
        raise
    return log, started


def note_resumed(log: FileLog, stage: Stage, reason: str = "") -> None:
    """Write the break down; from here on the log remembers, and then goes on. `reason`: why so late."""
    log.resumed(
        SessionResumed(
            versions=versions(),
            stage=stage.describe(),
            dropped_bytes=log.dropped_bytes,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            reason=reason,
        )
    )


def plan_from(started: SessionStarted, tasks: Mapping[str, Task]) -> SessionPlan:
    """The plan that a log was begun with: a session goes on as it began, whatever became of the protocol's file."""
    try:
        plan = planned(started.plan, tasks.__getitem__)
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise HistoryError(
            f"session {started.session}: today's tasks can't take what this session was planned with ({error}); "
            f"continue it with the version that began it, {dict(started.versions)}"
        ) from None
    if plan.digest != started.plan_digest:
        raise HistoryError(
            f"session {started.session}: today's tasks would plan it otherwise than it began; "
            f"continue it with the version that began it, {dict(started.versions)}"
        )
    return plan


def taken_back(path: Path, tasks_of: Callable[[SessionStarted], Mapping[str, Task]]) -> SessionStarted | None:
    """The head of a session that is over and was withdrawn, but not erased since the machine went off just then."""
    records = running.read(path) if running.stands(path) else []
    if not records or not isinstance(records[-1], SessionEnded) or not isinstance(records[0], SessionStarted):
        return None
    started, tasks = records[0], tasks_of(records[0])
    doing = {trial["id"]: tasks[trial["task"]] for trial in started.plan["trials"] if trial["task"] != PART}
    for record in records:
        if isinstance(record, TrialEnded) and record.trial in doing:
            task = doing[record.trial]
            if task.withdraws(msgspec.convert(record.outcome, task.outcome)):
                return started
    return None


def withdraw(path: Path, started: SessionStarted, ledger: "Ledger | None") -> Path:
    """Erase a session whose participant took their data back; only a count for the participant flow stays.

    What stays holds no name, no time and no answer. Copies that a disk or a backup made are beyond reach.
    """
    kept = {
        "study": started.study,
        "store": started.store,
        "protocol_sha256": started.protocol_sha256,
        "assigned": started.plan["assigned"],
    }
    stone = count_withdrawn(path, kept)
    if len(parents := path.resolve().parents) > 2:
        apart.drop(parents[2], started.study, started.store, started.session)
    if ledger:
        ledger.forget(started.session)
    disk.forget_tables(path, overwrite=True)
    return stone


def count_withdrawn(path: Path, kept: Mapping[str, Any]) -> Path:
    """Put what is `kept` in the place of a log and of all that stands beside it under its name, locked or not."""
    stone = path.with_name(f"{secrets.token_hex(8)}.withdrawn.json")
    disk.replace_file(stone, json.dumps({**kept, "withdrawn": True}).encode())
    os.utime(stone, (NO_DAY, NO_DAY))
    running.destroy(path)
    for file in (path, *path.parent.glob(f"{path.name}.*")):
        if file.is_file():
            seals.erase(file)
    return stone


@cache
def versions() -> Mapping[str, Any]:
    """What a session ran with. The window adds its driver through the stage's description."""
    found = {"python": platform.python_version(), "system": f"{sys.platform} {platform.release()}"}
    for package in ("vantage-lab", "psychopy", "pyglet", "psychtoolbox", "pillow", "attrs", "msgspec"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    found["commit"] = _commit()
    return found


def _commit() -> str:
    """The commit of a source checkout, read from its files; empty in an installed copy."""
    git = Path(__file__).parents[1] / ".git"
    try:
        ref = (git / "HEAD").read_text(encoding="utf-8").strip()
        if ref.startswith("ref: "):
            ref = (git / ref[5:]).read_text(encoding="utf-8").strip()
        return ref[:12]
    except OSError:
        return ""
