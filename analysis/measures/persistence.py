"""Staying with a commitment while its costs rise (P15, P38): the one asked about in a session, or over waves."""

import pandas as pd

from analysis.measures._rows import long
from analysis.reading.tables import Tables
from analysis.scoring import withdrawal


def dropout(tables: Tables) -> pd.DataFrame:
    """One row per person: time (the step of the first withdrawal, or the last step known), event (withdrew), value.

    Steps count from 0, when no cost has risen yet; so time is shifted by one, since nobody can withdraw at time 0.
    `value` is the event. Over waves, steps are numbers of raised costs, and the row is of the last session.
    """
    chain, waves = tables.task("redecision_chain"), tables.task("follow_through")
    if "dropped_at" in chain:
        rows = _steps(chain, chain["step"])
        found = withdrawal(rows.rename(columns={"session": "person"}))
        return _survival(found["time"] + 1, found["event"])
    if "dropped_at" in waves and not waves.empty:
        return _over_waves(tables, waves)
    return pd.DataFrame()


def dropout_steps(tables: Tables) -> pd.DataFrame:
    """The same step by step, for costs that change with time: start, time (stop), event, value, and the costs.

    `raised` counts the steps by which all costs stand above their lowest; `cost_<name>` says how far each one does.
    There are no rows after the first withdrawal.
    """
    chain = tables.task("redecision_chain")
    if "dropped_at" not in chain or chain.empty:
        return pd.DataFrame()
    known = chain[chain["decision"].notna()].sort_values(["session", "step"])
    before = (known["decision"] == "withdraw").astype(int).groupby(known["session"]).cumsum()
    known = known[(before == 0) | ((before == 1) & (known["decision"] == "withdraw"))]
    known = known[~(known["decision"] == "withdraw") | ~known.duplicated(["session", "decision"])]
    event = (known["decision"] == "withdraw").astype("boolean")
    costs = {f"cost_{name}": _level(known, name) for name in sorted(set(chain["ladder"].dropna()) - {""})}
    return long(known, event, start=known["step"], time=known["step"] + 1, event=event, raised=known["raised"], **costs)


def stays(tables: Tables) -> pd.DataFrame:
    """Every decision of the chain in which friends' interest differs: value 1 for staying, peer_interest 0 to 3."""
    rows = _of_peers(tables)
    if rows.empty:
        return pd.DataFrame()
    return long(rows, rows["decision"].map({"stay": 1, "withdraw": 0}), peer_interest=3 - _level(rows, "peers"))


def leads(tables: Tables) -> pd.DataFrame:
    """Every part that was picked there: value 1 for leading, 0 for assisting, peer_interest 0 to 3."""
    rows = _of_peers(tables)
    if rows.empty:
        return pd.DataFrame()
    return long(rows, rows["role"].map({"lead": 1, "assist": 0}), peer_interest=3 - _level(rows, "peers"))


def n_switches(tables: Tables) -> pd.Series:
    """How often the person changed their mind along the chain."""
    chain = tables.task("redecision_chain")
    if "dropped_at" not in chain or chain.empty:
        return pd.Series(dtype="Int64")
    rows = _steps(chain, chain["step"]).rename(columns={"session": "person"})
    return withdrawal(rows)["n_switches"].rename_axis("session")


def _steps(rows: pd.DataFrame, step: pd.Series) -> pd.DataFrame:
    withdrew = rows["decision"].map({"stay": False, "withdraw": True}).astype("boolean")
    return pd.DataFrame({"session": rows["session"], "step": step, "withdrew": withdrew})


def _survival(time: pd.Series, event: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"session": event.index.astype("string"), "time": time.to_numpy(), "event": event.to_numpy()})
    return long(rows, rows["event"], time=rows["time"].astype("Int64"), event=rows["event"].astype("boolean"))


def _over_waves(tables: Tables, waves: pd.DataFrame) -> pd.DataFrame:
    who = tables.sessions.set_index("session")["participant"]
    rows = _steps(waves, waves["step"]).assign(participant=who.reindex(waves["session"]).to_numpy())
    found = withdrawal(rows.rename(columns={"participant": "person"}))
    known = rows.dropna(subset=["withdrew"]).sort_values("step").groupby("participant")["session"].last()
    found.index = known.reindex(found.index).to_numpy()
    return _survival(found["time"] + 1, found["event"])


def _of_peers(tables: Tables) -> pd.DataFrame:
    """The start and every step at which friends' interest has changed; all other costs stand at their lowest there."""
    chain = tables.task("redecision_chain")
    if "ladder" not in chain or not (chain["ladder"] == "peers").any():
        return pd.DataFrame()
    level = _level(chain, "peers")
    alone = chain["raised"] == level
    return chain[(chain["ladder"].isin(["", "peers"])) & alone]


def _level(rows: pd.DataFrame, ladder: str) -> pd.Series:
    """How far a cost stands above its lowest line at each step."""
    return rows["level"].where(rows["ladder"] == ladder, 0).astype("Int64")
