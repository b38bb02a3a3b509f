import pytest

from runner.checks.confounds import comparisons
from runner.checks.reading import FEW_WORDS, amstad, comparable, counted, german_syllables, kincaid, vienna
from runner.checks.wording import Load, load
from runner.protocol import Factor, Phase, Protocol
from runner.screens import Screen, Text

GERMAN = "Die Katze sitzt auf der Matte. Sie ist heute zufrieden."  # 10 words, 2 sentences


def test_a_german_text_is_counted_by_german_syllables() -> None:
    counts = counted(GERMAN, "de")
    assert (counts.words, counts.sentences) == (10, 2)
    # Die Kat-ze sitzt auf der Mat-te Sie ist heu-te zu-frie-den
    assert counts.syllables == 1 + 2 + 1 + 1 + 1 + 2 + 1 + 1 + 2 + 3
    assert (counts.many, counts.single, counts.long) == (1, 6, 1)


@pytest.mark.parametrize(
    ("word", "count"), [("Bäume", 2), ("Gleichheit", 2), ("Bevölkerung", 4), ("Quelle", 2), ("pst", 1)]
)
def test_german_syllables(word: str, count: int) -> None:
    assert german_syllables(word) == count


def test_the_german_formulas_are_worked_by_hand() -> None:
    counts = counted(GERMAN, "de")
    assert vienna(counts) == pytest.approx(0.1935 * 10 + 0.1672 * 5 + 0.1297 * 10 - 0.0327 * 60 - 0.875)
    assert amstad(counts) == pytest.approx((100 - (180 - 5 - 58.5 * 1.5)) / 5)


def test_texts_that_are_compared_get_their_grades_by_one_formula() -> None:
    short, long = counted(GERMAN, "de"), counted(GERMAN * 20, "de")
    assert short.words < FEW_WORDS < long.words
    assert comparable({"a": short, "b": long}, "de") == {"a": amstad(short), "b": amstad(long)}
    assert comparable({"a": long, "b": long}, "de") == {"a": vienna(long), "b": vienna(long)}
    assert comparable({"a": short}, "en") == {"a": kincaid(short)}


def test_there_is_no_grade_without_a_formula_or_without_text() -> None:
    assert comparable({"a": counted(GERMAN, "nl")}, "nl") == {}
    assert comparable({"a": counted(GERMAN, "de"), "b": counted("", "de")}, "de") == {}


def test_a_screen_is_read_in_its_language() -> None:
    screen = Screen(name="s", marks=(Text(text="Viele neue Straßen"),), seconds=1.0)
    assert load(screen, "de").syllables == 2 + 2 + 2
    assert load(screen, "en").syllables != load(screen, "de").syllables


def test_a_difference_in_german_is_found_by_the_german_formula() -> None:
    phases = (Phase(name="frame", task="pages", variants=(({"frame": "a"}, None), ({"frame": "b"}, None))),)
    protocol = Protocol(
        study="aa",
        title={"de": "A"},
        minutes=1,
        languages=("de",),
        identity="coded",
        pack="gender",
        factors={"frame": Factor(levels=("a", "b"))},
        phases=phases,
    )
    plain = Load(words=100, characters=500, sentences=10, syllables=150, many=5, single=60, long=10)
    hard = Load(words=100, characters=500, sentences=10, syllables=150, many=15, single=60, long=10)
    loads = [({"frame": "a"}, {"frame": plain}), ({"frame": "b"}, {"frame": hard})]
    [german] = comparisons(protocol, loads, "de")
    assert german.declared and german.differences == ("reading grade: 1.1 (a), 3.0 (b)",)
    [english] = comparisons(protocol, loads, "en")
    assert english.differences == ()
