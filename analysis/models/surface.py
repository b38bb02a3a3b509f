"""Response surfaces: what agreement and difference of two scores go with (Edwards, 2002)."""

from collections.abc import Mapping

import pandas as pd

from analysis.models.fit import Fit
from analysis.models.regression import linear

ALONG: Mapping[str, Mapping[str, float]] = {  # weights of the terms x, y, x:x, x:y, y:y
    "a1": {"x": 1, "y": 1},
    "a2": {"x:x": 1, "x:y": 1, "y:y": 1},
    "a3": {"x": 1, "y": -1},
    "a4": {"x:x": 1, "x:y": -1, "y:y": 1},
}
MEANINGS: Mapping[str, str] = {
    "a1": "slope along agreement, where both scores meet in the middle",
    "a2": "curvature along agreement",
    "a3": "slope along disagreement, from second score higher to first score higher",
    "a4": "curvature along disagreement",
}


def response_surface(
    frame: pd.DataFrame, *, outcome: str, x: str, y: str, cluster: str | None = None
) -> tuple[Fit, pd.DataFrame]:
    """The outcome on x, y, x*x, x*y and y*y, and the shape of that surface along x = y and x = -y.

    a1 = bx + by, a2 = bxx + bxy + byy, a3 = bx - by, a4 = bxx - bxy + byy (Edwards, 2002; Shanock et al., 2010). x and
    y are to be on one scale with 0 in its middle: z scores make agreement one of standing, not of amount. Gives the fit
    and one row per a: what, estimate, se, low, high (95 %), n.

    >>> frame = pd.DataFrame({"x": [-1, 0, 1] * 6, "y": [-1] * 6 + [0] * 6 + [1] * 6})
    >>> _, shape = response_surface(frame.eval("z = 2 * x - y + (x - y) ** 2"), outcome="z", x="x", y="y")
    >>> [round(a, 6) + 0.0 for a in shape["estimate"]]
    [1.0, 0.0, 3.0, 4.0]
    """
    of = {"x": x, "y": y, "x:x": f"{x}:{x}", "x:y": f"{x}:{y}", "y:y": f"{y}:{y}"}
    fit = linear(frame, outcome=outcome, terms=list(of.values()), cluster=cluster)
    reach = _reach(fit)
    rows = []
    for name, weights in ALONG.items():
        estimate, se = fit.contrast({of[term]: weight for term, weight in weights.items()})
        rows.append((f"{name}, {MEANINGS[name]}", estimate, se, estimate - reach * se, estimate + reach * se, fit.n))
    return fit, pd.DataFrame(rows, columns=["what", "estimate", "se", "low", "high", "n"])


def _reach(fit: Fit) -> float:
    from analysis.models.tost import quantile

    return quantile(0.975, fit.df)
