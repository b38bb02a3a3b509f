"""A die decides: what is asked in what order, and what the record can say of a person."""

import pytest

from experiments import payout, randomised_response, token
from runner.screens import TOKEN
from stimuli.kinds import Question, QuestionOption, Questions

DECLINED = "!declined"
STATEMENTS = ("blocked", "wrote", "stayed")


@pytest.fixture
def drawn(shelf, draw):
    options = tuple(QuestionOption(value=name, text=f"I {name}") for name in STATEMENTS)
    asked = Questions(questions=(Question(id="statements", text="Last year:", kind="choice", options=options),))
    return draw(randomised_response.task, shelf=shelf(asked={"rules": asked}), statements="rules")


def test_the_rule_stands_before_the_first_statement_and_the_die_before_each(drawn, act):
    first, *others = drawn
    outcome, screens = act(randomised_response.task, first, ("yes", "no"))
    assert [screen.name for screen in screens] == ["die-rule", "die-example", "die-roll", "die-answer"]
    assert (outcome.said_yes, outcome.example_right) == (False, True)
    for given in others:
        outcome, screens = act(randomised_response.task, given, ("yes",))
        assert [screen.name for screen in screens] == ["die-roll", "die-answer"]
        assert (outcome.said_yes, outcome.example_right) == (True, None)


@pytest.mark.parametrize("answer", ["no", DECLINED])
def test_who_did_not_understand_reads_the_rule_again(drawn, act, answer):
    outcome, screens = act(randomised_response.task, drawn[0], (answer, DECLINED))
    assert screens[2].name == "die-again" and outcome.said_yes is None
    assert outcome.example_right is (None if answer == DECLINED else False)


def test_every_statement_comes_once_with_the_die_s_probabilities(drawn):
    assert sorted(given.statement for given in drawn) == sorted(STATEMENTS)
    assert {(round(given.p_truth * 6), round(given.p_yes * 6)) for given in drawn} == {(4, 1)}


def test_without_statements_it_is_refused(shelf, draw):
    here = shelf(asked={"rules": Questions(questions=())})
    with pytest.raises(ValueError, match="lacks the question 'statements'"):
        draw(randomised_response.task, shelf=here, statements="rules")


def test_the_key_s_page_holds_its_placeholder_and_needs_a_day(occasion, act):
    with pytest.raises(ValueError, match="write 'withdraw_until' there"):
        list(token.task.trials(token.Params(), occasion(details={})))
    (given,) = token.task.trials(token.Params(), occasion(details={"withdraw_until": "15 March 2027"}))
    for answer, kept in (("noted", "noted"), ("unwanted", "unwanted"), (DECLINED, None)):
        outcome, (screen,) = act(token.task, given, (answer,))
        assert screen.marks[2].text == TOKEN and outcome.key_kept == kept


def test_a_payment_page_tells_the_amount_and_its_place_what_the_code_is_worth(draw, act):
    (given,) = draw(payout.task, bonus=6.0)
    outcome, (screen,) = act(payout.task, given)
    assert screen.marks[2].text == "{payout 6.00 0.00}" and (outcome.paid, outcome.passed_on) == (6.0, 0.0)
