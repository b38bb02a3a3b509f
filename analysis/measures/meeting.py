"""Following or taking the lead in a meeting, and asking first (P36, P37): two means, never their difference."""

import pandas as pd

from analysis.measures._rows import finished, mean_of, nothing
from analysis.reading.tables import Tables


def accomplice(tables: Tables) -> pd.Series:
    """Share of the answered turns in which the person followed the group's lead."""
    return _mean(tables, "accomplice")


def takeover(tables: Tables) -> pd.Series:
    """Share of the answered turns in which the person took the lead, or something else, from the group."""
    return _mean(tables, "takeover")


def seeking(tables: Tables) -> pd.Series:
    """Share of the turns in which the group could be asked first and was."""
    return _mean(tables, "asked")


def sheet_opened(tables: Tables) -> pd.Series:
    """Share of the turns with a sheet on what each way would mean for the group in which it was opened."""
    return _mean(tables, "sheet_opened")


def _mean(tables: Tables, column: str) -> pd.Series:
    turns = finished(tables, "meeting")
    return mean_of(turns, column) if column in turns else nothing("Float64")
