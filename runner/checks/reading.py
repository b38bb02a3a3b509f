"""How much there is to read in a text, and how hard it is: words, sentences, syllables, and a grade by each language.

Rules and no dictionaries, so that they work offline and need no package; where a rule errs, it errs alike in the
texts that are compared.
"""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import frozen

LETTERS = r"(?:[^\W\d_][\u064b-\u0652]*)+"  # with the marks that Arabic writes above and below them
WORD = re.compile(rf"{LETTERS}(?:['\u2019-]{LETTERS})*|\d+(?:[.,]\d+)*")
SENTENCE_END = re.compile(r"[.!?:\u2026\u061f]+(?=\s|$)|\n{2,}")
VOWELS = re.compile(r"[aeiouy]+")
GERMAN_SYLLABLE = re.compile(r"aa|ee|oo|ie|ei|ai|eu|äu|au|ey|ay|[aeiouyäöü]")
FEW_WORDS = 60  # below which the Wiener Sachtextformel, made for samples of 100 words, jumps with single words


class Counted(Protocol):
    """What the formulas need of a text."""

    @property
    def words(self) -> float: ...
    @property
    def sentences(self) -> float: ...
    @property
    def syllables(self) -> float: ...
    @property
    def many(self) -> float: ...
    @property
    def single(self) -> float: ...
    @property
    def long(self) -> float: ...


@frozen(kw_only=True)
class Counts:
    """A text in numbers."""

    words: float
    sentences: float
    syllables: float
    many: float  # words of three syllables and more
    single: float  # words of one syllable
    long: float  # words of more than six letters


def counted(text: str, language: str) -> Counts:
    """A text in numbers, its syllables by the rule of its language."""
    words = WORD.findall(text)
    of_words = [syllables_of(language)(word) for word in words]
    return Counts(
        words=len(words),
        sentences=sentences(text),
        syllables=sum(of_words),
        many=sum(count >= 3 for count in of_words),
        single=sum(count == 1 for count in of_words),
        long=sum(len(word) > 6 for word in words),
    )


def sentences(text: str) -> int:
    """How many sentences; a label without a full stop is one."""
    return sum(1 for part in SENTENCE_END.split(text) if part.strip())


# ---------------------------------------------------------------- syllables


def syllables(word: str) -> int:
    """Syllables of an English word by its vowel groups."""
    word = word.lower()
    count = len(VOWELS.findall(word))
    silent_e = word.endswith("e") and not word.endswith(("le", "ee", "ie", "oe", "ye"))
    silent_es = word.endswith("es") and word[-3:-2] not in "aeiouyszxlhcg"
    silent_ed = word.endswith("ed") and word[-3:-2] not in "td"
    count -= silent_e or silent_es or silent_ed
    return max(1, count)


def german_syllables(word: str) -> int:
    """Syllables of a German word by its vowels and diphthongs."""
    return max(1, len(GERMAN_SYLLABLE.findall(word.lower().replace("qu", "q"))))


def syllables_of(language: str) -> Callable[[str], int]:
    """The rule of a language; English where there is none."""
    return german_syllables if language == "de" else syllables


# ---------------------------------------------------------------- grades, in school years


def kincaid(text: Counted) -> float:
    """Grade of English text, US school years (Kincaid, Fishburne, Rogers & Chissom, 1975)."""
    return 0.39 * text.words / text.sentences + 11.8 * text.syllables / text.words - 15.59


def vienna(text: Counted) -> float:
    """Grade of German text: first Wiener Sachtextformel (Bamberger & Vanecek, 1984)."""
    share = 100 / text.words
    words_per_sentence = text.words / text.sentences
    hard = 0.1935 * share * text.many + 0.1672 * words_per_sentence + 0.1297 * share * text.long
    return hard - 0.0327 * share * text.single - 0.875


def amstad(text: Counted) -> float:
    """Difficulty of a German sentence: Amstad's (1978) ease, five points of which are about one grade of Kincaid's.

    For single sentences: of twenty words, one long one more moves the Wiener Sachtextformel by 1.6 grades.
    """
    ease = 180 - text.words / text.sentences - 58.5 * text.syllables / text.words
    return (100 - ease) / 5


# for texts of FEW_WORDS and more, for shorter ones; Arabic has none here, so its texts are held to their lengths only
FORMULAS: Mapping[str, tuple[Callable[[Counted], float], Callable[[Counted], float]]] = {
    "en": (kincaid, kincaid),
    "de": (vienna, amstad),
}


def comparable(texts: Mapping[str, Counted], language: str) -> dict[str, float]:
    """The grades of texts that stand for levels, all by one formula; none where there is no formula for them."""
    if language not in FORMULAS or not all(text.words and text.sentences for text in texts.values()):
        return {}
    formula = FORMULAS[language][min(text.words for text in texts.values()) < FEW_WORDS]
    return {level: formula(text) for level, text in texts.items()}
