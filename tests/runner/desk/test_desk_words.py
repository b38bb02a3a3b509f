"""The window's words: the same in each language, each letter leading to one place, nothing given away."""

import re
import string
from datetime import UTC, datetime, timedelta

import pytest

from runner.breaks import Break
from runner.desk import wording
from runner.desk.lights import Light

FIELDS = [
    *("mode_real", "mode_pilot", "window_language", "study_label", "study_open", "code_label", "code_new"),
    *("stratum_label", "wave_label", "language_label", "station_label", "check_button", "reason_label", "duties_open"),
]


def placeholders(text):
    return sorted(str(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_words_to_say():
    one, other = (wording.words_in(language) for language in wording.LANGUAGES)
    assert list(one) == list(other)
    assert {key: placeholders(text) for key, text in one.items()} == {k: placeholders(t) for k, t in other.items()}


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("start", ["start_real", "start_pilot", "start_continue"])
def test_each_letter_leads_to_one_place(language, start):
    words = wording.words_in(language)
    led = [words[key] for key in (*FIELDS, start, "start_continue_pilot")]
    letters = [re.findall("&(.)", text) for text in led]
    assert all(len(found) == 1 for found in letters), led
    keys = [found[0].lower() for found in letters]
    assert len(set(keys)) == len(keys), sorted(keys)
    assert not [key for key in keys if key not in string.ascii_lowercase]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_each_letter_leads_to_one_place_among_the_other_duties(language):
    words = wording.words_in(language)
    always = ("mode_real", "mode_pilot", "window_language", "study_label", "study_open", "duties_back")
    duties = [key.removeprefix("duty_") for key, text in words.items() if key.startswith("duty_") and "&" in text]
    assert len(duties) == 7
    for duty in duties:
        own = [key for key, text in words.items() if key.startswith(f"{duty}_") and "&" in text]
        keys = [*always, *(f"duty_{each}" for each in duties), *own]
        letters = [letter.lower() for key in keys for letter in re.findall("&(.)", words[key])]
        assert len(letters) == len(keys) == len(set(letters)), (duty, sorted(letters))
        assert not [letter for letter in letters if letter not in string.ascii_lowercase]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_nothing_gives_away_what_studies_are_about(language):
    said = " ".join(wording.words_in(language).values()).lower()
    assert not [word for word in ("ally", "allies", "activis", "aktivis", "solidar") if re.search(rf"\b{word}", said)]


def test_a_language_without_words_speaks_english():
    assert wording.words_in("fr") == wording.words_in("en")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        *((0.0, "1 minute"), (0.5, "30 minutes"), (1.0, "1 hour"), (1.9, "1 hour"), (5, "5 hours")),
        *((30, "30 hours"), (48, "2 days"), (24 * 400, "400 days")),
    ],
)
def test_ages_are_as_precise_as_anybody_needs(hours, said):
    assert wording.age(wording.words_in("en"), hours) == said


def test_what_the_pre_flight_adds_later_is_said_in_its_own_words():
    words = wording.words_in("de")
    assert Light(what="room", verdict="fail", found="3 MB", do="x").name(words) == "Freier Platz"
    other = Light(what="smell", verdict="warn", found="no device", do="plug one in")
    assert (other.name(words), other.advice(words)) == ("smell", "plug one in Einzelheiten: no device")


def test_a_break_is_told_with_its_limit():
    words = wording.words_in("en")
    began = datetime.now(UTC) - timedelta(hours=3)
    said = [wording.interrupted(words, Break(began=began, done=0.42, limit=limit)) for limit in (None, 24.0, 1.5)]
    assert all(text.startswith("This code has an interrupted session. It began 3 hours ago; 42 %") for text in said)
    assert [text.split(". ")[2][:40] for text in said] == [
        "It can be continued.",
        "The study lets it go on until 24 hours a",
        "The study lets sessions go on for 1.5 ho",
    ]
