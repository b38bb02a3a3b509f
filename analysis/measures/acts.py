"""Acting for the group: before the study, and really, in it."""

import pandas as pd

from analysis.measures._rows import finished, first_of, flags, nothing
from analysis.reading.tables import Tables


def actor_base(tables: Tables) -> pd.Series:
    """Acted for the group in the last 12 months, or willing to (4 of 7 or more), asked before any treatment (C0)."""
    asked = tables.task("eligibility")
    if "acted_before" not in asked:
        return nothing("boolean")
    acts = asked["acted_before"] | (asked["willingness"] >= 4)  # of one known yes and one unknown the yes remains
    first: pd.Series = acts.astype("boolean").groupby(asked["session"]).first()
    return first


def real_act(tables: Tables) -> pd.Series:
    """Did the person really act: signed the petition, or where there was none, gave some of the bonus?"""
    own = signed(tables)
    return gave(tables) if own.empty else own


def signed(tables: Tables) -> pd.Series:
    """Did the person say that they signed the petition?"""
    return first_of(tables, "petition", "signed", "boolean")


def donation(tables: Tables) -> pd.Series:
    """How much of the bonus was given, in its currency; the donation screen left unanswered gives nothing."""
    asked = finished(tables, "donation")
    if "amount" not in asked:
        return nothing("Float64")
    return flags(asked, asked["amount"].fillna(0).astype("Float64"))


def gave(tables: Tables) -> pd.Series:
    """Was anything given?"""
    given = donation(tables)
    return nothing("boolean") if given.empty else (given > 0).astype("boolean")


def rows_counted(tables: Tables) -> pd.Series:
    """Rows counted in the task whose earnings go to the cause (the one with questions whether to go on)."""
    return _of_extra(tables, "done")


def minutes(tables: Tables) -> pd.Series:
    """Minutes spent on it."""
    seconds = _of_extra(tables, "seconds").astype("Float64")
    return (seconds / 60).astype("Float64")


def took_part(tables: Tables) -> pd.Series:
    """Did the person pick any part in the event?"""
    part = first_of(tables, "sign_up", "part", "string")
    return nothing("boolean") if part.empty else (part != "none").astype("boolean")


def leads(tables: Tables) -> pd.Series:
    """Does one lead in the part that was picked? Missing without a part."""
    lead = first_of(tables, "sign_up", "selflead", "Int64")
    return nothing("boolean") if lead.empty else (lead > 0).astype("boolean")


def willing(tables: Tables) -> pd.Series:
    """Share of the pairs in which the person would really do the act that was picked; "not now" is no."""
    pairs = tables.task("paired_choice")
    if "would_do" not in pairs:
        return nothing("Float64")
    once = pairs[~pairs["repeated"].fillna(False) & pairs["would_do"].notna()]
    return (once["would_do"] == "yes").astype("Float64").groupby(once["session"]).mean()


def variant(tables: Tables) -> pd.Series:
    """Which form of the framing a person got: "rate" or "generate"."""
    found: dict[str, str] = {}
    for task, variant in (("framing", "rate"), ("framing_generation", "generate")):
        if task in tables.tasks:
            found |= dict.fromkeys(tables.tasks[task]["session"], variant)
    return pd.Series(found, dtype="string")


def _of_extra(tables: Tables, column: str) -> pd.Series:
    asked = tables.task("extra_effort")
    if column not in asked:
        return nothing("Float64")
    extra = asked[asked["block"] > 0]  # work that earns the bonus comes in one piece, and is no act
    return extra.groupby("session")[column].first().astype("Float64")
