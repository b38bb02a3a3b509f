"""Filled-in forms: every mistake told at its place, and what two coders make of the same people."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
import pandas as pd

from analysis.coding.forms import CODE, CODER, ROW
from analysis.reading.cells import plain
from analysis.reading.columns import Column
from analysis.reading.tables import Tables
from analysis.scoring import Kappa, cohens_kappa
from runner.errors import VantageError

CODERS = 2
MOST = 10  # mistakes that are told at once
POINTS = ("0", "1", "2", "3")
TABLE = "suspicion"
COLUMNS = (
    Column(name="session", dtype="string", doc="Random code of the session, the key over all tables."),
    Column(name="coder", dtype="string", doc="Who coded it, as the form says."),
    Column(name=CODE, dtype="Int64", doc="How suspicious the person was: 0, not at all, to 3."),
)
Line = tuple[int, dict[str, str]]


@attrs.frozen(kw_only=True)
class Coded:
    """The codes of two coders: one column a coder, one row a session (index)."""

    codes: pd.DataFrame = attrs.field(repr=False)

    @property
    def weighted(self) -> Kappa:
        """Agreement with quadratic weights, as codes are an order (Cohen, 1968)."""
        return cohens_kappa(self.codes.iloc[:, 0], self.codes.iloc[:, 1], weights="quadratic")

    @property
    def unweighted(self) -> Kappa:
        """Agreement with the very same code (Cohen, 1960)."""
        return cohens_kappa(self.codes.iloc[:, 0], self.codes.iloc[:, 1])


def read_codes(files: Sequence[Path], key_file: Path) -> pd.DataFrame:
    """The codes of filled-in forms: session, coder, suspicion; a VantageError tells each mistake with file and line."""
    key = _key(key_file)
    wrong: list[str] = []
    rows: list[tuple[str, str, int]] = []
    coders: dict[str, Path] = {}
    for path in files:
        lines = _lines(path, (ROW, CODER, CODE))
        found = list(_mistakes(path, lines, key))
        coder = next((line[CODER] for _, line in lines if line[CODER]), "")
        if coder and coder in coders:
            found.append(f"{path}: {coder} is the coder of {coders[coder]} too; two different people must code")
        coders.setdefault(coder, path)
        wrong += found
        if not found:
            rows += [(key[line[ROW]], coder, int(line[CODE])) for _, line in lines]
    if wrong:
        more = [f"... and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        raise VantageError("\n".join([*wrong[:MOST], *more]))
    return pd.DataFrame(rows, columns=[c.name for c in COLUMNS]).astype({c.name: c.dtype for c in COLUMNS})


def with_codes(tables: Tables, codes: pd.DataFrame) -> Tables:
    """The tables with one more: the codes of sessions that are there."""
    own = codes[codes["session"].isin(tables.sessions["session"])].reset_index(drop=True)
    return attrs.evolve(tables, tasks={**tables.tasks, TABLE: own}, columns={**tables.columns, TABLE: COLUMNS})


def coded(table: pd.DataFrame) -> Coded | None:
    """The same codes side by side; None where there are none."""
    if table.empty or CODE not in table:
        return None
    codes = table.pivot_table(index="session", columns="coder", values=CODE, aggfunc="first", sort=False)
    return Coded(codes=codes) if codes.shape[1] == CODERS else None


def _key(path: Path) -> dict[str, str]:
    lines = _lines(path, (ROW, "session"))
    twice = [line for _, line in lines if not all(line.values())]
    key = {line[ROW]: line["session"] for _, line in lines}
    if twice or len(key) < len(lines) or len(set(key.values())) < len(lines):
        raise VantageError(
            f"{path}: the key has a row or a session twice, or an empty cell; take the one that was written"
        )
    return key


def _lines(path: Path, wanted: Sequence[str]) -> list[Line]:
    """The lines of a CSV with their numbers, the wanted columns of each; commas or semicolons part the cells."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        first = text.partition("\n")[0]
        parted = ";" if first.count(";") > first.count(",") else ","
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=parted)
        head = [plain(name.strip()) for name in reader.fieldnames or ()]
        if lacking := [name for name in wanted if name not in head]:
            got = ", ".join(filter(None, head)) or "nothing"
            raise VantageError(f"{path}:1: there is no column {lacking[0]!r}, but {got}; keep the columns as they were")
        reader.fieldnames = [name or "" for name in head]
        lines = [(reader.line_num, {name: _cell(row[name]) for name in wanted}) for row in reader]
        return [(number, line) for number, line in lines if any(line.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VantageError(f"{path}: can't be read ({reason}); save it as CSV in UTF-8") from error


def _cell(cell: str | None) -> str:
    return (plain(cell or "") or "").strip()


def _mistakes(path: Path, lines: Sequence[Line], key: dict[str, str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    first = next((line[CODER] for _, line in lines if line[CODER]), "")
    for number, line in lines:
        yield from (f"{path}:{number}: {what}" for what in _wrong(line, key, seen, first))
        seen.setdefault(line[ROW], number)
    if lacking := [row for row in key if row not in seen]:
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        yield f"{path}: rows are missing: {', '.join(lacking[:3])}{more}; put them back, each with its code"


def _wrong(line: dict[str, str], key: dict[str, str], seen: dict[str, int], coder: str) -> Iterable[str]:
    row, code = line[ROW], line[CODE]
    if row not in key:
        yield f"the key knows no row {row!r}; put back the row's own letters"
    elif row in seen:
        yield f"the row {row!r} is in line {seen[row]} too; delete one of them"
    if not line[CODER]:
        yield "the coder is missing; write who coded"
    elif line[CODER] != coder:
        yield f"the coder is {line[CODER]!r}, but {coder!r} above; a form is one coder's"
    if not code:
        yield f"the code is missing; write {', '.join(POINTS)} under {CODE!r}"
    elif code not in POINTS:
        yield f"the code must be {', '.join(POINTS[:-1])} or {POINTS[-1]}, but is {code!r}; correct it"
