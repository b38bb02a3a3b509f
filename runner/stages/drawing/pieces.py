"""What a laid-out screen is made of: plates with words on them, pictures, and the places that can be pressed.

All boxes are whole pixels, origin in the top left corner, y downwards. Pieces are drawn in order. Two pieces that
look the same are equal but for their place, so that what was painted once is used again.
"""

from typing import Literal

from attrs import evolve, frozen

from runner.languages import Direction
from runner.stages.answers.views import Hit
from runner.stages.drawing.palette import RGB


@frozen(kw_only=True)
class Canvas:
    """The drawable area in pixels."""

    width: int
    height: int


@frozen(kw_only=True)
class Line:
    """One line of words; `x` is its left edge and `baseline` its baseline, in pixels from the plate's corner."""

    text: str
    x: int
    baseline: int
    size: int  # pixels per em
    weight: str = "regular"  # or "bold"
    colour: RGB
    direction: Direction = "ltr"  # which side it begins at


@frozen(kw_only=True, cache_hash=True)
class Plate:
    """A rounded rectangle with lines of words; without fill and outline, just the words.

    A radius of half the height makes a disc or a pill; thin plates are lines.
    """

    x: int
    y: int
    width: int
    height: int
    fill: RGB | None = None
    outline: RGB | None = None
    stroke: int = 0  # width of the outline, inside the box
    radius: int = 0
    lines: tuple[Line, ...] = ()


@frozen(kw_only=True, cache_hash=True)
class Picture:
    """A picture file, scaled to the box."""

    x: int
    y: int
    width: int
    height: int
    path: str  # below `stimuli/`


Piece = Plate | Picture


@frozen(kw_only=True)
class Target:
    """A box that can be pressed; a track for shares is `inset` pixels shorter at both ends, and begins at one side."""

    name: str
    x: int
    y: int
    width: int
    height: int
    inset: int = 0
    begins: Literal["left", "right"] = "left"

    def holds(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def share(self, x: float) -> float:
        """How far along the track `x` is, 0 to 1."""
        length = max(1, self.width - 2 * self.inset)
        along = min(1.0, max(0.0, (x - self.x - self.inset) / length))
        return along if self.begins == "left" else 1 - along

    def place(self, share: float) -> tuple[float, float]:
        """The point at that share of the track, half way down."""
        along = share if self.begins == "left" else 1 - share
        x = self.x + self.inset + along * (self.width - 2 * self.inset)
        return min(x, self.x + self.width - 1), self.y + self.height / 2


@frozen(kw_only=True)
class Row:
    """One row of a words box: the stretch of the text that it shows and where each caret place is."""

    start: int  # index of its first character in the whole text
    y: int  # top, pixels
    height: int
    places: tuple[int, ...]  # x of the caret before each character and after the last

    def nearest(self, x: float) -> int:
        """The caret's place in the whole text that is nearest to `x`."""
        return self.start + min(range(len(self.places)), key=lambda i: abs(self.places[i] - x))


@frozen(kw_only=True)
class Layout:
    """A screen as it will be seen and pressed. `overflow` is what does not fit, in screen heights (0: all fits)."""

    pieces: tuple[Piece, ...]
    targets: tuple[Target, ...]
    overflow: float = 0.0
    rows: tuple[Row, ...] = ()  # of a words box, those that are visible
    direction: Direction = "ltr"

    def hit(self, x: float, y: float, held: str = "") -> Hit:
        """What is at the point; `held` is `view.pressed` while a button is down."""
        for target in self.targets:
            if target.name == held or (not held and target.holds(x, y)):
                return Hit(target=target.name, share=target.share(x), caret=self._caret(x, y))
        return Hit()

    def beside(self, caret: int, rows: int) -> int | None:
        """Where the caret goes `rows` rows up (-1) or down (+1) in a words box; None without one."""
        here = next((i for i, row in reversed([*enumerate(self.rows)]) if row.start <= caret), None)
        if here is None:
            return None
        x = self.rows[here].places[min(caret - self.rows[here].start, len(self.rows[here].places) - 1)]
        if not 0 <= here + rows < len(self.rows):
            return None
        return self.rows[here + rows].nearest(x)

    def _caret(self, x: float, y: float) -> int | None:
        if not self.rows:
            return None
        return min(self.rows, key=lambda row: abs(row.y + row.height / 2 - y)).nearest(x)


def bare(piece: Piece) -> Piece:
    """The piece without its place: the key under which its painted image can be kept."""
    return evolve(piece, x=0, y=0)
