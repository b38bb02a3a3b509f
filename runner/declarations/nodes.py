"""YAML text to nodes that know their place: a bounded subset of YAML 1.2, safe to read from anyone.

No tags, anchors, aliases, merge keys, duplicate keys or directives; limits on size, depth and number of nodes; no
characters that are invisible or turn the direction of writing. Parsed by ruamel.yaml, event by event, so that
nothing hostile is built before it is refused.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from runner.errors import DeclarationError, Mistake

LARGEST = 256 * 1024  # bytes
DEEPEST = 16  # levels
MOST = 20_000  # nodes
MOST_MISTAKES = 100  # of one file; nobody mends more at a time
LONGEST_SOURCE = 400  # characters of a line that a message repeats


@cache
def _forbidden() -> re.Pattern[str]:
    """Control characters, zero width, line and paragraph separators, direction, private and unassigned formatting.

    Made when it is first needed: it takes longer to compile than most files to read.
    """
    return re.compile(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff"
        "\U000e0000-\U000e007f]"
    )


def forbidden(text: str) -> re.Match[str] | None:
    """The first character that nobody can see, or that turns the direction of writing."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return None
    return _forbidden().search(text)


@frozen
class Scalar:
    """A value without parts, as written; `plain` without quotes, so that it may be a number or true or false."""

    text: str
    plain: bool
    line: int
    column: int
    width: int


@frozen
class Sequence:
    """A list."""

    items: list["Node"]
    line: int
    column: int
    width: int = 1


@frozen
class Map:
    """Names with values, in the order of the file; `keys` holds where each name stands."""

    values: dict[str, "Node"]
    keys: dict[str, Scalar]
    line: int
    column: int
    width: int = 1


Node = Scalar | Sequence | Map


@frozen
class Source:
    """A file's text and the name under which mistakes speak of it."""

    name: str
    text: str
    lines: list[str] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "lines", self.text.split("\n"))

    def mistake(self, what: str, at: Node | None = None) -> Mistake:
        """Something wrong at a node, or in the file as a whole."""
        return Mistake(self.name, 0, 0, what) if at is None else self.at(at.line, at.column, what, at.width)

    def at(self, line: int, column: int, what: str, width: int = 1) -> Mistake:
        """Something wrong at a line and column, both from 1; shows the line if it is short enough to help."""
        line = max(1, min(line, len(self.lines)))
        written = self.lines[line - 1].replace("\t", " ")
        if not written.isprintable():
            written = _forbidden().sub("\ufffd", written)
        if column > LONGEST_SOURCE:
            return Mistake(self.name, line, column, what)
        shown = written[: max(120, min(column + width + 20, LONGEST_SOURCE))]
        return Mistake(self.name, line, column, what, shown, max(1, min(width, len(shown) - column + 1)))


def shown(value: object) -> str:
    """A value as a message quotes it: short, and with nothing that a terminal would obey."""
    text = repr(value)
    return text if len(text) <= 60 else text[:56] + " ..." + text[0]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'x'?" if one of the known words is near, else nothing."""
    from difflib import get_close_matches  # slow to load, and seldom needed

    near = get_close_matches(word[:80], list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


# ---------------------------------------------------------------- files and text


def read_source(path: Path) -> tuple[Source, bytes]:
    """The file's text with plain line ends and without a byte order mark, and its bytes."""
    name = str(path)
    if not path.is_file():
        what = "this is a folder; name a file" if path.is_dir() else "there is no such file; check the name"
        raise DeclarationError(Mistake(name, 0, 0, what))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        what = f"can't be read ({error.strerror}); check its permissions"
        raise DeclarationError(Mistake(name, 0, 0, what)) from None
    return decoded(name, data), data


def decoded(name: str, data: bytes) -> Source:
    """Bytes as text; refuses what is too large, not UTF-8 or holds characters that nobody can see."""
    if len(data) > LARGEST:
        raise DeclarationError(Mistake(name, 0, 0, f"is larger than {LARGEST // 1024} KB; split it or shorten it"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        what = f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise DeclarationError(Mistake(name, line, column, what)) from None
    source = Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))
    if found := forbidden(source.text):
        line = source.text.count("\n", 0, found.start()) + 1
        column = found.start() - source.text.rfind("\n", 0, found.start())
        what = f"holds the invisible or control character U+{ord(found[0]):04X}; delete it"
        raise DeclarationError(source.at(line, column, what))
    return source


# ---------------------------------------------------------------- text to nodes


def parse(source: Source) -> tuple[Node, list[Mistake]]:
    """The nodes of a text, and the mistakes after which reading could go on (a name given twice, a tag ...)."""
    composing = _Composing(source)
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError as error:  # pragma: no cover - a broken installation
        raise DeclarationError(Mistake(source.name, 0, 0, f"ruamel.yaml is not installed ({error})")) from None
    try:
        for event in YAML(typ="safe", pure=True).parse(source.text):
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
        return Scalar(event.value, event.style is None, line, column, width)

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


# ---------------------------------------------------------------- all nodes below one


def size(node: Node) -> int:
    """How many nodes there are from here on."""
    if isinstance(node, Scalar):
        return 1
    return 1 + sum(map(size, node.items if isinstance(node, Sequence) else node.values.values()))


def rewritten(node: Node, change: Callable[[Scalar], str]) -> Node:
    """The same nodes with each value's text changed by `change(scalar) -> str`; names stay."""
    if isinstance(node, Scalar):
        text = change(node)
        return node if text == node.text else evolve(node, text=text)
    if isinstance(node, Sequence):
        return evolve(node, items=[rewritten(item, change) for item in node.items])
    return evolve(node, values={key: rewritten(value, change) for key, value in node.values.items()})
