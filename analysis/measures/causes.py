"""How many causes people support, and which (P39)."""

from collections.abc import Iterator

import msgspec
import pandas as pd

from analysis.measures._rows import finished, first_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import breadth


def n_causes(tables: Tables) -> pd.Series:
    """Causes that got points."""
    return first_of(tables, "cause_menu", "n_causes", "Int64")


def n_signed(tables: Tables) -> pd.Series:
    """Petitions that the person would sign."""
    return first_of(tables, "cause_menu", "n_signed", "Int64")


def entropy(tables: Tables) -> pd.Series:
    """Shannon entropy of the points over causes, in nats: 0 when all go to one."""
    rows = [(session, amount) for session, points in _points(tables) for amount in points.values()]
    if not rows:
        return nothing("Float64")
    return breadth(pd.DataFrame(rows, columns=["person", "amount"]))["entropy"].rename_axis("session")


def focal_share(tables: Tables) -> pd.Series:
    """Share of all points that the study's own cause got."""
    menu = finished(tables, "cause_menu")
    if "focal_points" not in menu:
        return nothing("Float64")
    shares = (menu["focal_points"] / menu["total"]).astype("Float64")
    return shares.groupby(menu["session"]).first()


def environment(tables: Tables) -> pd.Series:
    """Did the environment get any points?"""
    chosen = {session: points["environment"] > 0 for session, points in _points(tables) if "environment" in points}
    return pd.Series(chosen, dtype="boolean")


def _points(tables: Tables) -> Iterator[tuple[str, dict[str, int]]]:
    menu = finished(tables, "cause_menu")
    if "points" not in menu:
        return
    for session, points in zip(menu["session"], menu["points"], strict=True):
        if not pd.isna(points):
            yield session, msgspec.json.decode(points, type=dict[str, int])
