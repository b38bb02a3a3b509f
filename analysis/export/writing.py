"""A dataset is there whole or not at all, in a folder of its own; no file's time says when anybody came."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from analysis.export import bids, psychds, sheets
from analysis.export.release import Choices, Release, release
from analysis.reading.logs import Progress, silent
from analysis.reading.whole import read_tables
from analysis.study import Study
from runner.errors import MachineError, VantageError
from runner.protocol import Protocol

Form = Literal["bids", "psych-ds", "csv"]
FORMS: Mapping[str, Callable[[Release, Path], None]] = {
    "bids": bids.write,
    "psych-ds": psychds.write,
    "csv": sheets.write,
}
PLAIN = Choices()
_TIME = 946_684_800  # 2000-01-01, of every file


def export(
    protocol: Protocol,
    data: Path,
    out: Path,
    form: Form,
    choices: Choices = PLAIN,
    *,
    raw: bool = False,
    jobs: int = 1,
    keep: bool = False,
    progress: Progress = silent,
) -> Release:
    """Writes what may leave of a study's logs below `data` to the new folder `out`; what it is, is given back.

    With `raw` the logs themselves go to `sourcedata/`; they hold codes, times and texts, so `choices` must allow all of
    that.
    """
    if out.exists() or out.is_symlink():
        raise VantageError(f"{out}: this is there already; name a folder that is not, and nothing will be mixed up")
    _refuse_raw(protocol, choices, raw)
    logs, tables = read_tables(
        data, protocol.study, mixed=True, jobs=jobs, keep=keep, progress=progress
    )  # release says it better
    made = release(Study(protocol=protocol, logs=logs, tables=tables), choices)
    folder: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=out.parent))
        FORMS[form](made, folder)
        if raw:
            (folder / "sourcedata").mkdir()
            for session in logs.sessions:
                if session.head.session not in made.sessions:
                    continue  # no consent
                shutil.copyfile(session.path, folder / "sourcedata" / session.path.name)
        _same_time(folder)
        folder.chmod(0o755)
        folder.rename(out)
    except OSError as error:
        what = error.strerror or str(error)
        raise MachineError(
            f"{out}: the dataset can't be written ({what}); make room, or name another folder"
        ) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return made


def _refuse_raw(protocol: Protocol, choices: Choices, raw: bool) -> None:
    if raw and protocol.untraceable:
        raise VantageError("--raw: this study promised that nobody can be traced, and logs hold codes and times")
    if raw and not (choices.texts and choices.least <= 1):
        raise VantageError(
            "--raw: logs hold codes, times, texts and exact answers, so all else that is left out would be in them; "
            "ask for --texts --min-cell 1 too, or leave --raw out"
        )


def _same_time(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (_TIME, _TIME))
