"""The participant flow, per arm and stage (JARS-Quant; paradigms.md E5): people, not sessions."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exclusions import RULES, before_treatment, consented
from analysis.reading.apart import RECORD, SESSION
from analysis.reading.logs import Withdrawn
from analysis.reading.tables import Tables
from runner.leaving import DISTRESSED, STOPPED
from runner.protocol import Protocol

ALL = "all"
LEFT, TOOK_BACK = "withdrew during the session", "withdrew after the debriefing"
ASIDE = ("excluded", "withdrew")  # how the stages begin that lead out of the study
REASONS: Mapping[str, str] = {STOPPED: "stopped", DISTRESSED: "said that it was too much"}


def arm_names(protocol: Protocol) -> list[str]:
    """The names of the treatment cells, as `arms` gives them; one when there are none."""
    return [" · ".join(cell.values()) or ALL for cell in protocol.cells("treatment")]


def arms(protocol: Protocol, sessions: pd.DataFrame) -> pd.Series:
    """Each session's treatment cell, such as "privilege · public"."""
    factors = [name for name, factor in protocol.factors.items() if factor.treats and factor.unit != "within"]
    names = [f if f in sessions else f"assigned_{f}" for f in factors]
    if not names:
        return pd.Series(ALL, index=sessions.index, dtype="string")
    return sessions[names].fillna("?").agg(" · ".join, axis=1).astype("string")


def flow(
    protocol: Protocol, tables: Tables, excluded: pd.DataFrame, withdrawn: Sequence[Withdrawn] = ()
) -> pd.DataFrame:
    """Counts of people with one row per stage and one column per arm, and `all`.

    In a study with waves somebody has come as far as any of the sessions did, and is analysed when one of them is;
    otherwise the rule tells that excluded the first. Who took the data back, and whose logs are gone, counts as having
    got to the end; sessions of the same person can't be told then, so the first wave's stand for people.
    """
    reached = _reached(protocol, tables, excluded)
    if protocol.wave:
        reached = _of_people(protocol, reached)
    stages = [name for name in reached if name not in ("arm", "rule", "wave", "participant")]
    rows = {stage: _per_arm(reached[stage], reached["arm"]) for stage in stages if stage != "analysed"}
    for rule, meaning in RULES.items():
        rows[f"excluded {rule}: {meaning}"] = _per_arm((reached["rule"] == rule).fillna(False), reached["arm"])
    rows["analysed"] = _per_arm(reached["analysed"], reached["arm"])
    table = pd.DataFrame(rows).T
    known = arm_names(protocol)
    others = sorted({str(arm) for arm in table.columns} - set(known))  # arms of another version of the protocol
    table = table.reindex(columns=[*known, *others]).fillna(0).astype(int)
    for one in withdrawn:
        arm = _arm_of(protocol, one.assigned)
        if arm in table and one.assigned.get(protocol.wave, "") == (protocol.waves[0] if protocol.wave else ""):
            table.loc[[s for s in table.index if _gone_through(s)], arm] += 1
    if list(table.columns) != [ALL]:
        table.insert(0, ALL, table.sum(axis=1))
    return table


def adverse(protocol: Protocol, tables: Tables) -> pd.DataFrame:
    """Adverse events per arm, over all sessions whose logs are there: one row each, one column per arm, and `all`.

    A part that is kept apart from its session is no session of its own.
    """
    whole = tables.sessions[(tables.sessions["apart"] != RECORD).fillna(True).astype(bool)]
    sessions = whole.assign(arm=arms(protocol, whole))
    counted: dict[str, pd.Series] = {
        "sessions": pd.Series(1, index=sessions.index),
        "sessions in which the control for pausing and stopping was used": sessions["n_stops"] > 0,
        "uses of that control": sessions["n_stops"],
        "sessions in which somebody said that it was too much": sessions["n_distress"] > 0,
        "times that this was said": sessions["n_distress"],
        **{f"went no further: {said}": sessions["left_reason"] == reason for reason, said in REASONS.items()},
    }
    rows = {name: _per_arm(values.astype("Int64").fillna(0), sessions["arm"]) for name, values in counted.items()}
    table = pd.DataFrame(rows).T.reindex(columns=list(dict.fromkeys([*arm_names(protocol), *sessions["arm"]])))
    table = table.fillna(0).astype(int)
    if list(table.columns) != [ALL]:
        table.insert(0, ALL, table.sum(axis=1))
    return table


def _reached(protocol: Protocol, tables: Tables, excluded: pd.DataFrame) -> pd.DataFrame:
    """One row per session, one column per stage: was it reached?"""
    sessions = tables.sessions.assign(arm=arms(protocol, tables.sessions)).set_index("session")
    agreed = consented(tables).reindex(sessions.index)
    left = sessions["left_reason"]
    eligible = agreed & ~(left == "not_eligible").fillna(False)
    rules = excluded.set_index("session")["rule"].reindex(sessions.index)
    decided = tables.task("data_decision")
    back: list[str] = []
    if "decision" in decided:
        back = list(decided.loc[decided["decision"] == "withdraw", "session"])
    stages = {
        "assigned": pd.Series(True, index=sessions.index),
        "consented": agreed,
        "eligible": eligible,
        "got the treatment": eligible
        & (sessions.index.isin(list(_treated(protocol, tables))) | (sessions["apart"] == SESSION).fillna(False)),
        "completed": sessions["ended_how"] == "completed",
        LEFT: left.isin(list(REASONS)),
        TOOK_BACK: pd.Series(sessions.index.isin(back), index=sessions.index),
        "analysed": rules.isna(),
    }
    found = pd.DataFrame({name: values.fillna(False).astype(bool) for name, values in stages.items()})
    # A part that was kept apart came of some session here: that one is counted until it is analysed, this one then.
    found.loc[(sessions["apart"] == SESSION).fillna(False).astype(bool), "analysed"] = False
    found.loc[(sessions["apart"] == RECORD).fillna(False).astype(bool), [s for s in found if s != "analysed"]] = False
    column = protocol.wave if protocol.wave in sessions else f"assigned_{protocol.wave}"
    wave = sessions[column] if protocol.wave else ""
    return found.assign(arm=sessions["arm"], rule=rules, participant=sessions["participant"], wave=wave)


def _of_people(protocol: Protocol, sessions: pd.DataFrame) -> pd.DataFrame:
    """One row per person: what any session reached, what each wave's did, and the rule where none is analysed."""
    by = sessions.groupby("participant", sort=False)
    stages = ["assigned", "consented", "eligible", "got the treatment"]
    people = pd.DataFrame({stage: by[stage].any() for stage in stages})
    for stage in ("completed", "analysed"):
        for wave in protocol.waves:
            of_wave = sessions[(sessions["wave"] == wave) & sessions[stage]]["participant"]
            people[f"{stage}: {wave}"] = people.index.isin(list(of_wave))
    people[LEFT], people[TOOK_BACK], people["analysed"] = by[LEFT].any(), by[TOOK_BACK].any(), by["analysed"].any()
    people["arm"] = by["arm"].first()
    people["rule"] = by["rule"].first().mask(people["analysed"])
    return people


def _gone_through(stage: str) -> bool:
    """Is somebody counted here who got to the end and then took the data back?"""
    return not stage.startswith(("excluded", "analysed", LEFT)) or stage.startswith("excluded E1")


def _arm_of(protocol: Protocol, assigned: Mapping[str, str]) -> str:
    factors = {n: f for n, f in protocol.factors.items() if f.treats and f.unit != "within"}
    return " · ".join(assigned.get(n, "?") for n in factors) or ALL


def _treated(protocol: Protocol, tables: Tables) -> set[str]:
    """Sessions in which some phase after the first treated one was begun (that one included)."""
    before = set(before_treatment(protocol))
    staying = {p.name for p in protocol.phases if p.reaches == "staying"} - before
    phases = staying or before
    return {
        str(session)
        for table in tables.tasks.values()
        if "phase" in table
        for session in table.loc[table["phase"].isin(list(phases)), "session"].unique()
    }


def _per_arm(reached: pd.Series, arm: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in reached.astype(int).groupby(arm).sum().items()}
