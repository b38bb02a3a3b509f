"""Behaviour traces from elsewhere, as far as they are let in."""

import pandas as pd
import pytest

from analysis.traces import joined, read_traces, strangers
from runner.errors import VantageError

SOUND = """participant,day,kind,count
p1,2026-03-02,posts,3
p1,2026-03-01,posts,0
p2,2026-03-01,signed,1
"""


@pytest.fixture
def read(tmp_path):
    def written(text, encoding="utf-8"):
        (tmp_path / "t.csv").write_bytes(text.encode(encoding))
        return read_traces(tmp_path / "t.csv")

    return written


def test_traces_are_a_tidy_frame(read):
    frame = read(SOUND)
    assert frame["participant"].tolist() == ["p1", "p1", "p2"]
    assert frame["count"].tolist() == [3, 0, 1]
    assert str(frame["day"].dtype).startswith("datetime64")
    assert frame["count"].dtype == "Int64"


def test_columns_may_come_in_any_order_and_a_mark_of_the_encoding_is_no_column(read):
    turned = "count,kind,day,participant\n3,posts,2026-03-02,p1\n"
    assert read(turned, "utf-8-sig").iloc[0].to_dict()["participant"] == "p1"


def test_traces_are_joined_by_the_participants_code(read):
    sessions = pd.DataFrame({"session": ["s1", "s9", "s2"], "participant": ["p1", "p9", "p1"]})
    both = joined(read(SOUND), sessions)
    assert both[["session", "count"]].values.tolist() == [["s1", 0], ["s1", 3], ["s2", 0], ["s2", 3]]
    assert strangers(read(SOUND), sessions) == ["p2"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "kind,count",
            "kind",
            r"t.csv:1: the columns must be participant, day, kind, count, but are participant, day, k",
        ),
        ("kind,count", "kind,count,text", r"t.csv:1: the columns must be .* delete what is not to be known"),
        ("p2,2026", "p 2,2026", r"t.csv:4: 'participant' must be plain letters, digits, _ and -, but is 'p 2'"),
        ("2026-03-02", "2.3.2026", r"t.csv:2: 'day' must be a date as 2026-11-21, but is '2.3.2026'"),
        ("2026-03-02", "20260302", r"t.csv:2: 'day' must be a date as 2026-11-21, but is '20260302'"),
        ("2026-03-02", "2026-03-02T10:00", r"t.csv:2: 'day' must be a date"),
        ("signed", "=1+1", r"t.csv:4: 'kind' must be plain letters"),
        ("posts,3", "posts,-3", r"t.csv:2: 'count' must be a whole number from 0, but is '-3'"),
        ("posts,3", "posts", r"t.csv:2: a line must have 4 values"),
        ("posts,3", "posts,3,4", r"t.csv:2: a line must have 4 values"),
        ("2026-03-02", "2026-03-01", r"t.csv:3: the same participant, day and kind as in line 2; add the counts up"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, old, new, said):
    with pytest.raises(VantageError, match=said):
        read(SOUND.replace(old, new, 1))


def test_many_mistakes_are_not_all_told(read):
    rows = "".join(f"p{n},yesterday,posts,1\n" for n in range(25))
    with pytest.raises(VantageError, match=r"and 15 more"):
        read("participant,day,kind,count\n" + rows)


def test_a_file_that_is_not_there_or_no_text_is_told(read, tmp_path):
    with pytest.raises(VantageError, match=r"none.csv: the traces can't be read \(No such file"):
        read_traces(tmp_path / "none.csv")
    with pytest.raises(VantageError, match="save them as CSV in UTF-8"):
        read("participant,day,kind,count\npé,2026-03-01,a,1\n", "latin-1")
