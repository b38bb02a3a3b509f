"""What there is of a participant's code, by the logs of this machine and the ledger."""

from datetime import UTC, datetime
from random import Random

import pytest

from experiments import find
from runner import sessions
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.desk.people import Held, look_up
from runner.ledger import Ledger
from runner.log import FileLog, Log
from runner.planning import plan_session
from runner.respondents import Uniform
from runner.stages.virtual import Virtual

STUDY = """\
study: twice
title: {en: "Two visits"}
minutes: 5
languages: [en]
identity: coded
pack: planets
factors:
  visit: {levels: [first, second], unit: wave}
phases:
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
  - phase: again
    task: scale
    when: {visit: second}
    params: {scales: [motives-short]}
"""


@pytest.fixture
def protocol(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return read_protocol(path)


@pytest.fixture
def held(tmp_path, protocol):
    """held(code, wave, until): a session of the code, to its end ("completed", "left") or cut off; its log."""

    def make(code, wave="first", how="completed"):
        plan = plan_session(protocol, find, library(protocol, "en"), participant=code, slot=0, language="en", wave=wave)
        stage, name, whole = Virtual(Uniform(Random(1))), sessions.new_id(), Log()
        head = sessions.head(protocol, plan, stage, session=name, store="real", at=datetime(2026, 11, 1, tzinfo=UTC))
        log = FileLog.create(sessions.log_path(tmp_path, "twice", "real", name), head)
        sessions.perform(plan, {"scale": find("scale")}, stage, whole)
        for record in whole.records[:-1] if how == "completed" else whole.records[:4]:
            log.append(record)
        if how:
            log.append(sessions.SessionEnded(how=how, at="2026-11-01T01:00:00+00:00"))
        log.close()
        ledger = Ledger(tmp_path)
        ledger.claim("twice", "real", "", name, code, "lab-3", wave=wave)
        if how == "completed":
            ledger.finish(name, "")
        elif how:
            ledger.give_back(name, "left")
        ledger.close()
        return log.path

    return make


def test_looking_makes_no_ledger(tmp_path, protocol):
    assert look_up(tmp_path / "data", "", protocol, "K7M2Q5", "first") == Held(how="free")
    assert not (tmp_path / "data").exists()


def test_a_code_goes_from_visit_to_visit(tmp_path, protocol, held):
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "second").how == "no_earlier"
    held("K7M2Q5")
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "first").how == "finished"
    due = look_up(tmp_path, "", protocol, "K7M2Q5", "second")
    assert due.how == "due" and due.startable
    held("K7M2Q5", "second")
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "second").how == "finished"
    assert look_up(tmp_path, "", protocol, "K7M2Q6", "first").how == "free"


def test_who_left_has_had_the_session_though_the_slot_is_free_again(tmp_path, protocol, held):
    held("K7M2Q5", how="left")
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "first").how == "left"
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "second").how == "no_earlier"


def test_a_session_that_was_cut_off_is_found_with_its_log(tmp_path, protocol, held):
    log = held("K7M2Q5", how="")
    found = look_up(tmp_path, "", protocol, "K7M2Q5", "first")
    assert (found.how, found.log, found.startable) == ("interrupted", log, False)
    assert 0 < found.halt.done < 1
    open_again = FileLog.reopen(log)
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "first").how == "running"
    open_again.close()


def test_a_part_of_a_code_is_another_code(tmp_path, protocol, held):
    held("K7M2Q5X")
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "first").how == "free"


def test_a_damaged_log_hides_no_other(tmp_path, protocol, held):
    log = held("K7M2Q5")
    (log.parent / "0.jsonl").write_bytes(b'"participant":"K7M2Q5"\n')
    assert look_up(tmp_path, "", protocol, "K7M2Q5", "first").how == "finished"


def test_other_stations_are_known_by_the_ledger_alone(tmp_path, protocol):
    ledger = Ledger(tmp_path)
    for code, station in (("A", "lab-7"), ("B", "lab-3"), ("C", "")):
        ledger.claim("twice", "real", "", f"s-{code}", code, station, wave="first")
    ledger.close()
    found = [look_up(tmp_path, "", protocol, code, "first", station="lab-3") for code in "ABC"]
    assert found == [Held(how="elsewhere", about="lab-7"), Held(how="lost"), Held(how="lost")]


def test_a_server_out_of_reach_is_said_and_nothing_is_invented(tmp_path, protocol):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    found = look_up(tmp_path, url, protocol, "K7M2Q5", "first")
    assert found.how == "unreachable" and not found.startable
    assert "127.0.0.1:1" in found.about and "\n" not in found.about.strip()
