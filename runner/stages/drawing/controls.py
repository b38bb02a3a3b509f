"""What is answered with, as a part of the page."""

from collections.abc import Mapping

from runner.screens import Accepts, Allocation, Choice, Likert, Slider, Words
from runner.stages.answers.views import View
from runner.stages.drawing.amounts import allocation_part
from runner.stages.drawing.box import words_part
from runner.stages.drawing.choosing import cards_part, column_part, row_part
from runner.stages.drawing.grid import Grid, Part
from runner.stages.drawing.scales import likert_part, slider_part


def control(accepts: Accepts | None, view: View, grid: Grid, words: Mapping[str, str]) -> Part:
    """The part of the page that takes the answer; nothing for Continue and Keys."""
    match accepts:
        case Choice(arrange="cards"):
            return cards_part(accepts, view, grid)
        case Choice(arrange="row"):
            return row_part(accepts, view, grid)
        case Choice():
            return column_part(accepts, view, grid)
        case Likert():
            return likert_part(accepts, view, grid)
        case Slider():
            return slider_part(accepts, view, grid, words)
        case Allocation():
            return allocation_part(accepts, view, grid, words)
        case Words():
            return words_part(accepts, view, grid, words)
    return Part()


def left_and_width(accepts: Accepts | None, grid: Grid) -> tuple[int, int]:
    """Where the page's contents begin and how wide they may be; cards take more than the column."""
    width = grid.wide if isinstance(accepts, Choice) and accepts.arrange == "cards" else grid.column
    return (grid.canvas.width - width) // 2, width
