"""The pool: who is opened with whom, what is left at the end, and what its command says."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from runner.cli import main
from runner.disk import TABLES
from runner.errors import MachineError
from runner.privacy import tokens
from runner.privacy.pool import Pool, read_open

STUDY = "unseen-choices"


@pytest.fixture
def pool(tmp_path):
    return Pool(tmp_path / "data", STUDY, "real", least=5)


def part(number, level="a", language="en", sha256="1", text="", phase="choices"):
    given = {"text": text or f"in {language}", "options": ["one", "two"]}
    trial = {"id": f"{phase}-01", "phase": phase, "task": "t", "given": given, "outcome": {"chosen": number}}
    return {"assigned": {"setting": level}, "language": language, "protocol_sha256": sha256, "trials": [trial]}


def fill(pool, number, **told):
    for n in range(number):
        pool.add(f"{told}{n}", part(n, **told))


def opened(pool):
    return read_open(pool.folder / "pooled.jsonl")


def totals(pool):
    counts = pool.counts()
    return sum(counts.held.values()), sum(counts.opened.values())


def test_only_alike_parts_are_opened_together(pool):
    fill(pool, 4)
    fill(pool, 4, level="b")
    fill(pool, 4, language="de")
    fill(pool, 4, sha256="2")
    assert totals(pool) == (16, 0)
    pool.add("fifth", part(5))
    assert totals(pool) == (12, 5)
    assert {(p["assigned"]["setting"], p["language"], p["protocol_sha256"]) for p in opened(pool)} == {("a", "en", "1")}


def test_those_after_a_batch_wait_for_their_own_batch(pool):
    fill(pool, 9)
    assert totals(pool) == (4, 5)


def test_a_part_that_is_handed_over_twice_is_there_once(pool):
    for _ in range(3):
        pool.add("same", part(1))
    assert totals(pool) == (1, 0)
    fill(pool, 4)
    pool.add("same", part(1))  # also when it was opened meanwhile
    assert totals(pool) == (0, 5)


def test_at_the_end_the_rest_joins_those_that_are_alike(pool):
    fill(pool, 7)
    assert pool.release() == (2, 0)
    assert totals(pool) == (0, 7)


def test_a_version_that_too_few_share_is_told_of_nobody_before_it_is_opened(pool):
    fill(pool, 6)
    fill(pool, 1, sha256="2")
    assert pool.release() == (2, 0)
    assert {(p["language"], p["protocol_sha256"]) for p in opened(pool)} == {("en", "")}  # of the others, too
    assert totals(pool) == (0, 7)


@pytest.mark.parametrize(
    "other",
    [
        {"language": "de"},  # by every text in it
        {"sha256": "2", "text": "in English, and changed"},
        {"sha256": "2", "phase": "choices-anew"},
    ],
)
def test_what_a_part_was_given_tells_what_is_left_out_of_it_and_so_it_is_not_opened(pool, other):
    fill(pool, 6)
    fill(pool, 2, **other)
    with pytest.raises(MachineError, match="2 parts are of people"):
        pool.release()
    assert pool.release(destroy=True) == (1, 2)
    assert len({json.dumps(p["trials"][0]["given"]) for p in opened(pool)}) == 1


def test_what_was_promised_before_holds_whatever_the_protocol_says_since(pool, tmp_path):
    token = tokens.new()
    pool.until = date(2099, 1, 1)
    fill(pool, 3)
    pool.add("mine", {**part(3), "token": tokens.sealed(token)})
    edited = Pool(tmp_path / "data", STUDY, "real", least=2, until=date(2020, 1, 1))
    with pytest.raises(MachineError, match="fewer than 5 share"):
        edited.release()
    edited.refresh()
    assert (len(edited.find(tokens.new())), len(edited.find(token))) == (0, 1)
    assert edited.withdraw(token) == 1 and totals(edited) == (3, 0)


def test_tables_that_were_made_of_a_part_that_is_withdrawn_are_overwritten(pool, tmp_path):
    token, kept = tokens.new(), tmp_path / TABLES / "x"
    fill(pool, 4)
    pool.add("mine", {**part(4), "token": tokens.sealed(token)})
    kept.mkdir(parents=True)
    (kept / "answers").write_text("mine")
    with (kept / "answers").open("rb") as before:
        assert pool.withdraw(token) == 1 and set(before.read()) == {0}
    assert not kept.exists()


def test_an_earlier_file_of_open_parts_is_overwritten(pool):
    fill(pool, 5)
    with (pool.folder / "pooled.jsonl").open("rb") as before:
        fill(pool, 10)
        assert set(before.read()) == {0}


@pytest.mark.parametrize("line", [b"1", b"{}", b"[]", b"\xff", b"{", b'{"trials": [], "assigned": 1}', b"[" * 100_000])
def test_a_file_of_open_parts_that_the_pool_did_not_write_is_refused(laboratory, capsys, line):
    laboratory.folder.mkdir(parents=True)
    (laboratory.folder / "pooled.jsonl").write_bytes(line + b"\n")
    assert main(["pool", "status", str(laboratory.study), "--data", str(laboratory.data)]) == 2
    said = capsys.readouterr().err
    assert "this is not what the pool wrote" in said and said.count("\n") == 1


def test_nothing_in_a_file_of_held_parts_becomes_the_name_of_another_file(laboratory, keys_elsewhere, capsys):
    laboratory.folder.mkdir(parents=True)
    keys_elsewhere.mkdir()
    (keys_elsewhere / "pool-x").mkdir()
    other = keys_elsewhere.parent / "mine.key.new"
    other.write_text("mine")
    (laboratory.folder / "held.age").write_bytes(b"vantage held x/../../mine\n...")
    assert main(["pool", "status", str(laboratory.study), "--data", str(laboratory.data)]) == 2
    assert "this is not what the pool wrote" in capsys.readouterr().err
    assert main(["purge", STUDY, "--data", str(laboratory.data), "--yes"]) == 0
    assert other.read_text() == "mine"


def test_levels_are_always_told_and_so_too_few_with_the_same_are_refused_or_destroyed(pool):
    fill(pool, 5)
    fill(pool, 4, level="b")
    with pytest.raises(MachineError, match="4 parts are of people with levels that fewer than 5 share"):
        pool.release()
    assert totals(pool) == (4, 5)
    assert pool.release(destroy=True) == (0, 4)
    assert totals(pool) == (0, 5)


def test_every_writing_gives_other_names_another_order_and_another_inode(pool):
    fill(pool, 5)
    path = pool.folder / "pooled.jsonl"
    first, inode, names = path.read_bytes(), os.stat(path).st_ino, {p["name"] for p in opened(pool)}
    copy = os.link(path, path.with_name("kept"))  # so that its inode can't be given out again
    assert copy is None
    fill(pool, 10)
    assert os.stat(path).st_ino != inode and path.read_bytes() != first
    assert not names & {p["name"] for p in opened(pool)}
    assert os.stat(path).st_mtime == os.stat(pool.folder / "held.age").st_mtime == 946684800


def test_the_command_tells_totals_and_no_levels(laboratory, capsys):
    for n in range(6):
        laboratory.hold(f"a{n}")
    study = str(laboratory.study)
    assert main(["pool", "status", study, "--data", str(laboratory.data)]) == 0
    said = capsys.readouterr().out
    assert said == "unseen-choices, real: 5 open, 1 held until 5 are alike, 0 under way\n"
    assert main(["pool", "release", study, "--data", str(laboratory.data)]) == 0
    said = capsys.readouterr()
    assert said.out == "1 opened, 0 destroyed\n" and "delete such copies" in said.err


def test_parts_under_way_are_destroyed_only_if_that_is_said(laboratory, capsys):
    from runner.commands import parts

    part = parts.begin(laboratory.protocol, laboratory.plan("x"), laboratory.data, "real", "x")
    log = laboratory.hold("aaaa")
    log.rename(log.with_name("x.jsonl"))  # a session of that name, of which the end is missing
    lines = log.with_name("x.jsonl").read_bytes().splitlines(keepends=True)
    log.with_name("x.jsonl").write_bytes(b"".join(lines[:-1]))
    part.log.abandon()
    release = ["pool", "release", str(laboratory.study), "--data", str(laboratory.data)]
    assert main(release) == 2
    assert "1 session with a part apart could still be continued" in capsys.readouterr().err
    assert main([*release, "--destroy"]) == 0
    assert capsys.readouterr().out == "0 opened, 2 destroyed\n"
    assert not any((laboratory.folder / "under-way").iterdir())


def test_the_open_parts_of_several_stations_are_mixed(study, tmp_path, capsys):
    for station in ("one", "two"):
        fill(Pool(tmp_path / station, STUDY, "real", least=5), 5)
    folders = [str(tmp_path / station) for station in ("one", "two")]
    gather = ["pool", "gather", str(study), *folders, "--data", str(tmp_path / "both")]
    assert main(gather) == 0
    assert capsys.readouterr().out.startswith("10 parts of 2 stations")
    assert len(read_open(tmp_path / "both" / STUDY / "real" / "unlinkable" / "pooled.jsonl")) == 10
    assert main(gather) == 2
    assert "there is one already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["gather"], "wants the data folders of the stations"),
        (["gather", "nowhere"], "has no open parts of unseen-choices"),
        (["status", "somewhere"], "wants no FOLDER"),
    ],
)
def test_what_it_can_not_do_it_says(study, tmp_path, capsys, arguments, what):
    action, *folders = arguments
    assert main(["pool", action, str(study), *folders, "--data", str(tmp_path / "data")]) == 2
    assert what in capsys.readouterr().err


def test_a_study_without_a_part_apart_has_no_pool(capsys):
    taste = Path(__file__).parents[3] / "protocols" / "taste.yaml"
    assert main(["pool", "status", str(taste)]) == 2
    assert "keeps no part apart" in capsys.readouterr().err
