"""The devices by themselves, how they are declared, and what is said when one does not answer."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from runner.cli import main
from runner.errors import MachineError
from runner.markers import lsl
from runner.markers.csv import HEAD, Csv, file_of
from runner.markers.opening import look, open_markers
from runner.markers.parallel import Parallel, open_port
from runner.markers.sending import Markers
from runner.markers.settings import Settings, read_settings
from runner.station import volumes
from runner.station.doctor.software import look_at_devices

TASTE = Path(__file__).parents[3] / "protocols" / "taste.yaml"
PATIENCE = 60.0
STUDY = """\
study: marked
title: {en: "Squares"}
minutes: 5
languages: [en]
identity: coded
ethics: "2026-17"
markers: required
pack: planets
factors:
  frame: {levels: [privilege, disadvantage]}
phases:
  - phase: framing
    task: framing
    code: 31
    params: {frame: {by: frame}, facts: 1, minimum: 0.2}
details: {support: "room 12"}
"""


class Probe:
    """A device that notes what it is asked to do, and can be made to hang."""

    name = "serial"

    def __init__(self, pulse=0.0):
        self.pulse, self.did = pulse, []
        self.free = threading.Event()
        self.free.set()

    def send(self, code, onset):
        self.free.wait()
        self.did.append(code)

    def rest(self):
        self.did.append(0)

    def describe(self):
        return {"kind": "serial"}

    def close(self):
        self.did.append("closed")


def until(holds):
    end = time.perf_counter() + PATIENCE
    while not holds():
        assert time.perf_counter() < end
        time.sleep(0.001)


def station(tmp_path, text):
    data = tmp_path / "data"
    data.mkdir()
    (data / "station.toml").write_text(text, encoding="utf-8")
    return data


# ---------------------------------------------------------------- sending


def test_a_device_that_hangs_holds_nobody_up_and_is_called_slow():
    hangs, works = Probe(), Probe()
    hangs.free.clear()
    markers = Markers([hangs, works])
    before = threading.active_count()
    for code in range(1, 101):
        markers.mark(code, time.perf_counter())  # would never return if it waited for the device
    until(lambda: works.did == list(range(1, 101)))
    slow, quick = markers.sent()
    assert (slow.error, slow.latency) == ("slow", None) and slow.code == quick.code == 100
    assert quick.error == "" and quick.latency > 0
    assert threading.active_count() == before
    assert markers.lost == {}
    hangs.free.set()
    markers.close()
    assert hangs.did == [*range(1, 101), "closed"]


def test_a_pulse_ends_by_itself_or_with_the_next_code():
    probe = Probe(pulse=0.005)
    markers = Markers([probe])
    markers.mark(7, time.perf_counter())
    until(lambda: probe.did == [7, 0])
    long = Probe(pulse=1000.0)
    others = Markers([long])
    others.mark(7, time.perf_counter())
    others.mark(7, time.perf_counter())
    until(lambda: long.did == [7, 0, 7])  # an edge between two equal codes, however soon the second comes
    others.close()
    markers.close()
    assert long.did == [7, 0, 7, 0, "closed"]


def test_the_parallel_port_begins_and_ends_at_zero():
    levels, gone = [], []
    port = Parallel("0x378", 5.0, levels.append, lambda: gone.append(True))
    port.send(255, 0.0)
    port.rest()
    port.close()
    assert (levels, gone, port.pulse) == ([0, 255, 0], [True], 0.005)
    assert port.describe() == {"kind": "parallel", "port": "0x378", "pulse_ms": 5.0}


def test_what_is_no_parallel_port_is_told():
    with pytest.raises(MachineError, match=r"0x378: on Linux a parallel port is a file; write /dev/parport0"):
        open_port("0x378", 5.0)
    with pytest.raises(OSError, match="is no parallel port, or another driver has it"):
        open_port(os.devnull, 5.0)


def test_the_distance_of_two_clocks_is_measured():
    ahead, unsure = lsl.offset(lambda: time.perf_counter() + 1000.0)
    assert ahead == pytest.approx(1000.0, abs=unsure + 1e-9)
    assert 0 <= unsure < 0.01


# ---------------------------------------------------------------- the file

WRITING = """
import sys, time
from pathlib import Path
from runner.markers.csv import Csv
from runner.markers.sending import Markers
markers = Markers([Csv(Path(sys.argv[1]))])
for number in range(100_000):
    markers.mark(1 + number % 255, number / 4)
    assert markers.await_last(60)[0].latency is not None
    print(number, flush=True)
"""


@pytest.mark.parametrize("life", [1, 7, 150])
def test_the_file_has_every_marker_that_was_acknowledged_before_a_kill(tmp_path, life):
    log = tmp_path / "s.jsonl"
    child = subprocess.Popen([sys.executable, "-c", WRITING, str(log)], stdout=subprocess.PIPE, text=True)
    acknowledged = -1
    with child:
        for line in child.stdout:
            acknowledged = int(line)
            if acknowledged >= life:
                child.send_signal(signal.SIGKILL)
                break
        rest = child.stdout.read().split()
    acknowledged = int(rest[-1]) if rest else acknowledged
    rows = file_of(log).read_bytes().removeprefix(HEAD).decode().splitlines(keepends=True)
    whole = [row for row in rows if row.endswith("\n")]
    assert len(whole) > acknowledged
    assert whole == [f"0,{1 + n % 255},{n / 4:.6f}\n" for n in range(len(whole))]
    assert file_of(log).stat().st_mode & 0o077 == 0  # for nobody else on this machine


def test_half_a_line_is_cut_off_when_the_session_goes_on(tmp_path):
    log = tmp_path / "s.jsonl"
    file_of(log).write_bytes(HEAD + b"0,21,1.500000\n0,22,2.5")
    device = Csv(log)
    device.send(23, 0.25)
    device.close()
    assert file_of(log).read_bytes() == HEAD + b"0,21,1.500000\n1,23,0.250000\n"


def test_a_session_without_a_marker_leaves_no_file_and_an_erased_one_leaves_none(tmp_path):
    Csv(tmp_path / "s.jsonl").close()
    assert list(tmp_path.iterdir()) == []
    assert file_of(tmp_path / "s.jsonl").match("s.jsonl.*")  # what `runner.sessions.withdraw` erases with the log


# ---------------------------------------------------------------- declaring


def test_devices_are_declared_in_the_data_folder(tmp_path):
    text = 'station = "lab-3"\n[markers]\nlsl = "Vantage"\nserial = "COM3"\nbaud = 9600\npulse_ms = 8\ncsv = true\n'
    settings = read_settings(station(tmp_path, text))
    assert settings == Settings(lsl="Vantage", serial="COM3", baud=9600, pulse_ms=8, csv=True)
    assert settings.named == ("lsl", "serial", "csv")
    assert read_settings(tmp_path / "nowhere") == Settings() and Settings().named == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[markers\n", "station.toml: can't be read .*wants lines such as"),
        ("markers = true\n", r"'markers' must be a table, but is True; write \[markers\]"),
        ('[markers]\nlpt = "0x378"\n', r"knows no 'lpt'; it knows lsl, serial, baud, parallel, pulse_ms, csv"),
        ("[markers]\nserial = 3\n", "'serial' in .markers. must be a text in quotes, but is 3"),
        ('[markers]\nbaud = "9600"\n', "'baud' in .markers. must be a whole number, but is '9600'"),
        ("[markers]\nbaud = true\n", "'baud' in .markers. must be a whole number, but is True"),
        ('[markers]\ncsv = "yes"\n', "'csv' in .markers. must be true or false, but is 'yes'"),
        ("[markers]\npulse_ms = 0\n", "'pulse_ms' must be 0.1 to 1000, but is 0; correct it"),
        ("[markers]\nbaud = 1\n", r"'baud' must be 50 to 4e\+06, but is 1; correct it"),
    ],
)
def test_a_wrong_declaration_is_told(tmp_path, text, said):
    with pytest.raises(MachineError, match=said):
        read_settings(station(tmp_path, text))


# ---------------------------------------------------------------- devices that do not answer

NOWHERE = "/dev/ttyNOWHERE"


def test_a_device_that_does_not_answer_is_left_out_and_told_in_the_head(tmp_path):
    markers = open_markers(Settings(serial=NOWHERE, csv=True), "if_there", tmp_path / "s.jsonl")
    told = markers.describe()
    assert told["wanted"] == "if_there" and [device["kind"] for device in told["devices"]] == ["csv"]
    assert NOWHERE in told["absent"]["serial"]
    markers.mark(1, 0.0)
    assert [sent.device for sent in markers.await_last(PATIENCE)] == ["csv"]
    markers.check()
    markers.close()


def test_where_markers_are_required_every_device_has_to_answer(tmp_path):
    with pytest.raises(MachineError, match=rf"not every device answers: serial \(.*{NOWHERE}.*\); mend that"):
        open_markers(Settings(serial=NOWHERE, csv=True), "required", tmp_path / "s.jsonl")
    with pytest.raises(MachineError, match=r"requires them, and station.toml .* names no device; add a table"):
        open_markers(Settings(), "required", tmp_path / "s.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_sessions_that_cannot_be_linked_send_nothing(tmp_path):
    markers = open_markers(Settings(serial=NOWHERE, csv=True), "never", tmp_path / "s.jsonl")
    markers.mark(1, 0.0)
    assert markers.sent() == () and markers.describe() == {"wanted": "never", "devices": []}


def test_a_real_session_that_requires_markers_is_refused_before_it_takes_a_slot(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(volumes, "unfit", lambda folder: "")
    data, study = station(tmp_path, f'[markers]\nserial = "{NOWHERE}"\n'), tmp_path / "marked.yaml"
    study.write_text(STUDY, encoding="utf-8")
    assert main(["run", str(study), "--participant", "P01", "--data", str(data), "--session", "abc"]) == 2
    said = capsys.readouterr().err
    assert "markers: this study requires them, and not every device answers: serial (" in said
    assert [path.name for path in data.iterdir()] == ["station.toml"]


def test_the_pre_flight_tells_of_every_device(tmp_path):
    found = list(look(Settings(serial=NOWHERE, lsl="a-stream-of-a-test")))
    assert [(one.what, one.verdict) for one in found] == [("markers", "ok"), ("markers", "warn")]
    assert found[0].found.startswith("lsl answers: stream a-stream-of-a-test, lsl_clock_ahead_s ")
    assert found[1].found.startswith("serial does not answer: ") and "plug it in" in found[1].do
    assert [one.verdict for one in look(Settings(serial=NOWHERE), "required")] == ["fail"]
    assert [one.found for one in look(Settings(), "required")] == ["this study requires them, and no device is named"]
    assert list(look(Settings())) == []


def test_the_doctor_tells_of_devices_as_the_study_wants_them(tmp_path):
    data, study = station(tmp_path, f'[markers]\nserial = "{NOWHERE}"\n'), tmp_path / "marked.yaml"
    study.write_text(STUDY, encoding="utf-8")
    for protocol, verdict in ((TASTE, "warn"), (study, "fail")):
        lines = [line for line in look_at_devices(data, protocol) if line.what == "markers"]
        assert [line.verdict for line in lines] == [verdict]


# ---------------------------------------------------------------- vantage markers test


def test_the_command_sends_a_code_for_each_pin_and_tells_how_soon_it_was_there(tmp_path, capsys, marked, monkeypatch):
    from runner.commands import markers

    monkeypatch.setattr(markers, "APART", 0.0)
    with marked.serial(8) as (port, reader):
        data = station(tmp_path, f"[markers]\nserial = {json.dumps(port)}\ncsv = true\n")
        assert main(["markers", "test", "--data", str(data)]) == 0
        assert [code for _, code, _ in reader.received()] == [1, 2, 4, 8, 16, 32, 64, 128]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 16 and all(line.endswith(" ms") for line in lines)
    assert [path.name for path in data.iterdir()] == ["station.toml"]


def test_the_command_says_which_device_is_missing(tmp_path, capsys):
    data = station(tmp_path, f'[markers]\nserial = "{NOWHERE}"\n')
    assert main(["markers", "test", "--data", str(data)]) == 2
    assert capsys.readouterr().out.startswith("serial    does not answer: ")
    assert main(["markers", "test", "--data", str(tmp_path)]) == 2
    assert "station.toml: no device for markers is named; add a table [markers]" in capsys.readouterr().err
