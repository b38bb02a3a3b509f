"""Whether people would really do the act that they picked: the second part of a choice, analysed on everyone (C0)."""

from itertools import combinations

import attrs

from analysis.choices import ATTRIBUTES, would_do_rows
from analysis.hypotheses import Hypothesis
from analysis.models import FitError, binary, interactions
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.templates.design import Estimates, dummies, expanded, unfolded, weights_of

OUTCOME = "would_do"


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """A logit of yes, by the levels of the act picked, the motives, their products, and what else the tests name."""
    rows = would_do_rows(sample.pairs)
    if rows.empty:
        raise FitError("nobody was asked whether they would do it")
    tests = [unfolded(test, sample) for test in hypothesis.combinations()]
    factors = {factor for test in tests for term in test for factor in term.factors}
    people = sample.standard.copy()
    levels = dummies(people, factors, sample)
    own = [c for c in people if c not in rows]
    frame = rows.merge(people[own], left_on="session", right_index=True)
    acts = [a for a in ATTRIBUTES if a in frame and frame[a].nunique() > 1]
    motives = [m for m in MOTIVES if m in people]
    terms = dict.fromkeys([*motives, *interactions(acts, motives)])
    for term in [term for test in tests for term in test]:
        for size in range(1, len(term.factors) + 1):
            for subset in combinations(term.factors, size):
                terms |= dict.fromkeys(expanded(subset, levels, sample))
    person = "participant" if "participant" in frame else "session"
    model = binary(frame, outcome=OUTCOME, terms=list(terms), cluster=person)
    model = sample.per_sd(model, person, rows)
    method = f"second part of the choice, yes against no or not now: {model.method}"
    return attrs.evolve(model, method=method), [model.contrast(weights_of(test)) for test in tests]
