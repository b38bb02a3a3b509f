"""The words that a screen shows: which they are, how many, how hard to read, and which should not be there."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from attrs import fields, frozen

from runner.checks.reading import Counts, counted
from runner.screens import Allocation, Badge, Bar, Board, Choice, Continue, Image, Likert, Screen, Slider, Text


def texts(screen: Screen) -> Iterator[str]:
    """Everything to read on a screen but its controls."""
    for mark in screen.marks:
        if isinstance(mark, Board) and mark.point:
            yield mark.heading
            yield from (f"{name}: {says}" for _, name, says in mark.script)
        if isinstance(mark, Text | Badge):
            yield mark.text
        elif isinstance(mark, Bar):
            yield from filter(None, (mark.label, mark.note))
    accepts = screen.accepts
    if isinstance(accepts, Choice | Allocation):
        for option in accepts.options:
            yield from (option.text, *option.lines)
    elif isinstance(accepts, Likert | Slider):
        yield from accepts.anchors
    elif isinstance(accepts, Continue) and accepts.label:
        yield accepts.label


def instructions(screen: Screen) -> Iterator[str]:
    """What a screen says besides the thing to be judged and the answers."""
    for mark in screen.marks:
        if isinstance(mark, Text) and mark.style != "stimulus":
            yield mark.text


def found_in(text: str, banned: Iterable[str]) -> Iterator[str]:
    """The banned words that a text holds, whole and in any case."""
    lower = text.casefold()
    for word in banned:
        if word.casefold() in lower and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield word


# ---------------------------------------------------------------- how much, how hard


@frozen(kw_only=True)
class Load:
    """What a stretch of screens asks of a reader; times in seconds, pictures with their paths."""

    words: float = 0
    characters: float = 0
    screens: float = 0
    seconds: float = 0.0  # at least, whatever the reader does
    pictures: float = 0
    sentences: float = 0
    syllables: float = 0
    many: float = 0  # words of three syllables and more
    single: float = 0  # words of one syllable
    long: float = 0  # words of more than six letters

    def __add__(self, other: "Load") -> "Load":
        return Load(**{name: getattr(self, name) + getattr(other, name) for name in _PARTS})

    def share(self, of: int) -> "Load":
        """The mean over `of` sessions."""
        return Load(**{name: getattr(self, name) / of for name in _PARTS})


_PARTS = tuple(field.name for field in fields(Load))
_COUNTS = tuple(field.name for field in fields(Counts))


@lru_cache(maxsize=10_000)
def load(screen: Screen, language: str = "en") -> Load:
    """What one screen asks of a reader of the language."""
    shown = [text for text in texts(screen) if text.strip()]
    parts = [counted(text, language) for text in shown]
    after = screen.accepts.after if isinstance(screen.accepts, Continue) else 0.0
    return Load(
        characters=sum(map(len, shown)),
        screens=1,
        seconds=(screen.seconds or 0.0) if screen.accepts is None else after,
        pictures=sum(isinstance(mark, Image) for mark in screen.marks),
        **{name: sum(getattr(part, name) for part in parts) for name in _COUNTS},
    )
