"""What a storyboard is made of, before it becomes a page or paper."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from attrs import field, frozen
from PIL import Image

from runner.protocol import Protocol
from runner.screens import Screen

Cell = Mapping[str, str]


@frozen(kw_only=True)
class Shown:
    """What one cell's session can show in one phase."""

    cell: Cell
    screens: tuple[Screen, ...]


@frozen(kw_only=True)
class Chapter:
    """One phase over all cells that have it."""

    phase: str
    task: str = ""
    shown: list[Shown] = field(factory=list)


@frozen(kw_only=True)
class Part:
    """Every phase in one language. `pictures` are WebP files: a thousand open images would fill the memory."""

    language: str
    chapters: Sequence[Chapter]
    pictures: Mapping[Screen, bytes]


@frozen(kw_only=True)
class Book:
    """One study's storyboard."""

    protocol: Protocol
    size: tuple[int, int]  # of the window, pixels
    cells: Sequence[Cell]  # those that were performed
    parts: Sequence[Part]

    @property
    def count(self) -> int:
        """Different screens, over all languages."""
        return sum(len(part.pictures) for part in self.parts)

    def only_in(self, chapter: Chapter) -> str:
        """The cells that have this phase, by their levels; empty: all that were performed."""
        having = [shown.cell for shown in chapter.shown]
        return "" if len(having) == len(self.cells) else levels(self.cells, having)


def packed(picture: Image.Image) -> bytes:
    """A picture as a file, every pixel kept."""
    file = BytesIO()
    picture.save(file, "WEBP", lossless=True, method=3)
    return file.getvalue()


def unpacked(file: bytes) -> Image.Image:
    """The picture of a file."""
    with Image.open(BytesIO(file)) as opened:
        picture: Image.Image = opened.convert("RGB")
    return picture


def levels(all_cells: Sequence[Cell], cells: Sequence[Cell]) -> str:
    """What these cells have that others don't: "frame=privilege", or each combination where no factor alone says it."""
    factors = list(all_cells[0])
    known = {f: list(dict.fromkeys(cell[f] for cell in all_cells)) for f in factors}
    here = {f: [level for level in known[f] if any(cell[f] == level for cell in cells)] for f in factors}
    telling = [f for f in factors if len(here[f]) < len(known[f])]
    named = ", ".join(f"{f}={'/'.join(here[f])}" for f in telling)
    meant = [cell for cell in all_cells if all(cell[f] in here[f] for f in telling)]
    if len(meant) == len(cells):
        return named
    needed = [f for f in factors if _matters(f, factors, cells, all_cells)]
    return "; ".join(dict.fromkeys(", ".join(f"{f}={cell[f]}" for f in needed) for cell in cells))


def _matters(factor: str, factors: Sequence[str], cells: Sequence[Cell], all_cells: Sequence[Cell]) -> bool:
    """Would another level of this factor alone lead out of these cells?"""

    def rest(cell: Cell) -> tuple[str, ...]:
        return tuple(cell[f] for f in factors if f != factor)

    inside = {rest(cell) for cell in cells}
    return sum(rest(cell) in inside for cell in all_cells) != len(cells)
