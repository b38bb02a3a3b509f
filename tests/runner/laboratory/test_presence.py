"""A station's row: there while a session goes, true at its end, nobody else's; and never in the session's way."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from runner.laboratory import presence
from runner.laboratory.following import Glimpse
from runner.laboratory.place import open_place
from runner.laboratory.presence import PRESENCE, SILENT, Reporter, report, stations, wait_for_work
from runner.log import FileLog
from runner.records import ScreenReplied, SessionEnded, SessionStarted, TrialEnded, TrialStarted

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


def until(true, what):
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)
    return found


@pytest.fixture
def place(tmp_path):
    place = open_place(tmp_path)
    yield place
    place.close()


def head(**rest):
    text = (ROOT / "protocols/taste.yaml").read_text(encoding="utf-8")
    trials = [{"id": f"{phase}-01", "phase": phase, "task": "pages"} for phase in ("welcome", "thanks")]
    known = {"session": "s1", "store": "real", "study": "taste", "participant": "QX7", "station": "lab-3"}
    plan = {"trials": trials, "assigned": {"frame": "privilege"}}
    rest = {"protocol_sha256": "", "protocol": text, "plan_digest": "", "plan": plan, **rest}
    return SessionStarted(**{**known, "versions": {}, "stage": {}, "at": "", "utc_offset": 0, **rest})


@pytest.fixture
def session(tmp_path):
    started = head()
    log = FileLog.create(tmp_path / "taste" / "real" / "s1.jsonl", started)
    yield log, started
    log.abandon()


def replied(**rest):
    blank = {"trial": "welcome-01", "index": 0, "screen": "s", "digest": "", "onset": 0.0, "offset": 1.0}
    none = {"answer": "zebra", "answered": None, "changes": (), "late_frames": 4, "unfocused": 2.0, "device": ""}
    return ScreenReplied(**{**blank, "status": "answered", **none, **rest})


def only(place):
    return next(iter(stations(place)), None)


def test_a_session_is_seen_from_its_beginning_to_its_end(tmp_path, place, session):
    log, started = session
    reporter = report(log, started, tmp_path)
    seen = until(lambda: only(place), "a row")
    assert (seen.station, seen.study, seen.pilot, seen.glimpse.state) == ("lab-3", "taste", False, "running")
    log.append(TrialStarted(trial="welcome-01", on_resume="continue"))
    log.append(replied())
    log.append(TrialEnded(trial="welcome-01", outcome={"answer": "zebra"}))
    seen = until(lambda: (found := only(place)).glimpse.progress and found, "progress")
    assert (seen.glimpse.phase, seen.glimpse.part, seen.glimpse.late_frames) == ("welcome", 1, 4)
    log.append(SessionEnded(how="completed", at=""))
    log.close()
    reporter.end()
    assert only(place).glimpse.state == "ended"


def test_the_row_holds_no_participant_no_condition_no_answer_and_no_session(tmp_path, place, session):
    log, started = session
    log.append(replied())
    report(log, started, tmp_path).end()
    with place.engine.connect() as db:
        (row,) = db.execute(select(PRESENCE)).all()
    told = " ".join(map(str, row))
    assert "lab-3" in told
    assert not [word for word in ("QX7", "privilege", "zebra", "s1") if word in told.split()]


def test_a_session_that_broke_off_was_interrupted(tmp_path, place, session):
    log, started = session
    report(log, started, tmp_path).end()
    assert only(place).glimpse.state == "running"
    place.write(update(PRESENCE).values(seen=PRESENCE.c.seen - SILENT - 5))
    seen = only(place)
    assert seen.glimpse.state == "interrupted" and seen.silent > SILENT


def test_a_pilot_hides_no_real_session(tmp_path, place, session):
    log, started = session
    report(log, started, tmp_path).end()
    report(log, head(store="pilot", station="from thanks"), tmp_path).end()
    found = stations(place)
    assert sorted(each.pilot for each in found) == [False, True]
    assert "from thanks" not in [each.station for each in found]


def reporting(tmp_path, state, station="lab-1"):
    return Reporter(tmp_path, "", lambda: (Glimpse(state=state), ""), station=station, study=state, pilot=False)


def test_the_newer_session_has_the_row_and_the_older_one_leaves_it(tmp_path, place):
    older = reporting(tmp_path, "running")
    until(lambda: only(place), "a row")
    reporting(tmp_path, "leaving").end()
    older.end()
    assert [each.glimpse.state for each in stations(place)] == ["leaving"]


def test_a_start_window_has_the_row_only_while_no_session_has_it(tmp_path, place, monkeypatch):
    monkeypatch.setattr(presence, "LOOK", 0.05)
    monkeypatch.setattr(presence, "BEAT", 0.05)
    idle = wait_for_work(tmp_path, "", "lab-1")
    until(lambda: only(place) and only(place).glimpse.state == "idle", "idle")
    state = ["running"]
    session = Reporter(tmp_path, "", lambda: (Glimpse(state=state[0]), ""), station="lab-1", study="x", pilot=False)
    until(lambda: only(place).glimpse.state == "running", "running")
    assert idle._thread.is_alive()
    state[0] = "ended"
    session.end()
    until(lambda: only(place).glimpse.state == "idle", "idle again")
    idle.end()


def test_a_database_that_is_not_there_is_tried_again_and_holds_nobody_up(tmp_path, session, monkeypatch):
    monkeypatch.setattr(presence, "PATIENCE", 0.05)
    log, started = session
    away = tmp_path / "away"
    away.write_text("a file where the folder should be", encoding="utf-8")
    reporter = report(log, started, away)
    log.append(replied())
    assert log.settle(PATIENCE)
    away.unlink()
    place = until(lambda: away.is_dir() and open_place(away), "it came back")
    until(lambda: only(place), "a row")
    place.close()
    reporter.end()


def test_a_database_that_is_busy_holds_up_neither_the_log_nor_the_end(tmp_path, place, session):
    log, started = session
    with place.engine.begin():  # one at a time may write
        reporter = report(log, started, tmp_path)
        log.append(replied())
        assert log.settle(PATIENCE)
        begun = time.monotonic()
        reporter.end()
        assert time.monotonic() - begun < PATIENCE / 2
    until(lambda: not reporter._thread.is_alive(), "its end")


def test_a_disk_that_keeps_the_log_waiting_is_told(tmp_path, place, session, monkeypatch):
    monkeypatch.setattr(presence, "LOOK", 0.05)
    log, started = session
    held = threading.Event()
    put = log._put
    monkeypatch.setattr(log, "_put", lambda content: (held.wait(PATIENCE), put(content)))
    reporter = report(log, started, tmp_path)
    log.append(replied())
    until(lambda: only(place) and only(place).disk == "slow", "slow")
    held.set()
    log.close()
    reporter.end()


def test_what_is_told_is_not_synced_to_the_disk_that_the_log_is_synced_to(tmp_path):
    place = presence._quick(open_place(tmp_path))
    with place.engine.connect() as db:
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL
    place.close()


def test_a_log_with_a_protocol_that_is_not_understood_is_told_without_its_phases(tmp_path, place, session):
    log, _ = session
    report(log, head(protocol="study: [broken"), tmp_path).end()
    assert (only(place).glimpse.state, only(place).glimpse.parts) == ("running", 0)
