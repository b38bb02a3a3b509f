"""Specification curves: each cell of a hypothesis's grid, by its estimate (Simonsohn, Simmons & Nelson, 2020)."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.common import VERDICT_MARKS
from analysis.figures.drawing import BAND, FAINT, GREEN, INK, Picture, legend, picture
from analysis.multiverse import AXES, shares
from analysis.multiverse.cells import PREREGISTERED

PREFIX = "multiverse-"
_MOST_SHOWN = 400  # cells: more would be a smear; then every cell still counts in the shares


def specification_curves(table: pd.DataFrame) -> list[Picture]:
    """A figure for each hypothesis in a table of `multiverse`; none for one without a cell that could be fitted."""
    drawn = []
    for name, cells in table.groupby("id", sort=False) if len(table) else ():
        fitted = cells[cells["verdict"].notna()].sort_values("estimate", kind="stable").reset_index(drop=True)
        if len(fitted):
            drawn.append(_curve(str(name), cells, fitted))
    return drawn


def _curve(name: str, cells: pd.DataFrame, fitted: pd.DataFrame) -> Picture:
    axes = {axis: list(dict.fromkeys(cells[axis].dropna())) for axis in AXES if axis in cells}
    axes = {axis: levels for axis, levels in axes.items() if len(levels) > 1}
    rows = sum(len(levels) + 1 for levels in axes.values())
    shown = fitted if len(fitted) <= _MOST_SHOWN else _thinned(fitted)

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[9, max(rows, 1)])
        _estimates(above, shown)
        _levels(below, shown, axes)
        said = [v for v in VERDICT_MARKS if (shown["verdict"] == v).any()]
        legend(figure, {v: VERDICT_MARKS[v] for v in said} | {"preregistered": (GREEN, "|")})

    title, height = f"{name}: every declared analysis", 2.6 + 0.19 * rows
    return picture(f"{PREFIX}{name}", title, _told(name, cells, fitted), draw, height, cells.dropna(axis=1, how="all"))


def _estimates(panel: Any, shown: pd.DataFrame) -> None:
    bound = float(shown["sesoi"].iloc[0])
    panel.axhspan(-bound, bound, color=BAND, zorder=0, lw=0)
    panel.axhline(0, color=FAINT, lw=0.8)
    width = float(np.clip(120 / len(shown), 0.5, 2.0))
    for place, cell in enumerate(shown.itertuples()):
        colour, mark = VERDICT_MARKS[str(cell.verdict)]
        panel.plot([place, place], [cell.low, cell.high], color=colour, lw=width, alpha=0.6, solid_capstyle="butt")
        panel.plot(place, cell.estimate, mark, color=colour, ms=3 + width, mec="white", mew=0.4)
        if getattr(cell, PREREGISTERED):
            panel.axvline(place, color=GREEN, lw=1.4, zorder=0.5)
            panel.plot(place, cell.estimate, "o", ms=9 + width, mfc="none", mec=INK, mew=1.2)
    panel.set_ylabel(str(shown["unit"].iloc[0]))
    panel.tick_params(axis="x", length=0, labelbottom=False)


def _levels(panel: Any, shown: pd.DataFrame, axes: dict[str, list[str]]) -> None:
    ticks, labels, y = [], [], 0.0
    for axis, levels in axes.items():
        panel.text(
            0, y, AXES[axis].label, transform=panel.get_yaxis_transform(), weight="bold", va="center", fontsize=9
        )
        for level in levels:
            y += 1
            places = np.flatnonzero((shown[axis] == level).to_numpy())
            panel.plot(
                places, np.full(len(places), y), "|", color=INK, ms=6, mew=float(np.clip(120 / len(shown), 0.6, 2))
            )
            ticks.append(y)
            labels.append(level)
        y += 1
    for place in np.flatnonzero(shown[PREREGISTERED].to_numpy(dtype=bool)):
        panel.axvline(place, color=GREEN, lw=1.4, zorder=0.5)
    panel.set_yticks(ticks, labels, fontsize=9)
    panel.set_ylim(max(y - 0.4, 0.5), -0.6)
    panel.set_xlim(-1, len(shown))
    panel.tick_params(length=0)
    panel.set_xticks([])
    panel.spines[:].set_visible(False)
    panel.set_xlabel(f"{len(shown)} analyses, by their estimate")


def _thinned(fitted: pd.DataFrame) -> pd.DataFrame:
    """Cells evenly over the order of the estimates, and the preregistered one."""
    kept = set(np.linspace(0, len(fitted) - 1, _MOST_SHOWN).astype(int))
    kept |= set(np.flatnonzero(fitted[PREREGISTERED].to_numpy(dtype=bool)))
    return fitted.iloc[sorted(kept)].reset_index(drop=True)


def _told(name: str, cells: pd.DataFrame, fitted: pd.DataFrame) -> str:
    counted = shares(cells)
    said = ", ".join(f"{r.verdict} {r.cells} ({100 * float(str(r.share)):.0f} %)" for r in counted.itertuples())
    declared = fitted[fitted[PREREGISTERED].astype(bool)]
    text = f"Estimates for {name} in {len(cells)} declared analyses, from {fitted['estimate'].min():.2f} to "
    text += f"{fitted['estimate'].max():.2f}. Verdicts: {said}."
    if len(declared):
        one = declared.iloc[0]
        text += (
            f" The preregistered one: {one['estimate']:.2f} ({one['low']:.2f} to {one['high']:.2f}), {one['verdict']}."
        )
    return text
