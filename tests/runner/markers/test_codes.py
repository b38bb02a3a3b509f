"""Codes of phases: from the protocol into the plan, and from there to the first screen of each trial."""

import hashlib

import msgspec
import pytest
from attrs import evolve, frozen

from runner.declarations.protocols import read_protocol_text
from runner.engine import digest, run
from runner.log import Log
from runner.planning import plan_session
from runner.plans import SessionPlan, Trial
from runner.records import ScreenReplied
from runner.screens import Reply, Screen, Sent
from runner.stages.virtual import Virtual
from runner.tasks import Task

STUDY = """\
study: marked
title: {en: "Squares"}
minutes: 5
languages: [en]
identity: coded
pack: planets
phases:
  - phase: motives
    task: scale
    code: 31
    params: {scales: [motives-short]}
  - phase: again
    task: scale
    params: {scales: [motives-short]}
"""


@frozen(kw_only=True)
class Given:
    own: int  # the code that the task itself gives its first screen


@frozen(kw_only=True)
class Nothing:
    pass


def _perform(given, past):
    yield Screen(name="first", seconds=0.1, code=given.own)
    yield Screen(name="second", seconds=0.1)
    return Nothing()


TASKS = {"two": Task(name="two", params=Nothing, given=Given, outcome=Nothing, trials=lambda *_: (), perform=_perform)}


class Eyes(Virtual):
    """Notes what is shown and what was foreseen."""

    def __init__(self):
        super().__init__(None)
        self.shown, self.foreseen = [], []

    def present(self, screen):
        self.shown.append(screen)
        return super().present(screen)

    def prepare(self, screens):
        self.foreseen += screens


def plan(*trials: Trial) -> SessionPlan:
    return SessionPlan(
        study="marked", participant="P1", language="en", seed="s", slot=0, assigned={"b": "1", "a": "2"},
        trials=trials, interface={},
    )  # fmt: skip


def trial(number, own=0, **more):
    return Trial(id=f"t{number}", phase=f"p{number}", task="two", given=Given(own=own), **more)


def test_a_phases_code_stands_on_the_first_screen_of_its_trials_unless_the_task_has_its_own():
    eyes = Eyes()
    run(plan(trial(1, code=31), trial(2, own=21, code=32), trial(3)), TASKS, eyes, Log())
    assert [(screen.name, screen.code) for screen in eyes.shown] == [
        *(("first", 31), ("second", 0)),
        *(("first", 21), ("second", 0)),
        *(("first", 0), ("second", 0)),
    ]
    assert eyes.foreseen == eyes.shown  # so that what was got ready is what is shown


def test_the_protocol_gives_codes_to_phases():
    from experiments import find
    from runner.declarations.materials import library

    protocol = read_protocol_text(STUDY, "marked.yaml")
    assert protocol.markers == "if_there"
    planned = plan_session(protocol, find, library(protocol, "en"), participant="P1", slot=0, language="en")
    assert {(trial.phase, trial.code) for trial in planned.trials} == {("motives", 31), ("again", 0)}
    written = planned.plain()["trials"]
    assert {(trial["phase"], trial.get("code")) for trial in written} == {("motives", 31), ("again", None)}


def test_plans_without_codes_have_the_digest_that_they_had_before_there_were_any():
    planned = plan(trial(1))
    now = msgspec.json.encode(planned, order="deterministic")
    before = now.replace(b'"code":0,', b"")
    assert len(now) == len(before) + 9 and b'"assigned":{"a":"2","b":"1"}' in before
    assert planned.digest == hashlib.sha256(before).hexdigest()
    assert evolve(planned, trials=(trial(1, code=31),)).digest != planned.digest
    assert list(planned.plain()["assigned"]) == ["b", "a"]


def test_a_screen_with_a_marker_is_another_one():
    assert digest(Screen(name="s", seconds=1, code=1)) != digest(Screen(name="s", seconds=1))


@pytest.mark.parametrize("error", ["", "gone"])
def test_what_became_of_a_marker_is_logged_and_remembered(error):
    sent = (Sent(device="lsl", code=31, latency=None if error else 0.001, error=error),)

    class Sends(Eyes):
        def present(self, screen):
            reply = super().present(screen)
            return evolve(reply, sent=sent) if screen.code else reply

    log = Log()
    run(plan(trial(1, code=31)), TASKS, Sends(), log)
    first, second = [record for record in log.records if isinstance(record, ScreenReplied)]
    assert (first.sent, second.sent) == (sent, ())
    assert isinstance(first.reply(), Reply) and first.reply().sent == sent
