"""How decisions between two acts came about in time (paradigms.md D5): a process, of which nothing is predicted.

Response times on touch devices are too long; compare within person and device, and with the number of words in the
model.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.reading.tables import Tables
from analysis.scoring import rt_per_word

SCREENS: Mapping[str, str] = {
    "paired_choice": "pair",
    "matched_pairs": "matched-pair",
}  # task -> the screen that decides
TIMES = ("rt_confirm", "rt_first_select", "time_to_first_change", "n_changes", "switched_final")
COLUMNS = ("session", "trial", "task", "position", "words", *TIMES, "rt_per_word", "device", "timing_quality")


def decisions(tables: Tables) -> pd.DataFrame:
    """One row per answered pair of acts, with what D5 derives; times in seconds from the pair's onset."""
    found = []
    for task, screen in SCREENS.items():
        rows, shown = tables.task(task), tables.screens
        if "chosen" not in rows:
            continue
        shown = shown[(shown["task"] == task) & (shown["screen"] == screen) & (shown["status"] == "answered")]
        shown = shown.drop_duplicates(["session", "trial"], keep="last")  # a pair that was interrupted comes anew
        words = _words(rows, "first") + _words(rows, "second")
        both = rows[["session", "trial", "position"]].assign(words=words)
        times = shown[["session", "trial", "task", *TIMES, "device", "timing_quality"]]
        found.append(both.merge(times, on=["session", "trial"], how="inner"))
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(found, ignore_index=True)
    return table.assign(rt_per_word=rt_per_word(table["rt_confirm"], table["words"]))[list(COLUMNS)]


def _words(rows: pd.DataFrame, side: str) -> pd.Series:
    text = rows[f"{side}_heading"].fillna("") + " " + rows[f"{side}_lines"].fillna("")
    return text.map(lambda words: len(words.split())).astype("Int64")
