"""Where something of a person stands outside the logs: tables, reports and exports that were made of them.

What is made can be made anew, so it goes whole. Results and datasets are known by their files, and by a note of where
they were written (`disk.note_made`); a dataset holds no code of anybody, so any of the study may hold this person too.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from runner import disk
from runner.privacy.seals import erase

RESULTS = ("tables", "figures", "codebook.csv", "results.json", "report.pdf", "report.html")  # of `vantage analyze`
_SHORTEST = 12  # characters of an answer in own words by which a copy of it is looked for


@frozen(kw_only=True)
class Made:
    """Something made of the logs: `parts` are Vantage's own files and folders in it."""

    folder: Path
    parts: tuple[Path, ...]


def noted(data: Path, study: str) -> list[Path]:
    """Folders that results and datasets were written to, as far as they were noted beside these data."""
    beside = (data.resolve().parent, data.resolve(), data.resolve() / study)
    lines = [line for folder in beside if (folder / disk.MADE).is_file() for line in _lines(folder / disk.MADE)]
    return [Path(line) for line in dict.fromkeys(lines)]


def made(places: Iterable[Path], study: str) -> list[Made]:
    """Results and datasets of a study, in these folders or below them."""
    found: dict[Path, Made] = {}
    for place in places:
        for folder in _folders(place):
            what = _what(folder, study)
            if what and not any(folder.is_relative_to(known) for known in found):
                found[folder] = what
    return list(found.values())


def remove(what: Made) -> None:
    """Overwrite and remove something that can be made anew; a folder with other files in it stays, with these."""
    for part in what.parts:
        for file in [part] if part.is_file() else sorted(part.rglob("*")):
            if not file.is_symlink():
                erase(file)
        with disk.explained(part, "removing what was made of erased data"):
            if part.is_dir() and not part.is_symlink():
                shutil.rmtree(part)
    if what.folder.is_dir() and not any(what.folder.iterdir()):
        what.folder.rmdir()


def naming(folders: Iterable[Path], needles: Sequence[str]) -> Iterator[Path]:
    """Files in which one of these stands, as a word of its own."""
    words = b"|".join(re.escape(needle.encode()) for needle in needles if needle)
    search = re.compile(rb"(?<![A-Za-z0-9_-])(?:" + words + rb")(?![A-Za-z0-9_-])").search
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and search(path.read_bytes()):
                yield path


def own_words(answers: Iterable[object]) -> list[str]:
    """Answers in a person's own words, as they stand in files; short ones are anybody's."""
    texts = [answer for answer in answers if isinstance(answer, str) and len(answer) >= _SHORTEST and " " in answer]
    return list(dict.fromkeys(texts))


def _lines(note: Path) -> list[str]:
    with disk.explained(note, "reading where results were written"):
        return note.read_text(encoding="utf-8").splitlines()


def _folders(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield place.resolve()
        yield from sorted(path for path in place.resolve().rglob("*") if path.is_dir() and not path.is_symlink())


def _what(folder: Path, study: str) -> Made | None:
    if (folder / "results.json").is_file() and (folder / "report.html").is_file():
        return _of_study(folder, tuple(folder / name for name in RESULTS if (folder / name).exists()), study)
    described = (folder / "dataset_description.json").is_file()
    if described or ((folder / "codebook.csv").is_file() and (folder / "participants.csv").is_file()):
        return _of_study(folder, tuple(sorted(folder.iterdir())), study)
    return None


def _of_study(folder: Path, parts: tuple[Path, ...], study: str) -> Made | None:
    return Made(folder=folder, parts=parts) if next(naming([folder], [study]), None) else None
