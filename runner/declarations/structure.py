"""Nodes to attrs objects by walking the classes' annotations: every mistake at once, each at its place.

Understood are str, int, float, bool, None, Literal, tuple, list, Mapping, attrs classes, unions of these, and Any.
Numbers and true/false follow YAML 1.2 (octal and hexadecimal ones, which nobody means, stay text) and are never
guessed from quoted text, nor text from numbers.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from runner.declarations.cause_rules import cause_rule_for
from runner.declarations.composing import parse
from runner.declarations.nodes import MOST_MISTAKES, Map, Node, Scalar, Sequence, Source, did_you_mean, shown
from runner.declarations.rules import rule_for
from runner.declarations.sources import read_source
from runner.declarations.values import advice, anything, described, expected, plain
from runner.errors import DeclarationError, Mistake

T = TypeVar("T")


class Wrong:
    """Stands for a value that couldn't be made; its mistake has been noted."""


WRONG = Wrong()


def read_yaml(path: Path, cls: type[T]) -> T:
    """The file as an instance of `cls`; a DeclarationError holds every mistake found."""
    source, _ = read_source(Path(path))
    return structured(source, cls)


def structured(source: Source, cls: type[T]) -> T:
    """The text as an instance of `cls`; a DeclarationError holds every mistake found."""
    node, mistakes = parse(source)
    value = Structuring(source, mistakes).value(node, cls)
    if mistakes:
        raise DeclarationError(*in_order(mistakes))
    return value  # type: ignore[no-any-return]


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """By file and place, each once."""
    return sorted(dict.fromkeys(mistakes), key=lambda m: (m.file, m.line, m.column))


@cache
def hints(cls: type) -> dict[str, Any]:
    """The annotations of an attrs class, names resolved."""
    return get_type_hints(cls)


# ---------------------------------------------------------------- nodes to objects


class Structuring:
    """One walk over a file's nodes; mistakes are added to the list that it was given."""

    def __init__(self, source: Source, mistakes: list[Mistake]) -> None:
        self.source, self.mistakes = source, mistakes
        self.found = 0  # in this walk, also those that are too many to tell

    def wrong(self, at: Node, what: str) -> Wrong:
        """Notes a mistake at a node, unless there are enough already."""
        self.found += 1
        if not self.full:
            self.mistakes.append(self.source.mistake(what, at))
        return WRONG

    @property
    def full(self) -> bool:
        """Are there as many mistakes as anybody would read? Looking for more would only take time."""
        return len(self.mistakes) >= MOST_MISTAKES

    def value(self, node: Node, hint: Any, name: str = "") -> Any:
        """The node as the annotation wants it, or WRONG."""
        if hint is Any or hint is object:
            return anything(node)
        origin = get_origin(hint)
        if origin is Literal:
            return self._literal(node, hint, name)
        if origin in {Union, UnionType}:
            return self._union(node, get_args(hint), hint, name)
        if origin in {tuple, list}:
            return self._list(node, origin, get_args(hint), hint, name)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._mapping(node, get_args(hint)[1], hint, name)
        if isinstance(hint, type) and attrs.has(hint):
            return self.instance(node, hint)
        return self._scalar(node, hint, name)

    def _mismatch(self, node: Node, hint: Any, name: str) -> Wrong:
        return self.wrong(node, _contrast(expected(hint), described(node), name) + advice(node, hint))

    def _scalar(self, node: Node, hint: Any, name: str) -> Any:
        if not isinstance(node, Scalar):
            return self._mismatch(node, hint, name)
        value = plain(node)
        if hint is float and type(value) is int:
            return float(value)
        if type(value) is not hint or (hint is not str and isinstance(value, str)):
            return self._mismatch(node, hint, name)
        return value

    def _literal(self, node: Node, hint: Any, name: str) -> Any:
        allowed = get_args(hint)
        value = plain(node) if isinstance(node, Scalar) else node
        if isinstance(node, Scalar) and any(value == a and type(value) is type(a) for a in allowed):
            return value
        near = did_you_mean(node.text, map(str, allowed)) if isinstance(node, Scalar) and not self.full else ""
        return self.wrong(node, _contrast(expected(hint), described(node), name) + near)

    def _list(self, node: Node, origin: type, args: tuple[Any, ...], hint: Any, name: str) -> Any:
        if not isinstance(node, Sequence):
            return self._mismatch(node, hint, name)
        if origin is list or args[-1] is Ellipsis:
            each = [args[0]] * len(node.items)
        elif len(args) != len(node.items):
            what = f"{name!r} must be {expected(hint)}, but has {len(node.items)}; add or delete some"
            return self.wrong(node, what)
        else:
            each = list(args)
        values = [self.value(item, one) for item, one in zip(node.items, each, strict=True)]
        return WRONG if any(value is WRONG for value in values) else origin(values)

    def _mapping(self, node: Node, each: Any, hint: Any, name: str) -> Any:
        if not isinstance(node, Map):
            return self._mismatch(node, hint, name)
        values = {key: self.value(value, each, key) for key, value in node.values.items()}
        return WRONG if any(value is WRONG for value in values.values()) else values

    def _union(self, node: Node, options: tuple[Any, ...], hint: Any, name: str) -> Any:
        """The first option without a mistake; else the mistakes of the one that came nearest."""
        if isinstance(node, Scalar) and plain(node) is None:
            return None if NoneType in options else self._mismatch(node, hint, name)
        attempts: list[list[Mistake]] = []
        for option in (option for option in options if option is not NoneType):
            attempt = Structuring(self.source, [])
            value = attempt.value(node, option, name)
            if not attempt.mistakes:
                return value
            attempts.append(attempt.mistakes)
        deep = [a for a in attempts if any((m.line, m.column) != (node.line, node.column) for m in a)]
        if isinstance(node, Scalar) or not deep:
            return self._mismatch(node, hint, name)
        self.mistakes += sorted(deep, key=len)[0]
        self.found += 1
        return WRONG

    # ------------------------------------------------------------ attrs classes

    def instance(self, node: Node, cls: type) -> Any:
        """The node as an attrs object; unknown, missing and wrong keys are all noted."""
        if not isinstance(node, Map):
            return self._mismatch(node, cls, "")
        fields = self.fields(cls)
        self.unknown(node, fields)
        values: dict[str, Any] = {}
        whole = True
        for key, f in fields.items():
            if key in node.values:
                values[key] = self.value(node.values[key], hints(cls)[f.name], key)
                whole = whole and values[key] is not WRONG
            elif f.default is attrs.NOTHING:
                self.wrong(node, f"{key!r} is missing; add it ({expected(hints(cls)[f.name])})")
                whole = False
        return self.made(node, cls, values) if whole else WRONG

    def fields(self, cls: type) -> dict[str, "attrs.Attribute[Any]"]:
        """The keys that a class takes."""
        return {f.alias: f for f in attrs.fields(cls) if f.init}

    def unknown(self, node: Map, known: Iterable[str]) -> None:
        """Notes every key that isn't known."""
        known = list(known)
        for key in node.values:
            if key not in known and not self.full:
                near = did_you_mean(key, known) or f"; known are {', '.join(known)}"
                self.wrong(node.keys[key], f"unknown key {shown(key)}{near}")

    def made(self, node: Map, cls: type, values: dict[str, Any]) -> Any:
        """An object of checked values; what its validators refuse is noted where the value stands."""
        try:
            made = cls(**values)
        except (ValueError, TypeError) as error:
            found = False
            for f in attrs.fields(cls):
                if f.validator is None or f.alias not in values:
                    continue
                try:
                    f.validator(None, f, values[f.alias])
                except (ValueError, TypeError) as refusal:
                    found = True
                    self.wrong(node.values[f.alias], _in_words(refusal, f.alias))
                except AttributeError:
                    continue  # a validator that looks at the whole object; told at the object's place
            return WRONG if found else self.wrong(node, _in_words(error, ""))
        for where, what in found_by(cls, made):
            self.wrong(self.place(node, where), what)
        return made

    def place(self, node: Node, where: Iterable[str | int]) -> Node:
        """The node at a path of keys and positions, or the last one on the way that exists."""
        for step in where:
            if isinstance(node, Map) and step in node.values:
                node = node.values[str(step)]
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                break
        return node


def found_by(cls: type, made: Any) -> Iterable[tuple[Iterable[str | int], str]]:
    """What the rule of a class finds wrong in an object."""
    rule = rule_for(cls) or cause_rule_for(cls)
    return rule(made) if rule else ()


def _contrast(wanted: str, got: str, name: str) -> str:
    return f"{name!r} must be {wanted}, but is {got}" if name else f"must be {wanted}, but this is {got}"


def _in_words(error: Exception, name: str) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return text if not name or repr(name) in text else f"{name!r}: {text}"
