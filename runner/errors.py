"""What can go wrong, sorted by whose fault it is; each message says where, what, what was got and what to do."""

from pathlib import Path

from attrs import frozen


@frozen
class Mistake:
    """One thing wrong in a file that a person wrote, at a place that an editor can jump to."""

    file: str
    line: int  # 1-based; 0 when the mistake is in no particular line
    column: int  # 1-based, in characters
    what: str  # "unknown key 'tilte'; did you mean 'title'?"
    source: str = ""  # the line itself, for the caret
    width: int = 1  # characters that the caret underlines

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        if not self.source:
            return f"{where}: {self.what}"
        caret = " " * (self.column - 1) + "^" * max(1, self.width)
        return f"{where}: {self.what}\n    {self.source}\n    {caret}"


class VantageError(Exception):
    """Anything that the person at the keyboard can mend: one clear message, exit code 2."""


class DeclarationError(VantageError):
    """The author of a protocol or a stimulus file wrote something that can't be run; holds every mistake found."""

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


class MachineError(VantageError):
    """The display, the keyboard or the disk of this machine does not do what a session needs."""


class HistoryError(VantageError):
    """A log is damaged, or today's code would not continue it as it began."""

    def __init__(self, what: str, path: Path | None = None, line: int = 0) -> None:
        self.path, self.line = path, line
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + what)
