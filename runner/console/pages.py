"""The page and its parts as HTML; whatever comes from a file, a station or a person is escaped."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runner.console.words import Words, languages, span

PARTS = ("trouble", "stations", "pilots", "groups", "balance", "about", "incidents")
STATIC = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}
SIGNS = {  # beside each state's word: states differ in form, not in colour alone
    "idle": "○",
    "running": "▶",
    "paused": "Ⅱ",
    "stop": "◆",
    "leaving": "◆",
    "ended": "✓",
    "left": "✓",
    "interrupted": "✕",
    "gathering": "…",
    "here": "●",
    "lost": "✕",
    "done": "✓",
    "released": "/",
}


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["clock"] = clock
    return found


def page(study: str, language: str, proof: str, values: Mapping[str, Any]) -> str:
    """The whole page."""
    words = languages()[language]
    parts = {name: part(name, values[name], language) for name in PARTS if name in values}
    return (
        _environment()
        .get_template("page.html")
        .render(study=study, language=language, proof=proof, w=words, parts=parts)
    )


def entrance(language: str) -> str:
    """What the browser shows for the moment in which its address is exchanged for a cookie."""
    return _environment().get_template("entrance.html").render(w=languages()[language], language=language)


def part(name: str, value: Any, language: str) -> str:
    """One part of the page."""
    words = languages()[language]
    template = "stations" if name == "pilots" else name
    told = _environment().get_template(f"{template}.html")
    return told.render(w=words, value=value, signs=SIGNS, name=name, span=lambda seconds: span(words, seconds)).strip()


def static(name: str) -> bytes:
    """A file that belongs to the page."""
    return (Path(__file__).parent / "static" / name).read_bytes()


def say(words: Words, key: str, **values: object) -> str:
    """A sentence of the console's."""
    return words[key].format(**values)


def clock(seconds: float) -> str:
    """A time of day on this machine, with its day when that isn't today."""
    at = datetime.fromtimestamp(seconds).astimezone()
    today = at.date() == datetime.now().astimezone().date()
    return at.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
