"""The pool: who is opened with whom, what is left at the end, and what its command says."""

import os
from pathlib import Path

import pytest

from runner.cli import main
from runner.errors import MachineError
from runner.privacy.pool import Pool, read_open

STUDY = "unseen-choices"


@pytest.fixture
def pool(tmp_path):
    return Pool(tmp_path / "data", STUDY, "real", least=5)


def part(number, level="a", language="en", sha256="1"):
    return {"assigned": {"setting": level}, "language": language, "protocol_sha256": sha256, "trials": [number]}


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


def test_what_too_few_share_is_told_of_nobody_before_it_is_opened(pool):
    fill(pool, 6)
    fill(pool, 2, language="de")
    fill(pool, 1, sha256="2")
    assert pool.release() == (4, 0)
    assert {(p["language"], p["protocol_sha256"]) for p in opened(pool)} == {("", "")}  # of the others, too
    assert totals(pool) == (0, 9)


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
