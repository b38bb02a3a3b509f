"""Keys of this station: small files outside every data folder, so that no copy of one opens what is sealed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from pyrage import DecryptError, IdentityError, decrypt, encrypt, x25519

from runner import disk
from runner.errors import MachineError
from runner.privacy.seals import erase

FOLDER = "VANTAGE_KEYS"  # names another folder
Key: TypeAlias = x25519.Identity


def folder() -> Path:
    """Where this account keeps its keys: a place that is neither shared nor, as a rule, copied to other machines."""
    if named := os.environ.get(FOLDER, ""):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Vantage" / "keys"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Vantage" / "keys"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "vantage" / "keys"


def outside(data: Path) -> Path:
    """The folder for keys, which must not be in the data folder that they lock."""
    place = folder().absolute()
    if data.resolve() in (place.resolve(), *place.resolve().parents):
        raise MachineError(f"{place}: keys must not lie in the data folder that they lock; name another in {FOLDER}")
    return place


def make() -> Key:
    """A new key."""
    return Key.generate()


def put(path: Path, *keys: Key) -> None:
    """Keep keys, the newest first, on the disk when this returns; those before are overwritten where that can be."""
    with disk.explained(path, "keeping a key"):
        disk.make_folder(path.parent)
        before = os.open(path, os.O_RDWR) if os.name == "posix" and path.is_file() else -1
        try:
            disk.replace_file(path, "".join(f"{key}\n" for key in keys).encode())
            if before >= 0:  # the file has no name any more, but its bytes are still there
                disk.write_all(before, b"\0" * os.fstat(before).st_size)
                disk.sync(before)
        finally:
            if before >= 0:
                os.close(before)


def get(path: Path) -> tuple[Key, ...]:
    """The keys of a file; none where it isn't there, or where a kill came while they were destroyed."""
    if not path.is_file():
        return ()
    try:
        with disk.explained(path, "reading a key"):
            return tuple(Key.from_str(line) for line in path.read_text(encoding="ascii", errors="replace").split())
    except IdentityError:
        return ()


def destroy(path: Path) -> None:
    """Overwrite and remove a file of keys, and what a kill left of it half-done."""
    for file in (path, path.with_name(f"{path.name}.new")):
        erase(file)


def lock(content: bytes, key: Key) -> bytes:
    """Sealed with a key (age, X25519 and ChaCha20-Poly1305): it can't be read or changed without it."""
    return bytes(encrypt(content, [key.to_public()]))


def unlock(sealed: bytes, keys: Sequence[Key]) -> bytes | None:
    """What was sealed with one of these keys; None with any other, or if it was changed."""
    try:
        return bytes(decrypt(sealed, list(keys))) if keys else None
    except DecryptError:
        return None
