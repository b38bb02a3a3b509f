"""What should be done about a wrong: quick relief, punishing, asking first (P40, P41)."""

import pandas as pd

from analysis.measures._rows import finished, first_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import choice_shares

POINTS = ("punish", "restore", "protect", "reform")


def quick_relief(tables: Tables) -> pd.Series:
    """Share of the answered choices between a fast and a slow way in which the fast one was picked."""
    return _picked(tables, "speed", "fast")


def compensation(tables: Tables) -> pd.Series:
    """Share of those between paying back and bettering chances in which paying back was picked."""
    return _picked(tables, "form", "compensation")


def punish(tables: Tables) -> pd.Series:
    """Share of the points for punishing those who did it."""
    asked = finished(tables, "punish_consult")
    if "punish" not in asked:
        return nothing("Float64")
    shares = (asked["punish"] / asked[list(POINTS)].sum(axis=1)).astype("Float64")
    return shares.groupby(asked["session"]).first()


def consulted(tables: Tables) -> pd.Series:
    """Should those concerned be asked first?"""
    return first_of(tables, "punish_consult", "consult", "boolean")


def _picked(tables: Tables, attribute: str, level: str) -> pd.Series:
    rows = finished(tables, "quick_relief")
    if "chosen" not in rows:
        return nothing("Float64")
    first, second = rows[f"first_{attribute}"], rows[f"second_{attribute}"]
    differ = rows[first != second]
    taken = first.where(rows["chosen"] == "first", second).loc[differ.index]
    chosen = (taken == level).astype("boolean").mask(differ["chosen"].isna())
    return choice_shares(pd.DataFrame({"person": differ["session"], "chosen": chosen})).rename_axis("session")
