"""What runs here: versions, the account, the studies' protocols, and devices beside the display."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from runner.errors import VantageError
from runner.station import settings
from runner.station.doctor.report import Facts, Line

NEEDED = ("psychopy", "pyglet", "vantage-lab")


def look_at_versions(facts: Facts) -> Iterator[Line]:
    """Every version that a log would name; and under which account."""
    from runner.sessions import versions

    found = dict(versions())
    facts["versions"] = found
    missing = [name for name, version in found.items() if not version and name in NEEDED]
    text = ", ".join(f"{name} {version or 'missing'}" for name, version in found.items())
    if missing:
        do = f"install {', '.join(missing)} in the versions of constraints.txt"
        yield Line(what="versions", verdict="fail", found=text, do=do)
    else:
        yield Line(what="versions", verdict="ok", found=text)
    if sys.platform != "win32" and os.geteuid() == 0:
        do = "run sessions under an ordinary account: what goes wrong under this one can go wrong everywhere"
        yield Line(what="account", verdict="warn", found="this is the machine's administrator", do=do)
    else:
        yield Line(what="account", verdict="ok", found="not the machine's administrator")


def look_at_protocols(facts: Facts, data: Path, named: Path | None) -> Iterator[Line]:
    """The hash of each study's file that this station has, and whether the one that is `named` could begin."""
    there = {path.name: path for folder in settings.read(data).folders(data) for path in sorted(folder.glob("*.yaml"))}
    if named is not None:
        there[named.name] = named
    facts["protocols"] = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
    if named is None:
        hashes = ", ".join(f"{name} {sha[:12]}" for name, sha in facts["protocols"].items())
        yield Line(what="protocol", verdict="ok", found=hashes or "no study's file is at this station's usual place")
        return
    from runner.declarations.protocols import read_protocol

    protocol = read_protocol(named)
    found = f"{protocol.study}, SHA-256 {protocol.sha256}"
    unfilled = protocol.unfilled
    if unfilled:
        do = f"fill in {', '.join(unfilled)} before real sessions"
        yield Line(what="protocol", verdict="warn", found=found, do=do)
    else:
        yield Line(what="protocol", verdict="ok", found=found)


def look_at_devices(data: Path, named: Path | None) -> Iterator[Line]:
    """Markers, and sound, of which no screen makes use."""
    from runner.declarations.protocols import read_protocol
    from runner.markers.opening import look
    from runner.markers.sending import Wanted
    from runner.markers.settings import read_settings

    wanted: Wanted = "if_there"
    if named is not None:
        with suppress(VantageError):  # said by the line about the protocol
            wanted = read_protocol(named).markers
    found = list(look(read_settings(data), wanted))
    for one in found:
        yield Line(what="markers", verdict=one.verdict, found=one.found, do=one.do)
    if not found:
        yield Line(what="markers", verdict="ok", found="none are used")
    yield Line(what="sound", verdict="ok", found="not used: no screen plays any")
