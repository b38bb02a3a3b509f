"""Summaries of devices for blood pressure and heart (P79, F6 of paradigms.md), kept beside the logs of their sessions.

The file of a laboratory is a CSV with a row for each person and phase, and these columns, in any order:

| column | holds |
|---|---|
| `participant` or `session` | the code that the person, or the session, has in the study |
| `phase` | `baseline`, `news`, or a phase of the protocol |
| `sbp`, `dbp` | means of systolic and diastolic pressure, mmHg |
| `hr`, `co` | if known: heart rate (beats/min), cardiac output (l/min) |
| `map`, `tpr` | if known: mean arterial pressure (mmHg), total peripheral resistance (dyn s cm^-5) |

`baseline` is the last minute or minutes of rest; `news` goes from the marker of the news on status, or of the second
round, to the next phase. Nothing else is let in. An empty cell is a value that is not known. Each session's rows become
a file of its own, `<log>.devices.csv`: whatever removes a session removes them too.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import attrs
import pandas as pd

from analysis.measures.bodily import BASELINE, NEWS
from analysis.reading.columns import Column
from analysis.reading.logs import Known
from analysis.reading.tables import Tables
from runner import disk
from runner.errors import VantageError

TABLE = "cardiovascular"
KEYS = ("participant", "session")
NEEDED = ("sbp", "dbp")
RANGES: Mapping[str, tuple[float, float, str, str]] = {  # what a living person at rest or at a desk can have
    "sbp": (60, 260, "mmHg", "Mean systolic pressure."),
    "dbp": (30, 160, "mmHg", "Mean diastolic pressure."),
    "hr": (30, 220, "beats/min", "Mean heart rate."),
    "co": (1, 25, "l/min", "Mean cardiac output."),
    "map": (40, 200, "mmHg", "Mean arterial pressure, if the device tells it."),
    "tpr": (200, 8000, "dyn s cm^-5", "Total peripheral resistance, if the device tells it."),
}
COLUMNS = (
    Column(name="session", dtype="string", doc="Random code of the session, the key over all tables."),
    Column(name="participant", dtype="string", doc="The participant's code."),
    Column(name="phase", dtype="string", doc="What the means are of: baseline, news, or a phase of the protocol."),
    *(Column(name=n, dtype="Float64", doc=doc, unit=unit) for n, (_, _, unit, doc) in RANGES.items()),
)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?")
MOST = 10  # mistakes that are told at once


@attrs.frozen(kw_only=True)
class Row:
    """One row of a laboratory's file."""

    line: int
    code: str  # of the person or of the session
    phase: str
    values: Mapping[str, str]  # as they are written; empty: not known


# ---------------------------------------------------------------- a laboratory's file


def read_summaries(path: Path, phases: Collection[str]) -> tuple[str, list[Row]]:
    """Which code the rows go by, and the rows; a VantageError has a line for each mistake."""
    known = (BASELINE, NEWS, *phases)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            key = _key(path, tuple(reader.fieldnames or ()))
            lines = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VantageError(f"{path}: the summaries can't be read ({reason}); save them as CSV in UTF-8") from error
    wrong = [f"{path}:{line}: {what}" for line, row in lines for what in _wrong(row, key, known)]
    if not wrong and not lines:
        wrong = [f"{path}: there is no row below the columns; add the means of each person and phase"]
    rows = [_row(line, row, key) for line, row in lines] if not wrong else []
    refuse([*wrong, *(f"{path}{what}" for what in _together(rows))])
    return key, rows


def refuse(wrong: Sequence[str]) -> None:
    """One error for all mistakes, if there are any."""
    if wrong:
        more = [f"... and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        raise VantageError("\n".join([*wrong[:MOST], *more]))


def _key(path: Path, head: tuple[str, ...]) -> str:
    """The column that says whose a row is; refused when the columns are others."""
    keys = [name for name in KEYS if name in head]
    fits = {"phase", *NEEDED} <= set(head) <= {*KEYS, "phase", *RANGES} and len(set(head)) == len(head)
    if not fits or len(keys) != 1:
        wanted = f"participant (or session), phase, {', '.join(NEEDED)}, and where known "
        wanted += ", ".join(name for name in RANGES if name not in NEEDED)
        got = ", ".join(head) or "nothing"
        what = f"{path}:1: the columns must be {wanted}, but are {got}"
        raise VantageError(f"{what}; rename them, and delete what is not to be known")
    return keys[0]


def _wrong(row: Mapping[str | None, object], key: str, phases: Sequence[str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "the line has more or fewer values than there are columns; correct it"
        return
    told = {str(name): str(value).strip() for name, value in row.items()}
    if not CODE.fullmatch(told[key]):
        yield f"{key!r} must be plain letters, digits, _ and -, but is {told[key]!r}; correct it"
    if told["phase"] not in phases:
        near = get_close_matches(told["phase"], phases, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"write {BASELINE}, {NEWS} or a phase of the protocol"
        yield f"there is no phase {told['phase']!r}; {hint}"
    for name, (low, high, unit, _) in RANGES.items():
        value = told.get(name, "")
        if not value and name not in NEEDED:
            continue
        if not NUMBER.fullmatch(value):
            yield f"{name!r} must be a number such as {low + (high - low) / 4:g}, but is {value!r}; correct it"
        elif not low <= float(value) <= high:
            yield f"{name!r} must be {low:g} to {high:g} {unit}, but is {value}; correct it, or leave the row out"
    if all(_possible(name, told[name]) for name in NEEDED) and float(told["sbp"]) <= float(told["dbp"]):
        yield f"'sbp' must be above 'dbp', but they are {told['sbp']} and {told['dbp']}; were they exchanged?"


def _possible(name: str, value: str) -> bool:
    return bool(NUMBER.fullmatch(value)) and RANGES[name][0] <= float(value) <= RANGES[name][1]


def _row(line: int, row: Mapping[str | None, object], key: str) -> Row:
    values = {name: str(row.get(name, "")).strip() for name in RANGES}
    return Row(line=line, code=str(row[key]).strip(), phase=str(row["phase"]).strip(), values=values)


def _together(rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with rows beside each other."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        before = first.setdefault((row.code, row.phase), row.line)
        if before != row.line:
            yield f":{row.line}: {row.code!r} has the phase {row.phase!r} in line {before} already; keep one of the two"
    for code, line in {row.code: row.line for row in reversed(rows)}.items():
        if (code, BASELINE) not in first:
            yield f":{line}: {code!r} has no row of the phase {BASELINE!r}, so nothing can be compared with it; add one"


# ---------------------------------------------------------------- beside the logs


def file_of(log: Path) -> Path:
    """Where the device's summary of a session stands."""
    return log.with_name(f"{log.name}.devices.csv")


def keep(path: Path, key: str, rows: Sequence[Row], sessions: Sequence[Known], *, replace: bool = False) -> int:
    """Put each session's rows beside its log; how many sessions that were. All or none are refused."""
    by_code: dict[str, list[Known]] = {}
    for session in sessions:
        by_code.setdefault(getattr(session.head, key), []).append(session)
    wrong = [f"{path}:{line}: {what}" for line, what in _homeless(key, rows, by_code)]
    written: dict[Path, bytes] = {}
    for code, found in by_code.items():
        theirs = [row for row in rows if row.code == code]
        if theirs and len(found) == 1:
            written[file_of(found[0].path)] = _text(theirs).encode()
    old = {file: file.read_bytes() for file in written if file.exists()}
    others = [file for file, text in old.items() if text != written[file]]
    if others and not replace and not wrong:
        what = f"{len(others)} sessions have other summaries already, the first in {others[0]}"
        wrong = [f"{path}: {what}; ask for these instead with --replace"]
    refuse(wrong)
    for file, text in written.items():
        if old.get(file) != text:
            with disk.explained(file, "keeping a summary"):
                disk.replace_file(file, text)
    return len(written)


def put(log: Path, rows: Sequence[Row]) -> None:
    """Put the rows of one session beside its log, whatever was there."""
    disk.replace_file(file_of(log), _text(rows).encode())


def _homeless(key: str, rows: Sequence[Row], by_code: Mapping[str, Sequence[Known]]) -> Iterator[tuple[int, str]]:
    first = {row.code: row.line for row in reversed(rows)}
    for code, line in sorted(first.items(), key=lambda both: both[1]):
        found = len(by_code.get(code, ()))
        if not found:
            yield line, f"no session here has the {key} {code!r}; correct it, or delete the rows"
        elif found > 1:
            yield line, f"{code!r} has {found} sessions; name the rows by 'session' instead of 'participant'"


def _text(rows: Sequence[Row]) -> str:
    lines = [",".join((row.phase, *(row.values[name] for name in RANGES))) for row in rows]
    return "\n".join([",".join(("phase", *RANGES)), *lines]) + "\n"


# ---------------------------------------------------------------- in the analysis


def with_devices(tables: Tables, sessions: Iterable[Known], files: Collection[Path]) -> Tables:
    """The tables with one more, `cardiovascular`, if summaries stand beside these logs; `files` are all there are."""
    found = [
        (session.head.session, session.head.participant, row)
        for session in sessions
        if (file := file_of(session.path)) in files
        for row in _kept(file)
    ]
    if not found:
        return tables
    rows = [{"session": session, "participant": person, **row} for session, person, row in found]
    texts = pd.DataFrame(rows, columns=[c.name for c in COLUMNS])
    frame = pd.DataFrame({c.name: _typed(texts[c.name], c.dtype) for c in COLUMNS})
    tasks = {**tables.tasks, TABLE: frame}
    return attrs.evolve(tables, tasks=tasks, columns={**tables.columns, TABLE: COLUMNS})


def _typed(texts: pd.Series, dtype: str) -> pd.Series:
    if dtype == "string":
        return texts.astype("string")
    return pd.to_numeric(texts.replace("", None)).astype("Float64")


def _kept(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = [dict(row) for row in csv.DictReader(opened)]
        sound = all(set(row) == {"phase", *RANGES} for row in rows)
        numbers = [row[name] for row in rows for name in RANGES] if sound else [""]
        if not sound or not all(not text or NUMBER.fullmatch(text) for text in numbers):
            raise ValueError("its columns or values were changed")
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, TypeError) as error:
        what = f"{file}: the device's summary can't be read ({error})"
        raise VantageError(f"{what}; import it again with --replace") from error
    return rows
