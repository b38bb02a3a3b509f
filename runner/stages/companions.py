"""Simulated people in company: the sessions of a group go on in one virtual time, which all of them share.

Each session has a thread, of which only one ever runs: that of whoever is next in the shared time. So the same people
do the same, whatever machine they are simulated on.
"""

import threading
from collections.abc import Callable, Mapping, Sequence

from attrs import define, field

from runner.company import Said, at_once, distinct


@define
class _Place:
    """Where somebody is in the shared time; seconds."""

    wakes: float = 0.0  # goes on then
    ready: Callable[[], bool] | None = None  # or as soon as this is so
    turn: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))


class Circle:
    """The group sessions' table: what was said at it, and who is next."""

    def __init__(self, seats: int) -> None:
        self.said: list[Said] = []
        self.names: dict[int, str] = {}
        self.here = set(range(1, seats + 1))  # are waited for
        self._places = {seat: _Place() for seat in sorted(self.here)}
        self._now = 0.0
        self._over = threading.Event()
        self._faults: list[BaseException] = []

    def hold(self, sessions: Sequence[Callable[["Companion"], object]]) -> None:
        """Perform them all, seat by seat from 1; the first exception of any is raised when all are over."""
        for seat, session in enumerate(sessions, 1):
            threading.Thread(target=self._sit, args=(seat, session), daemon=True).start()
        self._places[self._next()].turn.release()
        self._over.wait()
        for fault in self._faults:
            raise fault

    def pause(self, seat: int, wakes: float, ready: Callable[[], bool] | None = None) -> float:
        """Let the others go on until it is this one's turn again; the moment at which it is."""
        place = self._places[seat]
        place.wakes, place.ready = wakes, ready
        coming = self._next()
        if coming != seat:
            self._places[coming].turn.release()
            place.turn.acquire()
        place.ready = None
        return self._now

    def _next(self) -> int:
        """Who is behind all others; of two at the same moment the lower seat."""
        moments = {seat: place.wakes for seat, place in self._places.items()}
        for seat, place in self._places.items():
            if place.ready and place.ready():
                moments[seat] = min(place.wakes, self._now)
        coming = min(moments, key=lambda seat: (moments[seat], seat))
        self._now = max(self._now, moments[coming])
        return coming

    def _sit(self, seat: int, session: Callable[["Companion"], object]) -> None:
        self._places[seat].turn.acquire()
        try:
            session(Companion(self, seat))
        except BaseException as fault:
            self._faults.append(fault)
        finally:
            self.here.discard(seat)
            del self._places[seat]
            if self._places:
                self._places[self._next()].turn.release()
            else:
                self._over.set()


class Companion:
    """A `Company` and a `Clock`: one of a circle, as the session of that person has it."""

    paused = False

    def __init__(self, circle: Circle, seat: int) -> None:
        self._circle, self.seat = circle, seat
        self._told: set[tuple[str, str]] = set()

    def names(self) -> Mapping[int, str]:
        names = self._circle.names
        return {**names, 0: names[self.seat]} if self.seat in names else names

    def say(self, point: str, says: str, *, key: str, name: str = "", once: Callable[[], object] = at_once) -> None:
        if (point, key) in self._told:
            return
        once()
        self._told.add((point, key))
        self._circle.said.append(Said(point=point, seat=self.seat, says=says, key=key))
        if name:
            others = {called for seat, called in self._circle.names.items() if seat != self.seat}
            self._circle.names[self.seat] = distinct(name, others)

    def heard(self, point: str) -> tuple[Said, ...]:
        return tuple(said for said in self._circle.said if said.point == point and said.seat != self.seat)

    def complete(self, point: str) -> bool:
        return self._circle.here <= {said.seat for said in self._circle.said if said.point == point}

    def close(self, how: str) -> None:
        self._circle.here.discard(self.seat)

    # ---------------------------------------------------------------- the clock

    def reach(self, moment: float) -> None:
        self._circle.pause(self.seat, moment)

    def wait(self, ready: Callable[[], bool], since: float, until: float) -> float:
        return max(since, min(until, self._circle.pause(self.seat, until, ready)))
