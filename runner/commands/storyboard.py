"""`vantage storyboard`: every screen of every cell as it really looks, for a researcher and an ethics board."""

import argparse
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from PIL import Image

    from runner.protocol import Protocol
    from runner.screens import Screen
    from runner.stages.storyboard import Camera
    from runner.storybook import Chapter

EXAMPLE = "vantage storyboard protocols/taste.yaml --out storyboard"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage storyboard`."""
    common.add_protocol(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the page and its pictures")
    common.add_cell(parser)
    common.add_language(parser)
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
    """Write <study>.html, one PNG per screen below screens/, and overview.png."""
    from runner import disk, storybook
    from runner.stages.window import open_window

    size = _size(args.size)
    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    only = common.cell(args)
    cells = _cells(protocol, only)
    words = common.library(protocol, language).interface()
    with disk.explained(args.out, "making the storyboard's folder"):  # before a minute of drawing, not after it
        (args.out / "screens").mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=args.out / "screens").close()
    window = open_window(words, fullscreen=False, size=size)
    try:
        pictures: dict[Screen, Image.Image] = {}
        chapters = picture_cells(protocol, language, only, window.picture, pictures)
    finally:
        window.close()
    chosen = [next((p for s, p in pictures.items() if s.name == name), None) for name in args.overview]
    overview = storybook.overview([p for p in chosen if p] or list(pictures.values())[:24])
    file = args.out / f"{protocol.study}.html"
    page = storybook.page(protocol, language, size, chapters, pictures).encode()
    with disk.explained(args.out, "writing the storyboard"):
        for number, (screen, picture) in enumerate(pictures.items(), 1):
            picture.save(args.out / "screens" / f"{number:03d}-{screen.name}.png")
        overview.save(args.out / "overview.png")
        disk.replace_file(file, page)
    print(f"{common.count(len(pictures), 'screen')} of {common.count(len(cells), 'cell')}: {file}")
    return 0


def picture_cells(
    protocol: "Protocol",
    language: str,
    only: Mapping[str, str],
    camera: "Camera",
    pictures: "dict[Screen, Image.Image]",
) -> "list[Chapter]":
    """Perform one session in each cell before the camera."""
    from experiments import find
    from runner.engine import run as perform
    from runner.engine import stop_screen
    from runner.log import Log
    from runner.planning import plan_session
    from runner.respondents import Theory
    from runner.stages.storyboard import Storyboard
    from runner.stages.virtual import Virtual
    from runner.storybook import Chapter, Shown

    materials = common.library(protocol, language)
    tasks = common.tasks(protocol)
    chapters = {phase.name: Chapter(phase=phase.name) for phase in protocol.phases}
    cells = _cells(protocol, only)
    for done, cell in enumerate(cells, 1):
        plan = plan_session(protocol, find, materials, participant="P01", slot=0, language=language, cell=cell)
        stage = Storyboard(camera, Virtual(Theory(Random("storyboard"))), pictures)
        perform(plan, tasks, stage, Log())
        names = [name for name, _ in groupby(trial.phase for trial in plan.trials)]
        for name, screens in zip(names, stage.phases, strict=True):
            chapters[name].shown.append(Shown(cell=cell, screens=tuple(screens)))
        common.progress(done, len(cells), "cells")
    stop = stop_screen(plan.interface)
    pictures[stop] = camera(stop)
    ending = Chapter(phase="stop control, on every screen", shown=[Shown(cell=cells[0], screens=(stop,))])
    return [*chapters.values(), ending]


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
