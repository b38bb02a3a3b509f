"""The words of the start window, in the languages that have a file of them."""

from collections.abc import Mapping
from pathlib import Path

from runner.breaks import Break
from runner.declarations.composing import parse
from runner.declarations.sources import read_source
from runner.declarations.structure import Structuring
from runner.errors import DeclarationError

FOLDER = Path(__file__).parent / "words"
LANGUAGES = {"en": "English", "de": "Deutsch"}  # as they call themselves

Words = Mapping[str, str]


def words_in(language: str) -> Words:
    """Key -> text; English for a language without a file."""
    source, _ = read_source(FOLDER / f"{language if language in LANGUAGES else 'en'}.yaml")
    root, mistakes = parse(source)
    found = Structuring(source, mistakes).value(root, Mapping[str, str])
    if mistakes:
        raise DeclarationError(*mistakes)
    return {str(key): str(text) for key, text in found.items()}


def age(words: Words, hours: float) -> str:
    """How long ago something was, as precisely as anybody needs it: "5 minutes", "2 hours", "3 days"."""
    for unit, length in (("day", 24.0), ("hour", 1.0)):
        if hours >= (2 if unit == "day" else 1) * length:
            return _counted(words, unit, int(hours / length))
    return _counted(words, "minute", max(1, int(hours * 60)))


def sessions(words: Words, number: int) -> str:
    """So many sessions: "1 session", "2 sessions"."""
    return words["session_one"] if number == 1 else words["session_many"].format(number)


def _counted(words: Words, unit: str, number: int) -> str:
    return words[f"age_{unit}"] if number == 1 else words[f"age_{unit}s"].format(number)


def interrupted(words: Words, found: Break) -> str:
    """What whoever decides about going on reads."""
    said = words["code_interrupted"].format(age=age(words, found.hours()), done=round(100 * found.done))
    if found.limit is None:
        return f"{said} {words['limit_none']}"
    return f"{said} {words['limit_over' if found.late() else 'limit_left'].format(hours=f'{found.limit:g}')}"
