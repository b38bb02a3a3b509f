"""A laboratory's own materials: a folder `materials` beside its protocol, with folders like those of `stimuli`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import asdict

from runner.declarations.rules import LANGUAGE
from runner.declarations.sources import read_source
from runner.protocol import Protocol

FOLDER = "materials"
COMMON = "common"  # the word lists that all causes share


def beside(path: Path) -> str:
    """The folder with the laboratory's own materials for a protocol; empty where there is none."""
    folder = path.parent / FOLDER
    return str(folder) if folder.is_dir() else ""


def kept(protocol: Protocol, language: str) -> dict[str, str]:
    """What a log keeps: the text of every file of the laboratory's own that the protocol names, by its path there."""
    if not protocol.materials:
        return {}
    folder, names = Path(protocol.materials), {protocol.pack, COMMON, *named(protocol)}
    files = [*folder.glob(f"{language}/**/*.yaml"), *folder.glob("*/*.csv")]
    found = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: read_source(path)[1].decode("utf-8")
        for name, path in sorted(found.items())
        if _key(name, language) in names
    }


def misplaced(folder: Path, stimuli: Path) -> Iterator[tuple[Path, str]]:
    """Files that no protocol can name, since they are not where materials are looked for, each with the reason."""
    kinds = sorted(path.name for path in (stimuli / "en").iterdir() if path.is_dir())
    tables = {path.parent.name for path in stimuli.glob("*/*.csv")}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_dir() or any(part.startswith(".") for part in parts) or path.suffix in {".md", ".txt", ".pdf"}:
            continue
        where = parts[:-1]
        if len(where) == 1 and where[0] in tables:
            if path.suffix != ".csv":
                yield path, f"what stands in {where[0]} are files that end in .csv"
        elif len(where) < 2 or not LANGUAGE.fullmatch(where[0]) or where[1] not in kinds or len(where) > 3:
            yield path, f"materials stand in <language>/<kind>, such as en/scales; the kinds are {', '.join(kinds)}"
        elif path.suffix != ".yaml":
            yield path, "materials are files that end in .yaml"


def _key(name: str, language: str) -> str:
    """The name in a protocol that a file has."""
    below = name.removeprefix(f"{language}/").split("/", 1)[1]
    return below.rpartition(".")[0]


def named(protocol: Protocol) -> Iterator[str]:
    """Every text among the phases' parameters, some of which are names of materials."""
    for phase in protocol.phases:
        for _, params in phase.variants:
            yield from _texts(asdict(params))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple | set | frozenset):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
