"""The participant flow, per arm and stage (JARS-Quant; paradigms.md E5)."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exclusions import RULES, before_treatment, consented
from analysis.logs import Withdrawn
from analysis.tables import Tables
from runner.protocol import Protocol

ALL = "all"


def arm_names(protocol: Protocol) -> list[str]:
    """The names of the treatment cells, as `arms` gives them; one when there are none."""
    return [" · ".join(cell.values()) or ALL for cell in protocol.cells("treatment")]


def arms(protocol: Protocol, sessions: pd.DataFrame) -> pd.Series:
    """Each session's treatment cell, such as "privilege · public"."""
    factors = [name for name, factor in protocol.factors.items() if factor.role == "treatment"]
    names = [f if f in sessions else f"assigned_{f}" for f in factors]
    if not names:
        return pd.Series(ALL, index=sessions.index, dtype="string")
    return sessions[names].fillna("?").agg(" · ".join, axis=1).astype("string")


def flow(
    protocol: Protocol, tables: Tables, excluded: pd.DataFrame, withdrawn: Sequence[Withdrawn] = ()
) -> pd.DataFrame:
    """Counts with one row per stage and one column per arm, and `all`.

    A session whose participant took the data back, and whose log is gone, counts as having got to the end.
    """
    sessions = tables.sessions.assign(arm=arms(protocol, tables.sessions)).set_index("session")
    agreed = consented(tables).reindex(sessions.index)
    rules = excluded.set_index("session")["rule"].reindex(sessions.index)
    left, how = sessions["left_reason"], sessions["ended_how"]
    eligible = agreed & ~(left == "not_eligible").fillna(False)
    stages: dict[str, pd.Series] = {
        "assigned": pd.Series(True, index=sessions.index),
        "consented": agreed,
        "eligible": eligible,
        "got the treatment": eligible & sessions.index.isin(list(_treated(protocol, tables))),
        "completed": how == "completed",
    }
    rows = {stage: _per_arm(reached.fillna(False).astype(bool), sessions["arm"]) for stage, reached in stages.items()}
    for rule, meaning in RULES.items():
        rows[f"excluded {rule}: {meaning}"] = _per_arm((rules == rule).fillna(False).astype(bool), sessions["arm"])
    rows["analysed"] = _per_arm(rules.isna(), sessions["arm"])
    table = pd.DataFrame(rows).T
    known = arm_names(protocol)
    others = sorted({str(arm) for arm in table.columns} - set(known))  # arms of another version of the protocol
    table = table.reindex(columns=[*known, *others]).fillna(0).astype(int)
    for one in withdrawn:
        arm = _arm_of(protocol, one.assigned)
        gone = [*stages, f"excluded E1: {RULES['E1']}"]
        if arm in table:
            table.loc[gone, arm] += 1
    if list(table.columns) != [ALL]:
        table.insert(0, ALL, table.sum(axis=1))
    return table


def _arm_of(protocol: Protocol, assigned: Mapping[str, str]) -> str:
    levels = [assigned.get(n, "?") for n, factor in protocol.factors.items() if factor.role == "treatment"]
    return " · ".join(levels) or ALL


def _treated(protocol: Protocol, tables: Tables) -> set[str]:
    """Sessions in which some phase after the first treated one was begun (that one included)."""
    before = set(before_treatment(protocol))
    staying = {p.name for p in protocol.phases if p.reaches == "staying"} - before
    phases = staying or before
    return {
        str(session)
        for table in tables.tasks.values()
        for session in table.loc[table["phase"].isin(list(phases)), "session"].unique()
    }


def _per_arm(reached: pd.Series, arm: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in reached.groupby(arm).sum().items()}
