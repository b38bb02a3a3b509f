"""What a screen hears of the others of a group session, looked at between two frames: no waiting, no database."""

from runner.company import Company, Said, board_of, lines_of
from runner.screens import Board, Heard, Others, Screen
from runner.stages.answers.views import Arrived


class Hearing:
    """Follows one point of the session while a screen is shown; screens without a board or a wait have none."""

    def __init__(self, screen: Screen, company: Company, nobody: str) -> None:
        self._company, self._nobody = company, nobody
        self._board = board_of(screen)
        self._waits = isinstance(screen.accepts, Others)
        self._point = screen.accepts.point if isinstance(screen.accepts, Others) else ""
        if self._board is not None:
            self._point = self._board.point
        self._taken: set[Said] = set()  # of what the others said at the point; its order may change, and its number
        self._told = 0  # of the script
        self._heard: tuple[Heard, ...] = ()
        self._onset = float("inf")

    @property
    def heard(self) -> tuple[Heard, ...]:
        """All that was there to be seen so far."""
        return self._heard

    @property
    def hears(self) -> bool:
        """Is there anything to listen to?"""
        return self._board is not None or self._waits

    def first(self, now: float) -> Arrived:
        """What is there before the screen comes on: of a board, what there is room for."""
        everyone = self.everyone
        self._heard = self._fresh(now)[-self._board.rows :] if self._board is not None else self._fresh(now)
        return self._arrived(now, everyone)

    def begin(self, onset: float) -> None:
        """The screen is seen now; a script counts from here."""
        self._onset = onset
        self._heard = tuple(Heard(at=onset, point=h.point, seat=h.seat, says=h.says) for h in self._heard)

    @property
    def everyone(self) -> bool:
        """Is everyone there who is waited for?"""
        return self._waits and self._company.complete(self._point)

    def until(self, moment: float) -> tuple[Heard, ...]:
        """All that was there to be seen up to then, without looking on the way."""
        self.look(moment)
        return self._heard

    def look(self, now: float) -> Arrived | None:
        """What is new, or that everyone is there; None if nothing happened."""
        everyone = self.everyone  # asked first: what comes in between is heard, and nobody who is there is missed
        fresh = self._fresh(now)
        self._heard = (*self._heard, *fresh)
        return self._arrived(now, everyone) if fresh or everyone else None

    def _arrived(self, now: float, everyone: bool) -> Arrived:
        lines = lines_of(self._heard, self._board, self._company.names(), self._nobody) if self._board else ()
        return Arrived(lines=lines, everyone=everyone, at=now)

    def _fresh(self, now: float) -> tuple[Heard, ...]:
        said = self._company.heard(self._point) if self.hears else ()
        fresh = [each for each in said if each not in self._taken]
        self._taken.update(fresh)
        new = [Heard(at=now, point=self._point, seat=each.seat, says=each.says) for each in fresh]
        due = [entry for entry in self._script if entry[0] < 0 or now >= self._onset + entry[0]]
        new += [Heard(at=now, point=self._point, seat=0, says=says) for _, _, says in due[self._told :]]
        self._told = len(due)
        return tuple(new)

    @property
    def _script(self) -> tuple[tuple[float, str, str], ...]:
        return tuple(sorted(self._board.script)) if isinstance(self._board, Board) else ()
