"""The announcement of the setting, and the display that it announces."""

import pytest
from attrs import evolve

from experiments import data_decision, donation, end_display, paired_choice, petition, setting
from runner.screens import ALIAS, Aliases, Choice, Reply

DECLINED = "!declined"
PRIVATE = {"setting": "private", "text": "private text", "question": "who", "correct": "no"}
PUBLIC = {"setting": "public", "text": "public text", "question": "who", "correct": "yes"}


def test_in_private_no_alias_is_asked_for(draw, act):
    outcome, screens = act(setting.task, draw(setting.task, **PRIVATE)[0], ("no",))
    assert [screen.name for screen in screens] == ["page-1", "page-2", "who-sees"]
    assert (outcome.alias, outcome.understood, outcome.attempts) == (None, True, 1)


def test_in_public_an_alias_is_picked_from_a_list_and_never_typed(draw, act):
    (given,) = draw(setting.task, **PUBLIC, aliases=4)
    value, text = given.aliases.options[2].value, given.aliases.options[2].text
    outcome, screens = act(setting.task, given, (value, "yes"))
    assert outcome.alias == text
    assert len(screens[2].accepts.options) == 4
    assert all(type(screen.accepts).__name__ in ("Continue", "Aliases", "Choice") for screen in screens)


def test_of_the_alias_that_was_picked_the_outcome_tells_no_more_than_that_there_is_one(draw):
    (given,) = draw(setting.task, **PUBLIC)
    performance, answers = setting.task.perform(given, ()), {Aliases: ALIAS, Choice: "yes"}  # as a session tells them
    screen = next(performance)
    with pytest.raises(StopIteration) as end:
        while True:
            answer = answers.get(type(screen.accepts))
            screen = performance.send(Reply(onset=0.0, offset=1.0, status="answered", answer=answer))
    assert end.value.value.alias == ALIAS


def test_the_aliases_offered_are_the_seeds(draw):
    offered = {tuple(o.value for o in draw(setting.task, f"s{i}", **PUBLIC)[0].aliases.options) for i in range(8)}
    assert len(offered) > 4


def test_no_alias_is_needed(draw, act):
    outcome, _ = act(setting.task, draw(setting.task, **PUBLIC)[0], (DECLINED, "yes"))
    assert (outcome.alias, outcome.understood) == (None, True)


@pytest.mark.parametrize(("second", "understood"), [("yes", True), ("no", False), (DECLINED, None)])
def test_a_wrong_answer_leads_back_to_the_announcement_once(draw, act, second, understood):
    outcome, screens = act(setting.task, draw(setting.task, **PUBLIC)[0], (DECLINED, "no", second))
    assert [s.name for s in screens[-3:]] == ["again-1", "again-2", "who-sees-again"]
    assert (outcome.attempts, outcome.understood) == (2, understood)


def test_who_leaves_the_question_out_is_not_told_that_it_did_not_fit(draw, act):
    outcome, screens = act(setting.task, draw(setting.task, **PRIVATE)[0], (DECLINED,))
    assert screens[-1].name == "who-sees"
    assert (outcome.who_sees, outcome.attempts, outcome.understood) == (None, 1, None)


def test_a_simulated_display_has_to_say_so():
    with pytest.raises(ValueError, match="needs a 'text' that says"):
        end_display.Params(simulated=True)


def test_each_setting_reads_its_own_announcement_only(draw, act, words):
    for mine, other, answers in ((PRIVATE, PUBLIC, ("no",)), (PUBLIC, PRIVATE, (DECLINED, "yes"))):
        seen = words(act(setting.task, draw(setting.task, **mine)[0], answers)[1])
        assert mine["text"] in seen
        assert other["text"] not in seen


def test_a_correct_answer_that_is_no_option_is_refused(draw):
    with pytest.raises(ValueError, match=r"'maybe', which is no option of the question 'who'"):
        draw(setting.task, **{**PUBLIC, "correct": "maybe"})


# ---------------------------------------------------------------- the display


@pytest.fixture
def session(draw, act, happened):
    """What happened before the display: alias, seven choices of which one was skipped, a signature, a gift."""
    past = []

    def take(task, given, *answers):
        past.append(happened(task, given, act(task, given, answers)[0]))

    announced = draw(setting.task, **PUBLIC)[0]
    take(setting.task, announced, announced.aliases.options[0].value, "yes")
    for number, given in enumerate(draw(paired_choice.task, design="toy")):
        take(paired_choice.task, given, *((DECLINED,) if number == 1 else ("first", "yes")))
    take(petition.task, draw(petition.task, text="t")[0], "yes")
    take(donation.task, draw(donation.task, text="t")[0], 2.5)
    return tuple(past)


def test_the_display_shows_alias_choices_signature_and_gift(draw, act, words, session):
    outcome, screens = act(end_display.task, draw(end_display.task)[0], ("show",), session)
    display = [screen for screen in screens if screen.name == "display"]
    assert outcome.shown
    assert all(session[0].outcome.alias in words([screen]) for screen in display)
    picked = [each.given.first.heading for each in session[1:8] if each.outcome.chosen and not each.given.repeated]
    shown = [mark.text for screen in display for mark in screen.marks if mark.text in picked]
    assert len(picked) == 5
    assert shown == picked
    assert "[display_signed]" in words(display)
    assert "[display_gave]: EUR 2.50 (The House)" in words(display)


def test_a_choice_is_displayed_by_the_lines_that_made_it_one(draw):
    given = draw(paired_choice.task, design="toy")[0]
    picked, other = given.first, evolve(given.first, lines=("another", *given.first.lines[1:]))
    _, lines = end_display.act_marks(picked, other)
    assert lines.text == picked.lines[0]
    assert len(end_display.act_marks(picked, evolve(picked, heading="else"))) == 1


def test_choices_are_displayed_a_few_at_a_time(draw, act, session):
    _, screens = act(end_display.task, draw(end_display.task, per_page=2, seconds=4.0)[0], ("show",), session)
    display = screens[1:]
    assert len(display) == 4  # 2 + 2 + 1 choices, then what was signed and given
    assert {screen.seconds for screen in display} == {4.0}


@pytest.mark.parametrize("answer", ["hide", DECLINED])
def test_nobody_is_displayed_against_their_will(draw, act, words, session, answer):
    outcome, screens = act(end_display.task, draw(end_display.task)[0], (answer,), session)
    assert not outcome.shown
    assert session[0].outcome.alias not in words(screens)
    assert screens[-1].name == "display-none"


def test_withdrawn_data_are_not_displayed(draw, act, happened, words, session):
    withdrawn = happened(data_decision.task, draw(data_decision.task)[0], data_decision.Outcome(decision="withdraw"))
    outcome, screens = act(end_display.task, draw(end_display.task)[0], (), (*session, withdrawn))
    assert not outcome.shown
    assert [screen.name for screen in screens] == ["display-none"]


def test_a_simulated_wall_is_headed_by_its_own_words(draw, act, words, session):
    outcome, screens = act(end_display.task, draw(end_display.task, text="wall", ask=False)[0], (), session)
    assert outcome.shown
    assert all("wall" in words([screen]) for screen in screens)


def test_an_empty_session_still_displays_one_screen(draw, act, words):
    _, screens = act(end_display.task, draw(end_display.task, ask=False)[0])
    assert len(screens) == 1
    assert "[display_alias]" in words(screens)
