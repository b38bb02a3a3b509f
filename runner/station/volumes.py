"""On what kind of disk a folder stands: sessions are only as safe as what is below them."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from attrs import frozen

from runner import disk

# A lock or a sync on these is not what it is on a local disk, or is none at all.
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "afpfs", "webdav", "remote"}
_REMOTE |= {"9p", "virtiofs", "vboxsf", "prl_fs"}  # folders of a virtual machine's host
_MEMORY = {"tmpfs", "ramfs", "devtmpfs"}
_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "owncloud")
SYNCS = 20  # writes that a speed is measured by
PROBE = ".vantage-probe"


def unfit(folder: Path) -> str:
    """Why this folder can't hold sessions, or nothing: a share, a synchronised folder, a disk in memory."""
    place = folder.absolute()
    synced = [part for part in place.parts if any(part.lower().startswith(name) for name in _SYNCED)]
    if synced:
        return f"{place} is below {synced[0]!r}, which a program copies elsewhere while it is written"
    kind = file_system(folder)
    if kind in _REMOTE or kind.startswith("fuse."):
        return f"{place} is on a share or a mount of a program ({kind}), where a sync may mean nothing"
    if kind in _MEMORY:
        return f"{place} is in memory ({kind}) and gone when the machine goes off"
    return ""


def file_system(folder: Path) -> str:
    """The kind of file system that holds a folder or its nearest existing parent, such as "ext4"; "" when unknown."""
    place = nearest(folder).resolve()
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\") == 4  # DRIVE_REMOTE
        return "remote" if remote or place.drive.startswith("\\\\") else ""
    elif sys.platform == "linux":
        return mounted(place, Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape"))
    else:
        return subprocess.run(["stat", "-f", "%T", place], capture_output=True, text=True).stdout.strip()


def mounted(place: Path, mountinfo: str) -> str:
    """The file system that `place` is on, by the text of /proc/self/mountinfo (see proc(5)); later mounts count."""
    return _mount(place, mountinfo)[1].partition(" ")[0]


def mount_options(place: Path, mountinfo: str) -> str:
    """The options that `place` is mounted with: those of the mount and those of the file system, with commas."""
    left, right = _mount(place, mountinfo)
    return ",".join([*left.split(" ")[5:6], *right.split(" ")[2:3]])


def _mount(place: Path, mountinfo: str) -> tuple[str, str]:
    """The line of the mount that a place is on, before and behind its dash."""
    best, found = 0, ("", "")
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), left.split(" ")[4]))
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), (left, right)
    return found


def nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


@frozen(kw_only=True)
class Trial:
    """What writing to a folder showed."""

    seconds: float  # median of one synced line
    slowest: float
    plain: float  # median of one that is not synced
    free: int  # bytes


def try_out(folder: Path) -> Trial:
    """Write, sync and read back lines as a log's writer does, and clean up; an OSError says what failed."""
    disk.make_folder(folder.absolute())
    path = folder / PROBE
    line = b'{"probe":' + b"0" * 300 + b"}\n"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if not disk.lock(fd):
            raise OSError(f"{path} is locked by another program")
        disk.sync_folder(folder)
        took, plain = [], []
        for _ in range(SYNCS):
            begin = time.perf_counter()
            disk.write_all(fd, line)
            written = time.perf_counter()
            disk.sync(fd)
            plain.append(written - begin)
            took.append(time.perf_counter() - begin)
        if path.read_bytes() != line * SYNCS:
            raise OSError(f"{path} does not hold what was written to it")
    finally:
        os.close(fd)
        path.unlink()
    return Trial(seconds=median(took), slowest=max(took), plain=median(plain), free=shutil.disk_usage(folder).free)
