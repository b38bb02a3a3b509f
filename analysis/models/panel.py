"""The random-intercept cross-lagged panel model: what goes with what within people, from one wave to the next."""

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.models.bootstrap import Array
from analysis.models.fit import Fit, FitError, column, numbers

Patterns = Sequence[
    tuple[npt.NDArray[np.signedinteger], int, Array, Array]
]  # which values are there, persons, their means and covariance


def cross_lagged(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    person: str = "person",
    wave: str = "wave",
    stable: bool = True,
    scaled: bool = False,
) -> Fit:
    """x and y over three waves or more, as stable differences between people and lagged effects within them.

    x_it = mean_t + rx_i + wx_it with wx_it = (x>x) wx_i,t-1 + (y>x) wy_i,t-1 + error, and y alike; the random
    intercepts rx and ry have loadings of 1, means are free per wave, errors of the same wave may be correlated
    (Hamaker, Kuiper & Grasman, 2015). `stable` holds lagged effects equal over time; else they are "x>y[2]" (into the
    second wave) and so on. `frame` has a row per person and wave; waves in sorted order, or in that of a categorical.
    Full-information maximum likelihood, so that whoever missed a wave stays in (missing at random), errors from the
    observed information. With `scaled`, x and y are in SDs over these people and waves, and errors are those of lagged
    effects per SD of all people: those of the SDs that the model implies are in them (delta method, `models.per_sd`).
    Refused: fewer than 3 waves, no proper solution (a negative variance).
    """
    table, waves = _wide(frame, x, y, person, wave)
    if len(waves) < 3:
        raise FitError(f"a cross-lagged panel needs 3 waves or more, got {len(waves)}")
    model = _Model(waves=len(waves), stable=stable)
    if len(table) <= model.size:
        raise FitError(f"{len(table)} persons are too few for {model.size} coefficients")
    spread = np.nanstd(table, axis=0).reshape(-1, 2)
    if not np.all(spread > 0):
        raise FitError(f"{(x, y)[int(np.argmin(spread.min(axis=0)))]!r} never varies in some wave")
    scale = np.tile(np.sqrt((spread**2).mean(axis=0)), len(waves))  # one unit for x and one for y, whatever the wave
    middle = np.nanmean(table, axis=0)
    theta, covariance = _fitted(model, _patterns((table - middle) / scale))
    names = model.lags(x, y)
    units = np.array([scale[into] / scale[out] for out, into in model.between()])
    estimates = pd.Series(theta[: len(names)] * units, index=names)
    by_theta = np.eye(len(names), len(theta)) * units[:, None]
    if scaled:
        sds = model.sd_slopes(theta, middle / scale, np.isfinite(table).sum(axis=0))
        by_theta += np.array([e * (sds[o] - sds[i]) for e, (o, i) in zip(estimates, model.between(), strict=True)])
    errors = by_theta @ covariance @ by_theta.T
    return Fit(
        estimates=estimates,
        covariance=pd.DataFrame(errors, index=names, columns=names),
        df=np.inf,
        n=len(table),
        rows=int(np.isfinite(table).reshape(-1, 2).any(axis=1).sum()),
        method=f"random-intercept cross-lagged panel of {len(waves)} waves, full-information maximum likelihood",
    )


@attrs.frozen(kw_only=True)
class _Model:
    """Parameters: the lagged effects, then variances and covariances, then the means."""

    waves: int
    stable: bool

    @property
    def transitions(self) -> int:
        return 1 if self.stable else self.waves - 1

    @property
    def size(self) -> int:
        return 4 * self.transitions + 3 * (self.waves + 1) + 2 * self.waves

    def lags(self, x: str, y: str) -> list[str]:
        """The names of the lagged effects, in their order."""
        pairs = [f"{(x, y)[out]}>{(x, y)[into]}" for into in (0, 1) for out in (0, 1)]
        return pairs if self.stable else [f"{p}[{t}]" for t in range(2, self.waves + 1) for p in pairs]

    def between(self) -> list[tuple[int, int]]:
        """Of each lagged effect: from which of the two variables (0 x, 1 y), and into which."""
        return [(out, into) for _ in range(self.transitions) for into in (0, 1) for out in (0, 1)]

    def implied(self, theta: Array) -> tuple[Array, Array]:
        """Means and covariance of all waves, x and y in turn."""
        t = self.waves
        lags = theta[: 4 * self.transitions].reshape(-1, 2, 2)
        parts = theta[4 * self.transitions : -2 * t].reshape(t + 1, 3)
        blocks = [np.array([[a, c], [c, b]]) for a, b, c in parts]  # random intercepts, first wave, errors
        within = np.zeros((2 * t, 2 * t), dtype=theta.dtype)
        within[:2, :2] = blocks[1]
        for now in range(1, t):
            lag = lags[0 if self.stable else now - 1]
            here, before = slice(2 * now, 2 * now + 2), slice(2 * now - 2, 2 * now)
            within[here, : 2 * now] = lag @ within[before, : 2 * now]
            within[: 2 * now, here] = within[here, : 2 * now].T
            within[here, here] = lag @ within[before, before] @ lag.T + blocks[now + 1]
        return theta[-2 * t :], within + np.tile(blocks[0], (t, t))

    def sd_slopes(self, theta: Array, middle: Array, counts: Array) -> Array:
        """The derivatives by theta of ln SD of x and of y over all people and waves (2 x parameters).

        `middle` is what stands for 0 in each wave, `counts` how many values it has.
        """
        found = []
        for step in 1e-20j * np.eye(len(theta)):
            means, covariance = self.implied(theta + step)
            spread, apart = np.diag(covariance).reshape(-1, 2), (means + middle).reshape(-1, 2)
            weights = counts.reshape(-1, 2) / counts.reshape(-1, 2).sum(axis=0)
            variance = (weights * (spread + (apart - (weights * apart).sum(axis=0)) ** 2)).sum(axis=0)
            found.append(np.log(variance).imag / 2e-20)
        return np.array(found).T

    def start(self) -> Array:
        """Half of the variance between people, half within, lags of little."""
        lags = np.tile([0.1, 0.0, 0.0, 0.1], self.transitions)
        return np.concatenate([lags, np.tile([0.5, 0.5, 0.1], self.waves + 1), np.zeros(2 * self.waves)])

    def proper(self, theta: Array) -> bool:
        """Are the covariance matrices of the parts such as can exist?"""
        parts = theta[4 * self.transitions : -2 * self.waves].reshape(-1, 3)
        return bool(np.all(parts[:, :2] > 0) and np.all(parts[:, 2] ** 2 <= parts[:, 0] * parts[:, 1]))


def _fitted(model: _Model, patterns: Patterns) -> tuple[Array, Array]:
    """The parameters at the maximum of the likelihood, and their covariance."""
    from scipy.optimize import minimize

    found = minimize(_misfit, model.start(), args=(model, patterns), jac=True, method="BFGS", options={"gtol": 1e-6})
    n = sum(persons for _, persons, _, _ in patterns)
    if np.abs(found.jac).max() > 1e-3:
        raise FitError("the cross-lagged panel did not converge")
    if not model.proper(found.x):
        raise FitError("the cross-lagged panel has no proper solution: a variance would be negative")
    step = 1e-5
    slopes = [[_misfit(found.x + s * h, model, patterns)[1] for s in (step, -step)] for h in np.eye(len(found.x))]
    information = np.array([above - below for above, below in slopes]) / (2 * step) * n
    try:
        covariance = np.linalg.inv((information + information.T) / 2)
    except np.linalg.LinAlgError:
        covariance = np.full_like(information, np.nan)
    if not np.all(np.diag(covariance) > 0):
        raise FitError("the cross-lagged panel can't be told by these data")
    return np.asarray(found.x), np.asarray(covariance, dtype=np.float64)


def _misfit(theta: Array, model: _Model, patterns: Patterns) -> tuple[float, Array]:
    """Minus the mean log-likelihood of a person (without its constant), and its gradient.

    The derivatives of means and covariance are polynomials of the parameters: a complex step gives them exactly.
    """
    mean, covariance = model.implied(theta)
    steps = [model.implied(theta + 1e-20j * unit) for unit in np.eye(len(theta))]
    n, value = sum(persons for _, persons, _, _ in patterns), 0.0
    by_mean, by_covariance = np.zeros_like(mean), np.zeros_like(covariance)
    for there, persons, middle, spread in patterns:
        grid = np.ix_(there, there)
        sign, log = np.linalg.slogdet(covariance[grid])
        if sign <= 0 or np.linalg.eigvalsh(covariance[grid])[0] <= 0:
            return np.inf, np.zeros_like(theta)
        inverse = np.linalg.inv(covariance[grid])
        gap = middle - mean[there]
        around = spread + np.outer(gap, gap)
        value += persons / n * (log + np.trace(inverse @ around)) / 2
        by_mean[there] -= persons / n * inverse @ gap
        by_covariance[grid] += persons / n * (inverse - inverse @ around @ inverse) / 2
    gradient = [by_mean @ m.imag + np.sum(by_covariance * c.imag) for m, c in steps]
    return float(value), np.array(gradient) / 1e-20


def _wide(frame: pd.DataFrame, x: str, y: str, person: str, wave: str) -> tuple[Array, list[object]]:
    """One row per person with something measured: x and y of the first wave, of the second, and so on."""
    for name in (person, wave):
        column(frame, name)
    missing = [name for name in (x, y) if name not in frame or frame[name].isna().all()]
    if missing:
        raise FitError(f"{missing[0]!r} was not measured")
    if frame.duplicated([person, wave]).any():
        raise ValueError(f"a {person} has more than one row of the same {wave}")
    rows = frame[[person, wave]].assign(**{name: numbers(frame, name) for name in (x, y)})
    waves = sorted(rows.dropna(subset=[x, y], how="all")[wave].unique().tolist())
    if isinstance(rows[wave].dtype, pd.CategoricalDtype):
        waves = [w for w in rows[wave].cat.categories if w in waves]
    wide = rows.pivot(index=person, columns=wave, values=[x, y])
    table = np.column_stack([wide[(v, w)].to_numpy(dtype=float, na_value=np.nan) for w in waves for v in (x, y)])
    return table[np.isfinite(table).any(axis=1)], waves


def _patterns(table: Array) -> Patterns:
    """People put together by which values they have."""
    found, which = np.unique(np.isfinite(table), axis=0, return_inverse=True)
    patterns = []
    for row, present in enumerate(found):
        there = np.flatnonzero(present)
        values = table[which.ravel() == row][:, there]
        middle = values.mean(axis=0)
        patterns.append((there, len(values), middle, (values - middle).T @ (values - middle) / len(values)))
    return patterns
