"""Logs that only their keepers read, and a study of which nothing is left."""

import base64
import errno
import json
import os
import pkgutil
import shutil
import signal
import sys
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from attrs import evolve

from analysis.reading.logs import read_logs
from analysis.reading.whole import read_tables
from experiments import find
from runner import disk, sessions
from runner.checks.check import check
from runner.cli import main
from runner.commands import afterwards, common
from runner.desk import endings
from runner.desk.people import look_up
from runner.errors import DeclarationError, HistoryError, MachineError
from runner.ledger import Ledger
from runner.ledger.replay import verify
from runner.lines import line_of
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.privacy import apart, contacts, keys, risk, running, seals
from runner.records import ScreenReplied, SessionEnded, TrialStarted
from runner.respondents import Scripted, Spec
from runner.stages.virtual import Virtual
from runner.station.supervise import log_below, supervise

SESSION, CODE, WORDS = "a" * 16, "K7M2QXYZ", "we met behind the old mill"
SOMEBODY = Spec(kind="theory", seed="1")
LOCKED = [f"{SESSION}.jsonl.age", f"{SESSION}.jsonl.token"]  # all that there is when a session is over
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


class CutError(Exception):
    """The machine went off."""


class Watched(Virtual):
    """On a machine that has been on for a day, answered after a change of mind; it goes off before one screen."""

    def __init__(self, answers=(), off="", say=str):
        super().__init__(Scripted({"question-comments": WORDS, **dict(answers)}, SOMEBODY.make()))
        self.seen, self.off, self.say = [], off, say

    def present(self, screen):
        if screen.name == self.off:
            raise CutError
        self.seen.append(screen)
        self.say(screen.name)
        reply = super().present(screen)
        times = {name: getattr(reply, name) + 86_400.0 for name in ("onset", "offset", "answered")}
        return evolve(reply, **times, changes=((reply.onset + 86_400.0, "first"), *reply.changes))


def begun(lab, on, session=SESSION, code=CODE):
    """A new session's log and plan."""
    protocol = common.read(lab / "risky.yaml")
    plan = plan_session(protocol, find, common.library(protocol, "en"), participant=code, slot=0, language="en")
    head = sessions.head(
        protocol,
        plan,
        on,
        session=session,
        store="real",
        station="lab-1",
        respondent=msgspec.json.encode(SOMEBODY).decode(),
    )
    return sessions.begin(protocol, lab / "data", head), plan


def performed(log, plan, on, *, lock=True):
    """What is left of a session, to its end; the last link of its log."""
    from runner.commands.secrets import telling

    head = log.records[0]
    try:
        sessions.perform(plan, common.tasks(plan), telling(on, log.path, head), log)
        link = log.head_link
        log.close()
    finally:
        log.abandon()
    return (afterwards.lock(log.path, head) if lock else "") or link


def held(lab, session=SESSION, code=CODE, *, lock=True):
    """A whole session at this station."""
    on, ledger = Watched(), Ledger(lab / "data")
    ledger.claim("risky", "real", "", session, code, "lab-1")
    log, plan = begun(lab, on, session, code)
    link = performed(log, plan, on, lock=lock)
    ledger.finish(session, link)
    ledger.close()
    return log.path, next(screen.marks[2].text for screen in on.seen if screen.name == "token"), link


def interrupted(lab, off="question-odd", claimed=True):
    """A session of which the machine went off before a screen; its log's name, and the participant's key."""
    if claimed:
        ledger = Ledger(lab / "data")
        ledger.claim("risky", "real", "", SESSION, CODE, "lab-1")
        ledger.close()
    on = Watched(off=off)
    log, plan = begun(lab, on)
    with pytest.raises(CutError):
        performed(log, plan, on)
    return log.path, next((screen.marks[2].text for screen in on.seen if screen.name == "token"), "")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def naming(folder, *needles):
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return [path.name for path in files for needle in needles if needle.encode() in path.read_bytes()]


def opened(lab, session=SESSION):
    """What its keepers read of a session."""
    arguments = ["unlock", str(lab / "risky.yaml"), "--data", str(lab / "data"), "--key", str(lab / "key")]
    assert main([*arguments, "--out", str(lab / "out")]) == 0
    return read(lab / "out" / "risky" / "real" / f"{session}.jsonl")


def test_a_stolen_disk_tells_no_answer_no_station_and_no_time(lab):
    log, token, _ = held(lab)
    assert names(log.parent) == LOCKED and names(lab / "keys") == []
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
    under_way, _ = begun(lab, Watched(), "b" * 16)
    assert main(["purge", "risky", "--data", str(lab / "data"), "--yes"]) == 2
    assert "this session is running; end it first" in capfd.readouterr().err and running.stands(log)
    under_way.abandon()
    assert main(["purge", "risky", "--data", str(lab / "data"), "--yes"]) == 0
    assert "purged risky: 2 keys" in capfd.readouterr().out and names(lab / "keys") == []


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


def test_what_a_power_cut_left_is_locked_for_its_keepers_before_the_next_session(lab, capfd):
    log, _, _ = held(lab, lock=False)
    under_way, _ = begun(lab, Watched(), "b" * 16)
    afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
    there = [f"{'b' * 16}.jsonl.unfinished", f"{'b' * 16}.jsonl.unfinished.ballast"]
    assert names(log.parent) == [*LOCKED, *there] and names(lab / "keys") == [f"log-{'b' * 16}.key"]
    under_way.abandon()
    assert opened(lab)[-1].how == "completed"
    assert "1 log not locked for their keepers yet (running, interrupted" in capfd.readouterr().err


@pytest.mark.parametrize("how", ["completed", "left"])
def test_the_ledger_hears_that_a_session_is_over_that_nobody_can_read_any_more(lab, how, capfd):
    log, _ = interrupted(lab)
    again, _ = sessions.reopen(log)
    again.note(SessionEnded(how=how, at="2026-11-22T10:00:00+00:00"))
    again.close()
    afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
    ledger = Ledger(lab / "data")
    claim = ledger.find(SESSION)
    ledger.close()
    assert (claim.state, capfd.readouterr().err) == ("done" if how == "completed" else "returned", "")
    assert opened(lab)[-1].how == how


def test_two_processes_that_lock_one_log_do_it_once(lab, monkeypatch):
    log, _, _ = held(lab, lock=False)
    whole, done = disk.replace_file, []

    def slow(path, content):
        done.append(path.name)
        if not others:
            others.append(Thread(target=risk.lock, args=(log, to)))  # while this one is at it
            others[0].start()
        whole(path, content)

    others, to = [], risk.keys(lab / "data")
    with monkeypatch.context() as once:
        once.setattr(disk, "replace_file", slow)
        risk.lock(log, to)
        others[0].join()
    assert done.count(LOCKED[0]) == 1 and names(log.parent) == LOCKED and names(lab / "keys") == []
    assert opened(lab)[-1].how == "completed"


def test_a_log_in_the_clear_from_before_logs_were_locked_is_locked_too(lab):
    log, _, _ = held(lab, lock=False)
    log.write_bytes(b"".join(line_of(record, n, b"")[0] for n, record in enumerate(running.read(log)[:1])))
    running.file_of(log).unlink()
    clear = FileLog.reopen(log)
    clear.append(SessionEnded(how="left", at="2026-11-22T10:00:00+00:00"))
    clear.close()
    assert naming(lab / "data", "session_ended")
    afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
    assert names(log.parent) == LOCKED and opened(lab)[-1].how == "left"


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


# ---------------------------------------------------------------- while a session is under way

TOLD = (WORDS, "question-", '"kind"', '"answer"', "session_started", CODE)  # parts of every record


def resumed(lab, on=None):
    """The rest of an interrupted session, as `vantage resume` holds it."""
    log, head = sessions.reopen(lab / "data" / "risky" / "real" / f"{SESSION}.jsonl")
    on = on or Watched()
    sessions.note_resumed(log, on)
    performed(log, sessions.plan_from(head, common.tasks(common.read(lab / "risky.yaml"))), on)


def given(records):
    return [(record.trial, record.screen, record.answer) for record in records if isinstance(record, ScreenReplied)]


def test_at_no_step_of_a_session_does_a_file_of_the_data_folder_tell_anything(lab, kills, monkeypatch):
    looked = []

    def look(call):
        def step(*args, **how):
            done = call(*args, **how)
            assert naming(lab / "data" / "risky", *TOLD) == []
            looked.append(len(list((lab / "data").rglob("*.unfinished"))))
            return done

        return step

    for name in kills.CALLS:
        monkeypatch.setattr(os, name, look(getattr(os, name)))
    interrupted(lab, claimed=False)
    resumed(lab)
    monkeypatch.undo()
    assert sum(looked) > 50 and names(lab / "data" / "risky" / "real") == LOCKED


def test_lengths_of_lines_tell_no_answer(lab):
    sizes = []
    for session, words in (("1" * 16, "no"), ("2" * 16, WORDS * 5)):
        log, plan = begun(lab, Watched(), session)
        with pytest.raises(CutError):
            performed(log, plan, Watched({"question-comments": words}, off="question-odd"))
        key = keys.get(lab / "keys" / f"log-{session}.key")
        lines = [keys.unlock(base64.b64decode(line), key) for line in log.file.read_bytes().splitlines()]
        sizes.append([len(line) for line in lines])
    assert sizes[0] == sizes[1] and len(sizes[0]) > 8 and {size % 1024 for size in sizes[0]} == {0}


def test_a_session_goes_on_where_it_was_and_what_was_answered_is_answered(lab):
    log, _, _ = held(lab)
    whole = given(opened(lab))
    (log.parent / LOCKED[0]).unlink()
    for off in ("token", "question-comments", "question-heard"):
        interrupted(lab, off, claimed=False)
        on = Watched()
        resumed(lab, on)
        shown = [screen.name for screen in on.seen]
        assert shown[0] == off and given(opened(lab)) == whole
        for left in log.parent.iterdir():
            left.unlink()


def test_killed_at_any_step_nothing_acknowledged_is_lost_and_nothing_is_left_in_the_clear(
    lab, kills, tmp_path, monkeypatch
):
    held(lab)
    whole = given(opened(lab))
    for name in LOCKED:
        (lab / "data" / "risky" / "real" / name).unlink()
    write = os.write

    def hold(writing, at):
        killer = kills.Killer(at)
        killer.watch()
        log, plan = begun(lab, Watched())
        performed(log, plan, Watched(say=lambda name: write(writing, f"{name}\n".encode())))
        write(writing, f"{killer.steps}\n".encode())

    def killed(step):
        return kills.forked(lambda writing: hold(writing, step))

    code, said = killed(0)
    *screens, steps = said.split()
    assert code == 0
    for step in range(1, int(steps) + 1):
        shutil.rmtree(lab / "data" / "risky", ignore_errors=True)
        shutil.rmtree(lab / "keys", ignore_errors=True)
        code, said = killed(step)
        assert code == -signal.SIGKILL, step
        assert not (lab / "data" / "risky").exists() or naming(lab / "data" / "risky", *TOLD) == [], step
        log = lab / "data" / "risky" / "real" / f"{SESSION}.jsonl"
        if not next((head for _, head in running.heads(log.parent)), None) and not risk.is_locked(log):
            assert said == "", step  # nothing was shown
            assert main(["purge", "risky", "--data", str(lab / "data"), "--yes"]) == 0
            assert not (lab / "keys").exists() or names(lab / "keys") == [], step
            continue
        afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
        on = Watched()
        if running.stands(log):
            resumed(lab, on)
        assert len(screens) <= len([*said.split(), *on.seen]) <= len(screens) + 1, step
        assert (names(log.parent), names(lab / "keys")) == (LOCKED, []), step
        assert given(opened(lab)) == whole, step


def test_by_either_name_it_is_resumed_and_then_over(lab, capfd):
    for ending in ("", ".unfinished"):
        log, _ = interrupted(lab, claimed=False)
        assert main(["resume", "--supervised", f"{log}{ending}"]) == 0
        assert f"session {SESSION} completed" in capfd.readouterr().out
        assert main(["resume", "--supervised", f"{log}{ending}"]) == 0
        assert "is over; its log is now locked for its keepers" in capfd.readouterr().out
        assert names(log.parent) == LOCKED and opened(lab)[-1].how == "completed"
        for name in LOCKED:
            (log.parent / name).unlink()


def test_without_its_key_or_with_another_one_message_says_so(lab, capfd):
    log, _ = interrupted(lab)
    file = running.file_of(log)
    key = lab / "keys" / f"log-{SESSION}.key"
    key.rename(lab / "elsewhere")
    before = file.read_bytes()
    for ending in ("", ".unfinished"):
        assert main(["resume", "--supervised", f"{log}{ending}"]) == 2
        err = capfd.readouterr().err
        assert err.startswith(f"vantage resume: {file}: this session's log is locked, and its key is not in ")
        assert err.endswith("go on with it where it began, or begin anew, since without the key nobody can read it\n")
        assert err.count("\n") == 1
    keys.put(key, keys.make())
    assert main(["resume", "--supervised", str(log)]) == 2
    assert f"{file}: this locked log was changed, or its key is another one" in capfd.readouterr().err
    afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")  # it is let alone, and the next session may begin
    assert file.read_bytes() == before
    (lab / "elsewhere").replace(key)
    resumed(lab)


def test_one_that_has_no_head_yet_is_said_to_have_none(lab, capfd):
    log, _ = interrupted(lab)
    running.file_of(log).write_bytes(b"")
    for _ in range(2):  # with a key, and cut off before it had one
        assert main(["resume", "--supervised", str(log)]) == 2
        assert "cut before its head was complete; nothing was answered" in capfd.readouterr().err
        keys.destroy(lab / "keys" / f"log-{SESSION}.key")


def test_a_log_that_cannot_be_begun_leaves_no_key(lab, monkeypatch):
    monkeypatch.setattr(FileLog, "_put", lambda *_: disk.write_all(-1, b"?"))
    with pytest.raises(MachineError, match="EBADF"):
        begun(lab, Watched())
    assert names(lab / "data" / "risky" / "real") == [] and names(lab / "keys") == []


def test_a_disk_that_can_only_be_read_is_told(lab, monkeypatch):
    log, _ = interrupted(lab)
    whole = os.open

    def refused(path, flags, *rest, **how):
        if flags & os.O_RDWR and str(path).endswith(".unfinished"):
            raise OSError(errno.EROFS, "Read-only file system")
        return whole(path, flags, *rest, **how)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(MachineError, match="this disk can only be read"):
        running.is_free(log)


def test_no_report_of_a_fault_tells_an_answer(lab, monkeypatch, capfd):
    log, _ = interrupted(lab)
    monkeypatch.chdir(lab)

    def fault(*_):
        try:
            raise ValueError(WORDS)
        except ValueError as error:
            raise TypeError(f"it was answered with {WORDS!r}") from error

    monkeypatch.setattr(Virtual, "present", fault)
    assert main(["resume", "--supervised", str(log)]) == 1
    report = (lab / "vantage-fault-resume.txt").read_text()
    assert "TypeError" in report and "ValueError" in report and "runner/engine.py" in report
    said = capfd.readouterr()
    assert WORDS not in report + said.err + said.out


def test_a_changed_line_is_found(lab):
    log, _ = interrupted(lab)
    file = running.file_of(log)
    lines = file.read_bytes().splitlines(keepends=True)
    for broken in (lines[1:], [*lines[:2], *lines[3:]], [lines[0], lines[2], lines[1]], [b"?\n", *lines]):
        file.write_bytes(b"".join(broken))
        with pytest.raises(HistoryError, match="changed"):
            sessions.reopen(log)
    file.write_bytes(b"".join(lines) + lines[-1][:700])
    again, _ = sessions.reopen(log)
    assert again.dropped_bytes == 700 and file.read_bytes() == b"".join(lines)
    again.close()


def test_a_key_in_the_data_folder_is_refused_before_anything_is_asked(lab, monkeypatch):
    monkeypatch.setenv(keys.FOLDER, str(lab / "data" / "keys"))
    with pytest.raises(MachineError, match="keys must not lie in the data folder"):
        begun(lab, Watched())
    assert not (lab / "data" / "risky").exists()


def test_pilots_and_other_studies_are_logged_in_the_clear(lab):
    (lab / "risky.yaml").write_text(STUDY.replace("high_risk: true\n", ""))
    log, plan = begun(lab, Watched())
    performed(log, plan, Watched())
    assert read(log.path)[-1].how == "completed" and names(log.path.parent) == [f"{SESSION}.jsonl", LOCKED[1]]
    assert not (lab / "keys").exists()


def test_a_full_disk_gives_its_ballast(lab, monkeypatch):
    log, plan = begun(lab, Watched())
    assert disk.ballast(log.file).stat().st_size == 4 * disk.BALLAST  # its lines are as much longer
    write, full = disk.write_all, [OSError(errno.ENOSPC, "full")]
    monkeypatch.setattr(disk, "write_all", lambda *a: write(*a) if disk.ballast(log.file).exists() is False else fail())

    def fail():
        raise full[0]

    performed(log, plan, Watched(), lock=False)
    assert log.gave_ballast and running.read(log.path)[-1].how == "completed"


def test_the_start_window_knows_a_code_whose_session_runs_or_was_interrupted(lab):
    protocol, data = common.read(lab / "risky.yaml"), lab / "data"
    log, _ = interrupted(lab)
    found = look_up(data, "", protocol, CODE, station="lab-1")
    assert (found.how, found.log) == ("interrupted", log) and found.halt
    before = endings.standing(log.parent)
    again, _ = sessions.reopen(log)
    assert look_up(data, "", protocol, CODE, station="lab-1").how == "running"
    assert look_up(data, "", protocol, "OTHER123", station="lab-1").how == "free"
    again.note(TrialStarted(trial="x", on_resume="continue"))
    again.close()
    assert endings.judge(log.parent, {}, None, 1, "") == endings.Ending(how="interrupted", log=log)
    assert endings.judge(log.parent, before, log, 1, "") == endings.Ending(how="interrupted", log=log)
    again, _ = sessions.reopen(log)
    again.note(SessionEnded(how="left", at="2026-11-22T10:00:00+00:00"))
    again.close()
    assert look_up(data, "", protocol, CODE, station="lab-1").how == "left"
    assert endings.judge(log.parent, before, log, 1, "").how == "left"
    (lab / "keys" / f"log-{SESSION}.key").unlink()
    assert look_up(data, "", protocol, CODE, station="lab-1").how == "lost"


def test_the_supervisor_goes_on_with_a_locked_log_and_has_it_locked_for_its_keepers(lab, capfd):
    log, _ = interrupted(lab)
    file, dies = running.file_of(log), [sys.executable, "-c", "raise SystemExit(1)"]
    say = [sys.executable, "-c", "import sys; print('resume', sys.argv[1])"]
    find = partial(log_below, lab / "data", f"*/real/{SESSION}.jsonl")
    assert supervise(dies, find, resume=say, pause=0) == 0
    assert capfd.readouterr().out == f"resume {file}\n"
    again, _ = sessions.reopen(log)
    again.note(SessionEnded(how="left", at="2026-11-22T10:00:00+00:00"))
    again.close()
    assert supervise(dies, find, resume=say, pause=0) == 0
    told = capfd.readouterr()
    assert (told.out, "The session is complete." in told.err) == (f"resume {file}\n", True)
    (lab / "keys" / f"log-{SESSION}.key").unlink()
    assert supervise([sys.executable, "-c", "raise SystemExit(2)"], find, resume=say, pause=0) == 2
    assert capfd.readouterr() == ("", "")  # the session's process has said why
    (log.parent / LOCKED[0]).touch()
    assert find().name == LOCKED[0] and supervise(dies, find, resume=say, pause=0) == 0
    assert capfd.readouterr().out == f"resume {file}\n"  # which does away with the rest
    assert main(["resume", "--supervised", str(file)]) == 0 and names(log.parent) == LOCKED
    assert supervise(dies, find, resume=say, pause=0) == 0 and capfd.readouterr().out.count("resume") == 0


@pytest.mark.parametrize("by", ["token", "participant", "participant without the log's key"])
def test_who_takes_back_an_interrupted_session_is_gone_with_its_key(lab, capfd, by):
    log, token = interrupted(lab)
    key = lab / "keys" / f"log-{SESSION}.key"
    again, _ = sessions.reopen(log)
    if by.endswith("key"):  # as for another account
        key.unlink()
        seals.beside(log).unlink()  # nothing but the ledger knows whose it is
    who = ("--token", token) if by == "token" else ("--participant", CODE)
    withdraw = ["withdraw", str(lab / "risky.yaml"), "--data", str(lab / "data"), *who, "--yes"]
    assert main(withdraw) == 2 and "this session is running; end it first" in capfd.readouterr().err
    again.close()
    assert main(withdraw) == 0
    assert "erased: 1 session in risky" in capfd.readouterr().out
    assert naming(lab / "data", CODE, SESSION, token) == [] and not key.exists()
    assert [path.suffixes for path in log.parent.iterdir()] == [[".withdrawn", ".json"]]


@pytest.mark.parametrize("by", ["resume", "the next session"])
def test_who_took_the_data_back_when_the_machine_went_off_is_erased_and_not_locked(lab, capfd, by):
    (lab / "risky.yaml").write_text(STUDY + "  - {phase: end, task: data_decision}\n")
    on = Watched({"data-decision": "withdraw"})
    ledger = Ledger(lab / "data")
    ledger.claim("risky", "real", "", SESSION, CODE, "lab-1")
    ledger.close()
    log, plan = begun(lab, on)
    performed(log, plan, on, lock=False)
    if by == "resume":
        assert main(["resume", "--supervised", str(log.path)]) == 0
    else:
        afterwards.tidy(common.read(lab / "risky.yaml"), lab / "data")
    assert "the participant had withdrawn; the answers are erased" in capfd.readouterr().out
    assert naming(lab / "data", CODE, SESSION) == [] and names(lab / "keys") == []
    assert [path.suffixes for path in log.path.parent.iterdir()] == [[".withdrawn", ".json"]]


def test_a_part_apart_of_an_interrupted_session_is_not_taken_for_one_left_behind(lab):
    log, _ = interrupted(lab)
    part = log.parent / apart.FOLDER / apart.UNDER_WAY / f"{SESSION}.part"
    part.parent.mkdir(parents=True)
    part.touch()
    assert list(apart.left_behind(lab / "data", "risky", "real")) == [(part, False)]
    resumed(lab)
    assert list(apart.left_behind(lab / "data", "risky", "real")) == [(part, True)]


def test_the_ledger_proves_what_it_can_without_it(lab):
    interrupted(lab)
    ledger = Ledger(lab / "data")
    found = verify(common.read(lab / "risky.yaml"), ledger.claims("risky"), [], lab / "data")
    ledger.close()
    assert (found.claims, found.replayed, found.absent, found.difference) == (1, 0, 1, "")


def test_the_analysis_names_it_as_locked_and_never_reads_it(lab, capfd):
    log, _ = interrupted(lab)
    analyze = ["analyze", str(lab / "risky.yaml"), "--out", str(lab / "results"), "--data"]
    for data in (lab / "data", running.file_of(log)):
        assert main([*analyze, str(data)]) == 2
        err = capfd.readouterr().err
        assert f"{running.file_of(log).name}: this log of a high-risk study is locked, since its session is not" in err
        assert "damaged" not in err
    (lab / "data" / "risky" / "real" / f"{'b' * 16}.jsonl").write_bytes(b"".join(clear(log)))
    for read_them in (read_logs, lambda data, study: read_tables(data, study)[0]):
        logs = read_them(lab / "data", "risky")
        assert len(logs.sessions) == 1 and "is locked" in logs.damaged[0].reason
        assert logs.damaged[0].file == f"risky/real/{SESSION}.jsonl.unfinished"


def clear(log):
    """The lines of a log as they would stand in the clear."""
    link = b""
    for n, record in enumerate(running.read(log)):
        line, link = line_of(record, n, link)
        yield line
