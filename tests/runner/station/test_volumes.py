import errno
import os
import sys
from pathlib import Path

import pytest

from runner import disk
from runner.station import volumes

# As /proc/self/mountinfo of a machine with everything that can hold a data folder.
MOUNTS = r"""22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:20 / /proc rw - proc proc rw
24 22 0:21 / /dev/shm rw - tmpfs tmpfs rw
25 22 0:22 / /home/lab/share rw shared:1 - nfs4 server:/share rw
26 22 0:23 / /mnt/smb\040share rw - cifs //server/share rw
27 22 0:24 / /mnt/usb rw - fuseblk /dev/sdb1 rw
28 22 0:25 / /home/lab/remote rw - fuse.sshfs lab@server: rw
29 25 254:3 / /home/lab/share/local rw - xfs /dev/vdb rw
30 22 0:26 / /mnt/over rw - ext4 /dev/vdc rw
31 22 0:27 / /mnt/over rw - nfs server:/over rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/lab/data", "ext4"),
        ("/home/lab/share/data", "nfs4"),
        ("/home/lab/shared", "ext4"),
        ("/home/lab/share/local/data", "xfs"),
        ("/mnt/smb share/data", "cifs"),
        ("/mnt/usb/data", "fuseblk"),
        ("/home/lab/remote", "fuse.sshfs"),
        ("/mnt/over", "nfs"),
        ("/dev/shm/data", "tmpfs"),
    ],
)
def test_the_mount_that_holds_a_folder_is_found(place, kind):
    assert volumes.mounted(Path(place), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "fuse.sshfs", "9p", "smbfs", "remote"])
def test_shares_are_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(volumes, "file_system", lambda folder: kind)
    assert f"({kind}), where a sync may mean nothing" in volumes.unfit(tmp_path)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "apfs", "fuseblk", "vfat", "overlay", ""])
def test_disks_are_not(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(volumes, "file_system", lambda folder: kind)
    assert volumes.unfit(tmp_path) == ""


@pytest.mark.parametrize("name", ["OneDrive - University", "Dropbox", "iCloud Drive", "Google Drive"])
def test_synchronised_folders_are_refused_by_their_names(tmp_path, name):
    assert f"is below {name!r}" in volumes.unfit(tmp_path / name / "data")


if sys.platform == "linux":

    def test_this_machines_own_folders_are_known():
        assert volumes.file_system(Path("/proc/self")) == "proc"
        assert "is in memory (tmpfs)" in volumes.unfit(Path("/dev/shm/not/there/yet"))


def test_a_disk_that_works_is_measured_and_left_as_it_was(tmp_path):
    trial = volumes.try_out(tmp_path / "data")
    assert 0 < trial.seconds <= trial.slowest < 10
    assert trial.free > 0
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("call", ["sync", "write_all", "sync_folder"])
def test_a_disk_that_fails_is_told_and_left_as_it_was(tmp_path, monkeypatch, call):
    def failing(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(disk, call, failing)
    with pytest.raises(OSError, match="Input/output error"):
        volumes.try_out(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_does_not_hold_what_was_written_is_told(tmp_path, monkeypatch):
    write_all = disk.write_all
    monkeypatch.setattr(disk, "write_all", lambda fd, content: write_all(fd, content.replace(b"0", b"1")))
    with pytest.raises(OSError, match="does not hold what was written to it"):
        volumes.try_out(tmp_path)
