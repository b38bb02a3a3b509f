"""Figures of choices and motives: what draws people to which kind of act, and motives as matters of degree."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.choices import LABELS
from analysis.figures.drawing import BAND, BLUE, FAINT, GREEN, INK, ORANGE, VERMILLION, Picture, legend, picture
from analysis.models import Fit
from analysis.people import MOTIVES

_BINS = np.arange(0.75, 7.5, 0.5)
MOTIVE_MARKS = {"mO": (BLUE, "o"), "mI": (VERMILLION, "s"), "mP": (ORANGE, "D"), "mM": (GREEN, "^")}


def motives_by_attribute(fit: Fit | None, sesoi: float) -> Picture | None:
    """What one SD of each motive adds to the taste for each attribute, against the band of too small effects."""
    if fit is None:
        return None
    table = fit.table().set_index("term")
    attributes = [a for a in LABELS if any(f"{a}:{m}" in table.index for m in MOTIVES)]
    motives = [m for m in MOTIVES if any(f"{a}:{m}" in table.index for a in attributes)]
    if not attributes:
        return None
    series = {"": (INK, "v"), **{m: MOTIVE_MARKS[m] for m in motives}}
    called = {"": "on average", **MOTIVES}

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        panel.axvspan(-sesoi, sesoi, color=BAND, zorder=0, lw=0)
        panel.axvline(0, color=FAINT, lw=0.8)
        for row, attribute in enumerate(attributes):
            for place, (name, (colour, mark)) in enumerate(series.items()):
                found, y = table.loc[_term(attribute, name)], row + (place - (len(series) - 1) / 2) * 0.165
                panel.plot([found["low"], found["high"]], [y, y], color=colour, lw=1.6, solid_capstyle="round")
                panel.plot(found["estimate"], y, mark, color=colour, ms=5.5, mec="white", mew=0.6)
            if row:
                panel.axhline(row - 0.5, color=BAND, lw=0.8)
        panel.set_yticks(range(len(attributes)), [LABELS[a][1] for a in attributes])
        panel.invert_yaxis()
        panel.tick_params(axis="y", length=0)
        panel.set_xlabel("logit; for a motive, logit per SD of it")
        legend(figure, {called[name]: marks for name, marks in series.items()})

    said = "; ".join(
        f"{LABELS[a][1]}: " + ", ".join(f"{MOTIVES[m]} {fit.estimates[f'{a}:{m}']:.2f}" for m in motives)
        for a in attributes
    )
    alt = f"What one standard deviation of a motive adds to the preference for an act that is ... {said}."
    shown = [
        (a, called[n], *table.loc[_term(a, n), ["estimate", "se", "low", "high"]]) for a in attributes for n in series
    ]
    data = pd.DataFrame(shown, columns=["attribute", "of", "estimate", "se", "low", "high"])
    height = 1.3 + 0.82 * len(attributes)
    return picture("motives-by-attribute", "Motives and the kind of act", alt, draw, height, data)


def _term(attribute: str, motive: str) -> str:
    return f"{attribute}:{motive}" if motive else attribute


def marginal_means_picture(means: pd.DataFrame) -> Picture | None:
    """How often acts with each level were chosen."""
    if means.empty:
        return None

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        panel.axvline(0.5, color=FAINT, lw=0.8)
        ticks, labels, y = [], [], 0.0
        for attribute, levels in means.groupby("attribute", sort=False):
            panel.text(
                0, y, LABELS[str(attribute)][0], transform=panel.get_yaxis_transform(), weight="bold", va="center"
            )
            for row in levels.itertuples():
                y += 1
                panel.plot([row.low, row.high], [y, y], color=BLUE, lw=1.8, solid_capstyle="round")
                panel.plot(row.chosen, y, "o", color=BLUE, ms=5.5, mec="white", mew=0.6)
                ticks.append(y)
                labels.append(row.label)
            y += 1.25
        panel.set_yticks(ticks, labels)
        panel.tick_params(axis="y", length=0)
        panel.set_ylim(y - 0.6, -0.6)
        panel.set_xlim(*_around_half(means))
        panel.locator_params(axis="x", nbins=5, steps=[1, 2, 5, 10])
        panel.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f} %")
        panel.spines["left"].set_visible(False)
        panel.set_xlabel("chosen, of the acts shown with that level")

    said = "; ".join(f"{n} {100 * share:.0f} %" for n, share in zip(means["label"], means["chosen"], strict=True))
    rows = len(means) + 1.25 * means["attribute"].nunique()
    return picture(
        "marginal-means", "How often acts were chosen", f"Share chosen: {said}.", draw, 0.8 + 0.23 * rows, means
    )


def _around_half(means: pd.DataFrame) -> tuple[float, float]:
    """An axis with a half in its middle, and every point and interval on it, though one person gives no interval.

    >>> [round(end, 2) for end in _around_half(pd.DataFrame({"chosen": [0.0, 0.6], "low": [None] * 2, "high": None}))]
    [-0.04, 1.04]
    """
    away = (means[["chosen", "low", "high"]].astype(float) - 0.5).abs().max().max()
    reach = max(0.1, float(away) * 1.08)
    return 0.5 - reach, 0.5 + reach


def motives_picture(people: pd.DataFrame) -> Picture | None:
    """The distribution of each motive, and how the motives go together."""
    motives = [m for m in MOTIVES if m in people and people[m].notna().sum() > 1]
    if not motives:
        return None
    scores = people[motives].astype("Float64").astype(float)
    together = scores.corr()

    def draw(figure: Any) -> None:
        grid = figure.add_gridspec(len(motives) + 1, 1, height_ratios=[1] * len(motives) + [2.6])
        for row, motive in enumerate(motives):
            panel = figure.add_subplot(grid[row])
            colour = MOTIVE_MARKS[motive][0]
            panel.hist(scores[motive].dropna(), bins=list(_BINS), color=colour, alpha=0.85, ec="white", lw=0.6)
            mean = scores[motive].mean()
            panel.axvline(mean, color=INK, lw=1.2)
            panel.set(xlim=(0.75, 7.25), yticks=[])
            panel.set_ylabel(
                f"{MOTIVES[motive]}\nM {mean:.2f}, SD {scores[motive].std():.2f}", rotation=0, ha="right", va="center"
            )
            panel.spines["left"].set_visible(False)
            panel.set_xticks(range(1, 8), [] if row < len(motives) - 1 else [str(x) for x in range(1, 8)])
        panel = figure.add_subplot(grid[len(motives)])
        others = together.mask(np.eye(len(motives), dtype=bool))
        panel.imshow(others, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", alpha=0.75)
        names = [MOTIVES[m] for m in motives]
        panel.set_xticks(range(len(motives)), [n.replace("-", "-\n") for n in names])
        panel.set_yticks(range(len(motives)), names)
        panel.tick_params(length=0)
        panel.set_title("Correlations")
        panel.spines[:].set_visible(False)
        for i, j in np.ndindex(others.shape):
            if i != j:
                r = others.to_numpy()[i, j]
                panel.text(j, i, f"{r:.2f}", ha="center", va="center", color="white" if abs(r) > 0.7 else INK)

    means = ", ".join(f"{MOTIVES[m]} {scores[m].mean():.2f} (SD {scores[m].std():.2f})" for m in motives)
    pairs = ", ".join(
        f"{MOTIVES[a]} with {MOTIVES[b]} {scores[a].corr(scores[b]):.2f}"
        for i, a in enumerate(motives)
        for b in motives[i + 1 :]
    )
    alt = f"Distributions of the motive scores from 1 to 7; means {means}. Correlations: {pairs}."
    return picture("motives", "The four motives", alt, draw, 1.0 * len(motives) + 3.0, _counted(scores, together))


def _counted(scores: pd.DataFrame, together: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows, and nothing of single people: counts in bins, and correlations."""
    rows: list[dict[str, object]] = []
    for motive in map(str, scores):
        counts = np.histogram(scores[motive].dropna(), bins=_BINS)[0]
        ends = zip(_BINS[:-1], _BINS[1:], counts, strict=True)
        rows += [{"motive": MOTIVES[motive], "low": low, "high": high, "n": int(n)} for low, high, n in ends]
    names, values = list(map(str, scores)), together.to_numpy()
    for i, motive in enumerate(names):
        rows += [
            {"motive": MOTIVES[motive], "with": MOTIVES[other], "r": float(values[i, j])}
            for j, other in enumerate(names)
            if i != j
        ]
    return pd.DataFrame(rows)
