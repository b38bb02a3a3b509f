"""Findings in plain sentences, and numbers as a reader wants them."""

from collections.abc import Mapping

from analysis.findings import Finding
from analysis.hypotheses import SOURCES
from analysis.verdicts import counts_as_support

MINUS, NONE = "\u2212", "\u2013"

_DIFF: Mapping[str, str] = {
    "supported": "The data support this",
    "opposite": "The data speak for the opposite",
    "equivalent": "The data speak against this: if there is an effect, it is smaller than {sesoi}, too small to matter",
    "trivial": "There is an effect, but it is smaller than {sesoi}, too small to matter",
    "inconclusive": "The data do not decide: both no effect and one that matters remain possible",
}
_EQUAL: Mapping[str, str] = {
    "opposite": "The data speak against this: there is a difference, and it is not shown to be smaller than {sesoi}",
    "equivalent": "The data support this: if there is a difference, it is smaller than {sesoi}, too small to matter",
    "trivial": "The data support this: there is a difference, but it is smaller than {sesoi}, too small to matter",
    "inconclusive": "The data do not decide: a difference of {sesoi} or more remains possible, and so does none",
}


def sentence(finding: Finding, family: int = 0) -> str:
    """What a finding means, for someone who was promised no statistics; `family` is the size of Holm's family."""
    judged = finding.deciding
    if finding.verdict is None or judged is None:
        return finding.note[:1].upper() + finding.note[1:] + "."
    words = _EQUAL if finding.hypothesis.kind == "equal" else _DIFF
    bound = f"±{finding.sesoi:g} {finding.unit}"
    said = words[finding.verdict].format(sesoi=bound)
    if len(finding.parts) > 1:
        parts = [f"{part.test}: {_lowered(words[part.judged.verdict].format(sesoi=bound))}. " for part in finding.parts]
        said = f"{''.join(parts)}Every part has to hold: {_jointly(finding)}"
    if finding.p_holm is not None and finding.verdict == "supported":
        held = "holds" if finding.borne_out else "does not hold"
        said += f". It {held} when the {family} primary tests of its kind are corrected for together"
        said += f" (Holm, {p_value(finding.p_holm)})"
    return said + "."


def _jointly(finding: Finding) -> str:
    """The verdict on all parts together; the sentence on each part stands before it."""
    verdict, kind = finding.verdict, finding.hypothesis.kind
    n, verdicts = len(finding.parts), [part.judged.verdict for part in finding.parts]
    if verdict is not None and counts_as_support(verdict, kind):
        return "all do, and the data support the whole"
    if verdict == "opposite":
        return "one that speaks against it decides, and the data speak against the whole"
    if verdict == "inconclusive" and "opposite" in verdicts:
        return f"what speaks against it does not outlast the correction for {n} parts, and the whole stays undecided"
    if verdict == "inconclusive":
        return "what is undecided leaves the whole undecided"
    return "not all do, and the data do not bear out the whole"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def source(finding: Finding) -> str:
    """Where the prediction comes from; what this project derived is never called the paper's."""
    return SOURCES[finding.hypothesis.source]


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign, also before a rounded 0; a dash for none.

    >>> number(-0.126) == MINUS + "0.13", number(-0.001) == MINUS + "0.00", number(-0.0), number(None) == NONE
    (True, True, '0.00', True)
    """
    if value is None or value != value:
        return NONE
    return f"{value or 0.0:.{digits}f}".replace("-", MINUS)


def p_value(p: float) -> str:
    """A p value to three digits, never said to be 0 or 1.

    >>> p_value(0.0004), p_value(0.031), p_value(0.99999)
    ('p < .001', 'p = .031', 'p > .999')
    """
    if not 0.001 <= p <= 0.999:
        return "p < .001" if p < 0.5 else "p > .999"
    return f"p = {p:.3f}".replace("0.", ".")
