"""Decisions that are no scores: what is behind an outcome, and the chances that give an effect on it."""

from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from analysis import even
from analysis.composed import COMPOSED
from analysis.rated import construct_of, reliability, scale_of
from analysis.tendencies import Coefficients, alike, variance
from runner.errors import VantageError
from runner.theory import STEPS, Act, Asked, Link

Mixed = Mapping[str, Mapping[str, float]]
_STEPS = 30  # after which the SD of a share changes by less than a thousandth, where an effect can be had at all
_INSIDE = 0.7  # of the chances, that have to be between 0 and 1


class Decision(NamedTuple):
    """How an outcome that is no score comes about; the first one that the study asks for is taken."""

    construct: str
    chosen: str
    link: Link
    base: float


PACK = "{pack}"  # stands for the study's own cause
BY_STEPS = ("punish", "focal_share")  # shares of steps, not of trials
ONE_DECISION = (  # outcomes of which one can be had at a time
    ("n_causes", "focal_share", "environment", "entropy"),
    ("dropout", "chain_stays"),
    ("n_helped", "dependency_given_help", "dependency"),
)
DECISIONS: Mapping[str, tuple[Decision, ...]] = {  # outcome -> decisions behind it
    "real_act": (Decision("petition", "yes", "logit", 0.5), Decision("donation", "", "logit", 0.5)),
    "donation": (Decision("donation", "", "logit", 0.5),),
    "n_helped": (Decision("help", "a_help", "log", 0.4),),
    "n_causes": (Decision("causes", "", "log", 0.3),),
    "dropout": (Decision("staying", "withdraw", "cloglog", 0.15),),
    "accomplice": (Decision("meeting", "accomplice", "linear", 0.4),),
    "takeover": (Decision("meeting", "takeover", "linear", 0.4),),
    "willing": (Decision("would_do", "yes", "linear", 1 / 3),),
    "dependency": (Decision("help", "answer", "linear", 1 / 3),),
    "punish": (Decision("remedies", "punish", "linear", 0.25),),
    "consulted": (Decision("consult", "consult", "logit", 0.5),),
    "focal_share": (Decision("causes", PACK, "linear", 0.1),),
    "environment": (Decision("causes", "environment", "logit", 0.5),),
    "entropy": (Decision("causes", "", "linear", 0.3),),
    "chain_stays": (Decision("staying", "stay", "logit", 0.5),),
    "chain_leads": (Decision("lead", "lead", "logit", 0.5),),
}
MODELS: Mapping[str, tuple[Link, ...]] = {
    "BIN": ("logit",),
    "HUR": ("logit",),
    "CNT": ("log",),
    "COX": ("cloglog",),
    "LIN": ("linear",),
    "MED": ("linear",),
}


def decision(outcome: str, asked: Asked) -> Decision:
    """The decision behind an outcome; a ValueError where the study asks for none."""
    for each in DECISIONS.get(outcome, ()):
        each = each._replace(chosen=each.chosen.replace(PACK, asked.pack))
        if each.chosen in asked.decisions.get(each.construct, ()):
            return each
    raise ValueError(f"nothing in this study tells a simulated participant what {outcome!r} is")


def together(outcomes: Iterable[str]) -> None:
    """A VantageError where two outcomes are one decision."""
    for one in ONE_DECISION:
        if len(both := sorted({*outcomes} & {*one})) > 1:
            raise VantageError(f"--effect: {' and '.join(both)} are one decision; state one of them")


def act(outcome: str, terms: Mapping[str, float], scores: Coefficients, mixed: Mixed, asked: Asked) -> Act:
    """The decision behind an outcome with these coefficients; those of a share of several are in its own SD.

    `scores` are the coefficients of scores among one another, `mixed` the tendencies that come of them.
    """
    behind = decision(outcome, asked)
    measured = asked.decided_after.get(behind.construct)
    if behind.link != "linear":
        return Act(**behind._asdict(), terms=attenuated(terms, asked, measured))
    late = [name for name in terms if measured and scale_of(name, asked) and construct_of(name) not in measured]
    if late:
        terms, explained = _foreseen(terms, measured or frozenset(), scores, mixed, asked)
    else:
        explained = variance(terms, asked)
    times = asked.places[f"{behind.construct}{STEPS}" if outcome in BY_STEPS else behind.construct]
    sd = even.weight(behind.base, explained, asked) if outcome == "entropy" else _spread(behind, explained, times)
    terms = {term: round(weight * sd, 12) for term, weight in terms.items() if weight}
    return Act(**behind._asdict(), terms=terms if late else attenuated(terms, asked, measured))


def _spread(behind: Decision, explained: float, times: int) -> float:
    """What weights in SD of a share are multiplied by: its SD over the part of the chances that are between 0 and 1.

    `explained` is the variance of the weighted sum, taken as normal. A chance that would lie outside stays at 0 or 1,
    so that a slope is as much smaller as there are of these (Stein, 1981), which a larger weight makes good. Without
    any, the SD is the root of base * (1 - base) / times / (1 - explained * (1 - 1 / times)).

    >>> willing = Decision("would_do", "yes", "linear", 1 / 3)
    >>> round(_spread(willing, 0.01, 6), 4), round((2 / 9 / 6 / (1 - 0.01 * 5 / 6)) ** 0.5, 4)
    (0.1933, 0.1933)
    >>> round(_spread(willing, 0.4, 6), 3), round((2 / 9 / 6 / (1 - 0.4 * 5 / 6)) ** 0.5, 3)
    (0.239, 0.236)
    """
    base, within = behind.base, 1 - explained * (1 - 1 / times)
    inside = 1.0 if within > 0.1 else 0.0
    sd = sqrt(base * (1 - base) / times / max(within, 0.1))
    for _ in range(_STEPS if explained > 0 else 0):
        if inside <= _INSIDE:
            break
        inside, first, second = _bounded(base, sd * sqrt(explained))
        sd = sqrt(max(0.0, second - first**2 + (first - second) / times)) / max(inside, _INSIDE)
    if inside <= _INSIDE:
        raise VantageError(f"--effect: effects on {behind.chosen!r} of this size can't be had; state smaller ones")
    return sd


def _bounded(mean: float, sd: float) -> tuple[float, float, float]:
    """Of a normal number that is kept between 0 and 1: how often it is there by itself, its mean, that of its square.

    >>> [round(value, 4) for value in _bounded(0.5, 0.1)]
    [1.0, 0.5, 0.26]
    """
    low, high, normal = -mean / sd, (1 - mean) / sd, NormalDist()
    inside, over = normal.cdf(high) - normal.cdf(low), 1 - normal.cdf(high)
    first = mean * inside + sd * (normal.pdf(low) - normal.pdf(high)) + over
    second = (mean**2 + sd**2) * inside + sd * (mean * normal.pdf(low) - (mean + 1) * normal.pdf(high)) + over
    return inside, first, second


def attenuated(terms: Mapping[str, float], asked: Asked, measured: frozenset[str] | None) -> dict[str, float]:
    """Weights of decisions; a score that is measured only afterwards counts by its tendency, which is made good."""
    out = {}
    for term, weight in terms.items():
        for name in (part.partition("[")[0] for part in term.split(":")):
            unasked = name in COMPOSED or (measured and construct_of(name) not in measured)
            if scale_of(name, asked) and unasked:
                weight /= reliability(name, asked) ** 0.5
        out[term] = round(weight, 12)
    return out


def _foreseen(
    terms: Mapping[str, float], measured: frozenset[str], scores: Coefficients, mixed: Mixed, asked: Asked
) -> tuple[dict[str, float], float]:
    """Weights of what counts at the time of a decision, so that later scores have these coefficients; and the variance
    of the sum.

    A score that was measured counts as measured, one that comes later by its tendency t. With M the covariances of what
    counts and the scores, and R those of the scores, weights w with M'w = R b give the coefficients b, and all that the
    scores go by is among them, so that a coefficient of 0 is one.
    """
    import numpy as np

    if any(":" in term or "[" in term for term in terms):
        raise VantageError("--effect: products of what is asked after a decision can't have an effect on it")
    names = list(terms)
    for name in names:
        names += [other for other in scores.get(name, {}) if other not in names and scale_of(other, asked)]
    constructs = [construct_of(name) for name in names]
    behind = np.array([[alike(one, other, mixed) for other in constructs] for one in constructs])
    root = np.array([reliability(name, asked) ** 0.5 for name in names])
    known = np.array([construct in measured for construct in constructs])
    observed = behind * np.outer(root, root)
    np.fill_diagonal(observed, 1.0)
    counts = np.where(known[:, None], observed, behind * root[None, :])
    weights = np.linalg.solve(counts.T, observed @ np.array([terms.get(name, 0.0) for name in names]))
    between = behind * np.outer(np.where(known, root, 1.0), np.where(known, root, 1.0))
    np.fill_diagonal(between, 1.0)
    found = {name: round(float(w), 12) for name, w in zip(names, weights, strict=True) if abs(w) > 1e-9}
    return found, float(weights @ between @ weights)
