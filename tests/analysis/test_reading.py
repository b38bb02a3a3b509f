"""Many logs in one call: the same tables whatever way they were read, and nothing of a damaged log."""

import json
import os

import msgspec
import pandas as pd
import pytest

from analysis.reading import cache, quick, whole
from analysis.reading.logs import read_logs
from analysis.reading.screens import Screens
from analysis.reading.seen import Shown
from analysis.reading.tables import build
from analysis.reading.whole import read_tables
from runner import disk, sessions
from runner.errors import VantageError
from runner.leaving import STOP
from runner.records import SessionResumed

STUDY = "made-up"


@pytest.fixture
def data(person, keep, tmp_path):
    for i in range(8):
        keep(person(i, "reading", at=f"2026-01-{9 - i:02d}T10:00:00+00:00").log())
    return tmp_path / "data"


def same(one, other):
    assert list(one.named()) == list(other.named())
    assert (one.factors, dict(one.columns)) == (other.factors, dict(other.columns))
    for name, frame in one.named().items():
        pd.testing.assert_frame_equal(frame, other.named()[name], obj=name)


def test_tables_are_those_of_logs_read_one_by_one_in_the_order_of_sessions(data):
    logs, tables = read_tables(data, STUDY, keep=False)
    slow = read_logs(data, STUDY)
    same(tables, build(slow))
    assert [s.path for s in logs.sessions] == [s.path for s in slow.sessions]
    assert tables.sessions["session"].tolist() == [f"s{i:05d}" for i in reversed(range(8))]


def test_several_processes_give_the_same(data, monkeypatch):
    monkeypatch.setattr(whole, "_WORTH", 0)
    _, alone = read_tables(data, STUDY, keep=False)
    _, shared = read_tables(data, STUDY, jobs=2, keep=True)
    same(alone, shared)
    _, kept = read_tables(data, STUDY)
    same(alone, kept)


def test_kept_tables_are_used_for_the_same_logs_only(data, monkeypatch):
    _, made = read_tables(data, STUDY)
    with monkeypatch.context() as patch:
        patch.setattr(whole, "read_chunk", None)  # nothing may be read anew
        _, kept = read_tables(data, STUDY)
        same(made, kept)
    path = next(data.rglob("s00003.jsonl"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"response":', b'"responze":', 1))  # of the same size
    logs, fewer = read_tables(data, STUDY)
    assert [d.file.rsplit("/")[-1] for d in logs.damaged] == ["s00003.jsonl"]
    assert len(fewer.sessions) == 7
    path.write_bytes(content)
    os.utime(path, (0, 0))
    assert len(read_tables(data, STUDY)[1].sessions) == 8


def test_other_code_makes_tables_anew(data, monkeypatch):
    read_tables(data, STUDY)
    shelf = cache.Shelf(data, STUDY)
    paths = sorted(data.rglob("*.jsonl"))
    assert shelf.tables(paths)
    monkeypatch.setattr(cache, "code", lambda: "another version")
    assert shelf.tables(paths) is None
    assert not shelf.folder.exists()


@pytest.mark.parametrize("broken", ["contents.json", "00000-scale.arrow"])
def test_broken_kept_tables_are_made_anew(data, broken):
    _, made = read_tables(data, STUDY)
    (cache.Shelf(data, STUDY).folder / broken).write_bytes(b"nonsense")
    same(made, read_tables(data, STUDY)[1])


def test_nothing_is_kept_where_nothing_can_be(data, tmp_path):
    (tmp_path / disk.TABLES).write_text("in the way")
    assert len(read_tables(data, STUDY)[1].sessions) == 8
    assert len(read_tables(data, STUDY, keep=False)[1].sessions) == 8


def test_nothing_is_written_in_the_data_folder(data):
    before = sorted(data.rglob("*"))
    read_tables(data, STUDY)
    assert sorted(data.rglob("*")) == before
    assert (data.parent / disk.TABLES).is_dir()


def test_kept_tables_go_when_a_participant_takes_the_data_back(data):
    for below in (data, data / STUDY, data / STUDY / "simulated"):
        read_tables(below, STUDY)
    assert len(list(data.parent.rglob(disk.TABLES))) == 3
    first = read_logs(data, STUDY).sessions[0]
    sessions.withdraw(first.path, first.head, None)
    assert not list(data.parent.rglob(disk.TABLES))


def test_a_damaged_log_is_named_with_its_line_and_left_out_whole(data):
    changed, cut, torn = (next(data.rglob(f"s0000{i}.jsonl")) for i in (1, 2, 3))
    lines = changed.read_bytes().split(b"\n")
    changed.write_bytes(b"\n".join([*lines[:20], lines[20].replace(b'"n":20', b'"n":21'), *lines[21:]]))
    cut.write_bytes(cut.read_bytes()[:50])
    torn.write_bytes(torn.read_bytes()[:-10])
    logs, tables = read_tables(data, STUDY, keep=False)
    reasons = {d.file.rsplit("/")[-1]: d.reason for d in logs.damaged}
    assert set(reasons) == {"s00001.jsonl", "s00002.jsonl"}
    assert reasons["s00001.jsonl"].startswith("line 21: this line or one before it was changed")
    for frame in tables.named().values():
        assert not frame["session"].isin(["s00001", "s00002"]).any()
    assert tables.sessions.set_index("session")["ended_how"]["s00003"] == "unfinished"


def test_every_byte_of_a_log_is_verified(person, keep):
    content = keep(person(1, "bytes").log()).read_bytes()
    assert quick.quick(content)
    for place in range(7, len(content), len(content) // 97):
        changed = bytes([content[place] ^ 1])
        assert quick.quick(content[:place] + changed + content[place + 1 :]) is None, place


def test_a_resumed_session_is_read_the_careful_way(person, keep, data):
    one = person(20, "resumed")
    middle = len(one.records) // 2
    one.records.insert(middle, SessionResumed(versions={}, stage={"kind": "virtual"}, dropped_bytes=0, at=""))
    keep(one.log())
    _, tables = read_tables(data, STUDY, keep=False)
    same(tables, build(read_logs(data, STUDY)))
    assert tables.sessions.set_index("session")["n_resumed"]["s00020"] == 1
    assert set(tables.screens[tables.screens["session"] == "s00020"]["clock"]) == {0, 1}


def test_an_answer_is_written_in_one_way_however_it_was_logged_and_none_is_missing():
    rest = {"trial": "t", "index": 0, "screen": "s", "onset": 1.0, "offset": 2.0, "status": "answered", "answered": 1.5}
    rest |= {"changes": [], "late_frames": 0, "unfocused": 0.0, "device": "mouse"}
    logged = [b'{"a": [1, 2]}', b'"\\u00e9"', b"null", b'"null"', b'{"a":[1,2]}', b"1.0"]
    screens = Screens()
    for some in (logged, logged[:3]):
        screens.add([Shown(answer=msgspec.Raw(text), **rest) for text in some], [0] * len(some))
    texts = ['{"a":[1,2]}', '"é"', None, '"null"', '{"a":[1,2]}', "1.0"]
    assert screens.arrays()["answer"].to_pylist() == [*texts, *texts[:3]]
    screens.add([Shown(answer=msgspec.Raw(b"1"), **{**rest, "screen": STOP})], [0])  # that decides no trial
    assert screens.decide == [*(text is not None for text in [*texts, *texts[:3]]), False]


@pytest.mark.parametrize("read", [read_logs, read_tables])
def test_a_session_that_is_there_twice_is_refused_with_both_paths(data, read):
    path = next(data.rglob("s00002.jsonl"))
    copy = data / "backup" / path.name
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    with pytest.raises(VantageError, match=r"s00002\.jsonl and .*s00002\.jsonl: both are the session s00002") as told:
        read(data, STUDY)
    assert str(copy) in str(told.value)
    assert str(path) in str(told.value)


def test_other_studies_mixtures_and_withdrawals_are_told_as_ever(person, keep, data):
    keep(person(30, "other", study="taste").log())
    keep(person(31, "real", store="real").log())
    stone = {"study": STUDY, "store": "simulated", "assigned": {"frame": "neutral"}, "withdrawn": True}
    (data / "1.withdrawn.json").write_text(json.dumps(stone), encoding="utf-8")
    with pytest.raises(VantageError, match="1 real, 8 simulated sessions stand here together"):
        read_tables(data, STUDY)
    logs, _ = read_tables(data, STUDY, mixed=True)
    assert (logs.other_studies, len(logs.withdrawn)) == (("taste",), 1)


def test_what_a_laboratory_brought_along_comes_with_each_session(person, keep, tmp_path):
    for i in range(3):
        keep(person(i, "materials", materials={"en/scales/a.yaml": f"text {i // 2}"}).log())
    for _ in range(2):
        logs, _ = read_tables(tmp_path / "data", STUDY)
        assert [s.head.materials["en/scales/a.yaml"] for s in logs.sessions] == ["text 0", "text 0", "text 1"]
