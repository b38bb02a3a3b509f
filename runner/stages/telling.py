"""Shows what neither the plan nor the log may hold: a screen's placeholder is filled as it is drawn, and only then."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from runner.screens import Mark, Reply, Screen, Text
from runner.stages import Stage

_PLACE = re.compile(r"\{(token|payout)((?: [0-9.]+)*)\}")  # "{token}", "{payout 4.50 1.50}"


@frozen
class Secret:
    """How what a placeholder stands for is drawn, before anybody sees it: from its facts, and from how many screens of
    this session with such a placeholder are over.
    """

    draw: Callable[[tuple[str, ...], int], str]


class Telling:
    """A stage before `inner` that fills placeholders ("token", "payout") when their screen is presented.

    What was drawn is in no reply, and stays through a pause. The engine, and the log, know the screen with its
    placeholder.
    """

    def __init__(self, inner: Stage, secrets: Mapping[str, Secret]) -> None:
        self._inner, self._secrets = inner, secrets
        self._drawn: dict[str, str] = {}  # placeholder -> what it stands for, until its screen is over
        self._over = Counter[str]()  # screens with such a placeholder that are over

    def present(self, screen: Screen) -> Reply:
        places = _places(screen)
        for name, facts in places:
            if _written(name, facts) not in self._drawn:
                self._drawn[_written(name, facts)] = self._secrets[name].draw(facts, self._over[name])
        reply = self._inner.present(filled(screen, self._drawn))
        self._count(screen, reply)
        return reply

    def prepare(self, screens: Iterable[Screen]) -> None:
        """What isn't known before it is shown can't be painted before."""
        self._inner.prepare(screen for screen in screens if not _places(screen))

    def remember(self, screen: Screen, reply: Reply) -> None:
        self._count(screen, reply)
        self._inner.remember(screen, reply)

    def say(self, word: str) -> None:
        self._inner.say(word)

    def describe(self) -> Mapping[str, Any]:
        return self._inner.describe()

    def close(self) -> None:
        self._inner.close()

    def _count(self, screen: Screen, reply: Reply) -> None:
        for name, facts in _places(screen) if reply.status != "stopped" else ():
            self._drawn.pop(_written(name, facts), None)
            self._over[name] += 1


def filled(screen: Screen, said: Mapping[str, str]) -> Screen:
    """A screen with each placeholder replaced by what is said for it; itself when it has none."""
    return evolve(screen, marks=tuple(_fill(mark, said) for mark in screen.marks)) if _places(screen) else screen


def made_up(screen: Screen, said: Mapping[str, str]) -> Screen:
    """A screen as it looks to somebody who only looks at it; `said` goes by "token" and "payout"."""
    return filled(screen, {_written(name, facts): said[name] for name, facts in _places(screen)})


def _places(screen: Screen) -> list[tuple[str, tuple[str, ...]]]:
    texts = [mark.text for mark in screen.marks if isinstance(mark, Text)]
    return [(place[1], tuple(place[2].split())) for text in texts for place in _PLACE.finditer(text)]


def _written(name: str, facts: tuple[str, ...]) -> str:
    return "{" + " ".join((name, *facts)) + "}"


def _fill(mark: Mark, said: Mapping[str, str]) -> Mark:
    return evolve(mark, text=_PLACE.sub(lambda place: said[place[0]], mark.text)) if isinstance(mark, Text) else mark
