"""Paired choices as rows of differences, and what describes them: marginal means and consistency."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

ATTRIBUTES: Mapping[str, str] = {
    "a_public": "public",
    "a_norm": "normative",
    "a_auton": "autonomy",
    "a_statuscost": "statuscost",
    "a_selflead": "selflead",
    "a_risk": "risk",
    "a_effort": "effort",
}
LABELS: Mapping[str, tuple[str, str]] = {  # attribute -> what it is called; what a high level is
    "a_public": ("Publicness", "public"),
    "a_norm": ("Normativeness", "within the rules"),
    "a_auton": ("Kind of help", "gives autonomy"),
    "a_statuscost": ("Status cost", "costs own group status"),
    "a_selflead": ("Lead", "participant leads"),
    "a_risk": ("Risk", "personal risk"),
    "a_effort": ("Effort", "more effort"),
}
LEVELS: Mapping[str, Mapping[int, str]] = {
    "a_public": {-1: "private", 1: "public"},
    "a_norm": {-1: "breaks rules", 1: "within the rules"},
    "a_auton": {-1: "makes dependent", 0: "neither", 1: "gives autonomy"},
    "a_statuscost": {-1: "costs no status", 1: "costs own group status"},
    "a_selflead": {-1: "others lead", 1: "participant leads"},
    "a_risk": {-1: "low risk", 1: "personal risk"},
    "a_effort": {1: "low effort", 2: "medium effort", 3: "high effort"},
}


def choice_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """The answered pairs of the task table `paired_choice`: who chose the first (left) act, and the differences.

    Columns: session, set, repeated, first, would_do, rt, words_first, words_second, one per attribute with the
    difference first minus second (-2, 0 or 2; effort -2 to 2), and each act's own levels as `<attribute>_first`
    and `<attribute>_second`.
    """
    if table.empty or "chosen" not in table:
        return pd.DataFrame(columns=["session", "set", "repeated", "first", *ATTRIBUTES])
    answered = table[table["chosen"].notna()]
    pairs = answered[["session", "set", "repeated", "would_do", "rt", "position"]].copy()
    pairs["first"] = answered["chosen"] == "first"
    for attribute, name in ATTRIBUTES.items():
        one, other = answered[f"first_profile_{name}"], answered[f"second_profile_{name}"]
        pairs[attribute] = one - other
        pairs[f"{attribute}_first"], pairs[f"{attribute}_second"] = one, other
    for side in ("first", "second"):
        text = answered[f"{side}_heading"] + " " + answered[f"{side}_lines"]
        pairs[f"words_{side}"] = [len(words.split()) for words in text]
    return pairs.reset_index(drop=True)


def once(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs without the repeated set, which is there for consistency alone."""
    return pairs[~pairs["repeated"].fillna(False).astype(bool)]


def varying(pairs: pd.DataFrame) -> list[str]:
    """The attributes in which the two acts of some pair differ."""
    return [a for a in ATTRIBUTES if a in pairs and (pairs[a].fillna(0) != 0).any()]


def consistency(pairs: pd.DataFrame) -> tuple[int, int]:
    """How many repeated sets got the same act again, sides swapped, and of how many."""
    repeated = pairs[pairs["repeated"].fillna(False).astype(bool)]
    both = once(pairs).merge(repeated, on=["session", "set"], suffixes=("", "_again"))
    return int((both["first"] != both["first_again"]).sum()), len(both)


def marginal_means(pairs: pd.DataFrame) -> pd.DataFrame:
    """How often an act with each level was chosen, over all acts shown, with a 95 % interval clustered by person.

    The design forbids some combinations of levels, so these describe the acts that were shown; they are no measure
    of how strong a preference is (Leeper, Hobolt & Tilley, 2020).
    """
    rows = []
    person = np.tile(pairs["session"].to_numpy(dtype=object), 2)
    first = pairs["first"].to_numpy(dtype=float)
    chosen = np.concatenate([first, 1 - first])
    for attribute in varying(pairs):
        levels = [pairs[f"{attribute}_{side}"].to_numpy(dtype=int) for side in ("first", "second")]
        acts = pd.DataFrame({"person": person, "level": np.concatenate(levels), "chosen": chosen})
        for level in sorted(acts["level"].unique()):
            shown = acts[acts["level"] == level]
            mean, se = clustered_mean(shown["chosen"], shown["person"])
            label = LEVELS[attribute].get(int(level), str(level))
            rows.append((attribute, int(level), label, mean, se, mean - 1.96 * se, mean + 1.96 * se, len(shown)))
    columns = ["attribute", "level", "label", "chosen", "se", "low", "high", "n_acts"]
    return pd.DataFrame(rows, columns=columns)


def clustered_mean(values: pd.Series, cluster: pd.Series) -> tuple[float, float]:
    """A mean with its cluster-robust standard error, sqrt(G/(G-1) * sum of squared cluster sums of residuals) / n.

    >>> mean, se = clustered_mean(pd.Series([1.0, 1.0, 0.0, 0.0]), pd.Series([1, 1, 2, 2]))
    >>> float(mean), round(float(se), 4)
    (0.5, 0.5)
    """
    mean = float(values.mean())
    sums = (values - mean).groupby(cluster).sum()
    groups = len(sums)
    if groups < 2:
        return mean, float("nan")
    return mean, float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / len(values))
