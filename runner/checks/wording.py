"""The words that a screen shows: which they are, how many, how hard to read, and which should not be there."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from attrs import frozen

from runner.screens import Allocation, Badge, Bar, Choice, Continue, Image, Likert, Screen, Slider, Text

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
SENTENCE_END = re.compile(r"[.!?:\u2026]+(?=\s|$)|\n{2,}")
VOWELS = re.compile(r"[aeiouy]+")


def texts(screen: Screen) -> Iterator[str]:
    """Everything to read on a screen but its controls."""
    for mark in screen.marks:
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

    def __add__(self, other: "Load") -> "Load":
        return Load(**{name: getattr(self, name) + getattr(other, name) for name in _PARTS})

    def share(self, of: int) -> "Load":
        """The mean over `of` sessions."""
        return Load(**{name: getattr(self, name) / of for name in _PARTS})

    @property
    def grade(self) -> float:
        """Reading grade of English text, US school years (Kincaid, Fishburne, Rogers & Chissom, 1975)."""
        if not self.words or not self.sentences:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


_PARTS = ("words", "characters", "screens", "seconds", "pictures", "sentences", "syllables")


@lru_cache(maxsize=10_000)
def load(screen: Screen) -> Load:
    """What one screen asks of a reader."""
    shown = [text for text in texts(screen) if text.strip()]
    words = [word for text in shown for word in WORD.findall(text)]
    after = screen.accepts.after if isinstance(screen.accepts, Continue) else 0.0
    return Load(
        words=len(words),
        characters=sum(map(len, shown)),
        screens=1,
        seconds=(screen.seconds or 0.0) if screen.accepts is None else after,
        pictures=sum(isinstance(mark, Image) for mark in screen.marks),
        sentences=sum(map(sentences, shown)),
        syllables=sum(map(syllables, words)),
    )


def sentences(text: str) -> int:
    """How many sentences; a label without a full stop is one."""
    return sum(1 for part in SENTENCE_END.split(text) if part.strip())


def syllables(word: str) -> int:
    """Syllables of an English word by its vowel groups.

    A rule and no dictionary, so that it works offline and needs no package; where it errs, it errs alike in the
    renderings that are compared.
    """
    word = word.lower()
    count = len(VOWELS.findall(word))
    silent_e = word.endswith("e") and not word.endswith(("le", "ee", "ie", "oe", "ye"))
    silent_es = word.endswith("es") and word[-3:-2] not in "aeiouyszxlhcg"
    silent_ed = word.endswith("ed") and word[-3:-2] not in "td"
    count -= silent_e or silent_es or silent_ed
    return max(1, count)
