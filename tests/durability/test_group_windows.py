"""Four stations with four windows in one group session: nobody begins alone, all see the same, one is killed.

The people at them are simulated, and answer by real key presses and clicks. All clocks are this machine's one.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from runner.laboratory.gatherings import GATHERING, SAID, SEAT
from runner.laboratory.place import open_place
from runner.log import read
from runner.records import ScreenReplied, SessionEnded, SessionStarted, TrialEnded, TrialStarted

pytestmark = pytest.mark.needs("postgres")
TIMES = "\N{MULTIPLICATION SIGN}"
STUDY = Path(__file__).parents[2] / "protocols" / "modules" / "seen-together.yaml"
DISPLAY = ["xvfb-run", "-a", "-s", "-screen 0 1024x768x24"]
STATIONS = 4


@pytest.fixture(scope="module")
def server(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


class Laboratory:
    def __init__(self, folder, url, dropped="go_on"):
        self.data, self.url, self.running = folder / "data", url, []
        self.study = folder / STUDY.name
        text = STUDY.read_text(encoding="utf-8").replace("dropped: go_on", f"dropped: {dropped}")
        shown = text.replace("{text: modules/together-board}", "{text: modules/together-board, ask: false}")
        self.study.write_text(shown, encoding="utf-8")

    def seat(self, *cell):
        """One more station begins."""
        told = ["pilot", self.study, "--group", "A", "--seats", STATIONS, "--cell", *cell, "--data", self.data]
        self._start(told)
        return self.running[-1]

    def take_up(self, log):
        self._start(["resume", log])
        return self.running[-1]

    def _start(self, told):
        command = [*DISPLAY, sys.executable, "-m", "runner.cli", *map(str, told), "--autopilot", "--quick"]
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "XAUTHORITY")}
        environment |= {"VANTAGE_LEDGER": self.url}
        with (self.data.parent / f"said-{len(self.running)}").open("wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True, env=environment)
        self.running.append(process)

    def logs(self):
        return sorted(self.data.glob("*/pilot/*.jsonl"))

    def records(self):
        return [read(path) for path in self.logs()]

    def said(self):
        return "\n".join(path.read_text() for path in sorted(self.data.parent.glob("said-*")))

    def until(self, what, seconds=150):
        end = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < end, f"it did not come about; the stations said: {self.said()}"
            threading.Event().wait(0.05)
        return found

    def end(self):
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def laboratory(server, tmp_path):
    made = []

    def make(**more):
        made.append(Laboratory(tmp_path, server.url, **more))
        return made[-1]

    yield make
    for each in made:
        each.end()


def at(records, phase):
    """Has a session come to this phase?"""
    return any(isinstance(r, TrialStarted) and r.trial.startswith(phase) for r in records)


def outcomes(records, phase):
    return [r.outcome for r in records if isinstance(r, TrialEnded) and r.trial.startswith(phase)]


def replies(records, screen):
    return [r for r in records if isinstance(r, ScreenReplied) and r.screen == screen]


def acts(records, *, again=True):
    """The acts that somebody picked, as they read, and when; `again` with the set that comes a second time."""
    plan = {trial["id"]: trial["given"] for trial in records[0].plan["trials"]}
    picked = [(r, plan[r.trial]) for r in replies(records, "pair") if r.answer]
    return [(r.answered, given[r.answer]["heading"]) for r, given in picked if again or not given["repeated"]]


@pytest.mark.timeout(400)
def test_four_stations_begin_together_wait_for_one_that_is_killed_and_see_the_same_at_the_end(laboratory):
    lab = laboratory(dropped="wait")
    for _ in range(STATIONS - 1):
        lab.seat("display=end")
    three = lab.until(lambda: len(found := lab.records()) == 3 and all(at(r, "begin") for r in found) and found)
    assert not any(replies(records, "waiting") for records in three)
    last = lab.seat("display=end")
    lab.until(lambda: len(lab.records()) == STATIONS)
    newest = max(lab.logs(), key=lambda path: read(path)[0].at)
    lab.until(lambda: replies(read(newest), "pair"))
    os.killpg(last.pid, signal.SIGKILL)  # its window, its display and all
    last.wait()
    others = [path for path in lab.logs() if path != newest]
    lab.until(lambda: all(at(read(path), "display") for path in others))
    assert not any(at(read(path), "checks") for path in others)  # nobody sees anything before all have chosen
    lab.take_up(newest)
    lab.until(lambda: all(isinstance(records[-1], SessionEnded) for records in lab.records()))

    everyone = lab.records()
    assert all(records[-1].how == "completed" for records in everyone), lab.said()
    assert len({records[0].group for records in everyone}) == 1 and everyone[0][0].group
    begun = [replies(records, "waiting")[0] for records in everyone]
    assert all(reply.status == "answered" and len(reply.heard) == STATIONS - 1 for reply in begun)
    assert max(reply.offset for reply in begun) - min(reply.offset for reply in begun) < 5
    assert all(outcomes(records, "company") == [{"others": o, "everyone": True}] for records, o in _others(everyone))
    _all_saw_what_all_showed(everyone)
    _nobodys_name_is_in_any_log(lab, everyone)
    place = open_place(lab.data, lab.url)
    assert place.rows(SAID.select()) == [] and {row.name for row in place.rows(SEAT.select())} == {""}
    assert [row.state for row in place.rows(GATHERING.select())] == ["closed"]
    place.close()


def _others(everyone):
    """Each session with the seats of the others: seats are told by whom nobody of them heard."""
    for records in everyone:
        heard = [h.seat for h in replies(records, "waiting")[0].heard]
        assert len(set(heard)) == STATIONS - 1 and set(heard) < set(range(1, STATIONS + 1))
        yield records, sorted(heard)


def _all_saw_what_all_showed(everyone):
    shown = []
    for records in everyone:
        if outcomes(records, "display") == [{"shown": True}]:
            shown.append(sorted({act for _, act in acts(records, again=False)}))  # a set counts once
    for records in everyone:
        heard = [h for h in replies(records, "waiting")[-1].heard if h.says]
        seen = sorted(sorted({line.partition(f" {TIMES} ")[2] or line for line in h.says.split("\n")}) for h in heard)
        mine = outcomes(records, "display") == [{"shown": True}]
        assert len(seen) == len(shown) - mine
        assert all(acts_of in shown for acts_of in seen)


def _nobodys_name_is_in_any_log(lab, everyone):
    aliases = [outcomes(records, "announcement")[0]["alias"] for records in everyone]
    assert set(aliases) <= {"{alias}", None} and any(aliases)
    trials = [trial for records in everyone for trial in records[0].plan["trials"] if trial["task"] == "setting"]
    offered = {option["text"] for trial in trials for option in trial["given"]["aliases"]["options"]}
    for path in lab.logs():
        after = path.read_bytes().split(b'"kind":"trial_started"', 1)[1]  # behind the plan, which lists all aliases
        assert not any(alias.encode() in after for alias in offered)


@pytest.mark.timeout(400)
def test_four_stations_see_each_choice_as_it_is_made_and_each_log_says_what_was_seen_when(laboratory):
    lab = laboratory()
    for _ in range(STATIONS):
        lab.seat("display=live")
    lab.until(lambda: len(found := lab.records()) == STATIONS and all(isinstance(r[-1], SessionEnded) for r in found))
    everyone = lab.records()
    assert all(isinstance(records[0], SessionStarted) and records[-1].how == "completed" for records in everyone)
    made = [(at_, act) for records in everyone for at_, act in acts(records)]
    on_boards = 0
    for records in everyone:
        for reply in replies(records, "pair"):
            for heard in reply.heard:
                on_boards += 1
                assert any(act == heard.says and answered < heard.at for answered, act in made)
                assert heard.at <= reply.offset
        last = replies(records, "pair")[-1]
        before = [act for answered, act in made if answered < last.onset - 2]
        assert len(last.heard) >= min(4, len(before) - len(acts(records)))
    assert on_boards > STATIONS
