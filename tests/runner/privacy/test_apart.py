"""Sessions with a part apart: what the log says of it, what is kept, and when."""

import json
from random import Random

import pytest

from experiments import find
from runner import sessions
from runner.checks.check import check
from runner.cli import main
from runner.commands import common
from runner.engine import digest, run
from runner.errors import HistoryError, MachineError
from runner.log import Log, read
from runner.planning import plan_apart, plan_session
from runner.plans import PART
from runner.privacy import tokens
from runner.privacy.apart import Part, left_behind
from runner.privacy.pool import read_open
from runner.records import ScreenReplied, SessionEnded, SessionLeft, TrialEnded, TrialStarted
from runner.rehearsal import foresee
from runner.respondents import Theory
from runner.stages.virtual import Virtual

APART = ("before", "announcement", "choices", "checks")  # phases


def opened(laboratory):
    return read_open(laboratory.folder / "pooled.jsonl")


def pool(laboratory):
    from runner.commands.parts import pool_of

    return pool_of(laboratory.protocol, laboratory.data, laboratory.store)


def held(laboratory):
    return sum(pool(laboratory).counts().held.values())


# ---------------------------------------------------------------- the plan and the log


def test_the_plan_holds_one_empty_trial_for_the_part_apart(laboratory):
    trials = [trial for trial in laboratory.plan("s").trials if trial.phase == PART]
    assert [(trial.id, trial.task, trial.given) for trial in trials] == [(PART, PART, None)]
    assert not {"before", "announcement", "choices", "checks"} & {t.phase for t in laboratory.plan("s").trials}
    assert PART not in {t.phase for t in laboratory.plan("s", cell="shown").trials}


def test_the_plan_of_the_part_apart_knows_no_participant_slot_or_seed(laboratory):
    materials = common.library(laboratory.protocol, "en")
    drawn = [
        plan_apart(laboratory.protocol, find, materials, assigned={"setting": "unseen"}, language="en", seed=seed)
        for seed in ("one", "one", "other")
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert (drawn[0].participant, drawn[0].slot, drawn[0].seed) == ("", -1, "")
    assert list(dict.fromkeys(trial.phase for trial in drawn[0].trials)) == [
        "before",
        "announcement",
        "choices",
        "checks",
    ]


def test_the_log_says_no_more_than_that_the_part_was_begun_and_finished(laboratory):
    records = read(laboratory.hold("aaaa"))
    said = [record for record in records if getattr(record, "trial", "") == PART]
    assert said == [TrialStarted(trial=PART, on_resume="continue"), TrialEnded(trial=PART, outcome={"finished": True})]
    assert isinstance(records[-1], SessionEnded)
    phases = {trial["id"] for trial in records[0].plan["trials"]}
    assert {record.trial for record in records if isinstance(record, ScreenReplied)} <= phases


def test_a_session_that_is_shown_keeps_nothing_apart(laboratory):
    records = read(laboratory.hold("aaaa", cell="shown"))
    assert [r for r in records if isinstance(r, TrialEnded) and r.trial.startswith("choices")]
    assert not laboratory.folder.exists()


# ---------------------------------------------------------------- what becomes of it


def test_a_part_is_held_until_enough_are_alike_and_then_all_are_opened(laboratory):
    for n in range(4):
        laboratory.hold(f"a{n}")
        assert (held(laboratory), opened(laboratory)) == (n + 1, [])
    laboratory.hold("a4")
    assert (held(laboratory), len(opened(laboratory))) == (0, 5)


def test_what_is_kept_has_levels_language_protocol_and_each_trial_and_nothing_else(laboratory):
    for n in range(5):
        laboratory.hold(f"a{n}")
    for part in opened(laboratory):
        assert set(part) == {"name", "study", "store", "assigned", "language", "protocol_sha256", "trials", "token"}
        assert part["assigned"] == {"setting": "unseen"}
        assert {name for trial in part["trials"] for name in trial} == {
            "id",
            "phase",
            "task",
            "within",
            "given",
            "outcome",
        }
        assert sum(trial["task"] == "paired_choice" for trial in part["trials"]) == 5


def test_who_stops_in_the_part_is_led_out_and_nothing_of_it_is_kept(laboratory):
    log = laboratory.hold("aaaa", pair="!stopped", stop="leave")
    assert [(r.trial, r.reason) for r in read(log) if isinstance(r, SessionLeft)] == [(PART, "stopped")]
    assert laboratory.seen[-1] == "page-1" and "data-decision" in laboratory.seen
    assert held(laboratory) == 0 and not list(left_behind(laboratory.data, "unseen-choices", "real"))


def test_who_stops_behind_the_part_leaves_nothing_either(laboratory):
    laboratory.hold("aaaa", **{"question-odd": "!stopped"}, stop="leave")
    assert held(laboratory) == 0


def test_who_takes_the_data_back_at_the_end_takes_the_part_back(laboratory):
    log = laboratory.hold("aaaa", **{"data-decision": "withdraw"})
    assert not log.exists() and held(laboratory) == 0
    assert not list(left_behind(laboratory.data, "unseen-choices", "real"))


def test_nothing_lies_beside_the_data_when_a_session_is_over(laboratory, keys_elsewhere):
    laboratory.hold("aaaa")
    assert not list((laboratory.folder / "under-way").iterdir())
    assert [path.name.split("-")[0] for path in keys_elsewhere.iterdir()] == ["pool"]


def test_a_part_of_which_nothing_is_left_is_not_begun_again(laboratory):
    with pytest.raises(HistoryError, match=r"part apart of this session is gone.*begin a new session"):
        run(laboratory.plan("s"), laboratory.tasks, Virtual(Theory(Random(1))), Log())


def test_the_same_simulation_gives_the_same_pool(tmp_path, study):
    for folder, jobs in (("one", "1"), ("two", "2")):
        assert main(["simulate", str(study), "-n", "60", "--out", str(tmp_path / folder), "--jobs", jobs]) == 0
    one, two = (
        (tmp_path / f / "unseen-choices/simulated/unlinkable/pooled.jsonl").read_bytes() for f in ("one", "two")
    )
    assert one == two and one.count(b"\n") == 30


# ---------------------------------------------------------------- the participant's key


def tokens_shown(monkeypatch):
    given = []
    monkeypatch.setattr(tokens, "new", lambda new=tokens.new: given.append(new()) or given[-1])
    return given


@pytest.mark.parametrize("number", [3, 5], ids=["held", "open"])
def test_a_key_finds_its_part_wherever_it_is_and_no_other(laboratory, monkeypatch, capsys, number):
    given = tokens_shown(monkeypatch)
    logs = [laboratory.hold(f"a{n}", token="noted") for n in range(number)]
    before = [part["trials"] for part in opened(laboratory)]
    said = ["withdraw", str(laboratory.study), "--token", given[1], "--data", str(laboratory.data), "--yes"]
    assert main(said) == 0
    assert [log.exists() for log in logs] == [n != 1 for n in range(number)]
    counts = pool(laboratory).counts()
    assert sum(counts.held.values()) + sum(counts.opened.values()) == number - 1
    assert all(part["trials"] in before for part in opened(laboratory))
    assert main(said) == 2
    assert "key" in capsys.readouterr().err


def test_without_the_key_the_part_stays_and_that_is_said(laboratory, capsys):
    laboratory.hold("aaaa", code="K7M2QX")
    said = ["withdraw", str(laboratory.study), "--participant", "K7M2QX", "--data", str(laboratory.data), "--yes"]
    assert main(said) == 0
    said = capsys.readouterr().out
    assert "found by its participant's own key alone" in said
    assert "Answers of a part kept without any code, if there are any of yours, are not among them." in said
    assert held(laboratory) == 1


def test_after_the_announced_day_no_key_finds_anything_and_none_is_kept(laboratory, monkeypatch):
    from datetime import date

    class Later(date):
        @classmethod
        def today(cls):
            return date(2100, 1, 1)

    given = tokens_shown(monkeypatch)
    for n in range(7):
        laboratory.hold(f"a{n}")
    late = pool(laboratory)
    monkeypatch.setattr("runner.privacy.pool.date", Later)
    assert late.withdraw(given[0]) == 0
    late.refresh()
    assert not any("token" in part for part in opened(laboratory))
    assert pool(laboratory).withdraw(given[0]) == 0 and pool(laboratory).withdraw(given[6]) == 0


# ---------------------------------------------------------------- what could be guessed


def test_no_screen_that_the_part_can_show_is_known_to_the_log(laboratory):
    """Whoever has the log tries every screen of the part, for every answer: none of their digests is there."""
    log = laboratory.hold("aaaa")
    materials = common.library(laboratory.protocol, "en")
    whole = plan_session(
        laboratory.protocol,
        find,
        materials,
        participant="P-aaaa",
        slot=0,
        language="en",
        cell={"setting": "unseen"},
        whole=True,
    )
    apart = [t for t in whole.trials if t.phase in APART]
    guesses = {digest(screen) for trial in apart for screen in foresee(find(trial.task), trial.given)}
    guesses |= {digest(screen) for screen in laboratory.shown if screen.name not in ("page-1",)} - {
        record.digest for record in read(log) if isinstance(record, ScreenReplied)
    }
    assert len(guesses) > 30
    content = log.read_text(encoding="utf-8")
    assert not [guess for guess in guesses if guess in content]
    said = json.dumps(read(log)[0].plan)
    assert not [trial.given for trial in apart if getattr(trial.given, "text", "no such text") in said]


def test_a_part_in_memory_gives_its_record_once_it_is_finished(laboratory):
    materials, given = common.library(laboratory.protocol, "en"), []
    drawn = plan_apart(laboratory.protocol, find, materials, assigned={"setting": "unseen"}, language="en", seed="x")
    part = Part(drawn, find, "hash", lambda name, record: given.append(record))
    part.keep()
    assert given == []
    sessions.perform(laboratory.plan("s"), laboratory.tasks, laboratory.stage("s", {}), Log(), part=part)
    assert len(given) == 1


def test_the_study_is_fit_to_be_run(study):
    assert [str(mistake) for mistake in check(study, layout=False).mistakes] == []


def test_a_part_that_another_process_has_just_begun_is_not_swept_away(laboratory):
    from runner.commands import parts
    from runner.privacy.apart import sweep

    part = parts.begin(laboratory.protocol, laboratory.plan("other"), laboratory.data, "real", "other")
    assert sweep(laboratory.data, "unseen-choices", "real") == 0  # its session's log isn't there yet
    part.log.abandon()
    assert sweep(laboratory.data, "unseen-choices", "real") == 1


def test_a_pool_that_can_not_be_opened_stops_the_next_session_before_it_begins(laboratory, keys_elsewhere):
    laboratory.hold("aaaa")
    for key in keys_elsewhere.iterdir():
        key.unlink()
    with pytest.raises(HistoryError, match="their key isn't among this account's keys"):
        laboratory.hold("bbbb")
    assert not (laboratory.data / "unseen-choices" / "real" / "bbbb.jsonl").exists()


def test_no_fault_in_the_part_tells_an_answer(laboratory, monkeypatch):
    """A report of a fault is kept in a file: what it says of a part apart must not hold what somebody chose."""
    import traceback

    real = laboratory.stage

    def broken(session, answers):
        stage = real(session, answers)
        present = stage.present

        def wrong(screen):
            reply = present(screen)
            if screen.name == "pair":
                raise TypeError(f"can't draw the answer {reply.answer!r}")
            return reply

        stage.present = wrong
        return stage

    monkeypatch.setattr(laboratory, "stage", broken)
    with pytest.raises(MachineError, match=r"fault of Vantage's own \(TypeError\); resume the session") as caught:
        laboratory.hold("aaaa")
    said = "".join(traceback.format_exception(caught.value))
    assert "can't draw the answer" not in said
    monkeypatch.undo()


def test_a_part_that_today_would_go_on_otherwise_is_refused_without_saying_how(laboratory):
    from runner.commands import parts

    plan = laboratory.plan("s")
    part = parts.begin(laboratory.protocol, plan, laboratory.data, "real", "s")
    first = part.plan.trials[0]
    part.log.append(TrialStarted(trial=first.id, on_resume="continue"))
    part.log.append(TrialStarted(trial="what-was-chosen", on_resume="continue"))
    part.log.settle()
    part.log.abandon()
    from runner.privacy.apart import LockedPart

    again = LockedPart.again(laboratory.data, "unseen-choices", "real", "s", find, lambda name, record: None)
    with pytest.raises(HistoryError, match="another screen than it holds") as caught:
        run(plan, laboratory.tasks, laboratory.stage("s", {}), Log(), part=again)
    assert "what-was-chosen" not in str(caught.value)
    again.log.abandon()


def test_a_log_that_names_nobody_who_answers_is_not_resumed(laboratory, capsys):
    laboratory.store = "pilot"
    log = laboratory.hold("aaaa")
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert main(["resume", str(log)]) == 2
    said = capsys.readouterr().err
    assert "names nobody who answers" in said and said.count("\n") == 1
