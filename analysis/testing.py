"""Puts hypotheses to the data: the model that each asks for, its estimate, its verdict, or why it was not tested."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

import attrs
import pandas as pd

from analysis.choices import ATTRIBUTES, once, varying
from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, binary, conditional_logit, interactions, linear, stacked
from analysis.people import MOTIVES, standardised
from analysis.terms import Factor, Term, written
from analysis.verdicts import ALPHA, Judged, Verdict, counts_as_support, holm, judge, together

UNITS: Mapping[str, str] = {"CH": "logit per SD", "BIN": "logit per SD", "LIN": "SD", "STK": "SD per SD"}


@attrs.frozen(kw_only=True)
class Part:
    """One test of a hypothesis."""

    test: str
    sign: int
    judged: Judged


@attrs.frozen(kw_only=True)
class Finding:
    """What the data say about a hypothesis; without a verdict `note` says why it was not tested."""

    id: str
    hypothesis: Hypothesis
    sesoi: float
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    n: int = 0
    method: str = ""
    note: str = ""
    p_holm: float | None = None  # two-sided, among the primary tests of its block

    @property
    def deciding(self) -> Judged | None:
        """The part that the verdict hangs on: among several, the one with the verdict, least clear first."""
        of_it = [p.judged for p in self.parts if p.judged.verdict == self.verdict] or [p.judged for p in self.parts]
        equal = self.hypothesis.kind == "equal"
        return max(of_it, key=lambda judged: judged.p_tost if equal else judged.p, default=None)

    @property
    def borne_out(self) -> bool:
        """Does the verdict bear the prediction out, and outlast Holm's correction where there is one?"""
        if self.verdict is None or not counts_as_support(self.verdict, self.hypothesis.kind):
            return False
        return self.p_holm is None or self.p_holm < ALPHA

    @property
    def unit(self) -> str:
        if self.hypothesis.model == "LIN" and any(_is_slope(test) for test in self.hypothesis.combinations()):
            return "SD per SD"
        return UNITS.get(self.hypothesis.model, "")


@attrs.frozen(kw_only=True, slots=False)
class Sample:
    """What the models are fitted to: analysed people (index session, raw scores) and their pairs."""

    people: pd.DataFrame
    pairs: pd.DataFrame
    factors: Mapping[str, tuple[str, ...]]  # factor -> levels
    scores: tuple[str, ...]  # columns of `people` that are scores
    sesoi: float

    @cached_property
    def standard(self) -> pd.DataFrame:
        """The people with every score as z."""
        return standardised(self.people, self.scores)

    @cached_property
    def choices(self) -> "Fit | FitError":
        """The one choice model: every attribute, and every attribute by every motive, entered together."""
        motives = [m for m in MOTIVES if m in self.standard]
        pairs = once(self.pairs).merge(self.standard[motives], left_on="session", right_index=True)
        try:
            if pairs.empty:
                raise FitError("there are no paired choices")
            terms = interactions(varying(pairs), motives)
            return conditional_logit(pairs, chosen="first", terms=terms, person="session")
        except FitError as error:
            return error


def test_all(hypotheses: Sequence[Hypothesis], sample: Sample) -> tuple[Finding, ...]:
    """A finding for each hypothesis (for each part of it where they count one by one), Holm's correction made."""
    findings = [finding for hypothesis in hypotheses for finding in _tested(hypothesis, sample)]
    for block in {f.hypothesis.block for f in findings}:
        family = [i for i, f in enumerate(findings) if f.hypothesis.block == block and _corrected(f)]
        adjusted = holm([judged.p for i in family if (judged := findings[i].deciding)])
        for i, p in zip(family, adjusted, strict=True):
            findings[i] = attrs.evolve(findings[i], p_holm=p)
    return tuple(findings)


test_all.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def _is_slope(test: Mapping[Term, float]) -> bool:
    """Is it about a score that predicts, and not about a factor's levels alone?"""
    return any(not factor.level for term in test for factor in term.factors)


def _corrected(finding: Finding) -> bool:
    return finding.hypothesis.primary and finding.verdict is not None


def _tested(hypothesis: Hypothesis, sample: Sample) -> list[Finding]:
    bound = hypothesis.bound(sample.sesoi)
    blank = Finding(id=hypothesis.id, hypothesis=hypothesis, sesoi=bound)
    try:
        if len(sample.people) < 2:
            raise FitError("nobody is analysed" if sample.people.empty else "only one person is analysed")
        if hypothesis.model not in _MODELS:
            raise FitError(f"the model {hypothesis.model} is not there yet")
        fit, estimates = _MODELS[hypothesis.model](hypothesis, _filtered(hypothesis, sample))
        parts = [
            Part(
                test=written(test),
                sign=sign,
                judged=judge(value, se, sesoi=bound, kind=hypothesis.kind, sign=sign, df=fit.df),
            )
            for test, sign, (value, se) in zip(hypothesis.combinations(), hypothesis.signs, estimates, strict=True)
        ]
    except FitError as error:
        return [attrs.evolve(blank, note=f"not yet tested: {error}")]
    whole = attrs.evolve(blank, n=fit.n, method=fit.method)
    if hypothesis.combine == "each" and len(parts) > 1:
        return [
            attrs.evolve(whole, id=f"{hypothesis.id}.{i}", parts=(part,), verdict=part.judged.verdict)
            for i, part in enumerate(parts, 1)
        ]
    verdict = together([p.judged for p in parts], hypothesis.kind)
    return [attrs.evolve(whole, parts=tuple(parts), verdict=verdict)]


def _filtered(hypothesis: Hypothesis, sample: Sample) -> Sample:
    """The sample that a hypothesis speaks of; conditions are `column == value`, joined by `and`."""
    if not hypothesis.filter:
        return sample
    people = sample.people
    for condition in hypothesis.filter.split(" and "):
        column, equals, value = condition.partition("==")
        if not equals or column.strip() not in people:
            raise FitError(f"it holds where {hypothesis.filter}, and {column.strip()!r} is not known here")
        people = people[(people[column.strip()] == value.strip()).fillna(False)]
    if people.empty:
        raise FitError(f"it holds where {hypothesis.filter}, and nobody here fits")
    pairs = sample.pairs[sample.pairs["session"].isin(people.index)]
    return attrs.evolve(sample, people=people, pairs=pairs)


# ---------------------------------------------------------------- the models

Estimates = tuple[Fit, list[tuple[float, float]]]


def _choice(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    for test in hypothesis.combinations():
        for name in {name for term in test for name in term.names}:
            if name in ATTRIBUTES and (sample.pairs.empty or name not in varying(sample.pairs)):
                raise FitError(f"no two acts differ in {name!r}")
            if name not in ATTRIBUTES and name not in MOTIVES:
                raise FitError(f"{name!r} is not part of the choice model yet")
            if name in MOTIVES and name not in sample.people:
                raise FitError(f"{name!r} was not measured")
    fit = sample.choices
    if isinstance(fit, FitError):
        raise fit
    return fit, [fit.contrast(_weights(test)) for test in hypothesis.combinations()]


def _linear(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    frame, terms, weights = _design(hypothesis, sample)
    outcome = str(hypothesis.outcome)
    if outcome not in sample.scores:
        raise FitError(f"{hypothesis.outcome!r} was not measured")
    fit = linear(frame, outcome=outcome, terms=terms)
    return fit, [fit.contrast(w) for w in weights]


def _binary(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    frame, terms, weights = _design(hypothesis, sample)
    outcome = str(hypothesis.outcome)
    if outcome not in frame or frame[outcome].isna().all():
        raise FitError(f"{hypothesis.outcome!r} was not measured")
    fit = binary(frame, outcome=outcome, terms=terms)
    return fit, [fit.contrast(w) for w in weights]


def _stacked(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    frame, terms, _ = _design(hypothesis, sample)
    fit = stacked(frame, outcomes=[m for m in MOTIVES if m in frame], terms=terms)
    return fit, [fit.contrast(_weights(test)) for test in hypothesis.combinations()]


_MODELS: Mapping[str, Callable[[Hypothesis, Sample], Estimates]] = {
    "CH": _choice,
    "LIN": _linear,
    "BIN": _binary,
    "STK": _stacked,
}


def _weights(test: Mapping[Term, float]) -> dict[str, float]:
    return {str(term): weight for term, weight in test.items()}


def _design(hypothesis: Hypothesis, sample: Sample) -> tuple[pd.DataFrame, list[str], list[dict[str, float]]]:
    """The frame with dummies, the terms with all lower-order ones, and each test's weights in these terms.

    Where a motive takes part, all four do. A factor's reference is its first level that no test names.
    """
    frame = sample.standard.copy()
    tests = hypothesis.combinations()
    asked = [term for test in tests for term in test] + [Term((Factor(name),)) for name in hypothesis.given]
    named = {f for term in asked for f in term.factors}
    levels = {}
    for name in {f.name for f in named}:
        if name in sample.factors:
            mentioned = {f.level for f in named if f.name == name}
            unknown = mentioned - set(sample.factors[name])
            if unknown:
                raise FitError(f"the factor {name!r} has no level {sorted(unknown)[0]!r} here")
            reference = next((x for x in sample.factors[name] if x not in mentioned), sample.factors[name][-1])
            levels[name] = [x for x in sample.factors[name] if x != reference]
            for level in levels[name]:
                frame[f"{name}[{level}]"] = (frame[name] == level).astype("Float64")
        elif name not in sample.scores:
            raise FitError(f"{name!r} was not measured")
    terms: dict[str, None] = {}
    for size in range(1, 4):
        for term in asked:
            for subset in combinations(term.factors, size):
                terms |= dict.fromkeys(_expanded(subset, levels, sample))
    known = {*terms}
    weights = [{t: w for t, w in _weights(test).items() if t in known} for test in tests]
    return frame, list(terms), weights


def _expanded(factors: Sequence[Factor], levels: Mapping[str, list[str]], sample: Sample) -> list[str]:
    """A product's terms over all levels of its factors, and over all motives if one is in it."""
    products = [""]
    for factor in factors:
        if factor.name in levels:
            choices = [f"{factor.name}[{level}]" for level in levels[factor.name]]
        elif factor.name in MOTIVES:
            choices = [m for m in MOTIVES if m in sample.people]
        else:
            choices = [factor.name]
        products = [f"{p}:{c}" if p else c for p in products for c in choices]
    return products
