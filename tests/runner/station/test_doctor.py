import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.errors import MachineError
from runner.station import doctor, volumes

PROTOCOL = Path(__file__).parents[3] / "protocols" / "taste.yaml"
FACTS = {
    "refresh_hz": 60.0,
    "size": [1920, 1080],
    "driver": "a driver",
    "vertical_sync": True,
    "keyboard": {"stamps": "X server"},
}


def no_window():
    raise MachineError("display: DISPLAY is not set, so there is no screen here; start Vantage from the desktop")


@pytest.fixture(autouse=True)
def local(monkeypatch):
    """Temporary folders may be in memory, which is found unfit."""
    monkeypatch.setattr(volumes, "file_system", lambda folder: "ext4")


@pytest.fixture
def windowless(monkeypatch):
    monkeypatch.setattr(doctor, "_window", no_window)


def line(report, what):
    (found,) = (one for one in report.lines if one.what == what)
    return found


def test_a_whole_examination_opens_the_real_window(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "WATCHED", 0.4)
    report = doctor.examine(tmp_path / "data", PROTOCOL)
    assert {one.what for one in report.lines} >= {"disk", "room", "clock", "display", "frames", "keyboard", "versions"}
    assert "Hz" in next(one for one in report.lines if one.what == "display").found
    assert "stamped by" in line(report, "keyboard").found
    assert "taste, SHA-256 " in line(report, "protocol").found
    assert all(one.do for one in report.lines if one.verdict != "ok")
    assert not report.failed
    assert report.page().endswith("This station is fit for sessions.")


def test_a_station_without_a_display_is_not_fit_and_says_what_to_do(tmp_path, windowless):
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
    def broken():
        raise ZeroDivisionError("in a driver")

    monkeypatch.setattr(doctor, "_window", broken)
    assert line(doctor.examine(tmp_path), "display").found == "ZeroDivisionError: in a driver"


def test_the_same_report_is_json(tmp_path, windowless):
    report = doctor.examine(tmp_path)
    plain = json.loads(json.dumps(report.plain()))
    assert plain["fit"] is False
    assert [one["what"] for one in plain["lines"]] == [one.what for one in report.lines]


def test_a_share_and_a_file_in_the_way_are_failures(tmp_path, monkeypatch, windowless):
    (tmp_path / "file").write_text("")
    report = doctor.examine(tmp_path / "file" / "data")
    assert "can't be written and synced" in line(report, "disk").found
    monkeypatch.setattr(volumes, "file_system", lambda folder: "nfs4")
    disk = line(doctor.examine(tmp_path), "disk")
    assert (disk.verdict, disk.do[:47]) == ("fail", "keep sessions on a disk inside this machine: --")


@pytest.mark.parametrize(
    ("trial", "verdicts"),
    [
        ({"seconds": 0.001, "slowest": 0.002, "free": 5 << 30}, ["ok", "ok"]),
        ({"seconds": 0.060, "slowest": 0.2, "free": 5 << 30}, ["warn", "ok"]),
        ({"seconds": 0.001, "slowest": 0.002, "free": 500 << 20}, ["ok", "warn"]),
        ({"seconds": 0.001, "slowest": 0.002, "free": 5 << 20}, ["ok", "fail"]),
    ],
)
def test_slow_and_full_disks(tmp_path, monkeypatch, trial, verdicts):
    monkeypatch.setattr(volumes, "unfit", lambda folder: "")
    monkeypatch.setattr(volumes, "try_out", lambda folder: volumes.Trial(**trial))
    assert [one.verdict for one in doctor._disk(tmp_path)] == verdicts


@pytest.mark.parametrize(
    ("facts", "late", "unfocused", "warned"),
    [
        ({}, 0, 0.0, set()),
        ({"vertical_sync": False}, 0, 0.0, {"display"}),
        ({}, 5, 0.0, {"frames"}),
        ({}, 0, 0.5, {"focus"}),
    ],
)
def test_displays(facts, late, unfocused, warned):
    lines = list(doctor._display({**FACTS, **facts}, late, 2.0, unfocused))
    assert {one.what for one in lines if one.verdict == "warn"} == warned
    assert lines[0].found == "1920x1080 at 60.0 Hz, a driver"


def test_a_keyboard_without_a_clock_of_its_own_is_a_warning():
    (one,) = doctor._keyboard({"stamps": "polling", "psychtoolbox": "libjack is missing"})
    assert (one.verdict, one.found) == ("warn", "keys are stamped by: polling (libjack is missing)")


def test_a_clock_before_the_program_existed_is_wrong(monkeypatch):
    monkeypatch.setattr(doctor, "BORN", datetime(2999, 1, 1, tzinfo=UTC))
    assert [one.verdict for one in doctor._clock()] == ["fail"]


def test_a_protocol_that_can_not_be_read_is_a_failure(tmp_path, windowless):
    path = tmp_path / "broken.yaml"
    path.write_text("study: [")
    assert line(doctor.examine(tmp_path, path), "protocol").verdict == "fail"
