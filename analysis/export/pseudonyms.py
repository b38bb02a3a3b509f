"""Who is who is not told: participants become sub-001 and so on, in an order by chance, and no key is kept."""

from collections.abc import Iterable, Mapping
from random import Random, SystemRandom

import pandas as pd

from runner.protocol import Protocol


def pseudonyms(codes: Iterable[str], seed: str = "") -> Mapping[str, str]:
    """A label for each participant's code; the same seed and people give the same labels, no seed never the same.

    >>> sorted(pseudonyms(["anna", "ben", "anna"]).values())
    ['sub-001', 'sub-002']
    """
    people = sorted(set(codes))  # not as they came
    (Random(seed) if seed else SystemRandom()).shuffle(people)
    width = max(3, len(str(len(people))))
    return {code: f"sub-{number:0{width}d}" for number, code in enumerate(people, 1)}


def sessions_of(protocol: Protocol, sessions: pd.DataFrame) -> pd.Series:
    """A label for each session (index): its wave, else its place among the person's own; empty where all came once."""
    column = next((c for c in (protocol.wave, f"assigned_{protocol.wave}") if c in sessions), "")
    if column:
        labels = "ses-" + sessions[column].fillna("none").str.replace("[^A-Za-z0-9]", "", regex=True)
    elif sessions["participant"].duplicated().any():
        labels = "ses-" + (sessions.groupby("participant").cumcount() + 1).astype("string")
    else:
        labels = pd.Series("", index=sessions.index)
    return labels.set_axis(sessions["session"]).astype("string")
