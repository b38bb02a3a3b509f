"""Scores that anybody can work out from any data frame; each names its formula, its source and what it refuses."""

from analysis.scoring.agreement import Kappa, coder_mean, cohens_kappa
from analysis.scoring.alignment import Alignment, alignment
from analysis.scoring.behaviour import (
    breadth,
    choice_shares,
    expectancy_value,
    giving,
    helping,
    inconsistency,
    mean_difference,
    withdrawal,
)
from analysis.scoring.cardiovascular import reactivity, threat_index
from analysis.scoring.consistency import Omega, omega, omega_table
from analysis.scoring.constructs import Score, constructs, reliability_table, scores_table
from analysis.scoring.iat import iat_d, practice_test, practice_test_corrected, split_half
from analysis.scoring.iat_single import sc_iat_d, sc_iat_split_half
from analysis.scoring.randomised import Prevalence, forced_response, warner
from analysis.scoring.scales import (
    Reliability,
    cronbach_alpha,
    item_rest,
    keyed,
    pair_reliability,
    reliability,
    scale_means,
    spearman_brown,
    true_false_sums,
)
from analysis.scoring.timing import rt_per_word

__all__ = [
    "Alignment",
    "Kappa",
    "Omega",
    "Prevalence",
    "Reliability",
    "Score",
    "alignment",
    "breadth",
    "choice_shares",
    "coder_mean",
    "cohens_kappa",
    "constructs",
    "cronbach_alpha",
    "expectancy_value",
    "forced_response",
    "giving",
    "helping",
    "iat_d",
    "inconsistency",
    "item_rest",
    "keyed",
    "mean_difference",
    "omega",
    "omega_table",
    "pair_reliability",
    "practice_test",
    "practice_test_corrected",
    "reactivity",
    "reliability",
    "reliability_table",
    "rt_per_word",
    "sc_iat_d",
    "sc_iat_split_half",
    "scale_means",
    "scores_table",
    "spearman_brown",
    "split_half",
    "threat_index",
    "true_false_sums",
    "warner",
    "withdrawal",
]
