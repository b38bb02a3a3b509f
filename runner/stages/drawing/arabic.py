"""Joined letters: each Arabic letter in the form that it takes between its neighbours.

The forms are characters of their own ("presentation forms"), which the font has, and which letter takes which is in
Python's own Unicode data. So no library of the machine is needed, and every system draws the same.
"""

from functools import cache, lru_cache
from unicodedata import category, decomposition

from attrs import frozen

_PLACES = ("<isolated>", "<final>", "<initial>", "<medial>")
_STRETCHES = "\u0640\u200d"  # the line between letters, and the joiner that is not seen: both sides join
_UNSEEN = "\u200c\u200d"
_LAM = "\u0644"


@frozen
class Glyph:
    """What is drawn for `count` characters of the text from `start` on; `marks` stand above or below it."""

    text: str
    start: int
    count: int
    marks: str = ""


@lru_cache(maxsize=5_000)
def joined(text: str) -> tuple[Glyph, ...]:
    """The text as glyphs, in the order in which it is read; characters of other scripts stay as they are."""
    bases = [i for i, c in enumerate(text) if i == 0 or not is_mark(c)]
    ends = [*bases[1:], len(text)][: len(bases)]
    glyphs, skip = list[Glyph](), False
    for n, (at, end) in enumerate(zip(bases, ends, strict=True)):
        if skip:
            skip = False
            continue
        before = n > 0 and _onwards(text[bases[n - 1]]) and _backwards(text[at])
        following = text[bases[n + 1]] if n + 1 < len(bases) else ""
        marks = text[at + 1 : end]
        both = _forms().get(text[at] + following) if following and text[at] == _LAM else None
        if both:
            drawn, skip = both[_PLACES[before]], True
            marks, end = marks + text[bases[n + 1] + 1 : ends[n + 1]], ends[n + 1]
        else:
            after = bool(following) and _onwards(text[at]) and _backwards(following)
            drawn = _forms().get(text[at], {}).get(_PLACES[before + 2 * after], text[at])
        glyphs.append(Glyph("" if drawn in _UNSEEN else drawn, at, end - at, marks))
    return tuple(glyphs)


def is_mark(character: str) -> bool:
    """Does it stand above or below a letter, and take no room?"""
    return category(character) == "Mn"


def _onwards(character: str) -> bool:
    """Does it join what follows?"""
    return character in _STRETCHES or "<initial>" in _forms().get(character, ())


def _backwards(character: str) -> bool:
    """Does it join what stands before?"""
    return character in _STRETCHES or "<final>" in _forms().get(character, ())


@cache
def _forms() -> dict[str, dict[str, str]]:
    """A letter, or lam with an alef -> place among its neighbours -> the character that is drawn there."""
    forms: dict[str, dict[str, str]] = {}
    for point in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        place, *letters = decomposition(chr(point)).split() or [""]
        if place in _PLACES:
            forms.setdefault("".join(chr(int(letter, 16)) for letter in letters), {})[place] = chr(point)
    return forms
