"""What coders made of the free answers: how far they agree, and how suspicious people were; grounds for nothing."""

from collections.abc import Mapping
from typing import Any

from analysis.coding.codes import TABLE, coded
from analysis.report import checks, wording
from analysis.scoring import Kappa
from analysis.study import Study

CAUTION = (
    "Suspicion was told after the treatment, and excludes nobody: whom it left out might differ between the arms. It "
    "enters one analysis of the multiverse, for sensitivity, and no other. Suspicious people often behave as others do."
)


def told(study: Study) -> Mapping[str, Any] | None:
    """Sentences on the coding, and a table by condition; None where nothing was coded."""
    both = coded(study.of_analysed(TABLE))
    if both is None or "suspicion" not in study.people:
        return None
    means, bound = study.people["suspicion"].dropna().astype(float), study.protocol.exclusions.suspicion
    coders = " and ".join(map(str, both.codes.columns))
    uncoded = len(study.people) - len(means)
    sentences = [
        f"Two people ({coders}) who knew of no condition coded what {len(both.codes)} people wrote, from 0, not at all "
        f"suspicious, to 3. {uncoded} of {len(study.people)} analysed sessions have no code.",
        f"Their agreement: Cohen's kappa with quadratic weights {_said(both.weighted)}; unweighted "
        f"{_said(both.unweighted)}.",
        f"The mean of both is {wording.number(means.mean())} on average; it is {bound:g} or more for "
        f"{int((means >= bound).sum())} of {len(means)}.",
        CAUTION,
    ]
    values = means.rename("number").rename_axis("session").reset_index()
    return {"sentences": sentences, "table": checks.means(study, "Suspicion (mean of two coders, 0 to 3)", values)}


def _said(kappa: Kappa) -> str:
    if kappa.kappa != kappa.kappa:
        return "cannot be told, since all codes are the same"
    ends = f"{wording.number(kappa.low)} to {wording.number(kappa.high)}"
    return f"{wording.number(kappa.kappa)} (95 % interval {ends}, n = {kappa.n})"
