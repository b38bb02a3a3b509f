"""Who is analysed: the rules E1 to E6 in their fixed order, each exclusion as a row with its reason (paradigms.md C0).

What happens after the treatment excludes nobody but who left or took the data back: failed manipulation checks,
suspicion and speed never do, since dropping on them would bias the comparison of the arms.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from analysis.reading.apart import RECORD, SESSION
from analysis.reading.tables import Tables
from runner.leaving import DISTRESSED, STOPPED
from runner.protocol import Protocol

RULES: Mapping[str, str] = {
    "E1": "no consent, left, or withdrew the data",
    "E2": "not a member of the advantaged group",
    "E3": "attention checks before the treatment",
    "E4": "technical failure",
    "E5": "took part before",
    "E6": "a rule of a measure",
}
Rule = Callable[[Protocol, Tables, pd.DataFrame], Mapping[str, str]]


def exclusions(protocol: Protocol, tables: Tables) -> pd.DataFrame:
    """One row per excluded session, by the first rule that applies: session, rule, reason."""
    remaining = tables.sessions
    rows: list[tuple[str, str, str]] = []
    for rule, applies in _IN_ORDER:
        found = applies(protocol, tables, remaining)
        rows += [(session, rule, found[session]) for session in remaining["session"] if session in found]
        remaining = remaining[~remaining["session"].isin(list(found))]
    return pd.DataFrame(rows, columns=["session", "rule", "reason"]).astype("string")


def analysed(tables: Tables, excluded: pd.DataFrame) -> pd.DataFrame:
    """The rows of `sessions` that are left; of sessions with a part apart, that part, which holds what is analysed."""
    gone = tables.sessions["session"].isin(excluded["session"]) | (tables.sessions["apart"] == SESSION).fillna(False)
    return tables.sessions[~gone.astype(bool)].reset_index(drop=True)


def of_measures(tables: Tables) -> pd.DataFrame:
    """E6: one row per session that a measure gives no score: session, rule, reason, measure. It stays in all else.

    So far these are implicit tests: too many fast trials, or too few that can be scored.
    """
    from analysis.measures.implicit import d_scores

    scores = d_scores(tables)
    out = scores[scores["excluded"].notna()]
    measure = [f"{test} ({target})" for test, target in zip(out["test"], out["target"], strict=True)]
    rows = {"session": out["session"], "rule": "E6", "reason": out["excluded"], "measure": measure}
    return pd.DataFrame(rows).reset_index(drop=True).astype("string")


def before_treatment(protocol: Protocol) -> tuple[str, ...]:
    """The phases before the first one that depends on a treatment factor; all of them when none does."""
    return protocol.before_treatment


def consented(tables: Tables) -> pd.Series:
    """Per session (index): did the person agree to take part? True throughout when nobody was asked."""
    asked = tables.task("consent")
    everyone = pd.Series(asked.empty, index=tables.sessions["session"], dtype="boolean")
    if asked.empty:
        return everyone
    agreed = asked.groupby("session")["agreed"].any().reindex(everyone.index).fillna(False).astype("boolean")
    return agreed | (tables.sessions["apart"] == RECORD).fillna(False).to_numpy(bool)  # only who consented gets there


def attention_failures(tables: Tables, phases: Sequence[str]) -> pd.Series:
    """Per session (index): instructed items of these phases that were answered otherwise or skipped."""
    items = tables.task("scale")
    if items.empty:
        return pd.Series(dtype="Int64")
    asked = items[items["instructed"].notna() & items["phase"].isin(phases) & items["ended"].notna()]
    failed = (asked["response"] != asked["instructed"]).fillna(True)
    return failed.astype("Int64").groupby(asked["session"]).sum()


# ---------------------------------------------------------------- the rules


def _no_consent(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    agreed = consented(tables)
    decided = tables.task("data_decision")
    took_back = set(decided.loc[decided["decision"] == "withdraw", "session"]) if "decision" in decided else set()
    asked = decided[decided["ended"].notna()] if "decision" in decided else decided
    undecided = set(asked.loc[asked["decision"].isna(), "session"]) if "decision" in decided else set()
    found = {}
    for session, how, reason in zip(sessions["session"], sessions["ended_how"], sessions["left_reason"], strict=True):
        if session in took_back:
            found[session] = "withdrew the data after the debrief"
        elif reason is not pd.NA and reason in (STOPPED, DISTRESSED):
            found[session] = str(reason)
        elif session in undecided:  # as the question says
            found[session] = "left without deciding on the data"
        elif how != "unfinished" and not agreed.get(session, False):
            found[session] = "no consent"
    return found


def _not_advantaged(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    phase = protocol.exclusions.advantaged
    for table in tables.tasks.values():
        if phase and "advantaged" in table and (table["phase"] == phase).any():
            rows = table[(table["phase"] == phase) & (table["advantaged"] == False).fillna(False)]  # noqa: E712
            declined = rows["category"].isna() if "category" in rows else pd.Series(False, index=rows.index)
            reasons = declined.map({True: "did not say which group", False: "not a member of the advantaged group"})
            return dict(zip(rows["session"], reasons, strict=True))
    return {}


def _inattentive(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    failures = attention_failures(tables, before_treatment(protocol))
    most = protocol.exclusions.attention_failures
    return {str(s): f"failed {n} attention checks" for s, n in failures.items() if n >= most}


def _part_only(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    """Pilots begun with a later phase (`vantage pilot --from`): what comes before it was never asked."""
    found = {}
    for session in sessions[sessions["store"] == "pilot"].to_dict("records"):
        earlier = []
        for phase in protocol.phases:
            if phase.name == session["began_with"]:
                break
            if all(session.get(f"assigned_{f}", session.get(f)) in levels for f, levels in phase.when.items()):
                earlier.append(phase.name)
        else:
            continue  # another version of the protocol: nothing is known of its phases
        if earlier:
            found[session["session"]] = f"a pilot of a part only: it began with the phase {session['began_with']}"
    return found


def _technical(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    broken = sessions[sessions["ended_how"] == "unfinished"]
    return dict.fromkeys(broken["session"], "the session broke off and was not resumed")


def _again(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    """Whoever agreed to take part once knows what comes, whether that first session is analysed or not."""
    every = tables.sessions[~tables.sessions["session"].isin(list(_part_only(protocol, tables, tables.sessions)))]
    wave = [name for name in (protocol.wave, f"assigned_{protocol.wave}") if name in every][:1]
    begun = every[consented(tables).reindex(every["session"]).fillna(False).to_numpy(bool)]
    repeated = begun.loc[begun.duplicated(["participant", *wave], keep="first"), "session"]
    return dict.fromkeys(
        sessions.loc[sessions["session"].isin(repeated), "session"], "the same participant took part before"
    )


def _by_measure(protocol: Protocol, tables: Tables, sessions: pd.DataFrame) -> Mapping[str, str]:
    return {}  # a measure's own rule takes a person out of its own tests alone: `of_measures`


_IN_ORDER: Sequence[tuple[str, Rule]] = (
    ("E4", _part_only),  # first, since what a part lacks (consent) would be taken for refused
    ("E1", _no_consent),
    ("E2", _not_advantaged),
    ("E3", _inattentive),
    ("E4", _technical),
    ("E5", _again),
    ("E6", _by_measure),
)
