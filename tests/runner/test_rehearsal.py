"""Foreseeing finds every screen that a real performance shows."""

from random import Random

import pytest
from attrs import frozen

from runner.engine import run
from runner.log import Log
from runner.records import ScreenReplied
from runner.rehearsal import foresee, rehearse
from runner.respondents import Scripted, Uniform
from runner.screens import Choice, Continue, Keys, Option, Screen, Text
from runner.stages.virtual import Virtual
from runner.tasks import Task


@frozen
class Empty:
    pass


def task(perform):
    return Task(name="t", params=Empty, given=Empty, outcome=Empty, trials=lambda p, o: (), perform=perform)


def page(name):
    return Screen(name=name, accepts=Continue())


def test_both_branches_of_a_choice_are_seen():
    def perform(given, past):
        options = tuple(Option(value=v, text=v) for v in ("left", "right"))
        reply = yield Screen(name="which", accepts=Choice(options=options), decline=True)
        yield page(f"after {reply.answer}")
        return Empty()

    names = [s.name for s in foresee(task(perform), None)]
    assert names == ["which", "after left", "after right", "after None"]


def test_an_error_screen_that_only_one_key_brings_is_seen():
    def perform(given, past):
        reply = yield Screen(name="target", accepts=Keys(keys=("f", "j")), seconds=1)
        while reply.answer != "j":
            reply = yield Screen(name="cross", marks=(Text(text="X"),), accepts=Keys(keys=("f", "j")))
        return Empty()

    assert [s.name for s in foresee(task(perform), None)] == ["target", "cross"]


def test_everything_that_random_people_see_was_foreseen(plan, tasks):
    foreseen = {s.name for _, screens in rehearse(plan, tasks) for s in screens} | {"stop"}
    for seed in range(5):
        log = Log()
        run(plan, tasks, Virtual(Scripted({"agree": "yes"}, Uniform(Random(seed)))), log)
        assert {r.screen for r in log.records if isinstance(r, ScreenReplied)} <= foreseen


def test_a_task_that_never_ends_is_an_error_not_a_hang():
    def perform(given, past):
        while True:
            yield page("again")

    from runner.plans import SessionPlan, Trial

    endless = SessionPlan(
        study="t",
        participant="p",
        language="en",
        seed="s",
        slot=0,
        assigned={},
        trials=(Trial(id="a-01", phase="a", task="t", given=None),),
        interface={},
    )
    with pytest.raises(RuntimeError, match="without coming to an end"):
        rehearse(endless, {"t": task(perform)})
