"""Who is in the room, counting letters, a part in an event, and the study that has them."""

import re
from random import Random

import pytest

from experiments import donation, end_display, extra_effort, find, payment, roster, sign_up
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.planning import plan_session
from runner.screens import Keys, Reply
from stimuli.kinds import Question, QuestionOption, Questions

DECLINED = "!declined"
WORK = {"text": "work", "rows": 6}
EXTRA = {"text": "extra", "rows": 12, "block": 5, "per_row": 0.1}
PART = {"text": "part", "list_text": "list"}


# ---------------------------------------------------------------- counting letters


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_a_rows_count_is_what_can_be_counted_and_a_key_for_it(seed):
    for _ in range(50):
        row = extra_effort.a_row(Random(seed), 28)
        assert len(row.letters) == 28
        assert row.letters.count(row.letter) == row.count
        assert str(row.count) in extra_effort.DIGITS
        assert not set(row.letters) & set("AEIOUY")


def test_work_for_a_bonus_is_all_rows_without_a_question(draw, act):
    (given,) = draw(extra_effort.task, **WORK)
    right = [str(row.count) for row in given.rows]
    outcome, screens = act(extra_effort.task, given, ("9", *right[1:]))
    assert [screen.name for screen in screens] == ["page-1", "page-2", *["effort-row"] * 6]
    assert (outcome.done, outcome.solved, outcome.ended, outcome.earned) == (6, 5, "all", 0.0)
    assert outcome.answers == (9, *(row.count for row in given.rows[1:]))
    assert outcome.seconds == 6.0
    assert all("0" not in screen.accepts.keys for screen in screens if isinstance(screen.accepts, Keys))


@pytest.mark.parametrize(
    ("answers", "done", "ended"),
    [
        ((DECLINED,), 0, None),
        (("enough",), 0, "before"),
        (("go", *"11111", "enough"), 5, "between"),
        (("go", *"11111", DECLINED), 5, None),
        (("go", *"111", "0"), 3, "within"),
        (("go", *"11111", "go", *"11111", "go", *"11"), 12, "all"),
    ],
)
def test_extra_rows_end_whenever_one_likes(draw, act, answers, done, ended):
    outcome, _ = act(extra_effort.task, draw(extra_effort.task, **EXTRA)[0], answers)
    assert (outcome.done, outcome.ended) == (done, ended)


def test_only_rows_counted_right_move_money(draw, act):
    (given,) = draw(extra_effort.task, **EXTRA)
    right = [str(row.count) for row in given.rows[:3]]
    outcome, screens = act(extra_effort.task, given, ("go", *right, "9", "0"))
    assert (outcome.done, outcome.solved, outcome.earned) == (4, 3, 0.3)
    assert outcome.seconds == 5.0  # the row that was left took time as well
    assert screens[3].measures.instructed == screens[3].accepts.keys.index(right[0])


def test_the_time_on_rows_is_from_onset_to_offset_and_leaves_out_the_questions(draw):
    performance = extra_effort.task.perform(draw(extra_effort.task, **EXTRA)[0], ())
    screen, clock = next(performance), 100.0
    with pytest.raises(StopIteration) as end:
        for answer in (None, None, "go", "1", "2", "0"):
            lasted = 2.5 if screen.name == "effort-row" else 7.0
            reply = Reply(onset=clock, offset=clock + lasted, status="answered", answer=answer, answered=clock + 1)
            clock += 50.0
            screen = performance.send(reply)
    assert end.value.value.seconds == 7.5


def test_rows_differ_between_people_and_phases(draw):
    rows = {draw(extra_effort.task, seed, **EXTRA)[0].rows for seed in "abc"}
    assert len(rows) == 3


# ---------------------------------------------------------------- a part in an event


@pytest.mark.parametrize(("part", "lead"), [("organise", 1), ("speak", 1), ("carry", -1), ("listen", -1)])
def test_whoever_takes_a_part_is_told_where_the_list_is(draw, act, words, part, lead):
    outcome, screens = act(sign_up.task, draw(sign_up.task, **PART)[0], (part, "yes"))
    assert outcome == sign_up.Outcome(part=part, selflead=lead, listed=True)
    assert [screen.name for screen in screens][-3:] == ["list-1", "list-2", "listed"]
    (option,) = [option for option in screens[2].accepts.options if option.value == part]
    assert option.codes == {"a_selflead": lead}
    assert "'list'" in words(screens)


@pytest.mark.parametrize(("answer", "part"), [("none", "none"), (DECLINED, None)])
def test_whoever_takes_none_is_not_led_to_the_list(draw, act, answer, part):
    outcome, screens = act(sign_up.task, draw(sign_up.task, **PART)[0], (answer,))
    assert outcome == sign_up.Outcome(part=part, selflead=None, listed=None)
    assert screens[-1].name == "part"


def test_nothing_about_a_person_can_be_typed(draw, act):
    _, screens = act(sign_up.task, draw(sign_up.task, **PART)[0], ("carry", DECLINED))
    assert {type(screen.accepts).__name__ for screen in screens} == {"Continue", "Choice"}


def test_parts_come_in_random_order_and_none_comes_last(draw, act):
    orders = set()
    for seed in "abcdefgh":
        (given,) = draw(sign_up.task, seed, **PART)
        values = [option.value for option in sign_up.part_screen(given).accepts.options]
        assert values[-1] == "none"
        orders.add(tuple(values))
    assert len(orders) > 3


# ---------------------------------------------------------------- who is in the room


@pytest.fixture
def room(draw, shelf):
    """room(audience) -> the Given of the task roster."""
    options = tuple(QuestionOption(value=value, text=value) for value in ("nobody", "ingroup", "mixed", "outgroup"))
    asked = {"room": Questions(questions=(Question(id="who", text="Who?", kind="choice", options=options),))}

    def given(audience):
        return draw(roster.task, shelf=shelf(asked=asked), audience=audience, text="t", question="room")[0]

    return given


@pytest.mark.parametrize("audience", ["nobody", "ingroup", "mixed"])
def test_who_sees_what_was_arranged_goes_on(room, act, audience):
    outcome, screens = act(roster.task, room(audience), (audience,))
    assert outcome == roster.Outcome(seen=audience, looked=1, as_arranged=True)
    assert [screen.name for screen in screens] == ["page-1", "page-2", "who-is-here"]


@pytest.mark.parametrize(("second", "as_arranged"), [("mixed", True), ("outgroup", False), (DECLINED, None)])
def test_who_sees_something_else_tells_and_looks_once_more(room, act, second, as_arranged):
    outcome, screens = act(roster.task, room("mixed"), ("ingroup", second))
    assert [screen.name for screen in screens][-2:] == ["roster-differs", "who-is-here-again"]
    assert (outcome.looked, outcome.as_arranged) == (2, as_arranged)


def test_who_would_rather_not_say_is_not_asked_again(room, act):
    assert act(roster.task, room("mixed"), (DECLINED,))[0] == roster.Outcome(seen=None, looked=1, as_arranged=None)


def test_an_audience_that_cannot_be_answered_is_refused(draw):
    with pytest.raises(ValueError, match=r"'audience' is 'mixed', which is no option of the question 'who'"):
        draw(roster.task, audience="mixed", text="t", question="who")


# ---------------------------------------------------------------- display and payment


@pytest.fixture
def acted(draw, act, happened):
    """acted(extra answers, part answers) -> past with bonus work, extra rows and a part."""

    def past(extra, part):
        done = []
        for task, params, answers in (
            (extra_effort.task, WORK, "1" * 6),
            (extra_effort.task, EXTRA, extra),
            (sign_up.task, PART, part),
        ):
            (given,) = draw(task, **params)
            done.append(happened(task, given, act(task, given, tuple(answers))[0]))
        return tuple(done)

    return past


def test_the_display_shows_extra_rows_and_part_but_not_the_work_for_the_bonus(draw, act, acted):
    past = acted(("go", *"111", "0"), ("speak", DECLINED))
    _, screens = act(end_display.task, draw(end_display.task)[0], ("show",), past)
    assert [mark.text for mark in screens[-1].marks[1:]] == ["[effort_shown_as]: 3", "[part_shown_as]: [part_speak]"]


def test_what_was_left_out_is_not_displayed(draw, act, acted):
    _, screens = act(end_display.task, draw(end_display.task)[0], ("show",), acted((DECLINED,), (DECLINED,)))
    assert len(screens[-1].marks) == 1  # the alias


def test_the_display_asks_in_the_words_that_a_protocol_names(draw):
    assert draw(end_display.task)[0].ready == "[display_ready]"
    assert draw(end_display.task, question="display_ready_giving")[0].ready == "[display_ready_giving]"


@pytest.mark.parametrize(("gift", "paid"), [(2.5, 3.5), (None, 6.0)])
def test_extra_rows_are_passed_on_and_never_taken_off_the_bonus(draw, act, happened, words, gift, paid):
    (given,) = draw(extra_effort.task, **EXTRA)
    right = [str(row.count) for row in given.rows[:3]]
    past = (
        happened(extra_effort.task, given, act(extra_effort.task, given, ("go", *right, "0"))[0]),
        happened(donation.task, None, donation.Outcome(amount=gift)),
    )
    outcome, screens = act(payment.task, draw(payment.task)[0], (), past)
    assert outcome.paid == paid
    assert outcome.passed_on == pytest.approx((gift or 0) + 0.3)
    assert f"The House: EUR {(gift or 0) + 0.3:.2f}" in words(screens)


def test_work_for_the_bonus_passes_nothing_on(draw, act, happened, words):
    (given,) = draw(extra_effort.task, **WORK)
    past = (happened(extra_effort.task, given, act(extra_effort.task, given, tuple("123456"))[0]),)
    outcome, screens = act(payment.task, draw(payment.task)[0], (), past)
    assert (outcome.paid, outcome.passed_on) == (6.0, 0.0)
    assert "The House" not in words(screens)


# ---------------------------------------------------------------- the study


@pytest.fixture(scope="module")
def study(request):
    """The protocol, and plans of its cells by situation."""
    protocol = read_protocol(request.config.rootpath / "protocols" / "seen-giving.yaml")
    materials = library(protocol, "en")
    plans = {
        situation: plan_session(
            protocol, find, materials, participant="p1", slot=0, language="en", cell={"situation": situation}
        )
        for situation in protocol.factors["situation"].levels
    }
    return protocol, plans


def given_of(plan, phase):
    """The one Given of a phase."""
    (given,) = [trial.given for trial in plan.trials if trial.phase == phase]
    return given


def test_each_situation_is_its_setting_and_its_audience(study):
    _, plans = study
    for situation, plan in plans.items():
        setting, audience = situation.split("_")
        announced = given_of(plan, "announcement")
        assert (announced.setting, given_of(plan, "roster").audience) == (setting, audience)
        assert announced.correct == {"private": "nobody_here", "public": "people_here"}[setting]
        assert ("display" in {trial.phase for trial in plan.trials}) is (setting == "public")


def test_what_is_promised_of_each_act_is_its_situations_own(study):
    _, plans = study
    for situation, plan in plans.items():
        promised = {"private": "not shown to anyone here", "public": "shown with your alias to the people here"}
        mine = promised.pop(situation.split("_")[0])
        (other,) = promised.values()
        for phase in ("donation", "petition", "extra", "part"):
            told = " ".join(text for page in given_of(plan, phase).pages for text in page.body)
            assert mine in told
            assert other not in told


def test_nobody_is_there_in_private_only(study):
    protocol, _ = study
    assert {level for level in protocol.factors["situation"].levels if "nobody" in level} == {"private_nobody"}


def test_the_texts_name_the_numbers_that_the_protocol_has(study):
    _, plans = study
    for plan in plans.values():
        work, extra = given_of(plan, "work"), given_of(plan, "extra")
        assert f"{len(work.rows)} in all" in str(work.pages)
        assert f"{len(extra.rows)} rows at most" in str(extra.pages)
        assert re.search(rf" {extra.per_row:.2f} to ", str(extra.pages))
        assert given_of(plan, "donation").most == given_of(plan, "payment").bonus


def test_who_is_there_and_who_will_see_it_is_known_before_any_act(study):
    protocol, _ = study
    names = [phase.name for phase in protocol.phases]
    order = ["trait", "work", "roster", "announcement", "cause", "donation", "state-motives", "checks", "debrief"]
    assert sorted(order, key=names.index) == order
    assert names.index("announcement") < min(map(names.index, ("donation", "petition", "extra", "part")))
