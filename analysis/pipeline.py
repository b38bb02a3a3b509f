"""From a folder of logs to a folder of results; what is written is whole or not there."""

import os
import shutil
import tempfile
from pathlib import Path

from analysis.cells import to_csv
from analysis.codebook import codebook
from analysis.derived import derived
from analysis.logs import Progress, read_logs, silent
from analysis.report import pictures, render
from analysis.results import Results, results_of
from analysis.study import Study, examine
from analysis.tables import Find
from runner.errors import MachineError
from runner.protocol import Protocol

_PARTS = ("tables", "figures", "codebook.csv", "results.json", "report.html")


def analyze(
    protocol: Protocol,
    data: Path,
    out: Path,
    *,
    mixed: bool = False,
    progress: Progress = silent,
    find: Find | None = None,
) -> Results:
    """Analyses every log of a study below `data` and writes tables, codebook, figures, results and report to `out`.

    Earlier results in `out` are replaced at the end, all at once; other files there are left alone.
    """
    study = examine(protocol, read_logs(data, protocol.study, mixed=mixed, progress=progress), find)
    progress("testing hypotheses", 0, 1)
    results = results_of(study)
    progress("testing hypotheses", 1, 1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".analysis-", dir=out) as made:
            write(study, results, Path(made), progress)
            _replace(Path(made), out)
    except OSError as error:
        raise MachineError(
            f"{out}: the results can't be written here ({error.strerror}); name another folder"
        ) from error
    return results


def write(study: Study, results: Results, folder: Path, progress: Progress = silent) -> None:
    """Everything about a study into an empty folder."""
    tables = folder / "tables"
    tables.mkdir()
    worked_out = derived(study)
    frames = {
        **study.tables.named(),
        **{name: frame for name, (frame, _) in worked_out.items()},
    }
    for name, frame in frames.items():
        _write(tables / f"{name}.csv", to_csv(frame))
    _write(folder / "codebook.csv", to_csv(codebook(study.tables, worked_out)))
    progress("drawing figures", 0, 1)
    drawn = pictures(study)
    (folder / "figures").mkdir()
    for picture in drawn:
        picture.write(folder / "figures")
    progress("drawing figures", 1, 1)
    (folder / "results.json").write_bytes(results.json())
    _write(folder / "report.html", render(study, results, drawn))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _replace(made: Path, out: Path) -> None:
    """Moves what was made to its place; the report last, since it is what people open."""
    for name in _PARTS:
        target = out / name
        if target.is_dir():
            old = Path(tempfile.mkdtemp(prefix=".analysis-old-", dir=out))
            target.rename(old / name)
            (made / name).rename(target)
            shutil.rmtree(old)
        else:
            os.replace(made / name, target)
