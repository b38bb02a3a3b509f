"""Tables as CSV files that a spreadsheet can't be made to run, and back again; an empty text comes back as missing."""

import csv
import io
import re
from pathlib import Path

import pandas as pd

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
# What a spreadsheet may take for the start of a formula or a command, full-width forms included; and our own mark.
_LIVE = "=+-@\t\r\n\0|%＝＋－＠'"  # noqa: RUF001


def safe(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet could run it.

    >>> safe("=1+1"), safe("-5"), safe("'tis"), safe("None"), safe("")
    ("'=1+1", '-5', "''tis", 'None', '')
    """
    return f"'{text}" if text and text[0] in _LIVE and not _PLAIN_NUMBER.fullmatch(text) else text


def plain(cell: str) -> str | None:
    """The text that `safe` made a cell of; an empty cell is a missing value.

    >>> plain("'=1+1"), plain("")
    ('=1+1', None)
    """
    if cell == "":
        return None
    return cell[1:] if cell.startswith("'") else cell


def to_csv(frame: pd.DataFrame, *, exact: bool = False) -> str:
    """A frame as CSV: a header, quoted cells, lines ended by a line feed; what is missing or empty is an empty cell.

    With `exact` an empty text is an apostrophe, so that `from_csv` gives back the very frame.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([safe(str(name)) for name in frame.columns])
    columns = [[_cell(value) for value in frame[name].astype(object)] for name in frame.columns]
    if exact:
        columns = [
            [
                "'" if isinstance(value, str) and not value else cell
                for value, cell in zip(frame[name].astype(object), cells, strict=True)
            ]
            for name, cells in zip(frame.columns, columns, strict=True)
        ]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def from_csv(path: Path, dtypes: dict[str, str]) -> pd.DataFrame:
    """A table that `to_csv` wrote; `dtypes` names the type of each column (the codebook has them).

    The answers "None" and "NA" stay answers: only an empty cell is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pd.DataFrame(
        {name: _typed(values, dtypes[name]) for name, values in zip(map(plain, header), columns, strict=True) if name}
    )


def _cell(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):  # numpy's own floats included
        return repr(float(value))
    return safe(value) if isinstance(value, str) else str(value)


def _typed(values: tuple[str, ...], dtype: str) -> object:
    texts = [plain(v) for v in values]
    if dtype == "boolean":
        return pd.array([None if t is None else t == "true" for t in texts], dtype="boolean")
    if dtype == "Int64":
        return pd.array([None if t is None else int(t) for t in texts], dtype="Int64")
    if dtype == "Float64":
        return pd.array([None if t is None else float(t) for t in texts], dtype="Float64")
    return pd.array(texts, dtype="string")
