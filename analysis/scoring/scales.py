"""Scale scores and their reliability (paradigms.md F2); every function takes and gives plain data frames."""

from collections.abc import Sequence

import attrs
import numpy as np
import pandas as pd

from analysis.scoring.data import need, numeric

AT_LEAST = 2 / 3  # share of the items that must be answered for a score


@attrs.frozen(kw_only=True)
class Reliability:
    """Internal consistency of one scale in one sample."""

    coefficient: float  # NaN when it can't be computed
    low: float
    high: float
    method: str  # "Cronbach's alpha (Feldt interval)" or "Spearman-Brown"
    n: int  # persons who answered every item
    k: int  # items


def keyed(frame: pd.DataFrame, *, reversed_items: Sequence[str] = (), low: float = 1, high: float = 7) -> pd.DataFrame:
    """Items as numbers, the reversed ones turned round as low + high - x."""
    need(frame, *reversed_items, what="items")
    numbers = numeric(frame)
    for item in reversed_items:
        numbers[item] = low + high - numbers[item]
    return numbers


def scale_means(
    frame: pd.DataFrame,
    *,
    reversed_items: Sequence[str] = (),
    low: float = 1,
    high: float = 7,
    at_least: float = AT_LEAST,
) -> pd.Series:
    """Each person's mean over the answered items, missing when fewer than `at_least` of the items were answered.

    `frame` has one row per person and one column per item. A ValueError where an answer lies outside `low` to `high`:
    a thermometer from 0 to 100 is never averaged with Likert items (paradigms.md F2).

    >>> answers = pd.DataFrame({"a": [5, 1], "b": [3, None], "c": [1, None]})
    >>> scale_means(answers, reversed_items=["c"], low=1, high=7).tolist()
    [5.0, <NA>]
    """
    numbers = keyed(frame, reversed_items=reversed_items, low=low, high=high)
    if len(outside := numbers.columns[((numbers < low) | (numbers > high)).any()]):
        raise ValueError(f"{outside[0]!r} has answers outside {low:g} to {high:g}; score it by itself")
    answered = numbers.notna().sum(axis=1)
    # Compared as counts: 2/3 of 3 items are exactly 2, which floating point must not deny.
    enough = answered >= np.ceil(at_least * numbers.shape[1] - 1e-9)
    means: pd.Series = numbers.mean(axis=1, skipna=True).where(enough, pd.NA)
    return means.astype("Float64")


def true_false_sums(frame: pd.DataFrame, *, false_items: Sequence[str] = ()) -> pd.Series:
    """Each person's number of answers in the keyed direction, for instruments of true-or-false statements.

    `frame` holds 1 for true and 0 for false; in `false_items` false is the keyed answer. Missing when any answer is:
    a sum of fewer items would stand for less.

    >>> true_false_sums(pd.DataFrame({"a": [1, 1], "b": [0, None]}), false_items=["b"]).tolist()
    [2.0, <NA>]
    """
    numbers = numeric(frame)
    if not numbers.isin([0, 1]).where(numbers.notna(), True).all(axis=None):
        raise ValueError("true-or-false items hold 1 for true and 0 for false")
    total: pd.Series = keyed(numbers, reversed_items=false_items, low=0, high=1).sum(axis=1, skipna=False)
    return total.astype("Float64")


def cronbach_alpha(frame: pd.DataFrame, *, confidence: float = 0.95) -> Reliability:
    """Cronbach's alpha of keyed items (columns) over persons (rows) with Feldt's interval; complete rows only.

    alpha = k/(k-1) * (1 - sum of item variances / variance of the sum). (1 - alpha_true)/(1 - alpha) follows
    F(n-1, (n-1)(k-1)) (Feldt, 1965).

    >>> data = [[5, 4, 5, 4], [3, 3, 2, 3], [4, 4, 4, 5], [2, 1, 2, 2], [4, 5, 4, 4], [1, 2, 1, 2], [5, 5, 4, 5]]
    >>> round(cronbach_alpha(pd.DataFrame([*data, [3, 2, 3, 3]])).coefficient, 6)
    0.957772
    """
    items = numeric(frame).dropna().to_numpy(dtype=float)
    n, k = items.shape
    nothing = Reliability(
        coefficient=np.nan, low=np.nan, high=np.nan, method="Cronbach's alpha (Feldt interval)", n=n, k=k
    )
    if n < 3 or k < 2:
        return nothing
    total = items.sum(axis=1).var(ddof=1)
    if total == 0:
        return nothing
    from scipy.stats import f

    alpha = k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / total)
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * f.ppf(q, n - 1, (n - 1) * (k - 1)) for q in (1 - tail, tail))
    return attrs.evolve(nothing, coefficient=float(alpha), low=float(low), high=float(high))


def spearman_brown(frame: pd.DataFrame, *, confidence: float = 0.95) -> Reliability:
    """Reliability of a two-item measure, 2r/(1 + r), with the interval of r by Fisher's z.

    >>> round(spearman_brown(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})).coefficient, 4)
    0.8889
    """
    if frame.shape[1] != 2:
        raise ValueError(f"spearman_brown is for two items, got {frame.shape[1]}; use cronbach_alpha")
    one, other = (frame.iloc[:, place] for place in (0, 1))
    return pair_reliability(one, other, "Spearman-Brown", corrected=True, confidence=confidence)


def pair_reliability(
    one: pd.Series, other: pd.Series, method: str, *, corrected: bool, confidence: float = 0.95
) -> Reliability:
    """Reliability from two halves: their correlation with its interval by Fisher's z, stepped up if `corrected`.

    >>> one, other = pd.Series([1, 2, 3, 4]), pd.Series([1, 3, 2, 4])
    >>> round(pair_reliability(one, other, "two halves", corrected=False).coefficient, 4)
    0.8
    """
    halves = numeric(pd.DataFrame({"one": one, "other": other})).dropna().to_numpy(dtype=float)
    n = len(halves)
    nothing = Reliability(coefficient=np.nan, low=np.nan, high=np.nan, method=method, n=n, k=2)
    if n < 4 or (halves.std(axis=0) == 0).any():
        return nothing
    from scipy.stats import norm

    r = float(np.corrcoef(halves.T)[0, 1])
    reach = norm.ppf((1 + confidence) / 2) / np.sqrt(n - 3)
    ends = np.tanh(np.arctanh(np.clip(r, -0.999999, 0.999999)) + np.array([-reach, reach]))
    found = [float(2 * x / (1 + x) if corrected else x) if x > -1 else np.nan for x in (r, *map(float, ends))]
    value, low, high = found
    return attrs.evolve(nothing, coefficient=value, low=low, high=high)


def reliability(frame: pd.DataFrame) -> Reliability | None:
    """The coefficient that suits the number of items; None for a single item."""
    if frame.shape[1] < 2:
        return None
    return spearman_brown(frame) if frame.shape[1] == 2 else cronbach_alpha(frame)


def item_rest(frame: pd.DataFrame) -> pd.Series:
    """Correlation of each keyed item with the mean of the others, complete rows only.

    >>> item_rest(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, 6], "c": [6, 2, 4]})).round(2).to_dict()
    {'a': 0.5, 'b': 0.0, 'c': -0.5}
    """
    items = numeric(frame).dropna().astype(float)
    found = {}
    for item in items.columns:
        rest = items.drop(columns=item).mean(axis=1)
        varies = len(items) > 2 and items[item].std() > 0 and rest.std() > 0
        found[item] = float(np.corrcoef(items[item], rest)[0, 1]) if varies else np.nan
    return pd.Series(found, dtype=float)
