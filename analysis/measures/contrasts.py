"""Acts that differ in one thing only: status cost, protection, own cost (P30 to P32); and what one's group gets."""

import pandas as pd

from analysis.measures._rows import finished, long, mean_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import inconsistency as indices

STATUS = (14, 15)  # the templates of a matched pair of acts in D2: with and without a cost to the own group's status


def support(tables: Tables) -> pd.DataFrame:
    """Willingness for acts of matched pairs on status: one row per act, a_statuscost 1 or -1, value 1 to 7."""
    rows = _status(tables)
    if rows.empty:
        return pd.DataFrame()
    return long(rows, rows["rating"], a_statuscost=rows["codes_statuscost"])


def inconsistency(tables: Tables) -> pd.Series:
    """Mean willingness for status-neutral acts minus that for status-costly ones."""
    return _index(tables, "inconsistency")


def neutral_mean(tables: Tables) -> pd.Series:
    """Mean willingness for the acts that cost the own group no status."""
    return _index(tables, "neutral_mean")


def costly_mean(tables: Tables) -> pd.Series:
    """Mean willingness for the acts that cost the own group status."""
    return _index(tables, "costly_mean")


def protective(tables: Tables) -> pd.Series:
    """Mean willingness for acts that protect."""
    return _rated(tables, "protection", "confront", -1)


def confrontational(tables: Tables) -> pd.Series:
    """Mean willingness for acts that confront."""
    return _rated(tables, "protection", "confront", 1)


def own_cost(tables: Tables) -> pd.Series:
    """Mean willingness for acts that cost oneself something."""
    return _rated(tables, "own_cost", "selfcost", 1)


def ingroup_allocation(tables: Tables) -> pd.Series:
    """Share of the points for the member of one's own group."""
    rounds = finished(tables, "allocation")
    if "to_own" not in rounds:
        return nothing("Float64")
    return mean_of(rounds.assign(share=rounds["to_own"] / rounds["points"]), "share")


def staying(tables: Tables) -> pd.Series:
    """How much one would like to stay in one's group, 1 to 7."""
    asked = finished(tables, "mobility")
    return mean_of(asked, "staying") if "staying" in asked else nothing("Float64")


def wish(tables: Tables) -> pd.Series:
    """Stay in one's group, change to the other, or be in neither."""
    asked = finished(tables, "mobility")
    if "wish" not in asked:
        return nothing("string")
    return asked.groupby("session")["wish"].first().astype("string")


def _status(tables: Tables) -> pd.DataFrame:
    matched, single = tables.task("matched_acts"), tables.task("act_rating")
    if "contrast" in matched:
        return matched[(matched["contrast"] == "status") & (matched["rated"] == "willingness")]
    if "template" in single:
        return single[single["template"].isin(STATUS) & (single["rated"] == "willingness")]
    return pd.DataFrame()


def _index(tables: Tables, column: str) -> pd.Series:
    rows = _status(tables)
    if rows.empty:
        return nothing("Float64")
    ratings = pd.DataFrame(
        {"person": rows["session"], "costly": rows["codes_statuscost"] > 0, "rating": rows["rating"]}
    )
    return indices(ratings)[column].rename_axis("session")


def _rated(tables: Tables, contrast: str, code: str, level: int) -> pd.Series:
    acts = tables.task("matched_acts")
    if "contrast" not in acts:
        return nothing("Float64")
    own = acts[(acts["contrast"] == contrast) & (acts["rated"] == "willingness") & (acts[code] == level)]
    return mean_of(own, "rating")
