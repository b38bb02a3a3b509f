"""What the same people answered some days before, in another study: put beside this one by participant code alone.

Moderators of an act in public are asked long before it (paradigms.md E1), in a session of its own. Nothing of that
session is analysed here but its scales.
"""

import pandas as pd

from analysis.study import Study
from runner.errors import VantageError


def items(now: Study, before: Study) -> pd.DataFrame:
    """The rows of the task `scale` of an earlier study, under this study's sessions; phases are "study: phase".

    Of people analysed in both; of several sessions there the first. With waves each session here has them. Instructed
    items are left out: the earlier study had its own exclusions. One message when nobody was in both, or when one is
    of another store.
    """
    study = before.protocol.study
    if set(before.logs.stores) != set(now.logs.stores):
        there, here = (" and ".join(each.logs.stores) for each in (before, now))
        raise VantageError(f"--before: the sessions of {study} are {there}, and these are {here}; name alike ones")
    first = before.sessions.drop_duplicates("participant")[["session", "participant"]]
    both = now.sessions[["session", "participant"]].merge(first, on="participant", suffixes=("", "_before"))
    if both.empty:
        raise VantageError(
            f"--before: nobody who is analysed was in {study}; people are put together by their --participant code"
        )
    rows = before.of_analysed("scale")
    rows = rows[rows["instructed"].isna()] if "instructed" in rows else rows
    found = both.merge(
        rows.drop(columns="participant"), left_on="session_before", right_on="session", suffixes=("", "_")
    )
    found = found.drop(columns=["session_before", "session_"])
    return found.assign(phase=study + ": " + found["phase"].astype("string"))
