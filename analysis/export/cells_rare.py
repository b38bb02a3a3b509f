"""Small cells (paradigms.md E4): what would single somebody out is made coarser, until each combination is shared."""

import re
from collections.abc import Sequence

import pandas as pd

_YEARS = re.compile(r"\d{1,3}")
BAND = 10  # years


def band(age: str | None) -> str | None:
    """Years of age as ten years of them; what is no number is left as it is.

    >>> band("37"), band("under_25"), band(None)
    ('30-39', 'under_25', None)
    """
    if age is None or not _YEARS.fullmatch(age):
        return age
    first = int(age) // BAND * BAND
    return f"{first}-{first + BAND - 1}"


def coarsened(people: pd.DataFrame, columns: Sequence[str], least: int) -> tuple[pd.DataFrame, dict[str, int]]:
    """The people with `columns` withheld where fewer than `least` of them share the combination.

    Column by column, the first one first, is withheld from those in rare combinations; who is then still in a rare one
    loses the next. To lack what others have can single out as well: what would be withheld from fewer than `least` is
    withheld from everybody. Also given: how many people each column was withheld from.

    >>> people = pd.DataFrame({"age": ["20-29"] * 5 + ["90-99"], "group": ["man"] * 6})
    >>> coarsened(people, ["age", "group"], 5)[1]
    {'age': 6, 'group': 0}
    """
    found = people.copy()
    known = [column for column in columns if column in found]
    for column in known:
        found.loc[_rare(found, known, least), column] = None
        lacking = found[column].isna() & people[column].notna()
        if 0 < lacking.sum() < least:
            found[column] = None
    if _rare(found, known, least).any():
        found[known] = None
    return found, {column: int((found[column].isna() & people[column].notna()).sum()) for column in known}


def _rare(people: pd.DataFrame, columns: Sequence[str], least: int) -> pd.Series:
    """Who shares the combination of what is known with fewer than `least`; nobody of whom nothing is known."""
    if not columns:
        return pd.Series(False, index=people.index)
    shared = people.groupby(list(columns), dropna=False)[columns[0]].transform("size")
    return (shared < least) & people[list(columns)].notna().any(axis=1)
