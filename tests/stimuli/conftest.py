from collections.abc import Callable, Mapping

import pytest

from runner.checks import reading
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
    return reading.WORD.findall


# ---------------------------------------------------------------- how hard to read, in school grades


def kincaid(text: str) -> float:
    return reading.kincaid(reading.counted(text, "en"))


def vienna(text: str) -> float:
    return reading.vienna(reading.counted(text, "de"))


def amstad(text: str) -> float:
    return reading.amstad(reading.counted(text, "de"))


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
