"""The studies that a station can hold: the protocols in its folders, and what an assistant may know of each."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from runner.checks.approval import lacking
from runner.errors import VantageError
from runner.protocol import Protocol


@frozen(kw_only=True)
class Study:
    """A protocol and its file. Purpose, cells and what participants are not told stay in it."""

    path: Path
    protocol: Protocol
    ready: bool  # for real sessions
    missing: tuple[str, ...] = ()  # facts to fill in, where it isn't
    consents: bool = False  # does it ask for agreement on the screen?

    def title(self, language: str) -> str:
        """As participants read it, in one of the study's languages."""
        titles = self.protocol.title
        return titles.get(language) or titles[self.protocol.languages[0]]


@frozen(kw_only=True)
class Broken:
    """A file that is no study, and the first thing that is wrong with it."""

    path: Path
    why: str


Found = Study | Broken


def find(folders: Iterable[Path]) -> list[Found]:
    """Every protocol directly in these folders, in order of their names; a file that can't be read is told, too."""
    paths = {path.resolve(): path for folder in folders for path in sorted(_files(folder))}
    return [read(path) for path in paths.values()]


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file()]
    except OSError:
        return []  # a share that is away: the studies of the other folders are there


def read(path: Path) -> Found:
    """One file."""
    from experiments import find as task
    from runner.declarations.protocols import read_protocol

    try:
        protocol = read_protocol(path)
    except (VantageError, OSError) as error:
        return Broken(path=path, why=_first(str(error), path))
    tasks = {phase.task: task(phase.task) for phase in protocol.phases}
    owed = lacking(protocol, tasks)
    consents = any(each.consents for each in tasks.values())
    return Study(path=path, protocol=protocol, ready=not owed.why, missing=owed.facts, consents=consents)


def _first(message: str, path: Path) -> str:
    """The first line of a message, its file by name alone."""
    line = next(iter(message.splitlines()), "")
    return line.replace(str(path), path.name)[:200]


def titles(studies: Sequence[Study], language: str) -> list[str]:
    """What stands in the list: the titles, and where several have one title, which study it is."""
    plain = [study.title(language) for study in studies]
    return [
        f"{title} ({study.protocol.study})" if plain.count(title) > 1 else title
        for study, title in zip(studies, plain, strict=True)
    ]
