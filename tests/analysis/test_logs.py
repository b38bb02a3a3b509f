import json
import os

import pytest

from analysis.reading.logs import read_logs
from analysis.study import examine
from runner.errors import VantageError


def test_damaged_logs_are_named_with_the_reason_and_left_out(person, keep, tmp_path):
    good, changed, cut, other = (keep(person(i, "damage").log()) for i in range(4))
    lines = changed.read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b'"n":4', b'"n":5')
    changed.write_bytes(b"\n".join(lines))
    cut.write_bytes(b"")
    other.write_text("\ufeffnot a log\n", encoding="utf-8")
    logs = read_logs(tmp_path / "data", "made-up")
    assert [s.path for s in logs.sessions] == [good]
    told = {d.file.rsplit("/", 1)[1]: d.reason for d in logs.damaged}
    assert told["s00001.jsonl"].startswith("line 5: this line or one before it was changed")
    assert told["s00002.jsonl"].startswith("the log was cut before its head was complete")
    assert told["s00003.jsonl"].startswith("line 1:")


def test_a_torn_last_line_does_no_harm(person, keep, tmp_path):
    path = keep(person(1, "torn").log())
    path.write_bytes(path.read_bytes()[:-10])
    logs = read_logs(tmp_path / "data", "made-up")
    assert (len(logs.sessions), logs.damaged) == (1, ())
    assert logs.sessions[0].ended == "unfinished"


def test_a_mixture_of_stores_is_refused_unless_asked_for(person, keep, tmp_path):
    keep(person(1, "mix", store="real").log())
    keep(person(2, "mix", store="pilot").log())
    with pytest.raises(VantageError, match=r"1 pilot, 1 real sessions stand here together.*made-up/real.*--mixed"):
        read_logs(tmp_path / "data", "made-up")
    assert read_logs(tmp_path / "data", "made-up", mixed=True).stores == ("pilot", "real")
    assert len(read_logs(tmp_path / "data" / "made-up" / "real", "made-up").sessions) == 1


def test_other_studies_are_left_alone_and_named(person, keep, tmp_path):
    keep(person(1, "other").log())
    keep(person(2, "other", study="taste").log())
    logs = read_logs(tmp_path / "data", "made-up")
    assert (len(logs.sessions), logs.other_studies) == (1, ("taste",))
    with pytest.raises(
        VantageError, match=r"no log of the study 'unknown' can be read here \(there are logs of made-up, taste\)"
    ):
        read_logs(tmp_path / "data", "unknown")


def test_nothing_there_is_a_clear_error(tmp_path):
    with pytest.raises(VantageError, match="there is no such folder"):
        read_logs(tmp_path / "nowhere", "made-up")
    with pytest.raises(VantageError, match="no log of the study 'made-up'"):
        read_logs(tmp_path, "made-up")


def test_versions_of_the_protocol_are_counted(person, keep, tmp_path):
    for i, sha in enumerate(("a" * 64, "a" * 64, "b" * 64)):
        keep(person(i, "versions", protocol_sha256=sha).log())
    assert read_logs(tmp_path / "data", "made-up").protocols == {"a" * 64: 2, "b" * 64: 1}


def test_what_is_left_of_withdrawn_sessions_is_counted(person, keep, tmp_path):
    path = keep(person(1, "withdrawn").log())
    stone = {"study": "made-up", "store": "simulated", "protocol_sha256": "a", "assigned": {"frame": "neutral"}}
    (path.parent / "12.withdrawn.json").write_text(json.dumps({**stone, "withdrawn": True}), encoding="utf-8")
    (path.parent / "13.withdrawn.json").write_text(json.dumps({**stone, "store": "real"}), encoding="utf-8")
    (path.parent / "14.withdrawn.json").write_text("{", encoding="utf-8")
    assert [w.assigned for w in read_logs(tmp_path / "data", "made-up").withdrawn] == [{"frame": "neutral"}]


def test_progress_is_told(person, keep, tmp_path):
    keep(person(1, "progress").log())
    told = []
    read_logs(tmp_path / "data", "made-up", progress=lambda *step: told.append(step))
    assert told == [("reading logs", 0, 1), ("reading logs", 1, 1)]


def taken_back(person, number, how="unfinished", **head):
    one = person(number, "taken back", **head)
    end = one.records[-1]
    one.records[-1] = type(end)(trial=end.trial, outcome={"decision": "withdraw"})
    return one.log(how)


@pytest.mark.parametrize("how", ["unfinished", "completed"])
def test_answers_taken_back_are_never_read_though_the_log_is_there_still(person, keep, tmp_path, protocol, how):
    good = keep(person(1, "good").log())
    path = keep(taken_back(person, 2, how))
    logs = read_logs(tmp_path / "data", "made-up")
    assert [s.path for s in logs.sessions] == [good]
    assert [w.assigned["frame"] for w in logs.withdrawn] == ["neutral"]
    study = examine(protocol, logs)
    assert study.flow.loc[["assigned", "analysed"], "all"].tolist() == [2, 1]
    assert f"{path}: this participant took the data back. Resume this log so that it is erased." in study.warnings()


def test_when_all_took_their_data_back_it_says_so(person, keep, tmp_path):
    keep(taken_back(person, 1, store="real"))
    with pytest.raises(VantageError, match="no log of the study 'made-up' can be read here; 1 took their data back"):
        read_logs(tmp_path / "data", "made-up")


def test_a_folder_that_can_not_be_read_is_named(person, keep, tmp_path, monkeypatch):
    keep(person(1, "open").log())
    closed = tmp_path / "data" / "closed"
    closed.mkdir()
    look = os.scandir

    def refused(folder):
        if str(folder) == str(closed):  # permissions would not stop a superuser
            raise PermissionError(13, "Permission denied", str(folder))
        return look(folder)

    monkeypatch.setattr("os.scandir", refused)
    logs = read_logs(tmp_path / "data", "made-up")
    assert [(d.file, d.reason) for d in logs.damaged] == [("closed/", "this folder can't be read (Permission denied)")]
    assert len(logs.sessions) == 1
