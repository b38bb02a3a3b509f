"""Stations killed with SIGKILL at random moments: no reply that was acknowledged is lost, and each session goes on.

VANTAGE_KILLS=10000 in the environment kills more often than the 1,000 of an ordinary run.
"""

import os
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import pytest
from attrs import define, field

from runner.log import read

pytestmark = pytest.mark.needs("fork")

KILLS = int(os.environ.get("VANTAGE_KILLS", "1000"))


@define
class Tally:
    """What became of the kills."""

    acknowledged: int = 0
    lost: int = 0
    taken_up: int = 0  # lives that went on with a log that a kill had left
    torn: int = 0  # of these, with a torn last line
    early: int = 0  # kills before the log was begun or taken up
    completed: int = 0
    replies: list = field(factory=list)  # of the present session, as its log has them


def typical_seconds(server, folder):
    """How long a session takes from a station's start to its end, so that kills fall all over it."""
    durations = []
    for i in range(5):
        began = perf_counter()
        assert server.start(folder / f"typical-{i}.jsonl").wait() == 0
        durations.append(perf_counter() - began)
    return median(durations)


def kill_once(server, stations, path: Path, random: Random, seconds: float, tally: Tally):
    """One life, cut short; checks that the log goes on where it was and holds everything acknowledged."""
    going_on, before = path.exists(), len(tally.replies)
    station = server.start(path)
    if random.random() < 0.5:  # at any time, also before the first reply
        station.listen(random.uniform(0, 1.1 * seconds))
    else:  # soon after any reply, however slow the machine is
        replies = random.randrange(1, 40)
        station.until(lambda s: len(s.acknowledged) >= replies or s.ended)
        station.pause(random.uniform(0, 0.002))
    code = station.kill()
    assert code in (-9, 0), station.ended
    tally.acknowledged += len(station.acknowledged)
    tally.early += not station.begun
    if not path.exists() or not (records := read(path)):
        tally.lost += len(station.acknowledged)
        assert not station.begun
        path.unlink(missing_ok=True)
        return False
    now = stations.reported(records)
    assert now[:before] == tally.replies
    new = now[before:]
    tally.lost += sum(said not in new for said in station.acknowledged)
    assert new[: len(station.acknowledged)] == station.acknowledged
    tally.replies = now
    if going_on and station.begun:
        tally.taken_up += 1
        resumed = [r for r in records if r.kind == "session_resumed"]
        tally.torn += bool(resumed and resumed[-1].dropped_bytes)
    return records[-1].kind == "session_ended"


def test_no_acknowledged_reply_is_lost_to_a_kill_at_any_moment(server, stations, study, disk_folder, capsys):
    random, tally = Random("kills"), Tally()
    seconds = typical_seconds(server, disk_folder)
    uncut = study.table(read(disk_folder / "typical-0.jsonl"))
    path = disk_folder / "session-0.jsonl"
    for _ in range(KILLS):
        if kill_once(server, stations, path, random, seconds, tally):
            assert study.table(read(path)) == uncut
            tally.completed += 1
            tally.replies = []
            path = disk_folder / f"session-{tally.completed}.jsonl"
    with capsys.disabled():
        print(
            f"\n{KILLS} kills, {tally.early} before the log was open: {tally.acknowledged} replies acknowledged,"
            f" {tally.lost} lost, {tally.taken_up} times taken up, {tally.torn} torn lines, {tally.completed} completed"
        )
    assert tally.lost == 0
    # The kills fell all over the sessions, or the test shows nothing.
    assert tally.acknowledged > 3 * KILLS
    assert tally.taken_up > KILLS / 5
    assert tally.early < KILLS / 2
    assert tally.completed > KILLS / 20


def test_the_same_kills_do_lose_replies_that_no_barrier_kept(server, stations, disk_folder):
    """The control: stations whose log is only written when it is closed."""
    random = Random("control")
    seconds = typical_seconds(server, disk_folder)
    acknowledged = lost = 0
    for i in range(40):
        path = disk_folder / f"{i}.jsonl"
        station = server.start(path, "undurable")
        station.until(lambda s: s.acknowledged or s.ended)
        station.pause(random.uniform(0, seconds / 4))
        station.kill()
        kept = stations.reported(read(path))
        acknowledged += len(station.acknowledged)
        lost += sum(said not in kept for said in station.acknowledged)
    assert acknowledged
    assert lost
