"""Which stations a laboratory has, by the table `[laboratory]` of station.toml."""

import tomllib
from pathlib import Path

from runner.errors import DeclarationError, Mistake
from runner.station import settings


def expected_stations(data: Path) -> tuple[str, ...]:
    """The table's list `stations`; empty where there is none."""
    settings.read(data)  # refuses what can't be read
    file = data / settings.FILE
    found = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    wanted = found.get("laboratory", {}).get("stations", [])
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        what = f'\'stations\' in [laboratory] wants names in quotes, such as ["lab-1", "lab-2"], got {wanted!r}'
        raise DeclarationError(Mistake(str(file), 0, 0, what))
    return tuple(wanted)
