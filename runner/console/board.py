"""What the console knows now, in parts with numbers, so that a page that was away gets only what it missed."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from attrs import frozen


@frozen
class Part:
    """One part of the page as it is now."""

    number: int
    name: str
    value: Any


class Board:
    """The newest value of each part; whoever waits is woken when one changes."""

    def __init__(self) -> None:
        self._run = secrets.token_hex(4)  # another run of the console numbers anew
        self._parts: dict[str, Part] = {}
        self._last = 0
        self._changed = asyncio.Condition()
        self.closed = False

    async def put(self, values: Mapping[str, Any]) -> None:
        """Take these values; those that are new get the next numbers."""
        async with self._changed:
            for name, value in values.items():
                if name not in self._parts or self._parts[name].value != value:
                    self._last += 1
                    self._parts[name] = Part(self._last, name, value)
            self._changed.notify_all()

    def now(self) -> Mapping[str, Any]:
        """Every part's value."""
        return {part.name: part.value for part in self._parts.values()}

    def after(self, number: int) -> list[Part]:
        """The parts that changed since, the oldest change first."""
        return sorted((part for part in self._parts.values() if part.number > number), key=lambda part: part.number)

    async def wait(self, number: int, seconds: float) -> None:
        """Return when something is newer than `number`, when the console closes, or after this time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._last > number or self.closed)

    def id(self, number: int) -> str:
        """An event's id."""
        return f"{self._run}-{number}"

    def number(self, id: str) -> int:
        """The number of the last event that a page got; 0 when it is of another run, or of nobody."""
        run, _, number = id.partition("-")
        return int(number) if run == self._run and number.isascii() and number.isdecimal() and len(number) < 16 else 0
