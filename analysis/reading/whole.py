"""A folder of logs to tables: from what is kept of them, or read by as many processes as are wanted."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
from attrs import evolve

from analysis.devices import with_devices
from analysis.reading.cache import Made, Shelf
from analysis.reading.chunk import Chunk, Entry, read_chunk
from analysis.reading.frames import joined
from analysis.reading.logs import Known, Logs, Progress, files_below, refuse, silent, withdrawn_of
from analysis.reading.part import Find
from analysis.reading.shapes import SCREENS, SESSIONS, task_columns
from analysis.reading.tables import Tables, tables_of
from analysis.reading.work import load, read_and_write
from runner.errors import VantageError

_MOST = 50  # logs that are read in one go
_WORTH = 16 * 2**20  # bytes of logs below which a second process costs more than it saves


def read_tables(
    data: Path,
    study: str,
    *,
    mixed: bool = False,
    jobs: int = 1,
    keep: bool = True,
    find: Find | None = None,
    progress: Progress = silent,
) -> tuple[Logs, Tables]:
    """Every log of `study` below `data`, and its tables; sessions in the order in which they began.

    Each log's chain is verified; a damaged one is named and left out, whole. `jobs` processes share the work (above 1
    the calling script needs the usual `if __name__ == "__main__"`); with `keep` the tables are kept beside `data`, and
    read from there as long as neither a log nor Vantage changes.
    """
    if not data.exists():
        raise VantageError(f"{data}: there is no such folder; name the one that `vantage run` or `simulate` wrote to")
    files, closed = files_below(data)
    paths = [path for path in files if path == data or path.suffix == ".jsonl"]
    shelf = Shelf(data, study) if keep and find is None and data.is_dir() else None
    made = shelf.tables(paths) if shelf else None
    if made is None:
        made = _read(data, paths, study, jobs, shelf, find, progress)
    progress("reading logs", len(paths), len(paths))
    chunks = [chunk for chunk, _ in made]
    entries = [(entry, chunk) for chunk in chunks for entry in chunk.sessions]
    order = sorted(range(len(entries)), key=lambda i: (entries[i][0].head.at, entries[i][0].head.session))
    known = tuple(_known(data, *entries[i]) for i in order)
    taken_back = [(entry, chunk) for chunk in chunks for entry in chunk.taken_back]
    logs = Logs(
        sessions=known,
        damaged=(*closed, *(damaged for chunk in chunks for damaged in chunk.damaged)),
        withdrawn=withdrawn_of(files, [e.head for e, _ in taken_back], study, {s.head.store for s in known}),
        to_erase=tuple(str(_known(data, *one).path) for one in taken_back),
        other_studies=tuple(sorted({other for chunk in chunks for other in chunk.others})),
    )
    refuse(logs, data, study, mixed)
    tables = joined([tables for _, tables in made], [entry.counts for entry, _ in entries], order)
    return logs, with_devices(_tables(tables, known, find), known, set(files))


def _tables(tables: dict[str, pa.Table], known: Sequence[Known], find: Find | None) -> Tables:
    if find is None:
        from experiments import find as all_tasks

        find = all_tasks
    columns = {"sessions": SESSIONS, "screens": SCREENS}
    columns |= {name: task_columns(find(name)) for name in tables if name not in columns}
    return tables_of(tables, columns, [session.head.plan["assigned"] for session in known])


def _known(data: Path, entry: Entry, chunk: Chunk) -> Known:
    head = evolve(entry.head, materials=chunk.materials[entry.materials]) if entry.materials else entry.head
    return Known(path=data if data.is_file() else data / entry.name, head=head)


# ---------------------------------------------------------------- reading


def _read(
    data: Path,
    paths: Sequence[Path],
    study: str,
    jobs: int,
    shelf: Shelf | None,
    find: Find | None,
    progress: Progress,
) -> Made:
    """The tables of every log, made anew, and kept where there is a shelf."""
    size = min(-(-len(paths) // (4 * jobs)), _MOST) or 1  # four goes each, so that none waits long at the end
    chunks = [paths[first : first + size] for first in range(0, len(paths), size)]
    if jobs > 1 and find is None and sum(map(_size, paths)) > _WORTH:
        return _shared(data, chunks, study, jobs, shelf, progress)
    made: Made = []
    for chunk in chunks:
        progress("reading logs", len(made) * size, len(paths))
        made.append(read_chunk(data, chunk, study, find))
    if shelf:
        shelf.put(made)
    return made


def _shared(
    data: Path, chunks: Sequence[Sequence[Path]], study: str, jobs: int, shelf: Shelf | None, progress: Progress
) -> Made:
    """The same by several processes, which hand their tables over as files."""
    made: Made = []
    total = sum(map(len, chunks))
    with _folder(shelf) as folder, ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        work = partial(read_and_write, data, study, folder)
        for number, (chunk, names) in enumerate(pool.map(work, range(len(chunks)), chunks)):
            progress("reading logs", sum(len(c.files) for c, _ in made), total)
            made.append((chunk, load(folder, number, names)))
        if shelf:
            with suppress(OSError):
                shelf.adopt(folder, made)
    return made


@contextmanager
def _folder(shelf: Shelf | None) -> Iterator[Path]:
    """An empty folder for as long as it is needed: beside the kept tables where it can be."""
    place = None
    if shelf:
        with suppress(OSError):
            shelf.folder.parent.mkdir(mode=0o700, exist_ok=True)
            place = shelf.folder.parent if os.access(shelf.folder.parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=".making-", dir=place) as folder:
        yield Path(folder)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # told when it is read
        return 0
