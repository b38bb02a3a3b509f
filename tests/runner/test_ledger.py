"""Slots: never two holders, given out again after a return, asked again the same."""

import os
import re
import subprocess
import sys

import pytest

from runner.errors import MachineError
from runner.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


def claim(ledger, number, store="real"):
    return ledger.claim("toy", store, "", f"session-{number}", f"P{number}", "lab-1")


def test_slots_come_in_order_and_the_same_session_gets_the_same(ledger):
    assert [claim(ledger, n) for n in range(3)] == [0, 1, 2]
    assert claim(ledger, 1) == 1


def test_a_returned_slot_is_given_out_again_with_its_history_kept(ledger):
    for n in range(3):
        claim(ledger, n)
    assert ledger.give_back("session-1", "felt ill")
    assert claim(ledger, 7) == 1
    assert [(c.slot, c.attempt, c.state, c.reason) for c in ledger.claims("toy")][1] == (1, 1, "returned", "felt ill")


def test_pilots_take_no_real_slot(ledger):
    claim(ledger, 0, "pilot")
    assert claim(ledger, 1) == 0


def test_a_stale_session_changes_nothing(ledger):
    claim(ledger, 0)
    ledger.give_back("session-0", "gone")
    claim(ledger, 1)
    assert not ledger.finish("session-0", "ff")
    assert [c.state for c in ledger.claims("toy")] == ["returned", "live"]


def test_the_same_participant_twice_is_refused(ledger):
    claim(ledger, 0)
    log = re.escape(str(ledger.path.parent / "toy" / "real" / "session-0.jsonl"))
    with pytest.raises(MachineError, match=rf"participant 'P0' already has a session .*`vantage resume {log}`"):
        ledger.claim("toy", "real", "", "another", "P0", "lab-1")
    ledger.finish("session-0", "ff")
    with pytest.raises(MachineError, match=rf"it is over, its log is {log}; use another code"):
        ledger.claim("toy", "real", "", "another", "P0", "lab-1")


def test_a_withdrawn_participant_is_forgotten_and_the_slot_free(ledger):
    claim(ledger, 0)
    ledger.finish("session-0", "ff")
    ledger.forget("session-0")
    assert [c.participant for c in ledger.claims("toy")] == [""]
    assert claim(ledger, 1) == 0


CLAIMS = """
import sys
from pathlib import Path
from runner.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for n in range(50):
    session = f"{sys.argv[2]}-{n}"
    print(ledger.claim("toy", "real", "", session, session, "lab"))
"""


def test_four_processes_never_hold_the_same_slot(tmp_path):
    stations = [
        subprocess.Popen([sys.executable, "-c", CLAIMS, str(tmp_path), str(n)], stdout=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    slots = [int(line) for station in stations for line in station.communicate(timeout=60)[0].split()]
    assert sorted(slots) == list(range(200))


def test_nobody_else_on_the_machine_reads_the_ledger(ledger):
    assert ledger.path.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_a_folder_that_cannot_be_made_is_one_clear_message(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="the ledger can't be opened"):
        Ledger(tmp_path / "file" / "data")
