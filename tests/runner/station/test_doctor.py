import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
from attrs import evolve

from runner import disk
from runner.cli import main
from runner.errors import MachineError
from runner.stages.xtest import XHand
from runner.station import doctor, volumes
from runner.station.doctor import clocks, disks, display
from runner.station.doctor.display import Watched, display_lines, keyboard_line, monitor_line
from runner.station.doctor.keeping import KEPT, keep_page
from runner.station.doctor.keys import grid
from runner.station.doctor.report import Line, Report

PROTOCOL = Path(__file__).parents[3] / "protocols" / "taste.yaml"
FACTS = {
    "refresh_hz": 60.0,
    "size": [1920, 1080],
    "driver": "a driver",
    "vertical_sync": True,
    "keyboard": {"stamps": "X server"},
}
WATCHED = Watched(facts=FACTS, place=(0, 0), seconds=10.0, late=0, unfocused=0.0, pressed=())
TRIAL = volumes.Trial(seconds=0.001, slowest=0.002, plain=0.000003, free=5 << 30)


def no_window(*_):
    raise MachineError("display: DISPLAY is not set, so there is no screen here; start Vantage from the desktop")


@pytest.fixture(autouse=True)
def local(monkeypatch):
    """Temporary folders may be in memory, which is found unfit."""
    monkeypatch.setattr(volumes, "file_system", lambda folder: "ext4")


@pytest.fixture
def windowless(monkeypatch):
    monkeypatch.setattr(display, "look_at_window", no_window)


@pytest.fixture
def synced(monkeypatch):
    """Or a sync that does nothing would be found there, too."""
    monkeypatch.setattr(volumes, "try_out", lambda folder: disk.make_folder(folder) or TRIAL)


def line(report, what):
    (found,) = (one for one in report.lines if one.what == what)
    return found


def test_a_whole_examination_opens_the_real_window(tmp_path, monkeypatch, synced):
    monkeypatch.setattr(display, "QUICK", 0.4)
    seen = []
    report = doctor.examine(
        tmp_path / "data", PROTOCOL, quick=True, progress=lambda done, total: seen.append((done, total))
    )
    looked_at = {"disk", "sync", "room", "clock", "display", "frames", "monitor", "keyboard", "versions", "account"}
    assert {one.what for one in report.lines} >= {*looked_at, "protocol", "markers", "sound", "others"}
    assert "Hz" in next(one for one in report.lines if one.what == "display").found
    assert line(report, "monitor").found.endswith("the only one")
    assert "stamped by" in line(report, "keyboard").found
    assert "taste, SHA-256 " in line(report, "protocol").found
    assert all(one.do for one in report.lines if one.verdict != "ok")
    assert not report.failed
    assert report.page().endswith("This station is fit for sessions.")
    assert max(map(len, report.page().splitlines())) <= 110
    assert seen == [(1, 1)]
    assert {"versions", "protocols", "refresh_hz", "utc_offset", "clock_ahead", "keys_until"} == set(report.facts)


def test_a_station_without_a_display_is_not_fit_and_says_what_to_do(tmp_path, windowless, synced):
    report = doctor.examine(tmp_path)
    assert line(report, "display") == doctor.Line(
        what="display",
        verdict="fail",
        found="DISPLAY is not set, so there is no screen here",
        do="start Vantage from the desktop",
    )
    assert report.failed
    assert report.page().endswith("This station is not fit for sessions.")
    assert "fail  display    DISPLAY is not set" in report.page()
    assert line(report, "disk").verdict == "ok"  # the rest was looked at all the same


def test_whatever_breaks_while_looking_is_a_line(tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("in a driver")

    monkeypatch.setattr(display, "look_at_window", broken)
    assert line(doctor.examine(tmp_path), "display").found == "ZeroDivisionError: in a driver"


def test_the_same_report_is_json(tmp_path, windowless):
    report = doctor.examine(tmp_path)
    plain = json.loads(json.dumps(report.plain()))
    assert plain["fit"] is False
    assert [one["what"] for one in plain["lines"]] == [one.what for one in report.lines]


# ---------------------------------------------------------------- disk


def test_a_share_and_a_file_in_the_way_are_failures(tmp_path, monkeypatch, windowless):
    (tmp_path / "file").write_text("")
    report = doctor.examine(tmp_path / "file" / "data")
    assert "can't be written and synced" in line(report, "disk").found
    monkeypatch.setattr(volumes, "file_system", lambda folder: "nfs4")
    report = doctor.examine(tmp_path / "data")
    assert (line(report, "disk").verdict, line(report, "disk").do[:47]) == (
        "fail",
        "keep sessions on a disk inside this machine: --",
    )
    assert not (tmp_path / "data" / "ledger.sqlite").exists()  # no database is begun on a share


@pytest.mark.parametrize(
    ("trial", "verdicts"),
    [
        ({}, ["ok", "ok", "ok"]),
        ({"seconds": 0.060, "slowest": 0.2}, ["warn", "ok", "ok"]),
        ({"free": 500 << 20}, ["ok", "ok", "warn"]),
        ({"free": 5 << 20}, ["ok", "ok", "fail"]),
        ({"seconds": 0.0000040}, ["ok", "fail", "ok"]),
    ],
)
def test_slow_full_and_lying_disks(tmp_path, monkeypatch, trial, verdicts):
    monkeypatch.setattr(volumes, "unfit", lambda folder: "")
    monkeypatch.setattr(volumes, "try_out", lambda folder: evolve(TRIAL, **trial))
    assert [one.verdict for one in disks.look_at_disk(tmp_path)] == verdicts
    assert list(tmp_path.iterdir()) == []


def test_a_sync_that_does_nothing_is_told_from_one_that_does(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "sync", lambda fd: None)
    told = disks.durable(volumes.try_out(tmp_path), "ext4", "")
    assert told.verdict == "fail" and "it returns without asking the disk" in told.found


if sys.platform == "linux" and os.access("/dev/shm", os.W_OK):

    def test_a_disk_in_memory_is_found_out_by_its_syncs():
        folder = Path("/dev/shm") / f"doctor-{os.getpid()}"
        try:
            assert disks.durable(volumes.try_out(folder), "ext4", "").verdict == "fail"
        finally:
            folder.rmdir()


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("ext4", "rw,relatime,rw,nobarrier", "mounted with nobarrier"),
        ("ext4", "rw,errors=remount-ro", "it waits for the disk"),
        ("overlay", "rw", "a container's own layer"),
    ],
)
def test_what_a_disk_is_mounted_as_is_told(kind, options, said):
    told = disks.durable(TRIAL, kind, options)
    assert said in told.found
    assert (told.verdict == "ok") == ("waits" in said)


def test_where_not_even_a_ballast_fits_nothing_begins(tmp_path, monkeypatch, synced):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "lay_ballast", full)
    room = [one for one in disks.look_at_disk(tmp_path) if one.what == "room"]
    assert [(one.verdict, "not even a session's ballast fits" in one.found) for one in room] == [("fail", True)]


# ---------------------------------------------------------------- display and keyboard


@pytest.mark.parametrize(
    ("facts", "late", "unfocused", "warned"),
    [
        ({}, 0, 0.0, set()),
        ({"vertical_sync": False}, 0, 0.0, {"display"}),
        ({}, 7, 0.0, {"frames"}),
        ({}, 0, 0.5, {"focus"}),
    ],
)
def test_displays(facts, late, unfocused, warned):
    watched = evolve(WATCHED, facts={**FACTS, **facts}, late=late, unfocused=unfocused)
    lines = list(display_lines(watched))
    assert {one.what for one in lines if one.verdict == "warn"} == warned
    assert lines[0].found == "1920x1080 at 60.0 Hz, a driver"
    assert f"{late} of 600 frames late in 10 s" in [one.found for one in lines]


LEFT = {"name": "DP-1", "place": [0, 0], "size": [1920, 1080], "mm": [527, 296], "scaling": 1.0, "primary": True}
RIGHT = {**LEFT, "name": "HDMI-1", "place": [1920, 0], "mm": [0, 0], "primary": False}


@pytest.mark.parametrize(
    ("place", "there", "wanted", "verdict", "said"),
    [
        ((0, 0), [LEFT], "", "ok", "DP-1, 1920x1080 pixels, 527x296 mm, scaled to 100%; the only one"),
        ((0, 0), [LEFT, RIGHT], "", "ok", "also there: HDMI-1"),
        (
            (1920, 0),
            [LEFT, RIGHT],
            "",
            "warn",
            "on HDMI-1, 1920x1080 pixels, scaled to 100%; also there: DP-1, and not",
        ),
        ((1920, 0), [LEFT, RIGHT], "HDMI-1", "ok", "HDMI-1"),
        ((0, 0), [LEFT, RIGHT], "HDMI-1", "fail", "and not on HDMI-1"),
        ((0, 0), [{**LEFT, "size": [2880, 1620], "scaling": 1.5}], "", "warn", "the window has 1920x1080 pixels"),
        ((0, 0), [], "", "warn", "the desktop doesn't tell"),
    ],
)
def test_the_right_monitor_is_the_one_that_is_named_or_the_primary(place, there, wanted, verdict, said):
    told = monitor_line(evolve(WATCHED, place=place), there, wanted)
    assert told.verdict == verdict and said in told.found
    assert bool(told.do) == (verdict != "ok")


def test_a_keyboard_without_a_clock_of_its_own_is_a_warning():
    one = keyboard_line({"stamps": "polling", "psychtoolbox": "libjack is missing"})
    assert one.verdict == "warn" and one.found.startswith("keys are stamped by: polling")
    assert one.found.endswith("(libjack is missing)")


def presses(step, number=40):
    """Presses at random, as told by a keyboard that is asked every `step` ms and a server that cuts to 1 ms."""
    random, at, found = Random(f"keys/{step}"), 1000.0137, []
    for _ in range(number):
        at += random.uniform(0.06, 0.25)
        seen = (at * 1000 // step + 1) * step + random.uniform(0.05, 0.2)
        found.append((int(seen) + 0.5) / 1000)
    return found


@pytest.mark.parametrize("step", [1, 2, 4, 8, 10, 16])
def test_how_often_a_keyboard_is_asked_is_seen_from_its_presses(step):
    assert grid(presses(step)) == step
    told = keyboard_line({"stamps": "X server", "server_clock_ahead_ms": [-0.2, 0.3]}, presses(step))
    assert f"by 40 presses, asked every {step} ms" in told.found and "within 0.3 ms" in told.found
    assert told.verdict == ("warn" if step > 8 else "ok")


def test_keys_that_are_pressed_while_the_display_is_watched_are_timed():
    over = Event()

    def typing():
        hand = XHand(lambda: (0, 0))
        while not over.is_set():
            hand.press("space")
        hand.close()

    typist = Thread(target=typing)
    typist.start()
    try:
        *_, told = display.look_at_window({}, 2.0, "", lambda done, total: None)
    finally:
        over.set()
        typist.join()
    assert told.what == "keyboard" and re.search(r"by \d+ presses, asked every 1 ms or more often", told.found)


def test_few_presses_say_nothing_of_a_keyboard():
    assert grid(presses(8, 19)) is None
    assert "too few keys were pressed" in keyboard_line({"stamps": "X server"}, presses(8, 19)).found


# ---------------------------------------------------------------- clock, protocol, page


def test_a_clock_before_the_program_existed_is_wrong(monkeypatch):
    monkeypatch.setattr(clocks, "BORN", datetime(2999, 1, 1, tzinfo=UTC))
    facts = {}
    assert [one.verdict for one in clocks.look_at_clock(facts)] == ["fail"]
    assert isinstance(facts["utc_offset"], int)


def test_a_protocol_that_can_not_be_read_is_a_failure(tmp_path, windowless):
    path = tmp_path / "broken.yaml"
    path.write_text("study: [")
    assert line(doctor.examine(tmp_path, path), "protocol").verdict == "fail"


def test_without_a_protocol_every_study_of_the_station_is_hashed(tmp_path, windowless):
    folder = tmp_path / "protocols"
    folder.mkdir()
    (folder / "one.yaml").write_text("study: one")
    report = doctor.examine(tmp_path / "data")
    assert list(report.facts["protocols"]) == ["one.yaml"]
    assert line(report, "protocol").found == f"one.yaml {report.facts['protocols']['one.yaml'][:12]}"


def test_a_device_that_is_named_and_not_there_is_told(tmp_path, windowless):
    (tmp_path / "station.toml").write_text('station = "lab-3"\n[markers]\nserial = "/dev/not-there"\n')
    report = doctor.examine(tmp_path)
    assert line(report, "markers").verdict == "warn" and "serial does not answer" in line(report, "markers").found
    assert report.station == "lab-3"


def test_pages_are_kept_one_for_each_day_of_a_station(tmp_path):
    report = Report(at="2026-11-22T09:00:00+01:00", machine="pc", station="lab 3", lines=())
    for number in range(KEPT + 3):
        keep_page(tmp_path, evolve(report, at=f"2026-{number // 28 + 1:02}-{number % 28 + 1:02}T09:00:00+01:00"))
    bad = (Line(what="disk", verdict="fail", found="gone", do="look for it"),)
    page = keep_page(tmp_path, report)
    assert keep_page(tmp_path, evolve(report, lines=bad)) == page == tmp_path / "preflight" / "2026-11-22-lab-3.txt"
    assert "-> look for it" in page.read_text()
    assert json.loads(page.with_suffix(".json").read_text())["fit"] is False
    names = [path.name for path in sorted((tmp_path / "preflight").iterdir())]
    assert len(names) == 2 * KEPT and names[0] == "2026-01-05-lab-3.json"


def test_the_command_prints_and_keeps_the_page(tmp_path, windowless, synced, capsys):
    assert main(["doctor", "--quick", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    (page,) = (tmp_path / "preflight").glob("*.txt")
    assert said == f"{page.read_text()}This page is kept as {page}.\n"
    assert main(["doctor", "--json", "--data", str(tmp_path)]) == 2
    assert json.loads(capsys.readouterr().out)["fit"] is False
