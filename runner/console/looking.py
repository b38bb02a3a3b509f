"""What the laboratory's database says, as far as the assistant may see it: no condition, no answer, no code."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from runner.laboratory import gatherings, incidents, presence
from runner.laboratory.gatherings import Gathering
from runner.laboratory.incidents import Incident
from runner.laboratory.place import Place
from runner.laboratory.presence import Station
from runner.ledger import Claim, Ledger
from runner.ledger.claims import GROUPS
from runner.ledger.replay import balance
from runner.protocol import Protocol

HOURS = 12  # for which a session that is over, or a station that fell silent, is shown
STEP = 5  # seconds to which lengths of time are rounded, so that not every look is news
STORES = ("real", "pilot")


@frozen(kw_only=True)
class Row:
    """One station, as the page shows it."""

    station: str
    elsewhere: str  # another study's name; empty: this one
    state: str
    phase: str
    part: int
    parts: int
    progress: int
    minutes: int
    stopped: int
    unfocused: int  # seconds
    late_frames: int
    disk: str
    silent: int  # seconds; 0: not silent


@frozen(kw_only=True)
class Stratum:
    """How many sessions a stratum has, and nothing of their cells."""

    stratum: str
    wave: str
    blocks: int
    done: int
    live: int
    returned: int


@frozen(kw_only=True)
class Sums:
    """The balance, and how many people are wanted and done."""

    strata: tuple[Stratum, ...]
    done: int
    wanted: int  # 0: not said


class Looking:
    """Looks; not from the thread that serves pages."""

    def __init__(self, protocol: Protocol, place: Place, ledger: Ledger, wanted: int = 0) -> None:
        self.protocol, self.place, self._ledger, self._wanted = protocol, place, ledger, wanted
        self._claims: list[Claim] | None = None
        self._sums = Sums(strata=(), done=0, wanted=wanted)

    def look(self) -> dict[str, Any]:
        """Each part of the page."""
        groups = self.groups()
        paused = {seat.station for group in groups if group.state == "paused" for seat in group.taken}
        there = sorted(presence.stations(self.place), key=lambda each: _by_number(each.station))
        found = [row for each in there if (row := self._row(each, paused))]
        notes = tuple(incidents.incidents(self.place, self.protocol.study))
        return {
            "stations": tuple(row for row, pilot in found if not pilot),
            "pilots": tuple(row for row, pilot in found if pilot),
            "groups": tuple(map(_rounded, groups)),
            "balance": self._balance(),
            "incidents": notes[::-1],
            "about": (tuple(row.station for row, pilot in found if not pilot), tuple(group.code for group in groups)),
        }

    def groups(self) -> list[Gathering]:
        """The group sessions that are not over, pilots among them."""
        return [found for store in STORES for found in gatherings.gatherings(self.place, self.protocol.study, store)]

    def notes(self) -> Sequence[Incident]:
        """Every study's incidents."""
        return incidents.incidents(self.place)

    def _row(self, each: Station, paused: set[str]) -> tuple[Row, bool] | None:
        if each.silent > HOURS * 3600:
            return None
        seen = each.glimpse
        state = "paused" if seen.state == "running" and each.station in paused else seen.state
        row = Row(
            station=each.station,
            elsewhere="" if each.study in (self.protocol.study, "") else each.study,
            state=state,
            phase=seen.phase,
            part=seen.part,
            parts=seen.parts,
            progress=seen.progress,
            minutes=0 if state == "idle" else int((each.since - (0 if state in presence.LIVE else each.silent)) / 60),
            stopped=seen.stopped,
            unfocused=round(seen.unfocused),
            late_frames=seen.late_frames,
            disk=each.disk,
            silent=_steps(each.silent) if state == "interrupted" else 0,
        )
        return row, each.pilot

    def _balance(self) -> Sums:
        claims = [claim for claim in self._ledger.claims(self.protocol.study) if claim.list != GROUPS]
        if claims != self._claims:
            self._claims, self._sums = claims, self._counted(claims)
        return self._sums

    def _counted(self, claims: Sequence[Claim]) -> Sums:
        """Summed over lists: a list within a group session's condition would tell it."""
        sums: dict[tuple[str, str], Counter[str]] = {}
        for each in balance(self.protocol, claims):
            here = sums.setdefault((each.wave, each.stratum), Counter())
            here.update(blocks=each.blocks, done=each.done, live=each.live, returned=each.returned)
        first = ("", *self.protocol.waves[:1])
        return Sums(
            strata=tuple(
                Stratum(
                    stratum=stratum, wave=wave, **{name: here[name] for name in ("blocks", "done", "live", "returned")}
                )
                for (wave, stratum), here in sorted(sums.items())
            ),
            done=sum(claim.state == "done" and claim.wave in first for claim in claims),
            wanted=self._wanted,
        )


def _rounded(group: Gathering) -> Gathering:
    """Without what participants call themselves, and silence in steps."""
    seats = (evolve(seat, name="", silent=float(_steps(seat.silent) if seat.lost else 0)) for seat in group.taken)
    return evolve(group, taken=tuple(seats))


def _by_number(name: str) -> list[tuple[int, str]]:
    """A key by which lab-2 comes before lab-10."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d{1,9})", name)]


def _steps(seconds: float) -> int:
    return STEP * int(seconds / STEP)
