"""The simulated likelihood of choices by people whose tastes differ, with its first and second derivatives."""

from collections.abc import Iterator

import attrs
import numpy as np

from analysis.models.choice import SMALL, Matrix, Rivals, product


@attrs.frozen(kw_only=True, eq=False)
class Panel:
    """Choices, which of their slopes differ between people, and where these are looked at."""

    rivals: Rivals
    random: tuple[int, ...]  # columns of `rivals.more`
    points: Matrix  # (persons, draws, random slopes), standard normal

    def persons(self) -> Iterator[tuple[Matrix, Matrix, Matrix]]:
        """Each person's rows of `more`, the starts of their choices in it, and points."""
        rivals = self.rivals
        firsts = np.searchsorted(rivals.people, np.arange(len(self.points) + 1))
        edges = np.append(rivals.starts, len(rivals.more))
        for person, points in enumerate(self.points):
            own = edges[firsts[person] : firsts[person + 1] + 1]
            yield rivals.more[own[0] : own[-1]], own[:-1] - own[0], points


def simulated(panel: Panel, values: Matrix) -> tuple[float, Matrix, Matrix]:
    """Log likelihood, persons' scores, and the negative Hessian, at the coefficients b and sd.

    With w_r the draws' shares in a person's likelihood and g_r, H_r the derivatives given draw r, the person's score is
    s = sum w g, the Hessian sum w (g g' + H) - s s'.
    """
    terms = len(panel.rivals.terms)
    mean, sd = values[:terms], values[terms:]
    random = list(panel.random)
    total, scores, information = 0.0, np.zeros((len(panel.points), len(values))), np.zeros((len(values),) * 2)
    paired = panel.rivals.paired
    for person, (more, starts, points) in enumerate(panel.persons()):
        some = more[:, random]
        gain = np.clip((more @ mean)[:, None] + (some * sd) @ points.T, -500.0, 500.0)  # (rivals, draws)
        odds = np.exp(gain)
        whole = 1.0 + (odds if paired else np.add.reduceat(odds, starts, axis=0))
        share = odds / (whole if paired else np.repeat(whole, np.diff(np.append(starts, len(more))), axis=0))
        of_draw = -np.log(whole).sum(axis=0)
        highest = of_draw.max()
        weight = np.exp(of_draw - highest)
        total += highest + np.log(weight.mean())
        weight /= weight.sum()
        slopes = -_by_draw(share, more, some, points)
        scores[person] = score = weight @ slopes
        information += np.outer(score, score) - product(slopes * weight[:, None], slopes)
        spread = (share * (1.0 - share) if paired else share) * weight
        information += _curvature(more, some, points, spread)
        if not paired:
            information -= _within_sets(more, some, points, share, weight, starts)
    return total, scores, information


def _curvature(more: Matrix, some: Matrix, points: Matrix, spread: Matrix) -> Matrix:
    """Sum over rivals and draws of spread * z z', z being a rival's attributes, and those times the points."""
    terms, slopes = more.shape[1], some.shape[1]
    out = np.empty((terms + slopes,) * 2)
    out[:terms, :terms] = more.T @ (more * spread.sum(axis=1)[:, None])
    out[:terms, terms:] = more.T @ ((spread @ points) * some)
    out[terms:, :terms] = out[:terms, terms:].T
    pairs = (points[:, :, None] * points[:, None, :]).reshape(len(points), -1)
    both = (spread @ pairs).reshape(len(more), slopes, slopes)
    out[terms:, terms:] = np.einsum("tk,tl,tkl->kl", some, some, both)
    return out


def _within_sets(more: Matrix, some: Matrix, points: Matrix, share: Matrix, weight: Matrix, starts: Matrix) -> Matrix:
    """Sum over sets and draws of weight * (sum over a set's rivals of share * z)(the same)'."""
    sizes = np.diff(np.append(starts, len(more)))
    out = np.zeros((more.shape[1] + some.shape[1],) * 2)
    for start, size in zip(starts, sizes, strict=True):
        own = slice(start, start + size)
        mean = _by_draw(share[own], more[own], some[own], points)
        out += product(mean * weight[:, None], mean)
    return out


def _by_draw(share: Matrix, more: Matrix, some: Matrix, points: Matrix) -> Matrix:
    """Sum over rivals of share * z, for each draw: (draws, coefficients)."""
    block = max(1, SMALL // more.size)
    sums = [share[:, i : i + block].T @ more for i in range(0, share.shape[1], block)]
    return np.hstack([np.vstack(sums), (share.T @ some) * points])
