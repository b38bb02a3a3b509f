"""The studies that come with Vantage: planned with their real materials and performed in every cell."""

import re
from pathlib import Path
from random import Random

import msgspec
import pytest

import experiments
from experiments import find
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.respondents import Uniform
from runner.screens import Bar, Continue, Keys, Reply, Text
from runner.tasks import Happened

FOLDER = Path(experiments.__file__).parents[1] / "protocols"
STUDIES = {path.stem: read_protocol(path) for path in sorted(FOLDER.glob("*.yaml"))}
LIBRARIES = {name: library(protocol, "en") for name, protocol in STUDIES.items()}
BOTH = ["frame-and-visibility", "frame-and-visibility-generate"]
CELLS = [(name, cell) for name, protocol in STUDIES.items() for cell in protocol.cells()]


def planned(study, slot=0, **cell):
    return plan_session(STUDIES[study], find, LIBRARIES[study], participant="p1", slot=slot, language="en", cell=cell)


def performed(plan, respondent):
    """Everything that happens when a respondent goes through a plan to its end or out of it; and all screens."""
    past, screens = [], []
    for trial in plan.trials:
        task = find(trial.task)
        performance = task.perform(trial.given, tuple(past))
        try:
            screen = next(performance)
            while True:
                screens.append(screen)
                screen = performance.send(answered(screen, respondent))
        except StopIteration as end:
            past.append(Happened(phase=trial.phase, task=trial.task, given=trial.given, outcome=end.value))
        if task.leaves(past[-1].outcome):
            break
    return past, screens


def answered(screen, respondent):
    if screen.accepts is None:
        return Reply(onset=0.0, offset=screen.seconds, status="elapsed")
    response = respondent.respond(screen)
    answer = staying(screen, response.answer)
    assert screen.accepts.admits(answer)
    return Reply(onset=0.0, offset=response.rt, status="answered", answer=answer, answered=response.rt)


def staying(screen, answer):
    """The answer with which the session goes on, where there is one."""
    options = getattr(screen.accepts, "options", ())
    return next((option.value for option in options if option.codes.get("proceeds") == 1), answer)


@pytest.mark.parametrize(
    ("study", "cell"), CELLS, ids=lambda part: part if isinstance(part, str) else "-".join(part.values())
)
def test_every_cell_can_be_performed_to_its_end(study, cell):
    plan = planned(study, **cell)
    past, screens = performed(plan, Uniform(random=Random(f"{study}/{cell}")))
    assert len(past) == len(plan.trials)
    assert all(isinstance(each.outcome, find(each.task).outcome) for each in past)
    assert all(screen.stop for screen in screens)


@pytest.mark.parametrize("study", STUDIES)
def test_every_question_of_a_measure_can_be_declined(study):
    must = {"consent", "data-decision"}
    public = {"setting": "public"} if "setting" in STUDIES[study].factors else {}
    _, screens = performed(planned(study, **public), Uniform(random=Random("d")))
    going_on = (Continue, Keys)  # a speeded key press has no room for declining; the stop control is there
    asking = [screen for screen in screens if screen.accepts and not isinstance(screen.accepts, going_on)]
    assert {screen.name for screen in asking if not screen.decline} <= must
    assert len(asking) > 10


@pytest.mark.parametrize("study", STUDIES)
def test_a_plan_is_the_same_each_time(study):
    assert planned(study, 3).digest == planned(study, 3).digest
    assert planned(study, 3).digest != planned(study, 4).digest


# ---------------------------------------------------------------- levels keep to themselves


@pytest.mark.parametrize("frame", ["privilege", "disadvantage", "neutral"])
def test_no_rendering_of_another_frame_is_in_a_plan(frame):
    held = msgspec.json.encode(planned("frame-and-visibility", frame=frame).plain()).decode()
    for fact in LIBRARIES["frame-and-visibility"].pack().facts:
        for level in ("privilege", "disadvantage", "neutral"):
            assert (msgspec.json.encode(getattr(fact, level)).decode() in held) is (level == frame)


@pytest.mark.parametrize("study", [*BOTH, "taste"])
@pytest.mark.parametrize(("mine", "other"), [("private", "public"), ("public", "private")])
def test_no_text_of_the_other_setting_is_in_a_plan(study, mine, other):
    plan = planned(study, setting=mine)
    held = msgspec.json.encode(plan.plain()).decode()
    folder = "taste" if study == "taste" else "frame-and-visibility"
    for text in ("setting",) if study == "taste" else ("setting", "petition", "donation"):
        paragraphs = {level: set(_paragraphs(study, f"{folder}/{text}-{level}")) for level in (mine, other)}
        assert all(msgspec.json.encode(each).decode() in held for each in paragraphs[mine])
        told = paragraphs[other] - paragraphs[mine]
        assert told
        assert not [each for each in told if msgspec.json.encode(each).decode() in held]
    assert ("end_display" in {trial.task for trial in plan.trials}) is (mine == "public")


def _paragraphs(study, key):
    return [paragraph for page in LIBRARIES[study].pages(key).pages for paragraph in page.body]


# ---------------------------------------------------------------- frame-and-visibility


def test_both_variants_differ_in_nothing_but_the_framing():
    parts = []
    for study in BOTH:
        protocol = STUDIES[study]
        phases = [phase for phase in protocol.phases if not phase.name.startswith("framing")]
        parts.append(
            (phases, protocol.factors, protocol.identity, protocol.pack, protocol.minutes, protocol.to_fill_in)
        )
    assert parts[0] == parts[1]


@pytest.mark.parametrize("study", BOTH)
def test_the_numbers_of_trials_are_those_of_the_specification(study):
    counts = {}
    for trial in planned(study, motives_again="asked").trials:
        counts[trial.phase] = counts.get(trial.phase, 0) + 1
    expected = {"choices": 13, "willingness": 12, "effectiveness": 12, "state-motives": 16, "probe": 6}
    assert {phase: counts[phase] for phase in expected} == expected
    assert counts["framing"] == (24 if study == "frame-and-visibility" else 5)


@pytest.mark.parametrize("study", BOTH)
def test_two_attention_checks_stand_before_anything_is_varied_and_none_after(study):
    trials = planned(study).trials
    first = next(i for i, trial in enumerate(trials) if trial.phase.startswith("framing"))
    checks = [i for i, trial in enumerate(trials) if getattr(trial.given, "instructed", None) is not None]
    assert len(checks) >= 2
    assert max(checks) < first


@pytest.mark.parametrize("study", BOTH)
def test_what_is_asked_before_and_after_keeps_the_order_that_validity_needs(study):
    names = [phase.name for phase in STUDIES[study].phases]
    order = ["consent", "eligibility", "trait", "filler", "framing", "announcement", "choices", "state", "beliefs"]
    order += ["checks", "probe", "debrief", "data-decision", "display", "payment", "thanks"]
    assert sorted(order, key=names.index) == order
    assert {"petition", "donation"} <= set(names[names.index("choices") : names.index("state-intro")])


@pytest.mark.parametrize("study", BOTH)
def test_who_stops_is_debriefed_asked_paid_and_thanked(study):
    reaches = {phase.name: phase.reaches for phase in STUDIES[study].phases if phase.reaches != "staying"}
    assert reaches == {
        "debrief": "consented",
        "data-decision": "consented",
        "payment": "consented",
        "thanks": "everyone",
    }


@pytest.mark.parametrize("study", BOTH)
def test_consent_promises_what_the_identity_mode_keeps(study):
    (given,) = [trial.given for trial in planned(study).trials if trial.task == "consent"]
    assert given.promise.body == (LIBRARIES[study].word("promise_shown"),)


@pytest.mark.parametrize("study", BOTH)
def test_state_motives_are_asked_of_half(study):
    asked = ["state-motives" in {t.phase for t in planned(study, slot).trials} for slot in range(24)]
    assert sum(asked) == 12


# ---------------------------------------------------------------- taste


def test_the_demo_takes_five_minutes():
    """Reading 4 words a second, each paragraph once; 3 s for each answer and 1 s for each page."""
    _, screens = performed(planned("taste", setting="public"), Uniform(random=Random("t")))
    texts = {mark.text for screen in screens for mark in screen.marks if isinstance(mark, Text)}
    for screen in screens:
        for option in getattr(screen.accepts, "options", ()):
            texts |= {option.text, *option.lines}
    paragraphs = {part.strip(".") for text in texts for part in re.split("\n| · ", text)}
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    answers = sum(not isinstance(screen.accepts, Continue) for screen in screens)
    assert words / 4 + 3 * answers + (len(screens) - answers) < 300


def test_the_demo_ends_with_four_bars_of_ones_own():
    _, screens = performed(planned("taste"), Uniform(random=Random("b")))
    (bars,) = [screen for screen in screens if screen.name == "bars"]
    assert sum(isinstance(mark, Bar) for mark in bars.marks) == 4


def test_the_demos_pairs_differ_in_one_attribute_each():
    pairs = [trial.given for trial in planned("taste").trials if trial.task == "paired_choice"]
    differ = []
    for pair in pairs:
        one, other = (msgspec.to_builtins(card.profile) for card in (pair.first, pair.second))
        differ.append([name for name in one if one[name] != other[name]])
    assert sorted(map(tuple, differ)) == [("autonomy",), ("normative",), ("public",), ("statuscost",)]
