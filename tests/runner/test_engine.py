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


# ---------------------------------------------------------------- stopping once more, and what is owed all the same


@pytest.fixture
def closing(plan, tasks):
    """Ratings, two pages of a debrief, the decision on the data, a word, the payment, thanks."""
    from attrs import evolve

    decision = evolve(
        tasks["agree"],
        name="decision",
        leaves=lambda outcome: None,
        consents=False,
        settles=True,
        owed=True,
        withdraws=lambda outcome: outcome.agreed is False,
        undecided=tasks["agree"].outcome(agreed=None),
    )
    kinds = [("debrief", "page"), ("more", "page"), ("decision", "decision"), ("word", "page"), ("pay", "paid")]
    (consent,), (rating, *_), (page,), (thanks,) = (
        [t for t in plan.trials if t.phase == phase] for phase in ("consent", "ratings", "debrief", "thanks")
    )
    way = [evolve(page, id=f"{phase}-01", phase=phase, task=task) for phase, task in kinds]
    whole = evolve(plan, trials=(consent, rating, *way, thanks))
    return whole, {**tasks, "decision": decision, "paid": evolve(tasks["page"], name="paid", owed=True)}


class Stopping(Uniform):
    """Who stops, for good, at each of these phases, and answers the questions as said."""

    def __init__(self, at, decision="yes"):
        super().__init__(Random("x"))
        self.at, self.now, self.decision = at, "", decision

    def respond(self, screen):
        if screen.name == "stop":
            return Scripted({"stop": "leave"}, self).respond(screen)
        if self.now in self.at:
            return Scripted({screen.name: "!stopped"}, self).respond(screen)
        answer = self.decision if self.now == "decision" else "yes"
        return (
            Scripted({"agree": answer}, super()).respond(screen) if screen.name == "agree" else super().respond(screen)
        )


def stopping(closing, at, decision="yes", log=None):
    plan, tasks = closing
    somebody, log = Stopping(at, decision), log or Log()

    class Known(Virtual):
        def present(self, screen):
            opened = [r for r in log.records if isinstance(r, TrialStarted)]
            somebody.now = opened[-1].trial[:-3]
            return super().present(screen)

    ending = run(plan, tasks, Known(somebody), log)
    ended = {r.trial[:-3]: r.outcome for r in log.records if isinstance(r, TrialEnded)}
    left = [(r.trial[:-3], r.reason) for r in log.records if isinstance(r, SessionLeft)]
    return ending, ended, left


@pytest.mark.parametrize("decision", ["yes", "no"])
def test_who_stops_once_more_on_the_way_out_still_decides_and_is_paid(closing, decision):
    ending, ended, left = stopping(closing, {"ratings", "debrief"}, decision)
    assert list(ended) == ["consent", "decision", "pay"]  # nothing more is read, and nothing is lost
    assert ending == Ending("left", decision == "no")
    assert left == [("ratings", "stopped"), ("debrief", "stopped")]


@pytest.mark.parametrize("at", [{"ratings", "debrief", "decision"}, {"ratings", "decision"}, {"decision"}])
def test_who_goes_without_deciding_leaves_it_at_what_was_announced_and_that_is_logged(closing, at):
    ending, ended, left = stopping(closing, at)
    assert ended["decision"] == {"agreed": None} and "pay" in ended
    assert ending == Ending("left", False) and left[-1] == ("decision", "stopped")


def test_who_stops_everywhere_comes_to_an_end(closing):
    at = {"ratings", "debrief", "more", "decision", "word", "pay", "thanks"}
    ending, ended, left = stopping(closing, at)
    assert ending.how == "left" and list(ended) == ["consent", "decision"]
    assert left == [("ratings", "stopped"), ("debrief", "stopped"), ("decision", "stopped")]


def test_who_stops_after_having_decided_has_completed_and_is_paid(closing):
    ending, ended, left = stopping(closing, {"word"})
    assert ending == Ending("completed", False) and left == []
    assert list(ended)[-2:] == ["decision", "pay"]


def test_who_did_not_consent_is_asked_nothing_by_stopping_twice(closing):
    plan, tasks = closing
    somebody = Scripted({"agree": "no", "page": "!stopped", "stop": "leave"}, Uniform(Random("x")))
    log = Log()
    assert run(plan, tasks, Virtual(somebody), log).how == "left"
    assert phases(log) == ["consent", "thanks"]


@pytest.mark.parametrize("at", [{"ratings", "debrief"}, {"ratings", "debrief", "decision"}, {"word"}])
def test_cut_anywhere_stopping_twice_resumes_as_it_was(closing, at):
    whole = Log()
    ending, ended, left = stopping(closing, at, log=whole)
    for cut in range(1, len(whole.records) + 1):
        kept = [*whole.records[:cut], SessionResumed(versions={}, stage={}, dropped_bytes=0, at="")]
        again = stopping(closing, at, log=Log(kept))
        assert (again[0], list(again[1]), again[2]) == (ending, list(ended), left), cut
        assert again[1].get("decision") == ended.get("decision"), cut


# ---------------------------------------------------------------- when it is too much


def replies(log, screen):
    return [r for r in log.records if isinstance(r, ScreenReplied) and r.screen == screen]


def test_too_much_leads_to_support_and_then_to_what_everyone_who_stops_gets(plan, tasks):
    ending, log = perform(plan, tasks, {"item": "!stopped", "stop": "distress", "stop-support": "leave"})
    assert ending.how == "left"
    assert phases(log) == ["consent", "ratings", "debrief", "thanks"]
    assert [r.reason for r in log.records if isinstance(r, SessionLeft)] == ["distressed"]
    assert [(r.screen, r.answer, r.index) for r in log.records if isinstance(r, ScreenReplied)][1:4] == [
        ("item", None, 0),
        ("stop", "distress", 1),
        ("stop-support", "leave", 2),
    ]


class OnceTooMuch(Uniform):
    """For whom one screen is too much; after a pause they go on."""

    name, at, left = "once", "item", 1

    def respond(self, screen):
        if screen.name == self.at and self.left:
            self.left -= 1
            return Scripted({self.at: "!stopped"}, self).respond(screen)
        ways = {"stop": "distress", "stop-support": "stay", "agree": "yes"}
        return Scripted(ways, super()).respond(screen)


def once(at):
    respondent = OnceTooMuch(Random("x"))
    respondent.at = at
    return respondent


@pytest.mark.parametrize("at", ["page", "agree", "item", "target"])
def test_who_goes_on_after_a_pause_sees_the_same_screen_again_and_nothing_is_lost(plan, tasks, at):
    log = Log()
    assert run(plan, tasks, Virtual(once(at)), log) == Ending("completed", False)
    (stop,), (support,) = replies(log, "stop"), replies(log, "stop-support")
    asked = [r for r in replies(log, at) if r.trial == stop.trial]
    assert (asked[0].status, asked[1].status) == ("stopped", "answered")
    assert [asked[0].index, stop.index, support.index, asked[1].index] == list(range(asked[0].index, stop.index + 3))
    assert [r.trial for r in log.records if isinstance(r, TrialEnded)] == [t.id for t in plan.trials]
    assert not [r for r in log.records if isinstance(r, SessionLeft)]


@pytest.mark.parametrize("leaves", [True, False])
def test_cut_anywhere_a_session_with_distress_resumes_as_it_was(plan, tasks, leaves):
    def respondent():
        if leaves:
            answers = {"agree": "yes", "item": "!stopped", "stop": "distress", "stop-support": "leave"}
            return Scripted(answers, Uniform(Random("r")))
        return once("item")

    whole = Log()
    ending = run(plan, tasks, Virtual(respondent()), whole)
    for cut in range(1, len(whole.records) + 1):
        kept = [*whole.records[:cut], SessionResumed(versions={}, stage={}, dropped_bytes=0, at="")]
        log = Log(kept)
        assert run(plan, tasks, Virtual(respondent()), log) == ending, cut
        counted = [r for r in log.records if not isinstance(r, SessionResumed)]
        if counted != whole.records:  # a trial that restarts is there twice, and all else as it was
            assert [r for r in counted if isinstance(r, SessionLeft | TrialEnded)] == [
                r for r in whole.records if isinstance(r, SessionLeft | TrialEnded)
            ], cut


def test_the_page_says_whom_to_turn_to_where_the_protocol_does(plan):
    from runner.leaving import ways_out

    for screen in ways_out(plan.interface):
        assert "Talk to: a person" in [mark.text for mark in screen.marks]
    without = {key: text for key, text in plan.interface.items() if key != "support"}
    for screen in ways_out(without):
        assert not any("Talk to" in mark.text for mark in screen.marks)


# ---------------------------------------------------------------- phases for those who leave


def for_leavers(plan):
    """The plan with a page before the debrief for those only who go no further."""
    from attrs import evolve

    debrief = next(t for t in plan.trials if t.phase == "debrief")
    page = evolve(debrief, id="support-01", phase="support", reaches="leaving")
    at = plan.trials.index(debrief)
    return evolve(plan, trials=(*plan.trials[:at], page, *plan.trials[at:]))


def test_a_phase_for_those_who_leave_is_theirs_alone(plan, tasks):
    _, log = perform(for_leavers(plan), tasks)
    assert "support" not in phases(log)
    for how in ({"stop": "leave"}, {"stop": "distress", "stop-support": "leave"}):
        _, log = perform(for_leavers(plan), tasks, {"item": "!stopped", **how})
        assert phases(log) == ["consent", "ratings", "support", "debrief", "thanks"]


def test_who_never_consented_does_not_reach_it(plan, tasks):
    _, log = perform(for_leavers(plan), tasks, {"agree": "no"})
    assert phases(log) == ["consent", "thanks"]
