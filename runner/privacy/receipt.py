"""A withdrawal's receipt, to hand over: what was deleted, what stays, what is beyond reach. It holds no code."""

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

from attrs import frozen

from runner import disk
from runner.deadline import Deadline
from runner.languages import direction


@frozen(kw_only=True)
class Receipt:
    """What was deleted, in numbers."""

    title: str  # of the study, as participants know it
    language: str
    day: date
    sessions: int
    private: int  # records of the part that no code leads to
    made: int  # tables, reports and datasets
    elsewhere: bool = False  # answers of the part that no code leads to may be left, since they were not found
    copied: bool = False  # a copy of them may be left, in a folder that was not there

    def lines(self, word: Callable[[str], str], contact: str = "") -> list[str]:
        """The receipt's sentences, the first one its title; `word` gives a text of `words.yaml`."""
        numbers = {"receipt_sessions": self.sessions, "receipt_private": self.private, "receipt_made": self.made}
        return [
            word("receipt_title"),
            word("receipt_study").format(self.title),
            word("receipt_day").format(Deadline(day=self.day).told(self.language)),
            *(word(key).format(number) for key, number in numbers.items() if number or key == "receipt_sessions"),
            word("receipt_left"),
            *([word("receipt_apart")] if self.elsewhere else []),
            *([word("receipt_copied")] if self.copied else []),
            word("receipt_beyond"),
            *([word("receipt_contact").format(contact)] if contact else []),
        ]

    def page(self, lines: list[str]) -> str:
        """The same as a page that can be printed, without anything from elsewhere."""
        language, way = escape(self.language), direction(self.language)
        title, *rest = map(escape, lines)
        style = "body{font:16px/1.5 sans-serif;max-width:40em;margin:3em auto;color:#222}"
        body = "".join(f"<p>{line}</p>\n" for line in rest)
        return (
            f'<!doctype html>\n<html lang="{language}" dir="{way}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
            f"<style>{style}</style>\n<h1>{title}</h1>\n{body}</html>\n"
        )


def keep(path: Path, page: str) -> None:
    """Write the page, in place of an earlier one."""
    with disk.explained(path, "writing the receipt"):
        disk.make_folder(path.parent)
        disk.replace_file(path, page.encode())
