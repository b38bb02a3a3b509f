"""One row per analysed person: conditions, motives and the other constructs, as the hypotheses name them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exclusions import before_treatment
from analysis.hypotheses import Variable
from analysis.scoring import Score
from analysis.tables import Tables
from runner.protocol import Protocol

MOTIVES: Mapping[str, str] = {
    "mO": "outgroup-focused",
    "mI": "ingroup-focused",
    "mP": "personal",
    "mM": "moral",
}


def people(
    protocol: Protocol,
    tables: Tables,
    sessions: pd.DataFrame,
    scores: Sequence[Score],
    variables: Mapping[str, Variable],
) -> pd.DataFrame:
    """The analysed sessions (index) with factors, every variable that was measured, real_act, actor_base, variant.

    Scores are raw; `standardised` makes them comparable.
    """
    frame = sessions.set_index("session")[["participant", *_factors(tables)]].copy()
    before = before_treatment(protocol)
    for name, variable in variables.items():
        score = measured(scores, variable, before)
        if score is not None:
            frame[name] = score.means.reindex(frame.index).astype("Float64")
    frame["real_act"] = _real_act(tables).reindex(frame.index).astype("boolean")
    frame["actor_base"] = _actors(tables).reindex(frame.index).astype("boolean")
    frame["variant"] = _variants(tables).reindex(frame.index).astype("string")
    return frame


def standardised(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """These columns as z scores over the rows (SD with n - 1); a column that doesn't vary becomes missing.

    >>> standardised(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), ["x"])["x"].tolist()
    [-1.0, 0.0, 1.0]
    """
    out = frame.copy()
    for name in names:
        values = frame[name].astype("Float64")
        sd = values.std()
        scored = (values - values.mean()) / sd if len(values) > 1 and sd > 0 else values.mask(values.notna())
        out[name] = scored.astype("Float64")
    return out


def without_motives(frame: pd.DataFrame) -> list[str]:
    """Sessions that can't enter a model with all four motives, since a motive's score is missing."""
    present = [m for m in MOTIVES if m in frame]
    return [str(s) for s in frame.index[frame[present].isna().any(axis=1)]] if present else []


def _factors(tables: Tables) -> list[str]:
    return [f if f in tables.sessions else f"assigned_{f}" for f in tables.factors]


def measured(scores: Sequence[Score], variable: Variable, before: Sequence[str]) -> Score | None:
    """The measurement that a variable means: the first one before the treatment, the last one after it."""
    all_of_it = [s for s in scores if s.construct == variable.construct]
    early = [s for s in all_of_it if s.phase in before]
    late = [s for s in all_of_it if s.phase not in before]
    if variable.when == "before":
        late = []
    elif variable.when == "after":
        early = []
    if variable.when in ("before", "early"):
        return early[0] if early else late[0] if late else None
    return late[-1] if late else early[-1] if early else None


def _actors(tables: Tables) -> pd.Series:
    """Acted for the group in the last 12 months, or willing to (4 of 7 or more), asked before any treatment (C0)."""
    asked = tables.task("eligibility")
    if "acted_before" not in asked:
        return pd.Series(dtype="boolean")
    acts = asked["acted_before"] | (asked["willingness"] >= 4)  # of one known yes and one unknown the yes remains
    first: pd.Series = acts.astype("boolean").groupby(asked["session"]).first()
    return first


def _real_act(tables: Tables) -> pd.Series:
    """Did the person really act: signed the petition, or where there was none, gave some of the bonus?"""
    petition, donation = tables.task("petition"), tables.task("donation")
    if "signed" in petition:
        signed: pd.Series = petition.groupby("session")["signed"].first()
        return signed
    if "amount" in donation:
        finished = donation[donation["ended"].notna()]
        return (finished["amount"].fillna(0) > 0).groupby(finished["session"]).first()
    return pd.Series(dtype="boolean")


def _variants(tables: Tables) -> pd.Series:
    """Which form of the framing a person got: "rate" or "generate"."""
    found: dict[str, str] = {}
    for task, variant in (("framing", "rate"), ("framing_generation", "generate")):
        if task in tables.tasks:
            found |= dict.fromkeys(tables.tasks[task]["session"], variant)
    return pd.Series(found, dtype="string")
