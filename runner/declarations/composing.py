"""Text to nodes: ruamel.yaml's events put together, so that nothing hostile is built before it is refused."""

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from runner.declarations.nodes import (
    DEEPEST,
    MOST,
    MOST_MISTAKES,
    Map,
    Node,
    Scalar,
    Sequence,
    Source,
    forbidden,
    shown,
)
from runner.errors import DeclarationError, Mistake


def parse(source: Source) -> tuple[Node, list[Mistake]]:
    """The nodes of a text, and the mistakes after which reading could go on (a name given twice, a tag ...).

    libyaml reads what is sound ten times faster; whatever it stumbles over is read again by the parser in Python,
    whose judgement counts and whose mistakes have their words here.
    """
    if "\t" in source.text:  # on tabs the two do not agree
        return _parse_carefully(source)
    composing = _Composing(source)
    try:
        for event in _events(source, pure=False):
            composing.take(event)
    except Exception:  # whatever it is, the other parser says it better
        composing.root = None
    if composing.root is None or composing.mistakes:
        return _parse_carefully(source)
    return composing.root, []


def _parse_carefully(source: Source) -> tuple[Node, list[Mistake]]:
    composing = _Composing(source)
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        for event in _events(source, pure=True):
            composing.take(event)
    except MarkedYAMLError as error:
        raise DeclarationError(*composing.mistakes, _syntax(source, error)) from None
    except (YAMLError, ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
        what = f"can't be read as YAML: {shown(str(error))}; check quotes and escapes"
        raise DeclarationError(*composing.mistakes, source.at(composing.line, 1, what)) from None
    if composing.root is None:
        what = "is empty; write at least the keys that are required"
        raise DeclarationError(*composing.mistakes, source.at(1, 1, what))
    return composing.root, composing.mistakes


def _events(source: Source, *, pure: bool) -> Iterator[Any]:
    try:
        from ruamel.yaml import YAML
    except ImportError as error:  # pragma: no cover - a broken installation
        raise DeclarationError(Mistake(source.name, 0, 0, f"ruamel.yaml is not installed ({error})")) from None
    yield from YAML(typ="safe", pure=pure).parse(source.text)


class _Composing:
    """Puts events together to nodes without recursion; `stack` holds what is open, with the key that waits."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.mistakes: list[Mistake] = []
        self.root: Node | None = None
        self.stack: list[Map | Sequence] = []
        self.waiting: list[Scalar | None] = []
        self.nodes = self.documents = 0
        self.line = 1  # of the last event

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        self.line = event.end_mark.line + 1
        if kind == "DocumentStartEvent":
            self._document(event)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.stack.pop()
            self.waiting.pop()
        elif kind == "ScalarEvent":
            self._add(self._scalar(event), event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open(event, kind)
        elif kind == "AliasEvent":
            self._stop(event, "aliases (*name) are not allowed; write the value out")

    def _place(self, event: Any) -> tuple[int, int]:
        return event.start_mark.line + 1, event.start_mark.column + 1

    def _wrong(self, event: Any, what: str, width: int = 1) -> None:
        self.mistakes.append(self.source.at(*self._place(event), what, width))
        if len(self.mistakes) >= MOST_MISTAKES:
            raise DeclarationError(*self.mistakes)

    def _stop(self, event: Any, what: str) -> None:
        self._wrong(event, what)
        raise DeclarationError(*self.mistakes)

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(event, "a second document begins here; a file holds one, so delete the line ---")
        if event.version or event.tags:
            line = next((n for n, text in enumerate(self.source.lines, 1) if text.startswith("%")), 1)
            what = "directives (%YAML, %TAG) are not allowed; delete the line"
            raise DeclarationError(*self.mistakes, self.source.at(line, 1, what))

    def _scalar(self, event: Any) -> Scalar:
        line, column = self._place(event)
        one_line = event.end_mark.line == event.start_mark.line
        width = max(1, event.end_mark.column - event.start_mark.column) if one_line else 1
        if found := forbidden(event.value):
            self._wrong(event, f"holds the invisible or control character U+{ord(found[0]):04X}; delete it", width)
        return Scalar(event.value, not event.style, line, column, width)

    def _open(self, event: Any, kind: str) -> None:
        if len(self.stack) >= DEEPEST:
            self._stop(event, f"is nested more than {DEEPEST} levels deep; make it flatter")
        line, column = self._place(event)
        node: Map | Sequence = Map({}, {}, line, column) if kind[0] == "M" else Sequence([], line, column)
        self._add(node, event)
        self.stack.append(node)
        self.waiting.append(None)

    def _add(self, node: Node, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MOST:
            self._stop(event, f"holds more than {MOST:,} values; shorten it")
        if event.anchor is not None:
            self._stop(event, "anchors (&name) are not allowed; write the value out where it is used")
        if event.tag is not None:
            self._wrong(event, "tags (!name) are not allowed; write the plain value")
        if not self.stack:
            self.root = node
        elif isinstance(self.stack[-1], Sequence):
            self.stack[-1].items.append(node)
        else:
            self._add_to_map(self.stack[-1], node, event)

    def _add_to_map(self, parent: Map, node: Node, event: Any) -> None:
        key = self.waiting[-1]
        if key is not None:
            self.waiting[-1] = None
            if isinstance(node, Scalar) and node.plain and not node.text:  # the parser puts it where the next token is
                node = evolve(node, line=key.line, column=key.column, width=key.width)
            parent.values.setdefault(key.text, node)
        elif not isinstance(node, Scalar):
            self._stop(event, "a name must be one word or number, but here a list or map stands in its place; quote it")
        else:
            self.waiting[-1] = node
            if node.plain and node.text in {"", "<<", "~", "null"}:
                self._wrong(event, f"{node.text!r} can't be a name here; write a word, or quote it")
            if (first := parent.keys.setdefault(node.text, node)) is not node:
                what = f"{shown(node.text)} stands here a second time (first in line {first.line}); keep one"
                self._wrong(event, what, node.width)


def _syntax(source: Source, error: Any) -> Mistake:
    """What the parser couldn't read, in words for people who write YAML seldom."""
    mark = error.problem_mark or error.context_mark
    if "could not find expected ':'" in str(error.problem) and error.context_mark:
        mark = error.context_mark  # where the name stands, not where the parser noticed
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    written = source.lines[line - 1] if line <= len(source.lines) else ""
    problem = str(error.problem or error.context or "it can't be read")
    if "\t" in written[:column]:
        what = "a tab stands here; indent with spaces"
    elif "mapping values are not allowed" in problem:
        what = "a second ': ' stands in this line; put the text in quotes, or check the indentation"
    elif "could not find expected ':'" in problem:
        what = "a name without ': ' and a value; add them, or check the indentation"
    elif "found unexpected end of stream" in problem:
        what = "a quotation mark is not closed; add the closing one"
    elif "cannot start any token" in problem:
        what = "a text can't begin with this character; put it in quotes"
    elif "undefined" in problem or "tag" in problem:
        what = "tags (!name) are not allowed; write the plain value"
    elif "expected <block end>" in problem:
        what = "doesn't line up with the lines above; check the indentation"
    elif "expected ',' or" in problem:
        what = "a list in [ ] or a map in { } is not closed or lacks a comma; check the brackets and quotes"
    else:
        what = f"can't be read as YAML: {problem[:100]}; check indentation and quotes"
    return source.at(line, column, what)
