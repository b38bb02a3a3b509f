"""From a folder of logs to a folder of results; what is written is whole or not there."""

import os
import shutil
import tempfile
from pathlib import Path

import attrs
import pandas as pd

from analysis.blind import blinded, public
from analysis.coding import with_codes
from analysis.derived import derived, specified
from analysis.earlier import items
from analysis.figures.curves import specification_curves
from analysis.multiverse import multiverse as every_specification
from analysis.reading.cells import to_csv
from analysis.reading.codebook import codebook
from analysis.reading.logs import Progress, silent
from analysis.reading.tables import Find
from analysis.reading.whole import read_tables
from analysis.registration.deviations import Compared
from analysis.registration.preregistration import Registered, compared
from analysis.report.page import pictures, render
from analysis.report.paper import pdf
from analysis.results import Results, results_of
from analysis.study import Study
from runner.errors import MachineError
from runner.protocol import Protocol

_PARTS = ("tables", "figures", "codebook.csv", "results.json", "report.pdf", "report.html")


def analyze(
    protocol: Protocol,
    data: Path,
    out: Path,
    *,
    mixed: bool = False,
    progress: Progress = silent,
    find: Find | None = None,
    registered: Registered | None = None,
    jobs: int = 1,
    keep: bool = False,
    blind: str | None = None,
    multiverse: bool = False,
    codes: pd.DataFrame | None = None,
    before: tuple[Protocol, Path] | None = None,
) -> Results:
    """Analyses every log of a study below `data` and writes tables, codebook, figures, results and report to `out`.

    Earlier results in `out` are replaced at the end, all at once; other files there are left alone. With `registered`
    the report tells how the analysis stands to its preregistration. Where this machine can't set a PDF, there is none.
    `blind` is a seed that conditions are scrambled with; `multiverse` runs all analyses of the primary tests.
    `codes` are those of suspicion (`coding.read_codes`); they exclude nobody.
    `before` is an earlier study of the same people, whose scales are put beside this one's, and where its logs are.
    `jobs` processes read the logs; with `keep` the tables are kept beside `data` and read from there the next time.
    """
    logs, tables = read_tables(data, protocol.study, mixed=mixed, jobs=jobs, keep=keep, find=find, progress=progress)
    if codes is not None:
        tables = with_codes(tables, codes)
    study = Study(protocol=protocol, logs=logs, tables=tables)
    if before is not None:
        earlier, place = before
        read = read_tables(place, earlier.study, mixed=mixed, jobs=jobs, keep=keep, find=find, progress=progress)
        study = attrs.evolve(study, earlier=items(study, Study(protocol=earlier, logs=read[0], tables=read[1])))
    if blind is not None:
        study = blinded(study, blind)
    progress("testing hypotheses", 0, 1)
    results = results_of(study)
    progress("testing hypotheses", 1, 1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".analysis-", dir=out) as made:
            write(study, results, Path(made), progress, registered, multiverse=multiverse)
            _replace(Path(made), out)
    except OSError as error:
        raise MachineError(
            f"{out}: the results can't be written here ({error.strerror}); name another folder"
        ) from error
    return results


def write(
    study: Study,
    results: Results,
    folder: Path,
    progress: Progress = silent,
    registered: Registered | None = None,
    *,
    multiverse: bool = False,
) -> None:
    """Everything about a study into an empty folder; of a blind one what tells nobody's true condition."""
    tables = folder / "tables"
    tables.mkdir()
    worked_out = derived(study)
    cells = every_specification(study, progress=progress) if multiverse else None
    if cells is not None:
        worked_out["multiverse"] = specified(cells)
    book = codebook(study.tables, worked_out)
    frames = {
        **study.tables.named(),
        **{name: frame for name, (frame, _) in worked_out.items()},
    }
    if study.blind:
        frames = {name: frame for name, (frame, _) in public(study, worked_out).items()}
        book = book[[(c in frames.get(t, ())) for t, c in zip(book["table"], book["column"], strict=True)]]
    for name, frame in frames.items():
        _write(tables / f"{name}.csv", to_csv(frame))
    _write(folder / "codebook.csv", to_csv(book))
    progress("drawing figures", 0, 1)
    drawn = [*pictures(study), *(specification_curves(cells) if cells is not None else ())]
    (folder / "figures").mkdir()
    for picture in drawn:
        picture.write(folder / "figures")
    progress("drawing figures", 1, 1)
    (folder / "results.json").write_bytes(results.json())
    page = render(study, results, drawn, _compared(study, registered), cells)
    _write(folder / "report.html", page)
    progress("setting the PDF", 0, 1)
    if (sheets := pdf(page)) is not None:
        (folder / "report.pdf").write_bytes(sheets)
    progress("setting the PDF", 1, 1)


def _compared(study: Study, registered: Registered | None) -> Compared | None:
    if registered is None:
        return None
    people = study.sessions["participant"].nunique()
    return compared(registered, study.logs.protocols, people)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _replace(made: Path, out: Path) -> None:
    """Moves what was made to its place; the report last, since it is what people open."""
    for name in _PARTS:
        target = out / name
        if not (made / name).exists():  # a PDF that can't be set here; an earlier one would be of other results
            target.unlink(missing_ok=True)
        elif target.is_dir():
            old = Path(tempfile.mkdtemp(prefix=".analysis-old-", dir=out))
            target.rename(old / name)
            (made / name).rename(target)
            shutil.rmtree(old)
        else:
            os.replace(made / name, target)
