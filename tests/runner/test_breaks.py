"""Going on with an interrupted session: until when the protocol lets it, and with a reason after that."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from attrs import evolve

from experiments import find
from runner import breaks, sessions
from runner.declarations.materials import library
from runner.declarations.protocols import read_protocol
from runner.errors import DeclarationError, MachineError
from runner.log import FileLog, Log, read
from runner.planning import plan_session
from runner.respondents import Uniform
from runner.stages.virtual import Virtual

STUDY = """\
study: small
title: {en: "Short questions"}
minutes: 3
resume_within: 24
languages: [en]
identity: coded
pack: planets
phases:
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
"""
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def stopped(tmp_path):
    """stopped(hours, store, study): the log of a session that began so long before NOW and was interrupted."""

    def make(hours, store="real", study=STUDY, now=NOW):
        path = tmp_path / "small.yaml"
        path.write_text(study, encoding="utf-8")
        protocol = read_protocol(path)
        plan = plan_session(protocol, find, library(protocol, "en"), participant="P1", slot=0, language="en")
        stage, tasks, whole = Virtual(Uniform(Random(1))), {"scale": find("scale")}, Log()
        head = sessions.head(protocol, plan, stage, session="s1", store=store, at=now - timedelta(hours=hours))
        log = FileLog.create(sessions.log_path(tmp_path / "data", "small", store, "s1"), head)
        sessions.run(plan, tasks, stage, whole)
        ended = [at for at, record in enumerate(whole.records) if record.kind == "trial_ended"]
        for record in whole.records[: ended[len(ended) // 2 - 1] + 1]:
            log.append(record)
        log.close()
        return log.path

    return make


def test_how_long_ago_and_how_far(stopped):
    found = breaks.of(read(stopped(3)))
    assert (found.hours(NOW), found.limit, found.late(NOW)) == (3.0, 24.0, False)
    assert found.done == pytest.approx(0.5, abs=0.1)
    assert found.hours(NOW - timedelta(days=2)) == 0.0  # a clock that was put back


@pytest.mark.parametrize(("hours", "late"), [(23.9, False), (24.1, True)])
def test_the_limit_counts_from_the_beginning(stopped, hours, late):
    records = read(stopped(hours))
    if not late:
        assert breaks.refuse_late(records, "", NOW) == ""
        return
    with pytest.raises(MachineError, match=r"began 24 hours ago, and the protocol lets .* within 24; .* --late REASON"):
        breaks.refuse_late(records, "  ", NOW)
    assert breaks.refuse_late(records, " fire alarm ", NOW) == "fire alarm"


def test_a_reason_that_nobody_needs_is_not_noted(stopped):
    assert breaks.refuse_late(read(stopped(1)), "just so", NOW) == ""


def test_without_the_key_there_is_no_limit(stopped):
    records = read(stopped(9_000, study=STUDY.replace("resume_within: 24\n", "")))
    assert breaks.of(records).limit is None and breaks.refuse_late(records, "", NOW) == ""


def test_simulated_sessions_know_no_hours(stopped):
    assert breaks.refuse_late(read(stopped(99, store="simulated")), "", NOW) == ""


def test_the_reason_stands_in_the_log(stopped):
    log = FileLog.reopen(stopped(30))
    sessions.note_resumed(log, Virtual(Uniform(Random(1))), "fire alarm")
    log.close()
    assert read(log.path)[-1].reason == "fire alarm"


@pytest.mark.parametrize("store", ["real", "pilot"])
def test_resume_refuses_after_the_limit_before_anything_is_shown(stopped, store):
    path = stopped(30, store, now=datetime.now(UTC))
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-m", "runner.cli", "resume", path], capture_output=True, text=True)
    assert done.returncode == 2
    assert "vantage resume: session s1: it began 30 hours ago" in done.stderr and "Traceback" not in done.stderr
    assert path.read_bytes() == before


def test_who_is_taken_up_by_the_supervisor_is_in_time(stopped):
    path = stopped(30, now=datetime.now(UTC))
    asked = [sys.executable, "-m", "runner.cli", "resume", "--supervised", path]
    done = subprocess.run(asked, capture_output=True, text=True, env={"PATH": "/usr/bin"})
    assert "hours ago" not in done.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "100000", "soon"])
def test_a_limit_that_is_none_is_refused(tmp_path, hours):
    path = tmp_path / "small.yaml"
    path.write_text(STUDY.replace("24", hours), encoding="utf-8")
    with pytest.raises(DeclarationError, match="'resume_within' must be"):
        read_protocol(path)


def test_half_an_hour_is_a_limit_too(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(STUDY.replace("24", "0.5"), encoding="utf-8")
    assert read_protocol(path).resume_within == 0.5
    assert evolve(read_protocol(path), resume_within=None).resume_within is None
