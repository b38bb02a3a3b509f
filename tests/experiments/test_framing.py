"""Both variants of the framing."""

import pytest
from attrs import evolve

from experiments import framing, framing_generation

DECLINED = "!declined"
WORDS = {"privilege": "gain", "disadvantage": "lack", "neutral": "rain"}


@pytest.mark.parametrize("frame", WORDS)
def test_a_level_shows_its_own_rendering_and_nothing_of_the_others(draw, act, words, frame):
    for given in draw(framing.task, frame=frame):
        _, screens = act(framing.task, given, (4,))
        seen = words(screens)
        assert given.rendering in seen
        assert [level for level, word in WORDS.items() if word in seen] == [frame]


def test_all_levels_show_the_same_facts_in_the_same_order(draw):
    orders = {frame: [given.fact for given in draw(framing.task, "s", frame=frame)] for frame in WORDS}
    assert orders["privilege"] == orders["disadvantage"] == orders["neutral"]
    assert sorted(orders["neutral"]) == ["f0", "f1", "f2", "f3"]


def test_the_order_is_the_seeds(draw):
    orders = {tuple(g.fact for g in draw(framing.task, f"s{i}", frame="neutral")) for i in range(12)}
    assert len(orders) > 3


def test_fewer_facts_are_drawn_when_asked_for(draw):
    given = draw(framing.task, frame="privilege", facts=2)
    assert len({each.fact for each in given}) == 2


def test_a_fact_stands_alone_for_the_minimum_before_it_is_rated(draw, act):
    given = draw(framing.task, frame="privilege", minimum=2.5)[0]
    outcome, (alone, rated) = act(framing.task, given, (6,))
    assert (alone.seconds, alone.accepts.after) == (None, 2.5)
    assert alone.marks == rated.marks[1:]  # what is asked comes with the points
    assert (outcome.rating, given.words) == (6, 2)


def test_a_rating_can_be_skipped(draw, act):
    assert act(framing.task, draw(framing.task, frame="privilege")[0], (DECLINED,))[0].rating is None


def test_too_many_facts_are_refused(draw):
    with pytest.raises(ValueError, match=r"5 facts are asked for, and pack 'toy' has 4"):
        draw(framing.task, frame="privilege", facts=5)


def test_a_fact_without_the_rendering_is_refused(draw, shelf):
    facts = tuple(evolve(fact, neutral="") for fact in shelf().pack().facts)
    with pytest.raises(ValueError, match=r"fact 'f\d' has no neutral rendering"):
        draw(framing.task, shelf=shelf(facts=facts), frame="neutral")


def test_examples_are_asked_for_one_by_one(draw, act):
    given = draw(framing_generation.task, frame="neutral", text="t", boxes=3)
    assert [(g.box, g.boxes, len(g.pages)) for g in given] == [(1, 3, 2), (2, 3, 0), (3, 3, 0)]
    _, screens = act(framing_generation.task, given[0], ("an example",))
    assert [screen.name for screen in screens] == ["page-1", "page-2", "example-1"]
    assert screens[-1].marks[0].text == "Last of t"


def test_examples_and_their_length_are_kept(draw, act):
    given = draw(framing_generation.task, frame="neutral", text="t", least=40)[1]
    outcome, (screen,) = act(framing_generation.task, given, ("twelve chars",))
    assert (outcome.text, outcome.characters) == ("twelve chars", 12)
    assert screen.accepts.least == 40


def test_a_skipped_example_has_no_length(draw, act):
    outcome, _ = act(framing_generation.task, draw(framing_generation.task, frame="neutral", text="t")[1], (DECLINED,))
    assert (outcome.text, outcome.characters) == (None, 0)
