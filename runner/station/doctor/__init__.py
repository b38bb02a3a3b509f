"""The pre-flight of a station: is it fit for a session, and what was it like on the day?

Every line says what was found and, unless it is well, what to do. Nothing here is of a participant, a condition or an
answer, and of a study there is only its file's hash.
"""

import platform
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from runner.errors import VantageError
from runner.station import settings, volumes
from runner.station.doctor import clocks, disks, display, promised, software
from runner.station.doctor.report import Facts, Line, Report

__all__ = ["Line", "Report", "examine"]


def examine(
    data: Path,
    protocol: Path | None = None,
    *,
    server: str = "",
    quick: bool = False,
    progress: display.Progress = lambda done, total: None,
) -> Report:
    """Look at everything; a part that can't be looked at is a line of its own, never an exception.

    What was found is told to the stations that share the `server`, or the data folder, and kept with the data.
    `progress` is called with how many of how many looks at the display are done.
    """
    facts: Facts = {}
    seconds = display.QUICK if quick else display.WATCHED
    parts: list[tuple[str, Callable[[], Iterator[Line]]]] = [
        ("disk", lambda: disks.look_at_disk(data)),
        ("clock", lambda: clocks.look_at_clock(facts)),
        ("display", lambda: display.look_at_window(facts, seconds, settings.read(data).display, progress)),
        ("versions", lambda: software.look_at_versions(facts)),
        ("protocol", lambda: software.look_at_protocols(facts, data, protocol)),
        ("devices", lambda: software.look_at_devices(data, protocol)),
        ("keys", lambda: promised.look_at_promises(facts, data)),
    ]
    lines = [line for name, part in parts for line in _guarded(name, part)]
    station = _name(data)
    lines += _guarded("server", lambda: _shared(facts, data, server, station, lines))
    return Report(
        at=datetime.now().astimezone().isoformat(timespec="seconds"),
        machine=f"{platform.node()}, {platform.platform(terse=True)}",
        station=station,
        lines=tuple(lines),
        facts=facts,
    )


def _name(data: Path) -> str:
    """What the laboratory calls this machine, or else what it calls itself."""
    try:
        named = settings.read(data).station
    except VantageError:  # said by the line about protocols, which reads the same file
        named = ""
    return named or platform.node()


def _shared(facts: Facts, data: Path, server: str, station: str, lines: list[Line]) -> Iterator[Line]:
    """Beside the other stations; then told to them."""
    from runner.laboratory.checkups import Checkup, keep
    from runner.laboratory.place import open_place
    from runner.ledger.tables import UnreachableError
    from runner.station.doctor import others

    if not server and volumes.unfit(data):
        return  # where a line was said to be unsafe, no database is begun
    try:
        place = open_place(data, server)
    except UnreachableError as error:
        yield others.unreachable(error, _reserved(data))
        return
    try:
        found = list(others.look_at_others(facts, place, station))
        yield from found
        told = [{"what": a.what, "verdict": a.verdict, "found": a.found, "do": a.do} for a in (*lines, *found)]
        fit = all(line["verdict"] != "fail" for line in told)
        at = place.look(place.time)
        keep(place, Checkup(station=station, at=at, fit=fit, facts=facts, lines=told))
    finally:
        place.close()


def _reserved(data: Path) -> int:
    """Slots that were reserved on this station."""
    from runner.ledger import Reserve
    from runner.ledger.reserve import FILE

    if not (data / FILE).is_file():
        return 0
    here = Reserve(data)
    try:
        return here.reserved()
    finally:
        here.close()


def _guarded(name: str, part: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    try:
        yield from part()
    except VantageError as error:
        where, _, rest = str(error).partition(": ")
        found, _, do = rest.partition("; ") if where in ("display", "keyboard") else (str(error), "", "")
        yield Line(what=where if do else name, verdict="fail", found=found, do=do or "mend that and look again")
    except Exception as error:  # whatever a driver or a library does, the other lines are worth having
        found = f"{type(error).__name__}: {error}"
        yield Line(what=name, verdict="fail", found=found, do="show this to whoever keeps it")
