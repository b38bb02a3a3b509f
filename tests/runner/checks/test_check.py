import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from runner.checks.check import Report, check
from runner.checks.fitting import COMMON, HEIGHT, WIDTH, crowded
from runner.checks.onpaper import Rehearsals, Watched, cells, rehearsed
from runner.declarations.materials import STIMULI, library
from runner.declarations.protocols import read_protocol
from runner.screens import Choice, Continue, Likert, Option, Screen, Text, Words
from runner.stages.answers.interaction import View
from runner.stages.drawing.fonts import missing_glyphs
from runner.stages.drawing.layout import Canvas, lay_out
from runner.tasks import Task

PROTOCOLS = Path(__file__).parents[3] / "protocols"
SOUND = Path(__file__).parents[2] / "protocols_broken" / "sound.yaml"

Changed = Callable[..., Report]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Checks the sound protocol after changes to its text, or to materials (path, old, new)."""

    def run(*edits: tuple[str, str], materials: tuple[tuple[str, str, str], ...] = ()) -> Report:
        text = SOUND.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        if not materials:
            return check(tmp_path / "p.yaml")
        stimuli = tmp_path / "stimuli"
        shutil.copytree(STIMULI, stimuli, ignore=shutil.ignore_patterns("fonts", "*.py"))
        for name, old, new in materials:
            before = (stimuli / name).read_text(encoding="utf-8")
            assert old in before, old
            (stimuli / name).write_text(before.replace(old, new, 1), encoding="utf-8")
        return check(tmp_path / "p.yaml", stimuli=stimuli)

    return run


def own(body: str) -> tuple[tuple[str, str], ...]:
    """Edits that give the first phase a text of the protocol's own."""
    texts = f"texts: {{en: {{mine: {{pages: [{{body: ['{body}']}}]}}}}}}\nphases:"
    return ("phases:", texts), ("text: taste/welcome", "text: mine")


@pytest.mark.parametrize("path", sorted(PROTOCOLS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_protocols_are_fit_to_be_run(path: Path) -> None:
    assert [str(mistake) for mistake in check(path).mistakes] == []


def test_a_sound_protocol_has_nothing_to_say(changed: Changed) -> None:
    report = changed()
    assert report.ok and str(report) == "" and report.plain() == {"mistakes": [], "warnings": []}


def test_a_report_is_text_and_plain_data(changed: Changed) -> None:
    report = changed(("minutes: 5", "minutes: x"), ("languages: [en]", "languages: [en]\nlanguages: [en]"))
    assert [m["line"] for m in report.plain()["mistakes"]] == [3, 5]
    assert not report.ok and str(report).count("^\n") + str(report).endswith("^") == 2


def test_a_mistake_in_a_material_names_the_materials_file(changed: Changed) -> None:
    report = changed(materials=(("en/texts/taste/welcome.yaml", "pages:", "pagse:"),))
    assert any("welcome.yaml" in m.file and "unknown key 'pagse'" in m.what for m in report.mistakes)


def test_a_banned_word_is_refused_wherever_it_is_read(changed: Changed) -> None:
    assert "phase 'welcome' says 'allies'" in changed(*own("Be Allies.")).mistakes[0].what
    late = changed(("phases:", own("An activist.")[0][1]), ("text: taste/close", "text: mine"))
    assert "phase 'close' says 'activist'" in late.mistakes[0].what


def test_a_promise_that_nobody_keeps_is_refused(changed: Changed) -> None:
    assert "says 'anonymous'" in changed(*own("You stay anonymous.")).mistakes[0].what


def test_hints_are_warned_of_in_instructions_only(changed: Changed) -> None:
    assert "says 'privilege'" in changed(*own("On privilege.")).warnings[0].what
    after = changed(("phases:", own("On privilege.")[0][1]), ("text: taste/close", "text: mine"))
    assert not after.warnings
    varied = changed(
        ("phases:", own("On privilege and more.")[0][1]),
        ("text: taste/welcome", "text: {by: frame, privilege: mine, disadvantage: mine}"),
    )
    assert not varied.warnings


def test_confounds_are_warned_of_with_their_figures(changed: Changed) -> None:
    report = changed(("phases:", own("Just a few words.")[0][1]), ("private: taste/setting-private", "private: mine"))
    [warning] = report.warnings
    assert warning.line == 18 and "announcement differs by 'setting': words: 4 (private)" in warning.what


def test_what_differs_after_everything_was_measured_is_no_confound(changed: Changed) -> None:
    late = "  - {phase: late, task: pages, when: {setting: public}, params: {text: taste/welcome}}\n"
    assert not changed(("  - phase: close", late + "  - phase: close")).warnings


def test_checks_before_what_they_may_change_are_warned_of(changed: Changed) -> None:
    checks = "  - {phase: manipulation-check, task: question, params: {questions: taste/setting}}\n"
    early = changed(("  - phase: motives", checks + "  - phase: motives"))
    assert "the checks come before motives" in early.warnings[0].what
    assert not changed(("  - phase: close", checks + "  - phase: close")).warnings


def test_details_to_fill_in_are_warned_of_until_they_are_there(changed: Changed) -> None:
    report = changed(("factors:", "to_fill_in: [contact, place]\ndetails: {place: here}\nfactors:"))
    assert [w.what for w in report.warnings] == ["no real session starts before these are in 'details': contact"]


@pytest.mark.parametrize("day", ["in May", "2027-03-15", "{en: in May}"])
@pytest.mark.parametrize("asked", ["", "to_fill_in: [withdraw_until]\n"])
def test_a_day_that_is_told_to_participants_alone_is_refused_once(changed: Changed, day: str, asked: str) -> None:
    report = changed(("factors:", f"{asked}details: {{withdraw_until: {day}}}\nfactors:"))
    (mistake,) = [mistake for mistake in report.mistakes if "withdraw_until" in mistake.what]
    assert "no program keeps to it" in mistake.what and "at the top of the protocol" in mistake.what
    assert not changed(("factors:", f"{asked}withdraw_until: 30 days\nfactors:")).mistakes


def test_deception_without_an_approval_is_warned_of(changed: Changed) -> None:
    text = "deception: [{what: a wall, debriefed_in: close}]\nfactors:"
    assert "add 'ethics'" in changed(("factors:", text)).warnings[0].what
    assert not changed(("factors:", "ethics: 2026-1\n" + text)).warnings


def test_controls_and_words_of_another_language_must_be_complete(changed: Changed, tmp_path: Path) -> None:
    shutil.copytree(STIMULI, tmp_path / "s", ignore=shutil.ignore_patterns("fonts", "*.py"))
    shutil.copytree(tmp_path / "s" / "en", tmp_path / "s" / "nl")
    controls = tmp_path / "s" / "nl" / "interface.yaml"
    lines = controls.read_text(encoding="utf-8").splitlines(keepends=True)
    controls.write_text("".join(line for line in lines if not line.startswith("stop_title")), encoding="utf-8")
    text = SOUND.read_text(encoding="utf-8").replace("[en]", "[en, nl]").replace('{en: "Choices"}', "{en: A, nl: B}")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    [mistake] = check(tmp_path / "p.yaml", stimuli=tmp_path / "s").mistakes
    assert mistake.file == str(controls) and "'stop_title' is missing" in mistake.what


# ---------------------------------------------------------------- cells and trials on paper


def test_cells_are_every_treatment_cell_and_further_levels_of_the_other_factors() -> None:
    protocol = read_protocol(PROTOCOLS / "frame-and-visibility.yaml")
    made = list(cells(protocol))
    compared = [cell for cell, counts in made if counts]
    assert len({(cell["frame"], cell["setting"]) for cell in compared}) == len(compared) == 6
    assert {cell["motives_again"] for cell, _ in made} == {"asked", "not_asked"}


def test_the_load_is_that_of_who_understands_at_once(echo: Task) -> None:
    trial = rehearsed(echo, 2, ())
    assert trial.load.screens == 1 and trial.outcome == "b" and len(trial.screens) == 2


def test_every_way_through_a_trial_follows_the_ordinary_one(forked: Task) -> None:
    """A shorter way has been found; the reply to a later choice is still given to that choice."""
    trial = rehearsed(forked, 0, ())
    assert (trial.outcome, trial.load.screens) == (("a", "d"), 3)


@pytest.fixture
def forked() -> Task:
    """Choices of which the first, answered by "b", makes a way with other screens at the same places."""
    from attrs import frozen

    @frozen
    class Nothing:
        pass

    def choice(name: str, values: str) -> Screen:
        return Screen(name=name, accepts=Choice(options=tuple(Option(value=value, text=value) for value in values)))

    def perform(given, past):  # type: ignore[no-untyped-def]
        first = (yield choice("first", "ab")).answer
        if first == "b":  # four screens
            for name in ("one", "two", "three"):
                yield Screen(name=name, accepts=Continue())
            return first, ""
        if (yield choice("between", "ef")).answer != "e":
            for name in ("one", "two", "three", "four"):
                yield Screen(name=name, accepts=Continue())
            return first, "lost"
        second = (yield choice("second", "cd")).answer
        if second == "c":  # six screens, and three with "d"
            for name in ("one", "two", "three"):
                yield Screen(name=name, accepts=Continue())
        return first, second

    return Task(name="forked", params=Nothing, given=Nothing, outcome=Nothing, trials=lambda p, o: (), perform=perform)


def test_a_trial_is_performed_once_unless_it_looks_back(echo: Task) -> None:
    rehearsals = Rehearsals()
    assert rehearsals.trial(echo, 2, Watched()) is rehearsals.trial(echo, 2, Watched())
    assert rehearsals.trial(echo, -1, Watched()) is not rehearsals.trial(echo, -1, Watched())


@pytest.fixture
def echo() -> Task:
    """A task that tells again who answers anything but "b", and looks back when given a negative number."""
    from attrs import frozen

    @frozen
    class Nothing:
        pass

    def perform(given, past):  # type: ignore[no-untyped-def]
        if given < 0:
            list(past)
        options = (Option(value="a", text="A"), Option(value="b", text="B"))
        reply = yield Screen(name="ask", accepts=Choice(options=options))
        if reply.answer != "b":
            yield Screen(name="again", accepts=Continue())
        return reply.answer

    return Task(name="echo", params=Nothing, given=Nothing, outcome=Nothing, trials=lambda p, o: (), perform=perform)


# ---------------------------------------------------------------- fitting

FILLER = "some words of a line that is about sixty characters long, so "
KINDS = {
    "page": Screen(name="s", marks=(Text(text="T", style="title"), Text(text="x")), accepts=Continue()),
    "timed": Screen(name="s", marks=(Text(text="x"), Text(text=FILLER * 3, style="stimulus")), seconds=1.0),
    "rating": Screen(
        name="s",
        marks=(Text(text="x"), Text(text=FILLER * 2, style="stimulus")),
        accepts=Likert(anchors=("low", "in the middle", "high")),
        decline=True,
    ),
    "words": Screen(name="s", marks=(Text(text="x"),), accepts=Words(lines=6), decline=True),
    "cards": Screen(
        name="s",
        marks=(Text(text="x"),),
        accepts=Choice(options=tuple(Option(value=v, text=FILLER, lines=(FILLER,) * 5) for v in "ab"), arrange="cards"),
        decline=True,
    ),
    "choice": Screen(
        name="s",
        marks=(Text(text="x"),),
        accepts=Choice(options=tuple(Option(value=v, text="an answer") for v in "abcd")),
        decline=True,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("filler", [FILLER * 20, "\n".join([FILLER] * 20), "\n\n".join(["short"] * 20)])
def test_no_screen_overflows_before_it_is_taken_to_be_crowded(kind: str, filler: str) -> None:
    words = library(read_protocol(PROTOCOLS / "taste.yaml"), "en").interface()
    parts = filler.split("\n") if "\n" in filler else filler.split(" ")
    for length in range(1, len(parts), 1 if "\n" in filler else 12):
        added = Text(text=("\n" if "\n" in filler else " ").join(parts[:length]))
        screen = evolve(KINDS[kind], marks=(*KINDS[kind].marks, added))
        if lay_out(screen, View(), Canvas(width=WIDTH, height=HEIGHT), words).overflow > 0:
            assert crowded(screen)
            return


def test_a_short_page_is_not_crowded_and_wide_characters_always_are() -> None:
    assert not crowded(KINDS["page"])
    assert crowded(evolve(KINDS["page"], marks=(Text(text="\u4f60\u597d"),)))


def test_the_fonts_have_every_common_character() -> None:
    assert missing_glyphs("".join(COMMON)) == ""
