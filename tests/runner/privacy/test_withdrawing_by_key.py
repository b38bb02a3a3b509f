"""A key is in nobody's files; with it, and nothing else, everything of its participant goes."""

import argparse
import json
import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner import sessions
from runner.cli import main
from runner.commands import afterwards, common
from runner.commands.secrets import by_key, held_on, telling
from runner.disk import MADE, TABLES, note_made
from runner.errors import DeclarationError, HistoryError
from runner.laboratory.incidents import note
from runner.laboratory.place import open_place
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.privacy import payouts, seals, tokens
from runner.privacy.pool import Pool
from runner.respondents import Scripted, Spec
from runner.stages.virtual import Virtual

WORDS = "I grew up in Musterhausen, above the old bakery."
STUDY = """
study: keys
title: {en: "Work and choices", de: "Arbeit und Entscheidungen"}
minutes: 5
languages: [en, de]
identity: coded
pack: gender
withdraw_until: 2099-03-15
details: {support: "the desk", contact: "lab@example.org"}
ethics: "1"
phases:
  - {phase: key, task: token}
  - {phase: probe, task: question, params: {questions: seen-giving/probe}}
  - {phase: payout, task: payout, params: {bonus: 4.5}, reaches: everyone}
"""


class Watched(Virtual):
    """A stage that keeps what was on its screens."""

    def __init__(self, **answers):
        super().__init__(Scripted(answers, Spec(kind="theory", seed="1").make()))
        self.screens = []

    def present(self, screen):
        self.screens.append(screen)
        return super().present(screen)

    def read(self, name):
        """The third mark of the last screen of this name: where a key or a code stands."""
        return [screen for screen in self.screens if screen.name == name][-1].marks[2].text


class Study:
    """A protocol's file, a data folder, and sessions held in it."""

    def __init__(self, folder, text=STUDY):
        self.file, self.data = folder / "keys.yaml", folder / "data"
        self.file.write_text(text, encoding="utf-8")
        self.protocol = common.read(self.file)

    def begin(self, code, session, store="real", on=None):
        plan = plan_session(
            self.protocol, find, common.library(self.protocol, "en"), participant=code, slot=0, language="en"
        )
        on = on or Watched(**{"question-comments": WORDS})
        spec = json.dumps({"kind": "theory", "seed": "1", "weights": {}})
        head = sessions.head(self.protocol, plan, on, session=session, store=store, respondent=spec)
        log = FileLog.create(sessions.log_path(self.data, "keys", store, session), head)
        return log, plan, on

    def hold(self, code, session, store="real", on=None):
        """A whole session; the log's path, and the stage that knows what was seen."""
        ledger = Ledger(self.data)
        ledger.claim("keys", store, "", session, code, "lab-1")
        log, plan, on = self.begin(code, session, store, on)
        shown = telling(on, log.path, log.records[0])
        sessions.perform(plan, common.tasks(plan), shown, log)
        link = log.head_link
        log.close()
        ledger.finish(session, link)
        ledger.close()
        return log.path, on


def naming(folder, *needles):
    """Files that hold one of these as bytes, whatever kind of file they are."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return [path.name for path in files for needle in needles if needle.encode() in path.read_bytes()]


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path)


CODE, SESSION = "K7M2QXYZ", "aaaaaaaaaaaaaaaa"


def withdraw(capfd, study, *more):
    code = main(["withdraw", str(study.file), "--data", str(study.data), *more])
    return code, *capfd.readouterr()


def key_of(on):
    return tokens.parse(on.read("token"))


# ---------------------------------------------------------------- what is kept


def test_the_key_was_on_the_screen_and_stands_in_no_file(study):
    path, on = study.hold(CODE, SESSION)
    token = key_of(on)
    assert naming(study.data.parent, token, token.replace("-", "")) == []
    seal = seals.read(seals.beside(path))
    assert tokens.opens(token, seal.sealed) and seal.until == "2099-03-15"
    assert os.stat(seals.beside(path)).st_mode & 0o077 == 0


def test_two_sessions_of_the_same_slot_and_seed_have_different_keys(study):
    keys = {key_of(study.hold(code, session)[1]) for code, session in (("AAAA", "a" * 16), ("BBBB", "b" * 16))}
    assert len(keys) == 2


def test_pilots_and_simulations_show_a_made_up_one_and_keep_nothing(study):
    path, on = study.hold(CODE, SESSION, store="pilot")
    assert on.read("token") == tokens.SPECIMEN and on.read("payout") == "TEST-TEST-TEST"
    assert not seals.beside(path).exists() and not list(study.data.rglob("payments"))


class CutError(Exception):
    """The machine went off."""


class Cut(Watched):
    """Goes off while the key is on the screen."""

    def present(self, screen):
        super().present(screen)
        raise CutError


def test_a_key_that_was_not_acknowledged_when_the_machine_went_off_is_replaced(study):
    log, plan, on = study.begin(CODE, SESSION, on=Cut())
    with pytest.raises(CutError):
        sessions.perform(plan, common.tasks(plan), telling(on, log.path, log.records[0]), log)
    log.abandon()
    first = key_of(on)
    assert seals.opened(study.data, first) == [log.path]
    log, started = sessions.reopen(log.path)
    again = Watched()
    sessions.note_resumed(log, again)
    sessions.perform(plan, common.tasks(plan), telling(again, log.path, started), log)
    log.close()
    assert key_of(again) != first
    assert seals.opened(study.data, first) == [] and seals.opened(study.data, key_of(again)) == [log.path]


def test_an_acknowledged_key_stays_when_the_session_is_resumed(study):
    class Later(Watched):
        def present(self, screen):
            if screen.name != "token":
                raise CutError
            return super().present(screen)

    log, plan, on = study.begin(CODE, SESSION, on=Later())
    with pytest.raises(CutError):
        sessions.perform(plan, common.tasks(plan), telling(on, log.path, log.records[0]), log)
    log.abandon()
    log, started = sessions.reopen(log.path)
    again = Watched()
    sessions.note_resumed(log, again)
    sessions.perform(plan, common.tasks(plan), telling(again, log.path, started), log)
    log.close()
    assert "token" not in [screen.name for screen in again.screens]
    assert seals.opened(study.data, key_of(on)) == [log.path]


def test_a_pause_changes_no_key(study):
    class Pauses(Watched):
        paused = False

        def present(self, screen):

            reply = super().present(screen)
            if screen.name == "token" and not self.paused:
                self.paused = True
                return evolve(reply, status="stopped", answer=None)
            return reply

    path, on = study.hold(CODE, SESSION, on=Pauses(stop="stay"))
    shown = [screen.marks[2].text for screen in on.screens if screen.name == "token"]
    assert len(shown) == 2 and shown[0] == shown[1]
    assert seals.opened(study.data, key_of(on)) == [path]


def test_seals_are_dropped_after_the_announced_day_and_not_before(study):
    path, on = study.hold(CODE, SESSION)
    assert seals.opened(study.data, key_of(on), date(2099, 3, 15)) == [path]
    assert seals.opened(study.data, key_of(on), date(2099, 3, 16)) == []
    assert not seals.beside(path).exists() and path.exists()


def test_the_next_session_drops_what_is_past_and_minds_no_damage(study):
    log, damaged = study.hold(CODE, SESSION)[0], study.hold("BBBB", "b" * 16)[0]
    afterwards.tidy(study.protocol, study.data)
    assert seals.beside(log).exists()
    kept = json.loads(seals.beside(log).read_bytes())
    seals.beside(log).write_text(json.dumps({**kept, "until": "2020-01-01"}))
    seals.beside(damaged).write_bytes(b"?")
    afterwards.tidy(study.protocol, study.data)
    assert not seals.beside(log).exists() and log.exists() and seals.beside(damaged).exists()


def test_days_after_the_session_are_a_day_of_its_own(tmp_path):
    study = Study(tmp_path, STUDY.replace("2099-03-15", "30 days"))
    path, _ = study.hold(CODE, SESSION)

    held = held_on(read(path)[0])
    assert seals.read(seals.beside(path)).until == (held + timedelta(days=30)).isoformat()


def test_a_damaged_seal_is_told_and_not_taken_for_a_no(study, capfd):
    path, on = study.hold(CODE, SESSION)
    seals.beside(path).write_bytes(b"{}")
    with pytest.raises(HistoryError, match="damaged or changed"):
        seals.opened(study.data, key_of(on))
    code, _, err = withdraw(capfd, study, "--token", key_of(on), "--yes")
    assert code == 2 and "damaged or changed" in err and path.exists()


# ---------------------------------------------------------------- with the key


def test_the_key_takes_everything_of_its_participant_and_nothing_of_others(study, capfd):
    _, on = study.hold(CODE, SESSION)
    study.hold(CODE, "c" * 16, store="pilot")
    other = study.hold("OTHER123", "b" * 16, on=Watched())[0]
    before = other.read_bytes(), seals.beside(other).read_bytes()
    place = open_place(study.data)
    note(place, "keys", "general", "", f"came late: {CODE}, and {CODE}2 too")
    place.close()
    token = key_of(on)
    assert naming(study.data, CODE) and naming(study.data, WORDS)
    code, out, err = withdraw(capfd, study, "--token", token.lower(), "--yes")
    assert (code, err) == (0, "")
    assert "erased: 2 sessions in keys" in out
    ledger = Ledger(study.data)
    assert [(c.participant, c.state) for c in ledger.claims("keys")] == [("", "returned"), ("OTHER123", "done")]
    assert ledger.claim("keys", "real", "", "d" * 16, "NEXT", "lab-1") == 0  # the slot is free again
    ledger.close()
    rest = [name for name in naming(study.data, SESSION, "c" * 16, token, WORDS) if name]
    assert rest == [] and naming(study.data, f"late: {CODE},") == []
    assert (other.read_bytes(), seals.beside(other).read_bytes()) == before
    code, _, err = withdraw(capfd, study, "--token", token, "--yes")
    assert code == 2 and "there is nothing of this key of 'keys'" in err and token not in err


@pytest.mark.parametrize(("language", "title"), [("en", "Your answers have been deleted"), ("de", "sind gelöscht")])
def test_the_receipt_says_what_went_and_holds_no_code(study, capfd, tmp_path, language, title):
    _, on = study.hold(CODE, SESSION)
    page = tmp_path / "desk" / "receipt.html"
    more = ("--token", key_of(on), "--yes", "--language", language, "--receipt", str(page))
    code, out, _ = withdraw(capfd, study, *more)
    text = page.read_text(encoding="utf-8")
    assert code == 0 and title in out and title in text and f'lang="{language}"' in text
    assert "lab@example.org" in text and str(date.today().year) in text
    for secret in (CODE, SESSION, key_of(on), WORDS, "lab-1"):
        assert secret not in text and secret not in out
    assert "http" not in text and "<script" not in text


def test_a_key_that_was_not_given_out_and_one_that_is_none_are_refused(study, capfd):
    path, _ = study.hold(CODE, SESSION)
    code, _, err = withdraw(capfd, study, "--token", tokens.new(), "--yes")
    assert code == 2 and "nothing of this key" in err and "after the announced day" in err
    for wrong in ("K7M2", "TEST-TEST-TEST-TEST-TEST", "../../x", "=1+1"):
        code, _, err = withdraw(capfd, study, "--token", wrong, "--yes")
        assert code == 2 and err.startswith("vantage withdraw: token: ") and err.count("\n") == 1
    assert path.exists()


def test_a_key_of_another_study_removes_no_results(study, tmp_path, capfd):
    study.hold(CODE, SESSION)
    far = results(tmp_path / "far")
    note_made(study.data, far)
    code, _, err = withdraw(capfd, study, "--token", tokens.new(), "--yes")
    assert code == 2 and "nothing of this key" in err and far.exists()


def test_a_count_of_who_withdrew_tells_no_day_and_tables_that_were_kept_are_overwritten(study, capfd):
    path, _ = study.hold(CODE, SESSION)
    kept = study.data.parent / TABLES / "x"
    kept.mkdir(parents=True)
    (kept / "answers").write_text(WORDS)
    with (kept / "answers").open("rb") as before:
        assert withdraw(capfd, study, "--participant", CODE, "--yes")[0] == 0
        assert set(before.read()) == {0}
    (stone,) = path.parent.glob("*.withdrawn.json")
    assert os.stat(stone).st_mtime == 946684800 and not kept.exists()


def test_without_a_yes_nothing_goes_and_a_running_session_neither(study, capfd):
    path, on = study.hold(CODE, SESSION)
    code, _, err = withdraw(capfd, study, "--token", key_of(on))
    assert code == 2 and "1 session that this key belongs to in 'keys'" in err and path.exists()
    assert CODE not in err
    log = FileLog.create(path.with_name("e" * 16 + ".jsonl"), read(path)[0])
    code, _, err = withdraw(capfd, study, "--token", key_of(on), "--yes")
    assert code == 2 and "this session is running" in err and path.exists()
    log.abandon()


# ---------------------------------------------------------------- what was made of the data


def results(folder, study="keys"):
    (folder / "tables").mkdir(parents=True)
    (folder / "results.json").write_text(f'{{"study": "{study}"}}')
    (folder / "report.html").write_text(f"<h1>{study}</h1>")
    (folder / "tables" / "sessions.csv").write_text(f"session\n{SESSION}\n")
    return folder


def dataset(folder, study="keys"):
    folder.mkdir(parents=True)
    (folder / "dataset_description.json").write_text(f'{{"Name": "{study}"}}')
    (folder / "sub-001.tsv").write_text("no code of anybody\n")
    return folder


def test_results_and_datasets_go_whole_and_files_of_others_stay(study, tmp_path, capfd):
    _, on = study.hold(CODE, SESSION)
    made, shared = results(tmp_path / "out" / "analysis"), dataset(tmp_path / "out" / "shared")
    (made / "notes.txt").write_text("mine")
    elsewhere = dataset(tmp_path / "out" / "elsewhere", "another")
    copy = tmp_path / "out" / "copy.csv"
    copy.write_text(f"x,{SESSION}\n")
    code, out, err = withdraw(capfd, study, "--token", key_of(on), "--also", str(tmp_path / "out"), "--yes")
    assert code == 0 and f"vantage export`: {made}" in out and f"vantage export`: {shared}" in out
    assert [path.name for path in made.iterdir()] == ["notes.txt"] and not shared.exists() and elsewhere.is_dir()
    assert str(copy) in err and "the code still stands in" in err
    assert naming(tmp_path / "out", SESSION) == ["copy.csv"]
    assert "made with your answers: 2" in out


def test_where_results_were_written_is_remembered(study, tmp_path, capfd):

    _, on = study.hold(CODE, SESSION)
    far = results(tmp_path / "far" / "away")
    note_made(study.data, far)
    note_made(study.data, far)
    assert (study.data.parent / MADE).read_text() == f"{far}\n"
    code, _, err = withdraw(capfd, study, "--token", key_of(on))
    assert code == 2 and str(far) in err and far.exists()
    assert withdraw(capfd, study, "--token", key_of(on), "--yes")[0] == 0
    assert not far.exists()


def test_simulated_data_leave_no_note(tmp_path):

    (tmp_path / "sim" / "keys" / "simulated").mkdir(parents=True)
    note_made(tmp_path / "sim", tmp_path / "out")
    assert not (tmp_path / MADE).exists()


def test_what_was_withdrawn_by_code_goes_the_same_way(study, capfd):
    path, on = study.hold(CODE, SESSION)
    code, out, _ = withdraw(capfd, study, "--participant", CODE, "--yes")
    assert code == 0 and "erased: 1 session" in out and not path.exists() and not seals.beside(path).exists()
    assert naming(study.data, CODE, SESSION, WORDS, key_of(on)) == []


# ---------------------------------------------------------------- payment codes


def test_a_session_s_payment_code_leads_nowhere_and_outlives_the_data(study, capfd):
    path, on = study.hold(CODE, SESSION)
    code = payouts.parse(on.read("payout"))
    assert "Paid to you: 4.50" in on.screens[-1].marks[3].text
    assert naming(study.data, code) == ["open.json"] and code not in path.read_text(encoding="utf-8")
    kept = payouts.place(study.data, "keys").read_text(encoding="utf-8")
    assert payouts.read(study.data, "keys").open == {code: Decimal("4.50")}
    assert CODE not in kept and SESSION not in kept and str(date.today().year) not in kept
    assert withdraw(capfd, study, "--participant", CODE, "--yes")[0] == 0
    assert payouts.settle(study.data, "keys", code) == Decimal("4.50")


def test_a_code_that_was_not_acknowledged_is_the_same_again_and_worth_its_amount_once(study):
    class Off(Watched):
        def present(self, screen):
            reply = super().present(screen)
            if screen.name == "payout":
                raise CutError
            return reply

    log, plan, on = study.begin(CODE, SESSION, on=Off())
    with pytest.raises(CutError):
        sessions.perform(plan, common.tasks(plan), telling(on, log.path, log.records[0]), log)
    log.abandon()
    assert list(payouts.read(study.data, "keys").open) == [on.read("payout")]  # whoever has seen it can be paid
    log, started = sessions.reopen(log.path)
    again = Watched()
    sessions.note_resumed(log, again)
    sessions.perform(plan, common.tasks(plan), telling(again, log.path, started), log)
    log.close()
    assert list(payouts.read(study.data, "keys").open) == [again.read("payout")] == [on.read("payout")]


# ---------------------------------------------------------------- a later wave


def asked(study, *more):
    return argparse.Namespace(
        protocol=study.file,
        data=study.data,
        participant="",
        token=more[-1].partition("=")[2] or more[-1],
        arguments=more,
    )


def test_a_key_stands_for_the_code_in_a_later_wave_and_reaches_no_list_of_processes(study):
    _, on = study.hold(CODE, SESSION)
    token = key_of(on)
    for way in (("--token", token), (f"--token={token.lower()}",), ("--tok", token)):
        args = asked(study, "keys.yaml", "--wave", "second", *way)
        assert by_key(args) == (CODE, ["keys.yaml", "--wave", "second", "--participant", CODE])
    with pytest.raises(DeclarationError, match=r"this key opens no session of 'keys' in .*; check it"):
        by_key(asked(study, "--token", tokens.new()))


# ---------------------------------------------------------------- a part kept apart


def test_the_key_finds_a_part_that_no_code_leads_to(study, capfd, monkeypatch, tmp_path):
    monkeypatch.setenv("VANTAGE_KEYS", str(tmp_path / "keys"))
    mine, pool = tokens.new(), Pool(study.data, "keys", "real", least=5)
    for n in range(7):  # five are open, two held
        token = mine if n in (0, 6) else tokens.new()
        part = {"assigned": {}, "language": "en", "protocol_sha256": "f", "trials": [{"said": f"part {n}"}]}
        pool.add(f"{n:032}", {**part, "token": tokens.sealed(token)})
    assert naming(study.data, "part 0") and pool.counts().held.total() == 2
    code, out, _ = withdraw(capfd, study, "--token", mine, "--yes")
    assert code == 0 and "Answers of the part kept without any code, deleted: 2" in out
    assert (pool.counts().held.total(), pool.counts().opened.total()) == (1, 4)
    assert naming(study.data, "part 0") == [] and naming(study.data, "part 1")
    assert withdraw(capfd, study, "--token", mine, "--yes")[0] == 2
