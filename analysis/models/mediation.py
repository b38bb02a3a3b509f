"""Paths through parallel mediators, resampled; what they assume is said with them (paradigms.md F5)."""

from collections.abc import Collection, Mapping, Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.bootstrap import Array, Drawn, cross_products, resampled, slopes, without_each
from analysis.models.fit import FitError, codes, complete_rows, numbers, products, refuse_unidentified, units_of

CAUTION = (
    "An indirect effect is a cause only under sequential ignorability: given the predictor and the covariates, nothing "
    "unmeasured may move both mediator and outcome. Randomising the predictor makes its paths to the mediators causal, "
    "not the mediators' paths to the outcome, and these data cannot test it (Bullock, Green & Ha, 2010). rho is how "
    "strongly the errors of both would have to be correlated for the indirect effect to be 0 (Imai, Keele & Yamamoto, "
    "2010)."
)


@attrs.frozen(kw_only=True)
class Mediation:
    """Indirect, direct and total effects with their draws."""

    indirect: Mapping[str, Drawn]  # by mediator
    direct: Drawn
    total: Drawn
    to_mediator: Mapping[str, float]  # a: predictor on mediator
    to_outcome: Mapping[str, float]  # b: mediator on outcome, given the predictor and the other mediators
    rho: Mapping[str, float]  # the correlation of errors at which the indirect effect would be 0
    n: int  # persons or clusters that were resampled
    rows: int
    method: str
    caution: str = CAUTION

    def table(self) -> pd.DataFrame:
        """One row per effect: what, estimate, se, low, high (95 %, percentile), low_bca, high_bca, rho."""
        effects = {f"indirect through {m}": d for m, d in self.indirect.items()}
        effects |= {"direct": self.direct, "total": self.total}
        rows = []
        for what, drawn in effects.items():
            low, high = drawn.percentile()
            bca = drawn.bca()
            rho = self.rho.get(what.removeprefix("indirect through "), np.nan)
            rows.append((what, drawn.estimate, drawn.se, low, high, *bca, rho))
        return pd.DataFrame(rows, columns=["what", "estimate", "se", "low", "high", "low_bca", "high_bca", "rho"])


def mediation(
    frame: pd.DataFrame,
    *,
    x: str,
    mediators: Sequence[str],
    outcome: str,
    covariates: Sequence[str] = (),
    bootstrap: int = 10_000,
    seed: int = 1,
    cluster: str | None = None,
    scaled: Collection[str] = (),
) -> Mediation:
    """Least squares: each mediator on x, and the outcome on x and all mediators, both with the covariates.

    The indirect effect through a mediator is the product a * b; total = direct + the sum of them. Persons, or whole
    clusters, are drawn with replacement `bootstrap` times. Rows with something missing are left out. rho is the
    correlation of a mediator's and the outcome's residuals given x, the covariates and the other mediators: with errors
    correlated so strongly the indirect effect would be 0 (Imai, Keele & Yamamoto, 2010, linear models; with several
    mediators each is taken given the others). Takes about 0.02 ms a draw with 400 persons. `scaled` are those of x and
    outcome that are in SDs of these data: each resample has SDs of its own, so that intervals are of effects per SD of
    all people (`models.per_sd`).

    >>> eight = {"x": [0, 0, 0, 0, 1, 1, 1, 1], "m": [0, 1, 0, 1, 2, 3, 2, 3], "u": [1, -1, -1, 1, 1, -1, -1, 1]}
    >>> frame = pd.DataFrame(eight).loc[[*range(8)] * 5].eval("y = 3 * m + x + u").reset_index(drop=True)
    >>> found = mediation(frame, x="x", mediators=["m"], outcome="y", bootstrap=500)
    >>> [round(each.estimate, 6) for each in (found.indirect["m"], found.direct, found.total)]  # 2 * 3, 1, 7
    [6.0, 1.0, 7.0]
    """
    predictors = products(frame, [*dict.fromkeys([*covariates, x, *mediators])])
    design = predictors.assign(**{"": 1.0})
    units = units_of(frame, cluster)
    design, measured, units = complete_rows(design, numbers(frame, outcome), units)
    refuse_unidentified(design, measured, units)
    names = [str(c) for c in design.columns]
    centred = (design - design.mean()).assign(**{"": 1.0})  # keeps the sums well conditioned; slopes stay as they are
    columns = np.column_stack([centred.to_numpy(), measured - measured.mean()])
    of_units = cross_products(columns, codes(units))
    solve, k = _Paths(names, x, mediators), len(mediators)
    scale = _Scale(names.index(""), names.index(x) if x in scaled else None, len(names) if outcome in scaled else None)
    try:
        whole_sums = of_units.sum(axis=0)[None]
        estimates, unit = solve(whole_sums)[0], scale(whole_sums)
        parts = [_effects(solve(sums), k) * scale(sums) / unit for sums in resampled(of_units, bootstrap, seed)]
        over, left = np.vstack(parts), without_each(of_units)
        without = _effects(solve(left), k) * scale(left) / unit
    except np.linalg.LinAlgError:
        raise FitError("some resamples leave nothing to tell the paths by: too few persons in a condition") from None
    whole = _effects(estimates[None], k)[0]
    effects = [Drawn(estimate=float(whole[i]), draws=over[:, i], left_out=without[:, i]) for i in range(k + 2)]
    whom = f"whole {cluster}s".replace("_", " ") if cluster else "persons"
    return Mediation(
        indirect=dict(zip(mediators, effects, strict=False)),
        direct=effects[k],
        total=effects[k + 1],
        to_mediator=dict(zip(mediators, estimates[:k].tolist(), strict=True)),
        to_outcome=dict(zip(mediators, estimates[k : 2 * k].tolist(), strict=True)),
        rho={m: _partial(columns, names.index(m)) for m in mediators},
        n=int(units.nunique()),
        rows=len(design),
        method=f"least-squares paths, percentile interval of {bootstrap} resamples of {whom}, seed {seed}",
    )


class _Paths:
    """From sums of products (m x k x k, the outcome last) to a of each mediator, b of each, and the direct effect."""

    def __init__(self, columns: Sequence[str], x: str, mediators: Sequence[str]) -> None:
        self.mediators = [columns.index(m) for m in mediators]
        self.first = [i for i in range(len(columns)) if i not in self.mediators]
        self.x, self.outcome = columns.index(x), len(columns)

    def __call__(self, sums: Array) -> Array:
        first, every = sums[:, self.first], sums[:, : self.outcome]
        to_mediators = slopes(first[:, :, self.first], first[:, :, self.mediators])  # m x predictors x mediators
        to_outcome = slopes(every[:, :, : self.outcome], every[:, :, [self.outcome]])[:, :, 0]
        a = to_mediators[:, self.first.index(self.x)]
        found: Array = np.column_stack([a, to_outcome[:, self.mediators], to_outcome[:, [self.x]]])
        return found


@attrs.frozen
class _Scale:
    """From sums of products (m x k x k) to the SD of x by that of the outcome (m x 1), of those that are scaled."""

    ones: int
    x: int | None
    outcome: int | None

    def __call__(self, sums: Array) -> Array:
        found: Array = np.ones(len(sums))
        n = sums[:, self.ones, self.ones]
        for place, power in ((self.x, 0.5), (self.outcome, -0.5)):
            if place is not None:
                found = found * (sums[:, place, place] / n - (sums[:, place, self.ones] / n) ** 2) ** power
        return found[:, None]


def _effects(paths: Array, k: int) -> Array:
    """a, b and the direct effect as indirect effects, direct and total."""
    indirect = paths[:, :k] * paths[:, k : 2 * k]
    direct = paths[:, [2 * k]]
    effects: Array = np.column_stack([indirect, direct, direct[:, 0] + indirect.sum(axis=1)])
    return effects


def _partial(columns: Array, mediator: int) -> float:
    """The correlation of a mediator (a column) and the outcome (the last one), given all other columns."""
    others = np.delete(columns, [mediator, columns.shape[1] - 1], axis=1)
    both = columns[:, [mediator, -1]]
    residuals = both - others @ np.linalg.lstsq(others, both, rcond=None)[0]
    return float(np.corrcoef(residuals.T)[0, 1])
