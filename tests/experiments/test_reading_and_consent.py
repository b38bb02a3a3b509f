"""Pages, consent, eligibility, data decision."""

import pytest

from experiments import consent, data_decision, eligibility, pages, pick_group

DECLINED = "!declined"
CONSENT = {"text": "inform", "farewell": "bye"}


def test_pages_are_read_in_order(draw, act):
    (given,) = draw(pages.task, text="hello")
    outcome, screens = act(pages.task, given)
    assert [screen.marks[-1].text for screen in screens] == ["hello", "end of hello"]
    assert outcome.pages_read == 2


@pytest.mark.parametrize("identity", ["coded", "shown", "unlinkable"])
def test_the_promise_is_that_of_the_identity_mode(occasion, act, words, identity):
    (given,) = consent.task.trials(consent.Params(**CONSENT), occasion(identity=identity))
    _, screens = act(consent.task, given, ("agree",))
    others = {"coded", "shown", "unlinkable"} - {identity}
    assert f"[promise_{identity}]" in words(screens)
    assert not any(f"promise_{other}" in words(screens) for other in others)


def test_the_promise_stands_before_the_decision(draw, act):
    _, screens = act(consent.task, draw(consent.task, **CONSENT)[0], ("agree",))
    assert [screen.name for screen in screens][-2:] == ["promise", "consent"]


def test_who_agrees_goes_on(draw, act):
    outcome, screens = act(consent.task, draw(consent.task, **CONSENT)[0], ("agree",))
    assert outcome.agreed
    assert consent.task.leaves(outcome) is None
    assert not [screen for screen in screens if screen.name.startswith("farewell")]


def test_who_does_not_agree_reads_a_farewell_and_leaves(draw, act):
    outcome, screens = act(consent.task, draw(consent.task, **CONSENT)[0], ("disagree",))
    assert consent.task.leaves(outcome) == "no_consent"
    assert screens[-1].name == "farewell-2"


def test_advantaged_people_are_asked_about_acting_before(draw, act):
    (given,) = draw(eligibility.task, farewell="bye")
    outcome, _ = act(eligibility.task, given, ("a", "no", 5))
    assert (outcome.category, outcome.advantaged, outcome.acted_before, outcome.willingness) == ("a", True, False, 5)
    assert eligibility.task.leaves(outcome) is None


def test_skipped_questions_leave_gaps_and_no_more(draw, act):
    (given,) = draw(eligibility.task, farewell="bye")
    outcome, _ = act(eligibility.task, given, ("a", DECLINED, DECLINED))
    assert (outcome.advantaged, outcome.acted_before, outcome.willingness) == (True, None, None)


@pytest.mark.parametrize("answer", ["b", DECLINED])
def test_others_and_those_who_do_not_say_are_led_out(draw, act, answer):
    (given,) = draw(eligibility.task, farewell="bye")
    outcome, screens = act(eligibility.task, given, (answer,))
    assert eligibility.task.leaves(outcome) == "not_eligible"
    assert [screen.name for screen in screens] == ["category", "farewell-1", "farewell-2"]


def test_only_the_way_on_is_marked_as_such(draw, act):
    _, screens = act(eligibility.task, draw(eligibility.task, farewell="bye")[0], ("b",))
    assert [option.codes["proceeds"] for option in screens[0].accepts.options] == [1.0, 0.0]


@pytest.mark.parametrize("decision", ["keep", "withdraw"])
def test_the_data_decision_is_kept(draw, act, happened, decision):
    (given,) = draw(data_decision.task)
    outcome, (screen,) = act(data_decision.task, given, (decision,))
    assert outcome.decision == decision
    assert not screen.decline
    past = (happened(data_decision.task, given, outcome),)
    assert data_decision.withdrawn(past) is (decision == "withdraw")


def test_groups_to_pick_come_in_either_order(draw, act):
    orders = {tuple(g.value for g in draw(pick_group.task, f"seed {i}")[0].groups) for i in range(20)}
    assert orders == {("a", "b"), ("b", "a")}
    given = draw(pick_group.task)[0]
    assert act(pick_group.task, given, ("b",))[0].picked == "b"
    assert act(pick_group.task, given, (DECLINED,))[0].picked is None
