"""What an analysis came to, for programs: `results.json`."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import attrs
import msgspec
import pandas as pd

from analysis.findings import Finding
from analysis.reading.apart import RECORD
from analysis.study import Study
from analysis.verdicts import Judged

_PACKAGES = ("vantage-lab", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")


@attrs.frozen(kw_only=True)
class Hypothesis:
    """One verdict; `verdict` and the numbers are None where it could not be tested, and `method` says why."""

    id: str
    verdict: str | None
    estimate: float | None
    se: float | None
    low: float | None  # 95 % interval
    high: float | None
    n: int
    method: str
    primary: bool


@attrs.frozen(kw_only=True)
class Results:
    """Everything in `results.json`."""

    blind: str  # not empty: the conditions were scrambled, and nothing here is a result
    hypotheses: tuple[Hypothesis, ...]
    n_sessions: int  # sessions whose logs could be read; what is kept apart of one is none of its own
    excluded: tuple[Mapping[str, str], ...]  # session, rule, reason
    damaged: tuple[Mapping[str, str], ...]  # log, reason; none of the sessions
    versions: Mapping[str, str]
    protocol_hash: str

    def json(self) -> bytes:
        """As JSON, indented, keys as they stand here."""
        return msgspec.json.format(msgspec.json.encode(attrs.asdict(self)), indent=2) + b"\n"


def results_of(study: Study) -> Results:
    """The results of a study."""
    return Results(
        blind=study.blind,
        hypotheses=tuple(_hypothesis(f) for f in study.findings),
        n_sessions=int((study.tables.sessions["apart"] != RECORD).fillna(True).sum()),
        excluded=tuple({str(k): str(v) for k, v in row.items()} for row in study.excluded.to_dict("records")),
        damaged=tuple({"log": one.file, "reason": one.reason} for one in study.logs.damaged),
        versions=versions(),
        protocol_hash=study.protocol.sha256,
    )


def versions() -> dict[str, str]:
    """What the analysis ran with."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def findings_table(study: Study) -> pd.DataFrame:
    """Everything known of each test, one row per part."""
    rows = []
    for finding in study.findings:
        of_all = {
            "id": finding.id,
            "class": finding.hypothesis.source,
            "primary": finding.hypothesis.primary,
            "kind": finding.hypothesis.kind,
            "verdict": finding.verdict,
            "p_holm": finding.p_holm,
            "sesoi": finding.sesoi,
            "unit": finding.unit,
            "n": finding.n,
            "method": finding.method,
            "note": finding.note,
        }
        parts = [{"test": p.test, "sign": p.sign, **_numbers(p.judged)} for p in finding.parts]
        rows += [of_all | part for part in parts] or [of_all]
    return pd.DataFrame(rows)


def described_table(study: Study) -> pd.DataFrame:
    """The numbers beside the verdicts and of what was only described: one row each, the hypothesis in `id`."""
    shown = [f.table.assign(id=f.id) for f in study.findings if f.table is not None]
    if not shown:
        return pd.DataFrame(columns=["id", "what"])
    whole = pd.concat(shown, ignore_index=True)
    return whole[["id", *(c for c in whole if c != "id")]]


def _numbers(judged: Judged) -> dict[str, Any]:
    numbers = attrs.asdict(judged)
    return numbers | {"verdict_of_part": numbers.pop("verdict")}


def _hypothesis(finding: Finding) -> Hypothesis:
    judged = finding.deciding
    return Hypothesis(
        id=finding.id,
        verdict=finding.verdict,
        estimate=judged.estimate if judged else None,
        se=judged.se if judged else None,
        low=judged.low if judged else None,
        high=judged.high if judged else None,
        n=finding.n,
        method=finding.method or finding.note,
        primary=finding.hypothesis.primary,
    )
