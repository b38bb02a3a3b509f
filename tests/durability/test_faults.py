"""Disks that are full, read-only, gone or forbidden, at every call: one clear line, and nothing acknowledged is lost.

First what can be had for real, then strace, which makes each single system call on the log fail with each errno.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runner.log import read

# ---------------------------------------------------------------- real ones


def fill(mount, leave_bytes):
    """Fill the disk up to so many bytes."""
    with (mount.root / "filler").open("wb") as file:
        free = shutil.disk_usage(mount.root).free
        file.write(b"\xaa" * (free - leave_bytes))
        file.flush()
        os.fsync(file.fileno())


@pytest.mark.needs("fork", "mounts")
def test_a_disk_that_fills_up_gives_its_ballast_then_stops_and_goes_on_when_there_is_room(
    server, stations, study, mount
):
    # 64 kB of ballast and a log of some 20 kB: from too little to begin, over needing the ballast, to room for all.
    seen = set()
    for number, room in enumerate(range(48 << 10, 112 << 10, 4 << 10)):
        path = mount.root / f"{number}.jsonl"
        fill(mount, room)
        station = server.start(path)
        code = station.wait()
        ended = station.ended
        seen.add((code, ended.get("gave_ballast")))
        if code == 2:
            assert "(ENOSPC, " in ended["message"] and "free some space on this disk" in ended["message"]
            assert "\n" not in ended["message"]
        if path.exists():
            assert stations.reported(read(path))[: len(station.acknowledged)] == station.acknowledged
        else:
            assert not station.begun and not station.acknowledged
        (mount.root / "filler").unlink()
        again = server.start(path)
        if code == 2:
            assert again.wait() == 0, again.ended
            assert read(path)[-1].kind == "session_ended"
        else:
            assert again.wait() == 2
            assert "this session is over" in again.ended["message"]
        assert list(mount.root.glob("*.ballast")) == []
        path.unlink()
        for tail in mount.root.glob("*.tail-*"):
            tail.unlink()
    assert (0, True) in seen, "at some size the ballast let the session end"
    assert (2, False) in seen, "at some size there was no room to begin"
    assert (0, False) in seen, "at some size there was room for all"


@pytest.mark.needs("fork", "mounts")
def test_a_disk_that_turns_read_only_stops_the_session(server, stations, mount):
    mount.detach()
    mount.attach("errors=remount-ro")
    device = subprocess.check_output(["findmnt", "-no", "SOURCE", mount.root], text=True).strip().removeprefix("/dev/")
    path = mount.root / "a.jsonl"
    station = server.start(path)
    station.until(lambda s: s.acknowledged)
    # A sync that is under way while the journal is given up can still return as if it had been done: only what was
    # acknowledged before counts, as with the power cuts.
    acknowledged = list(station.acknowledged)
    Path("/sys/fs/ext4", device, "trigger_fs_error").write_text("a test")
    assert station.wait() == 2
    assert "a.jsonl: writing the log failed (EROFS" in station.ended["message"] or "(EIO" in station.ended["message"]
    mount.detach()
    subprocess.run(["fsck.ext4", "-fy", mount.image], capture_output=True)
    mount.attach()
    assert stations.reported(read(path))[: len(acknowledged)] == acknowledged
    assert server.start(path).wait() == 0


@pytest.mark.needs("fork", "mounts")
def test_a_read_only_disk_is_told_before_the_session(server, mount):
    assert server.start(mount.root / "old.jsonl").wait() == 0
    station = server.start(mount.root / "half.jsonl")
    station.until(lambda s: s.acknowledged)
    station.kill()
    mount.remount("ro")
    for name, doing in (("new", "beginning"), ("half", "opening")):
        station = server.start(mount.root / f"{name}.jsonl")
        assert station.wait() == 2, station.ended
        assert f"{name}.jsonl: {doing} the log failed (EROFS" in station.ended["message"]
        assert "choose another data folder" in station.ended["message"]


@pytest.fixture
def somebodys_folder():
    """A folder into which everyone may look and only its owner may write, as are those above it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.needs("fork", "mounts")  # it takes root to become nobody
def test_a_folder_of_somebody_else_is_told_before_the_session(server, somebodys_folder):
    path = somebodys_folder / "half.jsonl"
    station = server.start(path)
    station.until(lambda s: s.acknowledged)
    station.kill()
    for name in ("new.jsonl", "half.jsonl", "new/study/new.jsonl"):
        station = server.start(somebodys_folder / name, "as nobody")
        assert station.wait() == 2, station.ended
        assert "(EACCES, " in station.ended["message"]
        assert "this account may not write there" in station.ended["message"]
    assert server.start(path).wait() == 0


@pytest.mark.needs("fork")
def test_too_many_open_files_is_told(server, disk_folder):
    station = server.start(disk_folder / "a.jsonl", "no more files")
    assert station.wait() == 2
    assert "too many files are open" in station.ended["message"]


@pytest.mark.needs("fork")
def test_a_log_that_may_not_grow_stops_the_session_and_keeps_what_it_has(server, stations, disk_folder):
    # The kernel writes up to the border (a short write) and then refuses.
    path = disk_folder / "a.jsonl"
    station = server.start(path, "small files")
    assert station.wait() == 2
    assert "(EFBIG, " in station.ended["message"]
    kept = stations.reported(read(path))
    assert kept[: len(station.acknowledged)] == station.acknowledged
    again = server.start(path)
    assert again.wait() == 0
    assert stations.reported(read(path))[: len(kept)] == kept


# ---------------------------------------------------------------- every call, every error

ERRORS = {
    "openat": ["EACCES", "EROFS", "EMFILE", "ENOSPC", "EIO"],
    "flock": ["ENOLCK"],
    "write": ["ENOSPC", "EIO", "EDQUOT", "EROFS"],
    "fdatasync": ["EIO", "ENOSPC"],
    "fsync": ["EIO"],
    "ftruncate": ["EIO"],
    "rename": ["EACCES", "EIO"],
    "unlink": ["EIO", "EROFS"],
    "mkdir": ["EACCES", "ENOSPC"],
    "close": ["EIO"],
}
CALL = re.compile(r"^\d+ +(\w+)\(")


def under_strace(path, watched, *options):
    """A station with few trials, whose calls on the file `watched` strace sees: exit code, words, errors, calls."""
    trace = path.parent.with_suffix(".strace")
    asked = ["-f", "-qq", "--seccomp-bpf", "-o", trace, "-P", watched, "-e", f"trace={','.join(ERRORS)}", *options]
    station = [sys.executable, Path(__file__).with_name("stations.py"), "once", path]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    ran = subprocess.run(["strace", *asked, *station], capture_output=True, text=True, timeout=60, env=env)
    said = [json.loads(line) for line in ran.stdout.splitlines()]
    calls = Counter(m[1] for line in trace.read_text().splitlines() if (m := CALL.match(line)))
    return ran.returncode, said, ran.stderr, calls


def half_a_session(server, folder):
    """A log that a kill has left in the middle, with a torn last line."""
    folder.mkdir()
    path = folder / "a.jsonl"
    station = server.start(path)
    station.until(lambda s: len(s.acknowledged) > 3)
    station.kill()
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"\n", 0, -1) + 20])
    return path


def points(calls):
    """Each single call with each error; of the many alike in the middle of a session the second and a late one."""
    for name, errors in ERRORS.items():
        for k in range(1, calls[name] + 1):
            if k in (1, 2, calls[name] - 1, calls[name]):
                yield from ((name, error, k) for error in errors)


@pytest.mark.needs("fork", "strace")
@pytest.mark.parametrize("going_on", [False, True], ids=["begun", "taken-up"])
@pytest.mark.parametrize("watched", ["a.jsonl", "a.jsonl.ballast", "a.jsonl.tail-0.new", "."])
def test_each_call_that_fails_is_told_in_one_line_and_loses_nothing(
    server, stations, study, disk_folder, watched, going_on
):
    def fresh(name):
        if going_on:
            return half_a_session(server, disk_folder / name)
        return disk_folder / name / "a.jsonl"

    def attempt(point):
        name, error, k = point
        path = paths[point]
        code, said, errors, _ = under_strace(path, path.parent / watched, "-e", f"inject={name}:error={error}:when={k}")
        return point, path, code, said, errors

    clean = fresh("clean")
    code, said, errors, calls = under_strace(clean, clean.parent / watched)
    assert (code, errors) == (0, ""), (said, errors)
    paths = {point: fresh("-".join(map(str, point))) for point in points(calls)}
    before = {point: len(stations.reported(read(path))) if going_on else 0 for point, path in paths.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for point, path, code, said, errors in pool.map(attempt, paths):
            last = said[-1] if said else {}
            assert errors == "", (point, errors)
            assert code == last["end"] and code in (0, 2), (point, last)
            assert "\n" not in last.get("message", ""), (point, last)
            acknowledged = [reply for reply in said if isinstance(reply, list)]
            if path.exists():
                new = stations.reported(read(path))[before[point] :]
                assert new[: len(acknowledged)] == acknowledged, point
            else:
                assert not acknowledged and not going_on, point
            if code == 2:
                assert point[1] in last["message"], (point, last)
            if not path.exists() or read(path)[-1].kind != "session_ended":
                again = server.start(path)
                assert again.wait() == 0, (point, again.ended)
            assert read(path)[-1].kind == "session_ended", point
