"""The account of a wrong, what should be done about it, the meeting, recall, warmth, and who hears the answers."""

import pytest
from attrs import evolve

from experiments import event_account, meeting, punish_consult, recall, report, thermometer
from runner.screens import Continue

DECLINED = "!declined"
ACCOUNT = {
    "perspective": "imagine_other",
    "instruction": "how",
    "account": "what",
    "content": "harm",
    "principle": "why",
}
REPORT = {"text": "told", "question": "who", "correct": "yes"}


# ---------------------------------------------------------------- account


def test_the_account_is_read_and_written_about_in_this_order(draw, act, words):
    (given,) = draw(event_account.task, **ACCOUNT)
    outcome, screens = act(event_account.task, given, ("She is sad.",))
    names = ["perspective-1", "account-1", "account-2", "principle-1", "principle-2", "writing"]
    assert [screen.name for screen in screens] == names
    assert outcome.text == "She is sad."
    assert outcome.characters == len("She is sad.")
    assert (outcome.account_seconds, outcome.principle_seconds, outcome.writing_seconds) == (2.0, 2.0, 1.0)
    assert "Last of how" in words(screens[-1:])


def test_writing_can_be_left_out(draw, act):
    outcome, _ = act(event_account.task, draw(event_account.task, **ACCOUNT)[0], (DECLINED,))
    assert (outcome.text, outcome.characters) == (None, 0)


# ---------------------------------------------------------------- what should be done


def test_both_steps_come_whatever_the_first_answer(draw, act):
    (given,) = draw(punish_consult.task)
    names = [remedy.name for remedy in given.remedies]
    for first in ("consult", "act"):
        outcome, screens = act(punish_consult.task, given, (first, (40, 30, 20, 10)))
        assert (outcome.first, outcome.consult) == (first, first == "consult")
        points = {name: getattr(outcome, name) for name in names}
        assert points == dict(zip(names, (40, 30, 20, 10), strict=True))
        assert [screen.name for screen in screens] == ["remedy-first", "remedy-shares"]


def test_either_step_can_be_left_out(draw, act):
    (given,) = draw(punish_consult.task)
    outcome, _ = act(punish_consult.task, given, (DECLINED, DECLINED))
    assert outcome == punish_consult.Outcome(
        first=None, consult=None, punish=None, restore=None, protect=None, reform=None
    )


def test_remedies_come_in_random_order(draw):
    orders = {tuple(r.name for r in draw(punish_consult.task, str(seed))[0].remedies) for seed in range(30)}
    assert len(orders) > 10


# ---------------------------------------------------------------- meeting


@pytest.fixture
def turns(draw):
    return draw(meeting.task, meeting="toy")


@pytest.mark.parametrize(
    ("chosen", "codes"), [("hear", ("listen", 1, 0)), ("wait", ("neither", 0, 0)), ("rule", ("lead", 0, 1))]
)
def test_what_is_done_is_scored_apart(turns, act, chosen, codes):
    outcome, _ = act(meeting.task, turns[1], (chosen,))
    assert (outcome.chosen, (outcome.behaviour, outcome.accomplice, outcome.takeover)) == (chosen, codes)


def test_asking_takes_time_shows_the_wish_and_leads_back(turns, act, words):
    outcome, screens = act(meeting.task, turns[0], ("ask_first", "hear"))
    asking, wish = screens[2], screens[3]
    assert (asking.seconds, asking.accepts) == (12.0, None)
    assert "We wish." in words([wish])
    values = [[option.value for option in screen.accepts.options] for screen in (screens[1], screens[4])]
    assert set(values[0]) - set(values[1]) == {"ask_first"}
    assert (outcome.chosen, outcome.asked, outcome.sheet_opened) == ("hear", True, False)
    assert outcome.ask_latency == 1.0
    assert outcome.sheet_seconds is None


def test_the_sheet_is_logged_with_its_dwell(turns, act, words):
    outcome, screens = act(meeting.task, turns[0], ("open_sheet", "rule"))
    assert "Or so." in words(screens[2:3])
    assert (outcome.sheet_opened, outcome.sheet_seconds, outcome.sheet_latency) == (True, 1.0, 1.0)
    assert outcome.asked is False


def test_both_can_be_had_each_once(turns, act):
    outcome, screens = act(meeting.task, turns[0], ("open_sheet", "ask_first", "wait"))
    assert (outcome.asked, outcome.sheet_opened) == (True, True)
    assert {option.value for option in screens[-1].accepts.options} == {"hear", "wait", "rule"}


def test_where_there_is_nothing_to_ask_nothing_is_offered(turns, act):
    outcome, (turn,) = act(meeting.task, turns[1], ("hear",))
    assert {option.value for option in turn.accepts.options} == {"hear", "wait", "rule"}
    assert (outcome.asked, outcome.sheet_opened) == (None, None)


def test_a_turn_can_be_left_out_also_after_asking(turns, act):
    outcome, _ = act(meeting.task, turns[0], ("ask_first", DECLINED))
    assert (outcome.chosen, outcome.accomplice, outcome.takeover, outcome.asked) == (None, None, None, True)


def test_the_intro_comes_once_and_roles_come_in_random_order(draw, turns):
    assert [bool(turn.intro) for turn in turns] == [True, False]
    orders = {tuple(r.value for r in draw(meeting.task, str(s), meeting="toy")[0].roles) for s in range(30)}
    assert len(orders) == 6


def test_what_helps_to_decide_stands_below_what_can_be_done(turns, act):
    _, screens = act(meeting.task, turns[0], ("hear",))
    values = [option.value for option in screens[-1].accepts.options]
    assert values[-2:] == ["ask_first", "open_sheet"]


# ---------------------------------------------------------------- recall, warmth


def test_recall_is_written(draw, act):
    (given,) = draw(recall.task, prompt="courage", text="once")
    outcome, screens = act(recall.task, given, ("I spoke up.",))
    assert [screen.name for screen in screens] == ["page-1", "recall"]
    assert (outcome.text, outcome.characters, outcome.writing_seconds) == ("I spoke up.", 11, 1.0)
    assert act(recall.task, given, (DECLINED,))[0].text is None


def test_each_target_is_asked_about_once(draw, act):
    targets = ("women", "men", "self")
    givens = draw(thermometer.task, targets=targets)
    assert sorted(given.target for given in givens) == sorted(targets)
    outcome, (screen,) = act(thermometer.task, givens[0], (73,))
    assert outcome.warmth == 73.0
    assert (screen.accepts.low, screen.accepts.high) == (0, 100)
    assert act(thermometer.task, givens[0], (DECLINED,))[0].warmth is None


# ---------------------------------------------------------------- who hears the answers


def test_who_listens_gives_a_number(draw, act):
    (given,) = draw(report.task, report="identified", **REPORT)
    outcome, screens = act(report.task, given, ("yes", "3"))
    assert (outcome.experimenter, outcome.understood, outcome.attempts) == (3, True, 1)
    assert screens[-1].name == "experimenter"
    assert act(report.task, given, ("yes", DECLINED))[0].experimenter is None


def test_without_a_listener_there_is_a_page_in_its_place(draw, act):
    (given,) = draw(report.task, report="confidential", **REPORT)
    outcome, screens = act(report.task, given, ("yes",))
    assert outcome.experimenter is None
    assert isinstance(screens[-1].accepts, Continue)
    listened = act(report.task, evolve(given, listens=True), ("yes", "1"))[1]
    assert len(listened) == len(screens)


def test_a_wrong_answer_leads_back_once(draw, act):
    (given,) = draw(report.task, report="confidential", **REPORT)
    outcome, screens = act(report.task, given, ("no", "no"))
    assert (outcome.attempts, outcome.understood, outcome.who_learns) == (2, False, "no")
    assert [screen.name for screen in screens].count("again-1") == 1


def test_a_correct_answer_that_is_none_is_told(draw):
    with pytest.raises(ValueError, match=r"'correct' is 'maybe'"):
        draw(report.task, report="confidential", **{**REPORT, "correct": "maybe"})
