"""Numbers: rows of points, and lines to press on."""

from collections.abc import Mapping

from attrs import evolve

from runner.screens import Likert, Slider, written
from runner.stages.answers.views import View
from runner.stages.drawing.grid import TIGHT, Grid, Hand, Part, shifted, stacked, together, words_at, words_block
from runner.stages.drawing.lettering import widest_word
from runner.stages.drawing.palette import ACCENT, EDGE, EDGE_STRONG, INK, MUTED, PLATE, TRACK
from runner.stages.drawing.pieces import Piece, Plate, Target
from runner.stages.drawing.plates import face, side_by_side

MINUS = "\u2013"  # Noto Sans has an en dash, but no minus sign


def _signed(value: int) -> str:
    return f"{MINUS}{-value}" if value < 0 else str(value)


def likert_part(likert: Likert, view: View, grid: Grid) -> Part:
    """A row of numbered points, all alike, with their anchors below."""
    values = range(likert.low, likert.high + 1)
    boxes = side_by_side(grid.left, grid.column, len(values), grid.px(1.1))
    height, size = grid.px(8.5), round(1.2 * grid.body)
    pieces: list[Piece] = []
    targets = []
    for value, (x, width) in zip(values, boxes, strict=True):
        chosen = value == view.answer
        fill, outline, stroke = face(grid, f"point:{value}", view, chosen)
        hand = Hand(size=size, weight="bold" if chosen else "regular", colour=PLATE if chosen else INK, align="centre")
        lines, high, _ = words_block(_signed(value), hand, width)
        plate = Plate(
            x=x,
            y=0,
            width=width,
            height=height,
            fill=ACCENT if chosen else fill,
            outline=outline,
            stroke=stroke,
            radius=grid.px(1.0),
            lines=shifted(lines, 0, (height - high) // 2),
        )
        pieces.append(plate)
        targets.append(Target(name=f"point:{value}", x=x, y=0, width=width, height=height))
    points = Part(pieces=tuple(pieces), targets=tuple(targets), height=height)
    middles = [x + width // 2 for x, width in boxes] if len(likert.anchors) == len(values) else None
    anchors = _anchors(likert.anchors, grid, middles)
    return stacked((points, anchors) if anchors.height else (points,), grid.px(1.1))


def _anchors(anchors: tuple[str, ...], grid: Grid, middles: list[int] | None = None) -> Part:
    """Labels below a scale: under each point (`middles`), else spread from end to end, the outer ones flush."""
    if not anchors:
        return Part()
    if middles is not None and len(middles) > 1:
        most = middles[1] - middles[0] - grid.px(0.6)
        hand = _label_hand(anchors, grid, most)
        below = [words_at(text, hand, middle - most // 2, most) for text, middle in zip(anchors, middles, strict=True)]
        return together(*below)
    step = grid.column / max(1, len(anchors) - 1) if len(anchors) > 1 else grid.column
    most = round(min(step, grid.column) * (0.48 if len(anchors) <= 2 else 0.62 if len(anchors) == 3 else 0.9))
    hand = _label_hand(anchors, grid, most)
    labels = []
    for i, text in enumerate(anchors):
        align, x = "centre", round(grid.left + i * step - most / 2)
        if i == 0 and len(anchors) > 1:
            align, x = "left", grid.left
        elif i == len(anchors) - 1 and len(anchors) > 1:
            align, x = "right", grid.left + grid.column - most
        labels.append(words_at(text, evolve(hand, align=align), x, most))
    return together(*labels)


def _label_hand(anchors: tuple[str, ...], grid: Grid, most: int) -> Hand:
    """Small letters, smaller still when a word would not fit, but never below the floor."""
    size = grid.note
    while size > grid.floor and max(widest_word(text, size, "regular") for text in anchors) > most:
        size -= 1
    return Hand(size=size, colour=INK, leading=TIGHT, align="centre", balanced=True)


def number(value: float, slider: Slider, mark: str) -> str:
    """A slider's number as the participant reads it, with its language's mark before the decimals."""
    text = written(value, slider.decimals, mark).replace("-", MINUS)
    if "{}" in slider.unit:
        return slider.unit.replace("{}", text)
    return f"{text} {slider.unit}".rstrip()


def slider_part(slider: Slider, view: View, grid: Grid, words: Mapping[str, str]) -> Part:
    """A line to press on. Until it is marked there is no marker, and a note says what to do."""
    thumb, high = grid.px(4.2), grid.px(0.9)
    left, length = grid.left, grid.column
    value_hand = Hand(size=round(1.3 * grid.body), weight="bold", leading=TIGHT, align="centre")
    label_height, height = value_hand.line + grid.px(0.8), grid.px(8)
    middle = label_height + height // 2
    track_top = middle - high // 2
    name = "slider"
    edge = EDGE_STRONG if name in (view.hover, view.pressed) else EDGE
    pieces: list[Piece] = [
        Plate(x=x, y=middle - grid.px(1.5), width=grid.px(0.3), height=2 * grid.px(1.5), fill=EDGE_STRONG)
        for x in (left, left + length - grid.px(0.3))
    ]
    track = Plate(
        x=left, y=track_top, width=length, height=high, fill=TRACK, outline=edge, stroke=grid.px(0.12), radius=high // 2
    )
    pieces.append(track)
    hint = Part()
    if isinstance(view.answer, int | float):
        share = (view.answer - slider.low) / max(1e-9, slider.high - slider.low)
        x = left + round(share * length)
        text = words_at(number(view.answer, slider, words.get("decimal_mark", ".")), value_hand, 0, grid.column).pieces[
            0
        ]
        beside = min(max(grid.left, x - text.width // 2), grid.left + grid.column - text.width)
        pieces += [
            evolve(text, x=beside),
            Plate(
                x=x - thumb // 2,
                y=middle - thumb // 2,
                width=thumb,
                height=thumb,
                fill=ACCENT,
                outline=PLATE,
                stroke=grid.px(0.4),
                radius=thumb // 2,
            ),
        ]
    else:
        hand = Hand(size=grid.note, colour=MUTED, align="centre")
        hint = words_at(words["slider_none"], hand, grid.left, grid.column)
    inset = thumb // 2
    target = Target(name=name, x=left - inset, y=label_height, width=length + 2 * inset, height=height, inset=inset)
    line = Part(pieces=tuple(pieces), targets=(target,), height=label_height + height)
    anchors = _anchors(slider.anchors, grid).down(line.height)
    hint = hint.down(max(0, (label_height - hint.height) // 2)) if hint.height else hint
    return evolve(together(line, anchors, hint), height=line.height + anchors.height)
