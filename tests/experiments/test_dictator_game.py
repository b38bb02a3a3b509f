"""Points shared with one other person: who it is, what is offered, and what was given."""

import pytest

from experiments import dictator_game, minimal_group
from runner.screens import Badge

TASK = dictator_game.task
SEEDS = tuple("abcdefgh")


def test_every_stake_comes_once_and_both_groups_equally_often(draw):
    drawn = [draw(TASK, seed) for seed in SEEDS]
    for givens in drawn:
        assert sorted(given.stake for given in givens) == [20, 40, 60, 100]
        assert sorted(given.to_own for given in givens) == [False, False, True, True]
    assert len({tuple(given.stake for given in givens) for givens in drawn}) > 1
    assert len({tuple(given.to_own for given in givens) for givens in drawn}) > 1
    assert {draw(TASK, seed, stakes=(20,))[0].to_own for seed in SEEDS} == {True, False}


def test_splits_run_from_nothing_to_all_in_one_direction_for_each_person(draw):
    ends = set()
    for seed in SEEDS:
        givens = draw(TASK, seed)
        for given in givens:
            assert sorted(given.gifts) == [given.stake * part // 4 for part in range(5)]
        (end,) = {given.gifts[0] == 0 for given in givens}
        ends.add(end)
    assert ends == {True, False}


def test_what_is_shown_is_what_is_kept_and_who_gets_the_rest(draw, act, shelf, monkeypatch):
    materials = shelf()
    monkeypatch.setattr(
        type(materials), "word", lambda self, key: f"{key} {{}} {{}}" if key == "dictator_split" else f"{key} {{}}"
    )
    for given in draw(TASK, shelf=materials):
        outcome, (screen,) = act(TASK, given, (str(given.stake // 4),))
        assert outcome.points_given == given.stake // 4
        assert [mark.text for mark in screen.marks] == [f"dictator_question {given.stake}", given.who]
        assert given.who == ("dictator_own {}" if given.to_own else "dictator_other {}")
        for option in screen.accepts.options:
            gift = int(option.value)
            assert option.text == f"dictator_split {given.stake - gift} {gift}"  # a row shows no lines
            assert not option.lines
            assert option.codes == {"share_given": gift / given.stake}


def test_nothing_given_is_not_the_same_as_no_answer(draw, act):
    given = draw(TASK)[0]
    assert act(TASK, given, ("0",))[0].points_given == 0
    assert act(TASK, given, ("!declined",))[0].points_given is None


def test_the_groups_badge_stays_on(draw, act, happened):
    (told,) = draw(minimal_group.task, group="violet", text="t")
    past = (happened(minimal_group.task, told, act(minimal_group.task, told)[0]),)
    _, (screen,) = act(TASK, draw(TASK)[0], ("0",), past)
    assert screen.marks[0] == Badge(text="[group_violet]", colour="violet")


@pytest.mark.parametrize(("stakes", "got"), [((20, 30), "30"), ((0,), "0"), ((-4,), "-4"), ((), "none")])
def test_stakes_that_cannot_be_split_evenly_are_refused(stakes, got, draw):
    with pytest.raises(ValueError, match=rf"multiples of 4 \('splits' less one\), got {got}; correct them"):
        draw(TASK, stakes=stakes)
