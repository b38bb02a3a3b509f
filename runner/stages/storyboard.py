"""A stage that takes a picture of every screen that a session can show, and leaves the answering to another stage."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from runner.screens import Reply, Screen
from runner.stages import Stage

Picture = TypeVar("Picture")  # however a picture is kept
Camera = Callable[[Screen], Picture]


class Storyboard(Generic[Picture]):
    """`phases` holds, phase by phase, the screens that were announced and then shown; `pictures` how they look."""

    def __init__(self, camera: Camera[Picture], inner: Stage, pictures: dict[Screen, Picture] | None = None) -> None:
        self._camera, self._inner = camera, inner
        self.pictures = {} if pictures is None else pictures  # shared between sessions: most screens come again
        self.phases: list[dict[Screen, None]] = []

    def prepare(self, screens: Iterable[Screen]) -> None:
        """The engine announces a phase with every screen of every branch: that is the storyboard."""
        self.phases.append({})
        for screen in screens:
            self._take(screen)

    def present(self, screen: Screen) -> Reply:
        self._take(screen)
        return self._inner.present(screen)

    def remember(self, screen: Screen, reply: Reply) -> None:
        self._take(screen)
        self._inner.remember(screen, reply)

    def say(self, word: str) -> None:
        self._inner.say(word)

    def describe(self) -> Mapping[str, Any]:
        return {"kind": "storyboard", "inner": self._inner.describe()}

    def close(self) -> None:
        self._inner.close()

    def _take(self, screen: Screen) -> None:
        if not self.phases:
            self.phases.append({})
        self.phases[-1][screen] = None
        if screen not in self.pictures:
            self.pictures[screen] = self._camera(screen)
