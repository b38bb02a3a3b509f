"""What simulated people must be made of so that hypotheses have stated effects; light, as a simulation begins with it.

The stated value is that of the hypothesis's own estimate on measured scores, so all error of measurement on the way is
made good. Of all coefficients that give the stated values the smallest ones are taken (the least-norm solution of the
hypotheses' own combinations), so every combination that is not bound up with a stated one stays zero.
"""

from collections.abc import Mapping
from typing import NamedTuple

from analysis.hypotheses import Hypothesis, load
from analysis.tendencies import Coefficients, tendencies
from analysis.terms import Factor, Term
from runner.errors import VantageError
from runner.theory import MOTIVES, Act, Asked, Effects, Link


class Decision(NamedTuple):
    """How an outcome that is no score comes about; the first one that the study asks for is taken."""

    construct: str
    chosen: str
    link: Link
    base: float


DECISIONS: Mapping[str, tuple[Decision, ...]] = {  # outcome -> decisions behind it
    "real_act": (Decision("petition", "yes", "logit", 0.5), Decision("donation", "", "logit", 0.5)),
    "donation": (Decision("donation", "", "logit", 0.5),),
    "n_helped": (Decision("help", "a_help", "log", 0.4),),
    "n_causes": (Decision("causes", "", "log", 0.3),),
    "dropout": (Decision("staying", "withdraw", "cloglog", 0.15),),
    "accomplice": (Decision("meeting", "accomplice", "linear", 0.4),),
    "takeover": (Decision("meeting", "takeover", "linear", 0.4),),
}
MODELS: Mapping[str, tuple[Link, ...]] = {
    "BIN": ("logit",),
    "HUR": ("logit",),
    "CNT": ("log",),
    "COX": ("cloglog",),
    "LIN": ("linear",),
}
# The kind of help, among help: from +1 (autonomy) to -1 (dependency), so that a logit is minus two weights.
AMONG_HELP: Mapping[str, tuple[str, float]] = {"dependency_given_help": ("a_auton", -0.5)}
CHOICE = "choice"


def choice_weights(stated: Mapping[str, float]) -> Mapping[str, float]:
    """The smallest weights, "a_public:mI" -> logit per SD, that give each named hypothesis its stated value.

    >>> choice_weights({"H11_pool": 0.30})["a_public:mI"]
    0.15
    """
    rows = []
    for name, value in stated.items():
        (hypothesis,) = load().named((name,))
        if hypothesis.model != "CH":
            raise VantageError(f"--effect {name}: is of the model {hypothesis.model}, and no effect on choices (CH)")
        for combination in hypothesis.combinations():
            rows.append(({(CHOICE, str(term)): weight for term, weight in combination.items()}, value))
    return {term: value for (_, term), value in _smallest(rows, stated).items()}


def effects(stated: Mapping[str, float], asked: Asked) -> Effects:
    """What people have to be made of so that each named hypothesis has its value in a study.

    A VantageError says of the first hypothesis for which that can't be why it can't.
    """
    rows: list[tuple[dict[tuple[str, str], float], float]] = []
    for name, value in stated.items():
        (hypothesis,) = load().named((name,))
        try:
            if hypothesis.model not in ("CH", "STK", *MODELS):
                raise ValueError(f"no single value says what people of the model {hypothesis.model} are like")
            for test in hypothesis.combinations():
                rows.append((_row(hypothesis, test, asked), value))
        except ValueError as error:
            raise VantageError(f"--effect {name}: {error}") from None
    found = _smallest(rows, stated)
    by_target: dict[str, dict[str, float]] = {}
    for (target, term), value in found.items():
        if value:
            by_target.setdefault(target, {})[term] = value
    weights = _attenuated(by_target.pop(CHOICE, {}), asked, asked.chosen_after)
    decided = {target: terms for target, terms in by_target.items() if target in DECISIONS}
    scores: Coefficients = {target: terms for target, terms in by_target.items() if target not in DECISIONS}
    mixed, shifts = tendencies(scores, asked)
    variables = load().variables
    named = {n for terms in by_target.values() for term in terms for n in _names(term)} | {
        n for term in weights for n in _names(term)
    }
    names = {n: variables[n].construct for n in sorted(named) if _is_score(n, asked)}
    whole = {c: {c: 1.0} for c in names.values() if c not in mixed and c not in MOTIVES.values()}  # subscales agree
    return Effects(
        weights=weights,
        mixed={**mixed, **whole},
        shifts=shifts,
        acts=tuple(_act(_decision(target, asked), terms, asked) for target, terms in decided.items()),
        names={**MOTIVES, **names},
    )


def _row(hypothesis: Hypothesis, test: Mapping[Term, float], asked: Asked) -> dict[tuple[str, str], float]:
    """One test's weights of coefficients, each by target and term; a ValueError says why there is no such effect."""
    if not isinstance(hypothesis.outcome, str):
        raise ValueError("it has several outcomes, which no screen asks for")
    row: dict[tuple[str, str], float] = {}
    for term, weight in test.items():
        target, scale, extra = _target(hypothesis, term, asked)
        parts = [term.factors]
        if term.at and term.at.level:
            parts.append((*term.factors, term.at))
        for factors in parts:
            product = ":".join([*extra, *(_factor(f, target == CHOICE, asked) for f in factors)])
            if target == CHOICE and not any(n in asked.codes for n in _names(product)):
                raise ValueError(_idle(product, asked))
            row[target, product] = row.get((target, product), 0.0) + weight / scale
    return row


def _target(hypothesis: Hypothesis, term: Term, asked: Asked) -> tuple[str, float, list[str]]:
    """What the coefficient of a term is an effect on; by what a weight has to be multiplied; and what else is in it."""
    outcome = str(hypothesis.outcome)
    if hypothesis.model == "CH":
        return CHOICE, 1.0, []
    if hypothesis.model == "STK":
        outcome = term.at.name if term.at else outcome
    if outcome in AMONG_HELP:
        code, scale = AMONG_HELP[outcome]
        return CHOICE, scale, [code]
    if outcome in DECISIONS or (hypothesis.model in MODELS and hypothesis.model != "LIN"):
        if _decision(outcome, asked).link not in MODELS.get(hypothesis.model, ()):
            raise ValueError(f"{outcome!r} is no outcome of the model {hypothesis.model}")
        return outcome, 1.0, []
    if not _is_score(outcome, asked):
        raise ValueError(f"nothing in this study tells a simulated participant what {outcome!r} is")
    return outcome, 1.0, []


def _decision(outcome: str, asked: Asked) -> Decision:
    for decision in DECISIONS.get(outcome, ()):
        if decision.chosen in asked.decisions.get(decision.construct, ()):
            return decision
    raise ValueError(f"nothing in this study tells a simulated participant what {outcome!r} is")


def _factor(factor: Factor, choice: bool, asked: Asked) -> str:
    """A factor of a term as simulated people read it: a level, a code or a score."""
    name = factor.name
    if name in asked.factors:
        levels = asked.factors[name]
        if factor.level and factor.level not in levels:
            raise ValueError(f"the factor {name!r} has no level {factor.level!r} here; it has {', '.join(levels)}")
        if not factor.level and len(levels) != 2:
            raise ValueError(f"the factor {name!r} has {len(levels)} levels, and its test names none of them")
        return f"{name}[{factor.level or levels[1]}]"
    if factor.level:
        raise ValueError(f"{name!r} is no factor of this study; it has {', '.join(asked.factors) or 'none'}")
    if choice and name.startswith("a_"):
        if name not in asked.codes:
            raise ValueError(_idle(name, asked))
        return name
    if not _is_score(name, asked) and not (choice and name in MOTIVES):  # people have motives, asked or not
        raise ValueError(f"{name!r} is not asked for in this study")
    return name


def _idle(name: str, asked: Asked) -> str:
    offered = ", ".join(sorted(code for code in asked.codes if code.startswith("a_"))) or "none"
    return f"no option in this study carries {name}; state effects on what one carries: {offered}"


def _is_score(name: str, asked: Asked) -> bool:
    variable = load().variables.get(name)
    return bool(variable and variable.construct and asked.measured(variable.construct, variable.when))


def _names(term: str) -> list[str]:
    return [factor.partition("[")[0] for factor in term.split(":")]


def _act(decision: Decision, terms: Mapping[str, float], asked: Asked) -> Act:
    """A decision with these coefficients; those of a share of several decisions are in its own SD."""
    from analysis.tendencies import variance

    if decision.link == "linear":
        times = asked.places[decision.construct]
        chance = decision.base * (1 - decision.base) / times  # its variance within people, with nothing between them
        within = 1 - variance(terms, asked) * (1 - 1 / times)
        if within <= 0.1:
            raise VantageError(
                f"--effect: effects on {decision.chosen!r} of this size can't be had; state smaller ones"
            )
        terms = {term: weight * (chance / within) ** 0.5 for term, weight in terms.items()}
    return Act(**decision._asdict(), terms=_attenuated(terms, asked, asked.decided_after.get(decision.construct)))


def _attenuated(terms: Mapping[str, float], asked: Asked, measured: frozenset[str] | None) -> dict[str, float]:
    """Weights of decisions; a score that is measured only afterwards counts by its tendency, which is made good."""
    from analysis.tendencies import reliability

    out = {}
    for term, weight in terms.items():
        for name in _names(term):
            if _is_score(name, asked):
                construct = load().variables[name].construct
                if measured and construct not in measured:
                    weight /= reliability(name, asked) ** 0.5
        out[term] = round(weight, 12)
    return out


def _smallest(
    rows: list[tuple[dict[tuple[str, str], float], float]], stated: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    """The least-norm solution of combinations that are to have values."""
    if not rows:
        return {}
    import numpy as np

    terms = list(dict.fromkeys(term for weights, _ in rows for term in weights))
    matrix = np.array([[weights.get(term, 0.0) for term in terms] for weights, _ in rows])
    wanted = np.array([value for _, value in rows])
    solution = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
    if not np.allclose(matrix @ solution, wanted, atol=1e-9):
        raise VantageError(f"--effect: {', '.join(stated)} can't have these values together; state fewer of them")
    return {term: round(float(weight), 12) for term, weight in zip(terms, solution, strict=True)}
