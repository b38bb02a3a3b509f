"""The font files that come with Vantage, and which characters they can draw. No font of the machine is ever used."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import category

import stimuli

STIMULI = Path(stimuli.__file__).parent
FAMILIES = ("NotoSans", "NotoSansArabic")  # the second for what the first hasn't
FILES = {
    (family, weight): STIMULI / "fonts" / f"{family}-{weight.capitalize()}.ttf"
    for family in FAMILIES
    for weight in ("regular", "bold")
}
UNDRAWN = "\n\u200b\u200c\u200d\u00ad"  # parted at or passed over, so they need no glyph


def missing_glyphs(text: str) -> str:
    """The characters of `text` that can't be drawn, each once, in order; empty: all can."""
    covered = frozenset[int]().union(*map(covering, FAMILIES))
    return "".join(c for c in dict.fromkeys(text) if ord(c) not in covered and c not in UNDRAWN)


@cache
def covering(family: str) -> frozenset[int]:
    """Code points that a family draws in both weights."""
    return _covered(family, "regular") & _covered(family, "bold")


def named(characters: str) -> str:
    """Characters for an error message, with their code points, safe to print: "'x' (U+0078)"."""
    return ", ".join(f"{_visible(c)!r} (U+{ord(c):04X})" for c in characters)


def _visible(character: str) -> str:
    return "?" if category(character).startswith("C") else character


@cache
def _covered(family: str, weight: str) -> frozenset[int]:
    """Code points with a glyph, from the font's Unicode table (OpenType `cmap`, format 4: the first plane)."""
    data = FILES[family, weight].read_bytes()
    tables = {data[i : i + 4]: struct.unpack_from(">L", data, i + 8)[0] for i in range(12, 12 + 16 * _u16(data, 4), 16)}
    cmap = tables[b"cmap"]
    starts = [cmap + struct.unpack_from(">L", data, cmap + 4 + 8 * i + 4)[0] for i in range(_u16(data, cmap + 2))]
    return frozenset(point for at in starts if _u16(data, at) == 4 for point in _format_4(data, at))


def _format_4(data: bytes, at: int) -> Iterator[int]:
    """Segments of end, start, delta and an offset into a list of glyph numbers; glyph 0 is none."""
    count = _u16(data, at + 6) // 2
    for i in range(count):
        end, start, delta, place = (at + 14 + 2 * (i + count * k) + (2 if k else 0) for k in range(4))
        offset = _u16(data, place)
        for point in range(_u16(data, start), _u16(data, end) + 1):
            glyph = point if not offset else _u16(data, place + offset + 2 * (point - _u16(data, start)))
            if point != 0xFFFF and (glyph + _u16(data, delta)) & 0xFFFF and (not offset or glyph):
                yield point


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
