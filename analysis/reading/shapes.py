"""The columns of every table: what a log says, with its type and meaning; a task's own come from its classes."""

from collections.abc import Sequence
from typing import Any

import attrs

from analysis.reading.columns import Column, columns_of
from runner.tasks import Task


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
    _number("ended", "Offset of its last screen, same clock; 0 where no time is kept; missing if unfinished.", "s"),
    _number("rt", "Onset to confirmation of the deciding screen: the first one that was given an answer.", "s"),
)
SESSIONS = (
    *WHERE[:2],
    _text("group_session", "Random code of the group session that it was part of; missing: alone."),
    _text("study", "Name of the study."),
    _text("store", "Where the session belongs.", values=("real", "pilot", "simulated")),
    _text("station", "The station that it ran at."),
    _text("language", "Language of the session."),
    _count("slot", "Place in the allocation list."),
    _text("protocol_sha256", "Hash of the protocol file."),
    _text("plan_digest", "Hash of the session plan."),
    _text("versions", "Versions of the software, as JSON."),
    _text("stage", "What kind of stage it was performed on."),
    _number("refresh_hz", "Frames a second, as measured when the session began.", "Hz"),
    _text("respondent", "Who answered, when the session was simulated."),
    _text("began_with", "Phase of the plan's first trial: a later one in pilots that were begun with --from."),
    _text(
        "apart",
        "session: a part of it was kept apart, and nothing tells which; part: such a part; missing: nothing was.",
        values=("session", "part"),
    ),
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
    _count("n_heard", "How much of what others of the group session said was to be seen on it."),
    _text("heard", "That, as JSON: for each, seconds from onset (before: negative), seat (0: a script), words."),
    _text(
        "markers",
        "Its marker, and of each device the milliseconds from onset until it had it, or why it never did: "
        '"21 lsl=0.09 serial=gone"; missing: none was sent.',
    ),
    _text("timing_quality", "What stands against its times.", values=("ok", "late frames", "focus lost", "touch")),
)


def task_columns(task: Task) -> tuple[Column, ...]:
    """The columns of a task's table: where, what was given, what came of it."""
    taken = {c.name for c in TRIAL}
    given = [_renamed(c, "given", taken) for c in columns_of(task.given)]
    outcome = [_renamed(c, "outcome", taken) for c in columns_of(task.outcome)]
    return (*TRIAL, *given, *outcome)


def with_factors(factors: Sequence[str]) -> tuple[Column, ...]:
    """The columns of `sessions`, with one for each factor; a factor named like another column gets `assigned_`."""
    taken = {c.name for c in SESSIONS}
    names = [f"assigned_{f}" if f in taken else f for f in factors]
    assigned = [_text(name, f"Assigned level of the factor {f}.") for name, f in zip(names, factors, strict=True)]
    return (*SESSIONS, *assigned)


def _renamed(column: Column, side: str, taken: set[str]) -> Column:
    name = f"{side}_{column.name}" if column.name in taken else column.name
    return attrs.evolve(column, name=name, path=(side, *column.path))
