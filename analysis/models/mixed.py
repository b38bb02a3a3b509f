"""Choices by people whose tastes differ: the mixed logit (Revelt & Train, 1998), clustered by person."""

from collections.abc import Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.choice import (
    Matrix,
    Rivals,
    conditional_logit,
    derivatives,
    fit_from,
    maximum,
    rivals_of,
    shares_of,
)
from analysis.models.fit import Fit, FitError, errors_by
from analysis.models.simulated import Panel, simulated

DRAWS = 500  # per person (paradigms.md F3)
SEED = 1
FEW = 150  # persons below which tastes' spread can't be told well (paradigms.md D3)
LEAST = 0.05  # a spread in logits, over the usual difference in an attribute, that is next to none
MOST_STEPS = 40


def mixed_logit(
    rows: pd.DataFrame,
    *,
    chosen: str,
    terms: Sequence[str],
    person: str,
    random: Sequence[str],
    within: str = "",
    left: bool = True,
    draws: int = DRAWS,
    seed: int = SEED,
    cluster: str = "",
) -> Fit:
    """The conditional logit with slopes that differ between people: b_n = b + sd * z_n for each term in `random`.

    z is standard normal, and independent between slopes; all of a person's choices have the same (a panel). The
    likelihood is simulated, P_n = mean over r of the product over choices of P(choice | b + sd * z_nr), with `draws`
    scrambled Halton points a person from `seed` (Train, 2009, chapters 6 and 9). Estimates are the population's means,
    named as the terms, and standard deviations, "sd(term)". The covariance is the sandwich of persons' scores and
    the analytic Hessian. Rows and `cluster` are as in `conditional_logit`; so are refusals, and it refuses where it
    finds no maximum.

    Half of 200 people always take the public act and half never do: no population of one taste.

    >>> rows = pd.DataFrame({"first": [1, 1, 1, 0, 0, 0] * 100, "a": 1.0, "person": np.repeat(range(200), 3)})
    >>> rows.loc[rows.index % 30 == 0, "first"] = 0
    >>> fit = mixed_logit(rows, chosen="first", terms=["a"], person="person", random=["a"], left=False)
    >>> bool(fit.estimates["sd(a)"] > 3)
    True
    """
    rivals = rivals_of(
        rows,
        chosen=chosen,
        terms=terms,
        person=person,
        within=within,
        left=left,
        more=len(random),
        cluster=cluster,
    )
    unknown = [name for name in random if name not in rivals.terms]
    if unknown:
        raise FitError(f"{unknown[0]!r} is to differ between people, and is no term")
    wanted = [rivals.terms.index(name) for name in random]
    weights = maximum(rivals)
    spread = _moments(rivals, weights, wanted)
    kept = [place for place in wanted if spread[place] > 0]
    points = _points(int(rivals.people.max()) + 1, draws, len(wanted), seed)
    values = np.concatenate([weights, [spread[place] for place in kept]])
    while kept:
        own = points[:, :, [wanted.index(place) for place in kept]]
        panel = Panel(rivals=rivals, random=tuple(kept), points=own)
        values, scores, information = _climbed(panel, values)
        gone = _gone(panel, values, scores)
        if not gone:
            drawn = f"{draws} Halton draws a person, seed {seed}, {errors_by(cluster or 'person')}"
            return _told(panel, values, scores, information, random, drawn)
        values = np.delete(values, [len(rivals.terms) + kept.index(place) for place in gone])
        kept = [place for place in kept if place not in gone]
    raise FitError("people do not differ in any slope")


def _told(panel: Panel, values: Matrix, scores: Matrix, information: Matrix, random: Sequence[str], how: str) -> Fit:
    """The `Fit`: standard deviations above 0, and the sandwich of persons' scores, or of those of their groups."""
    terms = panel.rivals.terms
    names = [terms[place] for place in panel.random]
    turned = np.concatenate([np.ones(len(terms)), np.sign(values[len(terms) :])])
    n, k, groups = len(panel.rivals.starts), len(values), int(panel.rivals.groups.max()) + 1
    bread = np.linalg.inv(information)
    sums = np.zeros((groups, k))
    np.add.at(sums, panel.rivals.groups[np.searchsorted(panel.rivals.people, np.arange(len(scores)))], scores)
    covariance = bread @ (sums.T @ sums) @ bread * (groups / (groups - 1) * (n - 1) / (n - k))
    alike = [name for name in random if name not in names]
    none = f" (no differences found in {', '.join(alike)})" if alike else ""
    return fit_from(
        panel.rivals,
        values * turned,
        covariance * np.outer(turned, turned),
        [*terms, *(f"sd({name})" for name in names)],
        f"mixed logit, normal slopes of {', '.join(names)}{none}, {how}",
    )


def choice_model(
    rows: pd.DataFrame,
    *,
    chosen: str,
    terms: Sequence[str],
    person: str,
    random: Sequence[str],
    draws: int = DRAWS,
    seed: int = SEED,
    cluster: str = "",
) -> Fit:
    """The mixed logit of pairs; the conditional logit, and why, where there are under 150 persons or it finds nothing.

    Slopes differ only of attributes in which people had two choices each or more, on average: one choice tells nothing
    of how tastes are spread. Without draws it is the conditional logit too: 40 times as fast, for power by simulation.
    `cluster` is as in `conditional_logit`.
    """
    plain = conditional_logit(rows, chosen=chosen, terms=terms, person=person, cluster=cluster)
    if not draws or not random:
        return plain
    told = [name for name in random if (rows[name].fillna(0) != 0).groupby(rows[person]).sum().mean() >= 2]
    why = f"fewer than {FEW} persons" if plain.n < FEW else "no attribute differs in two choices a person"
    if plain.n >= FEW and told:
        try:
            return mixed_logit(
                rows, chosen=chosen, terms=terms, person=person, random=told, draws=draws, seed=seed, cluster=cluster
            )
        except FitError as error:
            why = str(error)
    return attrs.evolve(plain, method=f"{plain.method} (instead of a mixed logit: {why})")


def _points(persons: int, draws: int, slopes: int, seed: int) -> Matrix:
    from scipy.special import ndtri
    from scipy.stats.qmc import Halton

    uniform = Halton(d=slopes, scramble=True, rng=seed).random(persons * draws)
    return np.asarray(ndtri(np.clip(uniform, 1e-12, 1 - 1e-12)).reshape(persons, draws, slopes))


def _size(rivals: Rivals) -> Matrix:
    return np.asarray(np.sqrt((rivals.more**2).mean(axis=0)))


def _moments(rivals: Rivals, weights: Matrix, places: Sequence[int]) -> dict[int, float]:
    """A first guess at each slope's standard deviation, from the persons' scores at the conditional logit; 0 for none.

    A person's score s of a slope has the variance h + sd^2 h^2, h being the person's information, so that
    sd^2 = sum of (s^2 - h) / sum of h^2. Its numerator is the score of the variance at 0: not above 0 where no spread
    is more likely than a little.
    """
    scores, _ = derivatives(rivals, weights)
    firsts = np.searchsorted(rivals.people, np.arange(rivals.people.max() + 1))
    shares = shares_of(rivals, weights)
    found = {}
    for place in places:
        x = rivals.more[:, place]
        of_set = np.add.reduceat(shares * x, rivals.starts)
        informed = np.add.reduceat(np.add.reduceat(shares * x * x, rivals.starts) - of_set**2, firsts)
        score = np.add.reduceat(scores[:, place], firsts)
        variance = float((score**2 - informed).sum() / (informed**2).sum())
        found[place] = np.sqrt(variance) if variance > 0 else 0.0
    return found


def _climbed(panel: Panel, start: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Newton's method, uphill also where the Hessian isn't: values, scores of persons, information.

    It stops early where a slope's spread goes to 0.
    """
    values = start
    size = np.concatenate([_size(panel.rivals), _size(panel.rivals)[list(panel.random)]])
    best, scores, information = simulated(panel, values)
    for _ in range(MOST_STEPS):
        step = _uphill(information, scores.sum(axis=0), size)
        if _gone(panel, values, scores) or np.max(np.abs(step) * size) < 1e-6:
            return values, scores, information
        if (longest := np.max(np.abs(step) * size)) > 2.0:
            step = step * (2.0 / longest)
        for _ in range(12):
            found, new_scores, new_information = simulated(panel, values + step)
            if found >= best - 1e-9:
                break
            step = step / 2
        else:
            break
        values, best, scores, information = values + step, found, new_scores, new_information
    raise FitError("the mixed logit did not converge")


def _gone(panel: Panel, values: Matrix, scores: Matrix) -> list[int]:
    """The slopes whose spread is next to nothing, and likelier the smaller it is."""
    terms, size = len(panel.rivals.terms), _size(panel.rivals)
    rising = scores.sum(axis=0)[terms:] * np.sign(values[terms:])
    nothing = (np.abs(values[terms:]) * size[list(panel.random)] < LEAST) & (rising <= 1e-6)
    return [place for place, none in zip(panel.random, nothing, strict=True) if none]


def _uphill(information: Matrix, gradient: Matrix, size: Matrix) -> Matrix:
    """Newton's step with the Hessian's curvatures taken as if all were downwards (Gill & Murray, 1974)."""
    curvature, axes = np.linalg.eigh(information / np.outer(size, size))
    curvature = np.maximum(np.abs(curvature), 1e-6 * np.abs(curvature).max())
    return np.asarray(axes @ ((axes.T @ (gradient / size)) / curvature) / size)
