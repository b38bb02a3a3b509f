"""What trials were given, and what came of them: JSON to columns, each text that came up often decoded once."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from analysis.reading.arrays import array, changed
from analysis.reading.columns import Column

_NULL = msgspec.Raw(b"null")


class Side:
    """One side, "given" or "outcome", of the trials of a task."""

    def __init__(self, task: str, side: str, columns: Sequence[Column]) -> None:
        self._places: dict[bytes, int] = {}  # of every different text
        self._rows: list[int | None] = []
        self._task = task
        self._columns = [column for column in columns if column.path[:1] == (side,)]

    def add(self, text: msgspec.Raw | None) -> None:
        """The next trial's; None where nothing came of it."""
        places = self._places
        self._rows.append(None if text is None else places.setdefault(bytes(text), len(places)))

    def arrays(self) -> dict[str, pa.Array]:
        """Its columns by name; a value of another type than declared is an error that names table and column."""
        decode = msgspec.json.Decoder(_shape((c.path[1:], c.plain) for c in self._columns)).decode
        try:
            values = list(map(decode, self._places))
        except msgspec.ValidationError as error:
            raise changed(self._task, str(error)) from None
        rows = pa.array(self._rows, pa.int64())
        return {column.name: self._array(column, values).take(rows) for column in self._columns}

    def _array(self, column: Column, values: Sequence[Any]) -> pa.Array:
        for key in column.path[1:]:
            get = attrgetter(key)
            values = [None if value is None else get(value) for value in values]
        return array(self._task, column, values if column.plain else list(map(_json, values)))


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


def _json(value: Any) -> str | None:
    text = None if value is None else str(value, "utf-8")
    return None if text == "null" else text
