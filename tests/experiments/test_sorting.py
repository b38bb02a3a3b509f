"""Sorting words: what is drawn in which block, where it goes, and what becomes of a key."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from experiments import iat, sc_iat
from experiments._sorting import KEYS, RED, Deck
from runner.respondents import Theory
from runner.screens import Continue, Keys, Reply, Text
from stimuli.kinds import WordList

IAT = {"focal": "women", "contrast": "men"}
ORDERS, SIDES = ("compatible", "incompatible"), ("left", "right")


def played(task, given, *replies):
    """Outcome and screens of a trial with these (seconds, answer) replies to its keys; None: no key in time."""
    left, screens, now = list(replies), [], 10.0
    performance = task.perform(given, ())
    try:
        screen = next(performance)
        while True:
            screens.append(screen)
            wait, answer = screen.seconds or 1.0, None
            if isinstance(screen.accepts, Keys):
                rt, answer = left.pop(0) or (screen.seconds, None)
                wait = rt
                assert answer is None or screen.accepts.admits(answer)
            status = "answered" if answer or isinstance(screen.accepts, Continue) else "elapsed"
            at = now + wait
            reply = Reply(onset=now, offset=at, status=status, answer=answer, answered=at if answer else None)
            now = at + 0.004  # the next screen comes a little later
            screen = performance.send(reply)
    except StopIteration as end:
        assert not left
        return end.value, screens


def blocks(givens):
    found = {}
    for given in givens:
        found.setdefault(given.block, []).append(given)
    return found


def corner(given, side):
    return {label.category for label in getattr(given.corners, side)}


# ---------------------------------------------------------------- seven blocks


def test_the_blocks_have_their_trials(draw):
    assert [len(block) for block in blocks(draw(iat.task, **IAT)).values()] == [20, 20, 20, 40, 40, 20, 40]
    fewer = blocks(draw(iat.task, **IAT, trials=(4, 4, 6, 8, 4, 6, 8)))
    assert [len(block) for block in fewer.values()] == [4, 4, 6, 8, 4, 6, 8]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("positive", SIDES)
def test_pairings_and_sides_are_as_told(draw, order, positive):
    other = "right" if positive == "left" else "left"
    with_focal = positive if order == "compatible" else other  # in the first half
    expected = {1: {"women"}, 2: set(), 3: {"women"}, 4: {"women"}}
    for number, block in blocks(draw(iat.task, **IAT, order=order, positive_side=positive)).items():
        given = block[0]
        focal = with_focal if number < 5 else ("left" if with_focal == "right" else "right")
        assert (given.order, given.positive_side) == (order, positive)
        assert given.compatible is (None if number in (1, 2, 5) else focal == positive)
        if number != 2:
            assert "women" in corner(given, focal)
            assert "men" in corner(given, "left" if focal == "right" else "right")
        else:
            assert expected[2] == corner(given, positive) - {"pleasant"}
        if number not in (1, 5):
            assert "pleasant" in corner(given, positive)
            assert "unpleasant" in corner(given, other)
        assert len({each.corners for each in block}) == 1


def test_only_the_order_flips_what_compatible_means(draw):
    first = {order: blocks(draw(iat.task, **IAT, order=order))[3][0].compatible for order in ORDERS}
    assert first == {"compatible": True, "incompatible": False}


def test_order_and_side_are_drawn_where_nothing_is_told(draw):
    seen = Counter()
    for seed in range(40):
        given = draw(iat.task, str(seed), **IAT, trials=(2,) * 7)[0]
        seen[given.order, given.positive_side] += 1
    assert len(seen) == 4


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_no_word_follows_on_itself_and_each_side_is_right_equally_often(draw, seed):
    for block in blocks(draw(iat.task, seed, **IAT)).values():
        assert all(one.stimulus != other.stimulus for one, other in pairwise(block))
        assert set(Counter(given.side for given in block).values()) == {len(block) // 2}
        assert len(set(Counter(given.category for given in block).values())) == 1


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_where_both_are_sorted_targets_and_attributes_take_turns(draw, seed):
    for number in (3, 4, 6, 7):
        block = blocks(draw(iat.task, seed, **IAT))[number]
        kinds = [given.corners.kind(given.category) for given in block]
        assert all(one != other for one, other in pairwise(kinds))


def test_words_belong_to_their_category_and_all_are_used(draw):
    givens = draw(iat.task, **IAT)
    assert all(given.stimulus.startswith(f"{given.category} ") for given in givens)
    assert len({given.stimulus for given in givens}) == 20
    assert all(given.category in corner(given, given.side) for given in givens)


def test_instructions_stand_before_the_first_word_of_each_block(draw):
    for number, block in blocks(draw(iat.task, **IAT)).items():
        assert block[0].title
        assert not any(given.title or given.lines or given.intro for given in block[1:])
        assert bool(block[0].intro) is (number == 1)
        assert ("[sorting_switched]" in " ".join(block[0].lines)) is (number == 5)
    _, screens = played(iat.task, blocks(draw(iat.task, **IAT))[1][0], (0.5, _key(draw(iat.task, **IAT)[0])))
    assert [screen.name for screen in screens] == ["sorting-introduction", "sorting-instruction", "gap", "word"]


def test_wrong_numbers_and_words_are_told(draw, shelf):
    with pytest.raises(ValueError, match=r"wants 7 numbers"):
        draw(iat.task, **IAT, trials=(20, 20))
    with pytest.raises(ValueError, match=r"must differ"):
        draw(iat.task, focal="women", contrast="women")
    twice = {"men": WordList(label="Men", named="men", words=("women 1", "man"))}
    with pytest.raises(ValueError, match=r"'women 1' is in two places"):
        draw(iat.task, shelf=shelf(lists=twice), **IAT)
    one = {"men": WordList(label="Men", named="men", words=("man",))}
    with pytest.raises(ValueError, match=r"'men' needs two words"):
        draw(iat.task, shelf=shelf(lists=one), **IAT)


def test_a_deck_of_two_alternates(occasion):
    deck = Deck(("a", "b"), occasion().random)
    dealt = [deck.deal() for _ in range(50)]
    assert all(one != other for one, other in pairwise(dealt))


# ---------------------------------------------------------------- one word


def _key(given):
    return KEYS[given.side]


def _wrong(given):
    return KEYS["left" if given.side == "right" else "right"]


@pytest.fixture(params=["iat", "sc_iat"])
def sorting(request, draw):
    """A task and one of its ordinary trials, in the middle of a block."""
    if request.param == "iat":
        return iat.task, draw(iat.task, **IAT)[3]
    return sc_iat.task, draw(sc_iat.task, target="women")[3]


def test_a_right_key_ends_the_trial(sorting):
    task, given = sorting
    outcome, (gap, word) = played(task, given, (0.6, _key(given)))
    assert outcome.correct is True
    assert outcome.first_rt == outcome.corrected_rt == pytest.approx(0.6)
    assert gap.seconds == 0.25
    assert gap.accepts is None
    assert set(gap.marks) < set(word.marks)


def test_a_wrong_key_brings_a_red_x_until_the_right_one(sorting):
    task, given = sorting
    outcome, screens = played(task, given, (0.5, _wrong(given)), (0.3, _key(given)))
    corrected = screens[-1]
    assert outcome.correct is False
    assert outcome.first_rt == pytest.approx(0.5)
    assert outcome.corrected_rt == pytest.approx(0.804)  # from the word's onset, by the clock, the change included
    assert corrected.accepts == Keys(keys=(_key(given),))
    assert corrected.seconds is None
    (cross,) = set(corrected.marks) - set(screens[-2].marks)
    assert (cross.text, cross.colour) == ("X", RED)


def test_words_and_their_labels_share_a_colour_that_tells_targets_from_attributes(draw):
    colours = {}
    for given in blocks(draw(iat.task, **IAT))[3]:
        _, screens = played(iat.task, given, (0.5, _key(given)))
        marks = [mark for mark in screens[-1].marks if isinstance(mark, Text)]
        word = next(mark for mark in marks if mark.text == given.stimulus)
        label = next(mark for mark in marks if mark.text == given.category.title())
        assert word.colour == label.colour
        colours[given.corners.kind(given.category)] = word.colour
    assert len(set(colours.values())) == 2


def test_a_screen_says_which_key_is_right_to_simulated_people(sorting):
    task, given = sorting
    _, screens = played(task, given, (0.5, _key(given)))
    word = screens[-1]
    assert word.accepts.keys[word.measures.instructed] == _key(given)


def test_sorting_is_timed_and_a_word_begins_anew_after_a_break():
    for task in (iat.task, sc_iat.task):
        assert (task.timed, task.on_resume) == (True, "restart")


# ---------------------------------------------------------------- one target


def test_four_blocks_two_mappings(draw):
    for order in ORDERS:
        found = blocks(draw(sc_iat.task, target="women", order=order))
        assert [len(block) for block in found.values()] == [24, 72, 24, 72]
        assert [block[0].part for block in found.values()] == ["practice", "test", "practice", "test"]
        first = order == "compatible"
        assert [block[0].compatible for block in found.values()] == [first, first, not first, not first]
        assert [block[0].mapping for block in found.values()] == (list("AABB") if first else list("BBAA"))


@pytest.mark.parametrize("positive", SIDES)
def test_the_target_moves_and_the_attributes_stay(draw, positive):
    for given in draw(sc_iat.task, target="women", positive_side=positive):
        with_target = corner(given, "left") if "women" in corner(given, "left") else corner(given, "right")
        assert with_target == {"women", "pleasant" if given.compatible else "unpleasant"}
        assert "pleasant" in corner(given, positive)
        assert given.corners.side("women") == (positive if given.compatible else _other(positive))


def _other(side):
    return "left" if side == "right" else "right"


def test_neither_key_is_right_much_more_often(draw):
    for block in blocks(draw(sc_iat.task, target="women")).values():
        for start in range(0, len(block), 24):
            counted = Counter(given.category for given in block[start : start + 24])
            same = "pleasant" if block[0].compatible else "unpleasant"
            assert counted["women"] == counted[same] == 7
            assert counted.total() == 24
        assert all(one.stimulus != other.stimulus for one, other in pairwise(block))


def test_no_key_in_time_is_no_latency_and_a_reminder(draw):
    given = draw(sc_iat.task, target="women")[5]
    outcome, screens = played(sc_iat.task, given, None)
    assert (outcome.first_rt, outcome.correct, outcome.corrected_rt) == (None, None, None)
    assert [screen.name for screen in screens] == ["gap", "word", "slow"]
    assert screens[1].seconds == 1.5
    assert screens[2].accepts is None


def test_too_few_words_are_told(draw):
    with pytest.raises(ValueError, match=r"want 2 words or more"):
        draw(sc_iat.task, target="women", test=1)


def test_simulated_people_are_mostly_right_and_in_time(draw):
    person = Theory(Random("sorter"))
    right = 0
    for given in draw(sc_iat.task, target="women")[1:24]:
        word = played(sc_iat.task, given, (0.5, _key(given)))[1][-1]
        response = person.respond(word)
        right += response.answer == _key(given)
        assert response.rt < 3
    assert 17 <= right <= 23


def test_neither_the_kind_that_begins_nor_the_categories_can_be_foreseen(draw):
    drawn = [blocks(draw(iat.task, str(seed), **IAT))[4] for seed in range(12)]
    assert {block[0].corners.kind(block[0].category) for block in drawn} == {"target", "attribute"}
    for kind in ("target", "attribute"):
        orders = [[g.category for g in block if g.corners.kind(g.category) == kind] for block in drawn]
        assert all(order != sorted(order) and order != sorted(order, reverse=True) for order in orders)
