"""The page docs/coverage.md: each paradigm and measure, from its files to the hypotheses that it serves.

`docs/coverage.yaml` says what can't be derived; files, protocols, columns, constructs and hypotheses come from where
they are declared. `python -m analysis.coverage` writes the page, and a test holds it to the rest.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from attrs import field, fields, frozen

from analysis.hypotheses import FILE as HYPOTHESES
from analysis.hypotheses import Hypothesis, load
from runner.declarations.laboratory import named
from runner.declarations.protocols import read_protocol
from runner.declarations.structure import read_yaml
from runner.protocol import Protocol
from stimuli.kinds import Scale

ROOT = Path(__file__).parents[1]
DATA, PAGE = ROOT / "docs" / "coverage.yaml", ROOT / "docs" / "coverage.md"
STIMULI, LANGUAGE = ROOT / "stimuli", "en"
NUMBERS = tuple(f"P{number:02d}" for number in range(1, 85))
NAME = re.compile(r"[A-Za-z_]\w*")
INTRO = """# Coverage

Every paradigm and measure of the specification: where it is, which protocols use it, what it leaves in the tables,
what it is scored as, and which hypotheses it serves. Written by `python -m analysis.coverage` from
[coverage.yaml](coverage.yaml), the protocols, the tasks and `analysis/hypotheses.yaml`.

| | what it is | files | protocols | columns | scores | hypotheses |
|---|---|---|---|---|---|---|
"""


@frozen(kw_only=True)
class Row:
    """What is said of one paradigm or measure; the head of `docs/coverage.yaml` describes the fields."""

    what: str
    tasks: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    why: str = ""
    hook: str = ""
    to_come: tuple[str, ...] = ()


@frozen(kw_only=True)
class Rows:
    """The whole file."""

    rows: Mapping[str, Row] = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Coverage:
    """The rows with all that follows from them; `protocols` by the path below `protocols`, without its ending."""

    rows: Mapping[str, Row]
    protocols: Mapping[str, Protocol]

    # ------------------------------------------------------------ what follows from a row

    def files(self, row: Row) -> list[Path]:
        """The files, or folders of files, that do it."""
        found = [ROOT / "experiments" / f"{task}.py" for task in row.tasks]
        found += [STIMULI / LANGUAGE / "scales" / f"{scale}.yaml" for scale in row.scales]
        return found + [_material(name) for name in row.materials]

    def used_in(self, row: Row) -> list[str]:
        """The protocols with one of its tasks, scales or keys; with keys, those alone tell."""
        names = {*row.scales, *row.keys}
        return [
            name
            for name, used in self._used.items()
            if names & used.names or (not row.keys and set(row.tasks) & used.tasks)
        ]

    def columns(self, row: Row) -> list[str]:
        """The columns of its tasks' outcomes, or those that it names."""
        if row.columns:
            return list(row.columns)
        scale = ["scale.response"] if row.scales else []
        return [f"{task}.{name}" for task in row.tasks for name in _outcome(task)] + scale

    def constructs(self, row: Row) -> list[str]:
        """The constructs of its scales, subscales included."""
        scales = [read_yaml(STIMULI / LANGUAGE / "scales" / f"{key}.yaml", Scale) for key in row.scales]
        return list(dict.fromkeys(name for scale in scales for name in _constructs(scale)))

    def hypotheses(self, row: Row) -> list[str]:
        """The hypotheses that speak of it and are tested in a protocol that uses it."""
        constructs = set(self.constructs(row))
        names = {name for name, variable in load().variables.items() if variable.construct in constructs} | {*row.terms}
        studies = [self.protocols[name] for name in self.used_in(row)]
        tested = {name for study in studies for name in study.hypotheses}
        return [h.id for h in load().hypotheses if h.id in tested and names & spoken_of(h)]

    @cached_property
    def _used(self) -> Mapping[str, "_Used"]:
        return {name: _Used.of(protocol) for name, protocol in self.protocols.items()}

    # ------------------------------------------------------------ what is wrong

    def wrong(self) -> Iterator[str]:
        """Rows that are missing or too many, that lack something, or name something that does not exist."""
        yield from (f"{number}: there is no row; write one" for number in NUMBERS if number not in self.rows)
        yield from (
            f"{number}: there is no such paradigm; delete the row" for number in self.rows if number not in NUMBERS
        )
        known = _words()
        for number, row in self.rows.items():
            yield from (f"{number}: {what}" for what in self._wrong(row, known))

    def _wrong(self, row: Row, known: set[str]) -> Iterator[str]:
        files = self.files(row)
        missing = [path for path in files if not path.exists()]
        yield from (f"there is no {path.relative_to(ROOT).as_posix()}; correct the name" for path in missing)
        if missing:
            return
        if not files and not row.hook:
            yield "no file does it; name tasks, scales or materials, or say 'hook' with the reason"
        said = {name for used in self._used.values() for name in used.names}
        yield from (f"no protocol says {key!r}; correct the key" for key in row.keys if key not in said)
        columns = self.columns(row)
        if not columns and not row.hook:
            yield "it leaves no column; name its columns"
        yield from (f"there is no column {column}; correct it" for column in columns if not _is_column(column, known))
        for score in (*row.scores, *row.terms):
            if score not in known:
                yield f"nothing in the analysis is called {score}; correct it, or put it under 'to_come'"
        if not row.why and not self.hypotheses(row):
            yield "no hypothesis is tested with it; say 'why'"
        if not row.why and not (self.constructs(row) or row.scores or row.to_come):
            yield "it has no score; say 'why', or put one under 'to_come'"


@frozen
class _Used:
    """What a protocol uses: its tasks, every text among their parameters, and "pack" with its cause."""

    tasks: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, protocol: Protocol) -> "_Used":
        """What a protocol uses."""
        tasks = frozenset(phase.task for phase in protocol.phases)
        return cls(tasks, frozenset((*named(protocol), f"pack {protocol.pack}")))


def read_coverage() -> Coverage:
    """The rows, and the protocols that Vantage ships, those of single modules included."""
    paths = sorted([*(ROOT / "protocols").glob("*.yaml"), *(ROOT / "protocols" / "modules").glob("*.yaml")])
    protocols = {path.relative_to(ROOT / "protocols").with_suffix("").as_posix(): read_protocol(path) for path in paths}
    return Coverage(rows=read_yaml(DATA, Rows).rows, protocols=protocols)


def spoken_of(hypothesis: Hypothesis) -> set[str]:
    """Every name in a hypothesis's tests, outcomes, covariates and filter."""
    outcomes = (hypothesis.outcome,) if isinstance(hypothesis.outcome, str) else hypothesis.outcome
    return set(NAME.findall(" ".join((*hypothesis.tests, *outcomes, *hypothesis.given, hypothesis.filter))))


# ---------------------------------------------------------------- the page


def page(coverage: Coverage) -> str:
    """The page as Markdown."""
    lines = [_line(coverage, number, row) for number, row in sorted(coverage.rows.items())]
    to_come = [f"- {number}: {', '.join(row.to_come)}" for number, row in sorted(coverage.rows.items()) if row.to_come]
    idle = [f"- {n}" for n, row in sorted(coverage.rows.items()) if not row.hook and not coverage.used_in(row)]
    parts = [INTRO + "\n".join(lines)]
    parts += ["## To come\n\nScores that are not there yet.\n\n" + "\n".join(to_come)] if to_come else []
    parts += ["## In no protocol yet\n\n" + "\n".join(idle)] if idle else []
    return "\n\n".join(parts) + "\n"


def _line(coverage: Coverage, number: str, row: Row) -> str:
    files = [_link(path) for path in coverage.files(row)] or ["hook"]
    scores = [*coverage.constructs(row), *row.scores, *(f"{name} (to come)" for name in row.to_come)]
    hypotheses = coverage.hypotheses(row)
    return " | ".join(
        (
            f"| {number}",
            row.what,
            ", ".join(files),
            ", ".join(coverage.used_in(row)) or "-",
            ", ".join(f"`{column}`" for column in coverage.columns(row)) or "-",
            ", ".join(scores) or f"descriptive: {row.hook or row.why}",
            f"{', '.join(hypotheses) or f'descriptive: {row.why}'} |",
        )
    )


def _link(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return f"[{name.removeprefix(f'stimuli/{LANGUAGE}/').removeprefix('experiments/')}](../{name})"


# ---------------------------------------------------------------- what there is


def _material(name: str) -> Path:
    """A folder or file below the language, or a folder that all languages share."""
    places = [STIMULI / LANGUAGE / name, STIMULI / LANGUAGE / f"{name}.yaml", STIMULI / name, ROOT / name]
    return next((place for place in places if place.exists()), places[1])


def _outcome(task: str) -> list[str]:
    from experiments import find

    return [each.name for each in fields(find(task).outcome)]


def _is_column(column: str, known: set[str]) -> bool:
    """Is it a task's own column, or one of the tables of sessions, screens and people?"""
    from experiments import find, names

    table, _, name = column.partition(".")
    if table in names():
        task = find(table)
        return name in {each.name for cls in (task.given, task.outcome) for each in fields(cls)}
    return table in {"sessions", "screens", "people", "traces"} and (name in known or name.startswith("assigned_"))


def _constructs(scale: Scale) -> list[str]:
    subscales = dict.fromkeys(item.subscale for item in scale.items if item.subscale)
    return [scale.name, *(f"{scale.name}.{subscale}" for subscale in subscales)]


def _words() -> set[str]:
    """Every name in the analysis and in its hypotheses, but for this page's own maker."""
    code = [path for path in (ROOT / "analysis").rglob("*.py") if path != Path(__file__)]
    return {name for path in [*code, HYPOTHESES] for name in NAME.findall(path.read_text(encoding="utf-8"))}


def main() -> None:
    """Writes the page: `python -m analysis.coverage`."""
    coverage = read_coverage()
    for what in coverage.wrong():
        print(what)
    PAGE.write_text(page(coverage), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
