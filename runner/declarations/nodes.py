"""YAML text to nodes that know their place: a bounded subset of YAML 1.2, safe to read from anyone.

No tags, anchors, aliases, merge keys, duplicate keys or directives; limits on size, depth and number of nodes; no
characters that are invisible or turn the direction of writing. Parsed by ruamel.yaml, event by event, so that
nothing hostile is built before it is refused.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

from attrs import evolve, field, frozen

from runner.errors import Mistake

LARGEST = 256 * 1024  # bytes
DEEPEST = 16  # levels
MOST = 20_000  # nodes
MOST_MISTAKES = 100  # of one file; nobody mends more at a time
LONGEST_SOURCE = 400  # characters of a line that a message repeats


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


def shown(value: object) -> str:
    """A value as a message quotes it: short, and with nothing that a terminal would obey."""
    text = repr(value)
    return text if len(text) <= 60 else text[:56] + " ..." + text[0]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'x'?" if one of the known words is near, else nothing."""
    from difflib import get_close_matches  # slow to load, and seldom needed

    near = get_close_matches(word[:80], list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


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
