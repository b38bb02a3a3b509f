"""Models that anybody can fit to any data frame; each names its formula, its source and what it refuses."""

from analysis.models.bootstrap import Drawn
from analysis.models.choice import LEFT, conditional_logit
from analysis.models.conjoint import admissible, amce, marginal_means
from analysis.models.counts import counts, hurdle
from analysis.models.dominance import Dominance, dominance
from analysis.models.fit import Fit, FitError, described, errors_by, interactions, products
from analysis.models.hazard import discrete_hazard
from analysis.models.mediation import Mediation, mediation
from analysis.models.mixed import DRAWS, choice_model, mixed_logit
from analysis.models.multilevel import mixed_linear
from analysis.models.ordinal import ordinal
from analysis.models.panel import cross_lagged
from analysis.models.per_sd import per_sd, powers, sd_errors, slope_errors
from analysis.models.regression import binary, linear, stacked
from analysis.models.surface import response_surface
from analysis.models.tost import Equivalence, bayes_factor, equivalence, quantile, survival

__all__ = [
    "DRAWS",
    "LEFT",
    "Dominance",
    "Drawn",
    "Equivalence",
    "Fit",
    "FitError",
    "Mediation",
    "admissible",
    "amce",
    "bayes_factor",
    "binary",
    "choice_model",
    "conditional_logit",
    "counts",
    "cross_lagged",
    "described",
    "discrete_hazard",
    "dominance",
    "equivalence",
    "errors_by",
    "hurdle",
    "interactions",
    "linear",
    "marginal_means",
    "mediation",
    "mixed_linear",
    "mixed_logit",
    "ordinal",
    "per_sd",
    "powers",
    "products",
    "quantile",
    "response_surface",
    "sd_errors",
    "slope_errors",
    "stacked",
    "survival",
]
