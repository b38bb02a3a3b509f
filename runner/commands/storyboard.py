"""`vantage storyboard`: every screen of every cell as it really looks, for a researcher and an ethics board."""

import argparse
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.plans import SessionPlan
    from runner.protocol import Protocol
    from runner.screens import Screen
    from runner.stages.storyboard import Camera
    from runner.storybook.book import Book, Chapter, Part

EXAMPLE = "vantage storyboard protocols/taste.yaml --out storyboard"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage storyboard`."""
    common.add_protocol(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the page and its pictures")
    common.add_cell(parser)
    parser.add_argument("--language", default="", metavar="L", help="one of the protocol's languages (default: all)")
    parser.add_argument(
        "--overview",
        nargs="+",
        action="extend",
        default=[],
        metavar="SCREEN",
        help="screens for overview.png, by name; after PROTOCOL",
    )
    parser.add_argument("--size", default="1280x720", metavar="WxH", help="pixels of the window (1280x720)")


def run(args: argparse.Namespace) -> int:
    """Write <study>.html, storyboard.pdf, one PNG per screen below screens/<language>/, and overview.png."""
    from runner import disk
    from runner.storybook.book import Book
    from runner.storybook.page import page
    from runner.storybook.paper import paper

    size = _size(args.size)
    protocol = common.read(args.protocol)
    languages = [common.language(protocol, args.language)] if args.language else list(protocol.languages)
    only = common.cell(args)
    cells = _cells(protocol, only)
    with disk.explained(args.out, "making the storyboard's folder"):  # before minutes of drawing, not after them
        for language in languages:
            (args.out / "screens" / language).mkdir(parents=True, exist_ok=True)
        for folder in (args.out, args.out / "screens" / languages[0]):
            TemporaryFile(dir=folder).close()
    file, printed = args.out / f"{protocol.study}.html", args.out / "storyboard.pdf"
    for path in (file, printed):
        if path.is_dir():
            raise common.refusal(str(path), "is a folder, and the storyboard's file has this name; move it away")
    parts = [_part(protocol, language, only, size) for language in languages]
    book = Book(protocol=protocol, size=size, cells=cells, parts=parts)
    with disk.explained(args.out, "writing the storyboard"):
        _write_pictures(book, args.out, args.overview)
        disk.replace_file(printed, paper(book))
        disk.replace_file(file, page(book).encode())
    print(f"{common.count(book.count, 'screen')} of {common.count(len(cells), 'cell')}: {file} and {printed.name}")
    return 0


def _part(protocol: "Protocol", language: str, only: Mapping[str, str], size: tuple[int, int]) -> "Part":
    """Every screen in one language, as the window shows it."""
    from runner.languages import direction
    from runner.stages.window import open_window
    from runner.storybook.book import Part, packed

    controls = common.library(protocol, language).interface()
    window = open_window(controls, fullscreen=False, size=size, direction=direction(language))
    try:
        pictures: dict[Screen, bytes] = {}
        chapters = picture_cells(protocol, language, only, lambda screen: packed(window.picture(screen)), pictures)
    finally:
        window.close()
    return Part(language=language, chapters=chapters, pictures=pictures)


def _write_pictures(book: "Book", out: Path, names: Sequence[str]) -> None:
    """Every screen as a file of its own, and those that `names` says (or the first) on one sheet."""
    from runner.storybook.book import unpacked
    from runner.storybook.sheet import overview

    for part in book.parts:
        for number, (screen, picture) in enumerate(part.pictures.items(), 1):
            unpacked(picture).save(out / "screens" / part.language / f"{number:03d}-{screen.name}.png")
    first = book.parts[0].pictures
    chosen = [next((p for s, p in first.items() if s.name == name), None) for name in names]
    overview([unpacked(p) for p in [p for p in chosen if p] or list(first.values())[:24]]).save(out / "overview.png")


def picture_cells(
    protocol: "Protocol",
    language: str,
    only: Mapping[str, str],
    camera: "Camera[bytes]",
    pictures: "dict[Screen, bytes]",
) -> "list[Chapter]":
    """Perform one session in each cell before the camera."""
    from experiments import find
    from runner.engine import run as perform
    from runner.leaving import ways_out
    from runner.log import Log
    from runner.planning import plan_session
    from runner.privacy.payouts import MADE_UP
    from runner.respondents import Theory
    from runner.stages.storyboard import Storyboard
    from runner.stages.telling import made_up
    from runner.stages.virtual import Virtual
    from runner.storybook.book import Chapter, Shown

    materials = common.library(protocol, language)
    tasks = common.tasks(protocol)
    known: dict[Screen, Screen] = {}  # equal screens as one object, which is quick to compare
    chapters = {phase.name: Chapter(phase=phase.name, task=phase.task) for phase in protocol.phases}
    cells = _cells(protocol, only)
    for done, cell in enumerate(cells, 1):
        plan = plan_session(
            protocol, find, materials, participant="P01", slot=0, language=language, cell=cell, whole=True
        )
        stage = Storyboard(
            lambda screen: camera(made_up(screen, MADE_UP)), Virtual(Theory(Random("storyboard"))), pictures
        )
        perform(_all_reached(plan), tasks, stage, Log())
        names = [name for name, _ in groupby(trial.phase for trial in plan.trials)]
        for name, screens in zip(names, stage.phases, strict=True):
            chapters[name].shown.append(Shown(cell=cell, screens=tuple(known.setdefault(s, s) for s in screens)))
        common.progress(done, len(cells), "cells")
    leaving = ways_out(plan.interface)
    pictures |= {screen: camera(screen) for screen in leaving}
    ending = Chapter(phase="the control for pausing and stopping, on every screen")
    ending.shown.extend(Shown(cell=cell, screens=leaving) for cell in cells)
    return [*chapters.values(), ending]


def _all_reached(plan: "SessionPlan") -> "SessionPlan":
    """The plan with the phases that only those reach who leave, as if everyone did."""
    from attrs import evolve

    reached = {"leaving": "consented"}
    return evolve(plan, trials=tuple(evolve(t, reaches=reached.get(t.reaches, t.reaches)) for t in plan.trials))


def _cells(protocol: "Protocol", only: Mapping[str, str]) -> list[Mapping[str, str]]:
    cells: list[Mapping[str, str]] = [cell for cell in protocol.cells() if only.items() <= cell.items()]
    if not cells:
        known = "; ".join(f"{name}={'|'.join(factor.levels)}" for name, factor in protocol.between.items()) or "none"
        asked = " ".join(f"{name}={level}" for name, level in only.items())
        raise common.refusal("--cell", f"{protocol.study} has no cell with {asked}; it has {known}")
    return cells


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if not match:
        raise common.refusal("--size", f"wants WIDTHxHEIGHT in pixels, such as 1920x1080, got {text!r}")
    return int(match[1]), int(match[2])
