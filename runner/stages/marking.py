"""Where a stage sends the codes of its screens: what it needs of devices, and no device."""

from collections.abc import Mapping
from typing import Any, Protocol

from runner.screens import Sent


class Marking(Protocol):
    """Takes a screen's code at the flip that shows it."""

    def mark(self, code: int, onset: float) -> None:
        """Send it; must return at once."""
        ...

    def sent(self) -> tuple[Sent, ...]:
        """What became of the last one, device by device."""
        ...

    def check(self) -> None:
        """Between trials: a MachineError where the session may not go on without a device that is gone."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """For a log's head."""
        ...

    @property
    def lost(self) -> Mapping[str, str]:
        """The devices that stopped working, and how."""
        ...

    def close(self) -> None: ...


class Nowhere:
    """No devices."""

    lost: Mapping[str, str] = {}

    def mark(self, code: int, onset: float) -> None:
        pass

    def sent(self) -> tuple[Sent, ...]:
        return ()

    def check(self) -> None:
        pass

    def describe(self) -> Mapping[str, Any]:
        return {}

    def close(self) -> None:
        pass
