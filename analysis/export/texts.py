"""What people wrote themselves stays in the laboratory: a text is kept only if it was offered, or if many gave it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.reading.columns import Column

ALIAS = "alias"  # what others knew the person by during the session: never exported


def without_texts(frame: pd.DataFrame, columns: Sequence[Column], least: int) -> tuple[pd.DataFrame, dict[str, int]]:
    """A task's table without free texts, and how many were taken out of each column.

    Of an outcome in words that stays which the class names as possible, which stands in what the trial was given, or
    which `least` participants or more gave.
    """
    found, withheld = frame.copy(), dict[str, int]()
    given = [c.name for c in columns if c.path[:1] == ("given",) and c.dtype == "string" and c.name in frame]
    for column in columns:
        if column.path[:1] != ("outcome",) or column.dtype != "string" or column.values or column.name not in frame:
            continue
        values = frame[column.name]
        written = values.notna()
        common = shared(values, frame["participant_id"], least)
        doubtful = frame[written & ~values.isin(common)]
        offered = ["\0".join(texts) for texts in doubtful[given].fillna("").itertuples(index=False)]
        bad = [
            index
            for index, value, texts in zip(doubtful.index, doubtful[column.name], offered, strict=True)
            if not all(_stands_in(leaf, texts) for leaf in leaves(value, column))
        ]
        found.loc[bad, column.name] = None
        if bad:
            withheld[column.name] = len(bad)
    return found, withheld


def answers_without_texts(screens: pd.DataFrame, vocabulary: set[str], least: int) -> pd.Series:
    """The answers of the table `screens` (JSON) without those that hold other words than `vocabulary`."""
    answers = screens["answer"]
    common = shared(answers, screens["participant_id"], least)
    kept = {a for a in answers.dropna().unique() if a in common or set(_strings(json.loads(a))) <= vocabulary}
    return answers.where(answers.isin(kept))


def shared(values: pd.Series, people: pd.Series, least: int) -> set[str]:
    """The values that at least `least` people gave."""
    counts = people.groupby(values).nunique()
    return {str(value) for value in counts.index[counts >= least]}


def leaves(value: str, column: Column) -> list[str]:
    """The words in a cell: itself, or all strings within its JSON."""
    return [value] if column.plain else list(_strings(json.loads(value)))


def _stands_in(leaf: str, texts: str) -> bool:
    quoted = json.dumps(leaf, ensure_ascii=False)
    return leaf in texts.split("\0") or quoted in texts


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
