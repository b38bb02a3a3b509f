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
    lower, upper = (estimate + bound) / se, (estimate - bound) / se
    return Equivalence(lower=lower, upper=upper, p=max(survival(lower, df), survival(-upper, df)), bound=bound)


def survival(statistic: float, df: float = math.inf) -> float:
    """P(T > statistic) of a t distribution."""
    from scipy.stats import norm, t

    return float(norm.sf(statistic) if math.isinf(df) else t.sf(statistic, df))


def quantile(p: float, df: float = math.inf) -> float:
    """The value below which a share `p` of a t distribution lies."""
    from scipy.stats import norm, t

    return float(norm.ppf(p) if math.isinf(df) else t.ppf(p, df))
