"""Arrow tables to pandas frames of nullable types, sessions in the order in which they are wanted."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from analysis.reading.arrays import DTYPES
from analysis.reading.columns import Column


def framed(table: pa.Table) -> pd.DataFrame:
    """A table as a frame."""
    types = {arrow: pd.api.types.pandas_dtype(name) for name, arrow in DTYPES.items()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=types.get)
    return frame


def joined(
    parts: Sequence[Mapping[str, pa.Table]], counts: Sequence[Mapping[str, int]], order: Sequence[int]
) -> dict[str, pa.Table]:
    """The tables of all parts, one behind the other; tasks stand in the order in which sessions met them.

    `counts` are the rows of each session in each table; `order` numbers the sessions as they are wanted.
    """
    names = dict.fromkeys(["sessions", "screens", *(name for i in order for name in counts[i])])
    found = {name: pa.concat_tables([tables[name] for tables in parts if name in tables]) for name in names}
    if list(order) == sorted(order):
        return found
    return {name: _arranged(table, [of.get(name, 0) for of in counts], order) for name, table in found.items()}


def _arranged(table: pa.Table, lengths: Sequence[int], order: Sequence[int]) -> pa.Table:
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    whole = table.combine_chunks()
    return pa.concat_tables([whole.slice(starts[i], lengths[i]) for i in order]).combine_chunks()


def levels_of(columns: Sequence[Column], factors: Sequence[str], assigned: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """A column for each factor, one row a session."""
    named = zip(columns, factors, strict=True)
    return pd.DataFrame({c.name: pd.array([of.get(f) for of in assigned], dtype="string") for c, f in named})
