"""What a scalar stands for, and how messages speak of values and of what was wanted instead."""

import re
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from runner.declarations.nodes import Map, Node, Scalar, Sequence, shown

INTEGER = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
LONGEST_NUMBER = 15  # digits and signs; more would not come back exactly


def plain(scalar: Scalar) -> str | int | float | bool | None:
    """What a scalar means in YAML 1.2's core schema; numbers that are too long or not finite stay text."""
    text = scalar.text
    if not scalar.plain:
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE"}:
        return True
    if text in {"false", "False", "FALSE"}:
        return False
    if text[0] in "+-.0123456789" and len(text) <= LONGEST_NUMBER:
        if INTEGER.fullmatch(text):
            return int(text)
        if NUMBER.fullmatch(text) and abs(number := float(text)) != float("inf"):
            return number
    return text


def anything(node: Node) -> Any:
    """A node as plain Python, for what has no declared shape."""
    if isinstance(node, Scalar):
        return plain(node)
    if isinstance(node, Sequence):
        return tuple(anything(item) for item in node.items)
    return {key: anything(value) for key, value in node.values.items()}


def described(node: Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, Map):
        return "a map (name: value)"
    if isinstance(node, Sequence):
        return "a list"
    value = plain(node)
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"{node.text} (true or false)"
    if isinstance(value, int | float):
        return f"the number {shown(value)}"
    return f"the text {shown(value)}"


def expected(hint: Any) -> str:
    """What an annotation asks for, in words."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "one of " + ", ".join(map(str, args))
    if origin in {Union, UnionType}:
        return " or ".join(expected(arg) for arg in args if arg is not NoneType)
    if origin in {tuple, list}:
        return "a list" if args[-1] is Ellipsis or origin is list else f"a list of {len(args)} values"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "a map (name: value)"
    words = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return words.get(hint) or "a map with the keys " + ", ".join(f.name for f in attrs.fields(hint) if f.init)


def advice(node: Node, hint: Any) -> str:
    """What to do about a value of the wrong type."""
    if hint is str and isinstance(node, Scalar) and plain(node) is not None:
        return f'; put it in quotes: "{shown(node.text)[1:-1]}"'
    if hint in {int, float, bool} and isinstance(node, Scalar):
        if NOT_FINITE.fullmatch(node.text) or (len(node.text) > LONGEST_NUMBER and NUMBER.fullmatch(node.text)):
            return f"; write a finite number of at most {LONGEST_NUMBER} digits"
        if not node.plain:
            return "; write it without quotes"
    if get_origin(hint) in {tuple, list} and not isinstance(node, Sequence):
        return "; write [a, b], or one line for each that begins with '- '"
    return "; write it out, or leave the line out if it isn't required" if described(node) == "empty" else ""
