"""Units shared out over options: a row for each."""

from collections.abc import Mapping

from attrs import evolve

from runner.screens import Allocation, Option
from runner.stages.answers.views import View
from runner.stages.drawing.grid import Grid, Hand, Part, lines_at, stacked, words_at
from runner.stages.drawing.palette import ACCENT, EDGE, EDGE_STRONG, INK, MUTED, RGB, TRACK
from runner.stages.drawing.pieces import Piece, Plate, Target
from runner.stages.drawing.plates import option_words, plate_of


def allocation_part(allocation: Allocation, view: View, grid: Grid, words: Mapping[str, str]) -> Part:
    """One row per option: label, minus, amount, plus, and a bar that can be pressed; above them what is left."""
    amounts = view.answer if isinstance(view.answer, tuple) else (0,) * len(allocation.options)
    left_over = allocation.total - sum(amounts)
    hand = Hand(size=grid.body, weight="bold", align="right", colour=INK if left_over else MUTED)
    text = words["allocation_left"].replace("{}", str(left_over), 1).replace("{}", str(allocation.total), 1)
    rows = [words_at(text, hand, grid.left, grid.column)]
    for i, option in enumerate(allocation.options):
        rows.append(_amount_row(allocation, option, i, amounts[i], left_over, view, grid))
    return stacked(tuple(rows), grid.px(1.0))


def _amount_row(
    allocation: Allocation, option: Option, i: int, amount: int, left_over: int, view: View, grid: Grid
) -> Part:
    side, space = grid.press, grid.px(1.0)
    number_width = round(2.6 * grid.body)
    label_width = round(0.40 * grid.column)
    lines, high, excess = option_words(option, grid, label_width - grid.gap)
    height = max(side, high)
    top = (height - side) // 2
    less_x = grid.left + grid.column - 2 * side - number_width
    more_x = grid.left + grid.column - side
    track_x = grid.left + label_width
    track_width = less_x - 2 * space - track_x
    label = lines_at(lines, high, grid.left).down((height - high) // 2)
    hand = Hand(size=round(1.1 * grid.body), weight="bold", align="centre")
    value = words_at(str(amount), hand, less_x + side, number_width)
    value = value.down((height - value.height) // 2)
    thick = grid.px(2.2)
    name = f"amount:{i}"
    hot = name in (view.hover, view.pressed)
    track = Plate(
        x=track_x,
        y=(height - thick) // 2,
        width=track_width,
        height=thick,
        fill=TRACK,
        outline=EDGE_STRONG if hot else EDGE,
        stroke=grid.px(0.12),
        radius=thick // 2,
    )
    filled = round(track_width * amount / max(1, allocation.total))
    bar = (evolve(track, width=max(thick, filled), fill=ACCENT, outline=None, stroke=0),) if filled else ()
    pieces: list[Piece] = [*label.pieces, track, *bar, *value.pieces]
    targets = [Target(name=name, x=track_x - space, y=top, width=track_width + 2 * space, height=side, inset=space)]
    for what, x, possible in (("less", less_x, amount > 0), ("more", more_x, left_over > 0)):
        button, target = plate_of(grid, f"{what}:{i}", view, False, (x, top, side, side))
        pieces += [button, *_sign(what, x, top, side, INK if possible else EDGE_STRONG, grid)]
        targets.append(target)
    return Part(pieces=tuple(pieces), targets=tuple(targets), height=height, excess=max(excess, value.excess))


def _sign(what: str, x: int, y: int, side: int, ink: RGB, grid: Grid) -> tuple[Plate, ...]:
    """A drawn minus or plus."""
    thick = 2 * max(1, round(0.04 * side)) + side % 2
    long = 2 * round(0.17 * side) + side % 2
    across = Plate(x=x + (side - long) // 2, y=y + (side - thick) // 2, width=long, height=thick, fill=ink)
    upright = Plate(x=x + (side - thick) // 2, y=y + (side - long) // 2, width=thick, height=long, fill=ink)
    return (across,) if what == "less" else (across, upright)
