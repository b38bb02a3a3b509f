"""Studies with waves: levels and slots stay a person's own, later sessions look back, come in time, go together."""

from datetime import UTC, date, datetime, timedelta
from statistics import correlation

import pytest
from attrs import evolve

from analysis.reading.logs import read_logs, session_of
from analysis.study import examine
from experiments import find
from runner import sessions, waves
from runner.cli import main
from runner.commands import common
from runner.errors import DeclarationError, MachineError
from runner.ledger import Ledger
from runner.log import FileLog, read
from runner.planning import plan_session
from runner.records import TrialEnded
from runner.respondents import Spec
from runner.stages.virtual import Virtual

STUDY = """\
study: thrice
title: {en: "Three visits"}
minutes: 5
languages: [en]
identity: coded
pack: planets
factors:
  frame: {levels: [privilege, disadvantage]}
  visit: {levels: [first, second, third], unit: wave, days: [14, 28]}
phases:
  - phase: framing
    task: framing
    when: {visit: [second, third]}
    params: {frame: {by: frame}, facts: 2}
  - phase: motives
    task: scale
    params: {scales: {by: visit, first: [motives-short], second: [motives-short], third: [motives-short]}}
"""
FIRST = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "thrice.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture
def protocol(path):
    return common.read(path)


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "data")
    yield ledger
    ledger.close()


def tasks_of(started):
    return {trial["task"]: find(trial["task"]) for trial in started.plan["trials"]}


def planned(protocol, wave, slot, earlier=(), participant="P1"):
    materials = common.library(protocol, "en")
    return plan_session(
        protocol, find, materials, participant=participant, slot=slot, language="en", wave=wave, earlier=earlier
    )


def held(protocol, ledger, wave, at=FIRST, participant="P1"):
    """A real session of one wave, done by a simulated person."""
    data = ledger.path.parent
    session = f"{participant}-{wave}"
    place = waves.Place()
    if wave != "first":
        place = waves.returning(protocol, wave, participant, ledger, data, tasks_of, at.date())
    slot = ledger.claim("thrice", "real", "", session, participant, "lab", wave=wave, slot=place.slot)
    plan = planned(protocol, wave, slot, place.earlier, participant)
    stage = Virtual(Spec(kind="theory", seed=session).make())
    head = sessions.head(protocol, plan, stage, session=session, store="real", at=at)
    log = FileLog.create(sessions.log_path(data, "thrice", "real", session), head)
    sessions.perform(plan, tasks_of(head), stage, log, at=at)
    ledger.finish(session, log.head_link)
    log.close()
    return plan, log.path


def test_a_wave_has_its_own_phases_and_seed_and_the_first_ones_levels(protocol):
    first, third = planned(protocol, "first", 5), planned(protocol, "third", 5)
    assert first.assigned == {**third.assigned, "visit": "first"}
    assert {trial.phase for trial in first.trials} == {"motives"}
    assert {trial.phase for trial in third.trials} == {"framing", "motives"}
    assert (first.seed, third.seed) == ("thrice/main/5/first", "thrice/main/5/third")


def test_waves_are_no_cells_that_are_drawn(protocol):
    drawn = [planned(protocol, "second", slot).assigned["frame"] for slot in range(40)]
    assert drawn.count("privilege") == 20
    assert len(protocol.cells()) == 6 and len(protocol.cells("treatment")) == 2


def test_who_comes_again_keeps_the_slot_and_looks_back(protocol, ledger):
    held(protocol, ledger, "first", participant="P0")
    one, _ = held(protocol, ledger, "first")
    place = waves.returning(
        protocol, "second", "P1", ledger, ledger.path.parent, tasks_of, FIRST.date() + timedelta(days=14)
    )
    assert (place.slot, place.late) == (one.slot, "") == (1, "")
    assert [h.phase for h in place.earlier] == [trial.phase for trial in one.trials]
    assert [h.given for h in place.earlier] == [trial.given for trial in one.trials]
    assert all(isinstance(h.outcome, find(h.task).outcome) for h in place.earlier)
    two, _ = held(protocol, ledger, "second", FIRST + timedelta(days=20))
    assert two.slot == one.slot
    third = waves.returning(
        protocol, "third", "P1", ledger, ledger.path.parent, tasks_of, FIRST.date() + timedelta(days=40)
    )
    assert len(third.earlier) == len(one.trials) + len(two.trials)


def test_tasks_are_given_what_happened_earlier(protocol):
    seen = []

    def spying(name):
        task = find(name)
        if name == "scale":
            trials = task.trials
            task = type(task)(
                **{
                    **{a.name: getattr(task, a.name) for a in type(task).__attrs_attrs__},
                    "trials": lambda params, occasion: [seen.append(occasion.earlier), *trials(params, occasion)][1:],
                }
            )
        return task

    earlier = (waves.Happened(phase="motives", task="scale", given=None, outcome=None),)
    plan_session(
        protocol, spying, common.library(protocol, "en"), participant="P", slot=0, language="en", earlier=earlier
    )
    assert seen == [earlier]


@pytest.mark.parametrize(("days", "message"), [(13, "was 13 days ago, on 2026-03-02.*on 2026-03-16 or later")])
def test_a_session_before_its_time_is_refused(protocol, ledger, days, message):
    held(protocol, ledger, "first")
    with pytest.raises(MachineError, match=message):
        held(protocol, ledger, "second", FIRST + timedelta(days=days))


def test_a_late_session_is_held_and_the_assistant_told(protocol):
    on = date(2026, 3, 2)
    assert waves.refuse_early(protocol, on, on + timedelta(days=28)) == ""
    assert "29 days after" in waves.refuse_early(protocol, on, on + timedelta(days=29))


def test_days_count_where_the_session_was_held(protocol, ledger):
    _, log = held(protocol, ledger, "first", datetime.fromisoformat("2026-03-02T23:30:00-05:00"))
    assert waves.held_on(log) == date(2026, 3, 2)


def test_nobody_begins_in_the_middle_or_comes_twice(protocol, ledger):
    with pytest.raises(MachineError, match=r"'P1' has no finished session in wave 'first'.*begin with --wave first"):
        held(protocol, ledger, "second")
    held(protocol, ledger, "first")
    with pytest.raises(MachineError, match="'P1' has no finished session in wave 'second'"):
        held(protocol, ledger, "third", FIRST + timedelta(days=60))
    with pytest.raises(MachineError, match=r"already has a session in 'thrice' .real. in wave 'first'"):
        ledger.claim("thrice", "real", "", "again", "P1", "lab", wave="first")


def test_nobody_goes_on_to_the_next_wave_while_a_session_is_open(protocol, ledger):
    ledger.claim("thrice", "real", "", "open", "P1", "lab", wave="first")
    with pytest.raises(MachineError, match="'P1' has no finished session in wave 'first'"):
        waves.returning(protocol, "second", "P1", ledger, ledger.path.parent, tasks_of, FIRST.date())


def test_who_comes_to_every_wave_is_nobody_who_took_part_before(path, protocol, tmp_path, capsys):
    assert main(["simulate", str(path), "-n", "4", "--out", str(tmp_path / "sim")]) == 0
    logs = read_logs(tmp_path / "sim", "thrice")
    assert "E5" not in set(examine(protocol, logs).excluded["rule"])
    again = tmp_path / "sim" / "thrice" / "simulated" / "sim-00000-first.jsonl"
    twice = session_of([evolve(read(again)[0], session="another"), *read(again)[1:]])
    found = examine(protocol, evolve(logs, sessions=(*logs.sessions, twice))).excluded
    assert found.loc[found["rule"] == "E5", "session"].tolist() == ["another"]


def test_a_wave_has_to_be_named_and_known(protocol):
    with pytest.raises(DeclarationError, match="has the waves first, second, third; none is named"):
        waves.named(protocol, "")
    with pytest.raises(DeclarationError, match="got 'fourth'"):
        waves.named(protocol, "fourth")
    taste = common.read(common.Path("protocols/taste.yaml"))
    assert waves.named(taste, "") == ""
    with pytest.raises(DeclarationError, match="everyone comes once in taste; leave it out"):
        waves.named(taste, "first")


def test_who_withdraws_is_gone_from_every_wave(protocol, ledger):
    _, one = held(protocol, ledger, "first")
    _, other = held(protocol, ledger, "first", participant="P2")
    _, two = held(protocol, ledger, "second", FIRST + timedelta(days=20))
    waves.withdraw_all(two, read(two)[0], ledger, ledger.path.parent)
    assert not one.exists() and not two.exists() and other.exists()
    assert len(list(one.parent.glob("*.withdrawn.json"))) == 2
    assert ledger.of_participant("thrice", "real", "P1") == {}


def test_simulated_people_come_to_every_wave_and_stay_who_they_are(path, tmp_path, capsys):
    assert main(["simulate", str(path), "-n", "60", "--out", str(tmp_path / "sim")]) == 0
    logs = sorted((tmp_path / "sim" / "thrice" / "simulated").glob("*.jsonl"))
    assert len(logs) == 180
    ratings = {}
    for log in logs:
        records = read(log)
        points = [r.outcome["response"] for r in records if isinstance(r, TrialEnded) and "response" in r.outcome]
        ratings.setdefault(records[0].participant, []).append(sum(points))
    assert all(len(sums) == 3 and len(set(sums)) > 1 for sums in ratings.values())
    assert correlation(*zip(*(sums[:2] for sums in ratings.values()), strict=True)) > 0.5


def test_an_older_ledger_learns_of_waves(tmp_path):
    import sqlite3

    old = sqlite3.connect(tmp_path / "ledger.sqlite")
    old.executescript("""
        CREATE TABLE claim (
            id INTEGER PRIMARY KEY, study TEXT NOT NULL, store TEXT NOT NULL, stratum TEXT NOT NULL,
            slot INTEGER NOT NULL, attempt INTEGER NOT NULL, session TEXT NOT NULL UNIQUE, participant TEXT NOT NULL,
            station TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('live', 'done', 'returned')),
            reason TEXT NOT NULL DEFAULT '', head TEXT NOT NULL DEFAULT '',
            UNIQUE (study, store, stratum, slot, attempt));
        CREATE UNIQUE INDEX one_holder ON claim (study, store, stratum, slot) WHERE state IN ('live', 'done');
        CREATE UNIQUE INDEX one_session ON claim (study, store, participant) WHERE state IN ('live', 'done');
        INSERT INTO claim (study, store, stratum, slot, attempt, session, participant, station, state)
        VALUES ('toy', 'real', '', 0, 1, 's0', 'P0', 'lab', 'done');
    """)
    old.close()
    ledger = Ledger(tmp_path)
    assert ledger.claim("toy", "real", "", "s1", "P1", "lab") == 1
    assert ledger.of_participant("toy", "real", "P0")[""].slot == 0
    ledger.close()
