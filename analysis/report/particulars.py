"""The report's plain tables: the sample, exclusions by reason, scales and their reliability, timing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.flow import ALL, arm_names, arms
from analysis.report import wording
from analysis.scoring import Score, omega, reliability_table
from analysis.study import Study

Rows = list[tuple[str, str]]


def sample(study: Study) -> Rows:
    """Who is analysed."""
    sessions = study.sessions
    rows = [("people analysed", str(sessions["participant"].nunique()))]
    if study.protocol.wave:
        rows.append(("their sessions", str(len(sessions))))
    if not study.earlier.empty:
        for name in study.earlier["phase"].str.partition(": ")[0].unique():
            n = study.earlier[study.earlier["session"].isin(sessions["session"])]["participant"].nunique()
            rows.append((f"of them with a session of {name}", str(n)))
    languages = sessions["language"].value_counts().items()
    rows.append(("languages", ", ".join(f"{name} {n}" for name, n in languages) or wording.NONE))
    minutes = sessions["duration_s"].dropna().astype(float) / 60
    if len(minutes):
        quarter, half, three = minutes.quantile([0.25, 0.5, 0.75])
        rows.append(("minutes, median (middle half)", f"{half:.1f} ({quarter:.1f} to {three:.1f})"))
    rows.append(("interrupted and resumed", str(int((sessions["n_resumed"] > 0).sum()))))
    actors = study.people["actor_base"].dropna() if "actor_base" in study.people else pd.Series(dtype="boolean")
    if len(actors):
        rows.append(("acted before, or willing to", f"{int(actors.sum())} of {len(actors)}"))
    acted = study.people["real_act"].dropna() if "real_act" in study.people else pd.Series(dtype="boolean")
    if len(acted):
        rows.append(("did the real act", f"{int(acted.sum())} of {len(acted)}"))
    return rows


def reasons(study: Study) -> pd.DataFrame:
    """Excluded sessions by rule and reason, one column per arm, and `all`; empty when there are none."""
    named = pd.Series(arms(study.protocol, study.tables.sessions).to_numpy(), index=study.tables.sessions["session"])
    excluded = study.excluded.assign(arm=named.reindex(study.excluded["session"]).to_numpy())
    if excluded.empty:
        return pd.DataFrame()
    counts = pd.crosstab([excluded["rule"], excluded["reason"]], excluded["arm"])
    columns = [arm for arm in dict.fromkeys([*arm_names(study.protocol), *counts.columns])]
    counts = counts.reindex(columns=columns).fillna(0).astype(int)
    if columns != [ALL]:
        counts.insert(0, ALL, counts.sum(axis=1))
    return counts.reset_index()


def reliabilities(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """The reliability table with omega, total and hierarchical, and each item's correlation with the others."""
    told = []
    for row, score in zip(reliability_table(scores).astype(object).to_dict("records"), scores, strict=True):
        found = omega(score.items, _subscales(score, scores))
        more = {"omega": found.total, "omega_h": found.hierarchical, "item_rest": _named(score.item_rest)}
        told.append({str(name): value for name, value in row.items()} | more)
    return told


def _subscales(score: Score, scores: Sequence[Score]) -> list[str]:
    """The subscale of each item of a whole scale; empty unless every item has one."""
    parts = [s for s in scores if s.phase == score.phase and s.construct.startswith(f"{score.construct}.")]
    of_item = {item: part.construct for part in parts for item in part.items}
    named = [of_item.get(item, "") for item in score.items]
    return named if all(named) and len(set(named)) > 1 else []


def _named(item_rest: pd.Series) -> Mapping[str, float]:
    return {str(item): float(r) for item, r in item_rest.items() if not pd.isna(r)}


def timing(study: Study) -> Rows:
    """What stands against the times, and what they were taken with."""
    shown = study.tables.screens[study.tables.screens["session"].isin(study.sessions["session"])]
    rows = [("screens", f"{len(shown):,}".replace(",", "\u202f"))]
    for quality, share in shown["timing_quality"].value_counts(normalize=True).items():
        rows.append((f"timing: {quality}", f"{100 * share:.1f} %"))
    devices = shown.loc[shown["device"].fillna("") != "", "device"].value_counts(normalize=True)
    used = ", ".join(f"{name} {100 * share:.0f} %" for name, share in devices.items())
    rows.append(("answered with", used or wording.NONE))
    rows.append(("late frames per session, median", wording.number(_median(study.sessions["n_late_frames"]), 0)))
    rows.append(("stages", ", ".join(sorted(study.sessions["stage"].dropna().unique())) or wording.NONE))
    return rows


def _median(values: pd.Series) -> float | None:
    known = values.dropna()
    return float(known.median()) if len(known) else None
