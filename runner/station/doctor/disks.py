"""The disk of the data folder: what kind it is, whether a sync is one, and how much room there is."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from runner import disk
from runner.station import volumes
from runner.station.doctor.report import Line

SLOW_SYNC = 0.05  # seconds per synced line from which a participant may see "one moment"
LEAST_SYNC = 5e-6  # seconds beyond the write: a sync that does nothing takes 1 µs, the quickest drives take 20
LEAST_FREE, LITTLE_FREE = 50 << 20, 1 << 30  # bytes
_UNSAFE = ("nobarrier", "barrier=0", "volatile")  # mount options by which a sync asks the disk for nothing
_ELSEWHERE = "keep sessions on a disk inside this machine: --data FOLDER; copy them to the share afterwards"


def look_at_disk(data: Path) -> Iterator[Line]:
    """Kind, durability and room."""
    reason = volumes.unfit(data)
    if reason:
        yield Line(what="disk", verdict="fail", found=reason, do=_ELSEWHERE)
    try:
        trial = volumes.try_out(data)
    except OSError as error:
        yield Line(what="disk", verdict="fail", found=f"{data}: can't be written and synced ({error})", do=_ELSEWHERE)
        return
    kind = volumes.file_system(data) or "unknown file system"
    times = f"{trial.seconds * 1e3:.1f} ms, at most {trial.slowest * 1e3:.1f}"
    speed = f"{data.absolute()} ({kind}): a line is safe after {times}"
    if trial.seconds > SLOW_SYNC:
        do = "participants will wait between trials; use a faster disk"
        yield Line(what="disk", verdict="warn", found=speed, do=do)
    elif not reason:
        yield Line(what="disk", verdict="ok", found=speed)
    yield durable(trial, kind, options(data))
    yield from _room(data, trial.free)


def durable(trial: volumes.Trial, kind: str, mounted: str) -> Line:
    """Does a sync wait for the disk? Told by its time beside that of a write which is not synced."""
    beyond = trial.seconds - trial.plain
    found = f"a sync takes {beyond * 1e6:,.0f} µs beyond the write's {trial.plain * 1e6:,.0f}"
    if beyond < LEAST_SYNC:
        what = f"{found}: it returns without asking the disk, and a power cut would lose answers"
        do = "use a disk inside this machine, and switch off what skips syncs (eatmydata, caches of a virtual machine)"
        return Line(what="sync", verdict="fail", found=what, do=do)
    unsafe = [option for option in _UNSAFE if option in re.split(r"[, ]", mounted)]
    if unsafe:
        what = f"{found}, but the disk is mounted with {', '.join(unsafe)}"
        do = "mount it without that, or a power cut may lose what was synced"
        return Line(what="sync", verdict="warn", found=what, do=do)
    if kind in ("overlay", "aufs"):
        what = f"{found}, but this is a container's own layer ({kind}), which goes when the container does"
        return Line(what="sync", verdict="warn", found=what, do="keep the data folder on a volume of the host")
    return Line(what="sync", verdict="ok", found=f"{found}: it waits for the disk")


def options(folder: Path) -> str:
    """The mount options of the disk below a folder, with commas; "" where the system doesn't say."""
    if sys.platform != "linux":
        return ""
    told = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    return volumes.mount_options(volumes.nearest(folder).resolve(), told)


def _room(data: Path, free: int) -> Iterator[Line]:
    found = f"{free / (1 << 20):,.0f} MB free; each session lays {disk.BALLAST >> 10} KB of ballast by"
    probe = data / volumes.PROBE
    try:
        disk.lay_ballast(probe)
    except OSError as error:
        do = "free some space on this disk"
        yield Line(what="room", verdict="fail", found=f"not even a session's ballast fits ({error})", do=do)
        return
    finally:
        disk.ballast(probe).unlink(missing_ok=True)
    if free < LEAST_FREE:
        yield Line(what="room", verdict="fail", found=found, do="free some space on this disk")
    elif free < LITTLE_FREE:
        yield Line(what="room", verdict="warn", found=found, do="free some space on this disk soon")
    else:
        yield Line(what="room", verdict="ok", found=found)
