"""What coders made of the free answers at the end of a session."""

import pandas as pd

from analysis.coding.codes import TABLE, coded
from analysis.measures._rows import nothing
from analysis.reading.tables import Tables
from analysis.scoring import coder_mean


def suspicion(tables: Tables) -> pd.Series:
    """Suspicion, 0 to 3: the mean of two coders of what the person wrote in the probe; after the treatment."""
    both = coded(tables.task(TABLE))
    return nothing("Float64") if both is None else coder_mean(both.codes).rename("suspicion")
