"""What people expect of acting: risks (P71), and consequences times their value (P70)."""

import pandas as pd

from analysis.measures._rows import finished, mean_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import expectancy_value, scale_means


def risk_likelihood(tables: Tables) -> pd.Series:
    """Mean likelihood of the risks, 1 to 7."""
    return _risk(tables, "likelihood")


def risk_importance(tables: Tables) -> pd.Series:
    """Mean importance of the risks, 1 to 7."""
    return _risk(tables, "importance")


def risk_product(tables: Tables) -> pd.Series:
    """Mean over risks of likelihood times importance, 1 to 49."""
    rows = finished(tables, "risk_rating")
    if "likelihood" not in rows:
        return nothing("Float64")
    return mean_of(rows.assign(product=rows["likelihood"] * rows["importance"]), "product")


def cons_good(tables: Tables) -> pd.Series:
    """Good consequences expected of acting, for oneself and both groups: the mean of the keyed items, 1 to 7."""
    return _consequences(tables, "good")


def cons_bad(tables: Tables) -> pd.Series:
    """Bad consequences expected of acting."""
    return _consequences(tables, "bad")


def collective_motive(tables: Tables) -> pd.Series:
    """Klandermans' collective motive: what the group would gain, expectancy times value, summed."""
    return _klandermans(tables, "collective")


def normative_motive(tables: Tables) -> pd.Series:
    """Klandermans' normative motive: what others would think of it."""
    return _klandermans(tables, "normative")


def reward_motive(tables: Tables) -> pd.Series:
    """Klandermans' reward motive: what one would gain or lose oneself."""
    return _klandermans(tables, "reward")


def _risk(tables: Tables, column: str) -> pd.Series:
    rows = finished(tables, "risk_rating")
    return mean_of(rows, column) if column in rows else nothing("Float64")


def _consequences(tables: Tables, kind: str) -> pd.Series:
    items = finished(tables, "scale")
    if "scale" not in items or not (items["scale"] == "consequences").any():
        return nothing("Float64")
    own = items[items["subscale"].fillna("").str.endswith(f"_{kind}")]
    return scale_means(_answers(own, "consequences"))


def _klandermans(tables: Tables, motive: str) -> pd.Series:
    items = finished(tables, "scale")
    if "scale" not in items or not (items["scale"] == "participation_expectancy").any():
        return nothing("Float64")
    own = items[items["subscale"] == motive]
    expectancy = (_answers(own, "participation_expectancy") - 1) / 6  # 1 to 7 as 0 to 1
    value = _answers(own, "participation_value") - 4  # 1 to 7 as -3 to 3
    shared = expectancy.index.intersection(value.index)
    if len(set(expectancy.columns) ^ set(value.columns)) or shared.empty:
        return nothing("Float64")
    return expectancy_value(expectancy.loc[shared], value.loc[shared])


def _answers(items: pd.DataFrame, scale: str) -> pd.DataFrame:
    own = items[items["scale"] == scale]
    wide = own.pivot_table(index="session", columns="item", values="response", aggfunc="first", dropna=False)
    return wide.astype("Float64")
