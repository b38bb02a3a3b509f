"""Groups made in the session: the dots they are said to follow from, the badge, and what is told about them."""

import pytest
from attrs import evolve

from experiments import (
    allocation,
    dot_estimation,
    minimal_group,
    mobility,
    pages,
    profile_feedback,
    question,
    rest,
    scale,
    status_feedback,
    superordinate_prime,
)
from runner.screens import Badge, Bar, Shape
from stimuli.kinds import Page, Pages

DECLINED = "!declined"
TABLE = tuple(
    status_feedback.Score(part=part, own=own, other=other) for part, own, other in (("a", 70, 60), ("b", 61, 53))
)
TURNED = tuple(evolve(score, own=score.other, other=score.own) for score in TABLE)


@pytest.fixture
def told(draw, act, happened):
    """told("violet") -> a past in which that group was told."""

    def past(group="violet"):
        (given,) = draw(minimal_group.task, group=group, text="t")
        outcome, _ = act(minimal_group.task, given)
        return (happened(minimal_group.task, given, outcome),)

    return past


def badges(screen):
    return [(mark.text, mark.colour) for mark in screen.marks if isinstance(mark, Badge)]


# ---------------------------------------------------------------- dots


def test_each_cloud_has_as_many_dots_as_are_said_apart_and_clear_of_the_controls(draw, act):
    clouds = draw(dot_estimation.task, pictures=20)
    assert len({given.places for given in clouds}) == 20
    for given in clouds:
        assert 31 <= given.dots == len(given.places) <= 79
        assert all(abs(x) <= 0.62 and -0.24 <= y <= 0.38 for x, y in given.places)
        gaps = [(a - x) ** 2 + (b - y) ** 2 for i, (a, b) in enumerate(given.places) for x, y in given.places[:i]]
        assert min(gaps) >= 0.03**2
    outcome, (_, seen, asked) = act(dot_estimation.task, clouds[0], (42,))
    assert [mark.at for mark in seen.marks if isinstance(mark, Shape)] == list(clouds[0].places)
    assert (seen.seconds, seen.accepts, asked.accepts.high, outcome.estimate) == (1.0, None, 100, 42)


def test_dots_are_the_seeds_and_an_estimate_may_be_skipped(draw, act):
    assert draw(dot_estimation.task, "s") == draw(dot_estimation.task, "s") != draw(dot_estimation.task, "t")
    assert act(dot_estimation.task, draw(dot_estimation.task)[0], (DECLINED,))[0].estimate is None


def test_more_dots_than_can_be_marked_are_refused(draw):
    with pytest.raises(ValueError, match=r"must be 1 to 99, got 31 and 120"):
        draw(dot_estimation.task, most=120)


# ---------------------------------------------------------------- the group and its badge


@pytest.mark.parametrize(("group", "other"), [("teal", "violet"), ("violet", "teal")])
def test_the_group_is_the_one_that_was_drawn_whatever_was_estimated(draw, act, words, group, other):
    (given,) = draw(minimal_group.task, group=group, text="t")
    outcome, (waiting, *screens) = act(minimal_group.task, given)
    assert (outcome.told_group, given.own.key, given.other.key) == (group, group, other)
    assert badges(waiting) == []
    assert all(badges(screen) == [(f"[group_{group}]", group)] for screen in screens)
    assert [each.key for each in given.groups] == ["teal", "violet"]  # the order tells nothing


def test_a_group_that_is_neither_is_refused(draw):
    with pytest.raises(ValueError, match=r"'groups' must be two, 'red' one of them, got teal, violet"):
        draw(minimal_group.task, group="red", text="t")


@pytest.mark.parametrize(
    ("task", "params", "answers"),
    [
        (pages.task, {"text": "t", "badge": True}, ()),
        (scale.task, {"scales": ("motives",), "badge": True}, (4,)),
        (question.task, {"questions": "who", "badge": True}, ("yes",)),
        (profile_feedback.task, {"typical": "typical", "text": "t"}, ()),
        (superordinate_prime.task, {"prime": "dual", "text": "t"}, ("words",)),
        (mobility.task, {}, ("stay", 4)),
        (allocation.task, {}, ((50, 50),)),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_the_badge_stays_on_every_later_screen(task, params, answers, draw, act, told):
    _, screens = act(task, draw(task, **params)[0], answers, told("teal"))
    assert all(badges(screen) == [("[group_teal]", "teal")] for screen in screens)


@pytest.mark.parametrize(("task", "params"), [(pages.task, {"text": "t"}), (scale.task, {"scales": ("motives",)})])
def test_elsewhere_no_badge_is_worn(task, params, draw, act, told):
    _, screens = act(task, draw(task, **params)[0], () if task is pages.task else (4,), told())
    assert not any(badges(screen) for screen in screens)


# ---------------------------------------------------------------- rest, profile


def three_pages(key):
    return Pages(pages=tuple(Page(title=title, body=()) for title in ("before", "during", "after")))


def test_resting_sends_a_marker_at_its_beginning_and_one_at_its_end(draw, act, shelf, monkeypatch):
    materials = shelf()
    monkeypatch.setattr(type(materials), "pages", lambda self, key: three_pages(key))
    (given,) = draw(rest.task, shelf=materials, text="t", seconds=300.0)
    outcome, screens = act(rest.task, given)
    assert [(screen.code, screen.seconds) for screen in screens] == [(0, None), (1, 300.0), (2, None)]
    assert outcome.undisturbed


def test_a_text_without_three_pages_is_no_text_for_resting(draw):
    with pytest.raises(ValueError, match=r"must have 3 pages \(before, during, after\), but has 2"):
        draw(rest.task, text="t")


@pytest.mark.parametrize("level", ["typical", "atypical"])
def test_the_profile_told_is_the_one_that_was_drawn(level, draw, act, words):
    (given,) = draw(profile_feedback.task, typical=level, text=f"text of {level}")
    outcome, screens = act(profile_feedback.task, given)
    assert (given.told, outcome.pages_read) == (level, 2)
    assert f"'text of {level}'" in words(screens)


# ---------------------------------------------------------------- scores


def shown_bars(screen):
    return [(mark.label, mark.share, mark.note) for mark in screen.marks if isinstance(mark, Bar)]


@pytest.mark.parametrize("group", ["teal", "violet"])
@pytest.mark.parametrize(("table", "ahead", "result"), [(TABLE, "own", (66, 56)), (TURNED, "other", (56, 66))])
def test_the_scores_shown_are_the_tables(group, table, ahead, result, draw, act, told):
    (given,) = draw(status_feedback.task, scores=table, text="t")
    assert (given.own_points, given.other_points) == result
    outcome, screens = act(status_feedback.task, given, (ahead,), told(group))
    parts, over_all = screens[1], screens[2]
    own = ["teal", "violet"].index(group)
    assert [label for label, _, _ in shown_bars(over_all)] == [
        "[scores_yours]" if i == own else f"[group_{g}]" for i, g in enumerate(("teal", "violet"))
    ]
    assert [round(share * 100) for _, share, _ in shown_bars(over_all)] == list(result if own == 0 else result[::-1])
    expected = [
        points for score in table for points in ((score.own, score.other) if own == 0 else (score.other, score.own))
    ]
    assert [round(share * 100) for _, share, _ in shown_bars(parts)] == expected
    assert (outcome.recalled, outcome.attempts, outcome.right) == (ahead, 1, True)


def test_scores_do_not_depend_on_chance_or_on_what_was_done(draw, told):
    tables = {draw(status_feedback.task, f"s{i}", scores=TABLE, text="t")[0].scores for i in range(5)}
    assert tables == {TABLE}


def test_who_recalls_it_wrongly_sees_the_result_once_more(draw, act, told):
    (given,) = draw(status_feedback.task, scores=TURNED, text="t")
    outcome, screens = act(status_feedback.task, given, ("same", "own"), told())
    assert [screen.name for screen in screens].count("scores-result") == 2
    assert (outcome.recalled, outcome.attempts, outcome.right) == ("own", 2, False)


def test_scores_and_announcement_send_their_markers_once(draw, act, told):
    (given,) = draw(status_feedback.task, scores=TABLE, text="t", announcement="second round")
    _, screens = act(status_feedback.task, given, ("own",), told())
    assert [(screen.name, screen.code) for screen in screens if screen.code] == [
        ("scores-parts", 21),
        ("announcement-1", 22),
    ]
    assert screens[-1].name == "announcement-2"


def test_without_an_announcement_nothing_is_announced(draw, act, told):
    (given,) = draw(status_feedback.task, scores=TABLE, text="t")
    _, screens = act(status_feedback.task, given, ("own",), told())
    assert [screen.code for screen in screens if screen.code] == [21]


@pytest.mark.parametrize("scores", [(), (status_feedback.Score(part="a", own=101, other=5),)])
def test_a_table_that_is_none_is_refused(scores, draw):
    with pytest.raises(ValueError, match="must be a table of parts with points from 0 to 100"):
        draw(status_feedback.task, scores=scores, text="t")


def test_a_pilot_that_starts_in_the_middle_has_groups_without_a_name(draw, act):
    (given,) = draw(status_feedback.task, scores=TABLE, text="t")
    _, screens = act(status_feedback.task, given, ("own",))
    assert [label for label, _, _ in shown_bars(screens[2])] == ["[scores_yours]", "[group_unnamed_other]"]
    assert not any(badges(screen) for screen in screens)


# ---------------------------------------------------------------- writing, sharing, staying


def test_what_brings_groups_together_is_written_box_by_box(draw, act):
    given = draw(superordinate_prime.task, prime="politicised", text="t", boxes=3)
    assert [(each.box, each.prime, len(each.pages)) for each in given] == [
        (i, "politicised", 2 * (i == 1)) for i in (1, 2, 3)
    ]
    outcome, screens = act(superordinate_prime.task, given[1], ("level rules",))
    assert (outcome.text, outcome.characters, screens[0].marks[0].text) == ("level rules", 11, "Last of t")
    assert act(superordinate_prime.task, given[2], (DECLINED,))[0].characters == 0


def test_points_go_to_whom_they_were_given_whoever_stands_first(draw, act, told):
    given = draw(allocation.task, rounds=4)
    assert {each.order for each in given} == {("own", "other"), ("other", "own")}
    assert given[0].order != given[1].order == given[3].order
    for each in given:
        answer = (70, 30) if each.order[0] == "own" else (30, 70)
        outcome, (screen,) = act(allocation.task, each, (answer,), told("teal"))
        assert (outcome.to_own, outcome.to_other) == (70, 30)
        labels = ["[group_teal]" if side == "own" else "[group_violet]" for side in each.order]
        assert [option.text.split(",")[0] for option in screen.accepts.options] == labels
    assert act(allocation.task, given[0], (DECLINED,), told())[0].to_own is None


def test_a_wish_to_leave_is_kept_with_its_strength(draw, act):
    orders = {draw(mobility.task, f"s{i}")[0].order for i in range(20)}
    assert len(orders) > 2
    outcome, _ = act(mobility.task, draw(mobility.task)[0], ("change", 2))
    assert (outcome.wish, outcome.staying) == ("change", 2)
    assert act(mobility.task, draw(mobility.task)[0], (DECLINED, DECLINED))[0].wish is None
