"""What simulated people must be made of so that hypotheses have stated effects; light, as a simulation begins with it.

The stated value is that of the hypothesis's own estimate on measured scores, so all error of measurement on the way is
made good. Of all coefficients that give the stated values the smallest ones are taken (the least-norm solution of the
hypotheses' own combinations), so every combination that is not bound up with a stated one stays zero.
"""

from collections.abc import Iterable, Mapping, Sequence

from analysis.acting import DECISIONS, MODELS, act, attenuated, decision, together
from analysis.composed import given_to_parts
from analysis.factors import CHOICE, drawn, factor_of, idle, in_session, is_score
from analysis.hypotheses import Hypothesis, load
from analysis.mediated import Along, Key, Row, along, carry, coefficients
from analysis.panels import lagged
from analysis.paths import names_of
from analysis.rated import EFFECT, GAPS, ROWS, belief, construct_of, plain, rated, scale_of, sessions_of
from analysis.shares import pairs_of
from analysis.shares import weights as share_weights
from analysis.tendencies import Coefficients, tendencies
from analysis.terms import Term
from runner.errors import VantageError
from runner.theory import AFTER, AT, MOTIVES, Asked, Belief, Effects

# The kind of help, among help: from +1 (autonomy) to -1 (dependency), so that a logit is minus two weights.
AMONG_HELP: Mapping[str, tuple[str, float]] = {"dependency_given_help": ("a_auton", -0.5)}


def choice_weights(stated: Mapping[str, float]) -> Mapping[str, float]:
    """The smallest weights, "a_public:mI" -> logit per SD, that give each named hypothesis its stated value.

    >>> choice_weights({"H11_pool": 0.30})["a_public:mI"]
    0.15
    """
    rows: list[Row] = []
    for name, value in stated.items():
        (hypothesis,) = load().named((name,))
        if hypothesis.model != "CH":
            raise VantageError(f"--effect {name}: is of the model {hypothesis.model}, and no effect on choices (CH)")
        for combination in hypothesis.combinations():
            rows.append(({(CHOICE, str(term)): weight for term, weight in combination.items()}, value))
    return {term: value for (_, term), value in _smallest(rows, stated).items()}


def effects(stated: Mapping[str, float], asked: Asked) -> Effects:
    """What people have to be made of so that each named hypothesis has its value in a study.

    The value is that of a hypothesis's first test; a test that is predicted to go the other way round has the opposite
    value. A VantageError says of the first hypothesis for which that can't be why it can't.
    """
    rows, paths, lags = _asked_for(stated, asked)
    if paths:
        more, carried = coefficients(paths, _smallest(rows, stated))
        found = _smallest([*rows, *more], stated)
    else:
        carried, found = [], _smallest(rows, stated)
    by_target = {target: drawn(terms, asked) for target, terms in _by_target(found).items()}
    weights = attenuated(by_target.pop(CHOICE, {}), asked, asked.chosen_after)
    for outcome in [name for name in by_target if pairs_of(name, asked)]:
        for term, weight in share_weights(outcome, by_target.pop(outcome), weights, asked).items():
            weights[term] = weights.get(term, 0.0) + weight
    together([*by_target, *(str(load().named((name,))[0].outcome) for name in stated)])
    scores: Coefficients = {target: terms for target, terms in by_target.items() if target not in DECISIONS}
    mixed, shifts = tendencies(scores, asked)
    names: dict[str, str] = {}
    for each in carried:
        if taken := {*each.outcome} & {*scores}:
            raise VantageError(f"--effect: {', '.join(sorted(taken))} can't be moved in two ways; state one of them")
        moved = {name: {x: b for x, b in scores.get(name, {}).items() if "[" in x} for name in each.mediators}
        names |= {name: construct_of(name) + AFTER for name in each.mediators}
        for construct, terms in carry(each, moved, mixed, asked).items():
            shifts[construct] = {**shifts.get(construct, {}), **terms}
    acts = tuple(act(target, terms, scores, mixed, asked) for target, terms in by_target.items() if target in DECISIONS)
    if lags:
        each_session = lagged(_by_target(_smallest(lags, stated)), scores, mixed, asked)
        now = {name.partition(AT)[0] for name in each_session}
        mixed = {**{construct: parts for construct, parts in mixed.items() if construct not in now}, **each_session}
    named = {
        n for terms in (*by_target.values(), weights, *(a.terms for a in acts)) for term in terms for n in _names(term)
    }
    names = {**{n: construct_of(n) for n in sorted(named) if is_score(n, asked)}, **names}
    names |= {n: f"{construct_of(n.removesuffix(AT))}{AT}{next(iter(asked.before))}" for n in named if n.endswith(AT)}
    gaps = {name for name in GAPS if name in mixed}
    for name in gaps:
        outcome, sign = GAPS[name]
        shifts[ROWS[outcome].construct] = {f"{ROWS[outcome].code}:{name}": sign}
    known = {name.partition(AT)[0] for name in mixed} | {*MOTIVES.values()}
    whole = {c: {c: 1.0} for c in map(plain, names.values()) if c not in known and AT not in c}  # subscales agree
    mixed, shifts, own = given_to_parts({**mixed, **whole}, shifts, asked)
    thought = belief(asked) if any(EFFECT in _names(term) for term in weights) else None
    return Effects(
        weights=weights,
        mixed=mixed,
        shifts=shifts,
        acts=acts,
        names={**MOTIVES, **names, **{name: name for name in gaps}},
        beliefs={EFFECT: thought} if thought else {},
        own=own,
        rated=_codes({*by_target, *(GAPS[name][0] for name in gaps)}, thought, asked),
    )


def _asked_for(stated: Mapping[str, float], asked: Asked) -> tuple[list[Row], list[Along], list[Row]]:
    """What the coefficients have to come to, the paths that they lie on, and the lagged effects between sessions."""
    rows: list[Row] = []
    paths: list[Along] = []
    lags: list[Row] = []
    for name, value in stated.items():
        (hypothesis,) = load().named((name,))
        try:
            if hypothesis.model == "XL":
                lags += _lags(hypothesis, value, asked)
            elif hypothesis.model == "MED":
                _refuse(hypothesis, asked)
                paths += along(hypothesis, value, asked)
            elif hypothesis.model in ("CH", "STK", *MODELS):
                for test, sign in zip(hypothesis.combinations(), hypothesis.signs, strict=True):
                    rows.append((_row(hypothesis, test, asked), value * sign * hypothesis.signs[0]))
            else:
                raise ValueError(f"no single value says what people of the model {hypothesis.model} are like")
        except ValueError as error:
            raise VantageError(f"--effect {name}: {error}") from None
    return rows, paths, lags


def _by_target(found: Mapping[Key, float]) -> dict[str, dict[str, float]]:
    by_target: dict[str, dict[str, float]] = {}
    for (target, term), value in found.items():
        if value:
            by_target.setdefault(target, {})[term] = value
    return by_target


def _lags(hypothesis: Hypothesis, value: float, asked: Asked) -> list[Row]:
    """A lagged effect for each test "x>y"."""
    rows: list[Row] = []
    for path, sign in zip(hypothesis.paths(), hypothesis.signs, strict=True):
        earlier, later = names_of(path)
        for name in (earlier, later):
            if len(sessions_of(name, asked)) < 3 or len(sessions_of(name, asked)) < len(asked.before):
                raise ValueError(f"{name!r} is not asked in each of three sessions or more")
        rows.append(({(later, earlier): 1.0}, value * sign * hypothesis.signs[0]))
    return rows


def _refuse(hypothesis: Hypothesis, asked: Asked) -> None:
    """Mediators and outcomes that no screen asks for."""
    for path in hypothesis.paths():
        for name in names_of(path[1:2]):
            if not is_score(name, asked):
                raise ValueError(f"nothing in this study tells a simulated participant what {name!r} is")
        for name in names_of(path[2:]):
            if name in DECISIONS:
                if decision(name, asked).link not in MODELS["MED"]:
                    raise ValueError(f"{name!r} is no outcome of the model MED")
            elif not is_score(name, asked):
                raise ValueError(f"nothing in this study tells a simulated participant what {name!r} is")


def _codes(outcomes: Iterable[str], thought: Belief | None, asked: Asked) -> dict[str, dict[str, float]]:
    """The codes of what is rated, by its text, as far as effects go by them."""
    found: dict[str, dict[str, float]] = {}
    for outcome in sorted({*outcomes} & {*ROWS}):
        for each in rated(outcome, asked):
            found.setdefault(each.text, {})[ROWS[outcome].code] = each.codes[ROWS[outcome].code]
    for each in asked.rated if thought else ():
        if thought and each.construct == thought.construct:
            found.setdefault(each.text, {}).update({name: each.codes[name] for name in thought.alike})
    return found


def _row(hypothesis: Hypothesis, test: Mapping[Term, float], asked: Asked) -> dict[Key, float]:
    """One test's weights of coefficients, each by target and term; a ValueError says why there is no such effect."""
    if not isinstance(hypothesis.outcome, str):
        raise ValueError("it has several outcomes, which no screen asks for")
    row: dict[Key, float] = {}
    for term, weight in test.items():
        target, scale, extra = _target(hypothesis, term, asked)
        parts = [term.factors]
        if term.at and term.at.level:
            parts.append((*term.factors, term.at))
        for factors in parts:
            product = ":".join([*extra, *in_session([factor_of(f, asked, target) for f in factors], hypothesis, asked)])
            if target == CHOICE and not any(n in asked.codes or n == EFFECT for n in _names(product)):
                raise ValueError(idle(product, asked))
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
    if hypothesis.model == "LIN" and pairs_of(outcome, asked):
        return outcome, 1.0, []
    if outcome in DECISIONS or (hypothesis.model in MODELS and hypothesis.model != "LIN"):
        if decision(outcome, asked).link not in MODELS.get(hypothesis.model, ()):
            raise ValueError(f"{outcome!r} is no outcome of the model {hypothesis.model}")
        return outcome, 1.0, []
    if scale_of(outcome, asked) is None:
        raise ValueError(f"nothing in this study tells a simulated participant what {outcome!r} is")
    return outcome, 1.0, []


def _names(term: str) -> list[str]:
    return [factor.partition("[")[0] for factor in term.split(":")]


def _smallest(rows: Sequence[Row], stated: Mapping[str, float]) -> dict[Key, float]:
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
