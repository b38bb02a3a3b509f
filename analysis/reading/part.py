"""Sessions to columns: what they hold is gathered session by session, and becomes Arrow arrays column by column.

Nothing is made a row. A trial is one entry in the list of trials, and every table takes its own from there.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.reading.apart import PART, RECORD, SESSION
from analysis.reading.arrays import array, named
from analysis.reading.columns import Column
from analysis.reading.screens import Screens, times
from analysis.reading.seen import Seen, Shown
from analysis.reading.shapes import SCREENS, SESSIONS, TRIAL, WHERE, task_columns
from analysis.reading.sides import Side
from runner.tasks import Task

Find = Callable[[str], Task]
_BEGUN = ("trial", "phase", "within", "position", "task")


class _Trials:
    """The trials of one task: where each stands among all trials, what it was given, what came of it."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self.places: list[int] = []
        self.given, self.outcome = (Side(name, side, columns) for side in ("given", "outcome"))


class Part:
    """The tables of some sessions, in the order in which they are added."""

    def __init__(self, find: Find | None = None) -> None:
        if find is None:
            from experiments import find as known

            find = known
        self.columns: dict[str, tuple[Column, ...]] = {"sessions": SESSIONS, "screens": SCREENS}
        self.counts: list[dict[str, int]] = []  # per session: rows in each table
        self._find = find
        self._sessions: list[tuple[Any, ...]] = []
        self._begun: list[tuple[Any, ...]] = []  # every trial that was begun, as `_BEGUN`
        self._done: list[bool] = []  # of each, was it finished?
        self._timeless: list[bool] = []  # of each, is no time known since it was kept apart?
        self._tasks: dict[str, _Trials] = {}
        self._screens = Screens()
        self._trials: list[int] = []  # of each screen: the place of its trial in `_begun`

    def add(self, session: Seen) -> None:
        """One more session."""
        counts, places = self._add_trials(session)
        self._screens.add(session.shown, session.clocks)
        self._trials += [places[screen.trial] for screen in session.shown]
        self._sessions.append(_session_row(session))
        self.counts.append({"sessions": 1, "screens": len(session.shown), **counts})

    def _add_trials(self, session: Seen) -> tuple[dict[str, int], dict[str, int]]:
        """The number of its trials of each task, and the place of each trial among all that were begun."""
        begun, outcomes = set(session.begun), session.outcomes
        in_phase: dict[str, int] = {}
        places: dict[str, int] = {}
        counts: dict[str, int] = {}
        timeless = session.head.stage.get("kind") == RECORD
        for trial in session.plan.trials:
            name, phase, task = trial.id, trial.phase, trial.task
            if task == PART:
                continue  # what is in it stands elsewhere
            position = in_phase[phase] = in_phase.get(phase, 0) + 1
            if name not in begun:
                continue
            outcome = outcomes.get(name)
            place = places[name] = len(self._begun)
            self._begun.append((name, phase, trial.within, position, task))
            self._done.append(outcome is not None)
            self._timeless.append(timeless)
            trials = self._tasks.get(task) or self._new(task)
            trials.places.append(place)
            trials.given.add(trial.given)
            trials.outcome.add(outcome)
            counts[task] = counts.get(task, 0) + 1
        return counts, places

    def _new(self, name: str) -> _Trials:
        """Begin the table of a task."""
        columns = self.columns[name] = task_columns(self._find(name))
        trials = self._tasks[name] = _Trials(name, columns)
        return trials

    def tables(self) -> dict[str, pa.Table]:
        """Everything so far; a value of another type than declared is an error that names table and column."""
        found = {"sessions": named(SESSIONS, _stacked("sessions", SESSIONS, self._sessions))}
        shown = self._screens.arrays()
        trials = self._trial_arrays(found["sessions"])
        of_screens = pa.array(self._trials, pa.int64())
        where = {name: trials[name].take(of_screens) for name in (*(c.name for c in WHERE), "task")}
        found["screens"] = named(SCREENS, {**where, **shown})
        trials |= times(self._trials, self._done, self._screens.decide, shown)
        if any(self._timeless):  # finished, at a time that nobody knows
            trials["ended"] = pc.if_else(pa.array(self._timeless), pa.scalar(0.0), trials["ended"])
        for name, task in self._tasks.items():
            places = pa.array(task.places, pa.int64())
            arrays = {c.name: trials[c.name].take(places) for c in TRIAL}
            found[name] = named(self.columns[name], {**arrays, **task.given.arrays(), **task.outcome.arrays()})
        return found

    def _trial_arrays(self, sessions: pa.Table) -> dict[str, pa.Array]:
        """The trials that were begun: whose they are, and where they stand in the session."""
        n = [sum(counts.values()) - 1 - counts["screens"] for counts in self.counts]
        whose = pa.array(np.repeat(np.arange(len(n)), n))
        arrays = {name: sessions[name].combine_chunks().take(whose) for name in ("session", "participant")}
        columns = [next(c for c in (*TRIAL, *SCREENS) if c.name == name) for name in _BEGUN]
        return arrays | _stacked("trials", columns, self._begun)


def _stacked(table: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> dict[str, pa.Array]:
    stacks = list(zip(*rows, strict=True)) or [()] * len(columns)
    return {column.name: array(table, column, values) for column, values in zip(columns, stacks, strict=True)}


# ---------------------------------------------------------------- a session's row


def _session_row(session: Seen) -> tuple[Any, ...]:
    head, plan, shown = session.head, session.plan, session.shown
    return (
        head.session,
        head.participant,
        head.group or None,
        head.study,
        head.store,
        head.station,
        plan.language,
        plan.slot if plan.slot >= 0 else None,
        head.protocol_sha256,
        head.plan_digest,
        msgspec.json.encode(dict(head.versions), order="sorted").decode(),
        str(head.stage.get("kind", "")),
        head.stage.get("refresh_hz"),
        head.respondent,
        plan.trials[0].phase if plan.trials and _apart(session) != RECORD else None,
        _apart(session),
        head.at or None,
        session.end.how if session.end else "unfinished",
        session.left.reason if session.left else None,
        next((t.phase for t in plan.trials if t.id == session.left.trial), None) if session.left else None,
        _between(head.at, session.end.at) if session.end else None,
        _duration(session) if _apart(session) != RECORD else None,
        session.n_resumed,
        len(session.begun),
        len(shown),
        sum(screen.status == "declined" for screen in shown),
        session.n_stops,
        session.n_distress,
        sum(map(attrgetter("late_frames"), shown)),
        sum(map(attrgetter("unfocused"), shown)),
    )


def _apart(session: Seen) -> str | None:
    """Is it a part that was kept apart, or was its own one begun?"""
    if session.head.stage.get("kind") == RECORD:
        return RECORD
    return SESSION if PART in session.begun else None


def _between(start: str, end: str) -> float | None:
    try:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):  # a store that keeps no time of day
        return None


def _duration(session: Seen) -> float:
    runs: dict[int, list[Shown]] = {}
    for screen, clock in zip(session.shown, session.clocks, strict=True):
        runs.setdefault(clock, []).append(screen)
    onset, offset = attrgetter("onset"), attrgetter("offset")
    return float(sum(max(map(offset, run)) - min(map(onset, run)) for run in runs.values()))
