"""A part apart whose session is killed: at points of the part by chance, and at every step of handing it over."""

import os
import shutil
import signal
from pathlib import Path
from random import Random

import pytest

from runner.errors import HistoryError
from runner.log import read
from runner.privacy import keys
from runner.privacy.apart import left_behind
from runner.privacy.pool import read_open
from runner.records import SessionEnded

LAST = 60  # steps before the end of a session in which its part is handed over and destroyed


@pytest.fixture
def fifth(laboratory, kills, tmp_path, monkeypatch):
    """Holds the fifth session, with which the pool is opened, in a copy of four, and kills it at a step."""
    for n in range(4):
        laboratory.hold(f"a{n}")
    really_write = os.write

    def hold(writing, at):
        killer = kills.Killer(at)
        present = type(laboratory.stage("x", {})).present

        def told(self, screen):
            really_write(writing, f"{screen.name}\n".encode())
            return present(self, screen)

        type(laboratory.stage("x", {})).present = told
        killer.watch()
        laboratory.hold("fifth")
        really_write(writing, f"steps {killer.steps}\n".encode())

    def at(step):
        place = tmp_path / f"killed-{step}"
        place.mkdir()
        shutil.copytree(tmp_path / "data", place / "data")
        shutil.copytree(tmp_path / "keys", place / "keys")
        monkeypatch.setenv(keys.FOLDER, str(place / "keys"))
        laboratory.data = place / "data"
        laboratory.seen.clear()
        return kills.forked(lambda writing: hold(writing, step))

    return at


def steps_of(said):
    return int(said.rpartition("steps ")[2])


def screens_of(said):
    return [line for line in said.splitlines() if not line.startswith("steps ")]


def test_killed_anywhere_the_part_is_kept_once_and_nothing_of_it_is_left(laboratory, fifth):
    code, said = fifth(0)
    assert code == 0
    steps, whole = steps_of(said), screens_of(said)
    somewhere = Random("kills").sample(range(1, steps - LAST), 25)
    for step in [*somewhere, *range(steps - LAST, steps + 1)]:
        code, said = fifth(step)
        assert code == -signal.SIGKILL, step
        before = screens_of(said)
        log = laboratory.data / "unseen-choices" / "real" / "fifth.jsonl"
        if not log.exists() or b"\n" not in log.read_bytes():
            assert before == [], step  # nothing was shown: it begins anew, as `vantage run` does
            log.unlink(missing_ok=True)
            laboratory.hold("sixth")
        else:
            try:
                laboratory.resume("fifth")
            except HistoryError as over:
                assert "this session is over" in str(over), step
            assert len(whole) <= len([*before, *laboratory.seen]) <= len(whole) + 1, step
            assert isinstance(read(log)[-1], SessionEnded), step
        assert whole_once(laboratory) is True, step
        shutil.rmtree(laboratory.data.parent)


def whole_once(laboratory):
    """Five parts, all open, and not a trace of any that was under way."""
    folder = laboratory.folder
    names = sorted(path.name.split("-")[0] for path in Path(keys.folder()).iterdir())
    under_way = list(left_behind(laboratory.data, "unseen-choices", "real"))
    there = len(read_open(folder / "pooled.jsonl"))
    return (there, names, under_way) == (5, ["pool"], []) or (there, names, under_way)
