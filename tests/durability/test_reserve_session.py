"""A session without its server, in a real window: begun on a reserved slot, killed, taken up, finished, told later."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from Xlib import XK
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.X import KeyPress, KeyRelease

from runner.ledger import Ledger
from runner.log import read
from runner.records import ScreenReplied, SessionEnded, SessionResumed

pytestmark = pytest.mark.needs("postgres")
STUDY = """\
study: kept
title: {en: "Kept"}
minutes: 5
languages: [en]
identity: coded
ethics: "2026-17"
pack: planets
factors:
  frame: {levels: [privilege, disadvantage]}
phases:
  - phase: framing
    task: framing
    params: {frame: {by: frame}, facts: 1, minimum: 0.2}
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
details: {support: "room 12"}
"""
PATIENCE = 100  # seconds


def press(display):
    for name in ("4", "Return"):
        code = display.keysym_to_keycode(XK.string_to_keysym(name))
        for event in (KeyPress, KeyRelease):
            xtest.fake_input(display, event, code)
    display.sync()


@pytest.fixture
def vantage():
    """All on one connection: an X server whose last client leaves starts anew, and loses who comes just then."""
    display = Display()
    yield partial(perform, display)
    display.close()


def perform(display, *arguments, until=lambda: False):
    """A command, answered by 4 and Return until it ends, or killed with all its children once `until` is true."""
    command = [sys.executable, "-m", "runner.cli", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    process, end = subprocess.Popen(command, **pipes), time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            try:
                out, err = process.communicate(timeout=0.1)
            except subprocess.TimeoutExpired:
                if until():
                    return None
                press(display)
            else:
                return process.returncode, out, err
        raise AssertionError("the command did not come to its end")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def replies(log):
    return sum(isinstance(record, ScreenReplied) for record in read(log)) if log.exists() else 0


def test_a_session_without_its_server_is_killed_taken_up_and_told_later(database, tmp_path, vantage):
    study, data = tmp_path / "kept.yaml", tmp_path / "data"
    study.write_text(STUDY, encoding="utf-8")
    where = ("--data", data, "--ledger", database.url)
    code, _, err = vantage("ledger", "reserve", study, "--slots", 2, "--station", "lab-7", *where)
    assert code == 0, err
    database.stop()
    logs = {}
    for name in ("P1", "P2"):
        known = set(data.rglob("*.jsonl"))

        def began(known=known):
            return any(replies(log) >= 2 for log in set(data.rglob("*.jsonl")) - known)

        assert vantage("run", study, "--participant", name, "--station", "lab-7", *where, until=began) is None
        (logs[name],) = set(data.rglob("*.jsonl")) - known
    code, _, err = vantage("run", study, "--participant", "P3", *where)
    assert code == 2 and "no slot of this study is left that was reserved on this station" in err

    code, out, err = vantage("resume", logs["P1"], "--ledger", database.url)
    assert code == 0 and "completed" in out, err
    kinds = [type(record) for record in read(logs["P1"])]
    assert SessionResumed in kinds and kinds[-1] is SessionEnded

    code, _, err = vantage("withdraw", study, "--participant", "P2", "--yes", *where)
    assert code == 2 and "can't be reached" in err and logs["P2"].exists()  # half a withdrawal is none
    database.start()
    code, out, err = vantage("withdraw", study, "--participant", "P2", "--yes", *where)
    assert code == 0 and not logs["P2"].exists(), err
    code, _, err = vantage("ledger", "sync", "--release", *where)
    assert code == 0, err
    ledger = Ledger(data, database.url)
    found = [(claim.participant, claim.slot, claim.state) for claim in ledger.claims("kept")]
    ledger.close()
    assert ("P1", 0, "done") in found and {state for _, slot, state in found if slot == 1} == {"returned"}
    assert "P2" not in {participant for participant, _, _ in found}
