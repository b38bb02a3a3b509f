"""Values to Arrow arrays and tables, of the types that columns are declared to have."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from analysis.reading.columns import Column
from runner.errors import VantageError

DTYPES: Mapping[str, pa.DataType] = {
    "string": pa.large_string(),  # what pandas keeps texts as: no copy is made
    "Int64": pa.int64(),
    "Float64": pa.float64(),
    "boolean": pa.bool_(),
}


def named(columns: Sequence[Column], arrays: Mapping[str, pa.Array]) -> pa.Table:
    """A table of these columns, in their order."""
    names = [column.name for column in columns]
    return pa.table([arrays[name] for name in names], names=names)


def array(table: str, column: Column, values: Sequence[Any]) -> pa.Array:
    """The values of a column, as what it is declared to be; an error that names it when they are something else."""
    try:
        return pa.array(values, type=DTYPES[column.dtype])
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        pass
    import pandas as pd

    try:  # pandas takes some more: whole numbers that were written as decimals
        return pa.array(pd.array(list(values), dtype=column.dtype), type=DTYPES[column.dtype])  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise changed(table, f"{column.dtype} is declared, but a log holds something else ({error})", column) from None


def changed(table: str, what: str, column: Column | None = None) -> VantageError:
    """What to say of a log that holds something else than its task declares today."""
    where = f"table {table!r}" + (f", column {column.name!r}" if column else "")
    return VantageError(f"{where}: {what}. Analyse these logs with the version of Vantage that wrote them.")
