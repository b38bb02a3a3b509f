"""A session cut at every byte of its log goes on, and ends as if it had never been cut."""

from itertools import pairwise
from random import Random

import pytest
from attrs import evolve

from runner.errors import HistoryError
from runner.log import FileLog, Log, parse, read
from runner.records import SessionResumed, SessionStarted
from runner.screens import Continue, Screen
from runner.stages.virtual import Virtual


def whole_session(study, folder, stops_at, trials=3):
    path = folder / "a.jsonl"
    log = study.begin(path, trials, durable=False)
    study.perform(log, Virtual(study.Steady(stops_at=stops_at)))
    log.close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def completed(study, tmp_path_factory):
    """The log of a session that was completed."""
    return whole_session(study, tmp_path_factory.mktemp("completed"), "never", trials=2)


@pytest.fixture(scope="module", params=["never", "2/1", "slider"])
def session(request, study, tmp_path_factory):
    """Where its participant stops, and the log of a session: never, in the middle of a timed trial, of another."""
    return request.param, whole_session(study, tmp_path_factory.mktemp("whole"), request.param)


def ends_of_lines(content):
    return [0] + [i + 1 for i, byte in enumerate(content) if byte == ord("\n")]


def went_on(study, stage, records):
    """A log in memory that begins with `records`, taken up and performed to its end."""
    resumed = SessionResumed(versions={}, stage={}, dropped_bytes=0, at="2026-01-01T00:00:00+00:00")
    log = Log([*records, resumed])
    study.perform(log, stage)
    return log.records


def test_the_session_that_is_cut_holds_everything_that_a_session_can(study, session):
    stops_at, content = session
    records = parse(content)
    kinds = {record.kind for record in records}
    reason = {"never": [], "2/1": ["stopped"], "slider": ["distressed"]}[stops_at]
    assert [record.reason for record in records if record.kind == "session_left"] == reason
    assert kinds >= {"session_started", "trial_started", "screen_replied", "trial_ended", "session_ended"}
    assert {record.on_resume for record in records if record.kind == "trial_started"} == {"continue", "restart"}


def test_after_each_record_the_session_goes_on_to_the_same_end(study, session):
    stops_at, content = session
    records = parse(content)
    for whole in range(1, len(records)):
        ended = went_on(study, Virtual(study.Steady(stops_at=stops_at)), records[:whole])
        assert study.table(ended) == study.table(records), f"cut after record {whole}"


def test_after_two_cuts_anywhere_it_still_does(study, session):
    stops_at, content = session
    records, random = parse(content), Random("two cuts")
    for _ in range(150):
        first = records[: random.randrange(1, len(records))]
        again = went_on(study, Virtual(study.Steady(stops_at=stops_at)), first)
        second = again[: random.randrange(len(first) + 1, len(again))]
        ended = went_on(study, Virtual(study.Steady(stops_at=stops_at)), second)
        assert study.table(ended) == study.table(records), (len(first), len(second))


def test_every_byte_reopens_at_the_record_before_it(completed, memory_folder):
    """The file itself, cut at each byte, is taken up with exactly the records that were whole."""
    content, path = completed, memory_folder / "a.jsonl"
    ends, records = ends_of_lines(content), parse(content)
    whole = 0
    for cut in range(len(content)):
        while whole + 1 < len(ends) and ends[whole + 1] <= cut:
            whole += 1
        path.write_bytes(content[:cut])
        if whole == 0:
            with pytest.raises(HistoryError, match="before its head was complete"):
                FileLog.reopen(path)
            continue
        log = FileLog.reopen(path)
        assert (log.records, log.dropped_bytes) == (records[:whole], cut - ends[whole]), cut
        log.abandon()
        assert path.read_bytes() == content[: ends[whole]], cut
        for tail in memory_folder.glob("*.tail-*"):
            assert tail.read_bytes() == content[ends[whole] : cut], cut
            tail.unlink()


def test_cut_files_go_on_to_the_same_end(study, session, memory_folder):
    """As a station does it, with files, at a cut within each record and at some breaks of the resumed session."""
    stops_at, content = session
    random, records = Random("cut files"), parse(content)
    path, ends = memory_folder / "a.jsonl", ends_of_lines(content)
    for begin, end in pairwise(ends[1:]):
        path.write_bytes(content[: random.randrange(begin, end)])
        for _ in range(random.randrange(3)):
            stage = Virtual(study.Steady(stops_at=stops_at))
            log = study.take_up(path, stage)
            study.perform(log, stage)
            log.close()
            cut = path.read_bytes()
            path.write_bytes(cut[: random.randrange(len(content[:begin]), len(cut))])
        stage = Virtual(study.Steady(stops_at=stops_at))
        log = study.take_up(path, stage)
        study.perform(log, stage)
        log.close()
        assert study.table(read(path)) == study.table(records)


def test_a_session_is_never_asked_what_it_has_answered(study, session):
    """Going on shows no screen twice but those of a trial that starts again, and leaves none out."""
    stops_at, content = session
    records = parse(content)

    class Listening(Virtual):
        def present(self, screen):
            shown.append(screen.name)
            return super().present(screen)

    for whole in range(1, len(records)):
        shown = []
        ended = went_on(study, Listening(study.Steady(stops_at=stops_at)), records[:whole])
        live = [r.screen for r in ended[whole:] if r.kind == "screen_replied"]
        assert shown == live
        counted = [r for r in study.table(records) if r[0] == "reply"]
        before = [r for r in study.table([*records[:whole], ended[whole]]) if r[0] == "reply"]
        assert len(before) + len(live) == len(counted)


def test_a_half_done_trial_goes_on_where_it_was_or_starts_again_as_its_task_says(study, completed):
    records = parse(completed)
    half_done = 0
    for whole in range(1, len(records)):
        before = records[:whole]
        begun = max((i for i, r in enumerate(before) if r.kind == "trial_started"), default=None)
        if begun is None or any(r.kind == "trial_ended" for r in before[begun:]):
            continue
        shown = sum(r.kind == "screen_replied" for r in before[begun:])
        ended = went_on(study, Virtual(study.Steady()), before)
        first = next((r for r in ended[whole:] if r.kind == "screen_replied"), None)
        if before[begun].on_resume == "restart":
            assert (first.trial, first.index) == (before[begun].trial, 0)
            half_done += 1
        elif shown < sum(r.kind == "screen_replied" and r.trial == before[begun].trial for r in records):
            assert (first.trial, first.index) == (before[begun].trial, shown)
            half_done += 1
    assert half_done > 15


def test_another_plan_than_began_it_is_refused(study, completed):
    head = parse(completed)[0]
    assert isinstance(head, SessionStarted)
    with pytest.raises(HistoryError, match="otherwise than it began; continue it with the version that began it"):
        study.perform(Log([evolve(head, plan={**head.plan, "slot": 2})]))


def test_a_program_that_shows_another_screen_is_refused_by_name(study, completed, monkeypatch):
    def other(given, past):
        yield Screen(name="agree", accepts=Continue())

    monkeypatch.setattr(study, "TASKS", {**study.TASKS, "agree": evolve(study.TASKS["agree"], perform=other)})
    known = r"the log holds trial 'agree\.1', screen 1 'information' \[\w{8}\], today's code would show .* 'agree'"
    with pytest.raises(HistoryError, match=known):
        study.perform(Log(parse(completed)[:-1]))
