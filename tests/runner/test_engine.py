"""The engine on a virtual stage: order, stopping, leaving, remembering."""

from random import Random

import pytest

from runner.engine import Ending, run
from runner.errors import HistoryError
from runner.log import Log
from runner.records import ScreenReplied, SessionLeft, SessionResumed, TrialEnded, TrialStarted
from runner.respondents import Scripted, Uniform
from runner.stages.virtual import Virtual


def perform(plan, tasks, answers=None, log=None, seed="r"):
    log = log or Log()
    respondent = Scripted({"agree": "yes", **(answers or {})}, Uniform(Random(seed)))
    return run(plan, tasks, Virtual(respondent), log), log


def phases(log):
    return list(dict.fromkeys(r.trial[:-3] for r in log.records if isinstance(r, TrialStarted)))


def test_performs_every_trial_in_order_and_keeps_each_outcome(plan, tasks):
    ending, log = perform(plan, tasks)
    assert ending == Ending("completed", False)
    assert [r.trial for r in log.records if isinstance(r, TrialEnded)] == [t.id for t in plan.trials]
    item = next(r for r in log.records if isinstance(r, ScreenReplied) and r.screen == "item")
    outcome = next(r for r in log.records if isinstance(r, TrialEnded) and r.trial == item.trial).outcome
    assert outcome == {"rating": item.answer}


def test_a_timed_screen_ends_by_itself(plan, tasks):
    _, log = perform(plan, tasks)
    fixation = next(r for r in log.records if isinstance(r, ScreenReplied) and r.screen == "fixation")
    assert fixation.status == "elapsed"
    assert fixation.offset - fixation.onset == pytest.approx(0.5)


def test_stopping_leads_to_the_debrief_and_is_asked_twice(plan, tasks):
    ending, log = perform(plan, tasks, {"item": "!stopped", "stop": "leave"})
    assert ending.how == "left"
    assert phases(log) == ["consent", "ratings", "debrief", "thanks"]
    assert [r.reason for r in log.records if isinstance(r, SessionLeft)] == ["stopped"]


def test_staying_after_all_shows_the_same_screen_again(plan, tasks):
    class Once(Uniform):
        stops = 1

        def respond(self, screen):
            if screen.name == "item" and self.stops:
                self.stops = 0
                return Scripted({"item": "!stopped"}, self).respond(screen)
            return Scripted({"stop": "stay", "agree": "yes"}, super()).respond(screen)

    log = Log()
    assert run(plan, tasks, Virtual(Once(Random("x"))), log).how == "completed"
    shown = [r.screen for r in log.records if isinstance(r, ScreenReplied) and r.trial == "ratings-01"]
    assert shown == ["item", "stop", "item"]


def test_who_declines_consent_reaches_only_what_everyone_reaches(plan, tasks):
    ending, log = perform(plan, tasks, {"agree": "no"})
    assert ending.how == "left"
    assert phases(log) == ["consent", "thanks"]


def test_stopping_again_on_the_way_out_ends_the_session(plan, tasks):
    ending, log = perform(plan, tasks, {"item": "!stopped", "page": "!stopped", "stop": "leave"})
    assert ending.how == "left"
    assert phases(log) == ["consent", "ratings", "debrief"]


def test_a_declined_item_has_no_answer(plan, tasks):
    _, log = perform(plan, tasks, {"item": "!declined"})
    outcomes = [r.outcome for r in log.records if isinstance(r, TrialEnded) and r.trial.startswith("ratings")]
    assert outcomes == [{"rating": None}] * 3


def test_an_answer_that_the_screen_does_not_accept_is_a_fault_of_the_stage(plan, tasks):
    with pytest.raises(TypeError, match="doesn't accept"):
        perform(plan, tasks, {"item": 8})


def test_cut_anywhere_the_same_session_comes_of_it(plan, tasks):
    _, whole = perform(plan, tasks)
    for cut in range(len(whole.records) + 1):
        kept = [*whole.records[:cut], SessionResumed(versions={}, stage={}, dropped_bytes=0, at="")]
        _, again = perform(plan, tasks, log=Log(kept))
        counted = [r for r in again.records if not isinstance(r, SessionResumed)]
        ended = {r.trial: r for r in counted if isinstance(r, TrialEnded)}
        assert ended == {r.trial: r for r in whole.records if isinstance(r, TrialEnded)}, cut


def test_another_screen_than_the_log_holds_is_refused_and_named(plan, tasks):
    _, whole = perform(plan, tasks)
    from attrs import evolve

    trials = tuple(evolve(t, given=evolve(t.given, text="changed")) if t.id == "ratings-02" else t for t in plan.trials)
    with pytest.raises(HistoryError, match=r"trial 'ratings-02', screen 1 'item'"):
        perform(evolve(plan, trials=trials), tasks, log=Log(whole.records))


def test_who_stops_after_everything_is_decided_has_completed(plan, tasks):
    from attrs import evolve

    trials = tuple(evolve(t, task="decide") if t.phase == "debrief" else t for t in plan.trials)

    class LastPage(Uniform):
        def respond(self, screen):
            if screen.name == "page" and screen.marks[0].text.startswith("thanks"):
                return Scripted({"page": "!stopped"}, self).respond(screen)
            return Scripted({"agree": "yes", "stop": "leave"}, super()).respond(screen)

    log = Log()
    assert run(evolve(plan, trials=trials), tasks, Virtual(LastPage(Random("x"))), log) == Ending("completed", False)
    assert not [r for r in log.records if isinstance(r, SessionLeft)]
