"""Parts that were kept apart, in the tables: as sessions without time or person, counted once."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.exclusions import analysed, exclusions
from analysis.export.release import Choices, release
from analysis.flow import adverse, flow
from analysis.reading.logs import read_logs
from analysis.reading.tables import build
from analysis.reading.whole import read_tables
from analysis.results import results_of
from analysis.study import Study
from runner.cli import main
from runner.declarations.protocols import read_protocol
from runner.errors import VantageError

MODULE = Path(__file__).parents[2] / "protocols" / "modules" / "unseen-choices.yaml"
PROTOCOL = read_protocol(MODULE)
POOL = Path("unseen-choices", "simulated", "unlinkable", "pooled.jsonl")
N = 30


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apart")
    assert main(["simulate", str(MODULE), "-n", str(N), "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def study(data):
    logs, tables = read_tables(data, PROTOCOL.study, keep=False)
    return Study(protocol=PROTOCOL, logs=logs, tables=tables)


def changed(data, tmp_path, change):
    """A copy of the pool alone, each part changed."""
    parts = [json.loads(line) for line in (data / POOL).read_text(encoding="utf-8").splitlines()]
    place = tmp_path / POOL
    place.parent.mkdir(parents=True)
    place.write_text("".join(json.dumps(change(part)) + "\n" for part in parts), encoding="utf-8")
    return tmp_path


def test_a_part_is_a_session_without_time_or_person(study):
    parts = study.tables.sessions[study.tables.sessions["apart"] == "part"]
    assert len(parts) == N // 2 and parts["participant"].tolist() == parts["session"].tolist()
    for column in ("started_at", "slot", "began_with", "wall_s", "duration_s", "refresh_hz", "left_reason"):
        assert parts[column].isna().all(), column
    assert (parts["station"] == "").all() and (parts["ended_how"] == "completed").all()
    assert not study.tables.screens["session"].isin(parts["session"]).any()
    choices = study.tables.task("paired_choice")
    mine = choices[choices["session"].isin(parts["session"])]
    assert len(mine) == 5 * N // 2 and mine["started"].isna().all() and mine["rt"].isna().all()
    assert (mine["ended"] == 0).all() and mine["chosen"].notna().all()
    assert sorted(mine["position"].unique()) == [1, 2, 3, 4, 5]


def test_both_ways_of_reading_agree(study, data):
    other = build(read_logs(data, PROTOCOL.study))
    for name, frame in study.tables.named().items():
        by = [c for c in ("session", "trial", "index") if c in frame]
        mine, theirs = (f.sort_values(by).reset_index(drop=True) for f in (frame, other.named()[name]))
        pd.testing.assert_frame_equal(mine, theirs)


def test_everybody_is_counted_once_and_analysed_by_what_was_kept_apart(study):
    kept = study.sessions
    assert len(kept) == N and kept["apart"].value_counts(dropna=False).to_dict() == {"part": N // 2, pd.NA: N // 2}
    table = flow(PROTOCOL, study.tables, study.excluded)
    assert table["all"].loc[["assigned", "consented", "got the treatment", "completed", "analysed"]].tolist() == [N] * 5
    assert table["unseen"]["analysed"] == table["shown"]["analysed"] == N // 2
    assert study.pairs["session"].nunique() == study.people.shape[0] == N


def test_the_report_says_how_many_there_are_and_what_it_costs(study):
    said = " ".join(study.warnings())
    assert f"Analysed from the store that nobody can be traced in: {N // 2}" in said
    assert "no times, no order and no clusters" in said and "held, or deleted" not in said


def test_parts_that_are_not_there_are_told(study, data, tmp_path):
    from shutil import copytree

    copytree(data / "unseen-choices", tmp_path / "unseen-choices", ignore=lambda *_: ["unlinkable"])
    logs, tables = read_tables(tmp_path, PROTOCOL.study, keep=False)
    without = Study(protocol=PROTOCOL, logs=logs, tables=tables)
    assert len(without.sessions) == N // 2
    assert f"not among the data (held, or deleted): {N // 2}" in " ".join(without.warnings())


def test_attention_inside_the_part_excludes_it(data, tmp_path):
    def inattentive(part):
        trials = [
            {**t, "outcome": {"response": 7 if t["given"].get("instructed") else t["outcome"].get("response")}}
            if t["task"] == "scale"
            else t
            for t in part["trials"]
        ]
        return {**part, "trials": trials}

    protocol = read_protocol(MODULE)
    from attrs import evolve

    strict = evolve(protocol, exclusions=evolve(protocol.exclusions, attention_failures=1))
    _, tables = read_tables(changed(data, tmp_path, inattentive), PROTOCOL.study, keep=False)
    found = exclusions(strict, tables)
    assert set(found["rule"]) == {"E3"} and len(found) == N // 2
    assert analysed(tables, found).empty


def test_a_pool_that_was_changed_is_named_and_left_out_whole(data, tmp_path):
    from shutil import copytree

    copytree(data / "unseen-choices", tmp_path / "unseen-choices")
    with (tmp_path / POOL).open("ab") as file:
        file.write(b'{"half": \n')
    logs, _ = read_tables(tmp_path, PROTOCOL.study, keep=False)
    assert [damaged.file for damaged in logs.damaged] == [POOL.as_posix()]
    assert len(logs.sessions) == N


def test_kept_tables_are_made_anew_when_the_pool_changes(data, tmp_path):
    folder = changed(data, tmp_path / "data", lambda part: part)
    before, _ = read_tables(folder, PROTOCOL.study)
    lines = (folder / POOL).read_bytes().splitlines(keepends=True)
    (folder / POOL).write_bytes(b"".join(lines[1:]))
    after, tables = read_tables(folder, PROTOCOL.study)
    assert len(before.sessions) == len(after.sessions) + 1 == len(tables.sessions) + 1


def test_an_export_says_what_the_parts_are_and_has_no_logs_and_no_labels_that_come_again(study, tmp_path, capsys, data):
    made = release(study, Choices())
    assert f"{N // 2} are parts that were kept apart" in " ".join(made.notes)
    names = set(study.tables.sessions["session"])
    assert not any(name in frame.to_csv() for frame in made.tables.values() for name in names)
    with pytest.raises(VantageError, match="promised that nobody can be traced"):
        release(study, Choices(seed="x"))
    raw = ["--raw", "--texts", "--min-cell", "1"]
    where = ["--data", str(data), "--out", str(tmp_path / "out"), "--format", "csv"]
    assert main(["export", str(MODULE), *where, *raw]) == 2
    assert "promised that nobody can be traced" in capsys.readouterr().err


def test_a_part_is_counted_with_its_session_and_not_as_one(study):
    events = adverse(PROTOCOL, study.tables)
    assert events.loc["sessions"].to_dict() == {"all": N, "unseen": N // 2, "shown": N // 2}
    assert results_of(study).n_sessions == N
    assert len(study.tables.sessions) == N + N // 2
