"""Parts of several stations in one pool: what is taken back goes from each copy, or it is said where it still is."""

import json
import shutil

import pytest

from runner.cli import main
from runner.privacy import gathered, tokens
from runner.privacy.pool import Pool, read_open

STUDY = "unseen-choices"


def part(number, token):
    given = {"text": "in en", "options": ["one", "two"]}
    trial = {"id": "choices-01", "phase": "choices", "task": "t", "given": given, "outcome": {"chosen": number}}
    told = {"assigned": {"setting": "a"}, "language": "en", "protocol_sha256": "1", "trials": [trial]}
    return {**told, "token": tokens.sealed(token)}


@pytest.fixture
def stations(tmp_path):
    """Two data folders with five open parts each; the first part of the first is found by the token that is told."""
    mine, folders = tokens.new(), [tmp_path / name / "data" for name in ("one", "two")]
    for at, folder in enumerate(folders):
        pool = Pool(folder, STUDY, "real", least=5)
        for n in range(5):
            pool.add(f"{n}", part(10 * at + n, mine if at == n == 0 else tokens.new()))
    return folders, mine


def vantage(capfd, *arguments):
    code = main([*map(str, arguments)])
    return code, *capfd.readouterr()


def gather(capfd, study, folders, into):
    code, out, err = vantage(capfd, "pool", "gather", study, *folders, "--data", into)
    assert code == 0
    return out, err


def withdraw(capfd, study, data, token, *more):
    return vantage(capfd, "withdraw", study, "--token", token, "--data", data, "--yes", *more)


def chosen(folder):
    parts = read_open(folder / STUDY / "real" / "unlinkable" / "pooled.jsonl")
    return sorted(part["trials"][0]["outcome"]["chosen"] for part in parts)


@pytest.mark.parametrize("where", ["station", "gathered"])
def test_a_part_goes_from_the_station_and_from_what_was_gathered(study, stations, tmp_path, capfd, where):
    folders, mine = stations
    both = tmp_path / "both" / "data"
    gather(capfd, study, folders, both)
    assert chosen(both) == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]
    data = folders[0] if where == "station" else both
    code, out, err = withdraw(capfd, study, data, mine)
    assert code == 0 and err == ""
    assert chosen(both) == [1, 2, 3, 4, 10, 11, 12, 13, 14] and chosen(folders[0]) == [1, 2, 3, 4]
    assert "Answers of the part kept without any code, deleted: 1" in out  # one part, however many copies
    for other in {*folders, both} - {data}:
        assert f"looked through, too, since parts were gathered: {other.resolve()}" in out
    assert "may still be" not in out


def test_what_was_gathered_twice_is_followed_all_the_way(study, stations, tmp_path, capfd):
    folders, mine = stations
    first, second = tmp_path / "first" / "data", tmp_path / "second" / "data"
    gather(capfd, study, folders, first)
    gather(capfd, study, [first], second)
    assert withdraw(capfd, study, folders[1], mine)[0] == 0  # it needn't be the station where it was made
    assert 0 not in {*chosen(first), *chosen(second), *chosen(folders[0])}


def test_where_it_still_is_and_what_to_do_there_is_said(study, stations, tmp_path, capfd):
    folders, mine = stations
    both, away = tmp_path / "both" / "data", tmp_path / "away" / "data"
    gather(capfd, study, folders, both)
    away.parent.mkdir()
    both.rename(away)  # a disk that was taken elsewhere
    code, out, err = withdraw(capfd, study, folders[0], mine)
    assert code == 0 and chosen(folders[0]) == [1, 2, 3, 4] and 0 in chosen(away)
    assert f"parts were gathered from or into {both.resolve()}, which isn't there now" in err
    assert f"run the same command with --data {both.resolve()} where it is, by 2099-12-31" in err
    assert "may still be in another folder of the research team" in out  # the receipt promises no more than was done
    code, out, err = withdraw(capfd, study, away, mine)
    assert code == 0 and 0 not in chosen(away)


def test_programs_are_told_both(study, stations, tmp_path, capfd):
    folders, mine = stations
    gather(capfd, study, folders, tmp_path / "both" / "data")
    shutil.rmtree(folders[1])
    for look in (["--look"], []):
        told = json.loads(withdraw(capfd, study, folders[0], mine, *look, "--json")[1])
        assert told["gathered"] == [str((tmp_path / "both" / "data").resolve())]
        assert told["missing"] == [str(folders[1].resolve())]


def test_after_the_announced_day_nothing_finds_a_gathered_part_whatever_the_protocol_says_since(stations, tmp_path):
    folders, mine = stations
    place = tmp_path / "both" / STUDY / "real" / "unlinkable"
    gathered.note([folder / STUDY / "real" / "unlinkable" for folder in folders], place, "2020-12-31")
    shutil.copy(folders[0] / STUDY / "real" / "unlinkable" / "pooled.jsonl", place)
    pool = Pool(tmp_path / "both", STUDY, "real", least=5)
    assert pool.find(mine) == set() and b"token" in (place / "pooled.jsonl").read_bytes()
    assert pool.refresh() == 5 and pool.refresh() == 0
    assert b"token" not in (place / "pooled.jsonl").read_bytes()


def test_what_is_noted_tells_of_no_part_and_of_no_time(study, stations, tmp_path, capfd):
    folders, _ = stations
    both = tmp_path / "both" / "data"
    out, _ = gather(capfd, study, folders, both)
    assert "`vantage withdraw` on the station finds these too" in out
    for folder in (*folders, both):
        file = folder / STUDY / "real" / "unlinkable" / gathered.NOTE
        assert file.stat().st_mtime == file.parent.stat().st_mtime == 946684800.0
        assert set(json.loads(file.read_bytes())) == {"came", "went", "until"}


def test_a_station_that_can_only_be_read_is_named(study, stations, tmp_path, capfd, monkeypatch):
    folders, _ = stations
    write = gathered._write

    def refused(pool, what):
        if folders[1] in pool.parents:
            raise PermissionError(13, "Permission denied")
        write(pool, what)

    monkeypatch.setattr(gathered, "_write", refused)  # tests may run as somebody whom no file refuses
    _, err = gather(capfd, study, folders, tmp_path / "both" / "data")
    assert err.startswith(f"{folders[1]}: could not be written to, so no withdrawal there will know of ")


def test_damage_is_told(study, stations, tmp_path, capfd):
    folders, mine = stations
    gather(capfd, study, folders, tmp_path / "both" / "data")
    (folders[0] / STUDY / "real" / "unlinkable" / gathered.NOTE).write_text("[]")
    code, _, err = withdraw(capfd, study, folders[0], mine)
    assert code == 2 and "doesn't say where parts were gathered" in err


def test_a_copy_whose_key_stayed_on_its_station_stops_no_withdrawal(study, stations, tmp_path, capfd):
    folders, mine = stations
    Pool(folders[0], STUDY, "real", least=5).add("held", {**part(99, tokens.new()), "language": "de"})
    both = tmp_path / "both" / "data"
    gather(capfd, study, folders, both)
    (tmp_path / "keys").rename(tmp_path / "on the stations")
    code, _, err = withdraw(capfd, study, both, mine)
    assert code == 0 and 0 not in chosen(both)
    assert f"gathered from or into {folders[0].resolve()}, whose key isn't on this machine (delete it" in err
    code, _, err = withdraw(capfd, study, folders[0], mine)
    assert code == 2 and "the parts that are held can't be opened" in err and 0 in chosen(folders[0])
