"""Motives as observers see them in people who act (P80): rows of an observer and a person."""

import pandas as pd

from analysis.measures._rows import long
from analysis.observers import seen
from analysis.reading.tables import Tables
from runner.declarations.actors import ATTRIBUTES, MOTIVES

GOOD, OTHER = ("outgroup", "moral"), ("ingroup", "personal")


def inferred_om(tables: Tables) -> pd.DataFrame:
    """Mean of the outgroup-focused and the moral motive that are seen in a person, with what that person does."""
    return _mean(tables, GOOD)


def inferred_ip(tables: Tables) -> pd.DataFrame:
    """Mean of the ingroup-focused and the personal motive that are seen in a person."""
    return _mean(tables, OTHER)


def evaluation(tables: Tables) -> pd.DataFrame:
    """Mean of trust in a person and willingness to cooperate with them."""
    return _mean(tables, ("trust", "cooperation"))


def usefulness(tables: Tables) -> pd.DataFrame:
    """How useful what a person does is, whatever the reasons; with the motives that are seen in them."""
    return _mean(tables, ("usefulness",))


def inferred(tables: Tables) -> pd.DataFrame:
    """Every motive that is seen in a person, one row each, with `own`: what such people said of it (-1 to 1)."""
    rows = _seen(tables)
    if rows.empty:
        return pd.DataFrame()
    each = [
        long(
            rows,
            rows[f"seen_{m}"],
            actor=rows["actor"],
            motive=pd.Series(m, index=rows.index, dtype="string"),
            own=rows[f"own_{m}"],
        )
        for m in MOTIVES
    ]
    return pd.concat(each, ignore_index=True)


def _seen(tables: Tables) -> pd.DataFrame:
    table = tables.task("vignettes")
    return seen(table[table["rating"].notna()]) if "rating" in table else pd.DataFrame()


def _mean(tables: Tables, constructs: tuple[str, ...]) -> pd.DataFrame:
    """The mean rating over constructs, with the levels of what the person does as v_<attribute>, -1 or 1."""
    rows = _seen(tables)
    if rows.empty:
        return pd.DataFrame()
    levels = {f"v_{name}": rows[f"profile_{name}"] for name in ATTRIBUTES}
    motives = {f"seen_{m}": rows[f"seen_{m}"].astype("Float64") for m in MOTIVES}
    means = rows[[f"seen_{c}" for c in constructs]].astype("Float64").mean(axis=1, skipna=False)
    return long(rows, means, actor=rows["actor"], **levels, **motives)
