from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.reading.logs import Logs, session_of
from analysis.reading.tables import build
from analysis.scoring import (
    choice_shares,
    constructs,
    cronbach_alpha,
    forced_response,
    giving,
    iat_d,
    item_rest,
    keyed,
    mean_difference,
    reliability_table,
    sc_iat_d,
    scale_means,
    spearman_brown,
)

IAT = ["person", "block", "first", "correct", "corrected"]

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


def answers(scale, values, *, low=1, high=7, subscales=None, reversed_last=False):
    """The task table `scale` of people whose answers are these rows."""
    rows = []
    for person, row in enumerate(values):
        for place, response in enumerate(row):
            turned = reversed_last and place == len(row) - 1
            where = {"session": f"s{person}", "phase": "trait", "scale": scale, "item": f"i{place}"}
            kind = {"subscale": subscales[place] if subscales else "", "instructed": None, "reversed": turned}
            rows.append({**where, **kind, "low": low, "high": high, "response": response})
    return pd.DataFrame(rows).convert_dtypes()


def test_a_loaded_instrument_of_true_and_false_is_summed_and_our_own_scale_never():
    own, loaded = [[2, 4, 6]], [[1, 0, 0], [1, 1, None]]
    (likert,) = constructs(answers("need_for_approval", own))
    (true_false,) = constructs(answers("need_for_approval", loaded, low=0, high=1, reversed_last=True))
    (other,) = constructs(answers("guilt", [[1, 0, 0]], low=0, high=1))
    assert likert.means.tolist() == [4.0]
    assert true_false.means.tolist() == [2.0, pd.NA]  # the last is keyed false; a sum needs every answer
    assert other.means.tolist() == [pytest.approx(1 / 3)]


def test_omega_stands_beside_alpha_and_tells_the_general_factor_of_subscales():
    items = pd.read_csv(Path(__file__).with_name("peers") / "omega.csv")
    scores = constructs(answers("made_up", items.to_numpy().tolist(), high=5, subscales=[name[0] for name in items]))
    table = reliability_table(scores).set_index("construct")
    assert table.loc["made_up", "omega_hierarchical"] == pytest.approx(0.565006, abs=1e-4)
    assert table.loc["made_up", "omega_total"] == pytest.approx(0.823517, abs=1e-4)
    assert pd.isna(table.loc["made_up.a", "omega_hierarchical"])


@pytest.mark.parametrize(
    "ask, words",
    [
        (lambda: cronbach_alpha(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})), "column 'b' holds 'x', .* no number"),
        (lambda: keyed(pd.DataFrame({"a": [1]}), reversed_items=["b"]), "the items have no column 'b'"),
        (lambda: choice_shares(pd.DataFrame({"person": [1], "chosen": [2]})), "'chosen' holds 2; they have to be true"),
        (lambda: choice_shares(pd.DataFrame({"person": [1]})), "the choices have no column 'chosen'"),
        (lambda: sc_iat_d(pd.DataFrame({"person": [1]})), "the trials have no column 'compatible'"),
        (lambda: iat_d(pd.DataFrame(columns=IAT), variant="D7"), "no variant 'D7' of the D score; take one of D1"),
        (lambda: iat_d(pd.DataFrame(columns=IAT), sd_timing="now"), "sd_timing is before or after"),
        (lambda: giving(pd.Series([1.0, -1.0])), "an amount is -1; none is below 0"),
        (lambda: forced_response(pd.Series([1, 2])), "the values hold 2; they have to be true or false"),
    ],
)
def test_what_a_score_cannot_use_is_named(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_the_same_value_throughout_makes_a_difference_without_an_interval():
    difference, low, high = mean_difference(pd.Series([2.0, 2.0]), pd.Series([1.0, 1.0, 1.0]))
    assert difference == 1.0 and np.isnan([low, high]).all()
