"""A session's life on disk: begun, broken off, gone on with, withdrawn."""

import json
from random import Random

import pytest
from attrs import evolve

from runner import sessions
from runner.errors import HistoryError, MachineError
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.protocol import Protocol
from runner.records import SessionEnded, SessionResumed, TrialEnded
from runner.respondents import Scripted, Uniform
from runner.stages.virtual import Virtual

PROTOCOL = Protocol(
    study="toy",
    title={"en": "Toy"},
    minutes=1,
    languages=("en",),
    identity="coded",
    pack="",
    phases=(),
    text="study: toy",
)


def stage(seed="s"):
    return Virtual(Scripted({"agree": "yes"}, Uniform(Random(seed))))


def begin(path, plan, tasks):
    here = stage()
    started = sessions.head(PROTOCOL, plan, here, session="abc", store="real")
    log = FileLog.create(path, started)
    ending = sessions.perform(plan, tasks, here, log)
    log.close()
    return ending


def outcomes(path):
    return {r.trial: r.outcome for r in read(path) if isinstance(r, TrialEnded)}


def test_a_log_alone_is_enough_to_go_on_to_the_same_end(tmp_path, plan, tasks):
    path = tmp_path / "abc.jsonl"
    assert begin(path, plan, tasks).how == "completed"
    whole, lines = outcomes(path), path.read_bytes().splitlines(keepends=True)
    for cut in (1, 4, len(lines) // 2, len(lines) - 1):
        part = tmp_path / f"cut-{cut}.jsonl"
        part.write_bytes(b"".join(lines[:cut]) + b'{"n":')
        log, started = sessions.reopen(part)
        here = stage()
        sessions.note_resumed(log, here)
        sessions.perform(sessions.plan_from(started, tasks), tasks, here, log)
        log.close()
        assert outcomes(part) == whole
        records = read(part)
        assert [r.dropped_bytes for r in records if isinstance(r, SessionResumed)] == [5]
        assert isinstance(records[-1], SessionEnded)
        assert part.with_name(f"{part.name}.tail-0").read_bytes() == b'{"n":'


def test_a_session_that_is_over_is_not_continued(tmp_path, plan, tasks):
    begin(tmp_path / "abc.jsonl", plan, tasks)
    with pytest.raises(HistoryError, match="this session is over"):
        sessions.reopen(tmp_path / "abc.jsonl")
    with pytest.raises(HistoryError, match="this session is over"):  # and the first refusal let go of the file
        sessions.reopen(tmp_path / "abc.jsonl")


def test_a_log_whose_plan_todays_tasks_cannot_take_is_refused(plan, tasks):
    started = sessions.head(PROTOCOL, plan, stage(), session="abc", store="real")
    assert sessions.plan_from(started, tasks) == plan
    broken = evolve(started, plan={**started.plan, "trials": [{**started.plan["trials"][0], "given": {"other": 1}}]})
    with pytest.raises(HistoryError, match="can't take what this session was planned with"):
        sessions.plan_from(broken, tasks)
    changed = evolve(started, plan={**started.plan, "slot": 3})
    with pytest.raises(HistoryError, match="would plan it otherwise"):
        sessions.plan_from(changed, tasks)


def test_withdrawing_leaves_a_count_and_nothing_of_the_person(tmp_path, plan, tasks):
    folder = tmp_path / "toy" / "real"
    path = folder / "abc.jsonl"
    ledger = Ledger(tmp_path)
    ledger.claim("toy", "real", "", "abc", "P01", "lab-1")
    begin(path, plan, tasks)
    (folder / "abc.jsonl.tail-0").write_bytes(b"P01 torn")
    stone = sessions.withdraw(path, read(path)[0], ledger)
    assert [f.name for f in folder.iterdir()] == [stone.name]
    assert json.loads(stone.read_text()) == {
        "study": "toy",
        "store": "real",
        "protocol_sha256": "",
        "assigned": {"frame": "one"},
        "withdrawn": True,
    }
    assert [(c.state, c.participant) for c in ledger.claims("toy")] == [("returned", "")]
    ledger.close()


def test_an_existing_log_is_never_overwritten(tmp_path, plan, tasks):
    begin(tmp_path / "abc.jsonl", plan, tasks)
    before = (tmp_path / "abc.jsonl").read_bytes()
    with pytest.raises(MachineError, match="exists already"):
        begin(tmp_path / "abc.jsonl", plan, tasks)
    assert (tmp_path / "abc.jsonl").read_bytes() == before
