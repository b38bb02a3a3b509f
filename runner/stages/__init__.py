"""Where a session can be performed: a stage has one verb, `present`, and can describe itself.

`prepare` and `remember` are hints, not other ways of showing something: screens that will come soon, so that a
stage that draws can have them ready, and screens that went before. A stage may ignore both.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from runner.screens import Reply, Screen


class Stage(Protocol):
    """Shows one screen at a time and reports how it went."""

    def present(self, screen: Screen) -> Reply: ...

    def prepare(self, screens: Iterable[Screen]) -> None: ...

    def remember(self, screen: Screen, reply: Reply) -> None:
        """Told, while a log remembers, of each screen that was shown in an earlier life of this session."""
        ...

    def say(self, word: str) -> None:
        """Show one of the interface's words over what is there, such as "saving"; the next screen takes it away.

        Without a word, know that there was a pause: what comes next is not late for it.
        """
        ...

    def describe(self) -> Mapping[str, Any]:
        """For a log's head: its kind ("window", "virtual" ...), driver, screen, refresh rate, keyboard."""
        ...

    def close(self) -> None: ...
