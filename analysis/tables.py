"""Logs as tidy tables: one per task, `sessions` and `screens`. Nothing is derived here that a log doesn't say."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import attrs
import msgspec
import pandas as pd

from analysis.columns import Column, columns_of, pick, to_frame
from analysis.logs import Logs, Session, replies
from runner.leaving import WAYS_OUT
from runner.records import ScreenReplied, SessionStarted, TrialEnded, TrialStarted
from runner.tasks import Task

Find = Callable[[str], Task]


def _text(name: str, doc: str, **more: Any) -> Column:
    return Column(name=name, dtype="string", doc=doc, **more)


def _number(name: str, doc: str, unit: str = "") -> Column:
    return Column(name=name, dtype="Float64", doc=doc, unit=unit)


def _count(name: str, doc: str, unit: str = "") -> Column:
    return Column(name=name, dtype="Int64", doc=doc, unit=unit)


WHERE = (
    _text("session", "Random code of the session, the key over all tables."),
    _text("participant", "The participant's code."),
    _text("trial", "The trial's id in its plan."),
    _text("phase", "The phase of the protocol that the trial belongs to."),
    _text("within", "Level of the within-participant factor that the phase is repeated for, as factor=level."),
)
TRIAL = (
    *WHERE,
    _count("position", "Place of the trial in its phase, from 1."),
    _number("started", "Onset of the trial's first screen, on the stage's clock.", "s"),
    _number("ended", "Offset of its last screen, same clock; missing when the trial was not finished.", "s"),
    _number("rt", "Onset to confirmation of the deciding screen: the first one that was given an answer.", "s"),
)
SESSIONS = (
    *WHERE[:2],
    _text("study", "Name of the study."),
    _text("store", "Where the session belongs.", values=("real", "pilot", "simulated")),
    _text("station", "The station that it ran at."),
    _text("language", "Language of the session."),
    _count("slot", "Place in the allocation list."),
    _text("protocol_sha256", "Hash of the protocol file."),
    _text("plan_digest", "Hash of the session plan."),
    _text("versions", "Versions of the software, as JSON."),
    _text("stage", "What kind of stage it was performed on."),
    _text("respondent", "Who answered, when the session was simulated."),
    _text("began_with", "Phase of the plan's first trial: a later one in pilots that were begun with --from."),
    _text("started_at", "Wall clock at the start, UTC."),
    _text("ended_how", "How it ended.", values=("completed", "left", "unfinished")),
    _text("left_reason", 'Why the participant went no further: "stopped", "distressed", or what a task says.'),
    _text("left_in", "The phase in which that was."),
    _number("wall_s", "From start to end by the wall clock, breaks included.", "s"),
    _number("duration_s", "From the first onset to the last offset, breaks left out.", "s"),
    _count("n_resumed", "How often the session was interrupted and taken up again."),
    _count("n_trials", "Trials that were begun."),
    _count("n_screens", "Screens that were shown."),
    _count("n_declined", "Screens that the participant chose not to answer."),
    _count("n_stops", "How often the control for pausing and stopping was used, whatever came of it."),
    _count("n_distress", "How often the participant said there that this is too much: an adverse event."),
    _count("n_late_frames", "Frames that came more than half a frame late."),
    _number("unfocused_s", "Time for which another window had the keyboard.", "s"),
)
SCREENS = (
    *WHERE,
    _text("task", "The task of the trial."),
    _count("index", "Place of the screen in its trial, from 0."),
    _text("screen", "The screen's name."),
    _count("clock", "Run of the stage's clock: 0, and one more after each interruption."),
    _number("onset", "The flip that first showed it.", "s"),
    _number("offset", "The flip that took it away.", "s"),
    _text("status", "How it ended.", values=("answered", "declined", "elapsed", "stopped")),
    _text("answer", "The answer, as JSON."),
    _number("rt_confirm", "Onset to the confirming event.", "s"),
    _number("rt_first_select", "Onset to the first selection.", "s"),
    _number("time_to_first_change", "Onset to the first change of a selection.", "s"),
    _count("n_changes", "Changes of the selection after the first."),
    Column(name="switched_final", dtype="boolean", doc="Is the last selection another one than the first?"),
    _count("late_frames", "Frames that came more than half a frame late while it was shown."),
    _number("unfocused", "Time for which another window had the keyboard.", "s"),
    _text("device", "What the answer was given with."),
    _text("timing_quality", "What stands against its times.", values=("ok", "late frames", "focus lost", "touch")),
)


@attrs.frozen(kw_only=True)
class Tables:
    """Everything that a set of logs says, as frames of nullable types; `columns` holds what each column means."""

    tasks: Mapping[str, pd.DataFrame]
    sessions: pd.DataFrame
    screens: pd.DataFrame
    factors: tuple[str, ...]
    columns: Mapping[str, tuple[Column, ...]]

    def task(self, name: str) -> pd.DataFrame:
        """The table of a task; empty, without columns, when no session had it."""
        return self.tasks.get(name, pd.DataFrame(columns=[c.name for c in TRIAL]))

    def named(self) -> dict[str, pd.DataFrame]:
        """Every table with its name."""
        return {"sessions": self.sessions, "screens": self.screens, **self.tasks}


def build(logs: Logs, find: Find | None = None) -> Tables:
    """The tables of some logs; `find` gives a task by its name (experiments.find)."""
    if find is None:
        from experiments import find as known

        find = known
    factors = tuple(dict.fromkeys(f for s in logs.sessions for f in s.head.plan["assigned"]))
    columns: dict[str, tuple[Column, ...]] = {
        "sessions": _with_factors(factors),
        "screens": SCREENS,
    }
    rows: dict[str, list[list[Any]]] = {"sessions": [], "screens": []}
    for session in logs.sessions:
        rows["sessions"].append(_session_row(session, factors))
        _add_trials(session, find, columns, rows)
    frames = {name: to_frame(columns[name], rows[name], name) for name in columns}
    sessions, screens = frames.pop("sessions"), frames.pop("screens")
    return Tables(tasks=frames, sessions=sessions, screens=screens, factors=factors, columns=columns)


def task_columns(task: Task) -> tuple[Column, ...]:
    """The columns of a task's table: where, what was given, what came of it."""
    taken = {c.name for c in TRIAL}
    given = [_renamed(c, "given", taken) for c in columns_of(task.given)]
    outcome = [_renamed(c, "outcome", taken) for c in columns_of(task.outcome)]
    return (*TRIAL, *given, *outcome)


def _renamed(column: Column, side: str, taken: set[str]) -> Column:
    name = f"{side}_{column.name}" if column.name in taken else column.name
    return attrs.evolve(column, name=name, path=(side, *column.path))


def _with_factors(factors: Sequence[str]) -> tuple[Column, ...]:
    taken = {c.name for c in SESSIONS}
    names = [f"assigned_{f}" if f in taken else f for f in factors]
    assigned = [_text(name, f"Assigned level of the factor {f}.") for name, f in zip(names, factors, strict=True)]
    return (*SESSIONS, *assigned)


def _session_row(session: Session, factors: Sequence[str]) -> list[Any]:
    head, shown = session.head, replies(session)
    phases = {t["id"]: t["phase"] for t in head.plan["trials"]}
    clocks: dict[int, list[ScreenReplied]] = {}
    for record, clock in shown:
        clocks.setdefault(clock, []).append(record)
    return [
        head.session,
        head.participant,
        head.study,
        head.store,
        head.station,
        head.plan["language"],
        head.plan["slot"],
        head.protocol_sha256,
        head.plan_digest,
        msgspec.json.encode(dict(head.versions), order="sorted").decode(),
        str(head.stage.get("kind", "")),
        head.respondent,
        head.plan["trials"][0]["phase"] if head.plan["trials"] else None,
        head.at,
        session.ended,
        session.left.reason if session.left else None,
        phases.get(session.left.trial) if session.left else None,
        _between(head.at, session.end.at) if session.end else None,
        sum(max(r.offset for r in run) - min(r.onset for r in run) for run in clocks.values()),
        session.n_resumed,
        sum(isinstance(r, TrialStarted) for r in session.counted),
        len(shown),
        sum(r.status == "declined" for r, _ in shown),
        session.n_stops,
        session.n_distress,
        sum(r.late_frames for r, _ in shown),
        sum(r.unfocused for r, _ in shown),
        *(head.plan["assigned"].get(f) for f in factors),
    ]


def _between(start: str, end: str) -> float | None:
    try:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):  # a store that keeps no time of day
        return None


def _add_trials(
    session: Session, find: Find, columns: dict[str, tuple[Column, ...]], rows: dict[str, list[list[Any]]]
) -> None:
    shown: dict[str, list[ScreenReplied]] = {}
    outcomes: dict[str, Mapping[str, Any]] = {}
    for record, _ in replies(session):
        shown.setdefault(record.trial, []).append(record)
    for ended in session.counted:
        if isinstance(ended, TrialEnded):
            outcomes[ended.trial] = ended.outcome
    begun = {r.trial for r in session.counted if isinstance(r, TrialStarted)}
    tasks, places = {}, dict[str, int]()
    for trial in session.head.plan["trials"]:
        places[trial["phase"]] = places.get(trial["phase"], 0) + 1
        if trial["id"] not in begun:
            continue
        name = trial["task"]
        tasks[trial["id"]] = trial
        if name not in columns:
            columns[name], rows[name] = task_columns(find(name)), []
        logged = {"given": trial["given"], "outcome": outcomes.get(trial["id"])}
        where = _where(session.head, trial)
        times = _times(shown.get(trial["id"], []), ended=trial["id"] in outcomes)
        values = [pick(c, logged) for c in columns[name][len(TRIAL) :]]
        rows[name].append([*where, places[trial["phase"]], *times, *values])
    for record, clock in replies(session):
        rows["screens"].append(_screen_row(session.head, tasks[record.trial], record, clock))


def _where(head: SessionStarted, trial: Mapping[str, Any]) -> list[Any]:
    return [head.session, head.participant, trial["id"], trial["phase"], trial.get("within", "")]


def _times(shown: Sequence[ScreenReplied], *, ended: bool) -> list[float | None]:
    if not shown:
        return [None, None, None]
    answered = [r for r in shown if r.status == "answered" and r.answer is not None and r.screen not in WAYS_OUT]
    deciding = next(iter(answered), None)
    return [shown[0].onset, shown[-1].offset if ended else None, deciding.reply().rt if deciding else None]


def _screen_row(head: SessionStarted, trial: Mapping[str, Any], record: ScreenReplied, clock: int) -> list[Any]:
    since = partial(_since, record.onset)
    changes = record.changes
    return [
        *_where(head, trial),
        trial["task"],
        record.index,
        record.screen,
        clock,
        record.onset,
        record.offset,
        record.status,
        None if record.answer is None else msgspec.json.encode(record.answer).decode(),
        since(record.answered),
        since(changes[0][0] if changes else None),
        since(changes[1][0] if len(changes) > 1 else None),
        max(len(changes) - 1, 0),
        changes[0][1] != changes[-1][1] if changes else None,
        record.late_frames,
        record.unfocused,
        record.device,
        _timing_quality(record),
    ]


def _since(onset: float, moment: float | None) -> float | None:
    return None if moment is None else moment - onset


def _timing_quality(record: ScreenReplied) -> str:
    if record.unfocused > 0:
        return "focus lost"
    if record.late_frames > 0:
        return "late frames"
    return "touch" if record.device == "touch" else "ok"
