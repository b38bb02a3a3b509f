"""What scores ask of a data frame: columns that are there, and that hold numbers."""

from typing import TypeVar

import pandas as pd

Data = TypeVar("Data", pd.DataFrame, pd.Series)


def numeric(data: Data) -> Data:
    """The same as Float64, missing what is missing; a ValueError that names the column which holds no numbers.

    >>> numeric(pd.Series([1, None, True], dtype=object)).tolist()
    [1.0, <NA>, 1.0]
    """
    try:
        return data.astype("Float64")
    except (TypeError, ValueError):
        raise ValueError(f"{_no_number(data)}, which is no number; turn it into numbers") from None


def yes_or_no(values: pd.Series) -> pd.Series:
    """The same as booleans, missing what is missing; a ValueError where something is neither true nor false, 1 nor 0.

    >>> yes_or_no(pd.Series([1, 0, None])).tolist()
    [True, False, <NA>]
    """
    numbers = numeric(values)
    other = numbers[(~numbers.isin([0, 1]) & numbers.notna()).fillna(False)]
    if len(other):
        raise ValueError(f"{_holder(values.name)} {other.iloc[0]:g}; they have to be true or false, or 1 or 0")
    return numbers.astype("boolean")


def need(frame: pd.DataFrame, *names: str, what: str = "data") -> None:
    """A ValueError that names the first of these columns which is not there.

    >>> need(pd.DataFrame({"person": [1]}), "person")
    """
    lacking = [name for name in names if name not in frame]
    if lacking:
        raise ValueError(f"the {what} have no column {lacking[0]!r}; name it so")


def _no_number(data: pd.DataFrame | pd.Series) -> str:
    columns = data.items() if isinstance(data, pd.DataFrame) else [(data.name, data)]
    name, held = next((name, value) for name, column in columns for value in column if not _is_number(value))
    return f"{_holder(name)} {held!r}"


def _holder(name: object) -> str:
    return "the values hold" if name is None else f"the column {name!r} holds"


def _is_number(value: object) -> bool:
    try:
        return bool(pd.isna(value)) or float(value) is not None  # type: ignore[call-overload,arg-type]
    except (TypeError, ValueError):
        return False
