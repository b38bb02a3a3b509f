"""The grid of a hypothesis, every cell of it: estimate, interval and verdict."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import attrs
import pandas as pd

from analysis.findings import Finding
from analysis.hypotheses import Hypothesis, load
from analysis.models import FitError
from analysis.multiverse.axes import AXES, axes_of
from analysis.reading.logs import Progress, silent
from analysis.study import Study
from analysis.testing import test_all as put_to_the_data

PREREGISTERED = "is_preregistered"
Samples = dict[tuple[Any, ...], Any]


def multiverse(study: Study, ids: Sequence[str] = (), progress: Progress = silent) -> pd.DataFrame:
    """The specifications of these hypotheses, of the study's primary ones if none are named."""
    asked = load().named(tuple(ids) or study.protocol.hypotheses)
    asked = asked if ids else tuple(h for h in asked if h.primary)
    tables, shared = [], Samples()
    for place, hypothesis in enumerate(asked):
        progress("running specifications", place, len(asked))
        tables.append(specifications(study, hypothesis, shared))
    progress("running specifications", len(asked), max(len(asked), 1))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["id", PREREGISTERED])


def specifications(study: Study, hypothesis: Hypothesis, shared: Samples | None = None) -> pd.DataFrame:
    """One row per cell of the hypothesis's grid, the preregistered one first.

    Columns: id, is_preregistered, one per axis that applies (its level), estimate, se, low, high (95 %), verdict,
    sesoi, unit, n, note. A cell that can't be fitted has no verdict, and its note says why. Of several parts, the
    numbers are those of the one that decides; hypotheses whose parts count one by one have a row for each. `shared`
    keeps samples, and with them models, for other hypotheses of the study.
    """
    shared = Samples() if shared is None else shared
    axes = axes_of(study, hypothesis)
    rows: list[dict[str, Any]] = []
    for levels in product(*axes.values()):
        cell = dict(zip(axes, levels, strict=True))
        declared = all(level == axes[axis][0] for axis, level in cell.items())
        for finding in _found(study, hypothesis, cell, declared, axes, shared):
            rows.append({"id": finding.id, PREREGISTERED: declared, **cell, **_numbers(finding)})
    return pd.DataFrame(rows)


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """How many cells of each hypothesis came to which verdict: id, verdict, cells, share."""
    if table.empty:
        return pd.DataFrame(columns=["id", "verdict", "cells", "share"])
    said = table["verdict"].fillna("not fitted")
    counts = said.groupby([table["id"], said], sort=False).size().rename_axis(["id", "verdict"]).rename("cells")
    found = counts.reset_index()
    return found.assign(share=found["cells"] / found.groupby("id")["cells"].transform("sum"))


def _found(
    study: Study,
    hypothesis: Hypothesis,
    cell: Mapping[str, str],
    declared: bool,
    axes: Mapping[str, tuple[str, ...]],
    shared: Samples,
) -> Sequence[Finding]:
    if declared:
        return put_to_the_data([hypothesis], study.sample)  # the very numbers of the report, models fitted before
    changed, sample = hypothesis, study.sample
    path: tuple[Any, ...] = ()
    try:
        for axis, level in _steps(cell, axes):
            path = (*path, axis, level)
            if path not in shared or not AXES[axis].alike:
                changed, other = AXES[axis].put(study, (changed, sample), level)
                path = (*path, *_own(axis, other))
                shared.setdefault(path, other)
            sample = shared[path]
    except FitError as error:
        return [Finding(id=hypothesis.id, hypothesis=hypothesis, sesoi=hypothesis.bound(sample.sesoi), note=str(error))]
    return put_to_the_data([changed], sample)


def _steps(cell: Mapping[str, str], axes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """What a cell changes; the model is always put, so that each kind is the same in all cells but the declared."""
    for axis, level in cell.items():
        if axis == "model" or level != axes[axis][0]:
            yield axis, level


def _own(axis: str, sample: Any) -> tuple[Any, ...]:
    """What of a step depends on the hypothesis: samples are shared by those that have it alike."""
    return (*sample.pairs.columns, *sample.people.columns) if axis in ("entry", "attributes") else ()


def _numbers(finding: Finding) -> dict[str, Any]:
    judged = finding.deciding
    kept = ("estimate", "se", "low", "high")
    numbers = {k: v for k, v in attrs.asdict(judged).items() if k in kept} if judged else dict.fromkeys(kept)
    more = {"verdict": finding.verdict, "sesoi": finding.sesoi, "unit": finding.unit, "n": finding.n}
    return {**numbers, **more, "note": finding.note}
