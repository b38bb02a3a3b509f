"""CH: which act people take, by what the acts are, how strong their motives are, and other things about them."""

from collections.abc import Mapping
from itertools import combinations

import attrs
import pandas as pd

from analysis.choices import ATTRIBUTES, once, varying
from analysis.hypotheses import Hypothesis
from analysis.models import Fit, FitError, interactions
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.templates import opt_out, parts
from analysis.templates.clusters import GROUP, by_session, clustered
from analysis.templates.design import Estimates, dummies, expanded, unfolded, weights_of
from analysis.terms import Factor, Term

ACTS = (*ATTRIBUTES, "a_effect")  # what differs between the acts of a pair


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The model of a hypothesis, and the estimate of each of its tests.

    Attributes, and attributes by motives, are of one model for all hypotheses. A test that names anything else is put
    to that model with its own terms, and all of lower order, added; products of people's own values alone drop out of
    differences between acts. Slopes of the attributes (in a larger model, of those that the test names) differ between
    people: a mixed logit. An attribute in which no two acts of a pair differ is looked for among the parts in the next
    event; and the outcome "would_do" is the second answer, whether the act that was picked would be done.
    """
    if hypothesis.outcome == opt_out.OUTCOME:
        return opt_out.fit(hypothesis, sample)
    if parts.has(hypothesis, sample):
        return parts.fit(hypothesis, sample)
    tests = [unfolded(test, sample) for test in hypothesis.combinations()]
    _refuse(tests, sample)
    if all(_ordinary(term) for test in tests for term in test) and not by_session(hypothesis, sample):
        model = sample.choices
        if isinstance(model, FitError):
            raise model
        return model, [model.contrast(weights_of(test)) for test in tests]
    model = _larger(tests, hypothesis, sample)
    weights = [{_joined(term): w for term, w in test.items() if _joined(term) in model.estimates} for test in tests]
    return model, [model.contrast(w) for w in weights]


def _refuse(tests: list[dict[Term, float]], sample: Sample) -> None:
    if sample.pairs.empty:
        raise FitError("there are no paired choices")
    for name in {name for test in tests for term in test for name in term.names}:
        if name in ATTRIBUTES and name not in varying(sample.pairs):
            raise FitError(f"no two acts differ in {name!r}")
        if name not in ATTRIBUTES and name not in sample.factors and not _measured(name, sample):
            raise FitError(f"{name!r} was not measured")


def _measured(name: str, sample: Sample) -> bool:
    frame = sample.pairs if name in ACTS else sample.standard
    return name in frame and bool(frame[name].notna().any())


def _ordinary(term: Term) -> bool:
    """Is it a term of the model that all hypotheses share?"""
    acts = [name for name in term.names if name in ATTRIBUTES]
    return len(acts) == 1 and len(term.names) <= 2 and set(term.names) <= {*ATTRIBUTES, *MOTIVES}


def _larger(tests: list[dict[Term, float]], hypothesis: Hypothesis, sample: Sample) -> Fit:
    """The shared model with the tests' own terms added."""
    frame = sample.standard.copy()
    factors = {factor for test in tests for term in test for factor in term.factors}
    levels = dummies(frame, factors, sample)
    own = [c for c in frame if c not in sample.pairs or c == "session"]
    pairs = once(sample.pairs).merge(frame[own], left_on="session", right_index=True)
    motives = [m for m in MOTIVES if m in frame]
    terms = dict.fromkeys(interactions(varying(sample.pairs), motives))
    for term in [term for test in tests for term in test]:
        for size in range(1, len(term.factors) + 1):
            for subset in combinations(term.factors, size):
                if any(f.name in ACTS for f in subset):
                    terms |= dict.fromkeys(_expanded(subset, levels, sample, pairs))
    named = {factor.name for factor in factors}
    rows = clustered(hypothesis, sample, pairs, None)
    cluster = GROUP if rows.column == GROUP else ""  # choices of one person are together in any case
    ordinary = all(_ordinary(term) for test in tests for term in test)
    random = varying(sample.pairs) if ordinary else [name for name in ACTS if name in named and name in terms]
    model = sample.chosen(rows.frame, list(terms), random, cluster)
    return attrs.evolve(model, cautions=(*model.cautions, *rows.cautions))


def _expanded(
    subset: tuple[Factor, ...], levels: Mapping[str, list[str]], sample: Sample, pairs: pd.DataFrame
) -> list[str]:
    """A product's terms; the difference between two acts in a product of attributes becomes a column of its own."""
    acts, rest = _apart(subset)
    name = "*".join(acts)
    if len(acts) > 1:
        one, other = (pairs[[f"{a}_{side}" for a in acts]].prod(axis=1, skipna=False) for side in ("first", "second"))
        pairs[name] = one - other
    return [f"{name}:{each}" if each else name for each in expanded(rest, levels, sample)]


def _joined(term: Term) -> str:
    acts, rest = _apart(term.factors)
    return ":".join(["*".join(acts), *map(str, rest)])


def _apart(factors: tuple[Factor, ...]) -> tuple[list[str], tuple[Factor, ...]]:
    return [f.name for f in factors if f.name in ACTS], tuple(f for f in factors if f.name not in ACTS)
