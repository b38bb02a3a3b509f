"""What must be read with a study's results: small arms, clustered assignment, subsets that the treatment made."""

import re

from analysis.findings import Finding
from analysis.flow import arms
from analysis.hypotheses import load
from analysis.study import FEW, Study

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
    if shared and "group_session" not in study.people:
        said.append(
            f"The level of {', '.join(shared)} holds for a whole session. The logs name no group sessions, so "
            "everybody counts as a session of their own. If several people sat together, intervals are too narrow: the "
            "variance grows with the design effect, 1 + (m - 1) · ICC, m people a session."
        )
    return said


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
