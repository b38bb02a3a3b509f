"""What every form of a dataset says of itself."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.export.release import Release
from analysis.reading.columns import Column

_STORES: Mapping[str, str] = {
    "real": "Data of participants.",
    "pilot": "PILOT DATA: sessions in which the study was tried out. Nobody took part.",
    "simulated": "SIMULATED DATA: made by a program. Nobody took part.",
}


def name(release: Release) -> str:
    """The dataset's name, which says when nobody took part."""
    plain = next(iter(release.protocol.title.values()), release.protocol.study)
    return plain if release.store == "real" else f"{plain} ({release.store} data)"


def description(release: Release) -> str:
    """What it is, in a few sentences."""
    n = len(release.participants)
    purpose = f" {release.protocol.purpose.strip()}" if release.protocol.purpose else ""
    return f"{_STORES[release.store]} Study {release.protocol.study}, {n} participants.{purpose}"


def readme(release: Release, tables: str) -> str:
    """The page that people read first; `tables` says where things are."""
    left_out = [
        "Participants' codes, sessions' codes, stations, places in the allocation list, dates and times of day.",
        "What people wrote, where it is counted below; exact ages; who took the data back or did not consent.",
        "Labels of participants were given in an order of their own, and rows follow them.",
        *release.notes,
    ]
    listed = "\n".join(f"- {what}" for what in left_out)
    return (
        f"# {name(release)}\n\n{description(release)}\n\n## What is where\n\n{tables}\n\n"
        f"## What is left out\n\n{listed}\n\n"
        f"Made by Vantage {version('vantage-lab')} from the "
        f"protocol {release.protocol.sha256 or 'without a hash'}.\n"
    )


def described(column: Column) -> dict[str, Any]:
    """A column as the BIDS sidecars have it."""
    told = column.doc or column.name
    found: dict[str, Any] = {"Description": told if column.plain else f"{told} (as JSON)"}
    if column.unit:
        found["Units"] = column.unit
    if column.values:
        found["Levels"] = {value: value for value in column.values}
    return found


def put(path: Path, text: str) -> None:
    """A text file with line feeds, whatever the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def put_json(path: Path, value: Any) -> None:
    """JSON as people read it."""
    put(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
