"""Models that anybody can fit to any data frame; each names its formula, its source and what it refuses."""

from analysis.models.choice import LEFT, conditional_logit
from analysis.models.fit import Fit, FitError, interactions, products
from analysis.models.regression import binary, linear, stacked
from analysis.models.tost import Equivalence, equivalence, quantile, survival

__all__ = [
    "LEFT",
    "Equivalence",
    "Fit",
    "FitError",
    "binary",
    "conditional_logit",
    "equivalence",
    "interactions",
    "linear",
    "products",
    "quantile",
    "stacked",
    "survival",
]
