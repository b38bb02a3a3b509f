"""Two one-sided tests: is an effect too small to matter? (Lakens, Scheel & Isager, 2018; paradigms.md F4)."""

import math

import attrs


@attrs.frozen(kw_only=True)
class Equivalence:
    """Both one-sided tests against the bounds; `p` is the larger of the two."""

    lower: float  # statistic against -bound, large when the effect lies above it
    upper: float  # statistic against +bound, strongly negative when it lies below it
    p: float
    bound: float


def equivalence(estimate: float, se: float, bound: float, *, df: float = math.inf) -> Equivalence:
    """Tests H01: effect <= -bound and H02: effect >= +bound; with df = inf the normal distribution is used.

    >>> found = equivalence(0.04, 0.08, 0.20)
    >>> round(found.lower, 2), round(found.upper, 2), round(found.p, 4)
    (3.0, -2.0, 0.0228)
    """
    if bound <= 0:
        raise ValueError(f"the smallest effect of interest must be above 0, got {bound}")
    if not (math.isfinite(estimate) and math.isfinite(se) and se > 0):
        raise ValueError(f"an estimate and a positive standard error are needed, got {estimate} and {se}")
    lower, upper = (estimate + bound) / se, (estimate - bound) / se
    return Equivalence(lower=lower, upper=upper, p=max(survival(lower, df), survival(-upper, df)), bound=bound)


def bayes_factor(estimate: float, se: float, bound: float, *, prior_sd: float) -> float:
    """How much more the data speak for an effect inside +-bound than for one outside it: the factor of the odds.

    Effects have a normal prior around 0 with `prior_sd`, in the estimate's unit, and the estimate is normal around
    them: odds of the interval after the data by the odds before (Morey & Rouder, 2011, non-overlapping hypotheses). It
    depends on the prior, which has to be declared; no verdict is taken from it.

    >>> round(bayes_factor(0.0, 1000.0, 0.2, prior_sd=0.5), 4)  # data that say nothing
    1.0
    >>> bayes_factor(0.04, 0.08, 0.2, prior_sd=0.5) > 10, bayes_factor(0.5, 0.08, 0.2, prior_sd=0.5) < 0.01
    (True, True)
    """
    if bound <= 0 or prior_sd <= 0 or se <= 0:
        raise ValueError(f"bound, prior_sd and se must be above 0, got {bound}, {prior_sd} and {se}")
    from scipy.stats import norm

    weight = prior_sd**2 / (prior_sd**2 + se**2)
    after = norm(weight * estimate, math.sqrt(weight) * se)
    before = norm(0.0, prior_sd)
    beyond = [float(d.cdf(-bound) + d.sf(bound)) for d in (after, before)]
    if beyond[1] == 0:
        raise ValueError(f"a prior_sd of {prior_sd:g} leaves no effect outside {bound:g} possible; take a larger one")
    within = [float(d.cdf(bound) - d.cdf(-bound)) for d in (after, before)]
    return within[0] / beyond[0] / (within[1] / beyond[1]) if beyond[0] > 0 else math.inf


def survival(statistic: float, df: float = math.inf) -> float:
    """P(T > statistic) of a t distribution."""
    from scipy.stats import norm, t

    return float(norm.sf(statistic) if math.isinf(df) else t.sf(statistic, df))


def quantile(p: float, df: float = math.inf) -> float:
    """The value below which a share `p` of a t distribution lies."""
    from scipy.stats import norm, t

    return float(norm.ppf(p) if math.isinf(df) else t.ppf(p, df))
