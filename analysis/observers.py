"""What observers saw in people who act: one row per observer and person, and how well it fits what actors said."""

import numpy as np
import pandas as pd

from runner.declarations.actors import ATTRIBUTES, MOTIVES


def seen(table: pd.DataFrame) -> pd.DataFrame:
    """The task table `vignettes` by session and actor: levels, own_*, and the mean rating of each construct as seen_*.

    A mean is over the answered items; missing when there is none.
    """
    keys = ["session", "actor", *(f"profile_{name}" for name in ATTRIBUTES), *(f"own_{name}" for name in MOTIVES)]
    ratings = table.assign(construct="seen_" + table["construct"])
    means = ratings.pivot_table(index=["session", "actor"], columns="construct", values="rating", aggfunc="mean")
    said = table[keys].drop_duplicates(["session", "actor"])
    out: pd.DataFrame = said.merge(means.reset_index(), on=["session", "actor"], how="left")
    return out


def accuracy(rows: pd.DataFrame) -> pd.DataFrame:
    """How well observers' ratings go with what actors said (H33c): one row per motive.

    r is the correlation over people within each observer, averaged over observers by Fisher's z, with a 95 % interval
    from the observers' spread (t). Whoever rated fewer than four people, or all alike, has none.
    """
    found = []
    for motive in MOTIVES:
        seen_as, own = f"seen_{motive}", f"own_{motive}"
        observers = rows.groupby("session") if seen_as in rows else ()
        within = [_within(one[seen_as], one[own]) for _, one in observers]
        z = np.array([each for each in within if not np.isnan(each)])
        found.append({"motive": motive, "observers": len(z), **_summary(z)})
    return pd.DataFrame(found)


def _within(inferred: pd.Series, own: pd.Series) -> float:
    both = pd.DataFrame({"inferred": inferred, "own": own}).dropna().astype(float)
    if len(both) < 4 or (both.std() == 0).any():
        return float("nan")
    r = float(np.corrcoef(both["inferred"], both["own"])[0, 1])
    return float(np.arctanh(np.clip(r, -0.999999, 0.999999)))


def _summary(z: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> dict[str, float]:
    if len(z) < 2:
        return {"r": float(np.tanh(z[0])) if len(z) else np.nan, "low": np.nan, "high": np.nan}
    from scipy.stats import t

    reach = float(t.ppf(0.975, len(z) - 1)) * float(z.std(ddof=1)) / float(np.sqrt(len(z)))
    mean = float(z.mean())
    return {"r": float(np.tanh(mean)), "low": float(np.tanh(mean - reach)), "high": float(np.tanh(mean + reach))}
