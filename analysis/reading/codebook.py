"""The codebook: every column of every table, from the classes that the values come from."""

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.reading.columns import Column
from analysis.reading.tables import Tables


def codebook(tables: Tables, derived: Mapping[str, tuple[pd.DataFrame, tuple[Column, ...]]] = {}) -> pd.DataFrame:
    """One row per column: table, column, type, unit, possible values, meaning and how many values are missing.

    `derived` are further tables with their columns; one that has the name of a table takes its place.
    """
    described = {name: (frame, tables.columns[name]) for name, frame in tables.named().items()} | dict(derived)
    rows = [_row(name, frame, column) for name, (frame, columns) in described.items() for column in columns]
    names = ["table", "column", "type", "unit", "values", "doc", "n", "n_missing"]
    return pd.DataFrame(rows, columns=names)


def undocumented(book: pd.DataFrame) -> Iterable[str]:
    """The columns that no class says a word about, as "table.column"."""
    bare = book[book["doc"] == ""]
    return [f"{table}.{column}" for table, column in zip(bare["table"], bare["column"], strict=True)]


def _row(table: str, frame: pd.DataFrame, column: Column) -> list[object]:
    missing = int(frame[column.name].isna().sum())
    kind = column.dtype if column.plain else "JSON"
    return [table, column.name, kind, column.unit, " | ".join(column.values), column.doc, len(frame), missing]
