"""Logs as tidy tables: one per task, `sessions` and `screens`. Nothing is derived here that a log doesn't say."""

from collections.abc import Mapping, Sequence

import attrs
import pandas as pd
import pyarrow as pa

from analysis.reading.columns import Column
from analysis.reading.frames import framed, levels_of
from analysis.reading.logs import Logs, Session
from analysis.reading.part import Find, Part
from analysis.reading.shapes import TRIAL, with_factors

__all__ = ["Find", "Tables", "build", "tables_of"]


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
    """The tables of some logs that are held whole; `find` gives a task by its name (experiments.find)."""
    part = Part(find)
    for session in logs.sessions:
        assert isinstance(session, Session)  # of others the tables were made while they were read
        part.add(session.seen())
    return tables_of(part.tables(), part.columns, [session.head.plan["assigned"] for session in logs.sessions])


def tables_of(
    made: Mapping[str, pa.Table], columns: Mapping[str, tuple[Column, ...]], assigned: Sequence[Mapping[str, str]]
) -> Tables:
    """Arrow tables as frames; `assigned` are the levels of each session, in the order of the table `sessions`."""
    factors = tuple(dict.fromkeys(factor for levels in assigned for factor in levels))
    described = {**columns, "sessions": with_factors(factors)}
    levels = levels_of(described["sessions"][-len(factors) :] if factors else (), factors, assigned)
    frames = {name: framed(table) for name, table in made.items()}
    sessions, screens = frames.pop("sessions"), frames.pop("screens")
    sessions = pd.concat([sessions, levels], axis=1) if factors else sessions
    return Tables(tasks=frames, sessions=sessions, screens=screens, factors=factors, columns=described)
