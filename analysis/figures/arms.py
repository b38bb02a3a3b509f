"""Outcomes by level of each treatment factor, as they were measured: descriptive, beside the tests of them."""

from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.drawing import BLUE, FAINT, Picture, picture
from analysis.hypotheses import load
from analysis.models.conjoint import clustered_mean
from analysis.people import MOTIVES
from analysis.study import Study

MOST = 8  # outcomes in the figure; more are in the tables


def outcomes(study: Study) -> list[str]:
    """The outcomes of the study's hypotheses that have one number, or yes or no, a person; motives have their own."""
    named: list[str] = []
    for hypothesis in load().named(study.protocol.hypotheses):
        outcome = hypothesis.outcome
        named += [outcome] if isinstance(outcome, str) else list(outcome)
    numbers = study.people.select_dtypes(["number", "boolean"]).columns
    known = [n for n in dict.fromkeys(named) if n in numbers and n not in MOTIVES and study.people[n].notna().any()]
    return known[:MOST]


def means_by_level(study: Study) -> pd.DataFrame:
    """Mean of each outcome at each level of each treatment factor, with a 95 % interval, clustered by participant."""
    rows = []
    people, factors = study.people, study.protocol.factors
    for outcome in outcomes(study):
        for name in (n for n, f in factors.items() if f.treats and n in people):
            for level in factors[name].levels:
                here = people[(people[name] == level).fillna(False) & people[outcome].notna()]
                if len(here) > 1:
                    mean, se = clustered_mean(here[outcome].astype(float), here["participant"])
                    shown = (load().variables[outcome].label, name, level, mean, se, mean - 1.96 * se, mean + 1.96 * se)
                    rows.append((outcome, *shown, len(here)))
    return pd.DataFrame(rows, columns=["outcome", "label", "factor", "level", "mean", "se", "low", "high", "n"])


def arms_picture(means: pd.DataFrame) -> Picture | None:
    """One panel an outcome, one line a level."""
    if means.empty:
        return None
    panels = list(means.groupby("outcome", sort=False))
    heights = [len(rows) + 0.4 for _, rows in panels]

    def draw(figure: Any) -> None:
        drawn = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, (_, rows) in zip(drawn, panels, strict=True):
            for y, row in enumerate(rows.itertuples()):
                panel.plot([row.low, row.high], [y, y], color=BLUE, lw=1.8, solid_capstyle="round")
                panel.plot(row.mean, y, "o", color=BLUE, ms=5.5, mec="white", mew=0.6)
            label = str(rows["label"].iloc[0])
            panel.set_title("\n".join(wrap(label[:1].upper() + label[1:], 40)))
            panel.set_yticks(range(len(rows)), list(rows["level"].str.replace("_", " ")))
            panel.set_ylim(len(rows) - 0.4, -0.6)
            for y in np.flatnonzero((rows["factor"] != rows["factor"].shift()).to_numpy())[1:]:
                panel.axhline(y - 0.5, color=FAINT, lw=0.6)
            panel.tick_params(axis="y", length=0)
            panel.margins(x=0.08)

    said = "; ".join(f"{r.label}, {r.level} {r.mean:.2f} ({r.low:.2f} to {r.high:.2f})" for r in means.itertuples())
    alt = f"Means with 95 % intervals. {said}."
    return picture("arms", "Outcomes by condition", alt, draw, 0.3 + 0.24 * sum(heights) + 0.5 * len(panels), means)
