from random import Random
from typing import Literal

import pandas as pd
import pytest
from attrs import evolve, field, frozen

from analysis.reading.cells import to_csv
from analysis.reading.codebook import codebook, undocumented
from analysis.reading.columns import columns_of
from analysis.reading.logs import Logs, session_of
from analysis.reading.tables import build
from runner.errors import VantageError
from runner.records import SessionResumed, TrialStarted
from runner.tasks import Task
from stimuli.kinds import doc


@frozen(kw_only=True)
class Inner:
    level: int = doc("how much")
    names: tuple[str, ...] = doc("which")


@frozen(kw_only=True)
class Given:
    word: str = doc("a word")
    inner: Inner = doc("the inside")
    maybe: Inner | None = doc("another inside")
    side: Literal["left", "right"] = doc("a side")
    phase: str = doc("a name that every table has")
    seconds: float | None = field(metadata={"doc": "how long", "unit": "s"})


@frozen(kw_only=True)
class Outcome:
    answer: str | None = doc("what was said")
    number: int | None = doc("a number")
    yes: bool | None = doc("yes or no")
    either: str | int | None = doc("one or the other")


TASK = Task(
    name="odd", params=Given, given=Given, outcome=Outcome, trials=lambda p, o: (), perform=lambda g, p: iter(())
)
GIVEN = {
    "word": "NA",
    "inner": {"level": 3, "names": ["a", "b"]},
    "maybe": None,
    "side": "left",
    "phase": "mine",
    "seconds": 2,
}


def tabulated(person, find=lambda name: TASK):
    return build(Logs(sessions=(session_of(person.log()),), damaged=()), find)


def test_nested_values_are_flattened_and_lists_become_json(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"answer": "None", "number": 4, "yes": True, "either": 3}, "None")
    row = tabulated(one).task("odd").iloc[0]
    assert (row["inner_level"], row["inner_names"], row["word"]) == (3, '["a","b"]', "NA")
    assert pd.isna(row["maybe_level"])
    assert row["either"] == "3"
    assert (row["phase"], row["given_phase"]) == ("main", "mine")


def test_types_come_from_the_classes(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"answer": None, "number": None, "yes": None, "either": None}, None)
    types = tabulated(one).task("odd").dtypes.astype(str).to_dict()
    wanted = {"inner_level": "Int64", "seconds": "Float64", "number": "Int64", "yes": "boolean", "rt": "Float64"}
    assert {name: types[name] for name in wanted} == wanted
    assert types["answer"] == types["side"] == "string"


def test_the_answer_none_is_not_missing(blank):
    one = blank()
    for said in ("None", "NA", "", None):
        one.do("main", "odd", GIVEN, {"answer": said, "number": None, "yes": None, "either": None}, said)
    answers = tabulated(one).task("odd")["answer"]
    assert answers.isna().tolist() == [False, False, False, True]
    assert answers.tolist()[:3] == ["None", "NA", ""]


def test_the_response_time_is_of_the_first_screen_that_was_answered(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"answer": "a", "number": 1, "yes": True, "either": 1}, None, "a", "b")
    tables = tabulated(one)
    assert tables.task("odd")["rt"][0] == pytest.approx(tables.screens["rt_confirm"][1])
    assert tables.task("odd")["started"][0] == tables.screens["onset"][0]
    assert tables.task("odd")["ended"][0] == tables.screens["offset"][2]


def test_what_is_derived_of_a_screen(blank):
    one = blank()
    changes = {"onset": 10.0, "offset": 14.1, "answered": 14.0, "changes": ((11.0, 2), (12.5, 5), (13.0, 2))}
    one.do("main", "odd", GIVEN, {"number": 2}, 2, **changes)
    one.do("main", "odd", GIVEN, {"number": 2}, 2, **{**changes, "changes": ((11.0, 2), (12.0, 3))})
    screen, other = (tabulated(one).screens.iloc[i] for i in (0, 1))
    assert (screen["rt_confirm"], screen["rt_first_select"], screen["time_to_first_change"]) == (4.0, 1.0, 2.5)
    assert (screen["n_changes"], screen["switched_final"]) == (2, False)
    assert (other["n_changes"], other["switched_final"]) == (1, True)


@pytest.mark.parametrize(
    ("reply", "quality"),
    [
        ({}, "ok"),
        ({"late_frames": 1}, "late frames"),
        ({"late_frames": 1, "unfocused": 0.5}, "focus lost"),
        ({"device": "touch"}, "touch"),
    ],
)
def test_timing_quality(blank, reply, quality):
    one = blank()
    one.do("main", "odd", GIVEN, {}, 2, **reply)
    assert tabulated(one).screens["timing_quality"].tolist() == [quality]


def test_a_trial_without_an_end_keeps_its_row(blank):
    one = blank()
    one.do("main", "odd", GIVEN, None, "a")
    row = tabulated(one).task("odd").iloc[0]
    assert pd.isna(row["ended"]) and pd.isna(row["answer"])
    assert not pd.isna(row["started"])


def test_only_what_counts_is_tabulated_and_the_new_clock_is_marked(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"number": 1}, 1)
    kept = len(one.records)
    one.do("main", "odd", GIVEN, {"number": 2}, 2)
    whole = one.log()
    started, screen = one.records[kept], one.records[kept + 1]
    restarts = type(started)(trial=started.trial, on_resume="restart")
    resumed = SessionResumed(versions={}, stage={}, dropped_bytes=0, at="2026-01-01T00:10:00+00:00")
    records = [*whole[: kept + 1], restarts, screen, resumed, restarts, screen, *one.records[kept + 2 :], whole[-1]]
    tables = build(Logs(sessions=(session_of(records),), damaged=()), lambda name: TASK)
    assert tables.task("odd")["number"].tolist() == [1, 2]
    assert tables.screens["clock"].tolist() == [0, 1]
    assert tables.sessions["n_resumed"].tolist() == [1]


def test_stops_and_distress_are_counted_also_where_their_trial_began_anew(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"number": 1}, 1)
    whole = one.log()
    at = next(i for i, r in enumerate(whole) if isinstance(r, TrialStarted))
    started, screen = evolve(whole[at], on_resume="restart"), whole[at + 1]
    ways = [
        evolve(screen, screen="odd", status="stopped", answer=None),
        evolve(screen, screen="stop", answer="distress"),
        evolve(screen, screen="stop-support", answer="stay"),
    ]
    resumed = SessionResumed(versions={}, stage={}, dropped_bytes=0, at="2026-01-01T00:10:00+00:00")
    plain = evolve(screen, screen="stop", answer="stay")
    records = [*whole[:at], started, *ways, resumed, started, plain, screen, *whole[at + 2 :]]
    tables = build(Logs(sessions=(session_of(records),), damaged=()), lambda name: TASK)
    assert tables.sessions[["n_stops", "n_distress"]].values.tolist() == [[2, 1]]
    assert tables.task("odd")["rt"].notna().all() and tables.screens["screen"].tolist() == ["stop", screen.screen]


def test_sessions_hold_the_assignment_and_how_it_ended(blank):
    one = blank(1)
    one.do("main", "odd", GIVEN, {"number": 1}, 1, late_frames=2, status="declined")
    session = tabulated(one).sessions.iloc[0]
    assert (session["frame"], session["setting"], session["ended_how"]) == ("disadvantage", "private", "completed")
    assert (session["n_late_frames"], session["n_declined"], session["wall_s"]) == (2, 1, 3000.0)
    assert session["store"] == "simulated"


def test_a_value_of_another_type_is_told_with_table_and_column(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"number": "many"}, "many")
    with pytest.raises(VantageError, match=r"table 'odd', column 'number': Int64 is declared.*version of Vantage"):
        tabulated(one)


def test_the_codebook_has_every_column_of_every_table(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"number": 1}, 1)
    tables = tabulated(one)
    book = codebook(tables)
    for name, frame in tables.named().items():
        assert book.loc[book["table"] == name, "column"].tolist() == list(frame.columns)
    told = book.set_index(["table", "column"])
    assert told.loc[("odd", "inner_level"), "doc"] == "the inside: how much"
    assert told.loc[("odd", "side"), "values"] == "left | right"
    assert told.loc[("odd", "seconds"), "unit"] == "s"
    assert told.loc[("odd", "inner_names"), "type"] == "JSON"
    assert undocumented(book) == []


def test_no_two_columns_have_one_name():
    from experiments import find, names

    for name in names():
        task = find(name)
        columns = [c.name for cls in (task.given, task.outcome) for c in columns_of(cls)]
        assert len(columns) == len(set(columns)), name


def test_tables_are_the_same_without_pyarrow(blank):
    one = blank()
    one.do("main", "odd", GIVEN, {"answer": "None"}, Random(1).choice("ab"))
    usual = tabulated(one).task("odd")
    with pd.option_context("mode.string_storage", "python"):
        plain = tabulated(one).task("odd")
    assert to_csv(plain) == to_csv(usual)
