"""Which group people belong to, and in which situation they chose."""

import pandas as pd

from analysis.measures._rows import first_of, nothing
from analysis.reading.tables import Tables


def ingroup(tables: Tables) -> pd.Series:
    """The category that the person said to belong to, as the cause pack codes it; missing when declined."""
    own = first_of(tables, "eligibility", "category", "string")
    return first_of(tables, "own_group", "category", "string") if own.empty else own


def observer(tables: Tables) -> pd.Series:
    """Whose eyes observers see with: "disadvantaged", "advantaged" or "neither"; missing when declined."""
    asked = tables.task("own_group")
    if "disadvantaged" not in asked:
        return nothing("string")
    said = asked.groupby("session")[["category", "advantaged", "disadvantaged"]].first()
    which = pd.Series("neither", index=said.index, dtype="string")
    which = which.mask(said["advantaged"].fillna(False), "advantaged")
    which = which.mask(said["disadvantaged"].fillna(False), "disadvantaged")
    return which.where(said["category"].notna(), pd.NA)


def setting(tables: Tables) -> pd.Series:
    """Which setting was announced: "private" or "public"."""
    return first_of(tables, "setting", "setting", "string")


def audience(tables: Tables) -> pd.Series:
    """Who was arranged to be in the room: "nobody", "ingroup" or "mixed"."""
    return first_of(tables, "roster", "audience", "string")


def fit(tables: Tables) -> pd.Series:
    """How far the person shares the movement's goal, 1 to 7 (H25)."""
    asked = tables.task("question")
    if "number" not in asked or "question" not in asked:
        return nothing("Float64")
    shared = asked[asked["question"] == "goal_shared"]
    return shared.groupby("session")["number"].first().astype("Float64")
