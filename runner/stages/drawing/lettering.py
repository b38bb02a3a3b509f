"""How wide words are and where lines break: FreeType's own measures, kept, so that a page takes milliseconds."""

import re
from functools import lru_cache

from runner.languages import Direction
from runner.stages.drawing import runs
from runner.stages.drawing.runs import as_it_stands, face, mixed

# A line may break after a space, and after a hyphen or dash between letters; it never starts with a lone dash.
_UNITS = re.compile(r"[^ \n]*?[^\W\d][-–—/](?=[^\W\d])|[^ \n]+(?: [–—](?= ))? *| +")  # noqa: RUF001
ASCENT, DESCENT = 1.069, 0.293  # of Noto Sans, in em
DEEPER = 0.1  # by how much lines with Arabic letters stand higher, since these go down to 0.42 em


@lru_cache(maxsize=50_000)
def width(text: str, size: int, weight: str = "regular") -> float:
    """Length of the line in pixels, kerning included."""
    return runs.width(text, size, weight) if mixed(text) else face(size, weight).getlength(text)


@lru_cache(maxsize=5_000)
def spans(text: str, size: int, weight: str, most: int) -> tuple[tuple[int, int], ...]:
    """Start and end of each line of `text` when lines are at most `most` pixels wide.

    A line's last spaces hang over its edge, a newline belongs to no line, and a word that is too long is broken.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        start = end = at
        for unit in _UNITS.findall(line):
            if width(text[start:end] + unit.rstrip(" "), size, weight) > most and end > start:
                found.append((start, end))
                start = end
            while len(unit) > 1 and width(unit.rstrip(" "), size, weight) > most:
                fits = _fitting(unit, size, weight, most)
                found.append((start, start + fits))
                start, end, unit = start + fits, start + fits, unit[fits:]
            end += len(unit)
        found.append((start, end))
        at += len(line) + 1
    return tuple(found)


def _fitting(unit: str, size: int, weight: str, most: int) -> int:
    """How many characters of a long word fit, at least one."""
    return max([1, *(n for n in range(2, len(unit)) if width(unit[:n], size, weight) <= most)])


@lru_cache(maxsize=5_000)
def wrapped(text: str, size: int, weight: str, most: int, balanced: bool = False) -> tuple[str, ...]:
    """The lines of `text`; `balanced` makes lines of like length, for labels and headings."""
    if balanced:
        most = _balance(text, size, weight, most)
    lines = []
    for paragraph in text.split("\n"):
        measure = most if balanced else _without_orphan(paragraph, size, weight, most)
        lines += [paragraph[start:end].rstrip(" ") for start, end in spans(paragraph, size, weight, measure)]
    return tuple(lines)


def _without_orphan(paragraph: str, size: int, weight: str, most: int) -> int:
    """A measure a little narrower than `most` where that keeps the last line from being one short word."""
    full = spans(paragraph, size, weight, most)
    for percent in (100, 97, 94, 91, 88, 85, 82, 79, 76):
        measure = most * percent // 100
        found = spans(paragraph, size, weight, measure)
        if len(found) > len(full):
            break
        last = paragraph[slice(*found[-1])].rstrip(" ")
        if len(found) == 1 or width(last, size, weight) >= (0.14 if " " in last else 0.3) * most:
            return measure
    return most


def _balance(text: str, size: int, weight: str, most: int) -> int:
    """The narrowest measure that needs no more lines and breaks no word."""
    lines = len(spans(text, size, weight, most))
    low, high = max(most // 3, widest_word(text, size, weight)), most
    while high - low > 4 and lines > 1:
        middle = (low + high) // 2
        if len(spans(text, size, weight, middle)) > lines:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=5_000)
def widest_word(text: str, size: int, weight: str) -> int:
    """Pixels that the longest word needs; a narrower measure would break it."""
    return max((int(width(unit.rstrip(" "), size, weight)) + 1 for unit in _UNITS.findall(text)), default=0)


@lru_cache(maxsize=1_000)
def places(line: str, size: int, direction: Direction = "ltr") -> tuple[int, ...]:
    """Where the caret stands before each character of a line and after the last, in pixels from its start."""
    if not as_it_stands(line, direction):
        return tuple(map(round, runs.stops(line, size, "regular", direction)))
    return tuple(round(width(line[:n], size)) for n in range(len(line) + 1))


def baseline(size: int, line_height: int, line: str = "") -> int:
    """Where the baseline lies below the top of a line, so that its letters stand in its middle."""
    deeper = DEEPER if mixed(line) else 0.0
    return round((line_height - (ASCENT + DESCENT) * size) / 2 + (ASCENT - deeper) * size)
