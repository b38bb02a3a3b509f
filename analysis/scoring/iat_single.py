"""D scores of the single-category IAT (Karpinski & Steinman, 2006): how strongly one target goes with what is good."""

import pandas as pd

from analysis.scoring.data import need, numeric
from analysis.scoring.iat import FAST, MOST_FAST
from analysis.scoring.scales import Reliability, pair_reliability

LEAST, PENALTY = 350.0, 400.0  # ms
NEEDED = ("person", "compatible", "first", "correct")
COLUMNS = ["D", "n_trials", "share_fast", "share_errors", "share_late", "excluded"]


def sc_iat_d(trials: pd.DataFrame) -> pd.DataFrame:
    """One row per person (index): D, n_trials, share_fast, share_errors, share_late, excluded.

    `trials` has one row per trial of the test blocks: person, compatible (do target and positive attribute share a
    key?), first (latency of the first response in ms, missing when none came in time), correct (was it right?).

    Responses under 350 ms and missing ones are dropped; an error counts as the mean of the block's right responses
    + 400 ms; D = (mean of the incompatible block - mean of the compatible block) / SD (n - 1) of all right responses of
    both. A positive D is a preference for the target. As in the IAT, a person with more than 10 % of the trials under
    300 ms gets no score. `n_trials` counts the trials that are scored; `share_late` those without a response.

    >>> trials = pd.DataFrame({"person": "a", "compatible": [True] * 3 + [False] * 3})
    >>> trials["first"], trials["correct"] = [500.0, 600.0, 550.0, 700.0, 800.0, 750.0], [True] * 5 + [False]
    >>> float(sc_iat_d(trials).loc["a", "D"].round(4))  # right ones 550 and 750, the error 1150; SD 120.4159
    2.7682
    """
    need(trials, *NEEDED, what="trials")
    found = {person: _person(own) for person, own in trials.groupby("person", sort=True)}
    frame = pd.DataFrame.from_dict(found, orient="index").reindex(columns=COLUMNS)
    numbers = dict.fromkeys(COLUMNS, "Float64") | {"n_trials": "Int64", "excluded": "string"}
    return frame.astype(numbers).rename_axis("person")


def sc_iat_split_half(trials: pd.DataFrame) -> Reliability:
    """Odd against even trials of each block, each half scored as a test of its own; Spearman-Brown."""
    need(trials, *NEEDED, what="trials")
    odd = trials.groupby(["person", "compatible"]).cumcount() % 2 == 0
    both = pd.concat([sc_iat_d(trials[half])["D"] for half in (odd, ~odd)], axis=1, keys=["odd", "even"])
    return pair_reliability(both["odd"], both["even"], "split-half (odd-even), Spearman-Brown", corrected=True)


def _person(rows: pd.DataFrame) -> dict[str, object]:
    first = numeric(rows["first"]).astype(float)
    right = rows["correct"].astype("boolean").fillna(False).astype(bool)
    kept = first.notna() & (first >= LEAST)
    known = {
        "n_trials": int(kept.sum()),
        "share_fast": float((first < FAST).mean()),
        "share_errors": float((~right & first.notna()).mean()),
        "share_late": float(first.isna().mean()),
    }
    if known["share_fast"] > MOST_FAST:
        return {**known, "excluded": "more than 10 % of the trials under 300 ms"}
    means = {}
    for compatible in (True, False):
        block = kept & (rows["compatible"].astype("boolean") == compatible).fillna(False)
        correct = first[block & right]
        if correct.empty:
            which = "compatible" if compatible else "incompatible"
            return {**known, "excluded": f"no right response in the {which} block"}
        means[compatible] = float(first[block].where(right[block], correct.mean() + PENALTY).mean())
    sd = float(first[kept & right].std(ddof=1))
    if not sd > 0:
        return {**known, "excluded": "no spread"}
    return {**known, "D": (means[False] - means[True]) / sd}
