"""One of several options: in a column, in a row, or as cards."""

from runner.screens import Choice
from runner.stages.answers.views import View
from runner.stages.drawing.grid import TIGHT, Grid, Hand, Part, shifted, stacked, words_block
from runner.stages.drawing.palette import EDGE
from runner.stages.drawing.pieces import Piece, Plate
from runner.stages.drawing.plates import chip, option_words, plate_of, side_by_side


def column_part(choice: Choice, view: View, grid: Grid) -> Part:
    """Options one below the other."""
    pad = grid.px(1.5)
    inner = pad + round(1.5 * grid.note) + pad
    parts = []
    for i, option in enumerate(choice.options):
        chosen = option.value == view.answer
        lines, high, excess = option_words(option, grid, grid.column - inner - pad)
        height = max(grid.press, high + round(0.9 * grid.body))
        lines = shifted(lines, inner, (height - high) // 2)
        box = (grid.left, 0, grid.column, height)
        plate, target = plate_of(grid, f"option:{i}", view, chosen, box, lines)
        mark = chip(grid, i + 1, grid.left + pad, height // 2, chosen)
        parts.append(Part(pieces=(plate, mark), targets=(target,), height=height, excess=excess))
    return stacked(tuple(parts), grid.px(1.1))


def row_part(choice: Choice, view: View, grid: Grid) -> Part:
    """Options side by side, for short words, which stand in the middle of their plates where there is room."""
    boxes = side_by_side(grid.left, grid.column, len(choice.options), grid.px(1.4))
    hand = Hand(size=grid.body, leading=TIGHT, align="centre", balanced=True)
    pad = grid.px(1.2)
    inner = pad + round(1.5 * grid.note) + grid.px(0.6)
    narrow = min(width for _, width in boxes)
    right = inner if all(words_block(o.text, hand, narrow - 2 * inner)[1] <= hand.line for o in choice.options) else pad
    blocks = [words_block(option.text, hand, narrow - inner - right) for option in choice.options]
    height = max(grid.px(8), *(high + round(1.2 * grid.body) for _, high, _ in blocks))
    pieces: list[Piece] = []
    targets = []
    for i, ((x, width), (lines, high, _)) in enumerate(zip(boxes, blocks, strict=True)):
        chosen = choice.options[i].value == view.answer
        lines = shifted(lines, inner, (height - high) // 2)
        plate, target = plate_of(grid, f"option:{i}", view, chosen, (x, 0, width, height), lines)
        pieces += [plate, chip(grid, i + 1, x + pad, height // 2, chosen)]
        targets.append(target)
    excess = max(wide for _, _, wide in blocks)
    return Part(pieces=tuple(pieces), targets=tuple(targets), height=height, excess=excess)


def cards_part(choice: Choice, view: View, grid: Grid) -> Part:
    """Options as cards side by side; line i of one card stands beside line i of the others.

    The first is on the left on every page, mirrored or not, because that is what data and analysis call it.
    """
    left = (grid.canvas.width - grid.wide) // 2
    pad, disc = grid.px(2.2), round(1.5 * grid.note)
    boxes = side_by_side(left, grid.wide, len(choice.options), grid.px(2.6))
    boxes = boxes[::-1] if grid.direction == "rtl" else boxes  # to be mirrored with the page
    inner = min(width for _, width in boxes) - 2 * pad
    heading = Hand(size=round(1.08 * grid.body), weight="bold", leading=TIGHT)
    text = Hand(size=grid.body, leading=TIGHT)
    heads = [words_block(option.text, heading, inner - disc - 2 * pad // 3) for option in choice.options]
    rows = max(len(option.lines) for option in choice.options)
    bodies = [
        [words_block(option.lines[i] if i < len(option.lines) else "", text, inner) for i in range(rows)]
        for option in choice.options
    ]
    head_height = max(disc, *(high for _, high, _ in heads))
    row_heights = [max(body[i][1] for body in bodies) for i in range(rows)]
    space = round(0.62 * grid.body)
    tops = [pad + head_height + 2 * space + sum(row_heights[:i]) + 2 * i * space for i in range(rows)]
    height = (tops[-1] + row_heights[-1] if rows else pad + head_height) + pad
    pieces: list[Piece] = []
    targets = []
    for i, ((x, wide), (head, high, _), body) in enumerate(zip(boxes, heads, bodies, strict=True)):
        chosen = choice.options[i].value == view.answer
        lines = shifted(head, pad + disc + 2 * pad // 3, pad + (head_height - high) // 2)
        for top, (more, _, _) in zip(tops, body, strict=True):
            lines += shifted(more, pad, top)
        plate, target = plate_of(grid, f"option:{i}", view, chosen, (x, 0, wide, height), lines)
        rules = [Plate(x=x + pad, y=top - space, width=wide - 2 * pad, height=grid.px(0.1), fill=EDGE) for top in tops]
        pieces += [plate, *rules, chip(grid, i + 1, x + pad, pad + head_height // 2, chosen)]
        targets.append(target)
    excess = max(block[2] for block in (*heads, *(cell for body in bodies for cell in body)))
    return Part(pieces=tuple(pieces), targets=tuple(targets), height=height, excess=excess)
