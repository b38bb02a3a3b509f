from collections.abc import Callable

import pytest

from runner.checks.wording import WORD, sentences, syllables
from runner.declarations.materials import Library

DETAILS = [
    *("laboratory", "contact", "support", "organisation", "petition_place", "petition_owner", "ethics_reference"),
    *("bonus_currency", "payment", "withdraw_until", "minutes", "study_title"),
]


@pytest.fixture
def library() -> Callable[[str], Library]:
    """The English materials, filled from a cause pack."""
    return lambda pack: Library("en", pack, dict.fromkeys(DETAILS, "Somewhere"), {})


@pytest.fixture
def words() -> Callable[[str], list[str]]:
    return WORD.findall


@pytest.fixture
def grade() -> Callable[[str], float]:
    """School grade of a text by the formula of Kincaid et al. (1975)."""

    def graded(text: str) -> float:
        found = WORD.findall(text)
        return 0.39 * len(found) / sentences(text) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59

    return graded
