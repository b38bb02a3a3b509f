"""Help for the other group: how much, and whether it makes dependent (P25, P26)."""

import pandas as pd

from analysis.measures._rows import finished, long, nothing
from analysis.reading.tables import Tables
from analysis.scoring import choice_shares, helping


def n_helped(tables: Tables) -> pd.Series:
    """Requests to which something was sent."""
    return _of_requests(tables, "n_helped")


def n_decided(tables: Tables) -> pd.Series:
    """Requests that were decided on."""
    return _of_requests(tables, "n_decided")


def n_dependency(tables: Tables) -> pd.Series:
    """Requests to which the full answer was sent."""
    return _of_requests(tables, "n_dependency")


def n_unsolicited(tables: Tables) -> pd.Series:
    """Puzzles to which something was sent that nobody had asked for."""
    return _of_requests(tables, "n_unsolicited")


def dependency_given_help(tables: Tables) -> pd.DataFrame:
    """One row per puzzle to which something was sent: value 1 for the full answer, 0 for a hint; asked, 1 or -1."""
    sent = finished(tables, "help_requests")
    if "helped" not in sent:
        return pd.DataFrame()
    sent = sent[sent["helped"].fillna(False)]
    asked = sent["requested"].map({True: 1, False: -1}).astype("Int64")
    return long(sent, sent["dependency"], asked=asked)


def dependency(tables: Tables) -> pd.Series:
    """Help that makes dependent: of matched pairs the share, of requests the share of all that were decided on."""
    pairs = tables.task("matched_pairs")
    if "chosen" in pairs:
        kind = pairs[(pairs["contrast"] == "help") & ~pairs["repeated"].fillna(False)]
        return choice_shares(_taken(kind, "minus")).rename_axis("session")
    decided, sent = n_decided(tables), n_dependency(tables)
    if decided.empty:
        return nothing("Float64")
    return (sent / decided.where(decided > 0)).astype("Float64")


def _taken(pairs: pd.DataFrame, pole: str) -> pd.DataFrame:
    """Was the act of this pole taken? Person and chosen, as the score of shares wants them."""
    on = pairs["first_pole"].where(pairs["chosen"] == "first", pairs["second_pole"])
    chosen = (on == pole).astype("boolean").mask(pairs["chosen"].isna())
    return pd.DataFrame({"person": pairs["session"], "chosen": chosen})


def _of_requests(tables: Tables, column: str) -> pd.Series:
    sent = finished(tables, "help_requests")
    if "helped" not in sent or sent.empty:
        return nothing("Int64")
    return helping(sent.rename(columns={"session": "person"}))[column].rename_axis("session")
