"""Names and contact data, where a laboratory needs them at all: a lab machine can write them and can't read them.

Each entry is a file of its own, encrypted with age (X25519, ChaCha20-Poly1305) to the public keys of two people, the
investigator and the data steward, so that one lost key loses nothing. Files have random names and the same time, are
filled up so that their lengths tell nothing, and lie outside every data folder. No entry is ever changed; who has a key
removes them.
"""

import json
import os
import secrets
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from pyrage import DecryptError, IdentityError, RecipientError, decrypt, encrypt, x25519

from runner import disk
from runner.errors import DeclarationError, HistoryError, MachineError, Mistake

ENDING = ".age"
LONGEST = 200  # characters of a name or an address
FEWEST_KEYS = 2
_STEP = 1024  # bytes that an entry is filled up to
_TIME = 946_684_800  # 2000-01-01, of every entry


@frozen(kw_only=True)
class Contact:
    """How a participant can be reached. The code ties it to the sessions of a study; nothing else does."""

    study: str
    participant: str
    name: str = ""
    reach: str = ""  # e-mail address, telephone number or the like
    wants: str = ""  # what for: "waves", "results" ...


@frozen(kw_only=True)
class Settings:
    """What `[contacts]` of station.toml says: where entries go, and to whom they are encrypted."""

    folder: Path
    keys: tuple[str, ...]


def settings(data: Path, named: Sequence[str] = (), folder: Path | None = None) -> Settings:
    """The keys and the folder of a station; what is `named` comes before what its file says."""
    place, listed = _said(data)
    keys = tuple(dict.fromkeys(named or listed))
    if len(keys) < FEWEST_KEYS:
        raise _wrong(
            "contacts",
            "are encrypted to two people at least, so that one lost key loses nothing, "
            f"got {len(keys)}; make keys with `vantage contacts new-key`, and name their public halves with --to or in "
            "[contacts] of station.toml",
        )
    for key in keys:
        _recipient(key)
    return Settings(folder=apart(folder or place, data), keys=keys)


def folder(data: Path) -> Path:
    """Where the entries of a station are."""
    return apart(_said(data)[0], data)


def _said(data: Path) -> tuple[Path, list[str]]:
    """Folder and public keys as the station's file has them; without one, the folder `contacts` beside the data."""
    file = data / "station.toml"
    said: Any = {}
    if file.is_file():
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8")).get("contacts", {})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong(str(file), f"can't be read ({error}); it wants a table [contacts] with keys") from None
    listed, where = (said.get("keys", []), said.get("folder", "")) if isinstance(said, dict) else (None, "")
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed) or not isinstance(where, str):
        raise _wrong(str(file), '[contacts] wants keys = ["age1...", "age1..."] and folder = "..."; correct it')
    return (data.absolute() / where if where else data.absolute().parent / "contacts"), listed


def apart(folder: Path, data: Path) -> Path:
    """A folder for contact data; refused where it and the data folder lie in one another."""
    place, store = folder.resolve(), data.resolve()
    if place == store or store in place.parents or place in store.parents:
        what = f"lies with the data in {store}, where no name may be"
        raise MachineError(f"{folder}: this folder for contact data {what}; name another one")
    return place


def new_key() -> tuple[str, str]:
    """A private key and its public half; the private one belongs on no lab machine."""
    key = x25519.Identity.generate()
    return str(key), str(key.to_public())


def add(contact: Contact, settings: Settings) -> Path:
    """Keep an entry; nobody without one of the private keys can read it from here on."""
    for text in (contact.name, contact.reach, contact.wants):
        _refuse_odd(text)
    if not (contact.name or contact.reach):
        raise _wrong("contacts", "there is neither a name nor a way to reach anybody; nothing was kept")
    plain = json.dumps(asdict(contact), ensure_ascii=False).encode()
    sealed = encrypt(plain.ljust(-(-len(plain) // _STEP) * _STEP), [_recipient(key) for key in settings.keys])
    path = settings.folder / contact.study / f"{secrets.token_hex(16)}{ENDING}"
    with disk.explained(path, "keeping contact data"):
        disk.make_folder(path.parent)
        disk.replace_file(path, sealed)
        os.utime(path, (_TIME, _TIME))
        os.utime(path.parent, (_TIME, _TIME))
    return path


def read(folder: Path, study: str, key: str) -> list[Contact]:
    """Every entry of a study, by participant's code; a HistoryError names an entry that this key doesn't open."""
    identity = _identity(key)
    found = [_opened(path, identity) for path in sorted((folder / study).glob(f"*{ENDING}"))]
    return sorted(found, key=lambda contact: (contact.participant, contact.name))


def remove(folder: Path, study: str, participant: str, key: str) -> int:
    """Overwrite and remove a participant's entries; how many there were. Somebody else's damaged entry keeps nobody's
    from being removed; it is told by a HistoryError afterwards, since it might be theirs, too.
    """
    from runner.privacy.seals import erase

    identity, gone, unread = _identity(key), 0, []
    for path in sorted((folder / study).glob(f"*{ENDING}*")):  # with what a power cut left half-done
        try:
            theirs = _opened(path, identity).participant == participant
        except HistoryError as error:
            unread += [error] if path.suffix == ENDING else []
            continue
        if theirs:
            erase(path)
            gone += 1
    if unread:
        what = f"removed: {gone}; {len(unread)} can't be read, of which this is the first, and may be theirs:"
        raise HistoryError(f"{what} {unread[0]}")
    return gone


def read_key(path: Path) -> str:
    """The private key in a file."""
    with disk.explained(path, "reading the key"):
        text = path.read_text(encoding="ascii", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1 or not lines[0].startswith("AGE-SECRET-KEY-"):
        raise _wrong(str(path), "is no private key; name the file that `vantage contacts new-key` wrote")
    return lines[0]


def _identity(key: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(key)
    except (IdentityError, ValueError):
        raise _wrong("--key", "is no private key; name the file that `vantage contacts new-key` wrote") from None


def _opened(path: Path, identity: x25519.Identity) -> Contact:
    with disk.explained(path, "reading contact data"):
        sealed = path.read_bytes()
    try:
        return Contact(**json.loads(decrypt(sealed, [identity])))
    except (DecryptError, ValueError, TypeError):
        raise HistoryError("this key doesn't open it, or it was changed since it was written", path) from None


def _recipient(key: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(key)
    except (RecipientError, ValueError):
        raise _wrong(
            "contacts", f"{key[:80]!r} is no public key; one looks like age1... and has 62 characters"
        ) from None


def _refuse_odd(text: str) -> None:
    if len(text) > LONGEST:
        raise _wrong("contacts", f"a name or an address has at most {LONGEST} characters, got {len(text)}")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text):
        raise _wrong("contacts", "a character here can't be seen or is none; type the name anew")


def _wrong(where: str, what: str) -> DeclarationError:
    return DeclarationError(Mistake(where, 0, 0, what))
