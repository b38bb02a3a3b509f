"""Lines in which letters of both directions or of both font families stand: what is drawn, and where."""

import re
from functools import cache, lru_cache

from attrs import evolve, frozen
from PIL import ImageFont

from runner.languages import Direction
from runner.stages.drawing.arabic import Glyph, joined
from runner.stages.drawing.bidi import MIRRORED, levels, order
from runner.stages.drawing.fonts import FAMILIES, FILES, UNDRAWN, covering

LATIN, ARABIC = FAMILIES
_NUMBER = re.compile(r"([€$£¥] ?)?[-+–]?\d+( ?[.,:/] ?\d+)*( ?[%€$£¥])?")  # noqa: RUF001


@frozen
class Run:
    """Characters of one family, in the order in which they stand, `x` pixels from the line's left."""

    text: str
    family: str
    x: float


@frozen
class Setting:
    """A line as it is drawn: its runs, its width in pixels, and each character's left and right edge and level."""

    runs: tuple[Run, ...]
    width: float
    edges: tuple[tuple[float, float], ...]
    levels: tuple[int, ...]


@cache
def face(size: int, weight: str, family: str = LATIN) -> ImageFont.FreeTypeFont:
    """A family's face at `size` pixels per em.

    Arabic is drawn letter by letter as `joined` gives it: the library that would join the letters itself is not on
    every system.
    """
    engine = ImageFont.Layout.BASIC if family == ARABIC else None
    return ImageFont.truetype(FILES[family, weight], size, layout_engine=engine)


def mixed(text: str) -> bool:
    """Does the line need more than the Latin family, whatever its direction?"""
    return not text.isascii() and not _second().isdisjoint(text)


def as_it_stands(text: str, direction: Direction) -> bool:
    """Is the line drawn from left to right, character by character? So is a number that stands alone."""
    return not mixed(text) and (direction == "ltr" or _NUMBER.fullmatch(text) is not None)


@lru_cache(maxsize=5_000)
def setting(text: str, size: int, weight: str, direction: Direction) -> Setting:
    """The line from its left to its right."""
    way, glyphs = levels(text, direction), joined(text)
    runs, edges, x = list[Run](), [(0.0, 0.0)] * len(text), 0.0
    before = -1
    for place in order([way[glyph.start] for glyph in glyphs]):
        glyph = glyphs[place]
        level = way[glyph.start]
        drawn = MIRRORED.get(glyph.text, glyph.text) if level % 2 else glyph.text
        family = ARABIC if drawn in _second() else LATIN
        if runs and level == before and runs[-1].family == family:
            runs[-1] = evolve(runs[-1], text=runs[-1].text + drawn)
        else:
            runs.append(Run(drawn, family, x))
        end = runs[-1].x + _length(runs[-1].text, size, weight, family)
        _share_out(glyph, x, end, level, edges)
        x, before = end, level
    marks = [mark for glyph in glyphs if glyph.marks for mark in _marks(glyph, edges[glyph.start], size, weight)]
    return Setting((*runs, *marks), x, tuple(edges), way)


@lru_cache(maxsize=50_000)
def width(text: str, size: int, weight: str) -> float:
    """Length of a mixed line in pixels, word by word, since no letter joins over a space."""
    spaces = text.count(" ") * face(size, weight).getlength(" ")
    return spaces + sum(setting(word, size, weight, "rtl").width for word in text.split(" ") if word)


def _length(text: str, size: int, weight: str, family: str) -> float:
    """Length of a run in pixels; Arabic letters as they are drawn have no kerning, so that theirs add up."""
    if family == ARABIC:
        return sum(_advance(character, size, weight) for character in text)
    return face(size, weight, family).getlength(text)


@lru_cache(maxsize=5_000)
def _advance(character: str, size: int, weight: str) -> float:
    return face(size, weight, ARABIC).getlength(character)


def stops(text: str, size: int, weight: str, direction: Direction) -> tuple[float, ...]:
    """Where the caret stands before each character and after the last, in pixels from the side where lines begin."""
    line = setting(text, size, weight, direction)
    if not text:
        return (0.0,)
    before = [edge[level % 2] for edge, level in zip(line.edges, line.levels, strict=True)]
    last = line.edges[-1][1 - line.levels[-1] % 2]
    return tuple(line.width - x if direction == "rtl" else x for x in (*before, last))


def _share_out(glyph: Glyph, left: float, right: float, level: int, edges: list[tuple[float, float]]) -> None:
    """The edges of what a glyph stands for: letters in one share its width, marks have that of their letter."""
    letters = glyph.count - len(glyph.marks)
    each = (right - left) / letters
    for n in range(glyph.count):
        k = min(n, letters - 1)
        k = letters - 1 - k if level % 2 else k
        edges[glyph.start + n] = (left + k * each, left + (k + 1) * each)


def _marks(glyph: Glyph, edge: tuple[float, float], size: int, weight: str) -> list[Run]:
    """Marks in the middle of their letter: the family's own places for them need a library that not all have."""
    made = []
    for mark in glyph.marks:
        family = ARABIC if mark in _second() else LATIN
        left, _, right, _ = face(size, weight, family).getbbox(mark, anchor="ls")
        made.append(Run(mark, family, sum(edge) / 2 - (left + right) / 2))
    return made


@cache
def _second() -> frozenset[str]:
    """The characters that only the second family has."""
    return frozenset(map(chr, covering(ARABIC) - covering(LATIN))) - frozenset(UNDRAWN)
