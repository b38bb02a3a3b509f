"""What measures have in common: one value a session out of a task table, or none."""

import pandas as pd

from analysis.reading.tables import Tables


def nothing(dtype: str) -> pd.Series:
    """No value for anybody."""
    return pd.Series(dtype=dtype)


def finished(tables: Tables, task: str) -> pd.DataFrame:
    """The rows of a task's trials that came to their end."""
    rows = tables.task(task)
    return rows[rows["ended"].notna()]


def first_of(tables: Tables, task: str, column: str, dtype: str) -> pd.Series:
    """Each session's first known value in a column of a task's table."""
    rows = tables.task(task)
    if column not in rows:
        return nothing(dtype)
    found: pd.Series = rows.groupby("session")[column].first()
    return found.astype(dtype)  # type: ignore[call-overload,no-any-return]


def flags(rows: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Each session's first of these values, which go with these rows."""
    found: pd.Series = values.groupby(rows["session"]).first()
    return found


def mean_of(rows: pd.DataFrame, column: str) -> pd.Series:
    """Each session's mean of a column over the rows in which it is known."""
    found: pd.Series = rows[column].astype("Float64").groupby(rows["session"]).mean()
    return found.astype("Float64")


def long(rows: pd.DataFrame, value: pd.Series, **more: pd.Series) -> pd.DataFrame:
    """Rows of an outcome: session, value, and whatever differs between the rows; without those that are missing."""
    frame = pd.DataFrame({"session": rows["session"], "value": value.astype("Float64"), **more})
    return frame[frame["value"].notna()].reset_index(drop=True)
