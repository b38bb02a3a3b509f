"""What people did, as numbers: shares of choices, help, giving, breadth, persistence (paradigms.md F6).

Two sides of a contrast are always reported both; a difference stands beside its parts, never instead of them.
"""

import numpy as np
import pandas as pd

from analysis.scoring.data import need, numeric, yes_or_no


def choice_shares(choices: pd.DataFrame) -> pd.Series:
    """Per person: the share of answered choices in which the one side was taken. Columns person, chosen (boolean).

    >>> choice_shares(pd.DataFrame({"person": list("aab"), "chosen": [True, False, None]})).tolist()
    [0.5, <NA>]
    """
    need(choices, "person", "chosen", what="choices")
    chosen = yes_or_no(choices["chosen"]).astype("Float64")
    return chosen.groupby(choices["person"]).mean().astype("Float64").rename("share")


def inconsistency(ratings: pd.DataFrame) -> pd.DataFrame:
    """Per person: the mean support for acts that cost one's group no status, for those that do, and their difference.

    Columns person, costly (boolean), rating. Whoever supports the first and not the second has a high index.

    >>> ratings = pd.DataFrame({"person": "a", "costly": [False, False, True], "rating": [6, 7, 3]})
    >>> inconsistency(ratings).loc["a"].tolist()
    [6.5, 3.0, 3.5]
    """
    need(ratings, "person", "costly", "rating", what="ratings")
    means = ratings.assign(rating=numeric(ratings["rating"]), costly=yes_or_no(ratings["costly"]))
    wide = means.pivot_table(index="person", columns="costly", values="rating", aggfunc="mean", observed=False)
    wide = wide.reindex(index=sorted(ratings["person"].unique()), columns=[False, True]).astype("Float64")
    out = pd.DataFrame({"neutral_mean": wide[False], "costly_mean": wide[True]}, index=wide.index)
    return out.assign(inconsistency=out["neutral_mean"] - out["costly_mean"]).rename_axis("person")


def breadth(amounts: pd.DataFrame) -> pd.DataFrame:
    """Per person: n_causes that got something, and the Shannon entropy of the shares in nats, -sum p ln p.

    Columns person, amount (0 or more), one row per cause. Whoever gave nothing at all has no entropy.

    >>> breadth(pd.DataFrame({"person": "a", "amount": [50, 50, 0]})).round(4).loc["a"].tolist()  # ln 2
    [2.0, 0.6931]
    """
    need(amounts, "person", "amount", what="amounts")
    rows = {}
    for person, given in amounts.groupby("person", sort=True)["amount"]:
        values = numeric(given).dropna().to_numpy(dtype=float)
        if (values < 0).any():
            raise ValueError(f"person {person!r} gave a negative amount; correct it")
        shares = values[values > 0] / values.sum() if values.sum() > 0 else np.array([])
        entropy = float(-(shares * np.log(shares)).sum()) + 0.0 if len(shares) else None
        rows[person] = (len(shares) if len(values) else None, entropy)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["n_causes", "entropy"])
    return frame.astype({"n_causes": "Int64", "entropy": "Float64"}).rename_axis("person")


def helping(decisions: pd.DataFrame) -> pd.DataFrame:
    """Per person: n_decided, n_helped, n_dependency, n_unsolicited, and the share of dependency among what was sent.

    Columns person, helped, dependency, unsolicited (booleans, missing when skipped). The share is missing where nothing
    was sent; count and share are two outcomes, since the share of few says little.

    >>> rows = pd.DataFrame({"person": "a", "helped": [True, True, False], "dependency": [True, False, False]})
    >>> helping(rows.assign(unsolicited=[False, True, False])).loc["a"].tolist()
    [3.0, 2.0, 1.0, 1.0, 0.5]
    """
    asked = ("helped", "dependency", "unsolicited")
    need(decisions, "person", *asked, what="decisions")
    flags = {name: yes_or_no(decisions[name]).astype("Int64") for name in asked}
    sums = pd.DataFrame({f"n_{name}": each.groupby(decisions["person"]).sum() for name, each in flags.items()})
    sums.insert(0, "n_decided", flags["helped"].groupby(decisions["person"]).count().astype("Int64"))
    some = sums["n_helped"].where(sums["n_helped"] > 0)
    return sums.assign(dependency_share=(sums["n_dependency"] / some).astype("Float64")).rename_axis("person")


def giving(amounts: pd.Series) -> pd.DataFrame:
    """The two parts of a donation: gave (0 or 1), and the log of the amount where something was given.

    >>> giving(pd.Series([0.0, 1.0])).values.tolist()
    [[False, <NA>], [True, 0.0]]
    """
    amount = numeric(amounts)
    if (amount < 0).any():
        raise ValueError(f"an amount is {amount.min():g}; none is below 0: correct it")
    positive = amount.where(amount > 0).astype("Float64")
    logs = np.log(positive.to_numpy(dtype=float, na_value=np.nan))
    log_amount = pd.Series(logs, index=amounts.index).astype("Float64")
    return pd.DataFrame({"gave": (amount > 0).astype("boolean"), "log_amount": log_amount})


def withdrawal(steps: pd.DataFrame) -> pd.DataFrame:
    """Per person: the step of the first withdrawal (event true), or the last step known (event false), for survival.

    Columns person, step (0 is before any cost has risen), withdrew (boolean, missing when skipped). Later changes of
    mind count as wavering: n_switches, changes between one known decision and the next.

    >>> rows = pd.DataFrame({"person": "a", "step": [0, 1, 2, 3], "withdrew": [False, False, True, False]})
    >>> withdrawal(rows).astype(int).loc["a"].tolist()
    [2, 1, 2]
    """
    need(steps, "person", "step", "withdrew", what="steps")
    steps = steps.assign(withdrew=yes_or_no(steps["withdrew"]))
    found = {}
    for person, rows in steps.dropna(subset=["withdrew"]).sort_values("step").groupby("person", sort=True):
        left = rows["withdrew"].astype(bool)
        event = bool(left.any())
        time = int(rows.loc[left, "step"].iloc[0]) if event else int(rows["step"].iloc[-1])
        found[person] = (time, event, int((left != left.shift()).iloc[1:].sum()))
    frame = pd.DataFrame.from_dict(found, orient="index", columns=["time", "event", "n_switches"])
    return frame.astype({"time": "Int64", "event": "boolean", "n_switches": "Int64"}).rename_axis("person")


def expectancy_value(expectancy: pd.DataFrame, value: pd.DataFrame) -> pd.Series:
    """Each person's sum of expectancy times value over consequences (columns), after Klandermans (1984).

    Expectancy from 0 (very unlikely) to 1, value from -3 to 3. Missing when any product is: a sum of some would stand
    for less.

    >>> expectancy_value(pd.DataFrame({"a": [0.5], "b": [1.0]}), pd.DataFrame({"a": [2], "b": [-3]})).tolist()
    [-2.0]
    """
    need(value, *expectancy.columns, what="values")
    products = numeric(expectancy) * numeric(value)[list(expectancy.columns)]
    total: pd.Series = products.sum(axis=1, skipna=False)
    return total.astype("Float64")


def mean_difference(one: pd.Series, other: pd.Series) -> tuple[float, float, float]:
    """The difference of two groups' means with its 95 % interval (Welch); NaN with fewer than two values in either.

    Where no value differs from the others of its group there is a difference, and no interval.

    >>> found = mean_difference(pd.Series([1.0, 2.0, 3.0]), pd.Series([2.0, 4.0, 6.0]))  # df 2.94, t 3.219, se 1.291
    >>> [round(x, 2) for x in found]
    [-2.0, -6.16, 2.16]
    """
    values = [numeric(x).dropna().to_numpy(dtype=float) for x in (one, other)]
    if min(map(len, values)) < 2:
        return np.nan, np.nan, np.nan
    if all(np.ptp(x) == 0 for x in values):  # nothing to tell an error from
        return float(values[0].mean() - values[1].mean()), np.nan, np.nan
    from scipy.stats import ttest_ind

    tested = ttest_ind(*values, equal_var=False)
    interval = tested.confidence_interval(0.95)
    return float(values[0].mean() - values[1].mean()), float(interval.low), float(interval.high)
