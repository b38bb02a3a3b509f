"""The page of the morning in the window's words, for a browser and for paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from runner import disk
from runner.desk import look
from runner.desk.lights import Light
from runner.desk.wording import Words
from runner.station.doctor.keeping import FOLDER, KEPT

_SHEET = """
body { font: 16px/1.45 sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em; color: #1d2127 }
h1 { font-size: 1.5em } p.verdict { font-size: 1.2em; font-weight: bold }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #999; padding: .4em .6em; text-align: left;
vertical-align: top } ul { margin: .3em 0; padding-left: 1.2em }
"""


def morning_page(found: Mapping[str, Any], words: Words, language: str) -> str:
    """HTML, without anything from elsewhere, of what `vantage doctor --laboratory --json` said."""
    title = words["page_title"].format(_time(found["at"], words))
    head = "".join(f"<th>{escape(words[key])}</th>" for key in ("page_station", "page_verdict", "page_when"))
    rows = "".join(_station(each, words) for each in found["stations"])
    whole = _lines(found["lines"], words)
    heading = f"<h2>{escape(words['page_whole'])}</h2>\n{whole}\n" if whole else ""
    verdict = "ok" if found["fit"] else "fail"
    said = escape(words["page_fit" if found["fit"] else "page_unfit"])
    return (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{_SHEET}</style>\n<h1>{escape(title)}</h1>\n"
        f'<p class="verdict" style="color: {look.LIGHTS[verdict]}">{look.SIGNS[verdict]} {said}</p>\n'
        f"<table>\n<tr>{head}</tr>\n{rows}</table>\n{heading}</html>\n"
    )


def _station(told: Mapping[str, Any], words: Words) -> str:
    verdict = "ok" if told["fit"] else "fail"
    sign = f'<b style="color: {look.LIGHTS[verdict]}">{look.SIGNS[verdict]} {escape(words[f"light_{verdict}"])}</b>'
    ill = _lines([line for line in told["lines"] if line["verdict"] == "fail"], words)
    when = escape(_time(told["at"], words))
    return f"<tr><td>{escape(told['station'])}</td><td>{sign}{ill}</td><td>{when}</td></tr>\n"


def _lines(lines: Sequence[Mapping[str, Any]], words: Words) -> str:
    """What is not well, worst first, and what to do; what is well by name alone."""
    lights = [Light(**{key: line[key] for key in ("what", "verdict", "found", "do")}) for line in lines]
    told = []
    for verdict in ("fail", "warn", "ok"):
        for light in (each for each in lights if each.verdict == verdict):
            name = f'<b style="color: {look.LIGHTS[verdict]}">{look.SIGNS[verdict]} {escape(light.name(words))}</b>'
            told.append(f"<li>{name}: {escape(light.advice(words) or words['light_ok'])}</li>")
    return f"<ul>{''.join(told)}</ul>" if told else ""


def _time(at: float, words: Words) -> str:
    return datetime.fromtimestamp(at).strftime(words["page_time"])


def keep(data: Path, page: str, at: float) -> Path:
    """Write `<data>/preflight/<date>-laboratory.html`, in the place of an earlier one of the day. Raises OSError."""
    folder = data / FOLDER
    path = folder / f"{datetime.fromtimestamp(at):%Y-%m-%d}-laboratory.html"
    disk.make_folder(folder.absolute())
    disk.replace_file(path, page.encode())
    for old in sorted(folder.glob("????-??-??-laboratory.html"))[:-KEPT]:
        old.unlink()
    return path
