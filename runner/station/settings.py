"""What a machine of the laboratory is told once: `station.toml` in its data folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from attrs import fields, frozen

from runner import disk
from runner.errors import DeclarationError, MachineError, Mistake

FILE = "station.toml"
Codes = Literal["issued", "own"]
NAME_LENGTH = 32  # characters of a station's name


@frozen(kw_only=True)
class Settings:
    """The keys of the file; each may be left out."""

    ledger: str = ""  # the PostgreSQL server with the slots
    station: str = ""  # this machine's name
    studies: tuple[str, ...] = ()  # folders with protocols; relative ones: in the data folder, or beside it
    language: str = ""  # of the start window
    display: str = ""  # the one that participants sit at, by its name in the system
    codes: Codes = "issued"  # "own": the laboratory's codes, which have no check character

    def folders(self, data: Path) -> list[Path]:
        """Where protocols are looked for: the folders named, or `protocols` beside the data folder."""
        return [_found(data.absolute(), name) for name in self.studies or ("protocols",)]


def _found(data: Path, name: str) -> Path:
    inside = data / name  # an absolute one stays what it is
    return inside if inside.is_dir() else data.parent / name


def read(data: Path) -> Settings:
    """The settings of the machine that `data` is on; all at their defaults where there is no file."""
    file = data / FILE
    if not file.is_file():
        return Settings()
    import tomllib  # here, since every session asks, and most stations need no file

    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(file, f'can\'t be read ({error}); it wants lines such as station = "lab-3"') from None
    known = [field.name for field in fields(Settings)]
    for key, value in said.items():
        if key not in known and not isinstance(value, dict):  # a table is for whoever knows it
            raise _wrong(file, f"unknown key {key!r}; there are {', '.join(known)}")
    return Settings(**{key: _value(file, key, said[key]) for key in known if key in said})


def write(data: Path, changes: Mapping[str, str | tuple[str, ...]]) -> Path:
    """Put these keys into the file, whatever else stands in it; it is made, with its folder, where there is none."""
    import tomllib

    file = data / FILE
    for key, value in changes.items():
        _value(file, key, list(value) if isinstance(value, tuple) else value)
    try:
        disk.make_folder(data.absolute())
        read(data)  # what can't be read is not made worse
        old = file.read_text(encoding="utf-8") if file.is_file() else ""
        new = _changed(old, changes)
        content = new.encode()
        if tomllib.loads(new) != {**tomllib.loads(old), **_plain(changes)}:
            raise ValueError(new)
        disk.replace_file(file, content)
    except ValueError:  # a value of several lines, a folder's name that is no text ...
        raise _wrong(file, "can't be changed from here; edit it by hand, one line for each key") from None
    except OSError as error:
        raise MachineError(f"{file}: can't be written ({error}); choose another data folder with --data") from None
    return file


def _changed(old: str, changes: Mapping[str, str | tuple[str, ...]]) -> str:
    """The text with one line for each change before all others, and without the lines that it replaces."""
    import json

    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in changes.items()]
    kept, inside = [], False
    for line in old.splitlines():
        inside = inside or line.lstrip().startswith("[")
        key = line.partition("=")[0].strip()
        if inside or key not in changes:
            kept.append(line)
    return "\n".join([*lines, *kept]) + "\n"


def _plain(changes: Mapping[str, str | tuple[str, ...]]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in changes.items()}


# ---------------------------------------------------------------- what a key may be


def _value(file: Path, key: str, got: Any) -> Any:
    """A value of the right kind, or a refusal."""
    if key == "studies":
        if not isinstance(got, list) or not all(isinstance(name, str) and name.strip() for name in got):
            raise _wrong(file, f"'studies' wants folders in quotes, such as [\"protocols\"], got {got!r}")
        return tuple(got)
    if key == "ledger" and not isinstance(got, str):
        raise _wrong(file, f"'ledger' wants an address in quotes, got {got!r}")
    if not isinstance(got, str):
        raise _wrong(file, f"{key!r} wants a text in quotes, got {got!r}")
    if key == "codes" and got not in get_args(Codes):
        raise _wrong(file, f'\'codes\' wants "issued" or "own", got {got!r}')
    if key == "station" and (what := unnamed(got)):
        raise _wrong(file, f"'station' {what}, got {got!r}")
    return got


def unnamed(name: str) -> str:
    """Why a text can't be a station's name, or nothing: it stands in logs, lists and tables."""
    if len(name) > NAME_LENGTH:
        return f"wants at most {NAME_LENGTH} characters"
    if not all(c.isascii() and (c.isalnum() or c in "-_. ") for c in name) or (name[:1] in "-. " and name):
        return "wants letters, digits, blanks, - _ or ., beginning with a letter or digit"
    return ""


def _wrong(file: Path, what: str) -> DeclarationError:
    return DeclarationError(Mistake(str(file), 0, 0, what))
