"""The logs that one process reads in one go: what they are, and their tables."""

import gc
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from attrs import evolve, field, frozen

from analysis.reading.apart import OPEN
from analysis.reading.logs import Damaged, name_of, read_file
from analysis.reading.part import Find, Part
from analysis.reading.quick import quick
from analysis.reading.seen import Seen
from runner.records import SessionStarted


@frozen(kw_only=True)
class File:
    """A log's content, in short."""

    name: str  # below the data folder
    size: int
    sha256: str  # empty when it could not be read


@frozen(kw_only=True)
class Entry:
    """One session: where its log is, the head in short, and how many rows it has in each table."""

    name: str
    head: SessionStarted  # without materials, which many sessions share
    materials: str  # their key in the chunk
    counts: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Chunk:
    """What was found in some logs."""

    files: tuple[File, ...]
    sessions: tuple[Entry, ...]
    taken_back: tuple[Entry, ...]
    damaged: tuple[Damaged, ...]
    others: tuple[str, ...]  # studies whose logs were left alone
    materials: Mapping[str, Mapping[str, str]]


def read_chunk(
    data: Path, paths: Sequence[Path], study: str, find: Find | None = None
) -> tuple[Chunk, dict[str, pa.Table]]:
    """Every log of `paths`, all of them below `data`, or it itself."""
    part = Part(find)
    files: list[File] = []
    sessions: list[Entry] = []
    taken_back: list[Entry] = []
    damaged: list[Damaged] = []
    others: dict[str, None] = {}
    materials: dict[str, Mapping[str, str]] = {}
    collecting = gc.isenabled()
    gc.disable()  # nothing here is ever garbage in a circle, and looking for it takes a fifth of the time
    try:
        for path in paths:
            name = name_of(path, data)
            file, those = _read(path, name)
            files.append(file)
            for found in those:
                if isinstance(found, Damaged):
                    damaged.append(found)
                elif found.head.study != study:
                    others[found.head.study] = None
                elif found.withdraws:
                    taken_back.append(_entry(name, found, materials))
                else:
                    part.add(found)
                    sessions.append(_entry(name, found, materials, part.counts[-1]))
        tables = part.tables()
    finally:
        if collecting:
            gc.enable()
    chunk = Chunk(
        files=tuple(files),
        sessions=tuple(sessions),
        taken_back=tuple(taken_back),
        damaged=tuple(damaged),
        others=tuple(others),
        materials=materials,
    )
    return chunk, tables


def _read(path: Path, name: str) -> tuple[File, Sequence[Seen | Damaged]]:
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    found = quick(content) if content and path.name != OPEN else None
    file = File(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    if found is not None:
        return file, [found]
    sessions = read_file(path, name)  # there is something to this log: a break, a torn line, damage; or it is a pool
    return file, [session if isinstance(session, Damaged) else session.seen() for session in sessions]


def _entry(name: str, found: Seen, materials: dict[str, Mapping[str, str]], counts: Mapping[str, int] = {}) -> Entry:
    head = found.brief()
    key = hashlib.sha256(repr(sorted(head.materials.items())).encode()).hexdigest() if head.materials else ""
    if key:
        materials[key] = head.materials
    return Entry(name=name, head=evolve(head, materials={}), materials=key, counts=counts)
