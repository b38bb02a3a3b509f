"""A dataset as CSV files that a spreadsheet can't be made to run, with a codebook; `read` gives the very tables back.

Every cell is quoted. A text that a program could take for a formula (one that begins with =, +, -, @, a tab, a line
break and the like) gets an apostrophe before it, and so does one that begins with an apostrophe; an empty text is one
apostrophe, an empty cell is a missing value.
"""

from pathlib import Path

import pandas as pd

from analysis.export.about import put, readme
from analysis.export.release import Release
from analysis.reading.cells import from_csv, to_csv

_WHERE = """- `participants.csv`: one row a participant; `sessions.csv`: one a session
- a file for each task, one row a trial; `screens.csv`: one row a screen
- `scores.csv`: scales; `timing.csv`, `quality.csv`: how far times and answers can be trusted
- `codebook.csv`: every column of every file, its type and meaning

An apostrophe at the beginning of a cell keeps spreadsheets from running it and is no part of the text."""


def write(release: Release, folder: Path) -> None:
    """Every table, the codebook and a page about them, into an empty folder."""
    for name, frame in release.tables.items():
        put(folder / f"{name}.csv", to_csv(frame, exact=True))
    rows = [
        (table, c.name, c.dtype, "" if c.plain else "JSON", c.unit, " | ".join(c.values), c.doc)
        for table, columns in release.columns.items()
        for c in columns
    ]
    book = pd.DataFrame(rows, columns=["table", "column", "type", "format", "unit", "values", "doc"])
    put(folder / "codebook.csv", to_csv(book.astype("string"), exact=True))
    put(folder / "README.md", readme(release, _WHERE))


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of an export by their names, with the types that its codebook says; the inverse of `write`."""
    names = ["table", "column", "type", "format", "unit", "values", "doc"]
    book = from_csv(folder / "codebook.csv", dict.fromkeys(names, "string"))
    types: dict[str, dict[str, str]] = {}
    for table, column, dtype in zip(book["table"], book["column"], book["type"], strict=True):
        types.setdefault(str(table), {})[str(column)] = str(dtype)
    return {table: from_csv(folder / f"{table}.csv", dtypes) for table, dtypes in types.items()}
