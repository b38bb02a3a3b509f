"""What a session shows and its log doesn't hold: killed at any step, a code is worth its amount once, and an alias is
the same again; when the session is over, nothing of either is left with it.
"""

import os
import shutil
import signal
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from experiments import find
from runner import sessions
from runner.commands import afterwards, common
from runner.commands.secrets import telling
from runner.errors import HistoryError
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.privacy import keys, payouts, running, shown
from runner.records import ScreenReplied, SessionEnded, TrialEnded
from runner.respondents import Scripted, Spec
from runner.stages.virtual import Virtual

SESSION = "a" * 16
STUDY = """
study: once
title: {en: "Work and choices"}
minutes: 5
languages: [en]
identity: shown
pack: gender
resume_within: 24
details: {support: "the desk", contact: "lab@example.org"}
ethics: "1"
phases:
  - phase: announcement
    task: setting
    params:
      setting: public
      text: frame-and-visibility/setting-public
      question: frame-and-visibility/setting
      correct: people_here
  - {phase: display, task: end_display}
  - {phase: payout, task: payout, params: {bonus: 4.5}, reaches: everyone}
"""
ANSWERS = {"alias": "green_harbour", "who-sees": "people_here", "display-ready": "show"}


class Watched(Virtual):
    """A stage that keeps what was on its screens, and can tell it to somebody outside the process."""

    def __init__(self, answers=ANSWERS, tell=None):
        super().__init__(Scripted(answers, Spec(kind="theory", seed="1").make()))
        self.screens, self.tell = [], tell or (lambda line: None)

    def present(self, screen):
        self.screens.append(screen)
        text = screen.marks[2].text if screen.name == "payout" else screen.marks[0].text
        self.tell(f"{screen.name}={text}\n".encode())
        return super().present(screen)

    def words(self, name):
        return [mark.text for screen in self.screens if screen.name == name for mark in screen.marks]


class Study:
    """Its sessions in a data folder."""

    def __init__(self, folder):
        self.data, file = folder / "data", folder / "once.yaml"
        file.write_text(STUDY, encoding="utf-8")
        self.protocol = common.read(file)
        materials = common.library(self.protocol, "en")
        how = {"participant": "K7M2QXYZ", "slot": 0, "language": "en"}
        self.plan = plan_session(self.protocol, find, materials, **how)
        for trial in self.plan.trials:
            if trial.task == "setting":
                self.offered = {option.value: option.text for option in trial.given.aliases.options}
        self.picked = next(iter(self.offered))

    @property
    def log(self):
        return sessions.log_path(self.data, "once", "real", SESSION)

    def stage(self, tell=None):
        return Watched({**ANSWERS, "alias": self.picked}, tell)

    def hold(self, on, at=None):
        head = sessions.head(self.protocol, self.plan, on, session=SESSION, store="real", at=at)
        return self._perform(FileLog.create(self.log, head), head, on)

    def resume(self, on):
        shown.tidy(self.log)
        log, head = sessions.reopen(self.log)
        sessions.note_resumed(log, on)
        return self._perform(log, head, on)

    def _perform(self, log, head, on):
        try:
            sessions.perform(self.plan, common.tasks(self.plan), telling(on, log.path, head), log)
            log.close()
        finally:
            log.abandon()
        return on


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path)


# ---------------------------------------------------------------- payment codes


def codes_of(said):
    return [line.partition("=")[2] for line in said.splitlines() if line.startswith("payout=")]


@pytest.mark.parametrize("paid", [False, True], ids=["unpaid", "paid while the machine was off"])
def test_killed_anywhere_a_code_is_worth_its_amount_once(study, kills, paid):
    really_write = os.write

    def held(step):
        def job(writing):
            killer = kills.Killer(step)
            killer.watch()
            study.hold(study.stage(lambda line: really_write(writing, line)))
            really_write(writing, f"steps={killer.steps}\n".encode())

        return kills.forked(job)

    code, said = held(0)
    assert code == 0
    steps = int(said.rpartition("steps=")[2])
    begun = 0
    for step in range(1, steps + 1):
        shutil.rmtree(study.data)
        code, said = held(step)
        assert code == -signal.SIGKILL, step
        if not study.log.is_file() or b"\n" not in study.log.read_bytes():
            continue  # nothing was shown
        begun += 1
        before, now = codes_of(said), payouts.read(study.data, "once")
        assert set(before) <= set(now.open), step  # who has seen it can be paid, though nobody resumes
        if paid and before:
            assert payouts.settle(study.data, "once", before[0]) == Decimal("4.50")
        on = study.stage()
        try:
            study.resume(on)
        except HistoryError as over:
            assert "this session is over" in str(over), step
        now = payouts.read(study.data, "once")
        seen = {*before, *(screen.marks[2].text for screen in on.screens if screen.name == "payout")}
        assert len(seen) == 1 and {*now.open, *now.closed} == seen, step  # the same one again
        assert now.owed + now.paid == Decimal("4.50"), step
        assert now.people_paid == (1 if paid and before else 0), step
        assert not list(study.data.rglob(f"*{shown.ENDING}*")), step
    assert begun > 20


def test_what_is_passed_on_counts_once_for_a_code(tmp_path):
    code = payouts.new()
    for _ in range(2):
        payouts.add(tmp_path, "once", code, "4.50", "1.50")
    payouts.settle(tmp_path, "once", code)
    payouts.add(tmp_path, "once", code, "4.50", "1.50")
    now = payouts.read(tmp_path, "once")
    assert (now.open, now.paid, now.passed_on) == ({}, Decimal("4.50"), Decimal("1.50"))


def test_each_page_with_a_code_has_its_own(tmp_path):
    log = tmp_path / "x.jsonl"
    first, other = (shown.code(log, number, payouts.new) for number in (0, 1))
    assert first != other and shown.code(log, 0, payouts.new) == first and shown.code(log, 1, payouts.new) == other


# ---------------------------------------------------------------- aliases


def files_with(folder, *needles):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files for needle in needles if needle.encode() in path.read_bytes()]


def test_an_alias_is_seen_and_stands_in_no_log(study):
    on = study.hold(study.stage())
    alias = study.offered[study.picked]
    assert alias in on.words("display") and not any("{" in text for text in on.words("display"))
    records = read(study.log)
    (answer,) = [r for r in records if isinstance(r, ScreenReplied) and r.screen == "alias"]
    assert (answer.answer, [picked for _, picked in answer.changes]) == ("{alias}", ["{alias}"])
    (outcome,) = [r.outcome for r in records if isinstance(r, TrialEnded) and "alias" in r.outcome]
    assert outcome["alias"] == "{alias}"
    after = study.log.read_bytes().split(b'"kind":"trial_started"', 1)[
        1
    ]  # behind the plan, which lists what was offered
    assert not any(text.encode() in after for each in study.offered.items() for text in each)
    assert not shown.beside(study.log).exists()


def test_two_who_picked_otherwise_have_the_same_log(study):
    logs = []
    for picked in list(study.offered)[:2]:
        study.picked = picked
        study.hold(study.stage())
        logs.append([r for r in read(study.log) if not isinstance(r, SessionEnded)][1:])
        shutil.rmtree(study.data)
    assert logs[0] == logs[1]


class CutError(Exception):
    """The machine went off."""


def cut_at(name):
    class Cut(Watched):
        def present(self, screen):
            if screen.name == name:
                raise CutError
            return super().present(screen)

    return Cut


def cut(study, name, at=None):
    on = cut_at(name)({**ANSWERS, "alias": study.picked})
    with pytest.raises(CutError):
        study.hold(on, at)


def test_a_killed_session_shows_the_same_alias_again(study):
    cut(study, "display")
    alias = study.offered[study.picked]
    assert files_with(study.data, alias) == [study.log.name, shown.beside(study.log).name]  # the plan, and what is kept
    on = study.resume(study.stage())
    assert alias in on.words("display") and "alias" not in [screen.name for screen in on.screens]
    assert not shown.beside(study.log).exists()


def test_without_it_the_place_stands_there(study):
    cut(study, "display")
    shown.forget(study.log)
    assert "Place 1" in study.resume(study.stage()).words("display")


def test_what_a_session_that_is_over_left_goes_with_the_next_one(study):
    cut(study, "display")
    kept = shown.beside(study.log).read_bytes()
    afterwards.tidy(study.protocol, study.data)
    assert shown.beside(study.log).read_bytes() == kept  # it can still go on
    study.resume(study.stage())
    shown.beside(study.log).write_bytes(kept)  # a kill just before it was forgotten
    afterwards.tidy(study.protocol, study.data)
    assert not shown.beside(study.log).exists()


def test_of_a_session_that_may_not_go_on_any_more_the_alias_goes_and_the_code_stays(study):
    cut(study, "display", datetime.now(UTC) - timedelta(hours=25))
    code = shown.code(study.log, 0, payouts.new)
    afterwards.tidy(study.protocol, study.data)
    alias = study.offered[study.picked]
    assert files_with(study.data, alias) == [study.log.name] and shown.code(study.log, 0, payouts.new) == code


def test_where_the_log_is_locked_this_is_locked_with_its_key(study):
    cut(study, "display")
    place = keys.folder() / running.key_of(study.log)
    keys.put(place, keys.make())
    shown.forget(study.log)
    code = shown.code(study.log, 0, payouts.new)
    assert files_with(study.data, code) == [] and shown.code(study.log, 0, payouts.new) == code
    keys.destroy(place)
    with pytest.raises(HistoryError, match="not what the session showed"):
        shown.code(study.log, 0, payouts.new)
    study.log.unlink()
    shown.tidy(study.log)
    assert not shown.beside(study.log).exists()


def test_damage_is_told(study):
    cut(study, "display")
    shown.beside(study.log).write_text("[]")
    with pytest.raises(HistoryError, match="not what the session showed"):
        study.resume(study.stage())


def test_damage_or_somebody_who_goes_on_late_stops_no_other_session_and_loses_no_alias(study):
    cut(study, "display", datetime.now(UTC) - timedelta(hours=25))
    kept = shown.beside(study.log).read_bytes()
    log, _ = sessions.reopen(study.log)  # with --late
    afterwards.tidy(study.protocol, study.data)
    assert shown.beside(study.log).read_bytes() == kept
    log.close()
    shown.beside(study.log).write_text("[" * 200_000)
    afterwards.tidy(study.protocol, study.data)
    with pytest.raises(HistoryError, match="use a copy that is whole"):
        study.resume(study.stage())


def test_what_a_kill_left_half_done_goes_too_but_from_under_no_running_session(study):
    cut(study, "display")
    half = study.log.with_name(f"{study.log.name}.shown.new")
    half.write_bytes(shown.beside(study.log).read_bytes())
    log, _ = sessions.reopen(study.log)
    afterwards.tidy(study.protocol, study.data)
    assert half.exists()
    log.close()
    afterwards.tidy(study.protocol, study.data)
    assert not half.exists() and shown.beside(study.log).exists()


def test_without_the_key_of_a_locked_log_nothing_is_kept_in_the_clear(tmp_path):
    log = tmp_path / "x.jsonl"
    (tmp_path / "x.jsonl.unfinished").touch()
    with pytest.raises(HistoryError, match="in the clear nothing of it is kept"):
        shown.code(log, 0, payouts.new)
    assert [path.name for path in tmp_path.glob("x.*")] == ["x.jsonl.unfinished"]
