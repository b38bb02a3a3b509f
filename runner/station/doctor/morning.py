"""The page of the morning: every station of the laboratory, by its latest pre-flight."""

import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from attrs import asdict, frozen

from runner.laboratory.checkups import Checkup, latest
from runner.laboratory.place import Place
from runner.station.doctor.others import WEEK, differences
from runner.station.doctor.promised import overdue_at
from runner.station.doctor.report import Line, rows


@frozen(kw_only=True)
class Morning:
    """All stations that are expected or were heard of."""

    at: float  # seconds since 1970
    stations: tuple[Checkup, ...]
    lines: tuple[Line, ...]  # of the laboratory as a whole

    @property
    def failed(self) -> bool:
        """Is a station, or the laboratory as a whole, not fit?"""
        return any(not one.fit for one in self.stations) or any(line.verdict == "fail" for line in self.lines)

    def plain(self) -> dict[str, Any]:
        """As JSON types."""
        lines = [asdict(line) for line in self.lines]
        return {"at": self.at, "fit": not self.failed, "lines": lines, "stations": [asdict(s) for s in self.stations]}

    def page(self) -> str:
        """As text that can be printed."""
        found = [f"Stations of the laboratory, {_day(self.at)} {_hour(self.at)}", ""]
        width = max((len(one.station) for one in self.stations), default=0)
        for one in self.stations:
            verdict = "fit" if one.fit else "NOT FIT"
            found.append(f"{one.station:<{width}}  {verdict:<8} {_day(one.at)} {_hour(one.at)}")
            red = [line for line in one.lines if line["verdict"] == "fail"]
            wrong = tuple(Line(what=a["what"], verdict="fail", found=a["found"], do=a["do"]) for a in red)
            found += [f"  {row}" for row in rows(wrong)]
        verdict = "There is something to mend first." if self.failed else "The laboratory is fit for sessions."
        return "\n".join([*found, "", *rows(self.lines), *([""] if self.lines else []), verdict])


def morning(place: Place, expected: Sequence[str] = ()) -> Morning:
    """Compare the stations' latest pre-flights; without a list, those of the last seven days are expected."""
    now = place.look(place.time)
    found = latest(place, now - WEEK)
    lines = [*_whole(found, expected, now), *overdue_at(latest(place), date.fromtimestamp(now))]
    return Morning(at=now, stations=tuple(found), lines=tuple(lines))


def _whole(found: Sequence[Checkup], expected: Sequence[str], now: float) -> Iterator[Line]:
    names = [one.station for one in found]
    never = [station for station in expected if station not in names]
    if never:
        do = "run `vantage doctor` there"
        what = f"not looked at in seven days: {', '.join(never)}"
        yield Line(what="stations", verdict="fail", found=what, do=do)
    late = [one.station for one in found if _day(one.at) != _day(now)]
    if late:
        do = "run `vantage doctor` there before the first participant"
        yield Line(what="stations", verdict="warn", found=f"not yet looked at today: {', '.join(late)}", do=do)
    if not names:
        do = "run `vantage doctor` on each station, with the same --ledger"
        yield Line(what="stations", verdict="fail", found="no station was looked at in the last seven days", do=do)
    apart = list(differences(list(found)))
    yield from apart
    if len(names) > 1 and not apart:
        yield Line(what="equal", verdict="ok", found="versions, protocols, display rates, clocks and time zones")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d")


def _hour(at: float) -> str:
    return time.strftime("%H:%M", time.localtime(at))
