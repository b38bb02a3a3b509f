"""What a pre-flight found: lines, and the page that they make."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any, Literal

from attrs import asdict, field, frozen

Verdict = Literal["ok", "warn", "fail"]
WIDTH = 110  # characters of a page
LEFT = " " * 17  # before what was found

Facts = dict[str, Any]  # what other stations are compared by


@frozen(kw_only=True)
class Line:
    """One thing that was looked at."""

    what: str
    verdict: Verdict
    found: str
    do: str = ""


@frozen(kw_only=True)
class Report:
    """A page to keep."""

    at: str  # wall clock, ISO 8601, with the offset from UTC
    machine: str
    station: str = ""
    lines: tuple[Line, ...]
    facts: Mapping[str, Any] = field(factory=dict)

    @property
    def failed(self) -> bool:
        """Would something here cost a session?"""
        return any(line.verdict == "fail" for line in self.lines)

    def plain(self) -> dict[str, Any]:
        """As JSON types."""
        return {**asdict(self), "lines": [asdict(line) for line in self.lines], "fit": not self.failed}

    def page(self) -> str:
        """As text that can be printed."""
        verdict = "not fit for sessions" if self.failed else "fit for sessions"
        name = f"{self.station}: " if self.station else ""
        return "\n".join([f"{name}{self.machine}, {self.at}", "", *rows(self.lines), "", f"This station is {verdict}."])


def rows(lines: tuple[Line, ...]) -> list[str]:
    """One line per thing, what to do below it."""
    found = []
    for line in lines:
        head = f"{line.verdict:<5} {line.what:<10} "
        found += wrap(line.found, WIDTH, initial_indent=head, subsequent_indent=LEFT)
        found += wrap(line.do, WIDTH, initial_indent=f"{LEFT}-> ", subsequent_indent=f"{LEFT}   ")
    return found
