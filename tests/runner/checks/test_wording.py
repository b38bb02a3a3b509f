import pytest

from runner.checks.reading import kincaid, syllables
from runner.checks.wording import found_in, instructions, load, texts
from runner.screens import Badge, Bar, Choice, Continue, Image, Likert, Option, Screen, Text

PAGE = Screen(
    name="page",
    marks=(Text(text="Hello there.", style="title"), Text(text="One thing.", style="stimulus"), Image(path="a.png")),
    accepts=Continue(label="Go", after=3.0),
)


def test_all_words_of_a_screen_are_found() -> None:
    assert list(texts(PAGE)) == ["Hello there.", "One thing.", "Go"]
    marks = (Badge(text="group"), Bar(label="bar", share=0.5, note="note"))
    options = (Option(value="a", text="A", lines=("first", "second")),)
    screen = Screen(name="s", marks=marks, accepts=Choice(options=options))
    assert list(texts(screen)) == ["group", "bar", "note", "A", "first", "second"]
    assert list(texts(Screen(name="s", accepts=Likert(anchors=("low", "high"))))) == ["low", "high"]


def test_the_thing_to_be_judged_is_no_instruction() -> None:
    assert list(instructions(PAGE)) == ["Hello there."]


def test_banned_words_match_whole_and_in_any_case() -> None:
    assert list(found_in("An Ally, really.", ["ally", "real", "al"])) == ["ally"]
    assert list(found_in("Sol\u00adidarity? SOLIDARITY!", ["solidarity"])) == ["solidarity"]


def test_the_load_of_a_screen_is_counted() -> None:
    seen = load(PAGE)
    assert (seen.words, seen.characters, seen.screens, seen.seconds, seen.pictures) == (5, 24, 1, 3.0, 1)
    assert seen.sentences == 3
    assert load(Screen(name="s", seconds=2.5)).seconds == 2.5
    assert load(Screen(name="s", seconds=60.0, accepts=Continue())).seconds == 0.0  # can be left at once


def test_the_grade_is_kincaids_worked_by_hand() -> None:
    text = "The cat sat on the mat. It was happy today."  # 10 words, 2 sentences, 12 syllables
    seen = load(Screen(name="s", marks=(Text(text=text),), seconds=1.0))
    assert (seen.words, seen.sentences, seen.syllables) == (10, 2, 12)
    assert kincaid(seen) == pytest.approx(0.39 * 5 + 11.8 * 1.2 - 15.59)


COUNTS = {
    1: ["asked", "change", "rhythm", "rights", "the", "nth"],
    2: ["agree", "changes", "houses", "people", "places", "table", "wanted", "women"],
    4: ["equality"],
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count, words in COUNTS.items() for word in words])
def test_syllables_of_words_that_studies_use(word: str, count: int) -> None:
    assert syllables(word) == count
