"""The measures of a page: letter sizes, column, spaces, all in whole pixels, from the canvas and the body's size."""

from functools import lru_cache
from math import ceil

from attrs import evolve, frozen

from runner.languages import Direction
from runner.stages.drawing.lettering import baseline, widest_word, width, wrapped
from runner.stages.drawing.palette import INK, RGB
from runner.stages.drawing.pieces import Canvas, Line, Piece, Plate, Row, Target
from runner.stages.drawing.runs import mixed

BODY = (0.030, 0.0285, 0.027, 0.026, 0.0245, 0.023, 0.022)  # of the height; the first at which the page fits is taken
FLOOR = 0.022  # nothing is smaller
LEADING = 1.42  # line height of running text, in em
TIGHT = 1.28  # of headings and labels
MEASURE = 37  # em of a full line of running text: 70 to 75 characters


@frozen(kw_only=True)
class Grid:
    """Pixels of one canvas at one body size."""

    canvas: Canvas
    direction: Direction
    unit: float  # a hundredth of the height
    floor: int  # smallest letters
    body: int
    note: int
    title: int
    stimulus: int
    left: int  # of the column
    column: int  # its width
    wide: int  # width for things side by side
    gap: int  # between blocks
    margin: int  # at the edges of the screen
    press: int  # least height of anything that is pressed
    button: int  # height of the bottom row
    bottom: int  # top of the bottom row

    def px(self, hundredths: float) -> int:
        """Hundredths of the screen's height in whole pixels, at least 1."""
        return max(1, round(hundredths * self.unit))


@lru_cache(maxsize=64)
def grid(canvas: Canvas, share: float, direction: Direction = "ltr") -> Grid:
    """The measures for a body of `share` of the screen's height."""
    unit = canvas.height / 100
    floor = ceil(FLOOR * canvas.height)
    wide_screen = canvas.width >= 1.5 * canvas.height
    body = max(floor, round(share * canvas.height))
    column = round(min((0.62 if wide_screen else 0.78) * canvas.width, MEASURE * BODY[0] * canvas.height))
    button = round(7 * unit)
    return Grid(
        canvas=canvas,
        direction=direction,
        unit=unit,
        floor=floor,
        body=body,
        note=max(floor, round(0.86 * body)),
        title=round(1.42 * body),
        stimulus=round(0.07 * canvas.height),
        left=(canvas.width - column) // 2,
        column=column,
        wide=round(min(0.84 * canvas.width, 1.45 * canvas.height)),
        gap=round(0.95 * body),
        margin=round(3.5 * unit),
        press=ceil(5.6 * unit),
        button=button,
        bottom=canvas.height - round(3.5 * unit) - button,
    )


def full_size(page: Grid) -> Grid:
    """The measures of the same page if everything fits."""
    return grid(page.canvas, BODY[0], page.direction)


@frozen(kw_only=True)
class Part:
    """A stretch of a page, its own top at 0. `excess` is by how many pixels its longest word is too wide."""

    pieces: tuple[Piece, ...] = ()
    targets: tuple[Target, ...] = ()
    rows: tuple[Row, ...] = ()
    height: int = 0
    excess: int = 0

    def down(self, y: int) -> "Part":
        """The same, `y` pixels lower."""
        if y == 0:
            return self
        return evolve(
            self,
            pieces=tuple(evolve(piece, y=piece.y + y) for piece in self.pieces),
            targets=tuple(evolve(target, y=target.y + y) for target in self.targets),
            rows=tuple(evolve(row, y=row.y + y) for row in self.rows),
        )


def together(*parts: Part) -> Part:
    """Parts that already stand where they belong, as one."""
    return Part(
        pieces=tuple(piece for part in parts for piece in part.pieces),
        targets=tuple(target for part in parts for target in part.targets),
        rows=tuple(row for part in parts for row in part.rows),
        height=max((part.height for part in parts), default=0),
        excess=max((part.excess for part in parts), default=0),
    )


def stacked(parts: tuple[Part, ...], gap: int) -> Part:
    """Parts one below the other."""
    placed, y = [], 0
    for part in parts:
        placed.append(part.down(y))
        y += part.height + gap
    return evolve(together(*placed), height=max(0, y - gap))


@frozen(kw_only=True, cache_hash=True)
class Hand:
    """How a block of words is set."""

    size: int
    weight: str = "regular"
    colour: RGB = INK
    leading: float = LEADING
    align: str = "left"  # "centre", "right"
    balanced: bool = False

    @property
    def line(self) -> int:
        """Height of a line in pixels."""
        return round(self.leading * self.size)


@lru_cache(maxsize=4_000)
def words_block(text: str, hand: Hand, most: int) -> tuple[tuple[Line, ...], int, int]:
    """Lines set in a measure of `most` pixels, their height and by how much a word is too wide for it.

    A blank line is three fifths as high as a full one.
    """
    lines, y = [], 0
    for line in wrapped(text, hand.size, hand.weight, most, hand.balanced):
        if not line:
            y += round(0.6 * hand.line)
            continue
        spare = most - width(line, hand.size, hand.weight)
        x = 0 if hand.align == "left" else round(spare / 2 if hand.align == "centre" else spare)
        at = y + baseline(hand.size, hand.line, line)
        lines.append(Line(text=line, x=max(0, x), baseline=at, size=hand.size, weight=hand.weight, colour=hand.colour))
        y += hand.line
    return tuple(lines), y, max(0, widest_word(text, hand.size, hand.weight) - most)


def words_at(text: str, hand: Hand, x: int, most: int) -> Part:
    """A block of words as a part of its own, in a measure of `most` pixels that begins at `x`."""
    lines, height, excess = words_block(text, hand, most)
    return evolve(lines_at(lines, height, x), excess=excess)


def lines_at(lines: tuple[Line, ...], height: int, x: int) -> Part:
    """Lines in one plate without fill, a little larger than their ink so that no letter is cut."""
    if not lines:
        return Part()
    size = max(line.size for line in lines)
    pad = size // 6
    bleed = size // 4 if any(mixed(line.text) for line in lines) else size // 8  # Arabic letters go further down
    from_x = min(line.x for line in lines)
    to_x = max(line.x + round(width(line.text, line.size, line.weight)) + 1 for line in lines)
    plate = Plate(
        x=x + from_x - pad,
        y=-bleed,
        width=to_x - from_x + 2 * pad,
        height=height + 2 * bleed,
        lines=shifted(lines, pad - from_x, bleed),
    )
    return Part(pieces=(plate,), height=height)


def shifted(lines: tuple[Line, ...], x: int, y: int) -> tuple[Line, ...]:
    """Lines moved within their plate."""
    return tuple(evolve(line, x=line.x + x, baseline=line.baseline + y) for line in lines)
