"""From the indirect effect that a path is to have to the two coefficients along it."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import attrs

from analysis.factors import factor_of, levels_of
from analysis.hypotheses import Hypothesis, load
from analysis.rated import construct_of, reliability, scale_of
from analysis.tendencies import alike, asked_before, variance
from analysis.terms import Term
from runner.errors import VantageError
from runner.theory import Asked

Key = tuple[str, str]  # what an effect is on, and the term
Row = tuple[dict[Key, float], float]  # weights of coefficients, and what they are to come to


class Carried(NamedTuple):
    """What a mediator that a condition moves does to scores that are measured after it."""

    outcome: Mapping[str, float]  # score -> its weight in the outcome
    mediators: Mapping[str, float]  # score -> SD of the outcome per SD of it


@attrs.frozen(kw_only=True)
class Along:
    """One path: its coefficients, and the value that their product is to have."""

    to_mediator: Mapping[Key, float]
    outcome: Mapping[str, float]  # its scores and their weights
    mediator: str
    value: float
    moved: bool  # by a condition
    sd: float  # of the outcome before it is made a z score

    @property
    def to_outcome(self) -> dict[Key, float]:
        return {(score, self.mediator): weight for score, weight in self.outcome.items()}


def along(hypothesis: Hypothesis, value: float, asked: Asked) -> list[Along]:
    """The paths of a mediation; a ValueError says why one can't be had.

    `value` is that of the first path; one that is predicted to go the other way round has the opposite value.
    """
    found = []
    for path, sign in zip(hypothesis.paths(), hypothesis.signs, strict=True):
        if len(path) != 3 or len(path[1]) != 1:
            raise ValueError("a path has three places, its middle one score: predictor>mediator>outcome")
        (mediator,) = (term.names[0] for term in path[1])
        outcome = {term.names[0]: weight for term, weight in path[2].items()}
        to_mediator = {(mediator, factor_of(term.factors[0], asked)): weight for term, weight in path[0].items()}
        moved = any(levels_of(term.names[0], asked) for term in path[0])
        if moved and not all(scale_of(n, asked) and asked_before(mediator, n, asked) for n in outcome):
            raise ValueError(f"{mediator!r} is not asked before {', '.join(outcome)}, and so can't change it")
        found.append(
            Along(
                to_mediator=to_mediator,
                outcome=outcome,
                mediator=mediator,
                value=value * sign * hypothesis.signs[0],
                moved=moved,
                sd=_spread(outcome, asked),
            )
        )
    return found


def coefficients(paths: Sequence[Along], known: Mapping[Key, float]) -> tuple[list[Row], list[Carried]]:
    """The rows that give the paths their values, and what mediators carry over from conditions.

    The smallest two coefficients are equally large (of paths that share b, b is as large as all a together: with values
    v the fourth root of the sum of v^2); where `known` has one of them already, the other follows. On its
    way into the outcome a mediator goes the way that other hypotheses predict of it.
    """
    rows: list[Row] = []
    carried: dict[tuple[str, ...], Carried] = {}
    for path in paths:
        squares = sum(p.value**2 for p in paths if (p.mediator, p.outcome) == (path.mediator, path.outcome))
        a, b = (_at(weights, known) for weights in (path.to_mediator, path.to_outcome))
        if not b:
            b = path.value / a if a else direction(path) * squares**0.25
        a = path.value / b if b else 0.0
        rows.append((dict(path.to_mediator), a))
        if path.moved:
            before = carried.get(tuple(path.outcome), Carried(path.outcome, {}))
            carried[tuple(path.outcome)] = Carried(path.outcome, {**before.mediators, path.mediator: b})
        else:
            rows.append((path.to_outcome, b * path.sd))
    return rows, list(carried.values())


def direction(path: Along) -> int:
    """Which way a mediator is predicted to go with the outcome: -1, or 1 where nothing is predicted."""
    total = 0.0
    for hypothesis in load().hypotheses:
        for test, sign in zip(hypothesis.combinations(), hypothesis.signs, strict=True):
            if hypothesis.model != "LIN" or hypothesis.kind != "diff" or not isinstance(hypothesis.outcome, str):
                continue
            for score, weight in path.outcome.items():
                own = construct_of(score) and construct_of(hypothesis.outcome) == construct_of(score)
                total += weight * sign * (bool(own) and _is_only(test, construct_of(path.mediator)))
    return -1 if total < 0 else 1


def carry(
    each: Carried, moved: Mapping[str, Mapping[str, float]], mixed: Mapping[str, Mapping[str, float]], asked: Asked
) -> dict[str, dict[str, float]]:
    """How much one SD of each mediator, as answered, shifts the tendencies behind the outcome's scores.

    Mediators are in SD of people whom no condition moved, and what conditions do to them (`moved`) adds to it. With
    R^2 the share of the outcome's variance that they explain, the rest of it is what it was without them.
    """
    names = list(each.mediators)
    b = [each.mediators[name] for name in names]
    grown = [(1 - variance(moved.get(name, {}), asked)) ** -0.5 for name in names]
    explained = sum(
        b[i] * b[j] * (1.0 if i == j else _together(names[i], names[j], grown[i] * grown[j], moved, mixed, asked))
        for i in range(len(names))
        for j in range(len(names))
    )
    if explained >= 0.9:
        raise VantageError(f"--effect: paths by way of {', '.join(names)} can't be of this size; state smaller ones")
    root = reliability(next(iter(each.outcome)), asked) ** 0.5
    base = _spread(each.outcome, asked) / (1 - explained) ** 0.5
    share = base / sum(weight**2 for weight in each.outcome.values()) / root
    return {
        construct_of(score): {
            n: round(weight * share * each.mediators[n] / g, 12) for n, g in zip(names, grown, strict=True)
        }
        for score, weight in each.outcome.items()
    }


def _together(
    one: str,
    other: str,
    grown: float,
    moved: Mapping[str, Mapping[str, float]],
    mixed: Mapping[str, Mapping[str, float]],
    asked: Asked,
) -> float:
    """The correlation of two mediators: by their tendencies, and because the same conditions move both."""
    of_people = alike(construct_of(one), construct_of(other), mixed)
    of_people *= sqrt(reliability(one, asked) * reliability(other, asked))
    terms = {**moved.get(one, {})}
    for term, weight in moved.get(other, {}).items():
        terms[term] = terms.get(term, 0.0) + weight
    both = (variance(terms, asked) - variance(moved.get(one, {}), asked) - variance(moved.get(other, {}), asked)) / 2
    return of_people / grown + both


def _at(weights: Mapping[Key, float], known: Mapping[Key, float]) -> float:
    return sum(weight * known.get(key, 0.0) for key, weight in weights.items())


def _spread(outcome: Mapping[str, float], asked: Asked) -> float:
    """The SD of a weighted sum of z scores, of which only motives go together."""
    total = 0.0
    for one in outcome:
        for other in outcome:
            r = alike(construct_of(one), construct_of(other), {})
            if one != other and r:
                r *= sqrt(reliability(one, asked) * reliability(other, asked))
            total += outcome[one] * outcome[other] * r
    return sqrt(total)


def _is_only(test: Mapping[Term, float], construct: str) -> bool:
    """Is it about this score alone?"""
    if len(test) != 1:
        return False
    (term,) = test
    return len(term.factors) == 1 and bool(construct) and construct_of(term.names[0]) == construct and term.at is None
