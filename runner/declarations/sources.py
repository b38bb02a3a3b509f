"""A file's bytes to text: bounded, UTF-8, and without characters that nobody can see."""

from pathlib import Path

from runner.declarations.nodes import LARGEST, Source, forbidden
from runner.errors import DeclarationError, Mistake


def read_source(path: Path) -> tuple[Source, bytes]:
    """The file's text with plain line ends and without a byte order mark, and its bytes."""
    name = str(path)
    if not path.is_file():
        what = "this is a folder; name a file" if path.is_dir() else "there is no such file; check the name"
        raise DeclarationError(Mistake(name, 0, 0, what))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        what = f"can't be read ({error.strerror}); check its permissions"
        raise DeclarationError(Mistake(name, 0, 0, what)) from None
    return decoded(name, data), data


def decoded(name: str, data: bytes) -> Source:
    """Bytes as text; refuses what is too large, not UTF-8 or holds characters that nobody can see."""
    if len(data) > LARGEST:
        raise DeclarationError(Mistake(name, 0, 0, f"is larger than {LARGEST // 1024} KB; split it or shorten it"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        what = f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise DeclarationError(Mistake(name, line, column, what)) from None
    source = Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))
    if found := forbidden(source.text):
        line = source.text.count("\n", 0, found.start()) + 1
        column = found.start() - source.text.rfind("\n", 0, found.start())
        what = f"holds the invisible or control character U+{ord(found[0]):04X}; delete it"
        raise DeclarationError(source.at(line, column, what))
    return source
