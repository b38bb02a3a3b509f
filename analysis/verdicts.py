"""What an estimate says about a prediction: five verdicts, never just p (paradigms.md C0)."""

import math
from collections.abc import Sequence
from typing import Literal

import attrs
import numpy as np

from analysis.models.bootstrap import Drawn
from analysis.models.tost import equivalence, quantile, survival

Verdict = Literal["supported", "opposite", "equivalent", "trivial", "inconclusive"]
Kind = Literal["diff", "equal"]
ALPHA = 0.05


@attrs.frozen(kw_only=True)
class Judged:
    """An estimate with its interval, tests and verdict."""

    estimate: float
    se: float
    low: float  # 95 % interval
    high: float
    low90: float  # 90 % interval, for equivalence
    high90: float
    p: float  # two-sided, against 0
    p_tost: float
    verdict: Verdict


def judge(
    estimate: float,
    se: float,
    *,
    sesoi: float,
    kind: Kind = "diff",
    sign: int = 1,
    df: float = math.inf,
    drawn: Drawn | None = None,
) -> Judged:
    """The verdict on one estimate.

    Differs from 0 (95 % interval): "trivial" inside +-sesoi (90 % interval), else "supported" on the predicted side
    and "opposite" on the other. Does not differ: "equivalent" inside +-sesoi, else "inconclusive". A prediction of
    equality (`kind="equal"`) has no side: a difference that is not trivial is "opposite". Intervals are from a t
    distribution, or, of an estimate that was resampled (`drawn`), the percentile intervals of its draws.

    >>> judge(0.04, 0.16, sesoi=0.20, kind="equal").verdict  # p = .80, which shows nothing
    'inconclusive'
    >>> judge(0.04, 0.08, sesoi=0.20, kind="equal").verdict
    'equivalent'
    """
    if not (math.isfinite(estimate) and math.isfinite(se) and se > 0):
        raise ValueError(f"an estimate and a positive standard error are needed, got {estimate} and {se}")
    if drawn is None:
        (low, high), (low90, high90) = (_around(estimate, se, df, level) for level in (1 - ALPHA, 1 - 2 * ALPHA))
        p, p_tost = 2 * survival(abs(estimate) / se, df), equivalence(estimate, se, sesoi, df=df).p
    else:
        (low, high), (low90, high90) = (drawn.percentile(level) for level in (1 - ALPHA, 1 - 2 * ALPHA))
        p, p_tost = drawn.p, drawn.p_tost(sesoi)
    differs, small = low > 0 or high < 0, p_tost < ALPHA
    verdict: Verdict
    if differs and small:
        verdict = "trivial"
    elif differs:
        verdict = "supported" if kind == "diff" and estimate * sign > 0 else "opposite"
    else:
        verdict = "equivalent" if small else "inconclusive"
    return Judged(
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        low90=low90,
        high90=high90,
        p=p,
        p_tost=p_tost,
        verdict=verdict,
    )


def _around(estimate: float, se: float, df: float, level: float) -> tuple[float, float]:
    reach = quantile((1 + level) / 2, df) * se
    return estimate - reach, estimate + reach


def counts_as_support(verdict: Verdict, kind: Kind) -> bool:
    """Does the verdict bear the prediction out? Only "equivalent" or "trivial" support an equality."""
    return verdict in ({"diff": ("supported",), "equal": ("equivalent", "trivial")}[kind])


def together(parts: Sequence[Judged], kind: Kind) -> Verdict:
    """The verdict on a claim that needs every part: it holds when all parts hold (intersection-union test).

    That needs no correction. Otherwise the part that speaks most clearly against the claim decides; since any part
    may do so, "opposite" has to outlast Bonferroni's correction over the parts.

    >>> clear, unclear = judge(0.4, 0.1, sesoi=0.15), judge(0.1, 0.1, sesoi=0.15)
    >>> together([clear, clear], "diff"), together([clear, unclear], "diff")
    ('supported', 'inconclusive')
    """
    against: tuple[Verdict, ...]
    if kind == "diff":
        against = ("opposite", "equivalent", "trivial", "inconclusive", "supported")
    else:
        against = ("opposite", "inconclusive", "supported", "trivial", "equivalent")
    verdict = next(v for v in against if v in [part.verdict for part in parts])
    if verdict == "opposite":
        clearest = min(part.p for part in parts if part.verdict == "opposite")
        return "opposite" if clearest * len(parts) < ALPHA else "inconclusive"
    return verdict


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted
