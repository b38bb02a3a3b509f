"""A box for words."""

from collections.abc import Mapping

from attrs import evolve

from runner.screens import Words
from runner.stages.answers.views import View
from runner.stages.drawing.grid import TIGHT, Grid, Hand, Part, together, words_at
from runner.stages.drawing.lettering import places, spans
from runner.stages.drawing.palette import ACCENT, EDGE_STRONG, MUTED, PLATE
from runner.stages.drawing.pieces import Piece, Plate, Row, Target


def words_part(accepts: Words, view: View, grid: Grid, words: Mapping[str, str]) -> Part:
    """A box of `lines` rows that scrolls with the caret, how much is written, and how to go on."""
    hand, pad = Hand(size=grid.body), grid.px(1.4)
    height = accepts.lines * hand.line + 2 * pad
    focused = view.focus == "words"
    box = Plate(
        x=grid.left,
        y=0,
        width=grid.column,
        height=height,
        fill=PLATE,
        outline=ACCENT if focused else EDGE_STRONG,
        stroke=grid.px(0.25 if focused else 0.14),
        radius=grid.px(0.8),
    )
    rows = text_rows(view, grid, pad, grid.column - 2 * pad - 2, hand, accepts.lines)
    shown = [row for row in rows if pad <= row.y < pad + accepts.lines * hand.line]
    pieces: list[Piece] = [box]
    for row in shown:
        text = view.text[row.start : row.start + len(row.places) - 1]
        if text.strip():
            pieces += words_at(text, hand, grid.left + pad, grid.column).down(row.y).pieces
    if focused:
        pieces.append(_caret(view, rows, hand))
    below = Hand(size=grid.note, colour=MUTED, leading=TIGHT)
    count = words["words_count"].replace("{}", str(len(view.text)), 1).replace("{}", str(accepts.limit), 1)
    counter = words_at(count, evolve(below, align="right"), grid.left, grid.column)
    hint_width = grid.column - counter.pieces[0].width - grid.gap
    hint = words_at(words["words_hint"], below, grid.left, hint_width) if accepts.lines > 1 else Part()
    y = height + grid.px(1.0)
    target = Target(name="words", x=grid.left, y=0, width=grid.column, height=height)
    field = Part(pieces=tuple(pieces), targets=(target,), rows=rows, height=height)
    whole = together(field, counter.down(y), hint.down(y))
    return evolve(whole, height=y + max(counter.height, hint.height))


def text_rows(view: View, grid: Grid, pad: int, most: int, hand: Hand, lines: int) -> tuple[Row, ...]:
    """Every row of the text in a box with `pad` around it; those scrolled out lie above or below it."""
    x, top = grid.left + pad, pad
    found = spans(view.text, hand.size, hand.weight, most)
    here = max(i for i, (start, _) in enumerate(found) if start <= view.caret)
    first = max(0, here - lines + 1)
    rows = []
    for i, (start, end) in enumerate(found):
        soft = i + 1 < len(found) and found[i + 1][0] == end  # the place after the last space is the next row's first
        stretch = view.text[start : end - 1 if soft and view.text[end - 1] == " " else end]
        xs = tuple(min(x + place, x + most) for place in places(stretch, hand.size, grid.direction))
        rows.append(Row(start=start, y=top + (i - first) * hand.line, height=hand.line, places=xs))
    return tuple(rows)


def _caret(view: View, rows: tuple[Row, ...], hand: Hand) -> Plate:
    row = next(row for row in reversed(rows) if row.start <= view.caret)
    x = row.places[min(view.caret - row.start, len(row.places) - 1)]
    high = round(1.2 * hand.size)
    y = row.y + (row.height - high) // 2
    return Plate(x=x - 1, y=y, width=max(2, hand.size // 12), height=high, fill=ACCENT)
