"""Sessions to columns: rows are gathered session by session, and become Arrow arrays column by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from analysis.reading.columns import Column
from analysis.reading.seen import Seen
from analysis.reading.shapes import SCREENS, SESSIONS, task_columns
from runner.errors import VantageError
from runner.leaving import WAYS_OUT
from runner.tasks import Task

Find = Callable[[str], Task]
_NULL = msgspec.Raw(b"null")
DTYPES: Mapping[str, pa.DataType] = {
    "string": pa.large_string(),  # what pandas keeps texts as: no copy is made
    "Int64": pa.int64(),
    "Float64": pa.float64(),
    "boolean": pa.bool_(),
}


class Part:
    """The tables of some sessions, in the order in which they are added."""

    def __init__(self, find: Find | None = None) -> None:
        if find is None:
            from experiments import find as known

            find = known
        self.columns: dict[str, tuple[Column, ...]] = {"sessions": SESSIONS, "screens": SCREENS}
        self.rows: dict[str, list[tuple[Any, ...]]] = {"sessions": [], "screens": []}
        self.counts: list[dict[str, int]] = []  # per session: rows in each table
        self._find = find
        self._decoders: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {}

    def add(self, session: Seen) -> None:
        """One more session."""
        self.rows["sessions"].append(_session_row(session))
        self.counts.append({"sessions": 1, "screens": len(session.shown), **self._add_trials(session)})

    def tables(self) -> dict[str, pa.Table]:
        """Everything so far; a value of another type than declared is an error that names table and column."""
        return {name: _table(name, self.columns[name], rows) for name, rows in self.rows.items()}

    def _add_trials(self, session: Seen) -> dict[str, int]:
        """Its trials and screens; the number of trials of each task."""
        who = (session.head.session, session.head.participant)
        shown: dict[str, list[Any]] = {}
        for screen in session.shown:
            shown.setdefault(screen.trial, []).append(screen)
        begun, outcomes = set(session.begun), session.outcomes
        places: dict[str, int] = {}
        where: dict[str, tuple[Any, ...]] = {}
        counts: dict[str, int] = {}
        for trial in session.plan.trials:
            place = places[trial.phase] = places.get(trial.phase, 0) + 1
            if trial.id not in begun:
                continue
            given, outcome = self._decoders.get(trial.task) or self._new(trial.task)
            where[trial.id] = key = (*who, trial.id, trial.phase, trial.within)
            ended = outcomes.get(trial.id)
            times = _times(shown.get(trial.id, ()), ended=ended is not None)
            try:
                values = (given(trial.given), None if ended is None else outcome(ended))
            except msgspec.ValidationError as error:
                raise _changed(trial.task, str(error)) from None
            self.rows[trial.task].append((*key, place, *times, *values))
            counts[trial.task] = counts.get(trial.task, 0) + 1
        tasks = {trial.id: trial.task for trial in session.plan.trials}
        rows = self.rows["screens"]
        for screen, clock in zip(session.shown, session.clocks, strict=True):
            rows.append((*where[screen.trial], tasks[screen.trial], *_screen(screen, clock)))
        return counts

    def _new(self, name: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Begin the table of a task: how to read what its trials were given, and what came of them."""
        columns = self.columns[name] = task_columns(self._find(name))
        self.rows[name] = []
        sides = [_shape([(c.path[1:], c.plain) for c in columns if c.path[:1] == (s,)]) for s in ("given", "outcome")]
        given, outcome = (msgspec.json.Decoder(side).decode for side in sides)
        self._decoders[name] = given, outcome
        return given, outcome


# ---------------------------------------------------------------- rows


def _session_row(session: Seen) -> tuple[Any, ...]:
    head, plan, shown = session.head, session.plan, session.shown
    phases = {trial.id: trial.phase for trial in plan.trials}
    runs: dict[int, list[Any]] = {}
    for screen, clock in zip(shown, session.clocks, strict=True):
        runs.setdefault(clock, []).append(screen)
    return (
        head.session,
        head.participant,
        head.study,
        head.store,
        head.station,
        plan.language,
        plan.slot,
        head.protocol_sha256,
        head.plan_digest,
        msgspec.json.encode(dict(head.versions), order="sorted").decode(),
        str(head.stage.get("kind", "")),
        head.stage.get("refresh_hz"),
        head.respondent,
        plan.trials[0].phase if plan.trials else None,
        head.at,
        session.end.how if session.end else "unfinished",
        session.left.reason if session.left else None,
        phases.get(session.left.trial) if session.left else None,
        _between(head.at, session.end.at) if session.end else None,
        sum(max(r.offset for r in run) - min(r.onset for r in run) for run in runs.values()),
        session.n_resumed,
        len(session.begun),
        len(shown),
        sum(r.status == "declined" for r in shown),
        session.n_stops,
        session.n_distress,
        sum(r.late_frames for r in shown),
        sum(r.unfocused for r in shown),
    )


def _between(start: str, end: str) -> float | None:
    try:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):  # a store that keeps no time of day
        return None


def _times(shown: Sequence[Any], *, ended: bool) -> tuple[float | None, float | None, float | None]:
    if not shown:
        return None, None, None
    rt = None
    for screen in shown:
        if screen.status == "answered" and screen.answer is not None and screen.screen not in WAYS_OUT:
            rt = None if screen.answered is None else screen.answered - screen.onset
            break
    return shown[0].onset, shown[-1].offset if ended else None, rt


def _screen(screen: Any, clock: int) -> tuple[Any, ...]:
    onset, changes, answer = screen.onset, screen.changes, screen.answer
    return (
        screen.index,
        screen.screen,
        clock,
        onset,
        screen.offset,
        screen.status,
        None if answer is None else msgspec.json.encode(answer).decode(),
        None if screen.answered is None else screen.answered - onset,
        changes[0][0] - onset if changes else None,
        changes[1][0] - onset if len(changes) > 1 else None,
        max(len(changes) - 1, 0),
        changes[0][1] != changes[-1][1] if changes else None,
        screen.late_frames,
        screen.unfocused,
        screen.device,
        _timing_quality(screen),
    )


def _timing_quality(screen: Any) -> str:
    if screen.unfocused > 0:
        return "focus lost"
    if screen.late_frames > 0:
        return "late frames"
    return "touch" if screen.device == "touch" else "ok"


# ---------------------------------------------------------------- columns


def _shape(leaves: Iterable[tuple[tuple[str, ...], bool]]) -> Any:
    """A struct for the columns of one side of a trial: plain values as they are, all else as the JSON that it is."""
    inner: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    fields: dict[str, tuple[str, Any, Any]] = {}
    for path, plain in leaves:
        if len(path) == 1:
            fields[path[0]] = (path[0], Any, None) if plain else (path[0], msgspec.Raw, _NULL)
        else:
            inner.setdefault(path[0], []).append((path[1:], plain))
    for name, below in inner.items():
        fields[name] = (name, _shape(below) | None, None)
    return msgspec.defstruct("Side", list(fields.values()))


def _table(name: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """A table of rows; those of a task end in what the trial was given and what came of it, as structs."""
    stacks: list[Sequence[Any]] = list(zip(*rows, strict=True))
    sides = {"given": stacks[-2], "outcome": stacks[-1]} if stacks else {}
    arrays = []
    for place, column in enumerate(columns):
        if not stacks:
            values: Sequence[Any] = ()
        elif column.path:
            values = sides[column.path[0]]
            for key in column.path[1:]:
                values = _of(values, key)
        else:
            values = stacks[place]
        arrays.append(_array(name, column, values if column.plain else list(map(_json, values))))
    return pa.table(arrays, names=[column.name for column in columns])


def _of(values: Sequence[Any], key: str) -> Sequence[Any]:
    get = attrgetter(key)
    return [None if value is None else get(value) for value in values]


def _json(value: Any) -> str | None:
    text = None if value is None else str(value, "utf-8")
    return None if text == "null" else text


def _array(table: str, column: Column, values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values, type=DTYPES[column.dtype])
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        pass
    import pandas as pd

    try:  # pandas takes some more: whole numbers that were written as decimals
        return pa.array(pd.array(list(values), dtype=column.dtype), type=DTYPES[column.dtype])  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise _changed(table, f"{column.dtype} is declared, but a log holds something else ({error})", column) from None


def _changed(table: str, what: str, column: Column | None = None) -> VantageError:
    where = f"table {table!r}" + (f", column {column.name!r}" if column else "")
    return VantageError(f"{where}: {what}. Analyse these logs with the version of Vantage that wrote them.")
