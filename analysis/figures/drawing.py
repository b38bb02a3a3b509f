"""How every figure of the report is drawn: colours, type and size; the result is an SVG with its description."""

import io
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pandas as pd

from analysis.reading.cells import to_csv

# Okabe and Ito's colours, told apart by people with any colour vision; shapes say the same once more.
BLUE, VERMILLION, GREEN, ORANGE, PURPLE, OCHRE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#6B4C9A", "#8F6F14"
INK, FAINT, BAND = "#222222", "#8a8a8a", "#e9e7df"

_WIDTH = 4.4  # inches: about 317 points, so that ten-point letters can still be read on a telephone
_STYLE: Any = {
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "vantage",  # the same picture has the same bytes
}


@attrs.frozen(kw_only=True)
class Picture:
    """One figure: a file name, what stands above it, what a person who can't see it hears, the drawing, its numbers."""

    name: str
    title: str
    alt: str
    svg: str = attrs.field(repr=False)
    data: pd.DataFrame = attrs.field(eq=False, repr=False)

    @property
    def csv(self) -> str:
        """The numbers behind the drawing."""
        return to_csv(self.data)

    def write(self, folder: Path) -> None:
        """Into `<name>.svg`, the numbers beside it as `<name>.csv`."""
        for ending, text in (("svg", self.svg), ("csv", self.csv)):
            (folder / f"{self.name}.{ending}").write_text(text, encoding="utf-8", newline="\n")


def picture(name: str, title: str, alt: str, draw: Callable[[Any], None], height: float, data: pd.DataFrame) -> Picture:
    """Draws a figure of `height` inches, without a display and alike on every run; `data` are the numbers in it."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(name=name, title=title, alt=alt, svg=out.getvalue(), data=data)


def rectangle(corner: tuple[float, float], width: float, height: float) -> Any:
    """A patch in the colour of effects too small to matter."""
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, color=BAND, zorder=0, lw=0)


def legend(figure: Any, marks: Mapping[str, tuple[str, str]]) -> None:
    """What the marks stand for, above the panels."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=c, marker=m, lw=1.6, ms=6, mec="white", label=n) for n, (c, m) in marks.items()]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=3,
        frameon=False,
        fontsize=9,
        handlelength=1.4,
        columnspacing=1.2,
    )


def wrapped(text: str, width: int = 30) -> str:
    """A text in lines of at most `width` characters, the later ones indented."""
    return "\n      ".join(textwrap.wrap(text, width))
