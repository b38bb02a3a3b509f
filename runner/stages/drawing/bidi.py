"""Which way each character of a line runs, and in what order they stand: Unicode's bidirectional algorithm (UAX #9).

Rules W1 to L2 for one line whose direction is known. There are no explicit formatting characters: a declaration is
refused with them, and a words box doesn't take them.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from unicodedata import bidirectional

from runner.languages import Direction

BRACKETS = {"(": ")", "[": "]", "{": "}"}
_FACING = {**BRACKETS, "<": ">", "«": "»", "‹": "›", "≤": "≥"}  # noqa: RUF001
MIRRORED = {**_FACING, **{right: left for left, right in _FACING.items()}}  # as they look in a stretch from the right
_SIGN = re.compile(r"(?<![^\s(])[-+–](?=\d)")  # noqa: RUF001  # part of its number, which the rules leave open (HL3)
_PASSED_OVER = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF")  # no part of the text for the rules (X9)
_NEUTRAL = ("WS", "ON", "S", "B", "LRI", "RLI", "FSI", "PDI")
_SIDE = {
    "L": "L",
    "R": "R",
    "EN": "R",
    "AN": "R",
}  # which way it pulls its neighbours: numbers as letters from the right


@lru_cache(maxsize=5_000)
def levels(text: str, direction: Direction) -> tuple[int, ...]:
    """The embedding level of each character: odd ones run from right to left."""
    base = 1 if direction == "rtl" else 0
    found = [bidirectional(c) or "L" for c in text]
    for sign in _SIGN.finditer(text):
        found[sign.start()] = "EN"
    kept = [i for i, kind in enumerate(found) if kind not in _PASSED_OVER]
    kinds = [found[i] for i in kept]
    start = "R" if base else "L"
    _weak(kinds, start)
    _brackets([text[i] for i in kept], kinds, [found[i] for i in kept], start)
    _neutral(kinds, start)
    level, result = base, []
    given = dict(zip(kept, kinds, strict=True))
    for i in range(len(text)):
        level = _level(given[i], base) if i in given else level
        result.append(level)
    for i in _at_the_ends(found):
        result[i] = base
    return tuple(result)


def order(levels: Sequence[int]) -> list[int]:
    """Places in the text, from the left of the line to its right (rule L2)."""
    places = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    for level in range(max(levels, default=0), min(odd, default=1) - 1, -1):
        start = 0
        while start < len(places):
            end = start
            while end < len(places) and levels[places[end]] >= level:
                end += 1
            places[start:end] = reversed(places[start:end])
            start = end + 1
    return places


# ---------------------------------------------------------------- the rules


def _weak(kinds: list[str], start: str) -> None:
    """W1 to W7: marks take after what they stand on; what belongs to numbers goes with them."""
    strong = before = start
    for i, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[i] = kind = before
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kinds[i] = "AN"
        before = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for i in range(1, len(kinds) - 1):
        one, other = kinds[i - 1], kinds[i + 1]
        if one == other and ((kinds[i] == "ES" and one == "EN") or (kinds[i] == "CS" and one in ("EN", "AN"))):
            kinds[i] = one
    for here, end in _stretches(kinds, ("ET",)):
        if "EN" in (*kinds[max(0, here - 1) : here], *kinds[end : end + 1]):
            kinds[here:end] = ["EN"] * (end - here)
    kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]
    strong = start
    for i, kind in enumerate(kinds):
        strong = kind if kind in ("L", "R") else strong
        if kind == "EN" and strong == "L":
            kinds[i] = "L"


def _brackets(text: Sequence[str], kinds: list[str], found: Sequence[str], start: str) -> None:
    """N0: both brackets of a pair go the line's way if anything between them does, else with what stands before."""
    for left, right in _pairs(text, kinds):
        inside = {_SIDE[kind] for kind in kinds[left + 1 : right] if kind in _SIDE}
        if not inside:
            continue
        before = next((_SIDE[kind] for kind in reversed(kinds[:left]) if kind in _SIDE), start)
        way = start if start in inside or before == start else before
        for place in (left, right):
            kinds[place] = way
            while place + 1 < len(kinds) and found[place + 1] == "NSM":
                place += 1
                kinds[place] = way


def _pairs(text: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Places of brackets that belong together, by the opening one."""
    pairs, waiting = [], list[tuple[str, int]]()
    for i, character in enumerate(text):
        if kinds[i] != "ON":
            continue
        if character in BRACKETS:
            waiting.append((BRACKETS[character], i))
        for depth in range(len(waiting) - 1, -1, -1):
            if waiting[depth][0] == character:
                pairs.append((waiting[depth][1], i))
                del waiting[depth:]
                break
    return sorted(pairs)


def _neutral(kinds: list[str], start: str) -> None:
    """N1 and N2: between two that go the same way, that way; else the line's."""
    for here, end in _stretches(kinds, _NEUTRAL):
        one = _SIDE[kinds[here - 1]] if here else start
        other = _SIDE[kinds[end]] if end < len(kinds) else start
        kinds[here:end] = [one if one == other else start] * (end - here)


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if base % 2:
        return base if kind == "R" else base + 1
    return base + {"L": 0, "R": 1}.get(kind, 2)


def _at_the_ends(found: Sequence[str]) -> Iterator[int]:
    """L1: separators, and the spaces before them and at the end of the line."""
    trailing = True
    for i in range(len(found) - 1, -1, -1):
        if found[i] in ("S", "B"):
            trailing = True
            yield i
        elif found[i] == "WS" or found[i] in (*_PASSED_OVER, "LRI", "RLI", "FSI", "PDI"):
            if trailing:
                yield i
        else:
            trailing = False


def _stretches(kinds: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of the wanted kinds."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in wanted:
            end += 1
        if end > start:
            yield start, end
        start = end + 1
