"""D scores of the Implicit Association Test by the improved algorithm (Greenwald, Nosek & Banaji, 2003).

Six variants are in use, which differ in what becomes of errors and of very fast trials:

| variant | latency of an error | trials whose first response came under 400 ms |
|---|---|---|
| D1 | that of the right response, which counts the wrong one in | kept |
| D2 | the same | dropped |
| D3 | mean of the block's right responses + 2 of their SD | kept |
| D4 | mean of the block's right responses + 600 ms | kept |
| D5 | as D3 | dropped |
| D6 | as D4 | dropped |

A score is no diagnosis of a person. Best practices: Greenwald et al. (2021), doi 10.3758/s13428-021-01624-3.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.scoring.data import need, numeric
from analysis.scoring.scales import Reliability, pair_reliability

Variant = Literal["D1", "D2", "D3", "D4", "D5", "D6"]
Latency = Literal["scored", "first"]

VARIANTS: tuple[Variant, ...] = ("D1", "D2", "D3", "D4", "D5", "D6")
BUILT_IN, DROPPING = ("D1", "D2"), ("D2", "D5", "D6")
PRACTICE, TEST = (3, 6), (4, 7)
LONGEST, FAST, TAIL = 10_000.0, 300.0, 400.0  # ms
MOST_FAST = 0.10  # a person with a larger share of fast trials is excluded
COLUMNS = ["D", "D_practice", "D_test", "n_trials", "share_fast", "share_errors", "excluded"]


def iat_d(
    trials: pd.DataFrame,
    *,
    variant: Variant = "D1",
    sd_timing: Literal["before", "after"] = "after",
    fast_on: Latency = "scored",
) -> pd.DataFrame:
    """One row per person (index): D, D_practice, D_test, n_trials, share_fast, share_errors, excluded.

    `trials` has one row per trial: person, block (3, 4, 6, 7; others are left out), first (latency of the first
    response, ms), correct (was it right?), corrected (latency of the right response, ms), and, if pairings are
    counterbalanced, compatible (do focal target and positive attribute share a key?). With it, a positive D is a
    preference for the focal target whatever the order; without, blocks 3 and 4 are taken to be the compatible ones.

    1. Trials of which the scored latency is over 10 000 ms are deleted. 2. A person with more than 10 % of all trials
    under 300 ms gets no score; `fast_on` says which latency that is about. 3. Trials under 400 ms are dropped in D2, D5
    and D6. 4. Errors as in the table. 5. One SD (n - 1) over all trials of blocks 3 and 6 together, one over 4 and 7;
    with `sd_timing="before"`, of latencies before errors were replaced, as in the table of 2003, which the known
    programs do not follow. 6. D is the mean of (block 6 - block 3) / SD and (block 7 - block 4) / SD, at most 2.
    `n_trials` counts the trials that are scored.

    >>> blocks = pd.DataFrame({"person": "a", "block": [3, 3, 6, 6, 4, 4, 7, 7], "correct": True})
    >>> blocks["first"] = blocks["corrected"] = [600.0, 700.0, 800.0, 900.0, 500.0, 600.0, 600.0, 700.0]
    >>> iat_d(blocks).loc["a", ["D_practice", "D_test", "D"]].round(4).tolist()  # 200 / 129.0994, 100 / 81.6497
    [1.5492, 1.2247, 1.387]
    """
    if sd_timing not in ("before", "after") or fast_on not in ("scored", "first"):
        raise ValueError(f"sd_timing is before or after, fast_on scored or first; got {sd_timing!r} and {fast_on!r}")
    rows = scored(trials, variant=variant)
    found = {person: _person(own, variant, sd_timing, fast_on) for person, own in rows.groupby("person", sort=True)}
    return _frame(found)


def scored(trials: pd.DataFrame, *, variant: Variant = "D1") -> pd.DataFrame:
    """The trials of the scored blocks with `latency`, the one that a variant scores, and the sign of their order."""
    need(trials, "person", "block", "first", "correct", "corrected", what="trials")
    if variant not in VARIANTS:
        raise ValueError(f"there is no variant {variant!r} of the D score; take one of {', '.join(VARIANTS)}")
    rows = trials[trials["block"].isin([*PRACTICE, *TEST])].copy()
    for column in ("first", "corrected"):
        rows[column] = numeric(rows[column]).astype(float)
    rows["correct"] = rows["correct"].astype("boolean").fillna(False).astype(bool)
    rows["latency"] = rows["corrected"] if variant in BUILT_IN else rows["first"]
    early = rows["block"].isin([3, 4])
    compatible = rows["compatible"].astype("boolean") if "compatible" in rows else early.astype("boolean")
    rows["sign"] = np.where((compatible == early).fillna(True), 1.0, -1.0)
    mixed = rows.groupby("person")["sign"].nunique() > 1
    if mixed.any():
        raise ValueError(f"person {mixed.idxmax()!r}: blocks 3 and 4 must have one pairing, 6 and 7 the other")
    return rows


def practice_test(scores: pd.DataFrame) -> Reliability:
    """Correlation of D_practice with D_test over people, uncorrected, with its interval by Fisher's z."""
    return pair_reliability(scores["D_practice"], scores["D_test"], "practice-test correlation", corrected=False)


def practice_test_corrected(scores: pd.DataFrame) -> Reliability:
    """The same, stepped up to the whole test by Spearman and Brown."""
    return pair_reliability(scores["D_practice"], scores["D_test"], "practice-test, Spearman-Brown", corrected=True)


def split_half(trials: pd.DataFrame, *, variant: Variant = "D1") -> Reliability:
    """Odd against even trials of each block, each half scored as a test of its own; Spearman-Brown.

    Trials are taken in the order of the rows. Whoever has no score in one half is left out.
    """
    need(trials, "person", "block", what="trials")
    odd = trials.groupby(["person", "block"]).cumcount() % 2 == 0
    halves = [iat_d(trials[half], variant=variant)["D"] for half in (odd, ~odd)]
    both = pd.concat(halves, axis=1, keys=["odd", "even"])
    return pair_reliability(both["odd"], both["even"], "split-half (odd-even), Spearman-Brown", corrected=True)


def _person(rows: pd.DataFrame, variant: Variant, sd_timing: str, fast_on: Latency) -> dict[str, object]:
    fast = float(((rows["latency"] if fast_on == "scored" else rows["first"]) < FAST).mean())
    kept = rows[rows["latency"].notna() & (rows["latency"] <= LONGEST)]
    if variant in DROPPING:
        kept = kept[kept["first"] >= TAIL]
    known = {"n_trials": len(kept), "share_fast": fast, "share_errors": float((~rows["correct"]).mean())}
    if fast > MOST_FAST:
        return {**known, "excluded": "more than 10 % of the trials under 300 ms"}
    latency = kept["latency"] if variant in BUILT_IN else _replaced(kept, variant)
    spread = kept["latency"] if sd_timing == "before" else latency
    quotients = []
    for first, second in (PRACTICE, TEST):
        one, other = latency[kept["block"] == first], latency[kept["block"] == second]
        sd = spread[kept["block"].isin([first, second])].std(ddof=1)
        if one.empty or other.empty:
            return {**known, "excluded": f"no trial in block {first if one.empty else second}"}
        if not sd > 0:
            return {**known, "excluded": f"no spread in blocks {first} and {second}"}
        quotients.append(float(kept["sign"].iloc[0] * (other.mean() - one.mean()) / sd))
    return {**known, "D_practice": quotients[0], "D_test": quotients[1], "D": sum(quotients) / 2}


def _replaced(rows: pd.DataFrame, variant: Variant) -> pd.Series:
    """Latencies with those of errors replaced by the block's mean of right ones and a penalty."""
    right = rows["latency"].where(rows["correct"])
    means, sds = (right.groupby(rows["block"]).transform(how) for how in ("mean", "std"))
    penalty = 600.0 if variant in ("D4", "D6") else 2 * sds
    latency: pd.Series = rows["latency"].where(rows["correct"], means + penalty)
    return latency


def _frame(found: Mapping[Any, dict[str, object]]) -> pd.DataFrame:
    frame: pd.DataFrame = pd.DataFrame.from_dict(dict(found), orient="index").reindex(columns=COLUMNS)
    numbers = dict.fromkeys(COLUMNS, "Float64") | {"n_trials": "Int64", "excluded": "string"}
    return frame.astype(numbers).rename_axis("person")
