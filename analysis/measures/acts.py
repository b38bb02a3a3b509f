"""Acting for the group: before the study, and really, in it."""

import pandas as pd

from analysis.tables import Tables


def actor_base(tables: Tables) -> pd.Series:
    """Acted for the group in the last 12 months, or willing to (4 of 7 or more), asked before any treatment (C0)."""
    asked = tables.task("eligibility")
    if "acted_before" not in asked:
        return pd.Series(dtype="boolean")
    acts = asked["acted_before"] | (asked["willingness"] >= 4)  # of one known yes and one unknown the yes remains
    first: pd.Series = acts.astype("boolean").groupby(asked["session"]).first()
    return first


def real_act(tables: Tables) -> pd.Series:
    """Did the person really act: signed the petition, or where there was none, gave some of the bonus?"""
    petition, donation = tables.task("petition"), tables.task("donation")
    if "signed" in petition:
        signed: pd.Series = petition.groupby("session")["signed"].first().astype("boolean")
        return signed
    if "amount" in donation:
        finished = donation[donation["ended"].notna()]
        return (finished["amount"].fillna(0) > 0).groupby(finished["session"]).first().astype("boolean")
    return pd.Series(dtype="boolean")


def variant(tables: Tables) -> pd.Series:
    """Which form of the framing a person got: "rate" or "generate"."""
    found: dict[str, str] = {}
    for task, variant in (("framing", "rate"), ("framing_generation", "generate")):
        if task in tables.tasks:
            found |= dict.fromkeys(tables.tasks[task]["session"], variant)
    return pd.Series(found, dtype="string")
