"""Paired choices as rows of differences, and what describes them: marginal means and consistency."""

import json
from collections.abc import Mapping

import pandas as pd

from analysis import models
from analysis.models.conjoint import Prohibited

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

# What no stored design lets stand together in an act (paradigms.md D3): nobody leads in private, and breaking rules is
# never without risk. A design of the laboratory's own may prohibit more.
PROHIBITED: Prohibited = ({"a_public": -1, "a_selflead": 1}, {"a_norm": -1, "a_risk": -1})


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
    return _with_ratings(pairs, ratings, "effectiveness", "a_effect")


def with_rated_publicness(pairs: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """The pairs with rated_public: how much more visible the person finds acts like the first than like the second.

    Of each act the mean rating as in `with_effect`, on the scale of a_public: 1 to 7 become -1 to 1.
    """
    out = _with_ratings(pairs, ratings, "publicness", "rated_public")
    if "rated_public" in out:
        sides = {name: (out[name] - 4) / 3 for name in ("rated_public_first", "rated_public_second")}
        out = out.assign(**sides, rated_public=out["rated_public"] / 3)
    return out


def _with_ratings(pairs: pd.DataFrame, ratings: pd.DataFrame, rated: str, name: str) -> pd.DataFrame:
    if pairs.empty or ratings.empty or not (ratings["rated"] == rated).any():
        return pairs
    own = ratings[ratings["rated"] == rated]
    expected = own.groupby(["session", "codes_public", "codes_normative"])["rating"].mean()
    out = pairs.copy()
    for side in ("first", "second"):
        keys = pd.MultiIndex.from_frame(pairs[["session", f"a_public_{side}", f"a_norm_{side}"]])
        out[f"{name}_{side}"] = pd.array(expected.reindex(keys).to_numpy(), dtype="Float64")
    out[name] = out[f"{name}_first"] - out[f"{name}_second"]
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


def acts_shown(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every act that was shown, one row each: person, chosen (0 or 1), and its level of each attribute.

    The person is the participant where the pairs say so, else the session.
    """
    who = pairs["participant" if "participant" in pairs else "session"]
    first = pairs["first"].astype("Float64")
    sides = []
    for side, chosen in (("first", first), ("second", 1 - first)):
        levels = {a: pairs[f"{a}_{side}"] for a in ATTRIBUTES if f"{a}_{side}" in pairs}
        sides.append(pd.DataFrame({"person": who, "chosen": chosen, **levels}))
    return pd.concat(sides, ignore_index=True)


def marginal_means(pairs: pd.DataFrame, prohibited: Prohibited = PROHIBITED) -> pd.DataFrame:
    """How often acts with each level were chosen: attribute, level, label, chosen, se, low, high (95 %), n_acts.

    `models.marginal_means` of each attribute in which acts differ. Of an attribute only those acts count that could
    have had any of its levels without breaking what the design prohibits: acts that one leads oneself are never
    private, so that they say nothing of publicness. They describe the acts shown, and are no measure of how strong a
    preference is (Leeper, Hobolt & Tilley, 2020).
    """
    columns = ["attribute", "level", "label", "chosen", "se", "low", "high", "n_acts"]
    acts, found = acts_shown(pairs), [pd.DataFrame(columns=columns)]
    for attribute in varying(pairs):
        means = models.marginal_means(
            acts, chosen="chosen", attribute=attribute, person="person", prohibited=prohibited
        ).rename(columns={"mean": "chosen"})
        labels = [LEVELS[attribute].get(int(level), str(level)) for level in means["level"]]
        found.append(means.assign(attribute=attribute, label=labels, level=means["level"].astype(int))[columns])
    return pd.concat(found[1:] or found, ignore_index=True)
