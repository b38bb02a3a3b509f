"""Marks as parts of a page: words, pictures, shapes, bars and badges."""

from functools import cache

from attrs import evolve
from PIL import Image as Pictures

from runner.errors import DeclarationError, Mistake
from runner.screens import Badge, Bar, Board, Image, Mark, Shape, Text
from runner.stages.drawing.board import board_part
from runner.stages.drawing.fonts import STIMULI
from runner.stages.drawing.grid import TIGHT, Grid, Hand, Part, shifted, together, words_at, words_block
from runner.stages.drawing.palette import ACCENT, MUTED, TRACK, colour, text_on
from runner.stages.drawing.pieces import Picture, Plate


def mark_part(mark: Mark, grid: Grid, left: int, width: int, centred: bool) -> Part:
    """One mark in a column that begins at `left`; `centred` sets short words in its middle."""
    match mark:
        case Text():
            return text_part(mark, grid, left, width, centred)
        case Image():
            high = round(mark.height * grid.canvas.height)
            wide = round(high * _shape_of(mark.path))
            return Part(pieces=(_picture(mark.path, left + (width - wide) // 2, 0, wide, high),), height=high)
        case Shape():
            return shape_part(mark, grid, grid.canvas.width // 2)  # the middle of every column
        case Bar():
            return bar_part(mark, grid, left, width)
        case Badge():
            return badges_part((mark,), grid)
        case Board():
            return board_part(mark, grid, left, width)


def marks_part(marks: tuple[Mark, ...], grid: Grid, left: int, width: int, centred: bool) -> Part:
    """The marks of a page one below the other; bars stand closer, and what follows a title too."""
    placed, y = [], 0
    for i, mark in enumerate(marks):
        part = mark_part(mark, grid, left, width, centred)
        placed.append(part.down(y))
        after = marks[i + 1] if i + 1 < len(marks) else None
        close = (isinstance(mark, Bar) and isinstance(after, Bar)) or (isinstance(mark, Text) and mark.style == "title")
        y += part.height + (0 if after is None else round((0.7 if close else 1.0) * grid.gap))
    return evolve(together(*placed), height=y)


def hand_of(mark: Text, grid: Grid) -> Hand:
    """How words of a style are set."""
    ink = MUTED if mark.style == "note" and mark.colour == "ink" else colour(mark.colour)
    match mark.style:
        case "title":
            return Hand(size=grid.title, weight="bold", colour=ink, leading=TIGHT, balanced=True)
        case "strong":
            return Hand(size=grid.body, weight="bold", colour=ink)
        case "note":
            return Hand(size=grid.note, colour=ink)
        case "stimulus":
            return Hand(size=grid.stimulus, colour=ink, leading=TIGHT, align="centre", balanced=True)
        case _:
            return Hand(size=grid.body, colour=ink)


def text_part(mark: Text, grid: Grid, left: int, width: int, centred: bool) -> Part:
    """Words in the column. Running text is never wider than a good measure and never centred."""
    hand = hand_of(mark, grid)
    if hand.align == "left":
        measure = min(width, round(37 * hand.size))
        if centred:
            hand = evolve(hand, align="centre", balanced=True)
            if len(words_block(mark.text, hand, measure)[0]) > 3:
                hand = hand_of(mark, grid)
        if hand.align == "left":
            return words_at(mark.text, hand, left if not centred else left + (width - measure) // 2, measure)
        return words_at(mark.text, hand, left + (width - measure) // 2, measure)
    return words_at(mark.text, hand, left, width)


def shape_part(mark: Shape, grid: Grid, centre: int) -> Part:
    """A shape, its middle at x = `centre`."""
    wide, high = (max(1, round(side * grid.canvas.height)) for side in mark.size)
    wide += (wide - grid.canvas.width) % 2  # so that it can stand in the very middle
    high += (high - grid.canvas.height) % 2
    fill, x = colour(mark.colour), centre - wide // 2
    if mark.form == "cross":
        thick = max(2, round(0.13 * min(wide, high)))
        level, plumb = (thick + (thick - side) % 2 for side in (high, wide))
        across = Plate(x=x, y=(high - level) // 2, width=wide, height=level, fill=fill)
        upright = Plate(x=x + (wide - plumb) // 2, y=0, width=plumb, height=high, fill=fill)
        return Part(pieces=(across, upright), height=high)
    radius = min(wide, high) // 2 if mark.form == "circle" else 0
    return Part(pieces=(Plate(x=x, y=0, width=wide, height=high, fill=fill, radius=radius),), height=high)


def bar_part(mark: Bar, grid: Grid, left: int, width: int) -> Part:
    """Label, track with its filled share, note: three columns, so that bars in a row can be compared."""
    label_width, note_width, space = round(0.30 * width), round(0.20 * width), grid.gap
    track_width = width - label_width - note_width - 2 * space
    label = words_at(mark.label, Hand(size=grid.body, leading=TIGHT), left, label_width)
    note_left = left + width - note_width
    note = words_at(mark.note, Hand(size=grid.body, weight="bold", leading=TIGHT), note_left, note_width)
    high = grid.px(3.2)
    height, x = max(label.height, note.height, high), left + label_width + space
    track = Plate(x=x, y=(height - high) // 2, width=track_width, height=high, fill=TRACK, radius=grid.px(0.5))
    filled = round(min(1.0, max(0.0, mark.share)) * track_width)
    fill = (evolve(track, width=filled, fill=ACCENT, radius=min(track.radius, filled // 2)),) if filled else ()
    parts = (label.down((height - label.height) // 2), note.down((height - note.height) // 2))
    return evolve(together(*parts, Part(pieces=(track, *fill))), height=height)


def badges_part(badges: tuple[Badge, ...], grid: Grid) -> Part:
    """Badges side by side in the middle of the page."""
    space, pad, height = grid.gap // 2, grid.px(1.8), grid.px(5.0)
    plates, x = [], 0
    for badge in badges:
        fill = colour(badge.colour)
        hand = Hand(size=grid.body, weight="bold", colour=text_on(fill), leading=TIGHT)
        lines, high, _ = words_block(badge.text, hand, grid.canvas.width)
        words = words_at(badge.text, hand, 0, grid.canvas.width).pieces[0].width if lines else 0
        lines = shifted(lines, pad + hand.size // 6, (height - high) // 2)
        plates.append(Plate(x=x, y=0, width=words + 2 * pad, height=height, fill=fill, radius=height // 2, lines=lines))
        x += plates[-1].width + space
    start = (grid.canvas.width - (x - space)) // 2
    excess = max(0, x - space - grid.column)
    return Part(pieces=tuple(evolve(plate, x=plate.x + start) for plate in plates), height=height, excess=excess)


def placed_part(mark: Mark, grid: Grid, at: tuple[float, float]) -> Part:
    """A mark whose middle is at a place of its own, in screen heights from the middle of the screen, y upwards.

    Its place says which key or side it belongs to, so it stays there on a page that is mirrored.
    """
    wide = round(0.9 * grid.canvas.width)
    part = mark_part(mark, grid, (grid.canvas.width - wide) // 2, wide, centred=True)
    part = part.down(round((0.5 - at[1]) * grid.canvas.height - part.height / 2))
    dx = round(at[0] * grid.canvas.height) * (-1 if grid.direction == "rtl" else 1)
    return evolve(part, pieces=tuple(evolve(piece, x=piece.x + dx) for piece in part.pieces))


def _picture(path: str, x: int, y: int, width: int, height: int) -> Picture:
    return Picture(x=x, y=y, width=max(1, width), height=max(1, height), path=path)


@cache
def _shape_of(path: str) -> float:
    """Width over height of a picture below `stimuli/`."""
    file = (STIMULI / path).resolve()
    if not file.is_relative_to(STIMULI.resolve()) or not file.is_file():
        raise DeclarationError(Mistake(path, 0, 0, "no such picture below stimuli/; put the file there"))
    try:
        with Pictures.open(file) as image:
            return float(image.width / image.height)
    except OSError as error:
        raise DeclarationError(Mistake(path, 0, 0, f"not a picture that can be read: {error}")) from error
