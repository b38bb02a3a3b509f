"""What a session sees of the others: boards, names that no log holds, waiting, pausing, and what is told when."""

from random import Random

import pytest
from attrs import evolve, frozen

from runner import sessions
from runner.company import Alone, Said, called, examples, filled, lines_of, named, told
from runner.engine import run
from runner.log import Log
from runner.plans import SessionPlan, Trial
from runner.records import ScreenReplied, SessionPaused
from runner.respondents import Scripted, Uniform
from runner.screens import (
    ALIAS,
    Badge,
    Board,
    Choice,
    Continue,
    Heard,
    Likert,
    Option,
    Others,
    Screen,
    Slider,
    Text,
    Words,
    name_of,
)
from runner.stages.drawing.layout import INTERFACE_KEYS
from runner.stages.hearing import Hearing
from runner.stages.virtual import Virtual
from runner.tasks import Task
from stimuli.kinds import doc

PAIR = (Option(value="a", text="March"), Option(value="b", text="Write"))
WORDS = {**INTERFACE_KEYS, "support": ""}


@frozen(kw_only=True)
class Given:
    number: int = doc("from 1")


@frozen(kw_only=True)
class Outcome:
    answer: str | None = doc("what was picked")
    met: int = doc("how many were heard")


def perform(given, past):
    reply = yield Screen(
        name="pick",
        marks=(Board(point="choices", heading="Others", tells=True),),
        accepts=Choice(options=PAIR),
        decline=True,
    )
    met = yield Screen(name="wait", accepts=Others(point=f"after-{given.number}", says="done", name="Iris"), seconds=60)
    return Outcome(answer=reply.answer, met=len(met.heard))


TASK = Task(name="meet", params=Given, given=Given, outcome=Outcome, trials=lambda *_: (), perform=perform)
PLAN = SessionPlan(
    study="meeting",
    participant="P1",
    language="en",
    seed="meeting/main/0",
    slot=0,
    assigned={},
    trials=tuple(Trial(id=f"meet-{n}", phase="meet", task="meet", given=Given(number=n)) for n in (1, 2)),
    interface=WORDS,
)


class Party(Alone):
    """Two others who have said what they will say; everything that is told is kept in its order."""

    def __init__(self, said=(), pauses=0):
        super().__init__()
        self.said, self.told, self.closed, self.pauses = list(said), [], [], pauses

    def say(self, point, says, *, key, name="", once=lambda: None):
        super().say(point, says, key=key, name=name)
        once()
        self.told.append((point, says, key))

    def heard(self, point):
        return tuple(said for said in self.said if said.point == point)

    @property
    def paused(self):
        self.pauses -= 1
        return self.pauses >= 0

    def close(self, how):
        self.closed.append(how)


def held(company, answers=None, log=None):
    stage = Virtual(Scripted({"pick": "a"} | (answers or {}), Uniform(Random("x"))))
    stage.company = company
    log = log if log is not None else Log()
    return run(PLAN, {"meet": TASK}, stage, log, company=company), log.records


def test_an_answer_is_told_once_it_is_kept_and_a_wait_is_told_before_it_waits():
    company = Party([Said(point="after-1", seat=2, says="done")])
    kept = []

    class Watched(Log):
        def settle(self, patience=None):
            kept.append(len(self.records))
            return True

    ending, records = held(company, log=Watched())
    assert ending.how == "completed"
    assert company.told == [
        ("choices", "March", "meet-1/0"),
        ("after-1", "done", "meet-1/1"),
        ("choices", "March", "meet-2/0"),
        ("after-2", "done", "meet-2/1"),
    ]
    replies = [r for r in records if isinstance(r, ScreenReplied)]
    assert records.index(replies[0]) < kept[1]  # told after `once`, and that after its record
    assert [(h.seat, h.says) for h in replies[1].heard] == [(2, "done")] and replies[3].heard == ()


def test_what_was_declined_is_told_to_nobody():
    company = Party()
    held(company, {"pick": "!declined"})
    assert [point for point, _, _ in company.told] == ["after-1", "after-2"]


def test_a_log_that_remembers_tells_the_same_again_under_the_same_keys():
    first = Party()
    _, records = held(first)
    again = Party()
    ending, _ = held(again, log=Log(records))
    assert ending.how == "completed" and again.told == first.told


def test_wherever_a_session_was_cut_it_tells_the_same_under_the_same_keys():
    full = Party(pauses=1)
    _, records = held(full)
    for cut in range(len(records) + 1):
        first, again = Party(pauses=1), Party()
        held(first)
        assert held(again, log=Log(records[:cut]))[0].how == "completed"
        assert again.told == full.told == first.told, cut


def test_who_stops_is_not_waited_for():
    company = Party()
    ending, _ = held(company, {"pick": "!stopped", "stop": "leave"})
    assert ending.how == "left" and company.closed == ["left"]


def test_who_may_not_take_part_is_not_waited_for_from_then_on():
    class Watched(Party):
        def say(self, point, says, **more):
            super().say(point, says, **more)
            waited.append((point, tuple(self.closed)))

    waited, stage = [], Virtual(Scripted({"pick": "!declined"}, Uniform(Random("x"))))
    first, second = PLAN.trials
    plan = evolve(PLAN, trials=(first, evolve(second, phase="thanks", reaches="everyone")))
    task = evolve(TASK, leaves=lambda outcome: "screened_out")
    run(plan, {"meet": task}, stage, Log(), company=Watched())
    assert waited == [("after-1", ()), ("after-2", ("left",))]


def test_a_pause_is_a_screen_that_is_no_screen_of_the_study_and_leaves_no_trace_in_its_history():
    plain, _ = held(Party())[1], None
    ending, records = held(Party(pauses=2))
    assert ending.how == "completed"
    pauses = [r for r in records if isinstance(r, SessionPaused)]
    assert len(pauses) == 2 and pauses[0].trial == "meet-1"
    assert [r.screen for r in records if isinstance(r, ScreenReplied)] == [
        r.screen for r in plain if isinstance(r, ScreenReplied)
    ]
    log = Log(records)
    assert held(Party(), log=log)[0].how == "completed" and not log.remembers  # it resumes as if there was no pause


def test_stopping_during_a_pause_stops_at_the_screen_that_would_have_come():
    answers = {"paused": "!stopped", "stop": "leave"}
    ending, records = held(Party(pauses=1), answers)
    assert ending.how == "left"
    first = next(r for r in records if isinstance(r, ScreenReplied))
    assert (first.screen, first.status, first.onset) == ("pick", "stopped", first.offset)
    log = Log(records)
    assert held(Party(), answers, log=log)[0].how == "left" and not log.remembers


@pytest.mark.parametrize(
    ("accepts", "answer", "says"),
    [
        (Choice(options=PAIR), "b", "Write"),
        (Choice(options=PAIR), "c", ""),
        (Slider(low=0, high=6, step=0.5, unit="€ {}", decimals=2), 2.5, "€ 2.50"),
        (Likert(anchors=("no", "yes")), 3, ""),
        (Words(), "my name is Ann", ""),
        (Continue(), None, ""),
    ],
)
def test_only_choices_and_numbers_are_ever_told(accepts, answer, says):
    assert told(Screen(name="x", accepts=accepts), answer) == says


def test_names_are_filled_in_where_they_are_drawn_and_nowhere_else():
    screen = Screen(name="x", marks=(Text(text=f"With {name_of(2)}"), Badge(text=name_of(3))), accepts=Continue())
    shown = named(screen, {2: "Iris"}, "Place {}")
    assert [mark.text for mark in shown.marks] == ["With Iris", "Place 3"]
    assert named(shown, {2: "Kai"}, "Place {}") is shown
    assert filled("{seat x} {seat 2", {2: "Iris"}, "") == "{seat x} {seat 2"


@pytest.mark.parametrize(("names", "own"), [({0: "Iris 2", 1: "Iris"}, "Iris 2"), ({}, "Iris")])
def test_ones_own_name_is_the_one_that_the_others_see_and_the_alias_until_it_is_told(names, own):
    screen = Screen(name="x", marks=(Text(text=f"{name_of(alias=ALIAS)} (you)"),), accepts=Continue())
    assert named(called(screen, "Iris"), names, "Place {}").marks[0].text == f"{own} (you)"


# ---------------------------------------------------------------- a board


def board(**more):
    return Screen(name="b", marks=(Board(point="choices", heading="h", rows=2, **more),), accepts=Continue())


def test_a_board_begins_with_what_there_is_room_for_and_keeps_when_each_line_came():
    company = Party(Said(point="choices", seat=2, says=str(n)) for n in range(5))
    hearing = Hearing(board(), company, "Place {}")
    assert hearing.first(9.0).lines == ("Place 2: 3", "Place 2: 4")
    hearing.begin(10.0)
    assert hearing.look(10.5) is None
    company.said.append(Said(point="elsewhere", seat=2, says="x"))
    assert hearing.look(10.6) is None
    company.said.append(Said(point="choices", seat=3, says="4"))  # the same words from another are news
    assert hearing.look(11.0).lines == ("Place 2: 4", "Place 3: 4")
    assert [(h.at, h.seat, h.says) for h in hearing.heard] == [(10.0, 2, "3"), (10.0, 2, "4"), (11.0, 3, "4")]


def test_what_arrives_out_of_its_order_or_is_taken_back_hides_nothing_else():
    company = Party(Said(point="choices", seat=2, says="march", key=f"{n}/0") for n in (1, 5))
    hearing = Hearing(board(), company, "")
    hearing.first(0.0)
    hearing.begin(0.0)
    company.said.insert(1, Said(point="choices", seat=3, says="write", key="1/0"))  # told before, there later
    assert [h.seat for h in hearing.look(1.0) and hearing.heard] == [2, 2, 3]
    del company.said[0]  # its participant took it back
    assert hearing.look(2.0) is None
    company.said.append(Said(point="choices", seat=4, says="march", key="1/0"))
    assert hearing.look(3.0) is not None and [h.seat for h in hearing.heard] == [2, 2, 3, 4]


@pytest.mark.parametrize("how", ["first", "look"])
def test_who_comes_while_it_is_looked_who_is_there_is_not_missed(how):
    class Coming(Party):
        def complete(self, point):
            self.said[:] = [Said(point=point, seat=2, says="done")]
            return True

    hearing = Hearing(Screen(name="w", accepts=Others(point="p")), Coming(), "")
    assert getattr(hearing, how)(1.0).everyone and [h.seat for h in hearing.heard] == [2]


def test_a_screen_that_is_no_choice_tells_nothing_though_it_has_a_board():
    def only(given, past):
        yield board(tells=True)
        return Outcome(answer=None, met=0)

    company, stage = Party(), Virtual(Uniform(Random("x")))
    task = Task(name="meet", params=Given, given=Given, outcome=Outcome, trials=lambda *_: (), perform=only)
    run(PLAN, {"meet": task}, stage, Log(), company=company)
    assert company.told == []


def test_who_takes_the_data_back_has_left():
    for how, withdrawn, told_ in (("completed", False, "done"), ("completed", True, "left"), ("left", False, "left")):
        task = evolve(
            TASK,
            perform=perform if how == "completed" else leaving,
            withdraws=lambda outcome, withdrawn=withdrawn: withdrawn,
            leaves=lambda outcome, how=how: "" if how == "completed" else "screened_out",
        )
        company = Party()
        stage = Virtual(Scripted({"pick": "a"}, Uniform(Random("x"))))
        sessions.perform(PLAN, {"meet": task}, stage, Log(), company=company)
        assert company.closed[-1] == told_


def leaving(given, past):
    yield Screen(name="x", seconds=1.0)
    return Outcome(answer=None, met=0)


def test_a_script_comes_when_it_is_due_and_is_marked_as_nobodys():
    screen = board(script=((0.0, "Kai", "early"), (2.0, "Ann", "late")))
    hearing = Hearing(screen, Alone(), "Place {}")
    assert hearing.first(4.0).lines == ()
    hearing.begin(5.0)
    assert hearing.look(5.0).lines == ("Kai: early",)
    assert hearing.look(6.9) is None
    assert hearing.look(7.0).lines == ("Kai: early", "Ann: late")
    assert {h.seat for h in hearing.heard} == {0}
    assert examples(screen, "Place {}") == ("Kai: early", "Ann: late")


def test_two_of_a_script_who_choose_the_same_keep_their_names():
    script = ((0.0, "Kai", "March"), (1.0, "Ann", "March"))
    heard = [Heard(at=1.0, point="choices", seat=0, says="March")] * 2
    assert lines_of(heard, board(script=script).marks[0], {}, "") == ("Kai: March", "Ann: March")
