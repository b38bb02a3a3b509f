"""Every construct that the task `scale` measured: people's scores and how reliable they are."""

from collections.abc import Sequence

import attrs
import pandas as pd

from analysis.scoring.consistency import omega
from analysis.scoring.scales import Reliability, item_rest, keyed, reliability, scale_means, true_false_sums

WITHOUT_TOTAL = {"motives"}  # a mean over different motives would stand for nothing
SUMMED = {"need_for_approval"}  # where a laboratory loads an instrument of statements, true (1) or false (0)
FILLERS = {"everyday_preferences"}  # they fill time and measure nothing: no score, no reliability


@attrs.frozen(kw_only=True)
class Score:
    """One construct as it was measured in one phase."""

    construct: str
    phase: str
    items: pd.DataFrame = attrs.field(repr=False)  # sessions x items, keyed
    means: pd.Series = attrs.field(repr=False)
    reliability: Reliability | None
    item_rest: pd.Series = attrs.field(repr=False)
    low: int
    high: int
    subscales: tuple[str, ...] = ()  # of each item, where the score goes over several


def constructs(scales: pd.DataFrame) -> list[Score]:
    """Every construct in every phase of the task table `scale`: scales, and subscales as "scale.subscale".

    Instructed items and fillers are never scored.
    """
    if scales.empty:
        return []
    scored = scales[scales["instructed"].isna() & ~scales["scale"].isin(FILLERS)]
    phases = {phase: place for place, phase in enumerate(scored["phase"].unique())}
    found = []
    groups = sorted(scored.groupby(["phase", "scale"]), key=lambda group: (phases[group[0][0]], group[0][1]))
    for (phase, scale), items in groups:
        subscales = items["subscale"].fillna("")
        if str(scale) not in WITHOUT_TOTAL:
            found.append(_score(str(phase), str(scale), items))
        for subscale in sorted(set(subscales) - {""}):
            found.append(_score(str(phase), f"{scale}.{subscale}", items[subscales == subscale]))
    return found


def _score(phase: str, construct: str, group: pd.DataFrame) -> Score:
    items = group.drop_duplicates("item").set_index("item")
    low, high = int(items["low"].iloc[0]), int(items["high"].iloc[0])
    answers = group.pivot_table(index="session", columns="item", values="response", aggfunc="first", sort=False)
    answers = answers.reindex(index=group["session"].unique(), columns=items.index)
    turned = [str(item) for item in items.index[items["reversed"].fillna(False)]]
    numbers = keyed(answers, reversed_items=turned, low=low, high=high)
    several = tuple(items["subscale"].fillna("")) if items["subscale"].nunique() > 1 else ()
    return Score(
        construct=construct,
        phase=phase,
        items=numbers,
        means=_value(construct, numbers, low, high).rename(construct),
        reliability=reliability(numbers),
        item_rest=item_rest(numbers) if len(items) > 1 else pd.Series(dtype=float),
        low=low,
        high=high,
        subscales=several,
    )


def _value(construct: str, numbers: pd.DataFrame, low: int, high: int) -> pd.Series:
    """The mean of the items; of an instrument of true-or-false statements for need for approval the sum."""
    if construct in SUMMED and (low, high) == (0, 1):
        return true_false_sums(numbers)
    return scale_means(numbers, low=low, high=high)


def scores_table(scores: Sequence[Score]) -> pd.DataFrame:
    """All scores, one row per session, phase and construct."""
    frames = [
        pd.DataFrame(
            {
                "session": score.means.index.astype("string"),
                "phase": score.phase,
                "construct": score.construct,
                "score": score.means.to_numpy(),
                "n_answered": score.items.notna().sum(axis=1).to_numpy(),
                "n_items": score.items.shape[1],
            }
        )
        for score in scores
    ]
    columns = ["session", "phase", "construct", "score", "n_answered", "n_items"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def reliability_table(scores: Sequence[Score]) -> pd.DataFrame:
    """One row per construct and phase: coefficient, interval, omega, mean, SD and the weakest item."""
    rows = []
    for score in scores:
        r, w = score.reliability, omega(score.items, score.subscales)
        weakest = str(score.item_rest.idxmin()) if score.item_rest.notna().any() else ""
        rows.append(
            {
                "construct": score.construct,
                "phase": score.phase,
                "n": int(score.means.notna().sum()),
                "items": score.items.shape[1],
                "mean": _number(score.means.mean()),
                "sd": _number(score.means.std()),
                "coefficient": r.coefficient if r else None,
                "low": r.low if r else None,
                "high": r.high if r else None,
                "method": r.method if r else "single item",
                "omega_total": _number(w.total),
                "omega_hierarchical": _number(w.hierarchical),
                "weakest_item": weakest or None,
                "weakest_item_rest": float(score.item_rest.min()) if weakest else None,
            }
        )
    return pd.DataFrame(rows)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[arg-type,call-overload]
