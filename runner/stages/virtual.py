"""A stage without a window: its clock jumps, and a simulated participant answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from runner.respondents import Respondent
from runner.screens import Continue, Reply, Screen


class Virtual:
    """Performs in no time at all, in seconds of a clock of its own."""

    def __init__(self, respondent: Respondent, frame: float = 1 / 60) -> None:
        self._respondent = respondent
        self._frame = frame
        self._now = 0.0

    def present(self, screen: Screen) -> Reply:
        onset = self._now + self._frame  # a screen appears with the next frame
        response = self._respondent.respond(screen) if screen.accepts is not None else None
        rt = response.rt if response else float("inf")
        if isinstance(screen.accepts, Continue):
            rt = max(rt, screen.accepts.after)
        if screen.seconds is not None and (response is None or rt >= screen.seconds):
            self._now = onset + screen.seconds
            return Reply(onset=onset, offset=self._now, status="elapsed", device="virtual")
        assert response is not None  # a screen without seconds accepts something
        self._now = answered = onset + rt
        changes = () if response.answer is None else ((answered, response.answer),)
        return Reply(
            onset=onset,
            offset=answered,
            status=response.status,
            answer=response.answer,
            answered=answered,
            changes=changes,
            device="virtual",
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
