"""The report's figures: tables in, an SVG with its description out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.choices import LABELS
from analysis.drawing import (
    BAND,
    BLUE,
    FAINT,
    GREEN,
    INK,
    OCHRE,
    ORANGE,
    PURPLE,
    VERMILLION,
    Picture,
    legend,
    picture,
    rectangle,
    wrapped,
)
from analysis.findings import Finding
from analysis.models import Fit
from analysis.people import MOTIVES

_MOTIVE_MARKS = {"mO": (BLUE, "o"), "mI": (VERMILLION, "s"), "mP": (ORANGE, "D"), "mM": (GREEN, "^")}
_VERDICT_MARKS = {
    "supported": (BLUE, "o"),
    "opposite": (VERMILLION, "X"),
    "equivalent": (PURPLE, "s"),
    "trivial": (OCHRE, "D"),
    "inconclusive": (FAINT, "o"),
}
_SECONDS = (0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300)
_PANELS = {"CH": "Choices between acts", "BIN": "One real act", "LIN": "Scores", "STK": "One motive against others"}


def hypotheses_picture(findings: Sequence[Finding]) -> Picture | None:
    """Every estimate with its interval, the band of too small effects, and the verdict; one panel per model."""
    tested = [(f, part) for f in findings if f.verdict for part in f.parts]
    models = [m for m in _PANELS if any(f.hypothesis.model == m for f, _ in tested)]
    if not tested:
        return None

    def draw(figure: Any) -> None:
        of_model = [[(f, p) for f, p in tested if f.hypothesis.model == model] for model in models]
        heights = [len(shown) + 0.4 for shown in of_model]
        panels = figure.subplots(len(models), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, model, shown in zip(panels, models, of_model, strict=True):
            _estimates(panel, shown)
            panel.set(title=_PANELS[model], xlabel=" or ".join(dict.fromkeys(f.unit for f, _ in shown)))
        legend(figure, {v: _VERDICT_MARKS[v] for v in _VERDICT_MARKS if any(p.judged.verdict == v for _, p in tested)})

    said = [
        f"{f.id} {p.judged.estimate:.2f} ({p.judged.low:.2f} to {p.judged.high:.2f}), {f.verdict}" for f, p in tested
    ]
    alt = "Estimates with 95 % intervals against the band of effects too small to matter. " + "; ".join(said) + "."
    height = 0.8 + 0.27 * len(tested) + 0.95 * len(models)
    return picture("hypotheses", "Predictions, estimates and verdicts", alt, draw, height)


def motives_by_attribute(fit: Fit | None, sesoi: float) -> Picture | None:
    """What one SD of each motive adds to the taste for each attribute, against the band of too small effects."""
    if fit is None:
        return None
    table = fit.table().set_index("term")
    attributes = [a for a in LABELS if any(f"{a}:{m}" in table.index for m in MOTIVES)]
    motives = [m for m in MOTIVES if any(f"{a}:{m}" in table.index for a in attributes)]
    if not attributes:
        return None

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        panel.axvspan(-sesoi, sesoi, color=BAND, zorder=0, lw=0)
        panel.axvline(0, color=FAINT, lw=0.8)
        for row, attribute in enumerate(attributes):
            for place, motive in enumerate(motives):
                found, y = table.loc[f"{attribute}:{motive}"], row + (place - (len(motives) - 1) / 2) * 0.19
                colour, mark = _MOTIVE_MARKS[motive]
                panel.plot([found["low"], found["high"]], [y, y], color=colour, lw=1.6, solid_capstyle="round")
                panel.plot(found["estimate"], y, mark, color=colour, ms=5.5, mec="white", mew=0.6)
            if row:
                panel.axhline(row - 0.5, color=BAND, lw=0.8)
        panel.set_yticks(range(len(attributes)), [LABELS[a][1] for a in attributes])
        panel.invert_yaxis()
        panel.tick_params(axis="y", length=0)
        panel.set_xlabel("logit per SD of the motive")
        legend(figure, {MOTIVES[m]: _MOTIVE_MARKS[m] for m in motives})

    said = "; ".join(
        f"{LABELS[a][1]}: " + ", ".join(f"{MOTIVES[m]} {fit.estimates[f'{a}:{m}']:.2f}" for m in motives)
        for a in attributes
    )
    alt = f"What one standard deviation of a motive adds to the preference for an act that is ... {said}."
    return picture("motives-by-attribute", "Motives and the kind of act", alt, draw, 1.2 + 0.72 * len(attributes))


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
        reach = max(0.1, float((means[["low", "high"]] - 0.5).abs().to_numpy().max()) * 1.08)
        panel.set_xlim(0.5 - reach, 0.5 + reach)
        panel.locator_params(axis="x", nbins=5, steps=[1, 2, 5, 10])
        panel.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f} %")
        panel.spines["left"].set_visible(False)
        panel.set_xlabel("chosen, of all acts shown with that level")

    said = "; ".join(f"{n} {100 * share:.0f} %" for n, share in zip(means["label"], means["chosen"], strict=True))
    rows = len(means) + 1.25 * means["attribute"].nunique()
    return picture("marginal-means", "How often acts were chosen", f"Share chosen: {said}.", draw, 0.8 + 0.23 * rows)


def motives_picture(people: pd.DataFrame) -> Picture | None:
    """The distribution of each motive, and how the motives go together."""
    motives = [m for m in MOTIVES if m in people and people[m].notna().sum() > 1]
    if not motives:
        return None
    scores = people[motives].astype("Float64").astype(float)
    together = scores.corr()

    def draw(figure: Any) -> None:
        grid = figure.add_gridspec(len(motives) + 1, 1, height_ratios=[1] * len(motives) + [2.6])
        bins = np.arange(0.75, 7.5, 0.5)
        for row, motive in enumerate(motives):
            panel = figure.add_subplot(grid[row])
            colour = _MOTIVE_MARKS[motive][0]
            panel.hist(scores[motive].dropna(), bins=list(bins), color=colour, alpha=0.85, ec="white", lw=0.6)
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
    return picture("motives", "The four motives", alt, draw, 1.0 * len(motives) + 3.0)


def flow_picture(flow: pd.DataFrame) -> Picture:
    """The participant flow over all arms, exclusions to the side."""
    total = flow.iloc[:, 0]
    stages = [str(stage) for stage in total.index if not str(stage).startswith("excluded")]
    out = [(str(s).removeprefix("excluded "), int(n)) for s, n in total.items() if str(s).startswith("excluded") and n]

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        panel.axis("off")
        panel.set(xlim=(0, 1), ylim=(len(stages) - 0.45, -0.55))
        for row, stage in enumerate(stages):
            last = row == len(stages) - 1
            box = {"boxstyle": "round,pad=0.45", "fc": BLUE if last else "white", "ec": BLUE, "lw": 1.2}
            colour = "white" if last else INK
            panel.text(0.2, row, f"{stage}\n{total[stage]}", ha="center", va="center", bbox=box, color=colour)
            if not last:
                arrow = {"arrowstyle": "-|>", "color": FAINT, "shrinkA": 17, "shrinkB": 17}
                panel.annotate("", xy=(0.2, row + 1), xytext=(0.2, row), arrowprops=arrow)
        text = "\n".join(f"{n}  {wrapped(rule)}" for rule, n in out) or "nobody"
        box = {"boxstyle": "round,pad=0.6", "fc": BAND, "ec": "none"}
        middle = (len(stages) - 1) / 2
        panel.text(0.44, middle, f"excluded\n\n{text}", ha="left", va="center", bbox=box, fontsize=9, linespacing=1.35)

    steps = ", ".join(f"{stage} {total[stage]}" for stage in stages)
    said = "; ".join(f"{n} {rule}" for rule, n in out) or "nobody"
    return picture("flow", "Participant flow", f"{steps}. Excluded: {said}.", draw, 0.75 * len(stages) + 0.3)


def timing_picture(rts: pd.Series, quality: pd.Series) -> Picture | None:
    """How long choices took, and what stands against the times."""
    seconds = rts.dropna().astype(float)
    if seconds.empty or (seconds <= 0).any():
        return None
    shares = quality.value_counts(normalize=True)

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, height_ratios=[2.4, 1])
        middle = seconds.median()
        edges = np.geomspace(min(seconds.min(), middle / 3) * 0.98, max(seconds.max(), middle * 3) * 1.02, 45)
        above.hist(seconds, bins=edges, color=BLUE, alpha=0.85, ec="white", lw=0.4)
        above.set_xscale("log")
        every = [t for t in _SECONDS if edges[0] <= t <= edges[-1]]
        ticks = every[:: len(every) // 7 + 1]
        above.set_xticks(ticks, [f"{t:g}" for t in ticks])
        above.minorticks_off()
        above.axvline(middle, color=INK, lw=1.2)
        above.text(middle, 1, f" median {middle:.1f} s", transform=above.get_xaxis_transform(), va="top", fontsize=9)
        above.set(title="Time to a choice", xlabel="seconds, logarithmic", yticks=[])
        above.spines["left"].set_visible(False)
        below.barh([str(q) for q in shares.index], shares.to_numpy(), color=BLUE, alpha=0.85, height=0.6)
        below.invert_yaxis()
        below.set_xlim(0, 1.12)
        for row, share in enumerate(shares):
            below.text(share + 0.01, row, f"{100 * share:.1f} %", va="center", fontsize=9)
        below.set(title="Timing quality of all screens", xticks=[])
        below.tick_params(axis="y", length=0)
        below.spines[["bottom", "left"]].set_visible(False)

    said = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items())
    alt = f"Choices took a median of {seconds.median():.1f} seconds. Timing quality of all screens: {said}."
    return picture("timing", "Response times", alt, draw, 3.4 + 0.25 * len(shares))


def _estimates(panel: Any, tested: Sequence[tuple[Finding, Any]]) -> None:
    panel.axvline(0, color=FAINT, lw=0.8)
    for row, (finding, part) in enumerate(tested):
        judged = part.judged
        bounds = (-finding.sesoi, row - 0.5), 2 * finding.sesoi, 1
        panel.add_patch(rectangle(*bounds))
        colour, mark = _VERDICT_MARKS[judged.verdict]
        panel.plot([judged.low, judged.high], [row, row], color=colour, lw=1.4, solid_capstyle="round")
        panel.plot([judged.low90, judged.high90], [row, row], color=colour, lw=3.2)
        panel.plot(judged.estimate, row, mark, color=colour, ms=6.5, mec="white", mew=0.8)
    names = [f.id if len(f.parts) == 1 else f"{f.id}  {p.test}" for f, p in tested]
    panel.set_yticks(range(len(tested)), names)
    panel.set_ylim(len(tested) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    panel.margins(x=0.06)
