"""What the data say about a hypothesis."""

from collections.abc import Mapping

import attrs
import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.terms import Term
from analysis.verdicts import ALPHA, Judged, Verdict, counts_as_support

UNITS: Mapping[str, str] = {
    "CH": "logit per SD",
    "BIN": "logit per SD",
    "LIN": "SD",
    "STK": "SD per SD",
    "CNT": "log rate per SD",
    "HUR": "logit, or log amount, per SD",
    "COX": "log hazard per SD",
    "ORD": "logit per SD",
    "MIX": "SD",
    "MED": "SD",
    "XL": "SD per SD",
}


@attrs.frozen(kw_only=True)
class Part:
    """One test of a hypothesis."""

    test: str
    sign: int
    judged: Judged


@attrs.frozen(kw_only=True)
class Finding:
    """What the data say about a hypothesis; without a verdict `note` says why it was not tested, or only described."""

    id: str
    hypothesis: Hypothesis
    sesoi: float
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    n: int = 0
    method: str = ""
    note: str = ""
    p_holm: float | None = None  # of `p`, among the primary tests of its block
    table: pd.DataFrame | None = attrs.field(default=None, eq=False, repr=False)  # more numbers: "what" and columns
    cautions: tuple[str, ...] = ()  # what must be read with the estimates

    @property
    def deciding(self) -> Judged | None:
        """The part that the verdict hangs on: among several, the one with the verdict, least clear first."""
        of_it = [p.judged for p in self.parts if p.judged.verdict == self.verdict] or [p.judged for p in self.parts]
        equal = self.hypothesis.kind == "equal"
        return max(of_it, key=lambda judged: judged.p_tost if equal else judged.p, default=None)

    @property
    def p(self) -> float | None:
        """Of the part that the verdict hangs on: two-sided against 0; of an equality, of the test of equivalence."""
        judged = self.deciding
        if judged is None:
            return None
        return judged.p_tost if self.hypothesis.kind == "equal" else judged.p

    @property
    def borne_out(self) -> bool:
        """Does the verdict bear the prediction out, and outlast Holm's correction where there is one?"""
        if self.verdict is None or not counts_as_support(self.verdict, self.hypothesis.kind):
            return False
        return self.p_holm is None or self.p_holm < ALPHA

    @property
    def unit(self) -> str:
        if self.hypothesis.model == "LIN" and any(is_slope(test) for test in self.hypothesis.combinations()):
            return "SD per SD"
        return UNITS.get(self.hypothesis.model, "")


def is_slope(test: Mapping[Term, float]) -> bool:
    """Is it about a score that predicts, and not about a factor's levels alone?"""
    return any(not factor.level for term in test for factor in term.factors)
