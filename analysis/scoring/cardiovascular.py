"""Reactivity from a device's summary: blood pressure and heart under status threat (paradigms.md P79, F6).

Threat shows as high vascular resistance with low cardiac performance (Blascovich & Mendes, 2010).
"""

import pandas as pd

from analysis.scoring.data import need, numeric

NEEDED = ("sbp", "dbp")
MEASURES = ("sbp", "dbp", "pp", "map", "hr", "co", "tpr")


def reactivity(phases: pd.DataFrame, *, baseline: str) -> pd.DataFrame:
    """Each phase's means minus the baseline's: person, phase, d_sbp, d_dbp, d_pp, d_map, d_hr, d_co, d_tpr.

    `phases` has one row per person and phase: person, phase, sbp and dbp (mmHg), and where known hr (beats/min), co
    (l/min), map (mmHg) and tpr (dyn s cm^-5). Pulse pressure is SBP - DBP; MAP, if not given, DBP + a third of it;
    TPR, if not given, MAP / CO x 80. The baseline should be the mean of its last minute or minutes. Several rows of a
    phase are averaged first.

    >>> rows = pd.DataFrame({"person": "a", "phase": ["rest", "task"], "sbp": [120.0, 132.0], "dbp": [75.0, 78.0]})
    >>> reactivity(rows.assign(co=[5.0, 5.0]), baseline="rest")[["d_sbp", "d_pp", "d_tpr"]].loc[0].tolist()
    [12.0, 9.0, 96.0]
    """
    lacking = [name for name in NEEDED if name not in phases]
    if lacking:
        raise ValueError(f"the summary has no column {lacking[0]!r}; name it so, in mmHg")
    need(phases, "person", "phase", what="phases")
    means = _complete(phases).groupby(["person", "phase"], as_index=False)[list(MEASURES)].mean()
    if not (means["phase"] == baseline).any():
        raise ValueError(
            f"no row is of the baseline {baseline!r}; the phases are {', '.join(sorted(set(means['phase'])))}"
        )
    at_rest = means[means["phase"] == baseline].set_index("person")[list(MEASURES)]
    later = means[means["phase"] != baseline].reset_index(drop=True)
    before = at_rest.reindex(later["person"]).reset_index(drop=True)
    changes = (later[list(MEASURES)] - before).add_prefix("d_")
    return pd.concat([later[["person", "phase"]], changes], axis=1)


def threat_index(changes: pd.DataFrame) -> pd.Series:
    """z(change of TPR) - z(change of CO) over the rows: high means threat, low means challenge.

    >>> threat_index(pd.DataFrame({"d_tpr": [1.0, 2.0, 3.0], "d_co": [3.0, 2.0, 1.0]})).tolist()
    [-2.0, 0.0, 2.0]
    """
    need(changes, "d_tpr", "d_co", what="changes")
    tpr, co = (numeric(changes[name]) for name in ("d_tpr", "d_co"))
    index: pd.Series = (tpr - tpr.mean()) / tpr.std(ddof=1) - (co - co.mean()) / co.std(ddof=1)
    return index.astype("Float64")


def _complete(phases: pd.DataFrame) -> pd.DataFrame:
    rows = phases.copy()
    for name in ("hr", "co", "map", "tpr"):
        if name not in rows:
            rows[name] = pd.NA
    for name in ("sbp", "dbp", "hr", "co", "map", "tpr"):
        rows[name] = numeric(rows[name])
    rows["pp"] = rows["sbp"] - rows["dbp"]
    rows["map"] = rows["map"].fillna(rows["dbp"] + rows["pp"] / 3)
    flow = rows["co"].where(rows["co"] > 0)  # a heart that gives nothing is a device's gap
    return rows.assign(co=flow, tpr=rows["tpr"].fillna(rows["map"] / flow * 80))
