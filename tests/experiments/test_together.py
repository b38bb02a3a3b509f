"""What people of one group session see of each other, and when it is shown: as they were told."""

from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from experiments import _together, end_display, find, gathering, paired_choice, setting, simulated_feed
from runner.commands import common
from runner.company import Alone, Said, called, lines_of
from runner.engine import run
from runner.log import Log
from runner.planning import plan_session
from runner.records import ScreenReplied
from runner.respondents import Scripted, Uniform
from runner.screens import ALIAS, Board, Choice, Continue, Heard, Others, Reply, Screen, name_of
from runner.stages.hearing import Hearing
from runner.stages.virtual import Virtual
from stimuli.kinds import Question, QuestionOption, Questions

STUDY = Path(__file__).parents[2] / "protocols" / "modules" / "seen-together.yaml"
TIMES = "\N{MULTIPLICATION SIGN}"
PUBLIC = {"setting": "public", "text": "public text", "question": "who", "correct": "yes"}


def meets(task, given, past, answers=(), heard=(), status="answered"):
    """Outcome and screens of a task, whose wait ends so."""
    left, screens = list(answers), []
    performance = task.perform(given, past)
    screen = next(performance)
    try:
        while True:
            screens.append(screen)
            if isinstance(screen.accepts, Others):
                reply = Reply(onset=0.0, offset=1.0, status=status, heard=heard)
            else:
                answer = left.pop(0) if isinstance(screen.accepts, Choice) else None
                reply = Reply(onset=0.0, offset=1.0, status="answered", answer=answer)
            screen = performance.send(reply)
    except StopIteration as end:
        return end.value, screens


def said(seat, says, point="display"):
    return Heard(at=0.5, point=point, seat=seat, says=says)


@pytest.fixture
def past(draw, act, happened):
    """An alias, a gathering with two others, and two choices."""
    announced = draw(setting.task, **PUBLIC)[0]
    first = announced.aliases.options[0].value
    met = evolve(draw(gathering.task, point="company")[0], yourself="{} (you)")
    chosen = draw(paired_choice.task, design="toy")[:2]
    return (
        happened(setting.task, announced, act(setting.task, announced, (first, "yes"))[0]),
        happened(gathering.task, met, gathering.Outcome(others=(2, 3), everyone=True)),
        *(happened(paired_choice.task, g, act(paired_choice.task, g, ("first", "yes"))[0]) for g in chosen),
    )


def pages(screens):
    """Whose page, and what stands on it."""
    shown = [[mark.text for mark in screen.marks] for screen in screens if screen.name == "display"]
    return [(whose, lines) for whose, _, *lines in shown]


# ---------------------------------------------------------------- the display at the end


def test_each_sees_a_page_of_all_who_show_theirs_in_the_order_of_their_places(draw, past):
    heard = (said(3, f"act b\n2 {TIMES} act c"), said(2, ""), said(1, "act a"))
    outcome, screens = meets(end_display.task, draw(end_display.task)[0], past, ["show"], heard)
    mine = f"{name_of(alias=past[0].outcome.alias)} (you)"
    assert [whose for whose, _ in pages(screens)] == [mine, name_of(1), name_of(3)]
    assert pages(screens)[2][1] == ["act b", f"2 {TIMES} act c"]
    assert outcome.shown


def test_who_waited_in_vain_sees_nobodys_choices(draw, past):
    _, screens = meets(end_display.task, draw(end_display.task)[0], past, ["show"], (said(2, "act a"),), "elapsed")
    assert len(pages(screens)) == 1 and pages(screens)[0][0] != name_of(2)
    _, screens = meets(end_display.task, draw(end_display.task)[0], past, ["hide"], (said(2, "act a"),), "elapsed")
    assert screens[-1].name == "display-none"


def test_who_hides_the_choices_tells_nothing_of_them_and_still_waits(draw, past):
    _, screens = meets(end_display.task, draw(end_display.task)[0], past, ["hide"])
    wait = next(screen for screen in screens if isinstance(screen.accepts, Others))
    assert wait.accepts.says == ""


def test_a_moment_that_comes_again_is_another_one(draw, past, happened):
    given = draw(end_display.task)[0]
    before = (*past, happened(end_display.task, given, end_display.Outcome(shown=True)))
    points = []
    for so_far in (past, before):
        _, screens = meets(end_display.task, given, so_far, ["hide"])
        points += [screen.accepts.point for screen in screens if isinstance(screen.accepts, Others)]
    met = past[1].given
    for so_far in ((), past[:2], (*past[:2], past[1])):
        _, screens = meets(gathering.task, met, so_far)
        points.append(screens[0].accepts.point)
    assert points == ["display", "display 2", "company", "company 2", "company 3"]


# ---------------------------------------------------------------- the whole module


class Party(Alone):
    """Nobody who answers; everything that is told is kept, with how many choices had been made."""

    def __init__(self, log):
        super().__init__()
        self.log, self.told = log, []

    def say(self, point, says, *, key, name="", once=lambda: None):
        super().say(point, says, key=key, name=name)
        made = sum(isinstance(r, ScreenReplied) and r.screen == "pair" for r in self.log.records)
        self.told.append((point, says, made))

    def heard(self, point):
        return (Said(point=point, seat=2, says="march", key=f"{point}/0"),)


@pytest.mark.parametrize("display", ["end", "live"])
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("ready", ["show", "hide"])
def test_what_is_told_of_a_choice_is_told_when_the_announcement_says_and_only_if_it_may_be(display, language, ready):
    protocol = common.read(STUDY)
    materials = common.library(protocol, language)
    cell = {"display": display}
    plan = plan_session(protocol, find, materials, participant="P", slot=0, language=language, cell=cell)
    log = Log()
    company = Party(log)
    stage = Virtual(Scripted({"pair": "first", "display-ready": ready, "alias": "blue_lantern"}, Uniform(Random("x"))))
    stage.company = company
    run(plan, common.tasks(plan), stage, log, company=company)
    acts = [company.told[at] for at in range(len(company.told)) if company.told[at][1]]
    chosen = {trial.given.first.heading for trial in plan.trials if trial.task == "paired_choice"}
    if ready == "hide":
        assert acts == []
    elif display == "end":
        assert [(point, made) for point, _, made in acts] == [("display", 5)]  # after the last choice, all at once
        shown = {line.partition(f" {TIMES} ")[2] or line for line in acts[0][1].split("\n")}
        assert shown <= chosen
    else:
        assert [(point, made) for point, _, made in acts] == [("choices", n) for n in range(1, 6)]
        assert {says for _, says, _ in acts} <= chosen
    on_boards = [r for r in log.records if isinstance(r, ScreenReplied) and r.screen == "pair" and r.heard]
    assert len(on_boards) == (5 if display == "live" else 0)  # nor is anything of the others seen before


# ---------------------------------------------------------------- a script


def boards(given, past, happened, n):
    feed = happened(simulated_feed.task, given, simulated_feed.Outcome(simulated_audience=True))
    return [_together.board((*past, feed), number)[0] for number in range(1, n + 1)]


def lines(board, seconds):
    hearing = Hearing(Screen(name="b", marks=(board,), accepts=Continue()), Alone(), "")
    first = hearing.first(0.0).lines
    hearing.begin(0.0)
    hearing.look(seconds)
    return first, lines_of(hearing.heard, board, {}, "")


def test_a_script_goes_on_where_it_was_in_the_order_in_which_it_came(draw, happened):
    given = draw(simulated_feed.task, text="t", people=3, choices=4, rows=4)[0]
    said = [f"{entry.name}: {entry.text}" for entry in given.entries]
    assert given.entries == tuple(sorted(given.entries, key=lambda entry: (entry.choice, entry.after)))
    for number, board in enumerate(boards(given, (), happened, 4), 1):
        before, after = lines(board, 10.0)
        assert list(before) == said[: 3 * (number - 1)][-4:]  # there when the screen comes on
        assert list(after) == said[: 3 * number][-4:]


def test_nobody_in_a_script_is_called_what_the_person_is_called(draw, happened, past):
    given = draw(simulated_feed.task, text="t", people=3, choices=2)[0]
    names = {entry.name for entry in given.entries}
    assert given.spare not in names and len(names) == 3
    mine = evolve(past[0], outcome=evolve(past[0].outcome, alias=sorted(names)[0]))
    for board in boards(given, (mine,), happened, 2):
        assert {name for _, name, _ in board.script} == {*sorted(names)[1:], given.spare}


def test_that_is_so_in_a_session_whose_log_has_no_alias(draw, happened, past):
    given = draw(simulated_feed.task, text="t", people=3, choices=2)[0]
    names = sorted({entry.name for entry in given.entries})
    mine = evolve(past[0], outcome=evolve(past[0].outcome, alias=ALIAS))
    for board in boards(given, (mine,), happened, 2):
        screen = Screen(name="b", marks=(board,), accepts=Continue())
        (mark,) = called(screen, names[0]).marks
        assert {name for _, name, _ in mark.script} == {*names[1:], given.spare}
        (mark,) = called(screen, "somebody else").marks
        assert {name for _, name, _ in mark.script} == set(names)


def test_a_script_of_more_people_than_there_are_other_names_is_refused(draw, shelf):
    options = tuple(QuestionOption(value=f"v{n}", text=f"Alias {n}") for n in range(3))
    few = shelf(asked={"aliases": Questions(questions=(Question(id="a", text="?", kind="choice", options=options),))})
    assert (
        len({entry.name for entry in draw(simulated_feed.task, shelf=few, text="t", people=2, choices=1)[0].entries})
        == 2
    )
    with pytest.raises(ValueError, match="'people' is 3, but there are only 2 aliases for them; write fewer"):
        draw(simulated_feed.task, shelf=few, text="t", people=3, choices=1)


def test_who_looks_at_a_script_has_told_nobody(draw, happened):
    given = draw(simulated_feed.task, text="t", people=3, choices=2)[0]
    assert all(isinstance(board, Board) and not board.tells for board in boards(given, (), happened, 2))
