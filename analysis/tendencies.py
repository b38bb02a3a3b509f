"""From coefficients between measured scores to the tendencies behind them, errors of measurement made good.

Scores are means of items, whose reliability r is known (`runner.theory.moments`). A correlation of two scores is that
of their tendencies times sqrt(r1 * r2) (Spearman, 1904), and a tendency that is higher by d raises its score by
d * sqrt(r) of its SDs.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.composed import CODES, COMPOSED
from analysis.rated import construct_of, reliability, scale_of
from runner.errors import VantageError
from runner.theory import AT, MOTIVES, SHARED, Asked

if TYPE_CHECKING:
    import numpy as np

Coefficients = dict[str, dict[str, float]]  # score -> term -> SD per SD, or per level
_PEOPLE = 20_000  # drawn to see how much conditions add to a score's variance


def tendencies(wanted: Coefficients, asked: Asked) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """`Effects.mixed` and `Effects.shifts` for these coefficients of measured z scores.

    Scores by scores become correlations of tendencies. Conditions, and products with them, become shifts; since they
    add to the score's own SD, in which the coefficients are, everything is scaled up to what it is then.
    """
    alone = {y: {x: b for x, b in terms.items() if _plain(x, asked)} for y, terms in wanted.items()}
    moved = {y: {x: b for x, b in terms.items() if not _plain(x, asked)} for y, terms in wanted.items()}
    shifts: dict[str, dict[str, float]] = {}
    for score, terms in moved.items():
        added = variance({term: b * _more(score, term, asked) for term, b in terms.items()}, asked)
        if added >= 0.9:
            raise VantageError(f"--effect: conditions would make up {added:.0%} of all that varies in {score!r}")
        grown = (1 - added) ** -0.5
        alone[score] = {x: b * grown for x, b in alone[score].items()}
        mine = {term: _shift(score, term, b * grown, asked) for term, b in terms.items()}
        if mine:
            shifts[construct_of(score)] = {**shifts.get(construct_of(score), {}), **mine}
    return _mixed({y: terms for y, terms in alone.items() if terms}, asked), shifts


def _plain(term: str, asked: Asked) -> bool:
    return ":" not in term and "[" not in term and not term.startswith(CODES)


def _shift(score: str, term: str, value: float, asked: Asked) -> float:
    behind: float = value * _more(score, term, asked) / reliability(score, asked) ** 0.5
    return round(behind, 12)


def _more(score: str, term: str, asked: Asked) -> float:
    """By what a weight is larger since scores in a term count by their tendencies."""
    more = 1.0
    for name in (n for n in term.split(":") if "[" not in n and not n.startswith(CODES)):
        if name.endswith(AT) or not asked_before(name, score, asked):
            more /= reliability(name.removesuffix(AT), asked) ** 0.5
    return more


def asked_before(name: str, score: str, asked: Asked) -> bool:
    """Is one score measured in an earlier phase than another? Those that count by their tendency never are."""
    if name in COMPOSED:
        return False
    one, other = scale_of(name, asked), scale_of(score, asked)
    assert one is not None and other is not None
    phases = list(dict.fromkeys(scale.phase for scale in asked.scales))
    return phases.index(one.phase) < phases.index(other.phase)


def variance(terms: Mapping[str, float], asked: Asked) -> float:
    """Of a sum of weighted terms, over people whose levels, and codes of what they rate, are equally frequent."""
    import numpy as np

    drawn = products(terms, asked)
    return float(np.sum([weight * drawn[term] for term, weight in terms.items()], axis=0).var()) if terms else 0.0


def products(terms: Iterable[str], asked: Asked) -> "dict[str, np.ndarray[Any, np.dtype[Any]]]":
    """Each term's values over people who are drawn; motives' scores share what they do."""
    import numpy as np

    random = np.random.default_rng(20_000)
    drawn: dict[str, np.ndarray] = {}
    found, common = {}, random.normal(size=_PEOPLE)
    for term in terms:
        product = np.ones(_PEOPLE)
        for part in term.split(":"):
            name, _, level = part.rstrip("]").partition("[")
            name = name.removesuffix(AT)
            levels = asked.factors.get(name) or asked.categories.get(name)
            if name not in drawn:
                drawn[name] = np.ones(_PEOPLE) if name == asked.wave else random.normal(size=_PEOPLE)
                if name.startswith(CODES):
                    drawn[name] = np.sign(drawn[name])
                elif levels:
                    drawn[name] = random.permutation(np.arange(_PEOPLE) % len(levels))
                elif name in MOTIVES:
                    shared = SHARED * reliability(name, asked)
                    drawn[name] = shared**0.5 * common + (1 - shared) ** 0.5 * drawn[name]
            product = product * (drawn[name] == levels.index(level) if levels else drawn[name])
        found[term] = product
    return found


def alike(one: str, other: str, mixed: Mapping[str, Mapping[str, float]]) -> float:
    """The correlation of two constructs' tendencies, by what they are mixed of.

    >>> alike("guilt", "anger", {"guilt": {"guilt": 0.8, "anger": 0.6}, "anger": {"anger": 1.0}})
    0.6
    """
    if one == other:
        return 1.0
    if one in mixed and other in mixed:
        return sum(weight * mixed[other].get(part, 0.0) for part, weight in mixed[one].items())
    return SHARED if {one, other} <= set(MOTIVES.values()) else 0.0


def _mixed(wanted: Coefficients, asked: Asked) -> dict[str, dict[str, float]]:
    """Each tendency from independent parts (Cholesky), so that the scores' regressions have these coefficients."""
    import numpy as np

    if not wanted:
        return {}
    root_of = {construct_of(n): reliability(n, asked) ** 0.5 for y, terms in wanted.items() for n in (y, *terms)}
    motives = tuple(MOTIVES.values())
    by_construct: Coefficients = {}
    for score, terms in wanted.items():
        by_construct.setdefault(construct_of(score), {}).update({construct_of(x): b for x, b in terms.items()})
    order = _ordered(by_construct)
    if set(order) & set(motives):
        order = [*(c for c in motives if c not in order), *order]
        root_of |= {c: reliability(name, asked) ** 0.5 for name, c in MOTIVES.items() if c not in root_of}
    root = np.array([root_of[construct] for construct in order])
    scores = np.eye(len(order))
    for place, name in enumerate(order):
        betas = np.array([by_construct.get(name, {}).get(other, 0.0) for other in order[:place]])
        row = scores[:place, :place] @ betas
        for other in range(place):
            if name in motives and order[other] in motives:
                row[other] = SHARED * root[place] * root[other]
        scores[place, :place] = scores[:place, place] = row
    behind = scores / np.outer(root, root)
    np.fill_diagonal(behind, 1.0)
    try:
        parts = np.linalg.cholesky(behind)
    except np.linalg.LinAlgError:
        raise VantageError(
            f"--effect: effects on {', '.join(wanted)} of this size can't be had together; state smaller ones"
        ) from None
    return {
        construct: {part: round(float(w), 12) for part, w in zip(order, row, strict=True) if abs(w) > 1e-12}
        for construct, row in zip(order, parts, strict=True)
    }


def _ordered(wanted: Coefficients) -> list[str]:
    """Predictors before what they predict."""
    order: list[str] = []

    def place(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise VantageError(f"--effect: {' -> '.join((*above, name))} goes round in a circle; state one of them")
        for predictor in wanted.get(name, {}):
            place(predictor, (*above, name))
        if name not in order:
            order.append(name)

    for name in wanted:
        place(name, ())
    return order
