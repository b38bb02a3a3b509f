"""Which parts are alike, so that each hides among the others, and which would be if they told less."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Kept: TypeAlias = dict[str, Any]  # a record of the pool, as JSON types
Alike = tuple[tuple[tuple[str, str], ...], str, str]  # levels, language, protocol
Mark = tuple[str, str, str]  # phase, task, and something that a trial was given, with where it stood
VERSION = ("protocol_sha256",)


def alike(part: Kept, blank: Sequence[str] = ()) -> Alike:
    """What a part tells of its session, without what is left `blank`."""
    told = told_less(part, blank)
    return tuple(sorted(told["assigned"].items())), told["language"], told["protocol_sha256"]


def told_less(part: Kept, blank: Sequence[str]) -> Kept:
    """A part that doesn't tell these."""
    return {**part, **dict.fromkeys(blank, "")}


def hidden(held: Sequence[Kept], opened: Sequence[Kept], least: int) -> list[Kept]:
    """Of the held parts those that would be among enough if no part told the protocol's version.

    Only where nothing else in a part tells it either: whatever a part was given, parts of other versions were given
    too. A language is always told, by every text that stands in a part.
    """
    found = list(held)
    while True:
        fits = Counter(alike(part, VERSION) for part in (*found, *opened))
        given = _given([*found, *opened])
        kept = [part for part in found if fits[alike(part, VERSION)] >= least and not _gives_away(part, given)]
        if len(kept) == len(found):
            return kept
        found = kept


def _given(parts: Sequence[Kept]) -> Mapping[Alike, tuple[set[Mark], set[tuple[str, ...]]]]:
    """What the parts of each kind were given, and where their trials stood."""
    found: dict[Alike, tuple[set[Mark], set[tuple[str, ...]]]] = {}
    for part in parts:
        marks, places = found.setdefault(alike(part), (set(), set()))
        marks.update(_marks(part))
        places.add(_places(part))
    return found


def _gives_away(part: Kept, given: Mapping[Alike, tuple[set[Mark], set[tuple[str, ...]]]]) -> bool:
    """Does a part hold what no part of another version was given, or trials that none of these had?"""
    levels, language, version = alike(part)
    others = [told for kind, told in given.items() if kind[:2] == (levels, language) and kind[2] != version]
    known = set[Mark]().union(*(marks for marks, _ in others))
    return not known.issuperset(_marks(part)) or not any(_places(part) in places for _, places in others)


def _places(part: Kept) -> tuple[str, ...]:
    return tuple(sorted(trial["id"] for trial in part["trials"]))


def _marks(part: Kept) -> Iterator[Mark]:
    """Everything that a part's trials were given, each with where it stood."""
    for trial in part["trials"]:
        yield from ((trial["phase"], trial["task"], told) for told in _told(trial["given"]))


def _told(value: Any, within: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _told(inner, f"{within}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _told(inner, within)
    else:
        yield f"{within}={value!r}"
