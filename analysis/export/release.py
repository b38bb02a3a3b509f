"""What of a study may leave the laboratory, in whatever form: one store, consent, no codes, no rare people."""

from collections.abc import Mapping
from datetime import datetime

import attrs
import pandas as pd

from analysis.exclusions import consented
from analysis.export.cells_rare import band, coarsened
from analysis.export.pseudonyms import pseudonyms, sessions_of
from analysis.export.texts import ALIAS, answers_without_texts, without_texts
from analysis.reading.apart import RECORD
from analysis.reading.columns import Column
from analysis.reading.quality import QUALITY, TIMING, quality_table, timing_table
from analysis.scoring import constructs, scores_table
from analysis.study import Study
from runner.errors import VantageError
from runner.leaving import LEAVE, STAY, TOO_MUCH
from runner.protocol import Protocol

# What could lead back to a person, to a seat or to an hour; the date stays as a week.
PRIVATE = ("session", "participant", "group_session", "station", "slot", "plan_digest", "started_at", "respondent")
UNLINKABLE = ("versions", "stage", "refresh_hz", "wall_s")  # of which machine it was, too
ABOUT = ("age", "gender", "group")  # in the order in which they are given up
_GROUP = ("eligibility", "own_group")  # tasks that ask for the group
_IDS = (
    Column(name="participant_id", dtype="string", doc="Label of the participant in this dataset, and nowhere else."),
    Column(name="session_id", dtype="string", doc="Which of the participant's sessions it is."),
)
_WEEK = Column(name="week", dtype="string", doc="ISO week in which the session began.")
_DOCS = {
    "age": "Years of age in bands; missing where fewer people than the smallest cell share it with the rest.",
    "gender": "Gender, as the person said; missing as for age.",
    "group": "Category of the person's own group; missing as for age.",
    "phase": "The phase in which it was measured.",
    "construct": "The scale, or scale.subscale.",
    "score": "Mean of the keyed items, missing with fewer than two thirds of them answered.",
    "n_answered": "Items that were answered.",
    "n_items": "Items that were asked.",
    "analysed": "Is the session analysed by the study's own rules?",
}


@attrs.frozen(kw_only=True)
class Choices:
    """What whoever exports may choose."""

    texts: bool = False  # what people wrote themselves
    least: int = 5  # people who share a combination of age, gender and group
    seed: str = ""  # of the labels; empty: by chance, never the same again


@attrs.frozen(kw_only=True)
class Release:
    """A study as others may have it; tables begin with `participant_id` and, if people came again, `session_id`."""

    protocol: Protocol
    store: str
    participants: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    columns: Mapping[str, tuple[Column, ...]]
    tasks: tuple[str, ...]  # which of the tables are tasks'
    notes: tuple[str, ...]
    sessions: frozenset[str]  # whose they are, for logs that go with it; not part of it

    @property
    def again(self) -> bool:
        """Did people come more than once?"""
        return "session_id" in self.tables["sessions"]


def release(study: Study, choices: Choices) -> Release:
    """What may leave; one message when nothing may."""
    _refuse(study, choices)
    agreed = consented(study.tables)
    sessions = study.tables.sessions[study.tables.sessions["session"].map(agreed).fillna(False).to_numpy(bool)]
    if sessions.empty:
        raise VantageError(f"{study.protocol.study}: nobody agreed to take part, so there is nothing to export")
    notes = [f"Sessions without consent, left out: {n}."] if (n := len(study.tables.sessions) - len(sessions)) else []
    if study.logs.damaged:
        notes.append(f"Damaged logs, left out: {len(study.logs.damaged)}.")
    if parts := int((sessions["apart"] == RECORD).fillna(False).sum()):
        notes.append(f"{parts} are parts that were kept apart of other participants; nobody can tell of which.")
    people = pseudonyms(sessions["participant"], choices.seed)
    if study.protocol.untraceable and len(people) < choices.least:
        raise VantageError(
            f"{study.protocol.study}: it promised that nobody can be traced, and {len(people)} people took part; "
            f"export it when there are {choices.least}"
        )
    ids = pd.DataFrame(
        {
            "participant_id": sessions["participant"].map(people).astype("string").to_numpy(),
            "session_id": sessions_of(study.protocol, sessions).to_numpy(),
        },
        index=sessions["session"],
    )
    if (ids["session_id"] == "").all():
        ids = ids[["participant_id"]]
    frames, columns = _tables(study, sessions)
    frames = {name: _relabelled(frame, ids) for name, frame in frames.items()}
    about, told = coarsened(_about(frames), ABOUT, choices.least)
    notes += [f"{column} withheld from {n} people, since too few share it." for column, n in told.items() if n]
    frames = _without_about(frames)
    tasks = tuple(name for name in study.tables.tasks if name in frames and "trial" in frames[name])
    if not choices.texts:
        frames, taken = _without_words(frames, columns, tasks, choices.least)
        notes += [f"{where}: {n} free texts left out." for where, n in taken.items()]
    participants = _participants(study, frames["sessions"], about)
    made = {"participants": participants, **frames}
    columns |= {"participants": tuple(_described(participants, {}))}
    described = {name: _known_columns(frame, columns[name]) for name, frame in made.items()}
    return Release(
        protocol=study.protocol,
        store=study.logs.stores[0],
        participants=participants,
        tables={n: frame.astype({c.name: c.dtype for c in described[n]}) for n, frame in made.items()},
        columns=described,
        tasks=tasks,
        notes=tuple(notes),
        sessions=frozenset(sessions["session"]),
    )


def _refuse(study: Study, choices: Choices) -> None:
    stores = study.logs.stores
    if len(stores) > 1:
        raise VantageError(
            f"--data: {' and '.join(stores)} sessions stand there together, and a dataset holds one kind; "
            f"name the folder of one, such as {study.protocol.study}/{stores[-1]}"
        )
    if study.protocol.untraceable and choices.seed:
        raise VantageError("--pseudonyms: this study promised that nobody can be traced; leave the seed out")


def _tables(study: Study, sessions: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], dict[str, tuple[Column, ...]]]:
    """Every table that is exported, of these sessions, with its columns."""
    rules = study.excluded.set_index("session")["rule"].reindex(sessions["session"])
    weeks = pd.array([_week(at) for at in sessions["started_at"]], dtype="string")
    extra = sessions.assign(week=weeks, analysed=rules.isna().to_numpy())  # not by which rule: one tells the group
    frames = {
        **study.tables.tasks,
        "screens": study.tables.screens,
        "timing": timing_table(study.tables),
        "quality": quality_table(study.tables),
    }
    kept = {name: frame[frame["session"].isin(sessions["session"])] for name, frame in frames.items()}
    if "scale" in kept:
        kept["scores"] = scores_table(constructs(kept["scale"]))
    kept["sessions"] = extra.astype({"week": "string", "analysed": "boolean"})
    if study.protocol.untraceable:
        kept = {name: frame.drop(columns=list(UNLINKABLE), errors="ignore") for name, frame in kept.items()}
    columns = dict(study.tables.columns)
    columns["sessions"] = (*columns["sessions"], _WEEK, *_described(kept["sessions"][["analysed"]], {}))
    columns |= {
        "timing": tuple(_described(kept["timing"], TIMING)),
        "quality": tuple(_described(kept["quality"], QUALITY)),
    }
    columns["scores"] = tuple(_described(kept["scores"], {})) if "scores" in kept else ()
    return {name: frame for name, frame in kept.items() if not frame.empty}, columns


def _week(at: str) -> str | None:
    try:
        year, week, _ = datetime.fromisoformat(at).isocalendar()
    except (ValueError, TypeError):  # a store that keeps no date
        return None
    return f"{year}-W{week:02d}"


def _relabelled(frame: pd.DataFrame, ids: pd.DataFrame) -> pd.DataFrame:
    """The rows under their labels, sorted by them: the order in which people came is gone."""
    labels = ids.loc[frame["session"]].reset_index(drop=True)
    rest = frame.drop(columns=[c for c in (*PRIVATE, ALIAS) if c in frame]).reset_index(drop=True)
    rest = rest.drop(columns=[c for c in rest if str(c).endswith(f"_{ALIAS}")])
    keys = [str(key) for key in labels]
    return pd.concat([labels, rest], axis=1).sort_values(keys, kind="stable", ignore_index=True)


def _about(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Age, gender and group of each participant (index), as far as they were asked."""
    found = pd.DataFrame(index=pd.Index(frames["sessions"]["participant_id"].unique(), name="participant_id"))
    if "question" in frames:
        asked = frames["question"]
        for name in ("age", "gender"):
            rows = asked[asked["question"] == name]
            if not rows.empty:
                said = rows["response"].fillna(rows["number"].map(_years).astype("string"))
                found[name] = said.groupby(rows["participant_id"]).first().reindex(found.index).map(_banded)
    for task in _GROUP:
        if task in frames and "group" not in found:
            said = frames[task].groupby("participant_id")["category"].first()
            found["group"] = said.reindex(found.index)
    return found.astype("string")


def _years(number: object) -> str | None:
    return f"{number:g}" if isinstance(number, float | int) else None


def _banded(age: object) -> str | None:
    return None if pd.isna(age) else band(str(age))  # type: ignore[call-overload]


def _without_about(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same frames without what the table `participants` now tells coarsely."""
    found, trials = dict(frames), []
    if "question" in found:
        table = found["question"].copy()
        asked = table["question"].isin(["age", "gender"])
        table.loc[asked, ["response", "number"]] = None
        trials.append(table.loc[asked, ["participant_id", "trial"]])
        found["question"] = table
    for task in _GROUP:
        if task in found:
            told = [c for c in ("category", "advantaged", "disadvantaged") if c in found[task]]
            trials.append(found[task][["participant_id", "trial"]])
            found[task] = found[task].assign(**{c: found[task][c].mask(found[task][c].notna()) for c in told})
    if trials and "screens" in found:
        private = pd.MultiIndex.from_frame(pd.concat(trials))
        screens = found["screens"]
        hidden = pd.MultiIndex.from_frame(screens[["participant_id", "trial"]]).isin(private)
        found["screens"] = screens.assign(answer=screens["answer"].mask(hidden))
    return found


def _without_words(
    frames: Mapping[str, pd.DataFrame], columns: Mapping[str, tuple[Column, ...]], tasks: tuple[str, ...], least: int
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    found, taken = dict(frames), dict[str, int]()
    vocabulary = {STAY, TOO_MUCH, LEAVE}
    for name in tasks:
        found[name], withheld = without_texts(found[name], columns[name], least)
        taken |= {f"{name}.{column}": n for column, n in withheld.items()}
        for column in columns[name]:
            if column.dtype == "string" and column.plain and column.name in found[name]:
                vocabulary |= {*column.values, *map(str, found[name][column.name].dropna().unique())}
    if "screens" in found:
        found["screens"] = found["screens"].assign(answer=answers_without_texts(found["screens"], vocabulary, least))
    return found, taken


def _participants(study: Study, sessions: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    """One row per participant: assigned levels, and what is told of the person."""
    waves = {study.protocol.wave, f"assigned_{study.protocol.wave}"}
    factors = [c for f in study.tables.factors for c in (f, f"assigned_{f}") if c in sessions and c not in waves]
    first = sessions.groupby("participant_id")[factors].first() if factors else pd.DataFrame(index=about.index)
    return about.join(first).rename_axis("participant_id").reset_index().astype({"participant_id": "string"})


def _described(frame: pd.DataFrame, docs: Mapping[str, str]) -> list[Column]:
    """Columns of a frame that no class describes."""
    kinds = {"boolean": "boolean", "bool": "boolean", "Int64": "Int64", "int64": "Int64", "Float64": "Float64"}
    kinds["float64"] = "Float64"
    names = [str(name) for name in frame]
    return [
        Column(name=n, dtype=kinds.get(str(frame[n].dtype), "string"), doc=docs.get(n, _DOCS.get(n, "Assigned level.")))
        for n in names
    ]


def _known_columns(frame: pd.DataFrame, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of a table as it is exported, in its order."""
    known = {column.name: column for column in (*columns, *_IDS)}
    return tuple(known[str(name)] for name in frame)
