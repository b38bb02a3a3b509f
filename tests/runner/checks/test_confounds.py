from runner.checks.confounds import confounds, stretches
from runner.checks.wording import Load
from runner.protocol import Factor, Phase, Protocol

PHASES = (
    Phase(name="intro", task="pages", variants=(({}, None),)),
    Phase(name="alone", task="pages", variants=(({}, None),), when={"setting": ("private",)}),
    Phase(name="seen", task="pages", variants=(({}, None),), when={"setting": ("public",)}),
    Phase(name="frame", task="pages", variants=(({"frame": "a"}, None), ({"frame": "b"}, None))),
)
PROTOCOL = Protocol(
    study="aa",
    title={"en": "A"},
    minutes=1,
    languages=("en",),
    identity="coded",
    pack="gender",
    factors={
        "setting": Factor(levels=("private", "public")),
        "frame": Factor(levels=("a", "b")),
        "side": Factor(levels=("left", "right"), role="counterbalance"),
    },
    phases=PHASES,
)


def said(alone: Load, seen: Load, frames: tuple[Load, Load], language: str = "en") -> list[str]:
    loads = [
        (
            {"setting": setting, "frame": frame, "side": "left"},
            {"intro": Load(words=50, sentences=5), **({"alone": alone} if setting == "private" else {"seen": seen})}
            | {"frame": frames[frame == "b"]},
        )
        for setting in ("private", "public")
        for frame in ("a", "b")
    ]
    return [str(found) for found in confounds(PROTOCOL, loads, language)]


EQUAL = Load(words=100, characters=500, sentences=10, syllables=130)


def test_neighbours_that_depend_on_a_factor_are_compared_together() -> None:
    assert list(stretches(PHASES, "setting")) == [("intro",), ("alone", "seen"), ("frame",)]
    assert said(EQUAL, EQUAL, (EQUAL, EQUAL)) == []


def test_ten_per_cent_are_let_pass_and_more_are_not() -> None:
    assert said(Load(words=90), Load(words=100), (EQUAL, EQUAL)) == []
    assert said(Load(words=89), Load(words=100), (EQUAL, EQUAL)) == [
        "alone and seen differ by 'setting': words: 89 (private), 100 (public)"
    ]


def test_every_measure_that_differs_is_told_with_its_figures() -> None:
    more = Load(words=200, characters=510, screens=3, seconds=9.0, pictures=1, sentences=20, syllables=328)
    [line] = said(EQUAL, EQUAL, (EQUAL, more))
    assert line.startswith("frame differs by 'frame': words: 100 (a), 200 (b); screens: 0 (a), 3 (b); seconds: 0 (a)")
    assert "characters" not in line and "pictures: 0 (a), 1 (b)" in line and "reading grade: 3.6 (a), 7.7 (b)" in line


def test_reading_grade_may_differ_by_one_and_is_not_told_of_other_languages() -> None:
    harder = Load(words=100, characters=500, sentences=10, syllables=145)  # 1.77 grades
    slightly = Load(words=100, characters=500, sentences=10, syllables=138)  # 0.94 grades
    assert said(EQUAL, EQUAL, (EQUAL, slightly)) == []
    assert said(EQUAL, EQUAL, (EQUAL, harder)) == ["frame differs by 'frame': reading grade: 3.6 (a), 5.4 (b)"]
    assert said(EQUAL, EQUAL, (EQUAL, harder), "nl") == []
