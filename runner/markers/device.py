"""What a device for markers is, whatever its kind."""

from collections.abc import Mapping
from typing import Any, Protocol


class Device(Protocol):
    """Takes codes from one thread, never the one that shows frames; whatever it raises means that it is gone."""

    @property
    def name(self) -> str:
        """Its kind, as in the settings."""
        ...

    @property
    def pulse(self) -> float:
        """Seconds after a code at which it has to be put to rest; 0 where a code needs no end."""
        ...

    def send(self, code: int, onset: float) -> None:
        """Give out a code, 1 to 255, of a screen that was seen at `onset`; returns when the device has it."""
        ...

    def rest(self) -> None: ...

    def describe(self) -> Mapping[str, Any]:
        """For a log's head: its kind, its address, and what its times mean."""
        ...

    def close(self) -> None: ...
