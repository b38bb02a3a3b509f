"""Choices between acts: the conditional logit (McFadden, 1974), clustered by person."""

from collections.abc import Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.models.fit import (
    Fit,
    FitError,
    codes,
    column,
    either,
    errors_by,
    products,
    refuse_unidentified,
    sandwich,
)

LEFT = "left"  # the term for the place on the screen: what being shown first (left) adds
MOST_STEPS = 30
SMALL = 200_000  # multiplications in a product that OpenBLAS leaves to one thread
Matrix = np.ndarray


@attrs.frozen(kw_only=True, eq=False)
class Rivals:
    """Choices as what each act that was not taken had more than the act that was taken.

    A row of `more` is one such act, `starts` the first row of each choice; P = 1 / (1 + sum over rivals of
    exp(more * b)). Rows of a choice, and choices of a person, stand together.
    """

    more: Matrix  # (rivals, terms)
    starts: Matrix  # (choices,)
    people: Matrix  # (choices,) codes from 0, rising
    groups: Matrix  # (choices,) codes from 0 of what errors are clustered by: people, or those who are together
    terms: tuple[str, ...]

    @property
    def paired(self) -> bool:
        """Has every choice one rival?"""
        return len(self.starts) == len(self.more)


def conditional_logit(
    rows: pd.DataFrame,
    *,
    chosen: str,
    terms: Sequence[str],
    person: str,
    within: str = "",
    left: bool = True,
    cluster: str = "",
) -> Fit:
    """Choice between acts: P(act i of a set) = exp(V_i) / sum over the set of exp(V_j), V = sum of b * x.

    Pairs (`within` not given): one row per choice between two acts. `chosen` is true when the first (left) one was
    taken, and an attribute's column holds the *difference* first minus second; with `left`, a term of that name says
    what being the first adds. Sets of any size: one row per act, `within` naming the column that tells a person's sets
    apart, `chosen` true in one act of each, attributes as they are.

    `person` is the column to cluster by, unless `cluster` names one of groups that people are together in; columns of
    the person's own (motives) may be there too. A term is an attribute or "attribute:moderator". There is no intercept
    but `left` (paradigms.md F3). Sets with something missing are left out. With no more persons (groups) than
    coefficients, and where an attribute decides every choice, it refuses.
    Newton's method; standard errors from the sandwich of the persons' (groups') scores.

    One attribute that differs in 100 pairs, and 70 choices of its higher level: ln(70/30) = 0.8473 in 0/1 coding, with
    a standard error of 0.2182 before the factor 100/99 of clusters, and half of it, 0.4236, in -1/+1 coding.

    >>> pairs = pd.DataFrame({"first": [1] * 70 + [0] * 30, "a_public": 2.0, "person": range(100)})
    >>> fit = conditional_logit(pairs, chosen="first", terms=["a_public"], person="person", left=False)
    >>> round(float(fit.estimates["a_public"]), 4)
    0.4236
    >>> acts = pd.DataFrame({"person": [*range(100)] * 2, "public": [1] * 100 + [0] * 100, "set": 1})
    >>> acts["taken"] = [1] * 70 + [0] * 30 + [0] * 70 + [1] * 30
    >>> fit = conditional_logit(acts, chosen="taken", terms=["public"], person="person", within="set")
    >>> [round(x, 4) for x in fit.contrast({"public": 1.0})], round(0.2182 * (100 / 99) ** 0.5, 4)
    ([0.8473, 0.2193], 0.2193)
    """
    rivals = rivals_of(rows, chosen=chosen, terms=terms, person=person, within=within, left=left, cluster=cluster)
    weights = maximum(rivals)
    scores, information = derivatives(rivals, weights)
    covariance = sandwich(np.linalg.inv(information), scores, rivals.groups)
    return fit_from(rivals, weights, covariance, rivals.terms, f"conditional logit, {errors_by(cluster or 'person')}")


def fit_from(rivals: Rivals, values: Matrix, covariance: Matrix, names: Sequence[str], method: str) -> Fit:
    """Estimates of a choice model as a `Fit`."""
    return Fit(
        estimates=pd.Series(values, index=list(names)),
        covariance=pd.DataFrame(covariance, index=list(names), columns=list(names)),
        df=float(rivals.groups.max()),
        n=int(rivals.people.max()) + 1,
        rows=len(rivals.starts),
        method=method,
    )


def rivals_of(
    rows: pd.DataFrame,
    *,
    chosen: str,
    terms: Sequence[str],
    person: str,
    within: str = "",
    left: bool = True,
    more: int = 0,
    cluster: str = "",
) -> Rivals:
    """The choices of a data frame as `conditional_logit` takes it; a FitError where they tell nothing.

    `more` coefficients will be estimated beside those of the terms.
    """
    design = products(rows, terms)
    if within:
        return _from_sets(design, rows, chosen, person, within, more, cluster)
    if left:
        design.insert(0, LEFT, 1.0)
    outcome, who, together = either(rows, chosen), column(rows, person), column(rows, cluster or person)
    whole = (design.notna().all(axis=1) & outcome.notna() & who.notna() & together.notna()).to_numpy()
    design, outcome, people, groups = design[whole], outcome[whole], who[whole], together[whole]
    refuse_unidentified(design, outcome, groups, more)
    order = np.argsort(codes(people), kind="stable")
    towards = np.where(outcome.to_numpy() > 0.5, -1.0, 1.0)[:, None]
    return Rivals(
        more=(design.to_numpy() * towards)[order],
        starts=np.arange(len(order)),
        people=codes(people)[order],
        groups=codes(groups)[order],
        terms=tuple(design.columns),
    )


def _from_sets(
    design: pd.DataFrame, rows: pd.DataFrame, chosen: str, person: str, within: str, more: int, cluster: str
) -> Rivals:
    """One row per act: sorted by person and set, the taken act's attributes subtracted."""
    taken, who, together = either(rows, chosen).to_numpy(), column(rows, person), column(rows, cluster or person)
    nobodys = (who.isna() | together.isna() | column(rows, within).isna()).to_numpy()
    sets = rows.groupby([person, within], sort=False, dropna=False).ngroup().to_numpy()
    broken = np.isin(sets, sets[design.isna().any(axis=1).to_numpy() | np.isnan(taken) | nobodys])
    design, sets, people, groups = design[~broken], sets[~broken], who[~broken], together[~broken]
    is_taken = taken[~broken] > 0.5
    counts = np.bincount(sets, weights=is_taken, minlength=1)[np.unique(sets)] if len(sets) else np.ones(1)
    if (counts != 1).any():
        got = int(counts[counts != 1][0])
        raise FitError(f"{(counts != 1).sum()} choice sets have {got} acts that were taken; each has to have one")
    order = np.lexsort((sets, codes(people)))
    x, is_taken, sets, who = design.to_numpy()[order], is_taken[order], sets[order], codes(people)[order]
    groups = pd.Series(codes(groups)[order][~is_taken], name=cluster or person)
    of_taken = pd.DataFrame(x[is_taken], index=sets[is_taken]).loc[sets].to_numpy()
    differs = (x - of_taken)[~is_taken]
    frame = pd.DataFrame(differs, columns=design.columns)
    refuse_unidentified(frame, pd.Series([0, 1]), groups, more)
    _, starts = np.unique(_runs(sets[~is_taken]), return_index=True)
    return Rivals(
        more=differs,
        starts=starts,
        people=codes(pd.Series(who[~is_taken][starts])),
        groups=codes(groups.iloc[starts]),
        terms=tuple(design.columns),
    )


def _runs(values: Matrix) -> Matrix:
    """The number of the run that each value belongs to."""
    return np.cumsum(np.concatenate([[0], (values[1:] != values[:-1]).astype(int)]))


def derivatives(rivals: Rivals, weights: Matrix) -> tuple[Matrix, Matrix]:
    """Each choice's score (choices x terms), and the information, the negative Hessian (terms x terms)."""
    shares = shares_of(rivals, weights)
    share = shares[:, None] * rivals.more
    if rivals.paired:
        return -share, product(rivals.more, share * (1.0 - shares)[:, None])
    of_set = np.add.reduceat(share, rivals.starts, axis=0)
    return -of_set, product(rivals.more, share) - product(of_set, of_set)


def log_likelihood(rivals: Rivals, weights: Matrix) -> float:
    """Of all choices."""
    gain = rivals.more @ weights
    if rivals.paired:
        return float(-np.logaddexp(0.0, gain).sum())
    return float(-np.log1p(np.add.reduceat(np.exp(np.minimum(gain, 500.0)), rivals.starts)).sum())


def shares_of(rivals: Rivals, weights: Matrix) -> Matrix:
    """The probability of each act that was not taken."""
    gain = np.exp(np.clip(rivals.more @ weights, -500.0, 500.0))
    if rivals.paired:
        return np.asarray(gain / (1.0 + gain))
    whole = 1.0 + np.add.reduceat(gain, rivals.starts)
    sizes = np.diff(np.append(rivals.starts, len(gain)))
    return np.asarray(gain / np.repeat(whole, sizes))


def maximum(rivals: Rivals) -> Matrix:
    """The coefficients of greatest likelihood; a FitError where there are none, as when an attribute decides all."""
    weights, best = np.zeros(len(rivals.terms)), log_likelihood(rivals, np.zeros(len(rivals.terms)))
    size = np.sqrt((rivals.more**2).mean(axis=0))
    for _ in range(MOST_STEPS):
        scores, information = derivatives(rivals, weights)
        try:
            step = np.linalg.solve(information, scores.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        if np.max(np.abs(step) * size) < 1e-9:  # in logits: where choices are decided wholly, steps stay near 1
            return np.asarray(weights + step)
        while (found := log_likelihood(rivals, weights + step)) < best - 1e-9:
            step = step / 2
        weights, best = weights + step, found
    raise FitError("the fit did not converge: some attribute, or some of them together, may decide every choice")


def product(one: Matrix, other: Matrix) -> Matrix:
    """one' * other, in products so small that BLAS doesn't divide them among threads: that costs more than it gives."""
    block = max(1, SMALL // (one.shape[1] * other.shape[1]))
    return np.asarray(sum(one[i : i + block].T @ other[i : i + block] for i in range(0, len(one), block)))
