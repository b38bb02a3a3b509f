"""The study status-and-help in both variants: its tasks with puzzles, and what the protocols promise."""

from pathlib import Path

import msgspec
import pytest
from attrs import evolve

import experiments
from experiments import find, help_requests, reasoning_test
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.declarations.structure import read_yaml
from runner.errors import DeclarationError
from runner.planning import plan_session
from runner.rehearsal import foresee
from runner.tasks import Happened
from stimuli.kinds import Puzzles

DECLINED = "!declined"
FOLDER = Path(experiments.__file__).parents[1] / "protocols"
BOTH = {name: read_protocol(FOLDER / f"{name}.yaml") for name in ("status-and-help", "status-and-help-instability")}
LIBRARIES = {name: library(protocol, "en") for name, protocol in BOTH.items()}
STATUS = {"status-and-help": "threat", "status-and-help-instability": "stability"}
both = pytest.mark.parametrize("study", BOTH)


def planned(study, slot=0, **cell):
    return plan_session(BOTH[study], find, LIBRARIES[study], participant="p1", slot=slot, language="en", cell=cell)


def givens(study, phase, **cell):
    return [trial.given for trial in planned(study, **cell).trials if trial.phase == phase]


# ---------------------------------------------------------------- the test


def test_answers_come_in_random_order_and_are_scored_against_the_right_one(draw, act):
    given = draw(reasoning_test.task, puzzles="any")
    assert [each.puzzle for each in given] == [f"p{i}" for i in range(10)]
    assert len({each.answers.index(each.right) for each in given}) == 3
    for each in given:
        assert sorted(each.answers) == sorted((each.right, *(a for a in each.answers if a != each.right)))
        for place, answer in enumerate(each.answers):
            outcome, _ = act(reasoning_test.task, each, (f"answer_{place}",))
            assert (outcome.answer, outcome.correct) == (answer, answer.startswith("right"))
    assert act(reasoning_test.task, given[0], (DECLINED,))[0].correct is None


def test_the_test_sends_its_marker_with_the_first_puzzle_only(draw, act):
    codes = [
        act(reasoning_test.task, each, ("answer_0",))[1][0].code for each in draw(reasoning_test.task, puzzles="a")
    ]
    assert codes == [11] + [0] * 9


def test_a_puzzle_without_wrong_answers_is_no_test(draw, shelf, monkeypatch):
    materials = shelf()
    bare = evolve(materials.puzzles("a"), puzzles=(evolve(materials.puzzles("a").puzzles[0], others=()),))
    monkeypatch.setattr(type(materials), "puzzles", lambda self, key: bare)
    with pytest.raises(ValueError, match="puzzle 'p0' of 'any' has no wrong answers"):
        draw(reasoning_test.task, shelf=materials, puzzles="any")


# ---------------------------------------------------------------- help


def test_half_of_the_partners_have_asked_and_who_is_drawn(draw):
    sets = [draw(help_requests.task, f"s{i}", puzzles="any") for i in range(30)]
    assert {sum(each.requested for each in given) for given in sets} == {5}
    assert len({tuple(each.requested for each in given) for given in sets}) > 20
    assert len({tuple(each.puzzle for each in given) for given in sets}) > 20
    assert {given[0].order for given in sets} == set(help_requests.ORDERS)
    for given in sets:
        assert len({each.order for each in given}) == 1  # the same place for the same thing
        assert all((each.request == "[help_asked]") is each.requested for each in given)


@pytest.mark.parametrize(
    ("sent", "helped", "dependency"), [("nothing", False, False), ("hint", True, False), ("answer", True, True)]
)
def test_what_is_sent_is_scored(sent, helped, dependency, draw, act):
    for given in draw(help_requests.task, puzzles="any"):
        outcome, screens = act(help_requests.task, given, (sent,))
        assert (outcome.sent, outcome.helped, outcome.dependency) == (sent, helped, dependency)
        assert outcome.unsolicited is (helped and not given.requested)
        assert screens[-1].marks[0].text == f"[help_{sent}_done]"


def test_each_kind_of_help_holds_its_own_words(draw, act):
    given = draw(help_requests.task, puzzles="any")[0]
    _, (screen, _) = act(help_requests.task, given, ("hint",))
    number = given.puzzle.removeprefix("p")
    held = {option.value: option.lines for option in screen.accepts.options}
    assert held == {"nothing": ("[help_none]",), "hint": (f"hint {number}",), "answer": (f"solution {number}",)}
    codes = {option.value: option.codes["a_auton"] for option in screen.accepts.options}
    assert codes == {"nothing": 0, "hint": 1, "answer": -1}


def test_puzzles_and_decisions_send_their_markers(draw, act):
    sent = [
        [screen.code for screen in act(help_requests.task, g, ("hint",))[1]]
        for g in draw(help_requests.task, puzzles="a")
    ]
    assert sent == [[31 + i, 51 + i] for i in range(10)]


def test_a_skipped_puzzle_counts_as_neither_help_nor_none(draw, act):
    outcome, screens = act(help_requests.task, draw(help_requests.task, puzzles="any")[0], (DECLINED,))
    assert (outcome.sent, outcome.helped, outcome.dependency, outcome.unsolicited) == (None,) * 4
    assert len(screens) == 1


def test_more_requests_than_puzzles_are_refused(draw):
    with pytest.raises(ValueError, match="must hold at least 11 puzzles, each with hint and solution"):
        draw(help_requests.task, puzzles="any", asking=11)


# ---------------------------------------------------------------- the material


def test_the_test_has_twelve_puzzles_in_three_parts_with_four_answers_each():
    puzzles = LIBRARIES["status-and-help"].puzzles("integrative").puzzles
    assert [puzzle.part for puzzle in puzzles] == ["numbers"] * 4 + ["words"] * 4 + ["figures"] * 4
    assert all(len({puzzle.answer, *puzzle.others}) == 4 for puzzle in puzzles)


def test_hint_and_solution_are_equally_long_and_only_the_solution_tells():
    puzzles = LIBRARIES["status-and-help"].puzzles("requests").puzzles
    assert len(puzzles) == 10
    for puzzle in puzzles:
        lengths = [len(puzzle.hint), len(puzzle.solution)]
        assert max(lengths) <= 1.2 * min(lengths), puzzle.id
        answer = puzzle.answer.removeprefix("the ")
        assert answer in puzzle.solution, puzzle.id
        assert f" {answer} " not in f" {puzzle.hint.strip('.')} ", puzzle.id
    total = [sum(len(puzzle.hint) for puzzle in puzzles), sum(len(puzzle.solution) for puzzle in puzzles)]
    assert max(total) <= 1.1 * min(total)


def test_no_puzzle_is_both_in_the_test_and_among_the_requests():
    test, requests = (LIBRARIES["status-and-help"].puzzles(key).puzzles for key in ("integrative", "requests"))
    assert not {puzzle.text for puzzle in test} & {puzzle.text for puzzle in requests}


@pytest.mark.parametrize(
    ("puzzle", "wrong"),
    [
        ('{id: a, part: b, text: c, answer: d, others: ["e", "d"]}', "right answer and stands among the others"),
        ('{id: a, part: b, text: c, answer: d, others: ["e", "e"]}', "stands here a second time"),
        ("{id: a, part: b, text: c, answer: d, hint: e}", "needs both 'hint' and 'solution'"),
        ("{id: a b, part: b, text: c, answer: d}", "'id' must be plain letters"),
        ("{id: a, part: b, text: c, answer: d}\n  - {id: a, part: b, text: c, answer: d}", "stands here a second time"),
    ],
)
def test_a_puzzle_that_cannot_be_used_is_told_with_its_place(puzzle, wrong, tmp_path):
    file = tmp_path / "puzzles.yaml"
    file.write_text(f"puzzles:\n  - {puzzle}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=wrong) as error:
        read_yaml(file, Puzzles)
    assert error.value.mistakes[0].line >= 2


# ---------------------------------------------------------------- the protocols


def test_both_variants_differ_in_nothing_but_status_and_what_is_told_of_it():
    phases = [
        [phase for phase in protocol.phases if phase.name not in ("scores", "debrief")] for protocol in BOTH.values()
    ]
    assert phases[0] == phases[1]
    others = [{n: f for n, f in p.factors.items() if n not in STATUS.values()} for p in BOTH.values()]
    assert others[0] == others[1]


@both
def test_the_numbers_of_trials_are_those_of_the_specification(study):
    counts = {}
    for trial in planned(study).trials:
        counts[trial.phase] = counts.get(trial.phase, 0) + 1
    expected = {"dots": 20, "test": 12, "help": 10, "prime": 3, "state": 16, "sharing": 3, "probe": 6}
    assert {phase: counts[phase] for phase in expected} == expected


@both
def test_groups_are_balanced_over_slots_whatever_the_cell(study):
    assigned = [planned(study, slot).assigned for slot in range(16)]
    assert sum(each["group"] == "teal" for each in assigned) == 8
    assert len({tuple(each.values()) for each in assigned}) == 16


@both
def test_only_scores_of_the_table_are_shown_and_every_cell_shows_the_same_means(study):
    factor = STATUS[study]
    first, second = BOTH[study].factors[factor].levels
    ((one,), (other,)) = (givens(study, "scores", **{factor: level}) for level in (first, second))
    assert (one.own_points, one.other_points) == (67, 58)
    if factor == "threat":  # the same table, turned round
        assert [(s.own, s.other) for s in one.scores] == [(s.other, s.own) for s in other.scores]
        assert one.announcement == other.announcement == ()
    else:  # high status in both; only the second one's lead melts
        assert (other.own_points, other.other_points) == (67, 58)
        assert [s.own - s.other for s in one.scores] == [9, 9, 9]
        assert [s.own - s.other for s in other.scores] == [14, 9, 4]
        assert one.announcement != other.announcement


@both
def test_moderators_motives_and_attention_checks_come_before_anything_is_varied(study):
    trials = planned(study).trials
    first = next(i for i, trial in enumerate(trials) if trial.phase == "typicality")
    asked = {trial.given.scale for trial in trials[:first] if trial.task == "scale"}
    assert {"sdo", "motives", "ingroup_identification"} <= asked
    checks = [i for i, trial in enumerate(trials) if getattr(trial.given, "instructed", None) is not None]
    assert len(checks) == 2
    assert max(checks) < first


@both
def test_checks_come_after_every_outcome_and_the_truth_after_the_checks(study):
    names = [phase.name for phase in BOTH[study].phases]
    order = ["consent", "moderators", "rest", "dots", "group", "trait", "profile", "typicality", "test", "scores"]
    order += ["prime", "help", "state", "sharing", "mobility", "attitudes", "status-checks", "checks", "probe"]
    order += ["debrief", "data-decision", "thanks"]
    assert sorted(order, key=names.index) == order


@both
def test_everyone_who_was_deceived_is_debriefed_and_asked(study):
    reaches = {phase.name: phase.reaches for phase in BOTH[study].phases if phase.reaches != "staying"}
    assert reaches == {
        "debrief": "consented",
        "debrief-end": "consented",
        "data-decision": "consented",
        "thanks": "everyone",
    }
    assert {each.debriefed_in for each in BOTH[study].deception} == {"debrief"}


@both
@pytest.mark.parametrize(
    "subject", ["dots", "profile", "scores of the groups were made up", "partners did not exist", "measures nothing"]
)
def test_the_debrief_names_every_deception(study, subject):
    (given,) = givens(study, "debrief")
    assert subject in " ".join(given.pages[0].body)


def test_the_variant_that_announces_a_second_round_says_that_there_is_none():
    debriefs = {study: " ".join(givens(study, "debrief")[0].pages[0].body) for study in BOTH}
    assert "no second round" in debriefs["status-and-help-instability"]
    assert "second round" not in debriefs["status-and-help"]


@both
def test_the_debrief_shows_the_persons_own_draw_of_every_factor(study):
    for cell in BOTH[study].cells():
        (given,) = givens(study, "debrief", **cell)
        drawn = [page for page in given.pages if page.title.startswith("Drawn before you came")]
        assert len(drawn) == len(cell) == 4
        for level in cell.values():
            key = f"status-and-help/draw-{'group-' * (level in ('teal', 'violet'))}{level.replace('_', '-')}"
            assert LIBRARIES[study].pages(key).pages[0] in drawn
        assert given.code == 90


@both
def test_a_plan_holds_no_text_of_another_level(study):
    factor = STATUS[study]
    for cell in BOTH[study].cells():
        texts = {
            "profile": cell["typical"],
            "scores": cell[factor],
            "prime": cell["superord"].replace("_", "-"),
        }
        held = msgspec.json.encode([t.given for t in planned(study, **cell).trials if t.phase != "debrief"]).decode()
        for kind, mine in texts.items():
            names = {f.replace("_", "-") for each in BOTH[study].factors.values() for f in each.levels}
            for level in sorted(names):
                path = FOLDER.parent / "stimuli" / "en" / "texts" / "status-and-help" / f"{kind}-{level}.yaml"
                if path.is_file():
                    body = LIBRARIES[study].pages(f"status-and-help/{kind}-{level}").pages[0].body[-1]
                    assert (msgspec.json.encode(body).decode() in held) is (level == mine), (kind, level)


@both
def test_every_marker_of_the_specification_is_sent(study):
    codes, past = set(), []
    for trial in planned(study).trials:
        if trial.task in ("minimal_group",):
            past.append(Happened(phase=trial.phase, task=trial.task, given=trial.given, outcome=None))
        codes |= {screen.code for screen in foresee(find(trial.task), trial.given, tuple(past))}
    second_round = {22} if study.endswith("instability") else set()
    assert codes == {0, 1, 2, 11, 21, *second_round, *range(31, 41), *range(51, 61), 90}


@both
def test_the_debrief_is_read_again_by_who_gets_a_check_wrong(study, act):
    (given,) = givens(study, "debrief")
    outcome, screens = act(find("process_debrief"), given, ("made up by chance", "answers", "nothing", "chance"))
    assert (outcome.readings, outcome.understood) == (2, True)
    assert [screen.code for screen in screens].count(90) == 1
