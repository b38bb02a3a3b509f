"""Puts hypotheses to the data: the model that each asks for, its estimate, its verdict, or why it was not tested."""

from collections.abc import Sequence
from typing import Any

import attrs

from analysis.findings import Finding, Part
from analysis.hypotheses import Hypothesis
from analysis.models import Drawn, FitError
from analysis.sample import Sample, filtered
from analysis.templates import TEMPLATES
from analysis.templates.design import Estimate
from analysis.terms import written
from analysis.verdicts import Judged, holm, judge, together

DESCRIBED = "described, without a verdict"


def test_all(hypotheses: Sequence[Hypothesis], sample: Sample) -> tuple[Finding, ...]:
    """A finding for each hypothesis (for each part of it where they count one by one), Holm's correction made."""
    findings = [finding for hypothesis in hypotheses for finding in _tested(hypothesis, sample)]
    for block in {f.hypothesis.block for f in findings}:
        family = [i for i, f in enumerate(findings) if f.hypothesis.block == block and _corrected(f)]
        adjusted = holm([p for i in family if (p := findings[i].p) is not None])
        for i, p in zip(family, adjusted, strict=True):
            findings[i] = attrs.evolve(findings[i], p_holm=p)
    return tuple(findings)


test_all.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def _corrected(finding: Finding) -> bool:
    return finding.hypothesis.primary and finding.verdict is not None


def _judged(value: Estimate, **how: Any) -> Judged:
    if isinstance(value, Drawn):
        return judge(value.estimate, value.se, drawn=value, **how)
    return judge(*value, **how)


def _asked(hypothesis: Hypothesis, parts: Sequence[str]) -> list[tuple[str, int]]:
    """Each test in words with its sign, once for each part that the model answers in."""
    tests = zip(hypothesis.tests, hypothesis.combinations(), hypothesis.signs, strict=True)
    return [
        (f"{written(test) or text}, {part}" if part else written(test) or text, sign)
        for text, test, sign in tests
        for part in parts or ("",)
    ]


def _tested(hypothesis: Hypothesis, sample: Sample) -> list[Finding]:
    bound = hypothesis.bound(sample.sesoi)
    blank = Finding(id=hypothesis.id, hypothesis=hypothesis, sesoi=bound)
    try:
        if len(sample.people) < 2:
            raise FitError("nobody is analysed" if sample.people.empty else "only one person is analysed")
        if hypothesis.model not in TEMPLATES:
            raise FitError(f"the model {hypothesis.model} is not there yet")
        fit, estimates = TEMPLATES[hypothesis.model](hypothesis, filtered(hypothesis, sample))
        asked = _asked(hypothesis, fit.parts)
        parts = [
            Part(test=test, sign=sign, judged=_judged(value, sesoi=bound, kind=hypothesis.kind, sign=sign, df=fit.df))
            for (test, sign), value in zip(asked, estimates, strict=bool(estimates))
        ]
    except FitError as error:
        return [attrs.evolve(blank, note=f"not yet tested: {error}")]
    whole = attrs.evolve(blank, n=fit.n, method=fit.method, table=fit.shown, cautions=fit.cautions)
    if not estimates:
        return [attrs.evolve(whole, note=DESCRIBED)]
    if hypothesis.combine == "each" and len(parts) > 1:
        return [
            attrs.evolve(whole, id=f"{hypothesis.id}.{i}", parts=(part,), verdict=part.judged.verdict)
            for i, part in enumerate(parts, 1)
        ]
    verdict = together([p.judged for p in parts], hypothesis.kind)
    return [attrs.evolve(whole, parts=tuple(parts), verdict=verdict)]
