"""`vantage ledger`: what it tells of a study's balance, what it proves, and what it finds that is not as drawn."""

import json
import re
import sqlite3

import pytest
from attrs import evolve

from experiments import find
from runner import sessions
from runner.assignment import levels
from runner.cli import main
from runner.commands import common
from runner.ledger import Ledger
from runner.ledger.replay import digest, listing
from runner.log import FileLog
from runner.planning import plan_session
from runner.respondents import Spec
from runner.stages.virtual import Virtual

STUDY = """\
study: short
title: {en: "A short study"}
minutes: 5
languages: [en]
identity: coded
pack: planets
strata: [early, late]
factors:
  frame: {levels: [privilege, disadvantage]}
phases:
  - phase: framing
    task: framing
    params: {frame: {by: frame}, facts: 1}
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "short.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "data")
    yield ledger
    ledger.close()


@pytest.fixture
def vantage(capfd, tmp_path):
    """vantage(action, ...) -> exit code, standard output, standard error."""

    def run(action, *arguments, data=tmp_path / "data"):
        code = main(["ledger", action, *map(str, arguments), "--data", str(data)])
        return code, *capfd.readouterr()

    return run


def held(path, ledger, number, *, stratum="early", cell=None, end=True):
    """A session of the study in `path`, done by a simulated person."""
    protocol = common.read(path)
    session, code = f"s{number}", f"P{number}"
    slot = ledger.claim("short", "real", stratum, session, code, "lab-1", listing=listing(protocol))
    plan = plan_session(
        protocol,
        find,
        common.library(protocol, "en"),
        participant=code,
        slot=slot,
        stratum=stratum,
        language="en",
        cell=cell,
    )
    stage = Virtual(Spec(kind="theory", seed=session).make())
    log = FileLog.create(
        sessions.log_path(ledger.data, "short", "real", session),
        sessions.head(protocol, plan, stage, session=session, store="real"),
        durable=False,
    )
    sessions.perform(plan, common.tasks(plan), stage, log)
    if end:
        ledger.finish(session, log.head_link)
    log.close()
    return log.path


def test_the_balance_is_told_and_not_what_comes_next(path, ledger, vantage):
    for number in range(5):
        held(path, ledger, number, end=number != 3)
    held(path, ledger, 5, stratum="late")
    ledger.claim("short", "real", "late", "s6", "P6", "lab-1")
    ledger.give_back("s6", "felt ill")
    code, out, err = vantage("status", path, "--n", 20)
    assert (code, err) == (0, "")
    assert "short: 5 persons done of 20, 15 missing" in out
    assert "early: 4 done, 1 live, 0 reserved, 0 returned; 2 complete blocks, 1 in open ones" in out
    assert "late: 1 done, 0 live, 0 reserved, 1 returned; 0 complete blocks, 1 in open ones" in out
    assert len(re.findall("frame=", out)) == 2  # the cells of the open blocks are not told
    assert "returned: session s6: felt ill" in out and re.search(r"live: session s3 on lab-1, \d min", out)
    assert not re.search(r"\bP\d\b|slot", out)
    plain = json.loads(vantage("status", path, "--json")[1])
    assert [sum(cell["done"] + cell["live"] for cell in each["cells"]) for each in plain["lists"]] == [4, 0]


def test_a_sound_allocation_is_proved(path, ledger, vantage):
    for number in range(6):
        held(path, ledger, number, end=number != 5)
    ledger.give_back("s5", "left")
    held(path, ledger, 6)
    code, out, err = vantage("verify", path)
    assert (code, err) == (0, "")
    assert "proved: 7 claims of short, 7 logs as drawn from the seed, 3 complete blocks, balanced" in out
    assert "note: session s5 is complete, but its slot was returned (left)" in out


def test_the_first_difference_is_named(path, ledger, vantage):
    held(path, ledger, 0)
    drawn = levels(common.read(path), 1, stratum="early")["frame"]
    other = {"privilege": "disadvantage", "disadvantage": "privilege"}[drawn]
    held(path, ledger, 1, cell={"frame": other})
    code, out, err = vantage("verify", path)
    assert code == 2 and "proved" not in out
    assert f"session s1, slot 1 of list 'short/main/early': frame is {other!r} in its log and {drawn!r}" in err
    code, out, _ = vantage("verify", path, "--json")
    assert code == 2 and "session s1" in json.loads(out)["difference"]


def test_records_that_were_cut_off_are_seen(path, ledger, vantage):
    log = held(path, ledger, 0)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    code, _, err = vantage("verify", path)
    assert code == 2 and "s0.jsonl: ends otherwise than when the session was finished" in err


def test_a_claim_that_was_moved_is_seen(path, ledger, vantage):
    held(path, ledger, 0)
    with sqlite3.connect(ledger.path) as db:
        db.execute("UPDATE claim SET slot = 3")
    db.close()
    code, _, err = vantage("verify", path)
    assert code == 2 and "session s0, slot 3 of list 'short/main/early': slot is 0 in its log and 3 in the list" in err


def test_a_list_whose_blocks_are_not_balanced_is_seen(path, ledger, vantage, monkeypatch):
    for number in range(2):
        ledger.claim("short", "real", "late", f"s{number}", f"P{number}", "lab-1")
    monkeypatch.setattr("runner.ledger.replay.levels", lambda *_, **__: {"frame": "privilege"})
    code, _, err = vantage("verify", path)
    assert code == 2 and "block 1 of list 'short/main/late': frame=privilege comes 2 times and not 1" in err


def test_an_edited_protocol_goes_on_where_the_list_was(path, ledger, vantage):
    one = common.read(path).sha256
    held(path, ledger, 0)
    path.write_text(STUDY.replace("A short study", "Another title"), encoding="utf-8")
    held(path, ledger, 1)
    code, out, err = vantage("verify", path)
    assert (code, err) == (0, "")
    assert "2 logs as drawn from the seed, 1 complete block" in out
    assert f"note: 1 sessions began under another text of the protocol ({one[:12]})" in out


def test_another_list_is_refused_until_it_is_declared_and_earlier_sessions_keep_theirs(path, ledger, vantage):
    held(path, ledger, 0)
    path.write_text(STUDY.replace("pack: planets", "pack: planets\nseed: second"), encoding="utf-8")
    with pytest.raises(Exception, match="another allocation list"):
        held(path, ledger, 1)
    code, _, err = vantage("verify", path)
    assert code == 2 and "allocation list 'short/second'" in err and "no change was recorded" in err
    assert vantage("migrate", path)[0] == 2
    assert vantage("migrate", path, "--reason", "the seed was known")[0] == 0
    held(path, ledger, 1)
    code, out, err = vantage("verify", path)
    assert (code, err) == (0, "")
    assert re.search(r"since \d{4}-\d\d-\d\d slots come from another list: the seed was known", out)
    assert "proved: 2 claims of short, 2 logs as drawn" in out


def test_what_decides_about_the_list_and_what_does_not(path):
    protocol = common.read(path)
    assert digest(evolve(protocol, minutes=9, blocks=1, text="x", strata=())) == digest(protocol)
    assert digest(evolve(protocol, blocks=2)) != digest(protocol)
    assert digest(evolve(protocol, seed="other")) != digest(protocol)
    other = {"frame": evolve(protocol.factors["frame"], levels=("disadvantage", "privilege"))}
    assert digest(evolve(protocol, factors=other)) != digest(protocol)


def test_members_of_a_group_share_what_the_session_decides(path, ledger, vantage):
    shared = STUDY.replace("strata: [early, late]\n", "").replace(
        "frame: {levels: [privilege, disadvantage]}",
        "frame: {levels: [privilege, disadvantage]}\n  room: {levels: [one, two], unit: session}",
    )
    path.write_text(shared.replace("params: {frame", "when: {room: [one, two]}\n    params: {frame"), encoding="utf-8")
    protocol = common.read(path)
    for group in range(2):
        kept = listing(protocol, groups=True)
        number = ledger.claim_group("short", "real", "", f"g{group}", "lab-1", kept)
        for member in range(2):
            kept, who = listing(protocol, group=number), f"{group}{member}"
            ledger.claim("short", "real", "", f"s{who}", f"P{who}", "lab-1", listing=kept)
            ledger.finish(f"s{who}", "")
    assert {c.list for c in ledger.claims("short")} == {"groups", "in/one", "in/two"}
    dealt = {
        c.session: levels(protocol, c.slot, group=c.in_group) for c in ledger.claims("short") if c.list != "groups"
    }
    assert dealt["s00"]["room"] == dealt["s01"]["room"] != dealt["s10"]["room"]
    assert dealt["s00"]["frame"] != dealt["s01"]["frame"]
    code, out, _ = vantage("verify", path)
    assert code == 0 and "3 complete blocks, balanced" in out and "4 logs not in" in out
    assert "short: 4 persons done" in vantage("status", path)[1]


def test_a_slot_is_returned_by_hand_with_a_reason(path, ledger, vantage):
    held(path, ledger, 0, end=False)
    assert vantage("return", "s0", "--reason", "the screen went black")[0] == 0
    assert not ledger.finish("s0", "ff")
    assert ledger.claims("short")[0].reason == "the screen went black"
    for session, message in (("s0", "gave its slot back before"), ("s9", "knows no such session")):
        code, _, err = vantage("return", session, "--reason", "why not")
        assert code == 2 and message in err
    held(path, ledger, 1)
    code, _, err = vantage("return", "s1", "--reason", "why not")
    assert code == 2 and "is finished; to take its data out, use `vantage withdraw`" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["status"], "ledger status: wants PROTOCOL; name it"),
        (["return", "--reason", "x"], "ledger return: wants SESSION"),
        (["return", "s0"], "`ledger return` keeps why"),
        (["reserve", "x.yaml", "--slots", "2"], "is for stations with a server, and none is named"),
        (["sync"], "is for stations with a server"),
        (["status", "x.yaml"], "there is no ledger in"),
        (["status", "x.yaml", "--ledger", "mysql://me:hunter2@x/y"], "wants the address of a PostgreSQL server"),
        (["status", "x.yaml", "--ledger", "postgresql://me:hunter2@x:port/y"], "wants the address of a PostgreSQL"),
        (["status", "x.yaml", "--ledger", "postgresql://me:hunter2@127.0.0.1:1/y"], "me:***@127.0.0.1:1/y can't be"),
    ],
)
def test_what_can_be_mended_is_one_message(vantage, arguments, message, tmp_path):
    code, out, err = vantage(*arguments, data=tmp_path / "nowhere")
    assert (code, out) == (2, "") and message in err
    assert "hunter2" not in err and len(err.splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()


def test_where_the_server_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("VANTAGE_LEDGER", raising=False)
    file = tmp_path / "station.toml"
    assert common.ledger_url("", tmp_path) == ""
    file.write_text('ledger = "from the file"\n', encoding="utf-8")
    assert common.ledger_url("", tmp_path) == "from the file"
    monkeypatch.setenv("VANTAGE_LEDGER", "from the environment")
    assert common.ledger_url("", tmp_path) == "from the environment"
    assert common.ledger_url("given", tmp_path) == "given"
    monkeypatch.delenv("VANTAGE_LEDGER")
    for text, message in (("ledger = 3", "wants an address in quotes, got 3"), ("ledger", "can't be read")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Exception, match=message):
            common.ledger_url("", tmp_path)
