"""What is held constant beside a hypothesis's own terms (paradigms.md C1): a motive's other antecedents, treatments."""

from analysis.hypotheses import Hypothesis, load
from analysis.people import MOTIVES
from analysis.sample import Sample


def covariates(hypothesis: Hypothesis, sample: Sample) -> list[str]:
    """The names that a test of an antecedent is adjusted for, besides its `given`.

    A motive is regressed on all its antecedents that this study measured, and on group efficacy. Stacked equations
    have the same predictors: the antecedents of every motive that the test names. What was measured after the treatment
    is none of them, since the treatment may have changed it (Montgomery, Nyhan & Torres, 2018): it enters only where
    the test or its `given` names it, and the treatments with it.
    """
    if hypothesis.block != "antecedents" or hypothesis.model not in ("LIN", "STK"):
        return []
    antecedents = load().antecedents
    listed = [name for motive in _motives(hypothesis) for name in antecedents.get(motive, ())]
    own = {f.name for test in hypothesis.combinations() for term in test for f in term.factors}
    early = [name for name in dict.fromkeys(listed) if name not in sample.late and _varies(name, sample)]
    entered = [name for name in early if name not in own and name not in hypothesis.given]
    late = sample.late & {*own, *hypothesis.given}
    treatments = [t for t in sample.treatments if t not in own and sample.people[t].nunique() > 1]
    return entered + (treatments if late else [])


def _motives(hypothesis: Hypothesis) -> list[str]:
    if hypothesis.model == "LIN":
        return [str(hypothesis.outcome)]
    named = {term.at.name for test in hypothesis.combinations() for term in test if term.at}
    return [motive for motive in MOTIVES if motive in named]


def _varies(name: str, sample: Sample) -> bool:
    return name in sample.scores and bool(sample.standard[name].notna().any())
