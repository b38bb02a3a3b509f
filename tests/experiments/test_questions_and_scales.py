"""Questionnaires and scales."""

import pytest
from attrs import evolve

from experiments import question, scale
from stimuli.kinds import Question, QuestionOption, Questions

DECLINED = "!declined"
ASKED = Questions(
    title="T",
    instruction="I",
    questions=(
        Question(id="c", text="c?", kind="choice", options=(QuestionOption(value="x", text="X"),)),
        Question(id="r", text="r?", kind="rating", anchors=("a", "b"), low=1, high=5),
        Question(id="w", text="w?", kind="words", least=10),
        Question(id="n", text="n?", kind="number", low=0, high=9, decline=False),
    ),
)


@pytest.fixture
def asked(draw, shelf):
    return draw(question.task, shelf=shelf(asked={"q": ASKED}), questions="q")


@pytest.mark.parametrize(
    ("place", "answer", "response", "number"),
    [(0, "x", "x", None), (1, 4, None, 4.0), (2, "some words", "some words", None), (3, 7, None, 7.0)],
)
def test_each_kind_of_answer_finds_its_column(asked, act, place, answer, response, number):
    outcome, _ = act(question.task, asked[place], (answer,))
    assert (outcome.response, outcome.number) == (response, number)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_skipped_question_leaves_both_columns_empty(asked, act, place):
    outcome, _ = act(question.task, asked[place], (DECLINED,))
    assert (outcome.response, outcome.number) == (None, None)


def test_the_instruction_stands_before_the_first_question_only(asked, act):
    assert [s.name for s in act(question.task, asked[0], ("x",))[1]] == ["instruction", "question-c"]
    assert [s.name for s in act(question.task, asked[1], (1,))[1]] == ["question-r"]


def test_a_question_that_must_be_answered_says_so(asked, act):
    assert not act(question.task, asked[3], (1,))[1][0].decline


def test_the_line_for_a_number_says_its_ends(asked, act):
    assert act(question.task, asked[3], (1,))[1][0].accepts.anchors == ("0", "9")


def test_every_item_comes_once_and_checks_stay_in_place(draw):
    for seed in range(10):
        items = [given.item for given in draw(scale.task, f"s{seed}", scales=("x",))]
        assert sorted(items) == sorted(["check", *(f"i{i}" for i in range(1, 9))])
        assert items[4] == "check"


def test_items_are_shuffled_by_the_seed_alone(draw):
    orders = [tuple(g.item for g in draw(scale.task, seed, scales=("x",))) for seed in ("a", "a", "b", "c")]
    assert orders[0] == orders[1]
    assert len(set(orders)) == 3


def test_items_keep_their_order_when_told(draw):
    given = draw(scale.task, scales=("x",), shuffle_items=False)
    assert [g.item for g in given] == ["i1", "i2", "i3", "i4", "check", "i5", "i6", "i7", "i8"]
    assert [g.item_number for g in given] == list(range(1, 10))


def test_an_item_says_what_it_measures_and_in_which_direction(draw, act):
    by_id = {given.item: given for given in draw(scale.task, scales=("x",))}
    measures = {item: act(scale.task, given, (3,))[1][-1].measures for item, given in by_id.items()}
    assert (measures["i1"].construct, measures["i1"].keyed) == ("motives.outgroup", 1)
    assert (measures["i6"].construct, measures["i6"].keyed) == ("motives.moral", -1)
    assert (measures["check"].construct, measures["check"].instructed) == ("attention", 6)


def test_answers_are_stored_as_given_and_not_recoded(draw, act):
    reversed_item = next(given for given in draw(scale.task, scales=("x",)) if given.reversed)
    assert act(scale.task, reversed_item, (6,))[0].response == 6
    assert act(scale.task, reversed_item, (DECLINED,))[0].response is None


def test_an_attention_check_stands_without_the_stem(draw, act, words):
    given = draw(scale.task, scales=("x",))
    assert "Because" not in words(act(scale.task, given[4], (6,))[1])
    assert "Because" in words(act(scale.task, given[3], (6,))[1])


def test_the_instruction_stands_before_the_first_item_only(draw, act):
    given = draw(scale.task, scales=("x",))
    assert [s.name for s in act(scale.task, given[0], (3,))[1]] == ["instruction", "item"]
    assert [s.name for s in act(scale.task, given[1], (3,))[1]] == ["item"]
    bare = evolve(given[0], instruction="")
    assert [s.name for s in act(scale.task, bare, (3,))[1]] == ["item"]
