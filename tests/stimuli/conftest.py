import re
from collections.abc import Callable, Mapping

import pytest

from runner.checks.wording import WORD, sentences, syllables
from runner.declarations.materials import Library

DETAILS = [
    *("laboratory", "contact", "support", "organisation", "petition_place", "petition_owner", "ethics_reference"),
    *("bonus_currency", "payment", "withdraw_until", "minutes", "study_title"),
    *("organisation_does", "event", "event_owner", "list_place"),
]


@pytest.fixture
def library() -> Callable[[str, str], Library]:
    """The materials of a language, filled from a cause pack."""
    return lambda language, pack: Library(language, pack, dict.fromkeys(DETAILS, "Somewhere"), {})


@pytest.fixture
def words() -> Callable[[str], list[str]]:
    return WORD.findall


# ---------------------------------------------------------------- how hard to read, in school grades

GERMAN_SYLLABLE = re.compile(r"aa|ee|oo|ie|ei|ai|eu|äu|au|ey|ay|[aeiouyäöü]")


def german_syllables(word: str) -> int:
    """Syllables of a German word by its vowels and diphthongs."""
    return max(1, len(GERMAN_SYLLABLE.findall(word.lower().replace("qu", "q"))))


def kincaid(text: str) -> float:
    """Grade of English text (Kincaid et al., 1975)."""
    found = WORD.findall(text)
    return 0.39 * len(found) / sentences(text) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def vienna(text: str) -> float:
    """Grade of German text: first Wiener Sachtextformel (Bamberger & Vanecek, 1984)."""
    found = WORD.findall(text)
    counts = list(map(german_syllables, found))
    share = 100 / len(found)
    many, one = share * sum(count >= 3 for count in counts), share * sum(count == 1 for count in counts)
    long = share * sum(len(word) > 6 for word in found)
    return 0.1935 * many + 0.1672 * len(found) / sentences(text) + 0.1297 * long - 0.0327 * one - 0.875


def amstad(text: str) -> float:
    """Difficulty of a German sentence: Amstad's (1978) ease, five points of which are about one grade of Kincaid's.

    For single sentences: of twenty words, one long one more moves the Wiener Sachtextformel by 1.6 grades.
    """
    found = WORD.findall(text)
    ease = 180 - len(found) / sentences(text) - 58.5 * sum(map(german_syllables, found)) / len(found)
    return (100 - ease) / 5


PAGES: Mapping[str, Callable[[str], float]] = {"en": kincaid, "de": vienna}
SENTENCES: Mapping[str, Callable[[str], float]] = {"en": kincaid, "de": amstad}


def ungraded(text: str) -> float:
    """For a language without a formula here: its texts are held to their lengths only."""
    return 0.0


@pytest.fixture
def grade() -> Callable[[str], Callable[[str], float]]:
    """The formula for pages in a language."""
    return lambda language: PAGES.get(language, ungraded)


@pytest.fixture
def grade_of_a_sentence() -> Callable[[str], Callable[[str], float]]:
    """The formula for sentences that are compared one by one."""
    return lambda language: SENTENCES.get(language, ungraded)
