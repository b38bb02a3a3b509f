"""Implicit associations and warmth for four targets (P77, P78): an extent for each, of which none wins."""

import pandas as pd

from analysis.measures._rows import finished, mean_of, nothing
from analysis.reading.tables import Tables
from analysis.scoring import (
    Reliability,
    alignment,
    iat_d,
    mean_difference,
    practice_test,
    practice_test_corrected,
    sc_iat_d,
    sc_iat_split_half,
    split_half,
)

TARGETS = ("politicised", "disadvantaged", "advantaged", "self")
SINGLE, DOUBLE = "single-category IAT", "IAT"


def d_scores(tables: Tables) -> pd.DataFrame:
    """Every test of every session with its D score: session, target, test, and the columns of the score.

    Where a study has both kinds, a target's single-category test is told apart from one against another target.
    """
    found = []
    single = finished(tables, "sc_iat")
    if "first_rt" in single:
        scored = single[single["part"] == "test"]
        for target, rows in scored.groupby("target", sort=False):
            found.append(_labelled(sc_iat_d(_trials(rows)), str(target), SINGLE))
    double = finished(tables, "iat")
    if "corrected_rt" in double:
        for focal, rows in double[double["part"].isin(["practice", "test"])].groupby("focal", sort=False):
            found.append(_labelled(iat_d(_trials(rows)), str(focal), DOUBLE))
    if not found:
        return pd.DataFrame(columns=["session", "target", "test", "D", "n_trials", "share_fast", "excluded"])
    return pd.concat(found, ignore_index=True)


def d_reliability(tables: Tables) -> pd.DataFrame:
    """How reliable each test is, by each method, and whether the order of its pairings made a difference to D.

    One row per test, target and method: test, target, n, mean, sd, method, reliability, low, high (95 %), and
    order_effect, the mean of D with the compatible pairing first minus that with it second, with a 95 % interval
    (Welch).
    """
    scores, rows = d_scores(tables), []
    for test, task, name in ((SINGLE, "sc_iat", "target"), (DOUBLE, "iat", "focal")):
        done = finished(tables, task)
        if "first_rt" not in done or done.empty:
            continue
        for target, own in done.groupby(name, sort=False):
            d = scores[(scores["test"] == test) & (scores["target"] == target)].set_index("session")
            first = own.groupby("session")["order"].first().reindex(d.index)
            effect, low, high = mean_difference(d["D"][first == "compatible"], d["D"][first == "incompatible"])
            of_all = {"test": test, "target": target, "mean": d["D"].mean(), "sd": d["D"].std()}
            order = {"order_effect": effect, "order_low": low, "order_high": high}
            for found in _reliabilities(own, d, test):
                ends = {"reliability": found.coefficient, "low": found.low, "high": found.high}
                rows.append({**of_all, "n": found.n, "method": found.method, **ends, **order})
    return pd.DataFrame(rows)


def _reliabilities(rows: pd.DataFrame, scores: pd.DataFrame, test: str) -> list[Reliability]:
    if test == SINGLE:
        return [sc_iat_split_half(_trials(rows[rows["part"] == "test"]))]
    trials = _trials(rows[rows["part"].isin(["practice", "test"])])
    return [split_half(trials), practice_test(scores), practice_test_corrected(scores)]


def aligned(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stated warmth beside each implicit test of the same target (P78): a row a session, and a row a target and test.

    The first has session, target, test, warmth, D and alignment, the standardised residual of warmth. Thermometers are
    0 to 100, and part of no scale (F2).
    """
    scores, people, whole = d_scores(tables), [], []
    for (target, test), rows in scores.groupby(["target", "test"], sort=False):
        warmth = _warmth(tables, str(target))
        if warmth.empty:
            continue
        d = rows.set_index("session")["D"]
        both = pd.DataFrame({"warmth": warmth, "D": d}).rename_axis("session")
        found = alignment(both["warmth"], both["D"])
        people.append(both.assign(target=str(target), test=str(test), alignment=found.residuals).reset_index())
        mean, sd = both["warmth"].mean(), both["warmth"].std()
        said = (found.n, found.r, found.low, found.high, found.curve, found.curve_se)
        whole.append((str(target), str(test), mean, sd, *said))
    columns = ["session", "target", "test", "warmth", "D", "alignment"]
    rows = pd.concat(people, ignore_index=True)[columns] if people else pd.DataFrame(columns=columns)
    told = ["target", "test", "mean", "sd", "n", "r", "low", "high", "curve", "curve_se"]
    return rows, pd.DataFrame(whole, columns=told)


def _labelled(scores: pd.DataFrame, target: str, test: str) -> pd.DataFrame:
    rows = scores.rename_axis("session").reset_index()
    return rows.assign(session=rows["session"].astype("string"), target=target, test=test)


def _trials(rows: pd.DataFrame) -> pd.DataFrame:
    """Trials as the scores want them: latencies in ms."""
    trials = rows.rename(columns={"session": "person"})
    return trials.assign(first=trials["first_rt"] * 1000, corrected=trials["corrected_rt"] * 1000)


def D_politicised(tables: Tables) -> pd.Series:  # noqa: N802 (the field writes D)
    """D score: how strongly the politicised group goes with what is good."""
    return _of(tables, "politicised")


def D_disadvantaged(tables: Tables) -> pd.Series:  # noqa: N802
    """D score: how strongly the disadvantaged group goes with what is good."""
    return _of(tables, "disadvantaged")


def D_advantaged(tables: Tables) -> pd.Series:  # noqa: N802
    """D score: how strongly the advantaged group goes with what is good."""
    return _of(tables, "advantaged")


def D_self(tables: Tables) -> pd.Series:  # noqa: N802
    """D score: how strongly the self goes with what is good."""
    return _of(tables, "self")


def warm_politicised(tables: Tables) -> pd.Series:
    """Warmth for the politicised group, 0 to 100."""
    return _warmth(tables, "politicised")


def warm_disadvantaged(tables: Tables) -> pd.Series:
    """Warmth for the disadvantaged group, 0 to 100."""
    return _warmth(tables, "disadvantaged")


def warm_advantaged(tables: Tables) -> pd.Series:
    """Warmth for the advantaged group, 0 to 100."""
    return _warmth(tables, "advantaged")


def warm_self(tables: Tables) -> pd.Series:
    """Warmth for the self, 0 to 100."""
    return _warmth(tables, "self")


def _of(tables: Tables, target: str) -> pd.Series:
    scores = d_scores(tables)
    own = scores[scores["target"] == target]
    if own.empty:
        return nothing("Float64")
    single = own[own["test"] == SINGLE]
    return (own if single.empty else single).set_index("session")["D"].astype("Float64")


def _warmth(tables: Tables, target: str) -> pd.Series:
    asked = finished(tables, "thermometer")
    return mean_of(asked[asked["target"] == target], "warmth") if "warmth" in asked else nothing("Float64")
