"""The board of a group session: a box of a fixed height, in which the newest lines stand lowest."""

from attrs import evolve

from runner.screens import Board
from runner.stages.drawing.grid import TIGHT, Grid, Hand, Part, shifted, together, words_at, words_block
from runner.stages.drawing.palette import EDGE, INK, MUTED, PLATE
from runner.stages.drawing.pieces import Line, Plate


def board_part(mark: Board, grid: Grid, left: int, width: int) -> Part:
    """Heading and box; the box is as high when it is empty, so that nothing moves when somebody chooses.

    An empty place is as high as the board that stands there in other cells.
    """
    hand = Hand(size=grid.note, colour=INK, leading=TIGHT)
    pad = grid.px(1.4)
    heading = words_at(mark.heading, evolve(hand, colour=MUTED, weight="bold"), left, width)
    top = heading.height + grid.gap // 3
    height = mark.rows * hand.line + 2 * pad
    if not mark.point:
        return Part(height=top + height)
    lines = _lines(mark, hand, width - 2 * pad)
    box = Plate(
        x=left,
        y=top,
        width=width,
        height=height,
        fill=PLATE,
        outline=EDGE,
        stroke=max(1, grid.px(0.12)),
        radius=grid.px(0.8),
        lines=shifted(lines, pad, pad),
    )
    return evolve(together(heading, Part(pieces=(box,))), height=top + height)


def _lines(mark: Board, hand: Hand, most: int) -> tuple[Line, ...]:
    """The newest entries that the box has room for, whole ones only, an empty row above those of an emptier box."""
    blocks: list[tuple[tuple[Line, ...], int]] = []
    room = mark.rows * hand.line
    for entry in reversed(mark.lines):
        lines, height, _ = words_block(entry, hand, most)
        if height > room:
            break
        blocks.insert(0, (lines, height))
        room -= height
    found: tuple[Line, ...] = ()
    y = 0
    for lines, height in blocks:
        found += shifted(lines, 0, y)
        y += height
    return found
