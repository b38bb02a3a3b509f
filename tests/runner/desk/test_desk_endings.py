"""How a session went, by what its process left behind; and what is started, as a terminal would."""

import json
from pathlib import Path

import pytest

from runner.desk import endings, lights
from runner.desk.foot import went
from runner.desk.orders import Again, Order
from runner.desk.wording import words_in
from runner.log import FileLog
from runner.records import SessionEnded, SessionStarted

HEAD = SessionStarted(
    session="s1",
    store="real",
    study="small",
    participant="K7M2Q5",
    station="",
    protocol_sha256="",
    protocol="",
    plan_digest="",
    plan={"trials": [], "assigned": {}},
    versions={},
    stage={"kind": "window"},
    at="2026-11-22T10:00:00+00:00",
    utc_offset=0,
)


def write(folder, *records):
    log = FileLog.create(folder / "s1.jsonl", HEAD)
    for record in records:
        log.append(record)
    log.close()
    return log.path


def ended(how):
    return SessionEnded(how=how, at="2026-11-22T10:30:00+00:00")


@pytest.mark.parametrize("how", ["completed", "left"])
def test_a_session_with_an_end_is_over(tmp_path, how):
    write(tmp_path, ended(how))
    assert endings.judge(tmp_path, {}, None, 0, "").how == how


@pytest.mark.parametrize("how", ["completed", "left"])
def test_a_session_whose_log_was_locked_is_over_and_not_a_fault(tmp_path, how):
    earlier = write(tmp_path, ended("completed"))
    before = endings.standing(tmp_path)
    earlier.rename(tmp_path / "s1.jsonl.age")  # left open by a power cut, and locked before this session
    refused = endings.judge(tmp_path, before, None, 2, "vantage run: --participant: no\n", "")
    assert refused == endings.Ending(how="refused", said="--participant: no")
    (tmp_path / "s2.jsonl.age").write_bytes(b"?")
    said = f"session s2 {how}: {tmp_path / 's2.jsonl'}\n"
    assert endings.judge(tmp_path, before, None, 0, "", said) == endings.Ending(how=how)
    assert endings.judge(tmp_path, before, tmp_path / "s2.jsonl", 0, "", said) == endings.Ending(how=how)


def test_a_log_without_an_end_was_interrupted_and_is_named(tmp_path):
    log = write(tmp_path)
    heard = (
        "vantage: The session was interrupted; every answer is on the disk. To go on with it later:\n  vantage resume x"
    )
    assert endings.judge(tmp_path, {}, None, 1, heard) == endings.Ending(how="interrupted", log=log)


def test_what_was_there_before_is_not_this_session(tmp_path):
    write(tmp_path, ended("completed"))
    before = endings.standing(tmp_path)
    refused = endings.judge(tmp_path, before, None, 2, "vantage run: --participant: no\n")
    assert refused == endings.Ending(how="refused", said="--participant: no")


def test_a_session_that_could_not_go_on_says_why_and_is_still_there(tmp_path):
    log = write(tmp_path)
    before = endings.standing(tmp_path)
    heard = "vantage resume: session s1: it began 30 hours ago\nvantage: The session was interrupted; ..."
    found = endings.judge(tmp_path, before, log, 2, heard)
    assert (found.how, found.log) == ("refused", log)
    assert found.said.startswith("session s1: it began 30 hours ago")


def test_a_withdrawal_leaves_a_count_and_no_log(tmp_path):
    log = write(tmp_path)
    before = endings.standing(tmp_path)
    log.unlink()
    (tmp_path / "0123.withdrawn.json").write_text("{}", encoding="utf-8")
    assert endings.judge(tmp_path, before, log, 0, "").how == "withdrew"
    assert endings.judge(tmp_path, {}, None, 0, "").how == "withdrew"


@pytest.mark.parametrize("code", [-1, 1, 139])
def test_a_fault_is_one_message_and_never_a_traceback(tmp_path, code):
    traceback = 'Traceback (most recent call last):\n  File "x.py", line 3, in f\nValueError: secret\n'
    report = "vantage run: Vantage itself failed; data on disk are safe; the report is in x\n"
    said = [endings.judge(tmp_path / "none", {}, None, code, heard) for heard in (traceback, report + traceback, "")]
    assert [each.how for each in said] == ["fault"] * 3
    for ending in said:
        text = went(words_in("en"), ending, pilot=False)
        assert text.startswith("Vantage failed.") and "Traceback" not in text and "secret" not in text


def test_of_what_a_session_said_only_what_is_for_people_is_noted(tmp_path):
    write(tmp_path, ended("completed"))
    heard = "\n".join(
        (
            "12.3456 \tWARNING \tt of last frame was 50.1ms",
            "/x/y.py:12: DeprecationWarning: old",
            "  warnings.warn(old)",
            "the disk was full during this session: free some space before the next one",
        )
    )
    found = endings.judge(tmp_path, {}, None, 0, heard)
    assert found.notes == ("the disk was full during this session: free some space before the next one",)
    assert went(words_in("de"), found, pilot=False).endswith("Hinweis: " + found.notes[0])


# ---------------------------------------------------------------- command lines


def order(**more):
    where = {"protocol": Path("p.yaml"), "data": Path("data"), "study": "small", "language": "de"}
    return Order(**where, **more)


def test_a_session_is_started_as_from_a_terminal():
    real = order(code="K7M2Q5", station="lab 3", stratum="women", wave="first")
    assert real.arguments() == [
        *("-m", "runner.cli", "run", "p.yaml", "--language=de", "--data=data", "--participant=K7M2Q5"),
        *("--station=lab 3", "--stratum=women", "--wave=first"),
    ]
    assert real.folder == Path("data/small/real")


def test_a_pilot_names_no_person_and_takes_the_next_cell():
    pilot = order(pilot=True, code="K7M2Q5", station="lab-3", slot=3, levels=("visit=second",), options=("--quick",))
    assert pilot.arguments() == [
        *("-m", "runner.cli", "pilot", "p.yaml", "--cell", "visit=second"),
        *("--language=de", "--data=data", "--slot=3", "--quick"),
    ]
    assert pilot.folder == Path("data/small/pilot")


def test_what_is_typed_can_not_become_an_option():
    assert order(code="--help").arguments()[-1] == "--participant=--help"
    again = Again(log=Path("x.jsonl"), reason="--help", options=("--quick",))
    assert again.arguments()[2:] == ["resume", "x.jsonl", "--late=--help"]


# ---------------------------------------------------------------- lights


def test_the_worst_comes_first():
    verdicts = {"disk": "ok", "room": "warn", "clock": "fail"}
    lines = [{"what": what, "verdict": verdict, "found": "", "do": ""} for what, verdict in verdicts.items()]
    found = lights.read(json.dumps({"lines": lines}))
    assert [light.what for light in found] == ["clock", "room", "disk"]
    assert lights.worst(found) == "fail" and lights.worst(found[1:]) == "warn" and lights.worst(found[2:]) == "ok"


@pytest.mark.parametrize("said", ["", "{}", "[]", "nonsense", '{"lines": []}', '{"lines": [{"what": 1}]}'])
def test_what_is_no_report_is_none(said):
    assert lights.read(said) is None
