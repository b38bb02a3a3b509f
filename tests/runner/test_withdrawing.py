"""Taking the data back: at the end of a session, whatever kind it is and however it came there, and by asking later."""

import io
import json
from pathlib import Path

import pytest

from experiments import find
from runner import sessions
from runner.cli import main
from runner.commands import common, live
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.respondents import Scripted, Spec
from runner.stages.marking import Nowhere
from runner.stages.virtual import Virtual

STUDY = Path(__file__).parents[2] / "protocols" / "frame-and-visibility.yaml"
PROTOCOL = common.read(STUDY)
TASKS = common.tasks(PROTOCOL)
CODE = "K7M2QXYZ"


def stage(**answers):
    """In place of a window, on a machine without devices."""
    found = Virtual(Scripted(answers, Spec(kind="theory", seed="1").make()))
    found.markers = Nowhere()
    return found


def planned(code):
    return plan_session(PROTOCOL, find, common.library(PROTOCOL, "en"), participant=code, slot=0, language="en")


def begun(data, code, *, session, store="real", on=None, ledger=None):
    """A log with its head, and its plan."""
    plan = planned(code)
    spec = Spec(kind="theory", seed="1")
    head = sessions.head(
        PROTOCOL,
        plan,
        on or stage(),
        session=session,
        store=store,
        respondent=json.dumps({"kind": spec.kind, "seed": spec.seed, "weights": {}}),
    )
    if ledger:
        ledger.claim(PROTOCOL.study, store, "", session, code, "lab-1")
    return FileLog.create(sessions.log_path(data, PROTOCOL.study, store, session), head), plan


def held(data, code, *, session, store="real", on=None):
    """A session from its first screen to its last."""
    on, ledger = on or stage(), Ledger(data)
    log, plan = begun(data, code, session=session, store=store, on=on, ledger=ledger)
    ending = sessions.perform(plan, TASKS, on, log)
    link = log.head_link
    log.close()
    if ending.how == "completed":
        ledger.finish(session, link)
    else:
        ledger.give_back(session, "left")
    ledger.close()
    return log.path


def naming(data, *needles):
    """Files that hold one of these as bytes."""
    files = [path for path in Path(data).rglob("*") if path.is_file()]
    return [path.name for path in files for needle in needles if needle.encode() in path.read_bytes()]


def withdraw(capfd, data, code=CODE, *more):
    code = main(["withdraw", str(STUDY), "--participant", code, "--data", str(data), *more])
    return code, *capfd.readouterr()


# ---------------------------------------------------------------- asked for later


def test_nothing_of_the_participant_is_left_and_all_of_the_others(tmp_path, capfd):
    mine = held(tmp_path, CODE, session="aaaaaaaaaaaaaaaa")
    (mine.with_name(f"{mine.name}.tail-0")).write_bytes(f'{{"participant":"{CODE}"'.encode())
    other = held(tmp_path, "OTHER123", session="bbbbbbbbbbbbbbbb").read_bytes()
    assert naming(tmp_path, CODE)
    code, out, err = withdraw(capfd, tmp_path, CODE, "--yes")
    assert (code, err) == (0, "")
    assert "erased: 1 session in frame-and-visibility" in out and "make anew" in out and CODE not in out
    assert naming(tmp_path, CODE) == []
    (rest,) = mine.parent.glob("*.jsonl")
    assert rest.read_bytes() == other
    (stone,) = mine.parent.glob("*.withdrawn.json")
    assert set(json.loads(stone.read_text())) == {"study", "store", "protocol_sha256", "assigned", "withdrawn"}
    ledger = Ledger(tmp_path)
    assert [(c.participant, c.state) for c in ledger.claims(PROTOCOL.study)] == [("", "returned"), ("OTHER123", "done")]
    ledger.close()


def test_also_while_another_session_has_the_ledger_open(tmp_path, capfd):
    held(tmp_path, CODE, session="aaaaaaaaaaaaaaaa")
    another = Ledger(tmp_path)
    assert another.claims(PROTOCOL.study)
    assert withdraw(capfd, tmp_path, CODE, "--yes")[0] == 0
    assert naming(tmp_path, CODE) == []
    another.close()


def test_who_left_early_and_came_again_is_erased_in_both_sessions_and_in_every_store(tmp_path, capfd):
    ways = {"really": "!stopped", "stop": "leave"}
    assert read(held(tmp_path, CODE, session="a" * 16, on=stage(**ways)))[-1].how == "left"
    held(tmp_path, CODE, session="c" * 16)
    held(tmp_path, CODE, session="d" * 16, store="pilot")
    code, out, _ = withdraw(capfd, tmp_path, CODE, "--yes")
    assert code == 0 and "erased: 3 sessions" in out
    assert naming(tmp_path, CODE) == [] and not list(tmp_path.rglob("*.jsonl"))


def test_a_cut_off_erasure_is_finished_by_asking_again(tmp_path, capfd):
    path = held(tmp_path, CODE, session="a" * 16)
    path.unlink()  # the log is gone, and the ledger not asked yet
    code, out, _ = withdraw(capfd, tmp_path, CODE, "--yes")
    assert code == 0 and "erased: 0 sessions" in out
    assert naming(tmp_path, CODE) == []


def test_an_unknown_code_is_refused_and_nothing_changed(tmp_path, capfd):
    before = held(tmp_path, CODE, session="a" * 16).read_bytes()
    code, _, err = withdraw(capfd, tmp_path, "K7M2", "--yes")
    assert code == 2 and "there is nothing of participant 'K7M2' of 'frame-and-visibility'" in err
    code, _, err = withdraw(capfd, tmp_path / "elsewhere", CODE, "--yes")
    assert code == 2 and "check the code, the study and --data" in err and not (tmp_path / "elsewhere").exists()
    assert next(tmp_path.rglob("*.jsonl")).read_bytes() == before


def test_it_is_asked_first(tmp_path, capfd, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    path = held(tmp_path, CODE, session="a" * 16)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, err = withdraw(capfd, tmp_path)
    assert code == 2 and "1 session of participant 'K7M2QXYZ'" in err and "add --yes" in err
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    code, _, err = withdraw(capfd, tmp_path)
    assert code == 2 and "stay as they are" in err and path.exists()
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    assert withdraw(capfd, tmp_path)[0] == 0 and not path.exists()


def test_a_program_looks_first_and_is_told_what_was_done(tmp_path, capfd):
    path = held(tmp_path / "data", CODE, session="a" * 16)
    before = path.read_bytes()
    code, out, err = withdraw(capfd, tmp_path / "data", "K7M2", "--look", "--json")
    told = json.loads(out)
    assert (code, err, told["sessions"], told["claimed"], told["apart"]) == (0, "", 0, 0, False)
    code, out, _ = withdraw(capfd, tmp_path / "data", CODE, "--look", "--json")
    assert code == 0 and json.loads(out)["sessions"] == 1 and CODE not in out
    code, out, _ = withdraw(capfd, tmp_path / "data", CODE, "--look")
    assert code == 0 and "1 session of participant 'K7M2QXYZ'" in out and "would be erased for good" in out
    assert withdraw(capfd, tmp_path / "data", "K7M2", "--look")[0] == 2 and path.read_bytes() == before
    blocked = tmp_path / "full"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    code, out, err = withdraw(
        capfd, tmp_path / "data", CODE, "--yes", "--json", "--receipt", str(blocked / "page.html")
    )
    told = json.loads(out)
    assert code == 2 and "writing the receipt" in err and (told["erased"], told["receipt"]) == (1, "")
    assert not path.exists()


def test_a_running_session_is_ended_first(tmp_path, capfd):
    log, _ = begun(tmp_path, CODE, session="a" * 16)
    code, _, err = withdraw(capfd, tmp_path, CODE, "--yes")
    assert code == 2 and "this session is running; end it first" in err and log.path.exists()
    log.abandon()
    assert withdraw(capfd, tmp_path, CODE, "--yes")[0] == 0 and not log.path.exists()


def test_what_cannot_be_read_is_named(tmp_path, capfd):
    path = held(tmp_path, CODE, session="a" * 16)
    broken = path.with_name("broken.jsonl")
    broken.write_bytes(b"no log\n")
    (tmp_path / "notes.csv").write_text(f"{CODE};late\n", encoding="utf-8")
    code, _, err = withdraw(capfd, tmp_path, CODE, "--yes")
    assert code == 0 and f"look yourself whether it is theirs: {broken}" in err
    assert "the code still stands in" in err and "notes.csv" in err


# ---------------------------------------------------------------- decided at the end of a session


BACK = {"data-decision": "withdraw"}


@pytest.mark.parametrize("store", ["real", "pilot"])
def test_the_decision_after_the_debrief_is_obeyed_in_a_window(tmp_path, store, capfd):
    ledger = Ledger(tmp_path) if store == "real" else None
    on = stage(**BACK)
    log, plan = begun(tmp_path, CODE, session="a" * 16, store=store, on=on, ledger=ledger)
    assert live._perform(log, log.records[0], plan, TASKS, on, ledger, False) == 0
    if ledger:
        ledger.close()
    assert "the answers are erased" in capfd.readouterr().out
    assert naming(tmp_path, CODE) == [] and not list(tmp_path.rglob("*.jsonl"))
    assert len(list(tmp_path.rglob("*.withdrawn.json"))) == 1


def test_it_is_obeyed_by_who_stopped_before(tmp_path):
    on = stage(**BACK, really="!stopped", stop="distress", **{"stop-support": "leave"})
    log, plan = begun(tmp_path, CODE, session="a" * 16, store="pilot", on=on)
    live._perform(log, log.records[0], plan, TASKS, on, None, False)
    assert naming(tmp_path, CODE) == []


@pytest.mark.parametrize("after", ["really", "data-decision"])
def test_it_is_obeyed_in_a_session_that_was_interrupted(tmp_path, after):
    on = stage(**BACK)
    log, plan = begun(tmp_path, CODE, session="a" * 16, store="pilot", on=on)

    class CutError(Exception):
        pass

    class Breaks:
        def present(self, screen):
            reply = on.present(screen)
            if self.over:
                raise CutError
            self.over = screen.name == after
            return reply

        over = False
        prepare = remember = say = staticmethod(lambda *a: None)
        company, markers = on.company, on.markers

    with pytest.raises(CutError):
        live._perform(log, log.records[0], plan, TASKS, Breaks(), None, False)
    assert naming(tmp_path, CODE)
    log, started = sessions.reopen(log.path)
    sessions.note_resumed(log, stage())
    live._perform(log, started, sessions.plan_from(started, TASKS), TASKS, stage(**BACK), None, False)
    assert naming(tmp_path, CODE) == []


def test_it_is_obeyed_in_simulations(tmp_path, monkeypatch):
    made = Spec.make
    monkeypatch.setattr(Spec, "make", lambda spec: Scripted(BACK, made(spec)))
    assert main(["simulate", str(STUDY), "-n", "2", "--out", str(tmp_path)]) == 0
    assert not list(tmp_path.rglob("*.jsonl")) and naming(tmp_path, "sim-0") == []
    assert len(list(tmp_path.rglob("*.withdrawn.json"))) == 2
