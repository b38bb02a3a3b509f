"""What the console says, in the reader's language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Words = Mapping[str, str]
FIRST = "en"


@cache
def languages() -> Mapping[str, Words]:
    """Every language with its words."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def language(wanted: str, accepted: str) -> str:
    """The page's language: the `wanted` one, or what the browser likes best of those there are (RFC 9110, 12.5.4).

    >>> language("de", ""), language("", "fr, de-AT;q=0.7, en;q=0.3"), language("xx", "")
    ('de', 'de', 'en')
    """
    if wanted in languages():
        return wanted
    liked: list[tuple[float, str]] = []
    for entry in accepted.split(",")[:20]:
        name, _, weight = entry.strip().partition(";q=")
        liked.append((-_number(weight), name.partition("-")[0].lower()))
    return next((name for weight, name in sorted(liked, key=_weight) if weight < 0 and name in languages()), FIRST)


def span(words: Words, seconds: float) -> str:
    """A length of time, as roughly as anybody wants to know it: 5-second steps, then minutes, then hours.

    >>> span({"seconds": "{n} s", "minutes_long": "{n} min"}, 43.2)
    '40 s'
    """
    if seconds < 120:
        return words["seconds"].format(n=5 * int(seconds / 5))
    if seconds < 7200:
        return words["minutes_long"].format(n=int(seconds / 60))
    return words["hours_long"].format(n=int(seconds / 3600))


def _weight(entry: tuple[float, str]) -> float:
    return entry[0]


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
