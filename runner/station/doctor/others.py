"""This station beside the others of the laboratory, over the database that they share."""

from collections.abc import Iterator
from typing import Any

from runner.errors import VantageError
from runner.laboratory.checkups import Checkup, clock_ahead, latest
from runner.laboratory.place import Place
from runner.station.doctor.report import Facts, Line, Verdict

WEEK = 7 * 86400.0  # seconds for which a station that says nothing counts as one of the laboratory
APART = 1.0  # seconds between two clocks; what is more makes a mess of who came first
DIFFERENT_HZ = 1.0


def look_at_others(facts: Facts, place: Place, station: str) -> Iterator[Line]:
    """The server's clock beside ours; then all that should be equal at every station."""
    ahead, error = clock_ahead(place)
    facts["clock_ahead"] = round(ahead, 4)
    if place.server:
        found = f"the server's clock is {ahead:+.3f} s from ours (known to {error * 1e3:.1f} ms)"
        if abs(ahead) > APART:
            do = "let the system set the time from the network on both machines"
            yield Line(what="server", verdict="warn", found=found, do=do)
        else:
            yield Line(what="server", verdict="ok", found=found)
    now = place.look(place.time)
    others = [one for one in latest(place, now - WEEK) if one.station != station]
    if not others:
        yield Line(what="others", verdict="ok", found="no other station was looked at in the last seven days")
        return
    mine = Checkup(station=station, at=now, fit=True, facts=facts, lines=())
    apart = list(differences([mine, *others]))
    yield from apart
    if not apart:
        names = ", ".join(one.station for one in others)
        yield Line(what="others", verdict="ok", found=f"versions, protocols, display rate and time zone as at {names}")


def differences(found: list[Checkup]) -> Iterator[Line]:
    """What is not the same at all of these stations."""
    for name in _names(found, "protocols"):
        yield from _unequal(f"protocol {name}", _values(found, "protocols", name), "fail", _COPY, 12)
    for name in _names(found, "versions"):
        verdict: Verdict = "fail" if name in ("vantage-lab", "commit") else "warn"
        yield from _unequal(name, _values(found, "versions", name), verdict, _INSTALL)
    yield from _unequal("time zone", _whole(found, "utc_offset"), "warn", "set the time zone")
    rates = {station: float(hz) for station, hz in _whole(found, "refresh_hz").items()}
    if rates and max(rates.values()) - min(rates.values()) > DIFFERENT_HZ:
        told = {station: f"{hz:.0f} Hz" for station, hz in rates.items()}
        yield Line(what="others", verdict="warn", found=f"display rates differ: {_sides(told)}", do=_SAME_RATE)
    clocks = {station: float(ahead) for station, ahead in _whole(found, "clock_ahead").items()}
    if clocks and max(clocks.values()) - min(clocks.values()) > APART:
        told = {station: f"{-ahead:+.1f} s" for station, ahead in clocks.items()}
        yield Line(what="others", verdict="warn", found=f"clocks differ from the server's: {_sides(told)}", do=_CLOCK)


_COPY = "copy the study's file to all stations; sessions of different files are not of one study"
_INSTALL = "install the same everywhere, in the versions of constraints.txt"
_SAME_RATE = "set the same rate everywhere, or response times differ by station"
_CLOCK = "let the system set the time from the network"


def _unequal(what: str, values: dict[str, Any], verdict: Verdict, do: str, cut: int = 40) -> Iterator[Line]:
    if len(set(values.values())) > 1:
        told = {station: str(value)[:cut] or "missing" for station, value in values.items()}
        yield Line(what="others", verdict=verdict, found=f"{what} differs: {_sides(told)}", do=do)


def _names(found: list[Checkup], kind: str) -> list[str]:
    return list(dict.fromkeys(name for one in found for name in one.facts.get(kind, {})))


def _values(found: list[Checkup], kind: str, name: str) -> dict[str, Any]:
    """Of the stations that have it at all: who has not got a study's file does not run it."""
    return {one.station: one.facts[kind][name] for one in found if name in one.facts.get(kind, {})}


def _whole(found: list[Checkup], name: str) -> dict[str, Any]:
    return {one.station: one.facts[name] for one in found if one.facts.get(name) is not None}


def _sides(told: dict[str, str]) -> str:
    """Each value once, with the stations that have it."""
    sides = {value: [station for station in told if told[station] == value] for value in told.values()}
    return "; ".join(f"{value} at {', '.join(stations)}" for value, stations in sides.items())


def unreachable(error: VantageError, kept: int) -> Line:
    """The server doesn't answer: with reserved slots that is no reason not to begin."""
    if kept:
        do = "mend the connection; meanwhile sessions can be held on the slots reserved here"
        return Line(what="server", verdict="warn", found=f"{error}; {kept} slots are reserved here", do=do)
    return Line(what="server", verdict="fail", found=str(error), do="mend the connection, or no session can begin")
