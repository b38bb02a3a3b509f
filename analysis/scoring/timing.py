"""Times of decisions (paradigms.md D5): process measures, of which nothing is predicted."""

import pandas as pd

from analysis.scoring.data import numeric


def rt_per_word(rt: pd.Series, words: pd.Series) -> pd.Series:
    """Seconds per word that had to be read; missing where there was nothing to read.

    >>> rt_per_word(pd.Series([6.0, 3.0]), pd.Series([12, 0])).tolist()
    [0.5, <NA>]
    """
    some = numeric(words).where(words > 0)
    return (numeric(rt) / some).astype("Float64")
