"""The power is cut under a station: no reply that was acknowledged is lost, and each session goes on.

The disk is an ext4 in a file, mounted over a loop device; FS_IOC_SHUTDOWN without flushing the journal throws away
all that had not been synced, as a power cut does to an honest drive. It does not show a drive that lies about its
own cache, which no program can mend. After the call a sync in flight may still report success, so only what a
station said before the call counts as acknowledged.

This needs root and loop mounts; conftest.py tells where they lack. VANTAGE_CUTS in the environment cuts more often.
"""

import os
from random import Random

import pytest

from runner.errors import HistoryError
from runner.log import read

pytestmark = pytest.mark.needs("fork", "mounts")

CUTS = int(os.environ.get("VANTAGE_CUTS", "100"))


def cut_once(server, mount, path, replies, seconds, machine="good"):
    """One life of a station whose power is cut some time after so many replies; what it had acknowledged by then."""
    station = server.start(path, machine)
    station.until(lambda s: s.ended or (s.begun and len(s.acknowledged) >= replies))
    station.pause(seconds)
    acknowledged = station.acknowledged
    mount.cut_power()
    code = station.wait()
    ended = station.ended
    mount.detach()
    mount.attach()
    return acknowledged, code, ended


def kept(stations, path):
    """The replies in a log that a cut has left; none when there is no log or not even a head."""
    return stations.reported(read(path)) if path.exists() else []


def test_no_acknowledged_reply_is_lost_to_a_power_cut(server, stations, study, mount, capsys):
    random = Random("power")
    assert server.start(mount.root / "uncut.jsonl").wait() == 0
    uncut = study.table(read(mount.root / "uncut.jsonl"))
    acknowledged = lost = completed = taken_up = 0
    path, before = mount.root / "session-0.jsonl", []
    for _ in range(CUTS):
        taken_up += path.exists()
        said, code, ended = cut_once(server, mount, path, random.randrange(30), random.uniform(0, 0.003))
        assert code in (0, 2), ended
        if code == 2:
            assert "failed (EIO" in ended["message"] or "failed (EROFS" in ended["message"], ended
            assert "\n" not in ended["message"]
        now = kept(stations, path)
        assert now[: len(before)] == before, "what an earlier cut had left is gone"
        acknowledged += len(said)
        lost += sum(reply not in now[len(before) :] for reply in said)
        before = now
        if path.exists() and read(path)[-1].kind == "session_ended":
            assert study.table(read(path)) == uncut
            path.unlink()
            completed, before = completed + 1, []
            path = mount.root / f"session-{completed}.jsonl"
    while path.exists() and server.start(path).wait() == 2:
        pytest.fail("the last session can't be taken up")
    with capsys.disabled():
        print(
            f"\n{CUTS} power cuts: {acknowledged} replies acknowledged, {lost} lost,"
            f" {taken_up} sessions taken up, {completed} completed"
        )
    assert lost == 0
    assert acknowledged > 3 * CUTS
    assert taken_up > CUTS / 5


def test_without_syncing_the_same_cuts_lose_most(server, stations, mount):
    """The control: it shows that the cuts are real."""
    random = Random("control")
    acknowledged = lost = 0
    for i in range(10):
        path = mount.root / f"{i}.jsonl"
        said, _, _ = cut_once(server, mount, path, random.randrange(5, 30), 0.0, "no sync")
        try:
            now = kept(stations, path)
        except HistoryError:
            now = []
        acknowledged += len(said)
        lost += sum(reply not in now for reply in said)
    assert acknowledged > 20
    assert lost > 0.9 * acknowledged


def test_a_log_that_was_begun_is_there_after_a_cut(server, study, mount):
    """Its name in the folder and its head are durable before the first screen, folders above it included."""
    for i in range(5):
        path = mount.root / f"data-{i}" / "study" / "real" / "a.jsonl"
        cut_once(server, mount, path, 0, 0.0)
        assert read(path)[0].kind == "session_started"
        assert server.start(path).wait() == 0
