import pandas as pd
import pytest

from analysis.reading.logs import Logs, session_of
from analysis.reading.quality import QUALITY, TIMING, quality_table, timing_table
from analysis.reading.tables import build

GIVEN = {"scale": "s", "subscale": "", "item": "i", "item_number": 1, "text": "t", "reversed": False}
GIVEN |= {"anchors": ["no", "yes"], "low": 1, "high": 7, "stem": "", "instruction": "", "instructed": None}
PAGE = {"text": "a", "pages": []}


def tabulated(*people):
    return build(Logs(sessions=tuple(session_of(one.log()) for one in people), damaged=()))


def item(one, answer, *, rt=3.0, phase="main", scale="s", **given):
    reply = {"onset": 10.0, "answered": None if answer is None else 10.0 + rt, "offset": 14.0}
    one.do(phase, "scale", {**GIVEN, "scale": scale, **given}, {"response": answer}, answer, **reply)


def test_runs_straight_lines_and_fast_items_are_counted(blank):
    one = blank()
    for answer, rt in ((4, 0.9), (4, 3), (4, 3), (4, 0.99)):
        item(one, answer, rt=rt, reversed=rt == 3)
    for answer in (4, 1, 2, 5, None):
        item(one, answer, scale="t")
    for answer in (2, 2, 2):  # too few for a straight line, and another phase is another run
        item(one, answer, phase="later", scale="u")
    row = quality_table(tabulated(one)).iloc[0]
    assert (row["n_items"], row["longest_run"], row["straight_lined"]) == (11, 5, 0.5)
    assert row["fast_items"] == pytest.approx(2 / 11)
    assert row["median_item_s"] == pytest.approx(3.0)


def test_instructed_items_are_no_items_and_may_be_failed(blank):
    one = blank()
    for answer in (5, 4, None):
        item(one, answer, instructed=5)
    row = quality_table(tabulated(one)).iloc[0]
    assert (row["n_instructed"], row["n_instructed_failed"], pd.isna(row["n_items"])) == (3, 2, True)


def test_reading_and_declining_are_told(blank):
    one = blank()
    given = {"frame": "neutral", "fact": "f", "rendering": "r", "words": 30, "minimum": 1.0, "question": "q"}
    given |= {"anchors": ["a", "b"]}
    one.do("main", "framing", given, {"rating": 3}, None, onset=0.0, offset=2.0)
    one.do("main", "framing", given, {"rating": 3}, None, onset=2.0, offset=12.0)
    one.do("main", "pages", PAGE, {"pages_read": 1}, None, onset=12.0, offset=15.0, status="declined")
    row = quality_table(tabulated(one, blank(1))).iloc[0]
    assert (row["dwell_s"], row["words_per_minute"], row["fast_texts"]) == (15.0, 60 * 60 / 12, 0.5)
    assert row["declined"] == pytest.approx(1 / 3)


def test_timing_is_told_for_each_session_and_task(blank):
    one = blank()
    for reply in ({"late_frames": 2}, {"unfocused": 0.5, "late_frames": 1}, {"device": "touch"}, {}):
        item_reply = {"onset": 0.0, "offset": 1.0, **reply}
        one.do("main", "pages", PAGE, {"pages_read": 1}, None, **item_reply)
    item(one, 4)
    table = timing_table(tabulated(one)).set_index("task")
    assert list(table.reset_index()[list(TIMING)]) == list(TIMING)
    row = table.loc["pages"]
    assert (row["n_screens"], row["n_late_frames"], row["unfocused_s"]) == (4, 3, 0.5)
    assert (row["late"], row["focus_lost"], row["touch"], row["bad"]) == (0.5, 0.25, 0.25, 0.75)
    assert (row["device"], table.loc["scale", "bad"]) == ("touch+virtual", 0)


def test_the_refresh_rate_is_the_stages(person):
    rows = tabulated(person(1, "quality")), tabulated(person(2, "quality"))
    assert all(timing_table(t)["refresh_hz"].isna().all() for t in rows)
    assert list(quality_table(rows[0])) == list(QUALITY)
