"""The figures that every study has: verdicts, the participant flow, timing. Tables in, an SVG with its numbers out."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd

from analysis.figures.drawing import (
    BAND,
    BLUE,
    FAINT,
    INK,
    OCHRE,
    PURPLE,
    VERMILLION,
    Picture,
    legend,
    picture,
    rectangle,
    wrapped,
)
from analysis.findings import Finding, Part
from analysis.flow import ASIDE

VERDICT_MARKS = {
    "supported": (BLUE, "o"),
    "opposite": (VERMILLION, "X"),
    "equivalent": (PURPLE, "s"),
    "trivial": (OCHRE, "D"),
    "inconclusive": (FAINT, "o"),
}
_SECONDS = (0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300)
_PANELS = {  # in the order in which they are drawn
    "CH": "Choices between acts",
    "BIN": "One real act",
    "HUR": "Giving, and how much",
    "CNT": "Counts",
    "COX": "Giving up",
    "ORD": "Ordered answers",
    "LIN": "Scores",
    "STK": "One motive against others",
    "MED": "Indirect paths",
    "XL": "Over time",
}
_PAGE = 24  # estimates that fit on a page
_LONG = 20  # letters of a test that still stand beside its hypothesis


def hypotheses_pictures(findings: Sequence[Finding]) -> list[Picture]:
    """Every estimate with its interval, the band of too small effects, and the verdict; one panel per model.

    One figure, as long as it fits on a page; else one for each model.
    """
    tested = [(f, part) for f in findings if f.verdict for part in f.parts]
    there = [f.hypothesis.model for f, _ in tested]
    models = [m for m in dict.fromkeys((*_PANELS, *there)) if m in there]
    if len(tested) <= _PAGE:
        return [_hypotheses("hypotheses", tested, models)] if tested else []
    of_model = {model: [(f, p) for f, p in tested if f.hypothesis.model == model] for model in models}
    return [_hypotheses(f"hypotheses-{model.lower()}", shown, [model]) for model, shown in of_model.items()]


def _hypotheses(name: str, tested: Sequence[tuple[Finding, Part]], models: Sequence[str]) -> Picture:
    def draw(figure: Any) -> None:
        of_model = [[(f, p) for f, p in tested if f.hypothesis.model == model] for model in models]
        heights = [len(shown) + 0.4 for shown in of_model]
        panels = figure.subplots(len(models), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, model, shown in zip(panels, models, of_model, strict=True):
            _estimates(panel, shown)
            panel.set(title=_PANELS.get(model, model), xlabel=" or ".join(dict.fromkeys(f.unit for f, _ in shown)))
        legend(figure, {v: VERDICT_MARKS[v] for v in VERDICT_MARKS if any(p.judged.verdict == v for _, p in tested)})

    said = [
        f"{f.id} {p.judged.estimate:.2f} ({p.judged.low:.2f} to {p.judged.high:.2f}), {p.judged.verdict}"
        for f, p in tested
    ]
    alt = "Estimates with 95 % intervals against the band of effects too small to matter. " + "; ".join(said) + "."
    height = 0.8 + 0.27 * len(tested) + 0.95 * len(models)
    return picture(name, "Predictions, estimates and verdicts", alt, draw, height, _numbers(tested))


def _numbers(tested: Sequence[tuple[Finding, Part]]) -> pd.DataFrame:
    rows = [
        {"id": f.id, "model": f.hypothesis.model, "test": p.test, "sesoi": f.sesoi, "unit": f.unit}
        | attrs.asdict(p.judged)
        for f, p in tested
    ]
    return pd.DataFrame(rows)


def _name(finding: Finding, part: Part) -> str:
    """What an estimate is called beside it: a hypothesis of several parts tells which one."""
    if len(finding.parts) == 1:
        return finding.id
    if len(part.test) <= _LONG:
        return f"{finding.id}  {part.test}"
    return f"{finding.id}, part {finding.parts.index(part) + 1}"


def flow_picture(flow: pd.DataFrame) -> Picture:
    """The participant flow over all arms: who went on straight down, who did not to the side (CONSORT)."""
    total = flow.iloc[:, 0]
    stages = [str(stage) for stage in total.index if not str(stage).startswith((*ASIDE, "analysed:"))]
    out = [(str(s).removeprefix("excluded "), int(n)) for s, n in total.items() if str(s).startswith("excluded") and n]
    lines = [wrapped(f"{n}  {what}", 28) for what, n in out] or ["nobody"]

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        panel.axis("off")
        panel.set(xlim=(0, 1), ylim=(len(stages) - 0.45, -0.55))
        for row, stage in enumerate(stages):
            last = stage.startswith("analysed")
            box = {"boxstyle": "round,pad=0.45", "fc": BLUE if last else "white", "ec": BLUE, "lw": 1.2}
            colour = "white" if last else INK
            text = f"{stage.replace(': ', ':' + chr(10))}\n{total[stage]}"
            panel.text(0.19, row, text, ha="center", va="center", bbox=box, color=colour, fontsize=9.5)
            if row < len(stages) - 1:
                arrow = {"arrowstyle": "-|>", "color": FAINT, "shrinkA": 18, "shrinkB": 18}
                panel.annotate("", xy=(0.19, row + 1), xytext=(0.19, row), arrowprops=arrow)
        text = "\n".join(lines)
        box = {"boxstyle": "round,pad=0.6", "fc": BAND, "ec": "none"}
        middle = (len(stages) - 1) / 2
        panel.text(
            0.43, middle, f"not analysed\n\n{text}", ha="left", va="center", bbox=box, fontsize=9, linespacing=1.3
        )

    steps = ", ".join(f"{stage} {total[stage]}" for stage in stages)
    said = "; ".join(f"{n} {what}" for what, n in out) or "nobody"
    tall = max(0.78 * len(stages), 0.17 * sum(line.count("\n") + 1 for line in lines) + 0.8)
    data = flow.rename_axis("stage").reset_index()
    return picture("flow", "Participant flow", f"{steps}. Not analysed: {said}.", draw, tall + 0.2, data)


def timing_picture(rts: pd.Series, quality: pd.Series) -> Picture | None:
    """How long choices took, and what stands against the times."""
    seconds = rts.dropna().astype(float)
    if seconds.empty or (seconds <= 0).any():
        return None
    shares = quality.value_counts(normalize=True)
    middle = seconds.median()
    edges = np.geomspace(min(seconds.min(), middle / 3) * 0.98, max(seconds.max(), middle * 3) * 1.02, 45)

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, height_ratios=[2.4, 1])
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
    counts = np.histogram(seconds, bins=edges)[0]
    data = pd.DataFrame({"of": "time to a choice, s", "low": edges[:-1], "high": edges[1:], "n": counts})
    told = pd.DataFrame({"of": [f"timing quality: {q}" for q in shares.index], "n": quality.value_counts().to_numpy()})
    data = pd.concat([data, told], ignore_index=True)
    return picture("timing", "Response times", alt, draw, 3.4 + 0.25 * len(shares), data)


def _estimates(panel: Any, tested: Sequence[tuple[Finding, Any]]) -> None:
    panel.axvline(0, color=FAINT, lw=0.8)
    for row, (finding, part) in enumerate(tested):
        judged = part.judged
        bounds = (-finding.sesoi, row - 0.5), 2 * finding.sesoi, 1
        panel.add_patch(rectangle(*bounds))
        colour, mark = VERDICT_MARKS[judged.verdict]
        panel.plot([judged.low, judged.high], [row, row], color=colour, lw=1.4, solid_capstyle="round")
        panel.plot([judged.low90, judged.high90], [row, row], color=colour, lw=3.2)
        panel.plot(judged.estimate, row, mark, color=colour, ms=6.5, mec="white", mew=0.8)
    panel.set_yticks(range(len(tested)), [_name(f, p) for f, p in tested])
    panel.set_ylim(len(tested) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    panel.margins(x=0.06)
