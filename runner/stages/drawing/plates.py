"""Plates that can be chosen, and what they share: their faces, the numbered chips, boxes side by side."""

from runner.screens import Option
from runner.stages.answers.views import View
from runner.stages.drawing.grid import TIGHT, Grid, Hand, shifted, words_block
from runner.stages.drawing.palette import ACCENT, ACCENT_PALE, EDGE, EDGE_STRONG, MUTED, PLATE, PLATE_HOVER, RGB
from runner.stages.drawing.pieces import Line, Plate, Target


def face(grid: Grid, name: str, view: View, chosen: bool) -> tuple[RGB, RGB, int]:
    """Fill, outline and its width, for a plate that can be chosen."""
    if chosen:
        return ACCENT_PALE, ACCENT, grid.px(0.32)
    if name == view.hover or name == view.pressed:
        return PLATE_HOVER, EDGE_STRONG, grid.px(0.14)
    return PLATE, EDGE, grid.px(0.14)


def plate_of(
    grid: Grid,
    name: str,
    view: View,
    chosen: bool,
    box: tuple[int, int, int, int],
    lines: tuple[Line, ...] = (),
) -> tuple[Plate, Target]:
    """A plate that can be chosen, in a box of x, y, width and height, and its target."""
    x, y, width, height = box
    fill, outline, stroke = face(grid, name, view, chosen)
    radius = grid.px(1.0)
    plate = Plate(
        x=x, y=y, width=width, height=height, fill=fill, outline=outline, stroke=stroke, radius=radius, lines=lines
    )
    return plate, Target(name=name, x=x, y=y, width=width, height=height)


def chip(grid: Grid, number: int, x: int, middle: int, chosen: bool) -> Plate:
    """The number of an option, which is also its key; a filled disc once chosen."""
    side = round(1.5 * grid.note)
    hand = Hand(size=grid.note, weight="bold", colour=PLATE if chosen else MUTED, align="centre")
    lines, height, _ = words_block(str(number) if number <= 9 else "", hand, side)
    return Plate(
        x=x,
        y=middle - side // 2,
        width=side,
        height=side,
        fill=ACCENT if chosen else PLATE,
        outline=ACCENT if chosen else EDGE_STRONG,
        stroke=grid.px(0.14),
        radius=side // 2,
        lines=shifted(lines, 0, (side - height) // 2),
    )


def option_words(option: Option, grid: Grid, most: int) -> tuple[tuple[Line, ...], int, int]:
    """An option's text with its lines below, as lines of one plate."""
    lines, height, excess = words_block(option.text, Hand(size=grid.body, leading=TIGHT), most)
    for text in option.lines:
        height += round(0.2 * grid.note)
        more, high, wide = words_block(text, Hand(size=grid.note, colour=MUTED, leading=TIGHT), most)
        lines, height, excess = lines + shifted(more, 0, height), height + high, max(excess, wide)
    return lines, height, excess


def side_by_side(left: int, width: int, count: int, space: int) -> list[tuple[int, int]]:
    """x and width of `count` boxes of the same width, `space` apart, in the middle of `width`."""
    each = (width - space * (count - 1)) // count
    spare = width - count * each - space * (count - 1)
    return [(left + spare // 2 + i * (each + space), each) for i in range(count)]
