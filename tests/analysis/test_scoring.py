import numpy as np
import pandas as pd
import pytest

from analysis.logs import Logs, session_of
from analysis.scoring import constructs, cronbach_alpha, item_rest, keyed, scale_means, spearman_brown
from analysis.tables import build

FIXTURE = pd.DataFrame(
    [[int(x) for x in row] for row in ("5454", "3323", "4445", "2122", "4544", "1212", "5545", "3233")],
    columns=list("abcd"),
)


def test_alpha_is_the_published_fixture():
    found = cronbach_alpha(FIXTURE)
    assert found.coefficient == pytest.approx(0.957772, abs=1e-6)
    assert found.low < found.coefficient < found.high < 1


def test_alpha_with_an_item_wrongly_reversed_is_the_published_fixture():
    wrong = keyed(FIXTURE, reversed_items=["d"], low=1, high=5)
    assert cronbach_alpha(wrong).coefficient == pytest.approx(0.200542, abs=1e-6)


def test_feldts_interval_covers_the_true_alpha_as_often_as_it_says():
    rng = np.random.default_rng(1)
    true = 4 * 0.5 / (1 + 3 * 0.5)  # four parallel items that correlate .5
    covered = 0
    for _ in range(300):
        common = rng.normal(size=(40, 1)) * np.sqrt(0.5)
        found = cronbach_alpha(pd.DataFrame(common + rng.normal(size=(40, 4)) * np.sqrt(0.5)))
        covered += found.low < true < found.high
    assert 0.91 < covered / 300 < 0.98


def test_a_score_needs_two_thirds_of_the_items():
    answers = pd.DataFrame({"a": [4, 4, 4], "b": [6, 6, None], "c": [5, None, None]}, dtype="Int64")
    assert scale_means(answers).tolist() == [5.0, 5.0, pd.NA]


def test_alpha_of_nothing_is_missing_and_not_an_error():
    assert np.isnan(cronbach_alpha(FIXTURE.head(2)).coefficient)
    assert np.isnan(cronbach_alpha(pd.DataFrame({"a": [3, 3, 3, 3], "b": [3, 3, 3, 3]})).coefficient)


def test_two_items_get_spearman_brown_and_three_are_refused():
    assert spearman_brown(FIXTURE[["a", "b"]]).method == "Spearman-Brown"
    with pytest.raises(ValueError, match="for two items, got 4; use cronbach_alpha"):
        spearman_brown(FIXTURE)


def test_the_item_that_does_not_fit_is_seen():
    wrong = keyed(FIXTURE, reversed_items=["d"], low=1, high=5)
    assert item_rest(wrong).idxmin() == "d"


def test_reversed_items_are_turned_and_instructed_ones_left_out(blank):
    one = blank()
    one.scale("trait", "guilt", "", [6, 6, 6])  # the last one is reversed: the log holds 2
    instructed = {"scale": "guilt", "item": "check", "reversed": False, "low": 1, "high": 7, "instructed": 1}
    one.do("trait", "scale", instructed, {"response": 1}, 1)
    tables = build(Logs(sessions=(session_of(one.log()),), damaged=()))
    (score,) = constructs(tables.task("scale"))
    assert score.items.shape == (1, 3)
    assert score.means.tolist() == [6.0]


def test_a_scale_with_parts_gets_a_total_and_motives_never_do(blank):
    one = blank()
    for scale in ("ingroup_identification", "motives"):
        for part in ("first", "second"):
            one.scale("trait", scale, part, [5, 3], reversed_last=False)
    tables = build(Logs(sessions=(session_of(one.log()),), damaged=()))
    assert [(s.construct, s.items.shape[1]) for s in constructs(tables.task("scale"))] == [
        ("ingroup_identification", 4),
        ("ingroup_identification.first", 2),
        ("ingroup_identification.second", 2),
        ("motives.first", 2),
        ("motives.second", 2),
    ]


def test_a_filler_is_never_scored(blank):
    one = blank()
    one.scale("trait", "everyday_preferences", "", [5, 3, 4])
    one.scale("trait", "status_security", "", [5, 3, 4])
    tables = build(Logs(sessions=(session_of(one.log()),), damaged=()))
    assert [s.construct for s in constructs(tables.task("scale"))] == ["status_security"]
