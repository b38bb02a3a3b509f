"""Which pools were put together from which, so that a withdrawal follows a part to wherever it stands.

`gathered.json` beside a pool's files names data folders, and the last day on which a key finds a part here. It says of
no part where it came from.
"""

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from runner import disk
from runner.errors import HistoryError
from runner.privacy.apart import FOLDER

NOTE = "gathered.json"
_EPOCH = (946684800, 946684800)  # 2000-01-01, as of all files beside it


@frozen(kw_only=True)
class Gathered:
    """Data folders of other pools with the same parts, and until when a key finds these."""

    came: tuple[str, ...] = ()  # from there
    went: tuple[str, ...] = ()  # to there
    until: str = ""


def read(pool: Path) -> Gathered:
    """What is noted in a pool's folder; nothing, where nothing was gathered."""
    path = pool / NOTE
    if not path.is_file():
        return Gathered()
    try:
        with disk.explained(path, "reading where parts were gathered"):
            kept = json.loads(path.read_bytes())
        if kept["until"]:
            date.fromisoformat(kept["until"])
        return Gathered(came=tuple(map(str, kept["came"])), went=tuple(map(str, kept["went"])), until=kept["until"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HistoryError("this doesn't say where parts were gathered; use a copy that is whole", path) from None


def note(pools: Sequence[Path], into: Path, until: str) -> list[Path]:
    """Note it on both sides, before anything is gathered; the folders that can't be written to are told."""
    came = {*read(into).came, *(str(_data(pool)) for pool in pools)}
    days = [until, *(read(pool).until for pool in pools)]
    _write(into, evolve(read(into), came=tuple(sorted(came)), until=max(days)))
    silent = []
    for pool in pools:
        try:
            _write(pool, evolve(read(pool), went=tuple(sorted({*read(pool).went, str(_data(into))}))))
        except OSError:
            silent.append(_data(pool))
    return silent


def everywhere(folders: Iterable[Path], study: str) -> tuple[list[Path], list[Path]]:
    """These data folders with all in which their parts may stand, too; and of the latter those that aren't there."""
    waiting = [folder.resolve() for folder in folders if (folder / study).is_dir()]
    there, missing = dict[Path, None](), dict[Path, None]()
    while waiting:
        folder = waiting.pop(0)
        if folder in there or folder in missing:
            continue
        (there if (folder / study).is_dir() else missing)[folder] = None
        for pool in sorted((folder / study).glob(f"*/{FOLDER}")):
            found = read(pool)
            waiting += [Path(each) for each in (*found.came, *found.went)]
    return list(there), list(missing)


def _data(pool: Path) -> Path:
    return pool.resolve().parents[2]


def _write(pool: Path, what: Gathered) -> None:
    disk.make_folder(pool)
    kept = {"came": what.came, "went": what.went, "until": what.until}
    disk.replace_file(pool / NOTE, json.dumps(kept, indent=1).encode())
    os.utime(pool / NOTE, _EPOCH)
    with suppress(OSError):  # Windows opens no folder for that
        os.utime(pool, _EPOCH)
