"""Which part in the next event people take: to lead, or to follow (P35 and P36 of paradigms.md)."""

from analysis.choices import varying
from analysis.hypotheses import Hypothesis
from analysis.models import FitError, conditional_logit, interactions
from analysis.people import MOTIVES
from analysis.sample import Sample
from analysis.templates.design import Estimates, unfolded, weights_of

LEAD = "a_selflead"


def has(hypothesis: Hypothesis, sample: Sample) -> bool:
    """Is the test about leading, in a study that asked for it by parts in an event and not by pairs of acts?"""
    acts = {n for test in hypothesis.combinations() for term in test for n in term.names if n.startswith("a_")}
    return acts == {LEAD} and not sample.parts.empty and (sample.pairs.empty or LEAD not in varying(sample.pairs))


def fit(hypothesis: Hypothesis, sample: Sample) -> Estimates:
    """The conditional logit of the part taken among all parts, over everyone who took one."""
    tests = [unfolded(test, sample) for test in hypothesis.combinations()]
    motives = [m for m in MOTIVES if m in sample.standard]
    for name in {name for test in tests for term in test for name in term.names} - {LEAD}:
        if name not in sample.standard or sample.standard[name].isna().all():
            raise FitError(f"{name!r} was not measured")
    named = [str(term) for test in tests for term in test]
    own = [c for c in sample.standard if c not in sample.parts]
    rows = sample.parts.merge(sample.standard[own], left_on="session", right_index=True)
    terms = list(dict.fromkeys([*interactions([LEAD], motives), *named]))
    person = "participant" if "participant" in rows else "session"
    model = conditional_logit(rows, chosen="chosen", terms=terms, person=person, within="set")
    model = sample.per_sd(model, raw=sample.parts)
    return model, [model.contrast(weights_of(test)) for test in tests]
