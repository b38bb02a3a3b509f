"""Paired choices: design, sides, repetition, words, dual response."""

from collections import Counter

import pytest
from attrs import evolve

from experiments import paired_choice

DECLINED = "!declined"


def by_set(givens):
    return {given.set: given for given in givens if not given.repeated}


def test_one_whole_block_is_drawn_in_random_order(draw):
    orders = set()
    for seed in range(20):
        givens = draw(paired_choice.task, f"s{seed}", design="toy", repeat=False)
        assert sorted(given.set for given in givens) == [f"{givens[0].block}.{i}" for i in range(6)]
        orders.add(tuple(given.set for given in givens))
    assert {order[0][0] for order in orders} == {"1", "2"}
    assert len(orders) == 20


def test_the_same_seed_draws_the_same_trials(draw):
    assert draw(paired_choice.task, "s", design="toy") == draw(paired_choice.task, "s", design="toy")


def test_the_designs_first_act_is_on_the_left_in_half_of_the_sets(draw):
    left: Counter[str] = Counter()
    for seed in range(20):
        givens = draw(paired_choice.task, f"s{seed}", design="toy", repeat=False)
        on_left = [given.set for given in givens if given.first.profile.public == -1]
        assert len(on_left) == 3
        left.update(on_left)
    assert len(left) == 12  # every set, of both blocks, is turned for some people


def test_which_half_is_on_the_left_cannot_be_foreseen(draw):
    sides = {
        tuple(given.first.profile.public for given in draw(paired_choice.task, f"s{seed}", design="toy", repeat=False))
        for seed in range(20)
    }
    assert len(sides) > 8


def test_one_set_comes_again_at_the_end_with_sides_swapped(draw):
    for seed in range(10):
        *once, again = draw(paired_choice.task, f"s{seed}", design="toy")
        assert again.repeated
        assert not any(given.repeated for given in once)
        before = by_set(once)[again.set]
        assert (again.first, again.second) == (before.second, before.first)
        assert before.number <= len(once) // 2  # never right after its first showing
        assert [given.number for given in (*once, again)] == list(range(1, 8))


def test_cards_say_what_their_profiles_are(draw):
    for given in draw(paired_choice.task, design="toy"):
        for card in (given.first, given.second):
            p = card.profile
            assert card.heading == f"act {p.public:+d}{p.normative:+d}"
            assert card.lines == (
                f"autonomy {p.autonomy:+d}",
                f"statuscost {p.statuscost:+d}",
                f"selflead {p.selflead:+d}",
                f"risk {p.risk:+d}",
                f"effort {p.effort}",
            )


def test_options_carry_the_codes_of_the_hypotheses(draw, act):
    given = draw(paired_choice.task, design="toy")[0]
    _, (pair, _) = act(paired_choice.task, given, ("first", "yes"))
    for option, card in zip(pair.accepts.options, (given.first, given.second), strict=True):
        p = card.profile
        assert option.codes == {
            "a_public": p.public,
            "a_norm": p.normative,
            "a_auton": p.autonomy,
            "a_statuscost": p.statuscost,
            "a_selflead": p.selflead,
            "a_risk": p.risk,
            "a_effort": p.effort,
        }
        assert option.lines == card.lines
    assert pair.accepts.arrange == "cards"


@pytest.mark.parametrize("chosen", ["first", "second"])
@pytest.mark.parametrize("would_do", ["yes", "no", "not_now"])
def test_which_and_whether_are_two_answers(draw, act, words, chosen, would_do):
    given = draw(paired_choice.task, design="toy")[0]
    outcome, (_, really) = act(paired_choice.task, given, (chosen, would_do))
    assert (outcome.chosen, outcome.would_do) == (chosen, would_do)
    other = "second" if chosen == "first" else "first"
    assert getattr(given, chosen).heading in words([really])
    assert getattr(given, other).heading not in words([really])


def test_whoever_picks_neither_is_asked_nothing_more(draw, act):
    outcome, screens = act(paired_choice.task, draw(paired_choice.task, design="toy")[0], (DECLINED,))
    assert (outcome.chosen, outcome.would_do) == (None, None)
    assert [screen.name for screen in screens] == ["pair"]


def test_the_second_response_can_be_skipped(draw, act):
    outcome, _ = act(paired_choice.task, draw(paired_choice.task, design="toy")[0], ("second", DECLINED))
    assert (outcome.chosen, outcome.would_do) == ("second", None)


def test_a_missing_phrase_is_told_with_its_place(draw, shelf):
    phrases = {**shelf().pack().phrases, "effort": {"1": "short", "2": "longer"}}
    with pytest.raises(ValueError, match=r"pack 'toy' has no phrase for effort '3'"):
        draw(paired_choice.task, shelf=shelf(phrases=phrases), design="toy")


def test_every_set_shown_is_one_of_the_design(draw, occasion):
    design = {each.id: each for each in occasion().materials.design("toy").sets}
    for given in draw(paired_choice.task, design="toy"):
        shown = {given.first.profile, given.second.profile}
        assert shown == {design[given.set].one, design[given.set].other}


def test_turning_twice_changes_nothing(occasion):
    each = occasion().materials.design("toy").sets[0]
    assert paired_choice.turned(paired_choice.turned(each)) == each
    assert paired_choice.turned(each) == evolve(each, one=each.other, other=each.one)
