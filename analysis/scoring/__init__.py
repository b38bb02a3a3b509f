"""Scores that anybody can work out from any data frame; each names its formula, its source and what it refuses."""

from analysis.scoring.constructs import Score, constructs, reliability_table, scores_table
from analysis.scoring.scales import (
    Reliability,
    cronbach_alpha,
    item_rest,
    keyed,
    reliability,
    scale_means,
    spearman_brown,
)

__all__ = [
    "Reliability",
    "Score",
    "constructs",
    "cronbach_alpha",
    "item_rest",
    "keyed",
    "reliability",
    "reliability_table",
    "scale_means",
    "scores_table",
    "spearman_brown",
]
