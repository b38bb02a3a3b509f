"""What one process does for many: it reads some logs and leaves their tables as Arrow files. It loads no pandas."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from analysis.reading.chunk import Chunk, read_chunk


def read_and_write(data: Path, study: str, folder: Path, number: int, paths: Sequence[Path]) -> tuple[Chunk, list[str]]:
    """Chunk number `number` of the logs below `data`, and the names of its tables, now in `folder`."""
    chunk, tables = read_chunk(data, paths, study)
    write(tables, folder, number)
    return chunk, list(tables)


def write(tables: Mapping[str, pa.Table], folder: Path, number: int) -> None:
    """The tables of a chunk, as Arrow files."""
    for name, table in tables.items():
        file = str(_file(folder, number, name))
        with pa.OSFile(file, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)


def load(folder: Path, number: int, names: Sequence[str]) -> dict[str, pa.Table]:
    """The same, back in memory; OSError when one is gone, ArrowInvalid when it is no Arrow file."""
    found = {}
    for name in names:
        with _opened(_file(folder, number, name)) as file:
            found[name] = pa.ipc.open_file(file).read_all()
    return found


def _opened(file: Path) -> pa.NativeFile:
    """A file that is not copied to memory, where one in use can be removed all the same; Windows would refuse that."""
    return pa.memory_map(str(file)) if os.name == "posix" else pa.OSFile(str(file), "rb")


def _file(folder: Path, number: int, table: str) -> Path:
    return folder / f"{number:05d}-{table}.arrow"
