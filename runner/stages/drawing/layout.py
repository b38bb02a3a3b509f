"""How a screen looks on a canvas of a given size: pieces to draw and targets to press. Pure and fast (a few ms).

A page is a column in the middle with the buttons below it. The body's letters become smaller, step by step, when a
page would not fit; what still does not fit is the layout's `overflow`, which `vantage check` refuses. A page that is
read from right to left is laid out like all others, and then mirrored.
"""

from collections.abc import Mapping

from attrs import evolve

from runner.languages import Direction
from runner.screens import Accepts, Badge, Bar, Board, Continue, Keys, Likert, Mark, Others, Screen, Slider, Words
from runner.stages.answers.answering import ready
from runner.stages.answers.views import View
from runner.stages.drawing.controls import control, left_and_width
from runner.stages.drawing.grid import (
    BODY,
    TIGHT,
    Grid,
    Hand,
    Part,
    full_size,
    grid,
    shifted,
    together,
    words_at,
    words_block,
)
from runner.stages.drawing.marks import badges_part, marks_part, placed_part
from runner.stages.drawing.mirror import mirrored
from runner.stages.drawing.palette import (
    ACCENT,
    ACCENT_DARK,
    BACKGROUND,
    EDGE,
    EDGE_STRONG,
    INK,
    MUTED,
    PILOT,
    PLATE,
    PLATE_HOVER,
    PLATE_OFF,
)
from runner.stages.drawing.pieces import Canvas, Layout, Picture, Piece, Plate, Target

__all__ = ["INTERFACE_KEYS", "Canvas", "Layout", "Picture", "Piece", "Plate", "Target", "lay_out"]

INTERFACE_KEYS: Mapping[str, str] = {
    "continue": "the button that goes on",
    "stop": "the control for a pause and for stopping",
    "decline": "the control for not answering this one",
    "stop_title": "heading of the page on which the session waits",
    "stop_question": "what stopping means",
    "stop_stay": "its button for going on",
    "stop_distress": "its button for somebody for whom it is too much",
    "stop_leave": "its button for stopping",
    "support_title": "heading of the page for somebody for whom it is too much",
    "support_text": "what is said there",
    "support_contact": "whom to turn to, {} standing for the protocol's detail 'support'; also on the page before",
    "support_stay": "its button for going on",
    "support_leave": "its button for stopping",
    "pilot": "label of the frame around every pilot screen",
    "choose_first": "said when the button is pressed before there is an answer",
    "words_count": "characters written and allowed, {} twice",
    "words_hint": "how to go on by keyboard from a box of several lines",
    "words_short": "asked once when little was written",
    "allocation_left": "what is left to give and the total, {} twice",
    "decimal_mark": "what stands before the decimals of a number",
    "slider_none": "how to mark a slider that is unmarked, by pointer and by arrow keys",
    "saving": "said while the disk is waited for",
    "seat": "what stands for somebody of a group session who told no alias, {} for the number of the place",
    "paused_title": "heading of the page on which a group session waits",
    "paused_text": "what is said there",
}


def lay_out(
    screen: Screen,
    view: View,
    canvas: Canvas,
    words: Mapping[str, str],
    *,
    direction: Direction = "ltr",
    pilot: bool = False,
) -> Layout:
    """The screen as it looks now. `words` are the session's interface words (INTERFACE_KEYS)."""
    for share in BODY:
        layout = _page(screen, view, grid(canvas, share, direction), words, pilot)
        if layout.overflow <= 0:
            break
    return layout


def _page(screen: Screen, view: View, grid: Grid, words: Mapping[str, str], pilot: bool) -> Layout:
    """The screen with letters of one size."""
    badges = tuple(mark for mark in screen.marks if isinstance(mark, Badge))
    placed = tuple((mark, at) for mark in screen.marks if (at := _place(mark)) is not None)
    flowing = tuple(_now(m, view) for m in screen.marks if not isinstance(m, Badge) and _place(m) is None)
    top = grid.px(6)
    parts = []
    if badges:
        parts.append(badges_part(badges, grid).down(grid.px(4.2)))
        top = parts[0].pieces[0].y + parts[0].height + grid.px(2.5)
    left, width = left_and_width(screen.accepts, grid)
    centred = screen.accepts is None or isinstance(screen.accepts, Keys | Others)
    flow = marks_part(flowing, grid, left, width, centred)
    answer = control(screen.accepts, view, grid, words)
    parts += _arranged(flow, answer, grid, screen.accepts, top)
    free = [placed_part(mark, grid, at) for mark, at in placed]
    row = _bottom_row(screen, view, full_size(grid), words)  # the same on every screen
    frame = _pilot_frame(grid, words["pilot"]) if pilot else Part()
    page = together(*parts, *free, row)
    short = max(0, _needed(flow, answer, grid) - (grid.bottom - grid.px(2.5) - top))
    beyond = max([0, *(_outside(piece, grid.canvas) for part in free for piece in part.pieces)])
    overflow = max(short, beyond, page.excess) / grid.canvas.height
    pieces = (*page.pieces, *_focus_ring(page, view, grid), *frame.pieces)
    layout = Layout(pieces=pieces, targets=page.targets, overflow=overflow, rows=page.rows)
    return mirrored(layout, grid.canvas) if grid.direction == "rtl" else layout


def _place(mark: Mark) -> tuple[float, float] | None:
    return None if isinstance(mark, Bar | Badge | Board) else mark.at


def _now(mark: Mark, view: View) -> Mark:
    """A board with what stands on it now."""
    return evolve(mark, lines=view.board) if isinstance(mark, Board) else mark


# ---------------------------------------------------------------- the column


def _needed(flow: Part, answer: Part, grid: Grid) -> int:
    return flow.height + (_between(grid) if flow.height and answer.height else 0) + answer.height


def _between(grid: Grid) -> int:
    return round(1.25 * grid.gap)


def _arranged(flow: Part, answer: Part, grid: Grid, accepts: Accepts | None, top: int) -> list[Part]:
    """Marks above, the answer below. A scale stands at the same height on every screen that leaves room for it."""
    bottom = grid.bottom - grid.px(2.5)
    needed = _needed(flow, answer, grid)
    gap = _between(grid) if flow.height and answer.height else 0
    if accepts is None or isinstance(accepts, Keys | Others):
        start = max(top, min((grid.canvas.height - needed) // 2, bottom - needed))
    elif isinstance(accepts, Likert | Slider):
        lowest = max(top + flow.height + gap, bottom - answer.height)
        place = min(max(round(0.50 * grid.canvas.height), top + flow.height + gap), lowest)
        start = place - gap - flow.height
    else:
        start = top + max(0, round(0.36 * (bottom - top - needed)))
    return [flow.down(start), answer.down(start + flow.height + gap)]


def _outside(piece: Piece, canvas: Canvas) -> int:
    """Pixels by which a piece sticks out of the canvas."""
    return max(-piece.x, -piece.y, piece.x + piece.width - canvas.width, piece.y + piece.height - canvas.height)


# ---------------------------------------------------------------- the bottom row


def _bottom_row(screen: Screen, view: View, grid: Grid, words: Mapping[str, str]) -> Part:
    """Stop at the left, then declining, then what is to be said, and the button at the right."""
    parts, x = [], grid.margin
    if screen.stop:
        parts.append(_quiet("stop", words["stop"], view, grid, x))
        x = parts[-1].targets[0].x + parts[-1].targets[0].width + grid.gap
    if screen.decline:
        parts.append(_quiet("decline", words["decline"], view, grid, max(x, grid.left)))
        x = parts[-1].targets[0].x + parts[-1].targets[0].width + grid.gap
    if screen.accepts is not None and not isinstance(screen.accepts, Keys | Others):
        label = screen.accepts.label if isinstance(screen.accepts, Continue) else ""
        parts.append(_go_on(label or words["continue"], view, grid, ready(screen, view)))
        said = _said(screen.accepts, view, words)
        most = parts[-1].targets[0].x - 2 * grid.gap - max(x, grid.left)
        hand = Hand(size=grid.note, weight="bold", colour=ACCENT_DARK, leading=TIGHT, align="right", balanced=True)
        note = words_at(said, hand, max(x, grid.left) + grid.gap, most)
        parts.append(note.down(grid.bottom + (grid.button - note.height) // 2))
    return together(*parts)


def _said(accepts: Accepts, view: View, words: Mapping[str, str]) -> str:
    """What is said beside the button; the question whether that is all goes away when enough was written."""
    if view.asked == "short":
        enough = isinstance(accepts, Words) and len(view.text.strip()) >= accepts.least
        return "" if enough else words["words_short"]
    return words["choose_first"] if view.asked == "choose" else ""


def _quiet(name: str, label: str, view: View, grid: Grid, x: int) -> Part:
    """A button that does not ask for attention."""
    hot, pad = name in (view.hover, view.pressed), grid.px(1.6)
    hand = Hand(size=grid.note, colour=INK if hot else MUTED, leading=TIGHT, align="centre", balanced=True)
    most = round(0.19 * grid.canvas.width) - 2 * pad
    block = words_at(label, hand, 0, most)
    width = block.pieces[0].width + 2 * pad
    lines, high, excess = words_block(label, hand, width - 2 * pad)
    height = max(grid.press, high + grid.px(1))
    plate = Plate(
        x=x,
        y=grid.bottom + (grid.button - height) // 2,
        width=width,
        height=height,
        fill=PLATE_HOVER if hot else BACKGROUND,
        outline=EDGE_STRONG if hot else EDGE,
        stroke=grid.px(0.12),
        radius=grid.px(1.0),
        lines=shifted(lines, pad, (height - high) // 2),
    )
    target = Target(name=name, x=x, y=plate.y, width=width, height=height)
    return Part(pieces=(plate,), targets=(target,), excess=excess)


def _go_on(label: str, view: View, grid: Grid, possible: bool) -> Part:
    """The button at the right end of the column; pale until it can be used."""
    hot, pad = possible and view.hover == "continue", grid.px(2.6)
    hand = Hand(
        size=grid.body,
        weight="bold",
        colour=PLATE if possible else MUTED,
        leading=TIGHT,
        align="centre",
        balanced=True,
    )
    most = grid.column // 2
    block = words_at(label, hand, 0, most)
    width = max(grid.px(24), block.pieces[0].width + 2 * pad)
    lines, high, excess = words_block(label, hand, width - 2 * pad)
    fill = (ACCENT_DARK if hot else ACCENT) if possible else PLATE_OFF
    plate = Plate(
        x=grid.left + grid.column - width,
        y=grid.bottom,
        width=width,
        height=grid.button,
        fill=fill,
        radius=grid.px(1.0),
        lines=shifted(lines, pad, (grid.button - high) // 2),
    )
    target = Target(name="continue", x=plate.x, y=plate.y, width=width, height=grid.button)
    return Part(pieces=(plate,), targets=(target,), excess=max(excess, high - grid.button))


def _focus_ring(page: Part, view: View, grid: Grid) -> tuple[Plate, ...]:
    """An outline around what the keyboard is on; a words box shows its caret instead."""
    if view.focus == "words":
        return ()
    space, stroke = grid.px(0.5), grid.px(0.3)
    return tuple(
        Plate(
            x=target.x - space,
            y=target.y - space,
            width=target.width + 2 * space,
            height=target.height + 2 * space,
            outline=ACCENT_DARK,
            stroke=stroke,
            radius=grid.px(1.0) + space,
        )
        for target in page.targets
        if target.name == view.focus
    )


# ---------------------------------------------------------------- pilots


def _pilot_frame(grid: Grid, label: str) -> Part:
    """A frame that nobody can take for a real session, and its label in the upper left corner."""
    thick, wide, high = grid.px(0.9), grid.canvas.width, grid.canvas.height
    hand = Hand(size=grid.floor, weight="bold", colour=INK, leading=TIGHT)
    words = words_at(label, hand, thick + grid.px(0.6), wide // 2)
    tab = words.pieces[0].width + 2 * grid.px(0.6) + thick
    strips = ((0, 0, wide, thick), (0, high - thick, wide, thick), (0, 0, thick, high), (wide - thick, 0, thick, high))
    plates = [Plate(x=x, y=y, width=w, height=h, fill=PILOT) for x, y, w, h in strips]
    plates.append(Plate(x=0, y=0, width=tab, height=words.height + thick, fill=PILOT))
    return together(Part(pieces=tuple(plates)), words.down(thick // 2))
