"""Which columns an attrs class becomes in a table, and of which type; the classes are the codebook."""

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union

import attrs

_DTYPES: Mapping[Any, str] = {bool: "boolean", int: "Int64", float: "Float64", str: "string"}


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table: what it is called, holds and means, and where in the logged value it stands."""

    name: str
    dtype: str  # a nullable pandas type: "Int64", "Float64", "boolean" or "string"
    doc: str = ""
    unit: str = ""
    values: tuple[str, ...] = ()  # the only ones possible, when the type says so
    path: tuple[str, ...] = ()
    plain: bool = True  # False: the value is kept as JSON text


@cache
def columns_of(cls: type, prefix: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of an attrs class; a class inside a class is flattened with "_", everything else becomes JSON."""
    hints = typing.get_type_hints(cls)
    found: list[Column] = []
    for attribute in attrs.fields(cls):
        path = (*prefix, attribute.name)
        doc, unit = attribute.metadata.get("doc", ""), attribute.metadata.get("unit", "")
        kinds = _kinds(hints[attribute.name])
        if len(kinds) == 1 and attrs.has(kinds[0]):
            found += [attrs.evolve(c, doc=_joined(doc, c.doc)) for c in columns_of(kinds[0], path)]
        else:
            dtype, values, plain = _dtype(kinds)
            found.append(
                Column(name="_".join(path), dtype=dtype, doc=doc, unit=unit, values=values, path=path, plain=plain)
            )
    return tuple(found)


def _kinds(hint: Any) -> tuple[Any, ...]:
    """The types that a value can have, None left out."""
    if typing.get_origin(hint) in (Union, types.UnionType):
        return tuple(kind for part in typing.get_args(hint) for kind in _kinds(part))
    return () if hint is type(None) else (hint,)


def _dtype(kinds: tuple[Any, ...]) -> tuple[str, tuple[str, ...], bool]:
    values: tuple[Any, ...] = ()
    if len(kinds) == 1 and typing.get_origin(kinds[0]) is Literal:
        values = typing.get_args(kinds[0])
        kinds = tuple({type(v) for v in values if v is not None})
    if len(kinds) == 1 and kinds[0] in _DTYPES:
        return _DTYPES[kinds[0]], tuple(str(v) for v in values if v is not None), True
    if set(kinds) == {int, float}:
        return "Float64", (), True
    return "string", (), False


def _joined(outer: str, inner: str) -> str:
    return f"{outer}: {inner}" if outer and inner else outer or inner
