"""`vantage run` itself, twice for the same person, in a real window with real key presses."""

import subprocess
import sys

from Xlib import XK
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.X import KeyPress, KeyRelease

from runner.ledger import Ledger
from runner.log import read

STUDY = """\
study: twice
title: {en: "Two visits"}
minutes: 5
languages: [en]
identity: coded
ethics: "2026-17"
pack: planets
factors:
  frame: {levels: [privilege, disadvantage]}
  visit: {levels: [first, second], unit: wave}
phases:
  - phase: framing
    task: framing
    when: {visit: second}
    params: {frame: {by: frame}, facts: 1, minimum: 0.2}
  - phase: motives
    task: scale
    params: {scales: [motives-short]}
details: {support: "room 12"}
"""


def press(display, name):
    code = display.keysym_to_keycode(XK.string_to_keysym(name))
    for event in (KeyPress, KeyRelease):
        xtest.fake_input(display, event, code)
    display.sync()


def run(path, *arguments):
    """The session's process, answered until it ends by pressing 4 and Return."""
    command = [sys.executable, "-m", "runner.cli", "run", str(path), "--data", str(path.parent / "data"), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    display = Display()
    try:
        for _ in range(1_000):
            try:
                out, err = process.communicate(timeout=0.1)
            except subprocess.TimeoutExpired:
                press(display, "4")
                press(display, "Return")
            else:
                return process.returncode, out, err
        raise AssertionError("the session did not come to its end")
    finally:
        process.kill()
        process.communicate()
        display.close()


def test_who_comes_again_is_asked_on_in_the_same_cell(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text(STUDY, encoding="utf-8")
    code, _, err = run(path, "--participant", "P1", "--wave", "second", "--session", "s0")
    assert code == 2 and "has no finished session in wave 'first'" in err
    code, out, err = run(path, "--participant", "P1", "--wave", "first", "--session", "s1")
    assert code == 0 and "completed" in out, err
    code, out, err = run(path, "--participant", "P1", "--wave", "second", "--session", "s2")
    assert code == 0 and "completed" in out, err
    one, two = (read(tmp_path / "data/twice/real" / f"{name}.jsonl")[0] for name in ("s1", "s2"))
    assert dict(one.plan["assigned"]) == {**two.plan["assigned"], "visit": "first"}
    ledger = Ledger(tmp_path / "data")
    held = ledger.of_participant("twice", "real", "P1")
    assert {wave: (claim.slot, claim.state) for wave, claim in held.items()} == {
        "first": (0, "done"),
        "second": (0, "done"),
    }
    ledger.close()
    code, _, err = run(path, "--participant", "P1", "--wave", "second", "--session", "s3")
    assert code == 2 and "already has a session in 'twice' (real) in wave 'second'" in err
