"""Scores of behaviour, coders, blood pressure and times, each against numbers that were worked out elsewhere."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.scoring import (
    breadth,
    choice_shares,
    coder_mean,
    cohens_kappa,
    expectancy_value,
    giving,
    helping,
    inconsistency,
    omega,
    omega_table,
    reactivity,
    rt_per_word,
    threat_index,
    true_false_sums,
    withdrawal,
)

PEERS = Path(__file__).with_name("peers")


@pytest.fixture(scope="module")
def items():
    return pd.read_csv(PEERS / "omega.csv")


def test_omega_is_that_of_lavaan(items):
    theirs = json.loads((PEERS / "omega.json").read_text())
    groups = [name[0] for name in items]
    higher = omega(items, groups)
    assert omega(items).total == pytest.approx(theirs["one_factor_total"], abs=2e-5)
    assert higher.total == pytest.approx(theirs["second_order_total"], abs=2e-5)
    assert higher.hierarchical == pytest.approx(theirs["hierarchical"], abs=2e-5)
    assert math.isnan(omega(items).hierarchical)


def test_omega_does_not_mind_the_unit_or_the_order_of_the_items(items):
    groups = [name[0] for name in items]
    turned = omega(items[items.columns[::-1]] * 1.0 + 3, groups[::-1])
    assert turned.hierarchical == pytest.approx(omega(items, groups).hierarchical, abs=1e-4)


def test_two_subscales_share_one_loading_on_the_general_factor(items):
    two = items[[c for c in items if c[0] in "ab"]]
    found = omega(two, [c[0] for c in two])
    assert 0.3 < found.hierarchical < found.total < 1


def test_omega_that_can_not_be_had_is_missing(items):
    assert math.isnan(omega(items.head(9)).total)
    assert math.isnan(omega(items[["a1", "a2"]]).total)
    assert math.isnan(omega(items.assign(a1=3)).total)
    assert math.isnan(omega(items[["a1", "a2", "a3", "b1"]], ["a", "a", "a", "b"]).total)
    table = omega_table({"whole": (items, ()), "none": (items.head(5), ())})
    assert table["omega_total"].notna().tolist() == [True, False]


# Codes of 0 to 3 by two coders of 50 probes; peers/kappa.R has the same.
TABLE = [[20, 3, 1, 0], [2, 8, 2, 0], [0, 2, 6, 1], [0, 0, 1, 4]]


def coded():
    cells = [(i, j) for i, row in enumerate(TABLE) for j, n in enumerate(row) for _ in range(n)]
    return pd.Series([i for i, _ in cells]), pd.Series([j for _, j in cells])


def test_kappa_by_hand():
    one, other = coded()
    n, table = 50, np.array(TABLE)
    expected = float((table.sum(0) * table.sum(1)).sum()) / n**2
    assert cohens_kappa(one, other).kappa == pytest.approx((38 / 50 - expected) / (1 - expected))
    off = np.abs(np.subtract.outer(range(4), range(4)))
    chance = np.outer(table.sum(1), table.sum(0)) / n
    for power, weights in ((1, "linear"), (2, "quadratic")):
        by_hand = 1 - (off**power * table).sum() / (off**power * chance).sum()
        assert cohens_kappa(one, other, weights=weights).kappa == pytest.approx(by_hand)


def test_kappa_is_that_of_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa as theirs

    one, other = coded()
    for weights, wt in (("none", None), ("linear", "linear"), ("quadratic", "quadratic")):
        ours, peer = cohens_kappa(one, other, weights=weights), theirs(np.array(TABLE, dtype=float), wt=wt)
        assert ours.kappa == pytest.approx(float(peer.kappa))
        if wt is None:  # statsmodels has another formula for the weighted one
            assert ours.se == pytest.approx(float(peer.std_kappa))


def test_kappa_and_its_error_are_the_peers():
    peers = json.loads((Path(__file__).parent / "peers" / "kappa.json").read_text(encoding="utf-8"))
    one, other = coded()
    for weights in ("none", "linear", "quadratic"):
        ours = cohens_kappa(one, other, weights=weights)
        assert ours.kappa == pytest.approx(peers[weights]["kappa"], abs=1e-8)
        assert ours.se == pytest.approx(peers[weights]["se"], abs=1e-7)
        assert ours.low == pytest.approx(ours.kappa - 1.959964 * ours.se)
        assert ours.high == pytest.approx(min(1.0, ours.kappa + 1.959964 * ours.se))


def test_an_interval_of_kappa_ends_at_1():
    one = pd.Series([0, 1, 2, 3] * 3)
    assert cohens_kappa(one, one).high == 1.0
    assert math.isnan(cohens_kappa(pd.Series([1, 1]), pd.Series([1, 1])).low)


def test_the_error_of_a_weighted_kappa_is_that_of_many_samples():
    one, other = coded()
    rng = np.random.default_rng(3)
    draws = [rng.integers(0, 50, 50) for _ in range(400)]
    again = [
        cohens_kappa(one[d].reset_index(drop=True), other[d].reset_index(drop=True), weights="quadratic").kappa
        for d in draws
    ]
    assert cohens_kappa(one, other, weights="quadratic").se == pytest.approx(np.std(again), rel=0.15)


def test_coders_who_left_something_out_count_for_nothing():
    assert coder_mean(pd.DataFrame({"a": [0, 3], "b": [2, None]})).tolist() == [1.0, pd.NA]
    assert cohens_kappa(pd.Series([0, 1, None]), pd.Series([0, 1, 1])).n == 2
    assert math.isnan(cohens_kappa(pd.Series([1, 1]), pd.Series([1, 1])).kappa)


def test_inconsistency_tells_both_means():
    rows = pd.DataFrame({"person": ["a"] * 4 + ["b"], "costly": [False, True] * 2 + [False], "rating": [6, 2, 7, 3, 5]})
    found = inconsistency(rows)
    assert found.loc["a"].tolist() == [6.5, 2.5, 4.0]
    assert found.loc["b", "neutral_mean"] == 5 and pd.isna(found.loc["b", "inconsistency"])


def test_breadth_of_even_uneven_and_no_shares():
    rows = pd.DataFrame({"person": list("aaaabbbbcccc"), "amount": [25] * 4 + [100, 0, 0, 0] + [0] * 4})
    found = breadth(rows)
    assert found["n_causes"].tolist() == [4, 1, 0]
    assert found["entropy"].tolist() == [pytest.approx(math.log(4)), 0.0, pd.NA]
    with pytest.raises(ValueError, match="person 'a' gave a negative amount"):
        breadth(pd.DataFrame({"person": ["a"], "amount": [-1]}))


def test_help_that_was_skipped_is_no_help_refused():
    rows = pd.DataFrame(
        {
            "person": list("aaab"),
            "helped": pd.array([True, None, True, False], dtype="boolean"),
            "dependency": pd.array([True, None, True, False], dtype="boolean"),
            "unsolicited": pd.array([False, None, True, False], dtype="boolean"),
        }
    )
    found = helping(rows)
    assert found.loc["a"].tolist() == [2, 2, 2, 1, 1.0]
    assert (found.loc["b", "n_decided"], found.loc["b", "n_helped"]) == (1, 0)
    assert pd.isna(found.loc["b", "dependency_share"])


def test_giving_has_two_parts():
    found = giving(pd.Series([0.0, 2.0, None], dtype="Float64"))
    assert found["gave"].tolist() == [False, True, pd.NA]
    assert found["log_amount"].tolist() == [pd.NA, pytest.approx(math.log(2)), pd.NA]


def test_withdrawing_is_timed_and_wavering_counted():
    steps = pd.DataFrame(
        {
            "person": list("aaabbbb"),
            "step": [0, 1, 2, 0, 1, 2, 3],
            "withdrew": pd.array([False, None, False, False, True, False, True], dtype="boolean"),
        }
    )
    found = withdrawal(steps)
    assert found.loc["a", ["time", "event", "n_switches"]].tolist() == [2, False, 0]
    assert found.loc["b", ["time", "event", "n_switches"]].tolist() == [1, True, 3]


def test_expectancies_times_values_need_every_product():
    likely = pd.DataFrame({"x": [1.0, 0.5], "y": [0.0, None]})
    good = pd.DataFrame({"y": [3, 3], "x": [-2, 2]})
    assert expectancy_value(likely, good).tolist() == [-2.0, pd.NA]


def test_true_and_false_are_summed_only_when_all_are_there():
    answers = pd.DataFrame({"a": [1, 0, 1], "b": [0, 0, None]})
    assert true_false_sums(answers, false_items=["b"]).tolist() == [2.0, 1.0, pd.NA]
    with pytest.raises(ValueError, match="hold 1 for true and 0 for false"):
        true_false_sums(pd.DataFrame({"a": [2]}))


def test_reactivity_is_the_change_from_rest():
    rows = pd.DataFrame(
        {
            "person": list("aaabb"),
            "phase": ["rest", "rest", "task", "rest", "task"],
            "sbp": [118, 122, 130, 110, 112],
            "dbp": [76, 74, 80, 70, 75],
            "co": [5.0, 5.0, 4.0, 6.0, 6.6],
        }
    )
    found = reactivity(rows, baseline="rest").set_index("person")
    assert found.loc["a", "d_sbp"] == 10 and found.loc["a", "d_pp"] == 5
    mean_at_rest = (76 + 42 / 3 + 74 + 48 / 3) / 2
    assert found.loc["a", "d_map"] == pytest.approx(80 + 50 / 3 - mean_at_rest)
    assert found.loc["a", "d_tpr"] == pytest.approx((80 + 50 / 3) / 4 * 80 - (90 / 5 * 80 + 90 / 5 * 80) / 2)
    assert threat_index(found)["a"] > 0 > threat_index(found)["b"]
    with pytest.raises(ValueError, match="no row is of the baseline 'start'; the phases are rest, task"):
        reactivity(rows, baseline="start")
    with pytest.raises(ValueError, match="the summary has no column 'dbp'"):
        reactivity(rows.drop(columns="dbp"), baseline="rest")


def test_shares_and_times():
    chosen = pd.DataFrame({"person": list("aaa"), "chosen": pd.array([True, False, None], dtype="boolean")})
    assert choice_shares(chosen)["a"] == 0.5
    assert rt_per_word(pd.Series([4.0]), pd.Series([8])).tolist() == [0.5]


def test_steps_of_withdrawal_are_taken_in_their_order_whatever_that_of_the_rows():
    rows = pd.DataFrame({"person": "a", "step": [2, 0, 3, 1], "withdrew": [True, False, False, False]})
    assert withdrawal(rows).astype(int).loc["a"].tolist() == [2, 1, 2]
