"""Lines with letters of both directions, and joined letters: held against two libraries that know nothing of ours."""

import pytest
from arabic_reshaper import ArabicReshaper
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from runner.languages import Direction, direction
from runner.stages.drawing.arabic import joined
from runner.stages.drawing.bidi import levels, order

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى"
MIXED = "abcXYZ   0123456789.,:;!?()[]{}%/€«»…،؟" + LETTERS
SIGNS = "-+–"  # noqa: RUF001
BASE = {"rtl": "R", "ltr": "L"}


def standing(text: str, way: Direction) -> str:
    """The characters from the left of the line to its right."""
    return "".join(text[place] for place in order(levels(text, way)))


@given(text=st.text(alphabet=MIXED, min_size=1, max_size=24), way=st.sampled_from(["rtl", "ltr"]))
def test_characters_stand_where_unicodes_algorithm_puts_them(text: str, way: Direction) -> None:
    assert standing(text, way) == get_display(text, base_dir=BASE[way])


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("في المجلد protocols من Vantage.", ".Vantage نم protocols دلجملا يف"),
        ("5.0 (1 إلى 7)", ")7 ىلإ 1( 5.0"),
        ("Vantage (log) هنا", "انه Vantage (log)"),
        ("من 10,5 إلى 50", "50 ىلإ 10,5 نم"),
        ("درجة -3 و 4", "4 و -3 ةجرد"),
    ],
)
def test_numbers_names_and_brackets_stand_right_in_an_arabic_line(text: str, seen: str) -> None:
    assert standing(text, "rtl") == seen


@given(text=st.text(alphabet=MIXED + SIGNS, max_size=24), way=st.sampled_from(["rtl", "ltr"]))
def test_no_character_is_lost_or_doubled(text: str, way: Direction) -> None:
    assert sorted(order(levels(text, way))) == list(range(len(text)))
    assert "".join(text[g.start : g.start + g.count] for g in joined(text)) == text


RESHAPER = ArabicReshaper({"delete_harakat": True, "delete_tatweel": False, "ARABIC LIGATURE ALLAH": False})


@given(text=st.text(alphabet=LETTERS + "لا  ab1،ـ", max_size=20))
def test_letters_take_the_form_that_their_neighbours_ask_for(text: str) -> None:
    assert "".join(glyph.text for glyph in joined(text)) == RESHAPER.reshape(text)


def test_marks_stay_with_their_letter_and_break_no_join() -> None:
    glyphs = joined("شكرًا لَلّا")
    assert "".join(glyph.text for glyph in glyphs) == "".join(glyph.text for glyph in joined("شكرا للا"))
    assert [glyph.marks for glyph in glyphs] == ["", "", "\u064b", "", "", "\u064e", "\u0651"]


def test_a_joiner_joins_and_a_non_joiner_parts() -> None:
    together, parted, alone = ("".join(g.text for g in joined(text)) for text in ("ب\u200d", "ب\u200cب", "ب"))
    assert together == "\ufe91" and parted == alone * 2 == "\ufe8f\ufe8f"


@pytest.mark.parametrize(
    ("language", "way"), [("ar", "rtl"), ("ar-EG", "rtl"), ("he", "rtl"), ("en", "ltr"), ("de", "ltr"), ("arn", "ltr")]
)
def test_a_language_says_its_direction(language: str, way: Direction) -> None:
    assert direction(language) == way
