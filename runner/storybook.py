"""Storyboards as one HTML file: phase by phase, cells side by side where they differ, differing words marked."""

import base64
import html
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from io import BytesIO
from itertools import zip_longest

from attrs import field, frozen
from PIL import Image

from runner.protocol import Protocol
from runner.screens import Allocation, Choice, Screen

Cell = Mapping[str, str]
PER_ROW = 4  # pictures of the overview

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 110rem; padding: 0 1rem; color: #1d2430; }
h2 { margin-top: 3rem; border-bottom: 1px solid #c9ced6; } .row { display: flex; flex-wrap: wrap; gap: 1.2rem; }
figure { margin: 0 0 1.6rem; flex: 1 1 22rem; max-width: 40rem; } img { width: 100%; border: 1px solid #c9ced6; }
figcaption { font-size: .85rem; color: #4a5361; } figcaption b { color: #1d2430; } mark { background: #f5dfa3; }
code { overflow-wrap: anywhere; } @media print { h2 { break-before: page; } figure { break-inside: avoid; } }
"""


@frozen(kw_only=True)
class Shown:
    """What one cell's session can show in one phase."""

    cell: Cell
    screens: tuple[Screen, ...]


@frozen(kw_only=True)
class Chapter:
    """One phase over all cells."""

    phase: str
    shown: list[Shown] = field(factory=list)


def page(
    protocol: Protocol,
    language: str,
    size: tuple[int, int],
    chapters: Sequence[Chapter],
    pictures: Mapping[Screen, Image.Image],
) -> str:
    """The whole storyboard, self-contained."""
    factors = "".join(
        f"<li><b>{name}</b>: {', '.join(f.levels)} (by {f.unit}{', order only' if f.role != 'treatment' else ''})</li>"
        for name, f in protocol.factors.items()
    )
    facts = (
        f"<p>Protocol <code>{protocol.sha256}</code><br>language {language}, screen {size[0]} x {size[1]}, "
        f"{len(pictures)} different screens in {len(protocol.cells())} cells</p><ul>{factors}</ul>"
    )
    title = html.escape(f"{protocol.study}: every screen")
    body = "".join(_chapter(protocol, chapter, pictures) for chapter in chapters)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{facts}{body}</html>"
    )


def overview(pictures: Sequence[Image.Image], width: int = 1600) -> Image.Image:
    """Some screens on one sheet, four to a row; `width` in pixels."""
    gap = width // 100
    across = (width - gap * (PER_ROW + 1)) // PER_ROW
    down = across * pictures[0].height // pictures[0].width
    rows = -(-len(pictures) // PER_ROW)
    sheet = Image.new("RGB", (width, gap + rows * (down + gap)), "#d5d9df")
    for at, picture in enumerate(pictures):
        small = picture.resize((across, down), Image.Resampling.LANCZOS)
        sheet.paste(small, (gap + at % PER_ROW * (across + gap), gap + at // PER_ROW * (down + gap)))
    return sheet


def words(screen: Screen) -> list[str]:
    """Every word that a screen shows, in order."""
    texts = [getattr(mark, "text", getattr(mark, "label", "")) for mark in screen.marks]
    if isinstance(screen.accepts, Choice | Allocation):
        for option in screen.accepts.options:
            texts += [option.text, *option.lines]
    return " ".join(texts).split()


def _chapter(protocol: Protocol, chapter: Chapter, pictures: Mapping[Screen, Image.Image]) -> str:
    """Cells that show the same in this phase are one column."""
    columns: dict[tuple[Screen, ...], list[Cell]] = {}
    for shown in chapter.shown:
        columns.setdefault(shown.screens, []).append(shown.cell)
    columns.pop((), None)
    names = [_name(protocol, cells) for cells in columns.values()]
    rows: list[str] = []
    alone = False  # did the last row belong to all cells?
    for row in zip_longest(*columns):
        differing = dict.fromkeys(screen for screen in row if screen)
        if len(differing) == 1 and None not in row:
            names_here = [""]
        else:
            names_here = [name for name, screen in zip(names, row, strict=True) if screen]
            differing = dict.fromkeys(screen for screen in row if screen)
        if len(names_here) != len(differing):  # some columns share this screen
            sharing = {s: [n for n, other in zip(names, row, strict=True) if other == s] for s in differing}
            names_here = [" / ".join(dict.fromkeys(sharing[s])) for s in differing]
        first = words(next(iter(differing)))
        figures = (
            _figure(name, screen, pictures[screen], first) for name, screen in zip(names_here, differing, strict=True)
        )
        drawn = "".join(figures)
        if names_here == [""] and alone:  # screens that all cells share follow one another in the same row
            rows[-1] += drawn
        else:
            rows.append(drawn)
        alone = names_here == [""]
    body = "".join(f'<div class="row">{row}</div>' for row in rows)
    return f"<h2>{html.escape(chapter.phase)}</h2>{body}" if rows else ""


def _figure(name: str, screen: Screen, picture: Image.Image, first: Sequence[str]) -> str:
    file = BytesIO()
    picture.save(file, "WEBP", lossless=True, method=3)
    data = base64.b64encode(file.getvalue()).decode()
    alt = html.escape(" ".join(words(screen)), quote=True)
    said = "" if list(first) == words(screen) and not name else _marked(first, words(screen))
    label = f"<b>{html.escape(name)}</b> " if name else ""
    return (
        f'<figure><img src="data:image/webp;base64,{data}" alt="{alt}" loading="lazy">'
        f"<figcaption>{label}{html.escape(screen.name)} {said}</figcaption></figure>"
    )


def _marked(first: Sequence[str], these: Sequence[str]) -> str:
    """These words, those that the first column doesn't have marked."""
    parts = []
    for how, _, _, start, end in SequenceMatcher(None, first, these, autojunk=False).get_opcodes():
        text = html.escape(" ".join(these[start:end]))
        parts.append(f"<mark>{text}</mark>" if how in ("replace", "insert") else text)
    return " ".join(part for part in parts if part)


def _name(protocol: Protocol, cells: Sequence[Cell]) -> str:
    """The levels that these cells share and others don't have: "frame=privilege"."""
    named = []
    for factor, declared in protocol.factors.items():
        levels = [level for level in declared.levels if any(cell[factor] == level for cell in cells)]
        if len(levels) < len(declared.levels):
            named.append(f"{factor}={'/'.join(levels)}")
    return ", ".join(named)
