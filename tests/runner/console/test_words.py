"""Both languages say the same things with the same values; notes are safe in any spreadsheet."""

import csv
import doctest
import io
import re
from pathlib import Path

import pytest

from runner.console import notes, pages, words
from runner.console.looking import Row, Sums
from runner.laboratory.incidents import Incident

LANGUAGES = words.languages()
FOLDER = Path(words.__file__).parent


def places(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_with_the_same_values(language):
    first, other = LANGUAGES[words.FIRST], LANGUAGES[language]
    assert other.keys() == first.keys()
    assert {key: places(text) for key, text in other.items()} == {key: places(text) for key, text in first.items()}
    assert all(text.strip() for text in other.values())


def test_no_word_is_there_for_nothing():
    used = "".join(path.read_text(encoding="utf-8") for path in [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")])
    made = ("state_", "group_", "seat_", "disk_", "about_", "wrong_")  # put together from a state's name
    assert [key for key in LANGUAGES["en"] if key not in used and not key.startswith(made)] == []


def test_no_word_tells_what_a_study_is_about():
    told = " ".join(text for language in LANGUAGES.values() for text in language.values()).casefold()
    assert not [word for word in ("ally", "activist", "solidarity") if re.search(rf"\b{word}\b", told)]


def test_examples_in_the_modules_hold():
    assert [doctest.testmod(module).failed for module in (words, notes)] == [0, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_word_and_a_sign(language):
    nothing = {"phase": "", "part": 0, "parts": 0, "progress": 0, "minutes": 0, "stopped": 0, "unfocused": 0}
    for state in ("idle", "running", "paused", "stop", "leaving", "ended", "left", "interrupted"):
        row = Row(station="a", elsewhere="", state=state, late_frames=0, disk="full", silent=20, **nothing)
        told = pages.part("stations", (row,), language)
        assert LANGUAGES[language][f"state_{state}"] in told and pages.SIGNS[state] in told


def test_what_is_wanted_of_people_is_counted():
    assert "3 done of 60; 57 missing" in pages.part("balance", Sums(strata=(), done=3, wanted=60), "en")


# ---------------------------------------------------------------- incidents.csv

LIVE = ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "a\n=1", "ok;=1", "ok,@x", 'ok";=1', "＝1", "%0A", "|calc"]  # noqa: RUF001


@pytest.mark.parametrize("text", LIVE)
def test_no_note_becomes_a_formula_in_any_countrys_spreadsheet(text):
    table = notes.as_csv([Incident(id=1, study="toy", about="station", name=text, text=text, at=0.0)])
    for comma in ",;\t|":
        for row in csv.reader(io.StringIO(table), delimiter=comma):
            for cell in row:
                assert not re.match(r'[\s"]*[=+\-@%|＝]', cell), (comma, cell)  # noqa: RUF001


def test_a_harmless_note_stays_as_it_was_written():
    said = 'The "second" monitor, 10-15 min late;\nthen fine.'
    table = notes.as_csv([Incident(id=1, study="toy", about="general", name="", text=said, at=0.0)])
    header, row = csv.reader(io.StringIO(table))
    assert header == list(notes.COLUMNS)
    assert row == ["1", "1970-01-01T00:00:00+00:00", "toy", "general", "", said]
