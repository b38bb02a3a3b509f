"""Manipulation checks and the sample, per level of each treatment factor; descriptive, and grounds for nothing."""

from collections.abc import Iterator, Sequence

import attrs
import msgspec
import pandas as pd

from analysis.report import wording
from analysis.study import Study


@attrs.frozen(kw_only=True)
class Described:
    """One question: rows of what was answered, a column for everyone and for each level."""

    what: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def manipulation_checks(study: Study) -> list[Described]:
    """Answers to the check questions, understanding of the setting, and awareness of privilege, by level."""
    table = study.of_analysed("question")
    found = list(_questions(study, table[_is_check(table)])) if not table.empty else []
    setting = study.of_analysed("setting")
    if "understood" in setting and not setting.empty:
        understood = setting.assign(answer=setting["understood"].map({True: "yes", False: "no"}))
        found.append(_shares(study, "Said who would see the choices as it was announced", understood, ["yes", "no"]))
    for score in study.scores:
        if score.construct == "privilege_awareness" and score.phase not in study.before:
            values = score.means.rename("number").rename_axis("session").reset_index()
            found.append(means(study, f"Awareness of privilege (scale, {score.low} to {score.high})", values))
    return found


def background(study: Study) -> list[Described]:
    """Answers to the other questions; free text is never shown."""
    table = study.of_analysed("question")
    return list(_questions(study, table[~_is_check(table)])) if not table.empty else []


def _is_check(table: pd.DataFrame) -> pd.Series:
    return table["phase"].str.contains("check").astype(bool)


def _questions(study: Study, table: pd.DataFrame) -> Iterator[Described]:
    for _, answers in table.groupby(["phase", "question"], sort=False):
        first = answers.iloc[0]
        if first["kind"] == "choice":
            values = [str(option["value"]) for option in msgspec.json.decode(first["options"])]
            yield _shares(study, str(first["text"]), answers.assign(answer=answers["response"]), values)
        elif first["kind"] in ("rating", "number"):
            yield means(study, f"{first['text']} ({first['low']} to {first['high']})", answers)


def _groups(study: Study, sessions: pd.Series) -> list[tuple[str, pd.Series]]:
    """Everyone, and each level of each treatment factor, as masks over rows."""
    assigned = study.people.reindex(sessions)
    everyone = pd.Series(True, index=range(len(sessions)))
    groups = [("all", everyone)]
    for name, factor in study.protocol.factors.items():
        if factor.treats and name in assigned:
            for level in factor.levels:
                groups.append((level, (assigned[name] == level).fillna(False).astype(bool).reset_index(drop=True)))
    return groups


def _shares(study: Study, what: str, answers: pd.DataFrame, values: Sequence[str]) -> Described:
    answers = answers.reset_index(drop=True)
    groups = _groups(study, answers["session"])
    rows = []
    for value in values:
        cells = []
        for _, mask in groups:
            given = answers.loc[mask, "answer"].dropna()
            cells.append(f"{100 * (given == value).mean():.0f} %" if len(given) else wording.NONE)
        rows.append((value, *cells))
    rows.append(("answered", *(str(int(answers.loc[mask, "answer"].notna().sum())) for _, mask in groups)))
    return Described(what=what, columns=tuple(name for name, _ in groups), rows=tuple(rows))


def means(study: Study, what: str, answers: pd.DataFrame) -> Described:
    """Mean and SD of `number` over all and by level of each treatment; `answers` has a row a session."""
    answers = answers.reset_index(drop=True)
    groups = _groups(study, answers["session"])
    rows: list[list[str]] = [["mean"], ["SD"], ["answered"]]
    for _, mask in groups:
        given = answers.loc[mask, "number"].dropna().astype(float)
        rows[0].append(f"{given.mean():.2f}" if len(given) else wording.NONE)
        rows[1].append(f"{given.std():.2f}" if len(given) > 1 else wording.NONE)
        rows[2].append(str(len(given)))
    return Described(what=what, columns=tuple(name for name, _ in groups), rows=tuple(map(tuple, rows)))
