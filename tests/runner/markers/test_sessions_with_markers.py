"""Sessions in a real window whose screens bear codes: what devices got, what the log says, what a death costs."""

import pytest

from runner.errors import MachineError
from runner.log import read
from runner.markers.csv import file_of
from runner.markers.settings import Settings
from runner.records import SessionEnded, SessionResumed, TrialEnded
from runner.stages.marking import Nowhere

N = 1000


@pytest.fixture(autouse=True)
def without_devices(stage):
    yield
    stage.markers = Nowhere()


def rows(path):
    head, *lines = file_of(path).read_text().splitlines()
    assert head == "run,code,onset_s"
    return [(int(run), int(code), float(onset)) for run, code, onset in (line.split(",") for line in lines)]


def test_every_device_gets_every_code_in_order_and_the_log_says_how_soon(marked, stage, tmp_path):
    path = tmp_path / "s.jsonl"
    with marked.lsl(N) as (stream, recorder), marked.serial(N) as (port, reader):
        settings = Settings(lsl=stream, serial=port, csv=True)
        markers = marked.perform(stage, path, marked.plan(N), settings, opened=recorder.ready)
        recorded, got = recorder.received(), reader.received()
    records = read(path)
    shown = marked.replies(records)
    onsets, codes = [reply.onset for reply in shown], [marked.code_of(n) for n in range(N)]
    assert markers.lost == {}
    assert [code for _, code, _ in recorded] == [code for _, code, _ in got] == codes
    assert rows(path) == [(0, code, pytest.approx(at, abs=1e-6)) for code, at in zip(codes, onsets, strict=True)]
    device = records[0].stage["markers"]["devices"][0]
    assert device["kind"] == "lsl" and device["known_within_s"] < 0.001
    ahead = device["lsl_clock_ahead_s"]
    borne = [at - ahead - onset for (at, _, _), onset in zip(recorded, onsets, strict=True)]
    assert max(map(abs, borne)) < 1e-6  # a recording has the very onset
    assert all([sent.device for sent in reply.sent] == ["lsl", "serial", "csv"] for reply in shown)
    assert all(sent.code == code for reply, code in zip(shown, codes, strict=True) for sent in reply.sent)
    assert {sent.error for reply in shown for sent in reply.sent} <= {"", "slow"}
    assert all((sent.latency is None) == bool(sent.error) for reply in shown for sent in reply.sent)
    delays = {
        "lsl": [arrived - ahead - at for (_, _, arrived), at in zip(recorded, onsets, strict=True)],
        "serial": [arrived - at for (_, _, arrived), at in zip(got, onsets, strict=True)],
        **{f"{name}, log": [s.latency for r in shown for s in r.sent if s.device == name and s.latency is not None]
           for name in ("lsl", "serial", "csv")},
    }  # fmt: skip
    assert min(min(values) for values in delays.values()) >= 0
    print("\n| from onset to arrival | median ms | p99 ms |\n|---|---|---|")
    for name, values in delays.items():
        print(f"| {name} | {marked.told(values)} |")


def test_a_line_that_dies_costs_the_session_nothing(marked, stage, tmp_path):
    path = tmp_path / "s.jsonl"
    with marked.serial(50) as (port, reader):
        markers = marked.perform(stage, path, marked.plan(200, each=20), Settings(serial=port, csv=True))
        assert len(reader.received()) == 50
    records = read(path)
    assert isinstance(records[-1], SessionEnded) and records[-1].how == "completed"
    sent = [{each.device: each for each in reply.sent} for reply in marked.replies(records)]
    assert len(sent) == len(rows(path)) == 200
    assert sent[0]["serial"].latency is not None
    assert sent[-1]["serial"].error == "gone" and sent[-1]["serial"].latency is None
    assert set(markers.lost) == {"serial"}


def test_where_markers_are_required_a_line_that_dies_stops_the_session_between_trials(marked, stage, tmp_path):
    path, planned = tmp_path / "s.jsonl", marked.plan(200, each=20)
    with (
        marked.serial(50) as (port, _),
        pytest.raises(MachineError, match=r"requires them.*stopped working: serial \(.*\); .*`vantage resume`"),
    ):
        marked.perform(stage, path, planned, Settings(serial=port, csv=True), "required")
    before = read(path)
    assert isinstance(before[-1], TrialEnded)
    done = len(marked.replies(before))
    assert 40 < done < 200 and done % 20 == 0
    with marked.serial(200 - done) as (port, reader):
        marked.perform(stage, path, planned, Settings(serial=port, csv=True), "required")
        codes = [code for _, code, _ in reader.received()]
    assert codes == [marked.code_of(n) for n in range(done, 200)]
    records = read(path)
    assert len(marked.replies(records)) == 200
    assert any(isinstance(record, SessionResumed) for record in records)
    assert [run for run, _, _ in rows(path)] == [0] * done + [1] * (200 - done)
