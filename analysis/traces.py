"""Behaviour traces from elsewhere (P83 of paradigms.md): counts per day, joined to sessions by participant code.

The file is a CSV with exactly these columns, in any order:

| column | holds |
|---|---|
| `participant` | the code that the person has in the study |
| `day` | the date, as 2026-11-21; no time of day |
| `kind` | what was counted: one word of letters, digits, _ and - |
| `count` | how often on that day, 0 or more |

Nothing else is let in, no text and no name above all: whoever makes the file counts first. A day without a row is a day
of which nothing is known; write a 0 where somebody was looked at and did nothing.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from runner.errors import VantageError

COLUMNS = ("participant", "day", "kind", "count")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
MOST = 10  # mistakes that are told at once


def read_traces(path: Path) -> pd.DataFrame:
    """The traces as a tidy frame: participant, day, kind, count; a VantageError tells what is wrong and where."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            head = tuple(reader.fieldnames or ())
            _refuse_columns(path, head)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VantageError(f"{path}: the traces can't be read ({reason}); save them as CSV in UTF-8") from error
    wrong = [f"{path}:{line}: {what}" for line, row in rows for what in _wrong(row)]
    seen: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        key = tuple(str(row[name]) for name in COLUMNS[:3])
        if key in seen:
            wrong.append(f"{path}:{line}: the same participant, day and kind as in line {seen[key]}; add the counts up")
        seen.setdefault(key, line)
    if wrong:
        more = [f"... and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        raise VantageError("\n".join([*wrong[:MOST], *more]))
    return _frame(row for _, row in rows)


def joined(traces: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The traces of people who have a session, with its code in front; one row per session and trace.

    `sessions` has the columns session and participant. Whoever came several times has every trace with each session.
    """
    both = sessions[["session", "participant"]].merge(traces, on="participant", how="inner")
    return both.sort_values(["session", "day", "kind"], ignore_index=True)


def strangers(traces: pd.DataFrame, sessions: pd.DataFrame) -> list[str]:
    """The codes that no session has, so that their traces would be lost."""
    return sorted(set(traces["participant"]) - set(sessions["participant"]))


def _refuse_columns(path: Path, head: tuple[str, ...]) -> None:
    if sorted(head) != sorted(COLUMNS):
        got = ", ".join(head) or "nothing"
        what = f"{path}:1: the columns must be {', '.join(COLUMNS)}, but are {got}"
        raise VantageError(f"{what}; rename them, and delete what is not to be known")


def _wrong(row: Mapping[str | None, object]) -> Iterable[str]:
    if None in row or None in row.values():
        yield f"a line must have {len(COLUMNS)} values; correct it"
        return
    for name in ("participant", "kind"):
        if not CODE.fullmatch(str(row[name])):
            yield f"{name!r} must be plain letters, digits, _ and -, but is {str(row[name])!r}; correct it"
    try:
        if date.fromisoformat(str(row["day"])).isoformat() != row["day"]:
            raise ValueError
    except ValueError:
        yield f"'day' must be a date as 2026-11-21, but is {str(row['day'])!r}; correct it"
    if not re.fullmatch(r"[0-9]{1,9}", str(row["count"])):
        yield f"'count' must be a whole number from 0, but is {str(row['count'])!r}; correct it"


def _frame(rows: Iterable[Mapping[str | None, object]]) -> pd.DataFrame:
    values = [tuple(str(row[name]) for name in COLUMNS) for row in rows]
    frame = pd.DataFrame(values, columns=list(COLUMNS), dtype="string")
    return frame.assign(day=pd.to_datetime(frame["day"]), count=frame["count"].astype("Int64"))
