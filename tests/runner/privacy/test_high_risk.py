"""Logs that only their keepers read, and a study of which nothing is left."""

import json
import pkgutil
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner import sessions
from runner.checks.check import check
from runner.cli import main
from runner.commands import afterwards, common
from runner.errors import DeclarationError, HistoryError, MachineError
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.privacy import contacts, risk, seals
from runner.records import ScreenReplied
from runner.respondents import Scripted, Spec
from runner.stages.virtual import Virtual

SESSION, CODE, WORDS = "a" * 16, "K7M2QXYZ", "we met behind the old mill"
STUDY = """
study: risky
title: {en: "Work and choices"}
minutes: 5
languages: [en]
identity: coded
high_risk: true
withdraw_until: 2099-03-15
pack: gender
details: {support: "the desk", contact: "lab@example.org"}
ethics: "1"
phases:
  - {phase: key, task: token}
  - {phase: probe, task: question, params: {questions: seen-giving/probe}}
"""


@pytest.fixture
def lab(tmp_path):
    """A station whose file names two keys, and the private half of one."""
    (tmp_path / "risky.yaml").write_text(STUDY)
    (private, one), (_, other) = contacts.new_key(), contacts.new_key()
    (tmp_path / "key").write_text(private)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "station.toml").write_text(f'[high_risk]\nkeys = ["{one}", "{other}"]\n')
    return tmp_path


def held(lab, session=SESSION, code=CODE, *, lock=True):
    """A whole session at this station."""
    from runner.commands.secrets import telling

    data, protocol = lab / "data", common.read(lab / "risky.yaml")
    plan = plan_session(protocol, find, common.library(protocol, "en"), participant=code, slot=0, language="en")
    seen = []

    class Watched(Virtual):
        def present(self, screen):
            seen.append(screen)
            reply = super().present(screen)  # on a machine that has been on for a day, after a change of mind
            times = {name: getattr(reply, name) + 86_400.0 for name in ("onset", "offset", "answered")}
            return evolve(reply, **times, changes=((reply.onset + 86_400.0, "first"), *reply.changes))

    on = Watched(Scripted({"question-comments": WORDS}, Spec(kind="theory", seed="1").make()))
    ledger = Ledger(data)
    ledger.claim("risky", "real", "", session, code, "lab-1")
    head = sessions.head(protocol, plan, on, session=session, store="real", station="lab-1")
    log = FileLog.create(sessions.log_path(data, "risky", "real", session), head)
    sessions.perform(plan, common.tasks(plan), telling(on, log.path, head), log)
    link = log.head_link
    log.close()
    link = (afterwards.lock(log.path, head) if lock else "") or link
    ledger.finish(session, link)
    ledger.close()
    return log.path, next(screen.marks[2].text for screen in seen if screen.name == "token"), link


def naming(folder, *needles):
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return [path.name for path in files for needle in needles if needle.encode() in path.read_bytes()]


def test_a_stolen_disk_tells_no_answer_no_station_and_no_time(lab):
    log, token, _ = held(lab)
    assert not log.exists() and [p.name for p in log.parent.iterdir()] == [
        f"{SESSION}.jsonl.age",
        f"{SESSION}.jsonl.token",
    ]
    assert naming(lab / "data", WORDS, token, "question-comments") == []
    place = log.with_name(log.name + ".age")
    assert place.stat().st_mtime == 946684800.0 and place.stat().st_mode & 0o077 == 0
    whole = place.read_bytes()
    for at in range(0, 8 * len(whole), 8 * 977):
        broken = bytearray(whole)
        broken[at // 8] ^= 1
        place.write_bytes(broken)
        with pytest.raises(HistoryError, match="or it was changed"):
            risk.unlock(lab / "data", "risky", contacts.read_key(lab / "key"), lab / "out")
    place.write_bytes(whole)
    with pytest.raises(HistoryError, match="this key doesn't open it"):
        risk.unlock(lab / "data", "risky", contacts.new_key()[0], lab / "out")


def test_the_seal_of_a_key_tells_no_day_of_the_session(lab, capfd):
    (lab / "risky.yaml").write_text(STUDY.replace("2099-03-15", "30 days"))
    log, token, _ = held(lab)
    seal = seals.read(seals.beside(log))
    until = date.fromisoformat(seal.until)
    assert until.weekday() == 6 and 30 <= (until - date.today()).days + 1 <= 38
    assert seals.beside(log).stat().st_mtime == 946684800.0
    assert main(["withdraw", str(lab / "risky.yaml"), "--data", str(lab / "data"), "--token", token, "--yes"]) == 0


def test_a_study_with_a_running_session_is_not_purged(lab, capfd):
    log, _, _ = held(lab, lock=False)
    running = FileLog.create(log.with_name("b" * 16 + ".jsonl"), read(log)[0])
    assert main(["purge", "risky", "--data", str(lab / "data"), "--yes"]) == 2
    assert "this session is running; end it first" in capfd.readouterr().err and log.exists()
    running.abandon()


def test_its_keeper_gets_a_log_that_is_whole_and_tells_less(lab, capfd):
    log, _, link = held(lab)
    out = lab / "out"
    arguments = ["unlock", str(lab / "risky.yaml"), "--data", str(lab / "data"), "--key", str(lab / "key")]
    assert main([*arguments, "--out", str(out)]) == 0
    assert "1 log in the clear" in capfd.readouterr().out
    records = read(out / "risky" / "real" / log.name)
    started, ended = records[0], records[-1]
    assert (started.station, started.utc_offset, ended.how) == ("", 0, "completed")
    for at in (started.at, ended.at):
        assert at.endswith("T00:00:00+00:00") and risk.coarse(at) == at
    replies = [record for record in records if isinstance(record, ScreenReplied)]
    assert replies[0].onset == 0.0 < replies[-1].offset < 300 and max(len(r.changes) for r in replies) == 1
    assert WORDS in (out / "risky" / "real" / log.name).read_text()
    assert (out / "risky" / "real" / log.name).read_text().splitlines()[-1].endswith(f'"h":"{link}"}}')
    for inside in (lab / "data", lab / "data" / "risky", lab / "out" / ".." / "data" / "x" / "y"):
        assert main([*arguments, "--out", str(inside)]) == 2
        assert "the folder where they are locked" in capfd.readouterr().err
        assert not list((lab / "data").rglob("*.jsonl"))


def test_what_a_power_cut_left_open_is_locked_before_the_next_session(lab):
    log, _, _ = held(lab, lock=False)
    assert naming(lab / "data", WORDS)
    running = FileLog.create(log.with_name("b" * 16 + ".jsonl"), read(log)[0])
    afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
    assert naming(lab / "data", WORDS) == [] and running.path.exists()
    running.abandon()


def test_no_session_starts_without_two_keys(lab):
    protocol = common.read(lab / "risky.yaml")
    for text, what in (("", r"got 0"), ("[high_risk]\nkeys = [1]\n", "wants keys"), ("x", "can't be read")):
        (lab / "data" / "station.toml").write_text(text)
        with pytest.raises(DeclarationError, match=what):
            afterwards.tidy(protocol, lab / "data")
    (lab / "data" / "station.toml").write_text('[high_risk]\nkeys = ["age1a", "age1b"]\n')
    with pytest.raises(DeclarationError, match="is no public key"):
        afterwards.tidy(protocol, lab / "data")


@pytest.mark.parametrize("by", ["token", "participant"])
def test_who_withdraws_is_gone_though_nobody_here_can_read_the_log(lab, capfd, by):
    log, token, _ = held(lab)
    other, _, _ = held(lab, "c" * 16, "OTHER123")
    who = ("--token", token) if by == "token" else ("--participant", CODE)
    assert main(["withdraw", str(lab / "risky.yaml"), "--data", str(lab / "data"), *who, "--yes"]) == 0
    out = capfd.readouterr().out
    assert "erased: 1 session in risky" in out and CODE not in out
    assert naming(lab / "data", CODE, SESSION, token) == [] and not list(log.parent.glob(f"{SESSION}*"))
    assert other.with_name(other.name + ".age").exists()
    (stone,) = log.parent.glob("*.withdrawn.json")
    assert json.loads(stone.read_text()) == {"study": "risky", "store": "real", "assigned": {}, "withdrawn": True}


class CutError(Exception):
    """The machine went off."""


@pytest.mark.parametrize("by", ["token", "participant"])
@pytest.mark.parametrize("after", ["runner.privacy.seals.erase", "runner.ledger.Ledger.forget"])
def test_a_withdrawal_of_a_locked_log_that_was_cut_off_is_finished_by_asking_again(lab, monkeypatch, capfd, by, after):
    log, token, _ = held(lab)
    who = ("--token", token) if by == "token" else ("--participant", CODE)
    withdraw = ["withdraw", str(lab / "risky.yaml"), "--data", str(lab / "data"), *who, "--yes"]
    where, _, name = after.rpartition(".")
    whole = getattr(pkgutil.resolve_name(where), name)

    def cut(*args):
        whole(*args)
        raise CutError

    with monkeypatch.context() as once:
        once.chdir(lab)  # where the report of the fault goes
        once.setattr(after, cut)
        main(withdraw)
    assert "CutError" in Path(lab / "vantage-fault-withdraw.txt").read_text()
    assert not log.with_name(f"{log.name}.age").exists()  # what it holds goes before anybody forgets whose it is
    done = (by, name) == ("participant", "forget")  # then only a seal is left, which holds nothing of anybody
    assert main(withdraw) == (2 if done else 0)
    assert naming(lab / "data", CODE, SESSION, token) == []
    assert done or not list(log.parent.glob(f"{SESSION}*"))


def test_a_purged_study_is_gone_and_the_others_stay(lab, capfd):
    log, token, _ = held(lab)
    ledger = Ledger(lab / "data")
    ledger.claim("another", "real", "", "d" * 16, "STAYS123", "lab-1")
    ledger.close()
    settings = contacts.Settings(folder=lab / "contacts", keys=risk.keys(lab / "data"))
    contacts.add(contacts.Contact(study="risky", participant=CODE, name="Ann"), settings)
    contacts.add(contacts.Contact(study="another", participant="STAYS123", name="Ben"), settings)
    purge = ["purge", "risky", "--data", str(lab / "data")]
    assert main(purge) == 2 and "add --yes if that is meant" in capfd.readouterr().err and log.parent.exists()
    assert main([*purge, "--yes", "--ledger", "sqlite:///x"]) == 2 and log.parent.exists()
    assert main(["purge", "../risky", "--data", str(lab / "data"), "--yes"]) == 2
    assert main([*purge, "--yes"]) == 0
    assert not (lab / "data" / "risky").exists() and not (lab / "contacts" / "risky").exists()
    assert naming(lab / "data", CODE, SESSION, token) == []
    assert naming(lab / "data", "STAYS123") and list((lab / "contacts" / "another").iterdir())
    assert main([*purge, "--yes"]) == 0  # once more, and nothing is wrong with that


def test_what_cannot_be_had_together_is_refused(tmp_path):
    file = tmp_path / "risky.yaml"
    file.write_text(STUDY.replace("identity: coded", "identity: shown"))
    assert "nobody's choices are shown in a study with 'high_risk'" in str(check(file))
    waves = "factors: {turn: {levels: [a, b], unit: wave}}\nphases:\n  - {phase: w, task: token, when: {turn: a}}\n"
    file.write_text(STUDY.replace("phases:\n", waves))
    assert "a later session reads the earlier ones" in str(check(file))


def test_willingness_to_break_rules_is_kept_of_nobody(tmp_path):
    file = tmp_path / "risky.yaml"
    acts = "  - {phase: acts, task: protest_support, params: {}}\n"
    file.write_text(STUDY + acts)
    assert "asks about acts outside the rules" in str(check(file, layout=False))
    file.write_text((STUDY + acts).replace("high_risk: true\n", ""))
    assert "asks about acts outside the rules" not in str(check(file, layout=False))


def test_keys_in_the_data_folder_are_not_made_by_purging(lab):
    with pytest.raises(MachineError, match="where no name may be"):
        contacts.apart(lab / "data", lab / "data")
