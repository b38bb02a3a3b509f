"""Support for policies, and for the other group's own protest (P11, P28)."""

import pandas as pd

from analysis.measures._rows import finished, long, mean_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import scale_means

PARTS = ("recruitment", "monitoring", "mentoring", "structures")


def aa_support(tables: Tables) -> pd.Series:
    """Mean support for the parts of affirmative action, 1 to 7; missing with fewer than two thirds of them answered."""
    return _of_cards(tables, "support")


def aa_fairness(tables: Tables) -> pd.Series:
    """Mean fairness of the parts, 1 to 7."""
    return _of_cards(tables, "fairness")


def recruitment(tables: Tables) -> pd.Series:
    """Support for active recruitment."""
    return _part(tables, "recruitment")


def monitoring(tables: Tables) -> pd.Series:
    """Support for monitoring of hiring."""
    return _part(tables, "monitoring")


def mentoring(tables: Tables) -> pd.Series:
    """Support for mentoring programmes."""
    return _part(tables, "mentoring")


def structures(tables: Tables) -> pd.Series:
    """Support for removing structures that discriminate."""
    return _part(tables, "structures")


def protest(tables: Tables) -> pd.DataFrame:
    """Support for each form of the other group's own protest: a_norm 1 within the rules, -1 against them."""
    return _forms(tables, "support")


def protest_image(tables: Tables) -> pd.DataFrame:
    """How bad each form makes one's own group look."""
    return _forms(tables, "image_damage")


def protest_gap(tables: Tables) -> pd.Series:
    """Support for the protest within the rules minus that for the one against them."""
    return _gap(tables, "support")


def image_gap(tables: Tables) -> pd.Series:
    """How much worse the protest against the rules makes one's own group look than the one within them."""
    gap = _gap(tables, "image_damage")
    return (-gap).astype("Float64")


def _of_cards(tables: Tables, column: str) -> pd.Series:
    cards = finished(tables, "policy_cards")
    if column not in cards or not cards[column].notna().any():
        return nothing("Float64")
    wide = cards.pivot_table(index="session", columns="policy", values=column, aggfunc="first", dropna=False)
    return scale_means(wide.astype("Float64"))


def _part(tables: Tables, part: str) -> pd.Series:
    cards = finished(tables, "policy_cards")
    return mean_of(cards[cards["policy"] == part], "support") if "support" in cards else nothing("Float64")


def _forms(tables: Tables, column: str) -> pd.DataFrame:
    rows = finished(tables, "protest_support")
    if column not in rows or rows.empty:
        return pd.DataFrame()
    return long(rows, rows[column], a_norm=rows["form"].map({"normative": 1, "nonnormative": -1}).astype("Int64"))


def _gap(tables: Tables, column: str) -> pd.Series:
    rows = _forms(tables, column)
    if rows.empty:
        return nothing("Float64")
    wide = rows.pivot_table(index="session", columns="a_norm", values="value", aggfunc="mean")
    wide = wide.reindex(columns=[1, -1]).astype("Float64")
    return wide[1] - wide[-1]
