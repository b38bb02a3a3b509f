import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading.cells import from_csv, plain, safe, to_csv

LIVE = "=+-@\t\r\n\0|%\uff1d\uff0b\uff0d\uff20"


@given(st.text(max_size=12))
def test_every_text_comes_back(text):
    assert plain(safe(text)) == (text or None)


@given(st.text(alphabet=LIVE + "1a'", max_size=8))
def test_no_cell_can_be_run(text):
    cell = safe(text)
    assert cell[:1] not in tuple(LIVE) or float(cell) is not None


@pytest.mark.parametrize("text", ["=1+1", "+1-1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "+5"])
def test_formulas_get_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "-1.5", "-2e-3", "3", "None", "NA", "nan", "a=b"])
def test_numbers_and_words_stay_as_they_are(text):
    assert safe(text) == text


def test_a_table_comes_back_whole(tmp_path):
    texts = ["None", "NA", "", None, "=1+1", "'tis", 'say "a, b"', "two\nlines", "\r", "nan", "null", "ü"]
    frame = pd.DataFrame(
        {
            "text": pd.array(texts, dtype="string"),
            "count": pd.array([1, None, *range(10)], dtype="Int64"),
            "share": pd.array([0.1, None, -2.5e-9, *range(9)], dtype="Float64"),
            "yes": pd.array([True, False, None] * 4, dtype="boolean"),
        }
    )
    path = tmp_path / "table.csv"
    path.write_text(to_csv(frame), encoding="utf-8", newline="")
    back = from_csv(path, {"text": "string", "count": "Int64", "share": "Float64", "yes": "boolean"})
    pd.testing.assert_frame_equal(back, frame.assign(text=frame["text"].replace("", pd.NA)))


def test_an_empty_text_is_an_empty_cell():
    assert to_csv(pd.DataFrame({"a": ["", None]})) == '"a"\n""\n""\n'


def test_a_header_can_not_be_run_either():
    header = next(csv.reader(io.StringIO(to_csv(pd.DataFrame({"=x": [1]})))))
    assert header == ["'=x"]
