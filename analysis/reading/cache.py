"""Tables that were made are kept beside the data folder, by the content of every log and the code that read them.

One set is kept for each data folder and study. Whatever is erased from the logs is erased from here at once: by
`runner.disk.forget_tables` when a participant takes the data back, and by the next reading of logs that changed.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec
import pyarrow as pa
from attrs import frozen

from analysis.reading.chunk import Chunk, File
from analysis.reading.logs import name_of
from analysis.reading.work import load, write
from runner import disk

_PACKAGES = ("analysis", "experiments", "runner", "stimuli")
_THREADS = 4
Made = list[tuple[Chunk, dict[str, pa.Table]]]


@frozen(kw_only=True)
class Kept:
    """The table of contents: written last, so that what has none was never finished."""

    code: str
    files: tuple[File, ...]
    chunks: tuple[Chunk, ...]
    tables: tuple[tuple[str, ...], ...]  # of each chunk


class Shelf:
    """Where the tables of one data folder and study are kept."""

    def __init__(self, data: Path, study: str) -> None:
        place = data.resolve()
        name = hashlib.sha256(f"{place}\0{study}".encode()).hexdigest()[:16]
        self.data, self.folder = data, place.parent / disk.TABLES / name

    def tables(self, paths: Sequence[Path]) -> Made | None:
        """What was made of exactly these logs, or None; what was made of others is removed."""
        kept = self._contents()
        if kept is None or not self._is_of(kept, paths):
            shutil.rmtree(self.folder, ignore_errors=True)
            return None
        both = enumerate(zip(kept.chunks, kept.tables, strict=True))
        try:
            return [(chunk, load(self.folder, number, names)) for number, (chunk, names) in both]
        except (OSError, pa.ArrowInvalid):  # somebody removed a part of it
            return None

    def _contents(self) -> Kept | None:
        try:
            return msgspec.json.decode((self.folder / "contents.json").read_bytes(), type=Kept)
        except (OSError, msgspec.MsgspecError):
            return None

    def _is_of(self, kept: Kept, paths: Sequence[Path]) -> bool:
        if kept.code != code() or [file.name for file in kept.files] != [name_of(p, self.data) for p in paths]:
            return False
        try:
            if [file.size for file in kept.files] != [os.stat(path).st_size for path in paths]:
                return False
            with ThreadPoolExecutor(_THREADS) as threads:
                return [file.sha256 for file in kept.files] == list(threads.map(_sha256, paths))
        except OSError:
            return False

    def put(self, made: Made) -> None:
        """Keep these tables instead of earlier ones; where that can't be done, none are kept."""
        with suppress(OSError):
            self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".making-", dir=self.folder.parent) as folder:
                for number, (_, tables) in enumerate(made):
                    write(tables, Path(folder), number)
                self.adopt(Path(folder), made)

    def adopt(self, folder: Path, made: Made) -> None:
        """The same with tables that are in files already, beside where they will be."""
        chunks = tuple(chunk for chunk, _ in made)
        kept = Kept(
            code=code(),
            files=tuple(file for chunk in chunks for file in chunk.files),
            chunks=chunks,
            tables=tuple(tuple(tables) for _, tables in made),
        )
        (folder / "contents.json").write_bytes(msgspec.json.encode(kept))
        shutil.rmtree(self.folder, ignore_errors=True)
        folder.rename(self.folder)
        folder.mkdir()  # whoever made it will remove it


@cache
def code() -> str:
    """A hash of everything that decides what a table holds: Vantage's own modules, and Arrow's version."""
    found = hashlib.sha256(pa.__version__.encode())
    root = Path(__file__).parents[2]
    for path in sorted(path for package in _PACKAGES for path in (root / package).rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
