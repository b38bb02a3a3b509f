"""What must be read with a study's results: small arms, clustered assignment, subsets that the treatment made."""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.findings import Finding
from analysis.flow import arms
from analysis.hypotheses import load
from analysis.study import FEW, Study
from analysis.templates.clusters import GROUP, by_session, design_effect, few

SMALL = 20  # people in an arm below which its means say little
_BEFORE = ("variant", "actor_base", "ingroup", "observer")  # measures that no treatment can move
_GIVEN = "_given_"  # in the name of an outcome that only some people have, by what they did after the treatment


def cautions(study: Study) -> list[str]:
    """Of the study as a whole, besides the study's own warnings."""
    said = []
    people = study.sessions["participant"].nunique()
    if people < FEW <= len(study.sessions) and study.protocol.hypotheses:  # of the sessions the study itself warns
        said.append(f"{people} people are analysed. With fewer than {FEW} the tests of motives are weak.")
    counts = arms(study.protocol, study.sessions.drop_duplicates("participant")).value_counts()
    small = [f"{name} ({n})" for name, n in counts.items() if n < SMALL]
    if len(counts) > 1 and small:
        said.append(f"Arms with fewer than {SMALL} people, whose means say little: {', '.join(small)}.")
    shared = [name for name, factor in study.protocol.factors.items() if factor.unit == "session"]
    if shared and GROUP in study.people:
        said += _together(study, shared)
    elif shared:
        said.append(
            f"The level of {', '.join(shared)} holds for a whole session. The logs name no group sessions, so "
            "everybody counts as a session of their own. If several people sat together, intervals are too narrow: the "
            "variance grows with the design effect, 1 + (m - 1) · ICC, m people a session."
        )
    return said


def _together(study: Study, shared: Sequence[str]) -> list[str]:
    """How many people took part together, and what that costs the outcomes of the tests that it bears on."""
    people = study.people.drop_duplicates("participant")
    sizes, effects = people.groupby(GROUP)["participant"].size(), {}
    for finding in study.findings:
        outcome = str(finding.hypothesis.outcome)
        values = people[outcome] if outcome in people else pd.Series(dtype=object)
        if by_session(finding.hypothesis, study.sample) and values.dtype in ("Float64", "Int64", "boolean"):
            effects[outcome] = design_effect(values, people[GROUP])
    said = (
        f"The level of {', '.join(shared)} holds for a whole session: {int(sizes.sum())} of {len(people)} people "
        f"took part in {len(sizes)} group sessions, {sizes.mean():.1f} in each on average. Tests of it have errors "
        "clustered by group session."
    )
    if effects:
        name, (icc, _, effect) = max(effects.items(), key=lambda each: each[1][2])
        said += f" The largest design effect is that of {name}: {effect:.2f} (intraclass correlation {icc:.2f})."
    return [said, *few(len(sizes))]


def subset(study: Study, finding: Finding) -> str:
    """The label of a test on a part of the people; empty for a test on everybody."""
    hypothesis = finding.hypothesis
    if finding.verdict is None and finding.table is None:
        return ""
    conditions = [re.split("[!=]=", part)[0].strip() for part in hypothesis.filter.split(" and ") if part]
    late = [name for name in conditions if _late(study, name)]
    outcomes = [hypothesis.outcome] if isinstance(hypothesis.outcome, str) else list(hypothesis.outcome)
    if late or any(_GIVEN in name for name in outcomes):
        who = hypothesis.filter or "those who did what the outcome is about"
        return f"Post-treatment subset ({who}): the arms may differ in who is in it, so their comparison may be biased"
    if hypothesis.filter:
        return f"Only where {hypothesis.filter}"
    return ""


def _late(study: Study, name: str) -> bool:
    """Was this measured after the treatment? Factors and the cause are no measurement."""
    variable = load().variables.get(name)
    if variable is None or name in study.protocol.factors or name == "pack":
        return False
    return name in study.sample.late or bool(variable.measure and name not in _BEFORE)
