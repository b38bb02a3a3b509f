"""Two tables that are reported and exclude nobody: how far the times can be trusted, and how carefully people answered.

What stands against a screen's times is D5's `timing_quality`. Of answers: long runs of the same answer (Johnson, 2005,
*Journal of Research in Personality* 39, 103-129), items faster than anybody reads (Wood, Harms, Lowman & DeSimone,
2017, *Social Psychological and Personality Science* 8, 454-464), pages left at once, instructed items failed.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.reading.tables import Tables

FAST_ITEM = 1.0  # seconds from onset to the confirmed answer of an item, after Wood et al.
FAST_READING = 600  # words a minute: nobody reads a text so fast and takes it in
LEAST_ITEMS = 4  # of a scale, for straight-lining
PAGES = ("pages", "framing", "reading")  # tasks that are texts to be read

TIMING: Mapping[str, str] = {
    "session": "Random code of the session, the key over all tables.",
    "task": "The task whose screens these are.",
    "stage": "What kind of stage they were shown on.",
    "refresh_hz": "Frames a second, as measured when the session began; missing where there is no display.",
    "device": "What they were answered with; several are joined by +.",
    "n_screens": "Screens that were shown.",
    "n_late_frames": "Frames that came more than half a frame late.",
    "unfocused_s": "Time for which another window had the keyboard.",
    "late": "Share of screens with a late frame.",
    "focus_lost": "Share of screens during which another window had the keyboard.",
    "touch": "Share of screens that were touched, which makes times longer.",
    "bad": "Share of screens with any of these (timing_quality is not ok).",
}
QUALITY: Mapping[str, str] = {
    "session": TIMING["session"],
    "n_instructed": "Instructed items that were shown.",
    "n_instructed_failed": "Of these, those answered otherwise or not at all.",
    "n_items": "Items of scales that were answered, instructed ones left out.",
    "longest_run": "Longest run of the same answer to items that followed each other in a phase.",
    "straight_lined": f"Share of scales of at least {LEAST_ITEMS} items with one answer to all, reversed ones too.",
    "fast_items": f"Share of items that were answered in less than {FAST_ITEM:g} s.",
    "median_item_s": "Median time to the answer of an item.",
    "declined": "Share of screens that the participant chose not to answer.",
    "dwell_s": "Time spent on texts, with the questions about them.",
    "words_per_minute": "Speed at which the texts were read whose words are known.",
    "fast_texts": f"Share of these texts that were left at more than {FAST_READING} words a minute.",
}


def timing_table(tables: Tables) -> pd.DataFrame:
    """One row per session and task, as `TIMING` describes it."""
    screens = tables.screens
    if screens.empty:
        return pd.DataFrame(columns=list(TIMING))
    kind = screens["timing_quality"]
    marked = screens.assign(
        late=screens["late_frames"] > 0,
        focus_lost=screens["unfocused"] > 0,
        touch=screens["device"] == "touch",
        bad=kind != "ok",
    )
    by = marked.groupby(["session", "task"], sort=False)
    found = by[["late", "focus_lost", "touch", "bad"]].mean().astype("Float64")
    found["n_screens"] = by.size().astype("Int64")
    found["n_late_frames"] = by["late_frames"].sum()
    found["unfocused_s"] = by["unfocused"].sum()
    found["device"] = by["device"].agg(lambda used: "+".join(sorted(set(used.dropna()) - {""}))).astype("string")
    found = found.reset_index()
    where = tables.sessions.set_index("session")[["stage", "refresh_hz"]]
    return found.join(where, on="session")[list(TIMING)]


def quality_table(tables: Tables) -> pd.DataFrame:
    """One row per session, as `QUALITY` describes it; missing where a session had nothing of the kind."""
    found = pd.DataFrame(index=pd.Index(tables.sessions["session"], name="session"))
    for part in (_items(tables.task("scale")), _declined(tables.screens), _texts(tables)):
        found = found.join(part)
    return found.reset_index().reindex(columns=list(QUALITY)).astype(_DTYPES)


_DTYPES = {
    name: "string" if name == "session" else "Int64" if name.startswith("n_") or name == "longest_run" else "Float64"
    for name in QUALITY
}


def _items(items: pd.DataFrame) -> pd.DataFrame:
    if items.empty or "response" not in items:
        return pd.DataFrame()
    shown = items[items["ended"].notna()]
    asked = shown[shown["instructed"].notna()]
    failed = (asked["response"] != asked["instructed"]).fillna(True)
    answered = shown[shown["instructed"].isna() & shown["response"].notna()]
    by = answered.groupby("session")
    return pd.DataFrame(
        {
            "n_instructed": asked.groupby("session").size(),
            "n_instructed_failed": failed.groupby(asked["session"]).sum(),
            "n_items": by.size(),
            "longest_run": _longest_runs(answered),
            "straight_lined": _straight_lined(answered),
            "fast_items": (answered["rt"] < FAST_ITEM).groupby(answered["session"]).mean(),
            "median_item_s": by["rt"].median(),
        }
    )


def _longest_runs(answered: pd.DataFrame) -> pd.Series:
    """The longest run of each session; a run ends with its phase."""
    place = answered[["session", "phase", "within", "response"]]
    new = place.ne(place.shift()).any(axis=1)
    lengths = answered.groupby([answered["session"], new.cumsum().rename("run")]).size()
    return lengths.groupby(level="session").max()


def _straight_lined(answered: pd.DataFrame) -> pd.Series:
    scales = answered.groupby(["session", "phase", "within", "scale"])["response"].agg(["size", "nunique"])
    enough = scales[scales["size"] >= LEAST_ITEMS]
    return (enough["nunique"] == 1).groupby(level="session").mean()


def _declined(screens: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"declined": (screens["status"] == "declined").groupby(screens["session"]).mean()})


def _texts(tables: Tables) -> pd.DataFrame:
    screens = tables.screens[tables.screens["task"].isin(PAGES)]
    spent = (screens["offset"] - screens["onset"]).rename("dwell")
    found = pd.DataFrame({"dwell_s": spent.groupby(screens["session"]).sum()})
    known = [table for name in PAGES if "words" in (table := tables.task(name))]
    if not known:
        return found
    texts = pd.concat([table[["session", "trial", "words"]] for table in known])
    read = texts.merge(spent.groupby([screens["session"], screens["trial"]]).sum().reset_index(), how="inner")
    read = read[(read["words"] > 0) & (read["dwell"] > 0)]
    speed = 60 * read["words"] / read["dwell"]
    sums = read.groupby("session")[["words", "dwell"]].sum()
    found["words_per_minute"] = 60 * sums["words"] / sums["dwell"]
    found["fast_texts"] = (speed > FAST_READING).groupby(read["session"]).mean()
    return found
