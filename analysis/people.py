"""One row per analysed person: conditions, motives and the other constructs, as the hypotheses name them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exclusions import before_treatment
from analysis.hypotheses import Variable
from analysis.measures import find
from analysis.reading.tables import Tables
from analysis.scoring import Score
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
    before: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The analysed sessions (index) with factors and every variable that was measured (`hypotheses.yaml`).

    Scores are raw; `standardised` makes them comparable. `before` are the phases before the treatment, as the protocol
    has them unless given.
    """
    frame = sessions.set_index("session")[["participant", *_factors(tables)]].copy()
    if (
        "group_session" in sessions and sessions["group_session"].notna().any()
    ):  # random codes; clusters of errors, and of nothing else
        frame["group_session"] = sessions["group_session"].to_numpy()
        frame = frame.astype({"group_session": "string"})
    frame["pack"] = pd.Series(protocol.pack, index=frame.index, dtype="string")
    before = before_treatment(protocol) if before is None else before
    for name, variable in variables.items():
        if name in frame:  # a factor of the study's own
            continue
        score = measured(scores, variable, before) if variable.construct else None
        if score is not None:
            frame[name] = score.means.reindex(frame.index).astype("Float64")
        if variable.construct and protocol.wave and variable.when in ("before", "early"):
            frame = _at_first(frame, name, scores, variable, protocol)
        if variable.measure:
            values = find(variable.measure)(tables)
            if isinstance(values, pd.Series) and not values.empty:  # a data frame has several rows a person
                frame[name] = values.reindex(frame.index)
    return frame


def levels_of(people: pd.DataFrame, variables: Mapping[str, Variable]) -> dict[str, tuple[str, ...]]:
    """The measures in words that serve as factors, with those of their levels that occur."""
    found = {}
    for name, variable in variables.items():
        if variable.levels and name in people and people[name].dtype == "string":
            occur = set(people[name].dropna())
            found[name] = tuple(level for level in variable.levels if level in occur)
    return found


def _at_first(
    frame: pd.DataFrame, name: str, scores: Sequence[Score], variable: Variable, protocol: Protocol
) -> pd.DataFrame:
    """Where people come several times: each one's score in the first session, in all of their rows."""
    found = [s for s in scores if s.construct == variable.construct]
    if not found:
        return frame
    column = protocol.wave if protocol.wave in frame else f"assigned_{protocol.wave}"
    first = frame[frame[column] == protocol.waves[0]]
    values = found[0].means.reindex(first.index).set_axis(first["participant"])
    values = values[~values.index.duplicated()]
    return frame.assign(**{name: values.reindex(frame["participant"]).to_numpy()}).astype({name: "Float64"})


def long_outcomes(tables: Tables, people: pd.DataFrame, variables: Mapping[str, Variable]) -> dict[str, pd.DataFrame]:
    """The outcomes that have several rows a person, over the analysed people."""
    found = {}
    for name, variable in variables.items():
        rows = find(variable.measure)(tables) if variable.measure else None
        if isinstance(rows, pd.DataFrame) and not rows.empty:
            found[name] = rows[rows["session"].isin(people.index)].reset_index(drop=True)
    return found


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


def units(frame: pd.DataFrame, cluster: str | None = None) -> pd.Series:
    """Whose each row is: a person's, or that of the group in the column `cluster`; who has no group is one alone."""
    own = frame["session"] if "session" in frame else pd.Series(frame.index, index=frame.index)
    who = frame.get("participant", own)
    if not cluster or cluster == "participant":
        return who
    return frame[cluster].astype("string").fillna("alone-" + who.astype("string"))


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
