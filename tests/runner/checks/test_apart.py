"""What a study that keeps choices apart must not have, so that they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner.checks import apart
from runner.checks.check import check
from runner.declarations.protocols import read_protocol
from runner.screens import TOKEN, Board, Choice, Continue, Option, Screen, Text

MODULE = Path(__file__).parents[3] / "protocols" / "modules" / "unseen-choices.yaml"
Said = Callable[..., str]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """All mistakes of the module after changes to its text."""

    def run(*edits: tuple[str, str]) -> str:
        text = MODULE.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        return "\n".join(str(mistake) for mistake in check(tmp_path / "p.yaml", layout=False).mistakes)

    return run


HERE = "    unlinkable: {setting: unseen}\n"
CHOICES = f"    task: paired_choice\n{HERE}"
PROBE = "  - phase: probe\n    task: question\n"
DISPLAY = "  - phase: display\n    task: end_display\n    when: {setting: shown}\n"
CHECKS = "params: {questions: modules/unseen-checks}"
CONSENT = "  - phase: consent\n"
EARLY = f"  - phase: rest\n    task: pages\n{HERE}    params: {{text: modules/thanks}}\n"
ELIGIBLE = f"  - phase: eligible\n    task: eligibility\n{HERE}    params: {{farewell: modules/left}}\n"
PAIR = "unseen: modules/unseen-private, shown: modules/"  # the two announcements
BROKEN = {
    "two stretches": ([(CHOICES, "    task: paired_choice\n")], "one stretch, but 'choices' comes in between"),
    "in part shuffled": (
        [(CHOICES, f"{CHOICES}    shuffled: m\n"), (PROBE, f"{PROBE}    shuffled: m\n")],
        "must follow one another",
    ),
    "shuffled with one that is not": (
        [
            (
                "params: {questions: modules/unseen-checks}",
                "shuffled: m\n    params: {questions: modules/unseen-checks}",
            ),
            (DISPLAY, ""),
            (PROBE, f"{PROBE}    shuffled: m\n"),
        ],
        "phases in a row with the same 'shuffled' are all in the part apart",
    ),
    "reaches those who left": ([(CHOICES, f"{CHOICES}    reaches: consented\n")], "who stops is led out of the part"),
    "sends a marker": ([(CHOICES, f"{CHOICES}    code: 7\n")], "at which time this was answered"),
    "before the consent": (
        [(CONSENT, EARLY + CONSENT)],
        "the part apart comes before the consent",
    ),
    "asks for words": ([(PROBE, f"{PROBE}{HERE}")], "asks for words, and somebody may be known by how they write"),
    "decides about the data": (
        [("    task: data_decision\n    reaches: consented\n", f"    task: data_decision\n{HERE}")],
        "the task 'data_decision' decides about the data",
    ),
    "asks for consent": (
        [("    task: consent\n", f"    task: consent\n{HERE}")],
        "the task 'consent' asks for consent, which is given under a code",
    ),
    "ends by an answer": (
        [("  - phase: choices\n", f"{ELIGIBLE}  - phase: choices\n")],
        "the task 'eligibility' ends the session by what is answered",
    ),
    "shows them later": (
        [("    when: {setting: shown}\n", "")],
        "phase 'display' looks back from one side of the part apart to the other",
    ),
    "asked on both sides": (
        [("    params: {questions: modules/unseen-probe}\n", "    params: {questions: modules/unseen-checks}\n")],
        "asks in the part apart what is asked outside it, too",
    ),
    "measured on both sides": (
        [(PROBE, f"  - phase: again\n    task: scale\n    params: {{scales: [motives-short]}}\n{PROBE}")],
        "asks in the part apart what is asked outside it, too (motives",
    ),
    "promises everybody": (
        [("identity: shown  #", "identity: unlinkable  #")],
        "none are kept apart where setting=shown",
    ),
    "promises nobody": (
        [
            *[(HERE, "    unlinkable: true\n")] * 4,
            (DISPLAY, ""),
        ],
        "the choices of all sessions are kept apart, but consent says 'shown'",
    ),
    "no key": (
        [("  - phase: token\n    task: token\n", ""), ("pool: 10", "pool: 10\nwithdraw_until: 2099-12-31")],
        "can be found by the participant's own key only",
    ),
    "days after the session": (
        [("pool: 10", "pool: 10\nwithdraw_until: 30 days")],
        "days after each session would be a date in each",
    ),
    "within a session": (
        [
            ("factors:\n", "factors:\n  again: {levels: [one, two], unit: within}\n"),
            (CHOICES, "    task: paired_choice\n    each: again\n    unlinkable: {again: one}\n"),
        ],
        "a session is kept apart or isn't",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_would_tie_a_part_to_its_person_is_refused(said: Said, name: str) -> None:
    edits, what = BROKEN[name]
    assert what in said(*edits)


def test_the_module_itself_is_sound(said: Said) -> None:
    assert said() == ""


def test_a_wholly_unlinkable_study_may_measure_nothing_outside(said: Said) -> None:
    whole = [
        *[(HERE, "    unlinkable: true\n")] * 4,
        ("identity: shown  #", "identity: unlinkable  #"),
        (DISPLAY, ""),
        ("setting: {by: setting, unseen: private, shown: public}", "setting: private"),
        (f"{PAIR}unseen-public", f"{PAIR}thanks"),
        ("correct: {by: setting, unseen: nobody, shown: people_here}", "correct: nobody"),
    ]
    assert said(*whole) == ""
    outside = (PROBE, f"  - phase: pride\n    task: scale\n    params: {{scales: [pride]}}\n{PROBE}")
    assert "phase 'pride' measures something, and would be kept under a code" in said(*whole, outside)


def test_a_task_that_measures_times_is_refused() -> None:
    protocol = read_protocol(MODULE)
    tasks = {phase.task: find(phase.task) for phase in protocol.phases}
    assert list(apart.broken(protocol, tasks)) == []
    timed = {**tasks, "paired_choice": evolve(tasks["paired_choice"], timed=True)}
    assert "measures times, and no time is kept" in next(apart.broken(protocol, timed))[1]


@pytest.mark.parametrize(
    ("screen", "what"),
    [
        (Screen(name="s", marks=(Board(point="p", heading="h"),), accepts=Continue()), "shows choices to others"),
        (
            Screen(name="s", marks=(Text(text=f"Your key: {TOKEN}"),), accepts=Continue()),
            "tells what is kept elsewhere",
        ),
        (Screen(name="s", marks=(Text(text="x"),), accepts=Continue(), code=3), "sends a marker"),
        (Screen(name="s", marks=(), accepts=Choice(options=(Option(value="a", text="A"),))), ""),
    ],
)
def test_a_screen_that_leads_out_is_seen(screen: Screen, what: str) -> None:
    assert apart.revealing(screen).startswith(what) and bool(what) == bool(apart.revealing(screen))
