"""A stage without a window: its clock jumps, and a simulated participant answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from attrs import evolve

from runner.company import Alone, Company
from runner.respondents import Respondent
from runner.screens import Board, Continue, Others, Reply, Screen
from runner.stages.hearing import Hearing


class Clock(Protocol):
    """The time that simulated people share who take part together; seconds."""

    def reach(self, moment: float) -> None:
        """Let the others come up to a moment, and say what they say until then."""
        ...

    def wait(self, ready: Callable[[], bool], since: float, until: float) -> float:
        """The moment at which something is so; `until`, if it isn't by then."""
        ...


class OneWatch:
    """The time of somebody alone."""

    def reach(self, moment: float) -> None:
        pass

    def wait(self, ready: Callable[[], bool], since: float, until: float) -> float:
        return since if ready() else until


class Virtual:
    """Performs in no time at all, in seconds of a clock of its own."""

    def __init__(self, respondent: Respondent, frame: float = 1 / 60) -> None:
        self._respondent = respondent
        self._frame = frame
        self._now = 0.0
        self.company: Company = Alone()
        self.clock: Clock = OneWatch()

    def present(self, screen: Screen) -> Reply:
        onset = self._now + self._frame  # a screen appears with the next frame
        hearing = Hearing(screen, self.company, "")
        lines = hearing.first(onset).lines
        hearing.begin(onset)
        if isinstance(screen.accepts, Others):
            return self._met(screen, onset, hearing)
        response = self._respondent.respond(_with(screen, lines)) if screen.accepts is not None else None
        rt = response.rt if response else float("inf")
        if isinstance(screen.accepts, Continue):
            rt = max(rt, screen.accepts.after)
        if screen.seconds is not None and (response is None or rt >= screen.seconds):
            self._now = onset + screen.seconds
            self.clock.reach(self._now)
            heard = hearing.until(self._now)
            return Reply(onset=onset, offset=self._now, status="elapsed", device="virtual", heard=heard)
        assert response is not None  # a screen without seconds accepts something
        self._now = answered = onset + rt
        self.clock.reach(answered)
        changes = () if response.answer is None else ((answered, response.answer),)
        return Reply(
            onset=onset,
            offset=answered,
            status=response.status,
            answer=response.answer,
            answered=answered,
            changes=changes,
            device="virtual",
            heard=hearing.until(answered),
        )

    def _met(self, screen: Screen, onset: float, hearing: Hearing) -> Reply:
        """Others come in the time that they share with this person; who waits for them may stop waiting."""
        response = self._respondent.respond(screen)
        if response.status == "stopped":
            self._now = onset + response.rt
            self.clock.reach(self._now)
            return Reply(onset=onset, offset=self._now, status="stopped", answered=self._now, device="virtual")
        self._now = self.clock.wait(lambda: hearing.everyone, onset, onset + (screen.seconds or 0.0))
        everyone = hearing.everyone
        return Reply(
            onset=onset,
            offset=self._now,
            status="answered" if everyone else "elapsed",
            answered=self._now if everyone else None,
            device="virtual",
            heard=hearing.until(self._now),
        )

    def prepare(self, screens: Iterable[Screen]) -> None:
        pass

    def remember(self, screen: Screen, reply: Reply) -> None:
        """Bring clock and respondent to where they were, so that what follows is what would have followed."""
        if screen.accepts is not None:
            self._respondent.respond(screen)
        self._now = reply.offset

    def say(self, word: str) -> None:
        pass

    def describe(self) -> Mapping[str, Any]:
        return {"kind": "virtual", "respondent": self._respondent.name, "refresh_hz": 1 / self._frame}

    def close(self) -> None:
        pass


def _with(screen: Screen, lines: tuple[str, ...]) -> Screen:
    """The screen as it looks when it comes on: with what stands on its board."""
    if not lines:
        return screen
    return evolve(screen, marks=tuple(evolve(m, lines=lines) if isinstance(m, Board) else m for m in screen.marks))
