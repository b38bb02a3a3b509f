"""Slots: never two holders, given out again after a return, asked again the same."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from runner.errors import MachineError
from runner.ledger import Ledger, Listing, Reserve
from runner.ledger.holding import forget
from runner.ledger.reserve import merge, reserve


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


# ---------------------------------------------------------------- fences, groups, files of before


def test_who_takes_a_session_up_is_the_only_one_who_can_finish_it(tmp_path, ledger):
    claim(ledger, 0)
    other = Ledger(tmp_path)
    other.take_up("session-0", "lab-2")
    assert not ledger.finish("session-0", "ff")
    assert "was taken up again on station 'lab-2'; only there can it be finished" in ledger.fenced("session-0")
    assert other.finish("session-0", "ff") and other.finish("session-0", "ff")  # the first answer may get lost
    assert not other.finish("session-0", "ee")
    other.close()


def test_a_station_whose_slot_was_returned_is_told_why(tmp_path, ledger):
    claim(ledger, 0)
    desk = Ledger(tmp_path)
    assert desk.take_back("session-0", "the machine is broken")
    assert claim(desk, 1) == 0
    assert not ledger.finish("session-0", "ff")
    told = r"gave its slot back \(the machine is broken\), and another may have it"
    assert re.search(told, ledger.fenced("session-0"))
    with pytest.raises(MachineError, match=f"{told}; it can't go on; what was answered stays in its log"):
        ledger.take_up("session-0")
    desk.close()


def test_the_guarantee_is_the_index_itself(ledger):
    claim(ledger, 0)
    with pytest.raises(MachineError, match=r"the place of participant 'P9' in 'toy' .real. is taken by another"):
        ledger.claim("toy", "real", "", "s9", "P9", "lab-1", slot=0)


def test_a_group_is_claimed_once_for_all_its_members(ledger):
    groups = Listing(name="groups", digest="d")
    assert ledger.claim_group("toy", "real", "", "g-1", "lab-1", groups) == 0
    assert ledger.claim_group("toy", "real", "", "g-1", "lab-2", groups) == 0
    assert ledger.claim_group("toy", "real", "", "g-2", "lab-3", groups) == 1
    for number, (group, name) in enumerate([(0, "in/public"), (1, "in/private"), (0, "in/public")]):
        listing = Listing(name=name, group=group, digest="d")
        slot = ledger.claim("toy", "real", "", f"s{number}", f"P{number}", "lab-1", listing=listing)
        assert slot == (1 if number == 2 else 0)
    assert ledger.give_back("g-2", "only one came")
    assert ledger.claim_group("toy", "real", "", "g-3", "lab-1", groups) == 1


def test_another_allocation_list_has_to_be_declared(ledger):
    def take(number, digest):
        return ledger.claim("toy", "real", "", f"s{number}", f"P{number}", "lab", listing=Listing(digest=digest))

    assert take(0, "one") == 0
    with pytest.raises(MachineError, match=r"another allocation list .*`vantage ledger migrate`"):
        take(1, "two")
    ledger.migrate("toy", "real", Listing(digest="two"), "a third level was added")
    assert take(1, "two") == 1
    with pytest.raises(MachineError, match="another allocation list"):
        take(2, "one")
    assert [change["reason"] for change in ledger.migrations("toy")] == ["a third level was added"]


BEFORE = """
    CREATE TABLE claim (
        id INTEGER PRIMARY KEY, study TEXT NOT NULL, store TEXT NOT NULL, stratum TEXT NOT NULL,
        slot INTEGER NOT NULL, attempt INTEGER NOT NULL, session TEXT NOT NULL UNIQUE, participant TEXT NOT NULL,
        station TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('live', 'done', 'returned')),
        reason TEXT NOT NULL DEFAULT '', head TEXT NOT NULL DEFAULT '', wave TEXT NOT NULL DEFAULT '',
        UNIQUE (study, store, stratum, slot, attempt));
    CREATE UNIQUE INDEX one_holder ON claim (study, store, stratum, slot, wave) WHERE state IN ('live', 'done');
    CREATE UNIQUE INDEX one_session ON claim (study, store, participant, wave) WHERE state IN ('live', 'done');
    INSERT INTO claim (study, store, stratum, slot, attempt, session, participant, station, state, head, wave) VALUES
        ('toy', 'real', '', 0, 1, 's0', 'P0', 'lab', 'done', 'ff', 'first'),
        ('toy', 'real', '', 1, 1, 's1', 'P1', 'lab', 'returned', '', 'first'),
        ('toy', 'real', '', 1, 2, 's2', 'P2', 'lab', 'live', '', 'first');
"""


def test_a_file_of_before_goes_on_with_all_that_it_holds(tmp_path):
    old = sqlite3.connect(tmp_path / "ledger.sqlite")
    old.executescript(BEFORE)
    old.close()
    for _ in range(2):  # and is brought on once
        ledger = Ledger(tmp_path)
        found = [(c.session, c.slot, c.attempt, c.state, c.head, c.epoch) for c in ledger.claims("toy")]
        assert found[:3] == [
            ("s0", 0, 1, "done", "ff", 1),
            ("s1", 1, 1, "returned", "", 1),
            ("s2", 1, 2, "live", "", 1),
        ]
        ledger.close()
    ledger = Ledger(tmp_path)
    assert ledger.claim("toy", "real", "", "s3", "P3", "lab", wave="first") == 2
    with pytest.raises(MachineError, match="is taken by another"):
        ledger.claim("toy", "real", "", "s4", "P4", "lab", wave="first", slot=1)
    ledger.take_up("s2")
    assert ledger.finish("s2", "ee")
    ledger.close()


def test_a_file_from_before_vacancies_were_kept_gives_out_the_same_slots(tmp_path, ledger):
    for number in range(4):
        claim(ledger, number)
    ledger.give_back("session-1", "left"), ledger.give_back("session-2", "left")
    assert claim(ledger, 5) == 1
    ledger.close()
    old = sqlite3.connect(tmp_path / "ledger.sqlite")
    old.executescript("DROP INDEX vacant; ALTER TABLE claim DROP COLUMN followed")
    old.close()
    new = Ledger(tmp_path)
    assert [claim(new, number) for number in (6, 7)] == [2, 4]
    new.close()


def test_it_is_always_the_lowest_slot_that_nobody_holds(ledger):
    random = Random("lowest")
    held = {(stratum, wave): {} for stratum in ("", "first-years") for wave in ("", "spring")}
    for number in range(400):
        place = random.choice(list(held))
        here, session = held[place], f"s{number}"
        if here and random.random() < 0.45:
            gone = here.pop(random.choice(list(here)))
            assert ledger.give_back(gone, "left") if random.random() < 0.7 else not ledger.forget(gone)
            continue
        slot = ledger.claim("toy", "real", place[0], session, f"P{number}", "lab-1", wave=place[1])
        assert slot == next(n for n in range(len(here) + 1) if n not in here)
        here[slot] = session


def test_a_claim_costs_the_same_however_many_there_were(ledger):
    """Counted in steps of the database's machine, which no other program disturbs."""

    def steps(number):
        counted = []
        with ledger.engine.connect() as db:  # the one that the pool keeps
            db.connection.driver_connection.set_progress_handler(lambda: counted.append(1), 1)
        ledger.claim("toy", "real", "", f"s{number}", f"P{number}", "lab-1", listing=Listing(digest="d"))
        with ledger.engine.connect() as db:
            db.connection.driver_connection.set_progress_handler(None, 1)
        return len(counted)

    few, many = [], []
    for number in range(600):
        (few if number in range(20, 40) else many if number >= 580 else []).append(steps(number))
        if number % 5 == 0:
            ledger.give_back(f"s{number}", "left")
    assert sum(many) < 1.2 * sum(few)


# ---------------------------------------------------------------- reserved slots


@pytest.fixture
def here(tmp_path):
    here = Reserve(tmp_path / "station", "the ledger can't be reached")
    yield here
    here.close()


def keep(server, here, number):
    return reserve(server, here, "toy", "", "lab-9", number, "", Listing(digest="d"))


def take(ledger, number):
    return ledger.claim("toy", "real", "", f"s{number}", f"P{number}", "lab-9", listing=Listing(digest="d"))


def states(ledger):
    return [(c.slot, c.state, c.participant) for c in sorted(ledger.claims("toy"), key=lambda c: (c.slot, c.attempt))]


def test_reserved_slots_are_nobody_elses_and_none_is_invented(ledger, here):
    take(ledger, 0)
    assert keep(ledger, here, 2) == [1, 2]
    assert take(ledger, 1) == 3
    assert [take(here, 2), take(here, 2), take(here, 3)] == [1, 1, 2]
    with pytest.raises(MachineError, match="can't be reached, and no slot of this study is left that was reserved"):
        take(here, 4)
    with pytest.raises(MachineError, match="and a group session needs it"):
        here.claim_group("toy", "real", "", "g", "lab-9", Listing(name="groups"))
    with pytest.raises(MachineError, match="participant 'P2' already has a session"):
        here.claim("toy", "real", "", "s9", "P2", "lab-9")


def test_what_happened_without_the_server_is_told_once_and_kept_nowhere_else(tmp_path, ledger, here):
    keep(ledger, here, 4)
    for number in range(3):
        take(here, number)
    assert here.finish("s0", "aa") and here.give_back("s1", "felt ill")
    assert take(here, 3) == 1  # the one that s1 gave back
    for _ in range(2):
        done = merge(ledger, here)
        assert done.refused == []
    assert states(ledger) == [
        (0, "done", "P0"),
        (1, "returned", "P1"),
        (1, "live", "P3"),
        (2, "live", "P2"),
        (3, "reserved", ""),
    ]
    assert here.finish("s2", "bb") and here.give_back("s3", "left")
    done = merge(ledger, here, release=True)
    assert (done.ends, done.released, done.refused) == (2, 1, [])
    assert [(slot, state) for slot, state, _ in states(ledger)] == [
        (0, "done"),
        (1, "returned"),
        (1, "returned"),
        (2, "done"),
        (3, "returned"),
    ]
    assert here.claims("toy") == [] and ledger.find("s2").head == "bb"
    assert not [path for path in (tmp_path / "station").iterdir() if re.search(rb"\bP\d\b", path.read_bytes())]


def test_a_merge_that_is_cut_off_is_finished_by_asking_again(ledger, here, monkeypatch):
    keep(ledger, here, 2)
    take(here, 0), here.give_back("s0", "left"), take(here, 1), here.finish("s1", "aa")

    def cut(rows, release, db):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("runner.ledger.reserve._tidy", cut)
        merge(ledger, here)
    assert merge(ledger, here).refused == []
    assert states(ledger) == [(0, "returned", "P0"), (0, "done", "P1"), (1, "reserved", "")]


def test_a_reservation_that_was_taken_back_makes_no_second_holder(ledger, here):
    keep(ledger, here, 2)
    take(here, 0)
    for kept in ledger.claims("toy"):
        assert ledger.take_back(kept.session, "the station is lost")
    assert take(ledger, 1) == 0
    here.finish("s0", "aa")
    (refused,) = merge(ledger, here).refused
    assert "held on a reservation that had been taken back" in refused and "its log is kept" in refused
    assert [(slot, state, who) for slot, state, who in states(ledger) if who] == [
        (0, "live", "P1"),
        (0, "returned", "P0"),
    ]
    assert here.reserved("toy") == 0
    assert [take(ledger, number) for number in (5, 6)] == [1, 2]


def test_who_sat_down_twice_without_the_server_is_told(ledger, here):
    keep(ledger, here, 1)
    take(here, 0), here.finish("s0", "aa")
    ledger.claim("toy", "real", "", "elsewhere", "P0", "lab-1")
    (refused,) = merge(ledger, here).refused
    assert "while the participant had another session" in refused
    assert [c.state for c in ledger.claims("toy") if c.participant] == ["returned", "live"]


def test_a_withdrawal_without_the_server_reaches_it_later(ledger, here):
    keep(ledger, here, 1)
    take(here, 0), here.finish("s0", "aa")
    claim(ledger, 7)
    assert forget(here, "s0") == ""
    assert "does not know yet how session session-7 ended" in forget(here, "session-7")
    assert here.reserved("toy") == 1
    merge(ledger, here)
    assert {c.participant for c in ledger.claims("toy")} == {""}


def test_nothing_else_pays_for_the_database():
    code = "import sys; import runner.waves, runner.commands.live, runner.commands.run, runner.commands.ledger; "
    code += "from runner.cli import main; main(['check', 'protocols/taste.yaml']); "
    code += "assert not {'sqlalchemy', 'psycopg'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, stdout=subprocess.DEVNULL)
