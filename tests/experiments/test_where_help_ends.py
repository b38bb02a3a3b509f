"""The tasks of where-the-line-is, with the real materials of the cause gender."""

from collections import Counter
from itertools import pairwise

import pytest

from experiments import (
    matched_acts,
    matched_pairs,
    policy_cards,
    process_debrief,
    protest_support,
    quick_relief,
    reading,
    redecision_chain,
)
from runner.declarations.materials import Library
from stimuli.kinds import Profile

DECLINED = "!declined"
FACTS = ("laboratory", "contact", "support", "ethics_reference", "payment", "withdraw_until", "minutes")


@pytest.fixture(scope="module")
def materials():
    return Library("en", "gender", dict.fromkeys(FACTS, "Somewhere"), {})


@pytest.fixture
def real(draw, materials):
    """real(task, seed, **params) -> Givens drawn from the real materials."""
    return lambda task, seed="seed", **params: draw(task, seed, shelf=materials, **params)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("report", ["closing", "stable", "neutral", "image-negative", "image-positive", "image-none"])
def test_a_report_is_read_and_its_detail_asked(real, act, report):
    (given,) = real(reading.task, report=report, minimum=15.0)
    outcome, screens = act(reading.task, given, (given.correct,))
    assert [screen.name for screen in screens] == ["report-1", "detail"]
    assert screens[0].accepts.after == 15.0
    assert (outcome.attempts, outcome.understood, outcome.reading_seconds) == (1, True, 1.0)


def test_a_wrong_detail_leads_back_once_without_a_wait(real, act):
    (given,) = real(reading.task, report="closing")
    outcome, screens = act(reading.task, given, ("five", "fifty"))
    assert [screen.name for screen in screens] == ["report-1", "detail", "again-1", "detail-again"]
    assert screens[2].accepts.after == 0.0
    assert (outcome.answer, outcome.attempts, outcome.understood) == ("fifty", 2, False)
    assert outcome.reading_seconds == 1.0  # the first reading alone


def test_whoever_leaves_the_detail_out_is_not_sent_back(real, act):
    (given,) = real(reading.task, report="closing")
    outcome, _ = act(reading.task, given, (DECLINED,))
    assert (outcome.answer, outcome.attempts, outcome.understood) == (None, 1, False)


def test_a_report_that_is_not_there_is_told_with_those_that_are(real):
    with pytest.raises(ValueError, match=r"no report 'shrinking'; it has closing, stable"):
        real(reading.task, report="shrinking")


# ---------------------------------------------------------------- policy cards


def test_each_part_is_rated_for_itself_in_random_order(real, act):
    orders = {tuple(given.policy for given in real(policy_cards.task, f"s{i}", focus="loss")) for i in range(12)}
    assert len(orders) > 6
    assert {frozenset(order) for order in orders} == {frozenset(policy_cards.PARTS)}
    outcome, screens = act(policy_cards.task, real(policy_cards.task, focus="loss")[0], (3, 5))
    assert (outcome.support, outcome.fairness) == (3, 5)
    assert [screen.name for screen in screens] == ["policy-support", "policy-fairness"]


def test_a_card_shows_the_line_of_its_focus_alone(real, act, words, materials):
    for policy in materials.policies().policies:
        for focus in ("loss", "gain", "none"):
            given = next(g for g in real(policy_cards.task, focus=focus) if g.policy == policy.id)
            seen = words(act(policy_cards.task, given, (4, DECLINED))[1])
            assert [name for name, line in policy.effects.items() if line in seen] == [focus]


def test_fairness_can_be_left_out(real, act):
    given = real(policy_cards.task, focus="gain", fairness=False)[0]
    outcome, _ = act(policy_cards.task, given, (7,))
    assert (outcome.support, outcome.fairness) == (7, None)


# ---------------------------------------------------------------- matched pairs


def test_there_are_six_six_six_and_four_pairs_and_one_comes_again(real):
    givens = real(matched_pairs.task)
    once = [given for given in givens if not given.repeated]
    assert Counter(given.contrast for given in once) == {"help": 6, "status": 6, "protection": 6, "own_cost": 4}
    (again,) = [given for given in givens if given.repeated]
    before = next(given for given in once if given.set == again.set)
    assert (again.first, again.second) == (before.second, before.first)
    assert again is givens[-1]
    assert [given.number for given in givens] == list(range(1, 24))


def test_both_poles_are_on_the_left_equally_often_within_each_kind(real):
    which = set()
    for seed in range(8):
        once = [given for given in real(matched_pairs.task, f"s{seed}") if not given.repeated]
        left = Counter((given.contrast, given.first.pole) for given in once)
        assert all(left[kind, "plus"] == left[kind, "minus"] for kind in matched_pairs.CONTRASTS)
        which.add(frozenset(given.set for given in once if given.first.pole == "plus"))
    assert len(which) == 8


ATTRIBUTE = {"help": "autonomy", "status": "statuscost", "protection": "confront", "own_cost": "selfcost"}


def all_codes(side):
    names = ("public", "normative", "autonomy", "statuscost", "selflead", "risk", "effort")
    codes = {name: getattr(side.profile, name) for name in names}
    return {**codes, "confront": side.confront, "selfcost": side.selfcost}


def test_the_two_acts_differ_in_the_one_thing_that_the_pair_is_about(real):
    for given in real(matched_pairs.task, repeat=False):
        minus, plus = sorted((given.first, given.second), key=lambda side: side.pole)
        one, other = all_codes(minus), all_codes(plus)
        own = ATTRIBUTE[given.contrast]
        assert (one[own], other[own]) == (-1, 1)
        allowed = {own, "risk"} if given.contrast == "own_cost" else {own}  # a risk to oneself is an own cost
        assert {name for name in one if one[name] != other[name]} <= allowed, given.set


def test_own_cost_is_crossed_with_the_own_groups_cost(real):
    cost = [given.first.profile.statuscost for given in real(matched_pairs.task, contrasts=("own_cost",), repeat=False)]
    assert sorted(cost) == [-1, -1, 1, 1]


def test_options_carry_all_codes_under_the_names_of_the_hypotheses(real, act):
    for given in real(matched_pairs.task):
        outcome, (screen,) = act(matched_pairs.task, given, ("second",))
        assert outcome.chosen == "second"
        for option, side in zip(screen.accepts.options, (given.first, given.second), strict=True):
            assert option.codes["a_auton"] == side.profile.autonomy
            assert option.codes["a_statuscost"] == side.profile.statuscost
            assert (option.codes["a_confront"], option.codes["a_selfcost"]) == (side.confront, side.selfcost)
            assert (option.text, option.lines) == (side.heading, side.lines)


def test_a_kind_without_pairs_is_told(real, materials, monkeypatch):
    from attrs import evolve

    matched = materials.matched()
    left = tuple(pair for pair in matched.pairs if pair.contrast != "status")
    monkeypatch.setitem(materials._known, ("matched", "gender"), evolve(matched, pairs=left))
    with pytest.raises(ValueError, match="no pairs of the kind status"):
        real(matched_pairs.task)


# ---------------------------------------------------------------- matched acts


def test_every_act_is_rated_once_and_far_from_its_partner(real):
    for seed in range(60):  # one seed in 22 would put the two acts of a pair side by side if nothing were done
        givens = real(matched_acts.task, f"s{seed}")
        assert len({given.act for given in givens}) == len(givens) == 44
        halves = [{given.set for given in givens[:22]}, {given.set for given in givens[22:]}]
        assert halves[0] == halves[1]
        assert all(one.set != other.set for one, other in pairwise(givens))
        assert sum(given.pole == "plus" for given in givens[:22]) == 11


def test_an_act_has_the_same_words_and_codes_alone_as_in_its_pair(real, act):
    pairs = [given for given in real(matched_pairs.task, repeat=False)]
    sides = {side.act: side for given in pairs for side in (given.first, given.second)}
    for given in real(matched_acts.task):
        side = sides[given.act]
        assert (given.text, given.lines, given.codes) == (side.heading, side.lines, side.profile)
        assert (given.confront, given.selfcost, given.pole) == (side.confront, side.selfcost, side.pole)
        assert isinstance(given.codes, Profile)
    outcome, (screen,) = act(matched_acts.task, given, (6,))
    assert outcome.rating == 6
    assert screen.measures.construct == "willingness"


# ---------------------------------------------------------------- the disadvantaged group's protest


def test_both_forms_are_rated_in_the_same_order_support_first(real, act):
    orders = set()
    for seed in range(20):
        givens = real(protest_support.task, f"s{seed}")
        assert givens[0].asked == givens[1].asked
        asked = tuple(each.rating for each in givens[0].asked)
        assert asked[0] == "support"
        orders.add((givens[0].form, asked))
    assert len(orders) == 4


def test_each_rating_lands_in_its_column(real, act, words):
    given = real(protest_support.task)[0]
    answers = {"support": 6, "image_damage": 2, "effectiveness": 4}
    outcome, screens = act(protest_support.task, given, tuple(answers[each.rating] for each in given.asked))
    assert {name: getattr(outcome, name) for name in answers} == answers
    assert all(given.account in words([screen]) for screen in screens)


# ---------------------------------------------------------------- re-decisions


def chain(real, **params):
    return real(redecision_chain.task, **params)


def test_one_cost_changes_at_a_time_and_falls_back_before_the_next(real):
    givens = chain(real)
    assert len(givens) == 1 + 4 * (3 + 1)
    for before, after in pairwise(givens):
        changed = [at for at, (one, other) in enumerate(zip(before.costs, after.costs, strict=True)) if one != other]
        assert changed == [after.place]
    assert [given.raised for given in givens] == [0, *[1, 2, 3, 0] * 4]
    assert [given.direction for given in givens] == ["start", *["up", "up", "up", "back"] * 4]


def test_costs_can_stay_until_all_have_risen(real):
    givens = chain(real, stay=True)
    assert [given.raised for given in givens] == [*range(13), 9, 6, 3, 0]
    assert givens[-1].costs == givens[0].costs


def test_the_order_of_the_costs_is_random(real):
    orders = {tuple(dict.fromkeys(g.ladder for g in real(redecision_chain.task, f"s{i}"))) for i in range(12)}
    assert len(orders) > 6


def walk(real, act, happened, decisions, **params):
    past, outcomes = [], []
    for given, decision in zip(chain(real, **params), decisions, strict=True):
        answers = (decision, "lead") if decision == "stay" and given.role_question else (decision,)
        outcome, _ = act(redecision_chain.task, given, answers, tuple(past))
        past.append(happened(redecision_chain.task, given, outcome))
        outcomes.append(outcome)
    return outcomes


def test_the_first_withdrawal_is_the_drop_out_and_coming_back_is_a_switch(real, act, happened):
    decisions = ["stay", "stay", "withdraw", DECLINED, "stay", *["stay"] * 11, "withdraw"]
    outcomes = walk(real, act, happened, decisions)
    assert [each.dropped_at for each in outcomes] == [None, None, *[2] * 15]
    assert [at for at, each in enumerate(outcomes) if each.switched] == [2, 4, 16]
    assert outcomes[3].decision is None


def test_who_never_withdraws_never_drops_out(real, act, happened):
    outcomes = walk(real, act, happened, ["stay"] * 17)
    assert {each.dropped_at for each in outcomes} == {None}
    assert not any(each.switched for each in outcomes)


def test_another_chain_is_not_looked_back_on(real, act, happened, occasion, materials):
    elsewhere = next(iter(redecision_chain.task.trials(redecision_chain.Params(), occasion("s", materials, phase="x"))))
    gone, _ = act(redecision_chain.task, elsewhere, ("withdraw",))
    past = (happened(redecision_chain.task, elsewhere, gone),)
    outcome, _ = act(redecision_chain.task, chain(real)[1], ("stay",), past)
    assert (outcome.dropped_at, outcome.switched) == (None, False)


def test_a_part_is_asked_of_those_who_stay_where_the_friends_matter(real, act):
    givens = chain(real, role_at=("peers",))
    assert {given.ladder for given in givens if given.role_question} == {"", "peers"}
    start = givens[0]
    assert act(redecision_chain.task, start, ("stay", "lead"))[0].role == "lead"
    assert act(redecision_chain.task, start, ("withdraw",))[0].role is None


def test_a_cost_that_is_not_there_is_told(real):
    with pytest.raises(ValueError, match="no cost hail; it has time, weather, distance, peers"):
        chain(real, ladders=("hail",))


# ---------------------------------------------------------------- quick relief


def test_every_two_of_the_four_ways_are_compared_once(real):
    for seed in range(6):
        givens = real(quick_relief.task, f"s{seed}")
        assert len({given.set for given in givens}) == len(givens) == 6
        seen = Counter((way.speed, way.form) for given in givens for way in (given.first, given.second))
        assert set(seen.values()) == {3}
        assert len(seen) == 4


def test_half_of_the_choices_have_their_sides_swapped(real):
    givens = real(quick_relief.task)
    swapped = [given for given in givens if given.set.startswith(f"{given.second.speed}_{given.second.form}.")]
    assert len(swapped) == 3


def test_a_way_is_coded_as_it_reads(real, act, materials):
    relief = materials.matched().relief
    for given in real(quick_relief.task):
        outcome, (screen,) = act(quick_relief.task, given, ("first",))
        assert outcome.chosen == "first"
        for option in screen.accepts.options:
            assert (option.codes["a_fast"] == 1) is (option.lines == (relief.fast,))
            assert (option.codes["a_compensation"] == 1) is (option.text == relief.compensation)


# ---------------------------------------------------------------- debrief


DEBRIEF = {
    "texts": ("where-the-line-is/debrief", "where-the-line-is/draw-closing", "where-the-line-is/stays"),
    "questions": "where-the-line-is/debrief",
    "correct": {"decided": "chance", "whole": "one_side"},
}


def test_the_draw_is_shown_among_the_pages_and_the_marker_is_sent_once(real, act, words):
    (given,) = real(process_debrief.task, code=90, **DEBRIEF)
    outcome, _ = act(process_debrief.task, given, ("It was chance.", "chance", "one_side"))
    assert (outcome.words, outcome.readings, outcome.understood) == ("It was chance.", 1, True)
    _, screens = act(process_debrief.task, given, ("It was chance.", "chance", "whole", "one_side"))
    assert [screen.code for screen in screens] == [90, *[0] * (len(screens) - 1)]
    assert "What chance drew for you" in words(screens)


def test_a_failed_check_brings_the_pages_and_that_check_again(real, act):
    (given,) = real(process_debrief.task, **DEBRIEF)
    outcome, screens = act(process_debrief.task, given, ("Hm.", "answers", "one_side", "chance"))
    names = [screen.name for screen in screens]
    assert names.count("debrief-1") == names.count("check-decided") == 2
    assert names.count("check-whole") == names.count("own-words") == 1
    assert (outcome.readings, outcome.understood, outcome.answers["decided"]) == (2, True, "chance")


def test_the_debrief_comes_at_most_twice(real, act):
    (given,) = real(process_debrief.task, **DEBRIEF)
    outcome, _ = act(process_debrief.task, given, ("Hm.", "answers", "whole", "group", "invented"))
    assert (outcome.readings, outcome.understood) == (2, False)


def test_checks_that_are_left_out_are_not_asked_again(real, act):
    (given,) = real(process_debrief.task, **DEBRIEF)
    outcome, _ = act(process_debrief.task, given, (DECLINED, DECLINED, DECLINED))
    assert (outcome.words, outcome.readings, outcome.understood) == (None, 1, False)


def test_a_right_option_that_is_not_there_is_refused(real):
    with pytest.raises(ValueError, match="look at whole"):
        real(process_debrief.task, **{**DEBRIEF, "correct": {"decided": "chance", "whole": "half"}})
