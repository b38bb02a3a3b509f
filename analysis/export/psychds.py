"""A dataset as Psych-DS has it: `dataset_description.json` with every variable, and `data/<key>-<value>_..._data.csv`.

After the rules of its schema 1.5 (psych-ds.github.io): a file's name is made of key-value pairs, keys of small letters
and values of letters and digits; every column of every file is listed in `variableMeasured`, and nothing else is.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.export.about import description, name, put, put_json, readme
from analysis.export.release import Release
from analysis.reading.cells import to_csv
from analysis.reading.columns import Column

_WHERE = """- `data/study-..._task-..._data.csv`: a file for each task, one row a trial
- `data/study-..._description-..._data.csv`: participants, sessions, screens, scores, timing, quality
- `dataset_description.json`: every column and its meaning

An apostrophe at the beginning of a cell keeps spreadsheets from running it and is no part of the text."""


def write(release: Release, folder: Path) -> None:
    """The dataset, into an empty folder."""
    for table, frame in release.tables.items():
        key = "task" if table in release.tasks else "description"
        file = f"study-{_plain(release.protocol.study)}_{key}-{_plain(table)}_data.csv"
        put(folder / "data" / file, to_csv(frame, exact=True))
    put_json(folder / "dataset_description.json", _description(release))
    put(folder / "README.md", readme(release, _WHERE))
    put(folder / "CHANGES.md", "# Changes\n\nFirst version.\n")


def _description(release: Release) -> dict[str, Any]:
    variables: dict[str, list[tuple[str, Column]]] = {}
    for table, columns in release.columns.items():
        for column in columns:
            variables.setdefault(column.name, []).append((table, column))
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name(release),
        "description": description(release),
        "schemaVersion": "Psych-DS 1.5.1",
        "isAccessibleForFree": False,  # until whoever publishes it says otherwise
        "keywords": [release.protocol.study, f"{release.store} data"],
        "creator": {"@type": "SoftwareApplication", "name": "Vantage", "softwareVersion": version("vantage-lab")},
        "variableMeasured": [_variable(name, uses) for name, uses in variables.items()],
    }
    return found


def _variable(name: str, uses: list[tuple[str, Column]]) -> dict[str, Any]:
    """One variable; where tables mean different things by it, what each of them does."""
    docs = dict.fromkeys(column.doc for _, column in uses)
    if len(docs) > 1:
        told = "; ".join(f"{table}: {column.doc}" for table, column in uses)
    else:
        told = next(iter(docs)) or name
    found: dict[str, Any] = {"@type": "PropertyValue", "name": name, "description": told}
    units = {column.unit for _, column in uses}
    if len(units) == 1 and "" not in units:
        found["unitText"] = units.pop()
    values = {column.values for _, column in uses}
    if len(values) == 1 and () not in values:
        found["valueReference"] = list(values.pop())
    return found


def _plain(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", text)
