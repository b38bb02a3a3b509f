"""The menu of causes, risks, what came of the last wave, and the panel that has them; with its real materials."""

from itertools import combinations

import msgspec
import pytest
from attrs import evolve

from experiments import cause_menu, find, follow_through, paired_choice, risk_rating, sign_up
from runner.checks.check import check
from runner.declarations.materials import STIMULI, Library, library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.screens import Allocation
from runner.tasks import Happened
from stimuli.kinds import Question, QuestionOption, Questions

DECLINED = "!declined"
PROTOCOL = STIMULI.parent / "protocols" / "over-time.yaml"
FACTS = {**dict.fromkeys(("laboratory", "contact", "support", "event_owner", "list_place"), "Somewhere")}
PART = {"text": "over-time/event", "list_text": "seen-giving/list"}
WAVES = ("first", "second", "third")


@pytest.fixture(scope="module")
def materials():
    return Library("en", "gender", {**FACTS, "event": "a stand on Saturdays"}, {})


@pytest.fixture
def real(occasion, materials):
    """real(task, seed, earlier, **params) -> Givens drawn from the real materials."""

    def drawn(task, seed="seed", earlier=(), **params):
        here = evolve(occasion(seed, materials), earlier=earlier, details=materials.details)
        return list(task.trials(task.params(**params), here))

    return drawn


def listed(*ids, named=("points", "petitions")):
    """Questions that list causes or risks; a second tuple of ids is for the second question."""
    lists = ids if len(ids) == len(named) else ids * len(named)
    return Questions(
        questions=tuple(
            Question(
                id=name,
                text=name,
                kind="choice",
                options=tuple(QuestionOption(value=i, text=f"{name} {i}") for i in ids),
            )
            for name, ids in zip(named, lists, strict=True)
        )
    )


# ---------------------------------------------------------------- causes


def points_for(given, **points):
    return tuple(points.get(cause.value.replace("-", "_"), 0) for cause in given.causes)


def test_points_and_signatures_come_out_by_cause(real, act):
    (given,) = real(cause_menu.task, causes="over-time/causes")
    signs = ["yes" if value in ("gender", "environment") else "no" for value in given.petitions]
    outcome, screens = act(cause_menu.task, given, (points_for(given, gender=60, environment=40), *signs))
    assert {cause: points for cause, points in outcome.points.items() if points} == {"gender": 60, "environment": 40}
    assert (outcome.n_causes, outcome.focal_points, outcome.n_signed) == (2, 60, 2)
    assert {cause for cause, signed in outcome.signed.items() if signed} == {"gender", "environment"}
    assert [screen.name for screen in screens] == ["causes", *["cause-petition"] * 10]
    assert given.focal == "gender"


def test_each_petition_is_that_of_its_cause(real, act):
    (given,) = real(cause_menu.task, causes="over-time/causes")
    _, screens = act(cause_menu.task, given, (points_for(given, gender=100), *["no"] * 10))
    petitions = {cause.value: cause.petition for cause in given.causes}
    assert [screen.marks[-1].text for screen in screens[1:]] == [petitions[value] for value in given.petitions]


def test_what_was_skipped_is_empty_and_not_zero(real, act):
    (given,) = real(cause_menu.task, causes="over-time/causes")
    outcome, _ = act(cause_menu.task, given, (DECLINED, *[DECLINED] * 9, "no"))
    assert (outcome.points, outcome.n_causes, outcome.focal_points) == (None, None, None)
    assert list(outcome.signed.values()) == [None] * 9 + [False]
    assert outcome.n_signed == 0
    assert act(cause_menu.task, given, (DECLINED, *[DECLINED] * 10))[0].n_signed is None


def test_all_points_are_given_out_in_steps(real):
    (given,) = real(cause_menu.task, causes="over-time/causes", step=10)
    accepts = cause_menu.points_screen(given).accepts
    assert isinstance(accepts, Allocation)
    assert (accepts.total, accepts.step, accepts.exact) == (100, 10, True)
    with pytest.raises(ValueError, match=r"'total' must be a multiple of 'step', but is 100 with 30; correct it"):
        cause_menu.Params(causes="x", step=30)


def test_rows_and_petitions_come_in_orders_of_their_own(real):
    rows, petitions = set(), set()
    for seed in "abcdefgh":
        (given,) = real(cause_menu.task, seed, causes="over-time/causes")
        rows.add(tuple(cause.value for cause in given.causes))
        petitions.add(given.petitions)
    assert len(rows) == len(petitions) == 8
    assert not rows & petitions


@pytest.mark.parametrize("language", ["en", "de"])
def test_there_is_a_cause_for_every_pack_and_all_are_equally_long(language):
    materials = Library(language, "gender", {}, {})
    packs = {path.stem for path in (STIMULI / "en" / "packs").glob("*.yaml")} - {"planets", "groups"}
    for question in materials.questions("over-time/causes").questions:
        assert {option.value for option in question.options} == packs
        for measure in (len, lambda text: len(text.split())):
            lengths = [measure(option.text) for option in question.options]
            assert max(lengths) <= 1.11 * min(lengths), question.id


def test_a_cause_of_the_study_that_is_not_on_the_menu_is_no_focal_one(draw, act, shelf):
    causes = [f"c{i}" for i in range(10)]
    (given,) = draw(cause_menu.task, "seed", shelf({"c": listed(causes)}), causes="c")
    outcome, _ = act(cause_menu.task, given, (points_for(given, c1=100), *["no"] * 10))
    assert (given.focal, outcome.focal_points, outcome.n_causes) == ("", None, 1)


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (listed(["a", "b"]), r"'c' must have at least 10 causes, but has 2; add some"),
        (listed(["a", "b"], ["b", "d"]), r"must have the same causes; only one of them has a, d"),
        (listed(["a"], named=("points",)), r"'c' needs the questions points and petitions; it has points"),
    ],
)
def test_a_menu_that_is_none_is_refused(draw, shelf, questions, message):
    with pytest.raises(ValueError, match=message):
        draw(cause_menu.task, "seed", shelf({"c": questions}), causes="c")


# ---------------------------------------------------------------- risks


def test_each_risk_is_rated_twice_and_the_two_stay_apart(real, act):
    givens = real(risk_rating.task, risks="over-time/risks")
    assert len({given.risk for given in givens}) == len(givens) == 6
    outcome, screens = act(risk_rating.task, givens[0], (2, 6))
    assert outcome == risk_rating.Outcome(likelihood=2, importance=6)
    assert [screen.measures.construct for screen in screens] == ["risk_likelihood", "risk_importance"]
    assert all(screen.marks[-1].text == givens[0].text for screen in screens)
    assert "women" in screens[0].marks[0].text
    assert act(risk_rating.task, givens[0], (DECLINED, 3))[0] == risk_rating.Outcome(likelihood=None, importance=3)


def test_some_risks_can_be_left_out(real):
    givens = real(risk_rating.task, risks="over-time/risks", only=("police", "mocked"))
    assert {given.risk for given in givens} == {"police", "mocked"}
    assert [given.number for given in givens] == [1, 2]
    with pytest.raises(ValueError, match=r"'over-time/risks' has no risk rain; it has mocked, "):
        real(risk_rating.task, risks="over-time/risks", only=("rain",))


def test_a_list_of_risks_needs_its_two_questions(draw, shelf):
    questions = listed(["a", "b"], named=("risks",))
    with pytest.raises(ValueError, match=r"'r' lacks the question likelihood, importance; it has risks"):
        draw(risk_rating.task, "seed", shelf({"r": questions}), risks="r")


# ---------------------------------------------------------------- what came of it


@pytest.fixture
def signed(real, act):
    """signed(part) -> the trial in which somebody signed up for it at an earlier wave."""

    def happened(*answers):
        (given,) = real(sign_up.task, **PART)
        outcome, _ = act(sign_up.task, given, answers)
        return Happened(phase="event", task="sign_up", given=given, outcome=outcome)

    return happened


@pytest.fixture
def waves(real, act):
    """waves(answers of each wave) -> outcomes, each wave looking back on those before it."""

    def performed(*answers):
        earlier, outcomes = (), []
        for raised, given_answers in zip(((), ("time",), ("time", "peers")), answers, strict=False):
            (given,) = real(follow_through.task, earlier=earlier, raised=raised)
            outcome, _ = act(follow_through.task, given, given_answers)
            earlier = (*earlier, Happened(phase="c", task="follow_through", given=given, outcome=outcome))
            outcomes.append(outcome)
        return outcomes

    return performed


def test_a_first_wave_asks_for_the_commitment_alone_at_its_lowest_costs(real, act, words, materials):
    (given,) = real(follow_through.task, raised=())
    outcome, screens = act(follow_through.task, given, ("stay",))
    assert [screen.name for screen in screens] == ["commitment"]
    lowest = [f"{ladder.label}: {ladder.lines[0]}" for ladder in materials.commitment().ladders]
    assert list(given.costs) == lowest
    assert (given.place, given.step) == (-1, 0)
    assert "Changed" not in words(screens)
    assert outcome == follow_through.Outcome(did=None, kept=None, decision="stay", switched=False, dropped_at=None)


def test_a_later_wave_raises_costs_and_marks_the_new_one(real, words, materials, act):
    (given,) = real(follow_through.task, raised=("time", "peers"), level=3)
    time, weather, distance, peers = materials.commitment().ladders
    assert [line.partition(": ")[2] for line in given.costs] == [
        time.lines[3],
        weather.lines[0],
        distance.lines[0],
        peers.lines[3],
    ]
    assert given.costs[given.place].startswith(peers.label)
    _, screens = act(follow_through.task, given, ("stay",))
    assert [mark.text for mark in screens[0].marks if mark.style == "strong"] == [
        f"{given.changed} {given.costs[given.place]}",
        "Would you still stay with it?",
    ]


@pytest.mark.parametrize(
    ("answer", "kept"), [("done", True), ("prevented", False), ("called_off", False), (DECLINED, None)]
)
def test_whoever_signed_up_is_asked_about_that_part(real, act, words, signed, answer, kept):
    earlier = (signed("carry", "yes"),)
    (given,) = real(follow_through.task, earlier=earlier, follow=True, raised=("time",))
    outcome, screens = act(follow_through.task, given, (answer, "stay"))
    assert given.signed_up == "carry"
    assert "“Carry chairs and signs to the place”" in screens[0].marks[1].text
    assert "a stand on Saturdays" in words(screens)
    assert (outcome.did, outcome.kept) == (None if answer == DECLINED else answer, kept)


@pytest.mark.parametrize("answers", [("none",), (DECLINED,), None])
def test_whoever_did_not_is_asked_whether_they_came_all_the_same(real, act, signed, answers):
    earlier = (signed(*answers),) if answers else ()
    (given,) = real(follow_through.task, earlier=earlier, follow=True, raised=("time",))
    outcome, screens = act(follow_through.task, given, ("done", "stay"))
    assert [option.value for option in screens[0].accepts.options] == ["done", "not_done"]
    assert "{}" not in screens[0].marks[1].text
    assert (outcome.did, outcome.kept) == ("done", None)


def test_the_last_sign_up_counts(real, signed):
    earlier = (signed("carry", "yes"), signed("listen", "no"))
    (given,) = real(follow_through.task, earlier=earlier, follow=True, raised=("time",))
    assert given.signed_up == "listen"


def test_the_first_calling_off_is_the_drop_out_and_coming_back_a_switch(waves):
    outcomes = waves(("stay",), ("withdraw",), ("stay",))
    assert [outcome.dropped_at for outcome in outcomes] == [None, 1, 1]
    assert [outcome.switched for outcome in outcomes] == [False, True, True]


def test_a_skipped_wave_is_no_switch_and_no_drop_out(waves):
    outcomes = waves(("withdraw",), (DECLINED,), ("withdraw",))
    assert [outcome.dropped_at for outcome in outcomes] == [0, 0, 0]
    assert [outcome.switched for outcome in outcomes] == [False, False, False]
    assert [outcome.dropped_at for outcome in waves((DECLINED,), ("stay",), ("withdraw",))] == [None, None, 2]


def test_costs_that_there_are_not_are_refused(real):
    with pytest.raises(ValueError, match=r"commitment has no cost money; it has time, weather"):
        real(follow_through.task, raised=("money",))
    with pytest.raises(ValueError, match=r"'time' has lines 0 to 3, but 'level' is 4; lower it"):
        real(follow_through.task, raised=("time",), level=4)
    with pytest.raises(ValueError, match=r"'raised' names a cost more than once"):
        follow_through.Params(raised=("time", "time"))


@pytest.mark.parametrize("task", [cause_menu.task, follow_through.task, risk_rating.task])
def test_a_later_wave_can_read_what_a_log_holds_of_them(real, act, signed, task):
    params = {
        "cause_menu": {"causes": "over-time/causes"},
        "follow_through": {"raised": ("time",), "follow": True, "earlier": (signed("carry", "yes"),)},
        "risk_rating": {"risks": "over-time/risks"},
    }[task.name]
    given = real(task, **params)[0]
    answers = {
        "cause_menu": lambda: (points_for(given, gender=100), DECLINED, *["yes"] * 9),
        "follow_through": lambda: ("prevented", "withdraw"),
        "risk_rating": lambda: (1, DECLINED),
    }[task.name]()
    outcome, _ = act(task, given, answers)
    for value in (given, outcome):
        assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(value)), type(value)) == value


# ---------------------------------------------------------------- choice sets by wave


def test_a_named_block_is_shown_and_an_unknown_one_refused(real):
    for block in (1, 2, 3):
        givens = real(paired_choice.task, design="pairs-18", repeat=False, block=block)
        assert [given.block for given in givens] == [block] * 6
    with pytest.raises(ValueError, match=r"design 'pairs-18' has no block 4; it has 1, 2, 3"):
        real(paired_choice.task, design="pairs-18", block=4)


# ---------------------------------------------------------------- the study


@pytest.fixture(scope="module")
def study():
    return read_protocol(PROTOCOL)


@pytest.fixture(scope="module")
def planned(study):
    """planned(wave, **cell) -> the session's plan."""
    shelf = library(study, "en")
    base = {"goal": "constant", "cost_first": "time", "sets": "one"}

    def plan(wave, **cell):
        here = {**base, **cell, "wave": wave}
        return plan_session(study, find, shelf, participant="p1", slot=0, language="en", wave=wave, cell=here)

    return plan


def phases(plan):
    return list(dict.fromkeys(trial.phase for trial in plan.trials))


def test_the_study_has_no_mistakes(study):
    assert [str(mistake) for mistake in check(PROTOCOL, layout=True).mistakes] == []


def test_who_can_take_part_is_asked_once_and_what_changes_is_asked_each_time(planned):
    once = {"eligibility", "moderators", "filler", "background"}
    first, second, third = (phases(planned(wave)) for wave in WAVES)
    assert once <= set(first)
    assert not once & {*second, *third}
    every = {"consent", "code", "mood-before", "trait", "causes", "commitment", "choices", "beliefs", "risks", "checks"}
    assert all(every <= set(each) for each in (first, second, third))
    assert ("event" in first, "event" in second, "event" in third) == (True, True, False)


def test_the_goal_differs_from_the_second_wave_on_and_reasons_come_after_it(planned):
    def goal(plan):
        (text,) = [trial.given.text for trial in plan.trials if trial.phase.startswith("goal")]
        return text

    goals = {which: [goal(planned(wave, goal=which)) for wave in WAVES] for which in ("constant", "switched")}
    assert goals["constant"] == ["over-time/goal-first", *["over-time/goal-equality"] * 2]
    assert goals["switched"] == ["over-time/goal-first", *["over-time/goal-structural"] * 2]
    for wave in WAVES:
        names = phases(planned(wave))
        assert next(i for i, name in enumerate(names) if name.startswith("goal")) < names.index("trait")


def test_nobody_sees_a_choice_set_twice_and_every_set_comes_in_every_wave(planned):
    seen = {
        sets: [
            {trial.given.set for trial in planned(wave, sets=sets).trials if trial.phase == "choices"} for wave in WAVES
        ]
        for sets in ("one", "two", "three")
    }
    for shown in seen.values():
        assert [len(each) for each in shown] == [6, 6, 6]
        assert not any(one & other for one, other in combinations(shown, 2))
    assert all(len(set.union(*(shown[at] for shown in seen.values()))) == 18 for at in range(3))


@pytest.mark.parametrize("first", ["time", "peers"])
def test_one_more_cost_is_raised_in_each_wave(planned, first):
    steps = []
    for wave in WAVES:
        (given,) = [trial.given for trial in planned(wave, cost_first=first).trials if trial.phase == "commitment"]
        steps.append((given.raised, bool(given.did_question)))
    other = {"time": "peers", "peers": "time"}[first]
    assert steps == [((), False), ((first,), True), ((first, other), True)]


def test_every_wave_ends_in_the_truth_for_whoever_leaves_and_the_last_one_for_all(planned):
    for wave in WAVES:
        reaches = {trial.phase: trial.reaches for trial in planned(wave).trials if trial.reaches != "staying"}
        last = {"debrief": "consented", "data-decision": "consented"}
        leaving = {"debrief-leaving": "leaving", "decision-leaving": "leaving"}
        assert reaches == {**(last if wave == "third" else leaving), "thanks": "everyone"}
    (consent,) = [trial.given for trial in planned("second").trials if trial.task == "consent"]
    assert "treated alike" in consent.farewell[-1].body[1]  # nobody else tells whoever does not agree again


def test_what_frames_comes_after_every_choice(planned):
    for wave in WAVES:
        names = phases(planned(wave))
        assert names.index("choices") < min(names.index(name) for name in ("beliefs", "risks", "checks"))
