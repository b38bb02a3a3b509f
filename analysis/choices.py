"""Paired choices as rows of differences, and what describes them: marginal means and consistency."""

import json
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
    "a_confront": "confront",
    "a_selfcost": "selfcost",
}
LABELS: Mapping[str, tuple[str, str]] = {  # attribute -> what it is called; what a high level is
    "a_public": ("Publicness", "public"),
    "a_norm": ("Normativeness", "within the rules"),
    "a_auton": ("Kind of help", "gives autonomy"),
    "a_statuscost": ("Status cost", "costs own group status"),
    "a_selflead": ("Lead", "participant leads"),
    "a_risk": ("Risk", "personal risk"),
    "a_effort": ("Effort", "more effort"),
    "a_confront": ("Confrontation", "confronts"),
    "a_selfcost": ("Own cost", "costs oneself something"),
}
LEVELS: Mapping[str, Mapping[int, str]] = {
    "a_public": {-1: "private", 1: "public"},
    "a_norm": {-1: "breaks rules", 1: "within the rules"},
    "a_auton": {-1: "makes dependent", 0: "neither", 1: "gives autonomy"},
    "a_statuscost": {-1: "costs no status", 1: "costs own group status"},
    "a_selflead": {-1: "others lead", 1: "participant leads"},
    "a_risk": {-1: "low risk", 1: "personal risk"},
    "a_effort": {1: "low effort", 2: "medium effort", 3: "high effort"},
    "a_confront": {-1: "protects", 0: "neither", 1: "confronts"},
    "a_selfcost": {-1: "costs nothing", 0: "not about that", 1: "costs something"},
}


def choice_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """The answered pairs of the task tables `paired_choice` and `matched_pairs`: who chose the first (left) act, and
    the differences.

    Columns: session, set, repeated, first, would_do, rt, words_first, words_second, one per attribute with the
    difference first minus second (-2, 0 or 2; effort -2 to 2), and each act's own levels as `<attribute>_first`
    and `<attribute>_second`.
    """
    if table.empty or "chosen" not in table:
        return pd.DataFrame(columns=["session", "set", "repeated", "first", *ATTRIBUTES])
    answered = table[table["chosen"].notna()]
    pairs = answered[[c for c in ("session", "set", "repeated", "would_do", "rt", "position") if c in answered]].copy()
    pairs["first"] = answered["chosen"] == "first"
    for attribute, name in ATTRIBUTES.items():
        part = f"profile_{name}" if f"first_profile_{name}" in answered else name
        asked = f"first_{part}" in answered  # an attribute that only the other task has is 0 in both acts
        one, other = (answered[f"{s}_{part}"] if asked else _nought(answered) for s in ("first", "second"))
        pairs[attribute] = one - other
        pairs[f"{attribute}_first"], pairs[f"{attribute}_second"] = one, other
    for side in ("first", "second"):
        text = answered[f"{side}_heading"] + " " + answered[f"{side}_lines"]
        pairs[f"words_{side}"] = [len(words.split()) for words in text]
    return pairs.reset_index(drop=True)


def _nought(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(0, index=rows.index, dtype="Int64")


def with_effect(pairs: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """The pairs with a_effect: how much more the person expects of the first act than of the second (-6 to 6).

    `ratings` is the task table `act_rating`. The acts of a pair are put together from parts, so that none of them was
    rated itself; what a person expects of one is the mean of the ratings of acts that are as public or private and keep
    or break rules alike, which is what an act's heading says. Missing where none was rated.
    """
    if pairs.empty or ratings.empty or not (ratings["rated"] == "effectiveness").any():
        return pairs
    rated = ratings[ratings["rated"] == "effectiveness"]
    expected = rated.groupby(["session", "codes_public", "codes_normative"])["rating"].mean()
    out = pairs.copy()
    for side in ("first", "second"):
        keys = pd.MultiIndex.from_frame(pairs[["session", f"a_public_{side}", f"a_norm_{side}"]])
        out[f"a_effect_{side}"] = pd.array(expected.reindex(keys).to_numpy(), dtype="Float64")
    out["a_effect"] = out["a_effect_first"] - out["a_effect_second"]
    return out


def part_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The parts in the next event (task table `sign_up`), one row each: session, set, part, a_selflead, chosen.

    Of everyone who took a part; taking none says nothing of which.
    """
    columns = ["session", "set", "part", "a_selflead", "chosen"]
    taken = table[table["part"].notna() & table["selflead"].notna()] if "part" in table else table.iloc[:0]
    rows = []
    for each in taken.to_dict("records"):
        for part in json.loads(str(each["parts"])):
            is_it = part["value"] == each["part"]
            rows.append((each["session"], each["trial"], part["value"], float(part["selflead"]), is_it))
    return pd.DataFrame(rows, columns=columns)


def would_do_rows(pairs: pd.DataFrame) -> pd.DataFrame:
    """The second answer to each pair: session, would_do (1 yes; 0 no or not now), and the levels of the act picked."""
    known = once(pairs)
    known = known[known["would_do"].notna()] if "would_do" in known else known.iloc[:0]
    rows = pd.DataFrame({"session": known["session"]})
    rows["would_do"] = (known["would_do"] == "yes").astype("Float64") if len(known) else pd.Series(dtype="Float64")
    for attribute in (a for a in ATTRIBUTES if f"{a}_first" in known):
        rows[attribute] = known[f"{attribute}_first"].where(known["first"], known[f"{attribute}_second"])
    return rows.reset_index(drop=True)


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
