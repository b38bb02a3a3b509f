"""Analysis before anybody knows who was in which condition: everything as it will be, with scrambled labels.

Levels are dealt out anew among people, so that arms keep their sizes and nothing that is estimated means anything. What
is decided while looking at such a report (exclusions, scoring, which model) can't have been chosen for its result
(MacCoun & Perlmutter, 2015).
"""

from collections.abc import Mapping, Sequence
from random import Random

import attrs
import pandas as pd

from analysis.hypotheses import load
from analysis.measures import find
from analysis.reading.columns import Column
from analysis.reading.tables import Tables
from analysis.study import Study
from runner.errors import VantageError

Label = tuple[str | None, ...]  # somebody's levels of the treatment factors
Described = tuple[pd.DataFrame, tuple[Column, ...]]  # as in analysis.derived
# All that is written; every other table, or column of `sessions`, might tell who was in which condition.
TABLES = ("sessions", "exclusions", "flow", "reliability", "people", "hypotheses", "described", "multiverse")
COLUMNS = (
    "session",
    "participant",
    "study",
    "store",
    "language",
    "stage",
    "ended_how",
    "left_reason",
    "analysed",
    "rule",
)


def blinded(study: Study, seed: str) -> Study:
    """The study with the levels of its treatment factors dealt out anew among people; the same seed deals alike.

    Each person keeps one set of levels over all sessions, and each group session one level of what holds for all of
    it. Those who withdrew take part in the deal, since of a few people nothing else would be hidden. The task tables
    still hold what was shown: they are not to be written.
    """
    tables, withdrawn = study.tables, study.logs.withdrawn
    columns = {name: _column(name, tables) for name, factor in study.protocol.factors.items() if factor.treats}
    columns = {name: column for name, column in columns.items() if column}
    if not columns:
        raise VantageError(
            f"--blind: the study {study.protocol.study!r} has no condition that could be scrambled; leave it out"
        )
    by_person = tables.sessions.drop_duplicates("participant").sort_values("participant")
    people = list(by_person["participant"])
    labels = [tuple(row) for row in by_person[[*columns.values()]].itertuples(index=False)]
    dealt = _dealt([*labels, *(tuple(one.assigned.get(name) for name in columns) for one in withdrawn)], seed)
    sessions = tables.sessions.copy()
    given = dict(zip(people, dealt, strict=False))
    if "group_session" in by_person and by_person["group_session"].notna().any():
        whole = [place for place, name in enumerate(columns) if study.protocol.factors[name].unit == "session"]
        units = by_person["group_session"].fillna("alone: " + by_person["participant"])
        given = _together(
            given, dict(zip(people, units, strict=True)), dict(zip(people, labels, strict=True)), whole, seed
        )
    for place, column in enumerate(columns.values()):
        sessions[column] = pd.array([given[p][place] for p in sessions["participant"]], dtype="string")
    told = _restated(tables, dict(zip(people, labels, strict=False)))
    for name, by_label in told.items():
        values = pd.Series([by_label.get(given[p], pd.NA) for p in sessions["participant"]], dtype=object)
        sessions[name] = values.convert_dtypes().array
    others = tuple(
        attrs.evolve(one, assigned={**one.assigned, **{n: x for n, x in zip(columns, label, strict=True) if x}})
        for one, label in zip(withdrawn, dealt[len(people) :], strict=True)
    )
    return Study(
        protocol=study.protocol,
        tables=attrs.evolve(tables, sessions=sessions, factors=(*tables.factors, *told)),
        logs=attrs.evolve(study.logs, withdrawn=others),
        earlier=study.earlier,
        blind=f"BLIND: conditions scrambled with the seed {seed!r}; nothing here is a result",
    )


def _column(factor: str, tables: Tables) -> str:
    """The column of `sessions` that holds a factor's level; empty when none does."""
    if factor not in tables.factors:
        return ""
    return f"assigned_{factor}" if f"assigned_{factor}" in tables.sessions else factor


def public(study: Study, worked_out: Mapping[str, Described]) -> dict[str, Described]:
    """The tables of a blind study that may be written."""
    found = {name: worked_out[name] for name in TABLES if name in worked_out}
    frame, columns = found["sessions"]
    factors = {_column(name, study.tables) for name in study.protocol.factors}
    kept = tuple(c for c in columns if c.name in COLUMNS or c.name in factors)
    return {**found, "sessions": (frame[[c.name for c in kept]], kept)}


def _restated(tables: Tables, labels: Mapping[str, Label]) -> dict[str, dict[Label, object]]:
    """Measures that say in other words in which condition somebody was: what each set of levels comes to.

    They are the same for everyone with the same levels, and not for all.
    """
    of_session = {s: labels[p] for s, p in zip(tables.sessions["session"], tables.sessions["participant"], strict=True)}
    found = {}
    for name, variable in load().variables.items():
        values = find(variable.measure)(tables) if variable.measure and name not in tables.factors else None
        if not isinstance(values, pd.Series) or values.dropna().nunique() < 2:
            continue
        by_label: dict[Label, set[object]] = {}
        for session, value in values.dropna().items():
            if (label := of_session.get(str(session))) is not None:
                by_label.setdefault(label, set()).add(value)
        if all(len(several) == 1 for several in by_label.values()) and len(values) > 2 * len(by_label):
            found[name] = {label: next(iter(one)) for label, one in by_label.items()}
    return found


def _together(
    given: Mapping[str, Label], units: Mapping[str, str], labels: Mapping[str, Label], whole: Sequence[int], seed: str
) -> dict[str, Label]:
    """What was dealt out, but the levels of whole group sessions (places of a label) dealt among these as they are."""
    of_unit = {units[person]: tuple(labels[person][place] for place in whole) for person in given}
    dealt = dict(zip(of_unit, _dealt([*of_unit.values()], f"{seed}/groups"), strict=True))
    found = {}
    for person, label in given.items():
        own = dict(zip(whole, dealt[units[person]], strict=True))
        found[person] = tuple(own.get(place, level) for place, level in enumerate(label))
    return found


def _dealt(labels: Sequence[Label], seed: str) -> list[Label]:
    """The labels in another order, by chance alone: an order with few in their places would turn effects round."""
    return Random(f"vantage/blind/{seed}").sample(labels, len(labels))
