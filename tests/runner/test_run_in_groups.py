"""`vantage run` at two stations of one group session: real windows on two displays, real keys, one ledger."""

import os
import subprocess
import sys

import pytest
from Xlib import XK
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.X import KeyPress, KeyRelease

from runner.cli import main
from runner.laboratory.gatherings import SEAT
from runner.laboratory.place import open_place
from runner.ledger import Ledger
from runner.log import read
from runner.records import ScreenReplied

STUDY = """\
study: together
title: {en: "Together"}
minutes: 5
languages: [en]
identity: coded
ethics: "2026-17"
pack: planets
group: {seats: [2, 2]}
factors:
  frame: {levels: [privilege, disadvantage], unit: session}
  first: {levels: [one, other]}
phases:
  - phase: begin
    task: gathering
    params: {point: start}
  - phase: framing
    task: framing
    params: {frame: {by: frame}, facts: 1, minimum: 0.2}
  - phase: motives
    task: scale
    when: {first: one}
    params: {scales: [motives-short]}
details: {support: "room 12"}
"""


def press(display, name):
    code = display.keysym_to_keycode(XK.string_to_keysym(name))
    for event in (KeyPress, KeyRelease):
        xtest.fake_input(display, event, code)
    display.sync()


@pytest.fixture
def displays():
    """The display of the tests, and one more."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-displayfd", str(writing)]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = [os.environ["DISPLAY"], f":{told.readline().strip()}"]
    yield names
    server.terminate()
    server.wait()


def station(path, display, *told):
    command = [sys.executable, "-m", "runner.cli", "run", str(path), "--data", str(path.parent / "data"), *told]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, "DISPLAY": display}, **pipes)


def answered(processes, names):
    """What they said, when they have been answered by 4 and Return until they end."""
    displays = [Display(name) for name in names]
    found = [None] * len(processes)
    try:
        for _ in range(2_000):
            for place, (process, display) in enumerate(zip(processes, displays, strict=True)):
                if found[place] is None:
                    try:
                        found[place] = (*process.communicate(timeout=0.05), process.returncode)
                    except subprocess.TimeoutExpired:
                        press(display, "4")
                        press(display, "Return")
            if all(found):
                return found
        raise AssertionError("the sessions did not come to their end")
    finally:
        for process in processes:
            process.kill()
            process.communicate()
        for display in displays:
            display.close()


def test_two_stations_share_a_group_and_its_cell_and_the_ledger_proves_it(tmp_path, displays, capfd):
    path = tmp_path / "together.yaml"
    path.write_text(STUDY, encoding="utf-8")
    for told, words in (
        ((), "is held in groups of 2 to 2; say which one this is, such as --group A"),
        (("--group", "A", "--seats", "3"), "is held in groups of 2 to 2, got 3"),
        (("--group", "=A1"), "wants 1 to 32 letters"),
    ):
        refused = station(path, displays[0], "--participant", "P1", "--session", "s0", *told)
        assert words in refused.communicate()[1] and refused.returncode == 2
    both = [
        station(path, name, "--participant", f"P{n}", "--session", f"s{n}", "--group", "A", "--station", f"lab-{n}")
        for n, name in enumerate(displays)
    ]
    said = answered(both, displays)
    assert [code for _, _, code in said] == [0, 0], said
    heads = []
    for n in (0, 1):
        records = read(tmp_path / f"data/together/real/s{n}.jsonl")
        heads.append(records[0])
        waited = next(r for r in records if isinstance(r, ScreenReplied))
        assert waited.screen == "waiting" and [h.seat for h in waited.heard] in ([1], [2])
    assert heads[0].group == heads[1].group
    assert heads[0].plan["assigned"]["frame"] == heads[1].plan["assigned"]["frame"]
    assert {head.plan["assigned"]["first"] for head in heads} == {"one", "other"}
    ledger = Ledger(tmp_path / "data")
    claims = ledger.claims("together")
    assert [(claim.list, claim.slot, claim.state) for claim in claims if claim.list == "groups"] == [
        ("groups", 0, "done")
    ]
    assert {claim.in_group for claim in claims if claim.list != "groups"} == {0}
    ledger.close()
    again = station(path, displays[0], "--participant", "P1", "--session", "s9", "--group", "B", "--station", "lab-1")
    assert "P1" in again.communicate()[1] and again.returncode == 2
    place = open_place(tmp_path / "data")
    assert "s9" not in {row.session for row in place.rows(SEAT.select())}  # nobody waits for a station that can't begin
    place.close()
    assert main(["ledger", "verify", str(path), "--data", str(tmp_path / "data")]) == 0, capfd.readouterr()
