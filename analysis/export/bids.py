"""A dataset as BIDS has it for behaviour: `sub-001/beh/sub-001_task-scale_beh.tsv`, sidecars, scores in `phenotype/`.

After the specification 1.10: tab-separated, missing cells are `n/a`, a task's columns are described once, in a sidecar
at the top (its inheritance principle), `onset` and `duration` come first, in seconds.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve

from analysis.export.about import described, description, name, put, put_json, readme
from analysis.export.release import Release
from analysis.reading.cells import safe
from analysis.reading.columns import Column

VERSION = "1.10.0"
_WHERE = """- `participants.tsv`: who took part, in which condition
- `sub-*/beh/*_beh.tsv`: a file for each task, one row a trial; `task-*_beh.json` says what the columns mean
- `sub-*/sub-*_sessions.tsv`: each participant's sessions
- `phenotype/*.tsv`: scale scores; `phenotype/quality.tsv`: how carefully questions were answered
- `sourcedata/`: the logs, if they are part of this

An apostrophe at the beginning of a cell keeps spreadsheets from running it and is no part of the text. Line breaks in
texts are spaces here; as they were typed they stand in the export as CSV."""
_PLACE = ("participant_id", "session_id")
_TIMES = {
    "onset": Column(name="onset", dtype="Float64", doc="Onset of the trial's first screen.", unit="s"),
    "duration": Column(name="duration", dtype="Float64", doc="From there to the offset of its last screen.", unit="s"),
    "response_time": Column(
        name="response_time",
        dtype="Float64",
        doc="Onset to confirmation of the deciding screen: the first one that was given an answer.",
        unit="s",
    ),
}


def write(release: Release, folder: Path) -> None:
    """The dataset, into an empty folder."""
    put_json(folder / "dataset_description.json", _description(release))
    put(folder / "README.md", readme(release, _WHERE))
    _table(folder / "participants", release.participants, release.columns["participants"])
    sessions = release.tables["sessions"]
    for person, rows in sessions.groupby("participant_id", sort=False):
        path = folder / str(person) / f"{person}_sessions.tsv"
        _sessions(path, rows, again=release.again)
        # Beside each table, since the older validator takes no sidecar for all of them.
        put_json(path.with_suffix(".json"), _sidecar(release.columns["sessions"]))
    for task in release.tasks:
        _task(release, task, folder)
    _scores(release, folder / "phenotype")


def _description(release: Release) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Name": name(release),
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "Vantage", "Version": version("vantage-lab"), "Description": description(release)}],
    }
    if release.protocol.ethics:
        found["EthicsApprovals"] = [release.protocol.ethics]
    return found


def _sessions(path: Path, rows: pd.DataFrame, *, again: bool) -> None:
    frame = rows.drop(columns="participant_id")
    if not again:
        frame.insert(0, "session_id", "ses-1")
    put(path, to_tsv(frame))


def _task(release: Release, task: str, folder: Path) -> None:
    """One file for each session that had the task, and one sidecar for all of them."""
    label = _plain(task)
    frame = _timed(release.tables[task])
    by = [c for c in _PLACE if c in frame]
    for key, rows in frame.groupby(by, sort=False):
        where = [str(part) for part in key]
        file = "_".join([*where, f"task-{label}", "beh.tsv"])
        put(folder.joinpath(*where, "beh", file), to_tsv(rows.drop(columns=by)))
    columns = {c.name: c for c in release.columns[task]} | _TIMES
    about = {"TaskName": task, **_sidecar([columns[str(name)] for name in frame if name not in by])}
    put_json(folder / f"task-{label}_beh.json", about)


def _timed(frame: pd.DataFrame) -> pd.DataFrame:
    """A task's table with the times that BIDS wants, first."""
    timed = frame.assign(duration=frame["ended"] - frame["started"])
    timed = timed.rename(columns={"started": "onset", "rt": "response_time"}).drop(columns="ended")
    first = [c for c in ("participant_id", "session_id", "onset", "duration") if c in timed]
    return timed[[*first, *(c for c in timed if c not in first)]]


def _scores(release: Release, folder: Path) -> None:
    """A file for each construct and one for the quality of the answers, one row a participant, as BIDS demands."""
    if "scores" in release.tables:
        columns = release.columns["scores"]
        for construct, rows in release.tables["scores"].groupby("construct", sort=False):
            tool = {"MeasurementToolMetadata": {"Description": f"Scale {construct}, presented and scored by Vantage"}}
            _wide(folder / _word(str(construct)), rows.drop(columns="construct"), columns, "phase", tool)
    _wide(folder / "quality", release.tables["quality"], release.columns["quality"], "", {})


def _wide(stem: Path, rows: pd.DataFrame, columns: Sequence[Column], within: str, more: Mapping[str, Any]) -> None:
    """Rows as columns: `score_phase`, and `score_phase_session` where people came again."""
    keys = [key for key in (within, "session_id") if key and key in rows]
    known = {column.name: column for column in columns}
    values = [name for name in rows if name not in ("participant_id", *keys)]
    if not keys:
        return _table(stem, rows, [known[str(name)] for name in rows], more)
    wide = rows[["participant_id"]].drop_duplicates().reset_index(drop=True)
    described_as = [known["participant_id"]]
    for key, part in rows.groupby(keys, sort=False):
        labels = [_word(str(label).removeprefix("ses-")) for label in key]
        names = {name: "_".join([str(name), *labels]) for name in values}
        wide = wide.merge(part[["participant_id", *values]].rename(columns=names), on="participant_id", how="left")
        where = ", ".join(f"{'session' if k == 'session_id' else k} {v}" for k, v in zip(keys, labels, strict=True))
        described_as += [
            evolve(known[str(n)], name=new, doc=f"{known[str(n)].doc} In {where}.") for n, new in names.items()
        ]
    return _table(stem, wide, described_as, more)


def _table(stem: Path, frame: pd.DataFrame, columns: Any, more: Mapping[str, Any] = {}) -> None:
    put(stem.with_name(f"{stem.name}.tsv"), to_tsv(frame))
    put_json(stem.with_name(f"{stem.name}.json"), {**more, **_sidecar(columns)})


def _sidecar(columns: Any) -> dict[str, Any]:
    return {column.name: described(column) for column in columns}


def to_tsv(frame: pd.DataFrame) -> str:
    """A frame as BIDS wants tables: tabs between cells, `n/a` for what is missing, no line break within a cell.

    >>> to_tsv(pd.DataFrame({"text": ["=1+1", "two\\nlines", None]}))
    "text\\n'=1+1\\ntwo lines\\nn/a\\n"
    """
    columns = [[_cell(value) for value in frame[name].astype(object)] for name in frame]
    lines = ["\t".join(map(str, frame)), *("\t".join(cells) for cells in zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value == "" or (isinstance(value, float) and value != value):
        return "n/a"
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(re.sub(r"\s+", " ", value).strip()) or "n/a" if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", text)


def _word(text: str) -> str:
    return re.sub("[^A-Za-z0-9]+", "_", text)
