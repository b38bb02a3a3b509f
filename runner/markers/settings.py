"""Which devices for markers stand at this station: the table `[markers]` of `station.toml` in the data folder."""

import tomllib
from pathlib import Path
from typing import Any

from attrs import Attribute, field, fields, frozen

from runner.errors import MachineError

FILE = "station.toml"
_KINDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


def _between(low: float, high: float) -> Any:
    def refuse(_: object, attribute: "Attribute[Any]", value: float) -> None:
        if not low <= value <= high:
            raise ValueError(f"{attribute.name!r} must be {low:g} to {high:g}, but is {value:g}; correct it")

    return refuse


@frozen(kw_only=True)
class Settings:
    """The devices of a station; what is empty or false isn't there."""

    lsl: str = ""  # name of the stream that is offered to the laboratory's recorder
    serial: str = ""  # port: COM3, /dev/ttyUSB0
    baud: int = field(default=115200, validator=_between(50, 4_000_000))
    parallel: str = ""  # port: 0x378 on Windows, /dev/parport0 on Linux
    pulse_ms: float = field(default=5.0, validator=_between(0.1, 1000))  # how long the parallel port holds a code
    csv: bool = False  # a file beside the log

    @property
    def named(self) -> tuple[str, ...]:
        """The kinds of device that are there."""
        return tuple(kind for kind in ("lsl", "serial", "parallel", "csv") if getattr(self, kind))


def read_settings(data: Path) -> Settings:
    """The settings of the station with this data folder; without a file or a table, no devices."""
    path = data / FILE
    if not path.is_file():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("markers", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MachineError(f'{path}: can\'t be read ({error}); it wants lines such as ledger = "..."') from None
    if not isinstance(table, dict):
        raise MachineError(f"{path}: 'markers' must be a table, but is {table!r}; write [markers] above its lines")
    known = {each.name: each for each in fields(Settings)}
    for key, value in table.items():
        if key not in known:
            raise MachineError(f"{path}: [markers] knows no {key!r}; it knows {', '.join(known)}")
        wanted = known[key].type or object
        fits = isinstance(value, int | float) if wanted is float else isinstance(value, wanted)
        if not fits or (wanted is not bool and isinstance(value, bool)):
            raise MachineError(f"{path}: {key!r} in [markers] must be {_KINDS[wanted]}, but is {value!r}; correct it")
    try:
        return Settings(**table)
    except ValueError as error:
        raise MachineError(f"{path}: in [markers], {error}") from None
