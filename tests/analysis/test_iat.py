import numpy as np
import pandas as pd
import pytest

from analysis.scoring import (
    iat_d,
    practice_test,
    practice_test_corrected,
    sc_iat_d,
    sc_iat_split_half,
    split_half,
)

GOLDEN = """
3 620/1 700/1 540/0/980 810/1 655/1 590/1
4 600/1 640/1 580/1 505/0/905 720/1 10450/1
6 880/1 930/1 760/0/1240 1010/1 845/1 900/1
7 820/1 780/1 295/0/700 905/1 860/1 790/1
"""


def golden(person="a", order="compatible"):
    """The trials of F1 in paradigms.md; with the other order, blocks 3 and 4 are the incompatible ones."""
    rows = []
    for line in GOLDEN.strip().splitlines():
        block, *trials = line.split()
        for trial in trials:
            first, correct, *rest = trial.split("/")
            corrected = float(rest[0] if rest else first)
            rows.append((person, int(block), float(first), correct == "1", corrected))
    frame = pd.DataFrame(rows, columns=["person", "block", "first", "correct", "corrected"])
    return frame.assign(compatible=frame["block"].isin([3, 4]) == (order == "compatible"))


@pytest.mark.parametrize(
    ("variant", "sd_timing", "d"),
    [
        ("D1", "after", 1.162890),
        ("D1", "before", 1.162890),
        ("D2", "after", 1.232889),
        ("D4", "before", 1.286167),
        ("D4", "after", 0.771056),
        ("D3", "after", 1.572203),
    ],
)
def test_each_variant_gives_the_published_score(variant, sd_timing, d):
    assert iat_d(golden(), variant=variant, sd_timing=sd_timing).loc["a", "D"] == pytest.approx(d, abs=1e-6)


def test_practice_and_test_are_scored_apart():
    found = iat_d(golden()).loc["a"]
    assert (found["D_practice"], found["D_test"]) == (
        pytest.approx(1.288559, abs=1e-6),
        pytest.approx(1.03722, abs=1e-6),
    )
    assert (found["n_trials"], found["share_errors"]) == (23, pytest.approx(4 / 24))


def test_the_sd_is_over_both_blocks_together_and_not_within_them():
    rows = golden()
    rows = rows[rows["corrected"] <= 10_000]
    quotients = []
    for one, other in ((3, 6), (4, 7)):
        pair = [rows.loc[rows["block"] == block, "corrected"] for block in (one, other)]
        pooled = sum((len(x) - 1) * x.var() for x in pair) / sum(len(x) - 1 for x in pair)
        quotients.append((pair[1].mean() - pair[0].mean()) / np.sqrt(pooled))
    assert np.mean(quotients) == pytest.approx(1.415757, abs=1e-6)  # the known mistake
    assert abs(iat_d(golden()).loc["a", "D"] - 1.415757) > 0.2


def test_the_order_of_the_pairings_does_not_turn_the_score_round():
    swapped = golden(order="incompatible")
    assert iat_d(swapped).loc["a", "D"] == pytest.approx(-1.162890, abs=1e-6)
    moved = swapped.assign(block=swapped["block"].map({3: 6, 4: 7, 6: 3, 7: 4}))
    assert iat_d(moved.assign(compatible=moved["block"].isin([6, 7]))).loc["a", "D"] == pytest.approx(
        1.162890, abs=1e-6
    )


def test_pairings_that_do_not_fit_the_blocks_are_refused():
    rows = golden()
    rows.loc[rows["block"] == 4, "compatible"] = False
    with pytest.raises(ValueError, match="person 'a': blocks 3 and 4 must have one pairing, 6 and 7 the other"):
        iat_d(rows)
    with pytest.raises(ValueError, match="the trials have no column 'corrected'"):
        iat_d(rows.drop(columns="corrected"))


def test_fast_people_get_no_score_and_the_reason():
    fast = golden()
    fast.loc[[0, 1, 3], ["first", "corrected"]] = 250.0  # 3 of 24 are 12.5 %
    found = iat_d(fast).loc["a"]
    assert found["excluded"] == "more than 10 % of the trials under 300 ms"
    assert pd.isna(found["D"])
    assert found["share_fast"] == pytest.approx(0.125)


def test_which_latency_is_fast_can_be_said():
    one = golden()  # the one first response under 300 ms was wrong, and corrected at 700 ms
    assert iat_d(one).loc["a", "share_fast"] == 0
    assert iat_d(one, fast_on="first").loc["a", "share_fast"] == pytest.approx(1 / 24)
    assert iat_d(one, variant="D4").loc["a", "share_fast"] == pytest.approx(1 / 24)


def test_ten_seconds_are_kept_and_more_are_not():
    rows = golden()
    at = rows["first"] == 10450
    exactly = rows.assign(first=rows["first"].mask(at, 10_000.0), corrected=rows["corrected"].mask(at, 10_000.0))
    assert iat_d(rows).loc["a", "n_trials"] == 23
    assert iat_d(exactly).loc["a", "n_trials"] == 24


def test_a_test_that_lacks_a_block_says_so():
    rows = golden()
    assert iat_d(rows[rows["block"] != 7]).loc["a", "excluded"] == "no trial in block 7"
    assert iat_d(rows.assign(corrected=600.0)).loc["a", "excluded"] == "no spread in blocks 3 and 6"


def people(n=80, seed=2):
    """People with true preferences (SD 0.4), 20 practice and 40 test trials a block."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(n):
        effect = rng.normal(0.3, 0.4) * 200
        for block, size in ((3, 20), (6, 20), (4, 40), (7, 40)):
            latency = 500 + rng.gamma(2, 90, size) + effect * (block in (6, 7))
            rows += [(person, block, x, True, x) for x in latency]
    return pd.DataFrame(rows, columns=["person", "block", "first", "correct", "corrected"])


def test_reliability_is_told_with_its_method():
    trials = people()
    scores = iat_d(trials)
    plain, corrected, halves = practice_test(scores), practice_test_corrected(scores), split_half(trials)
    assert plain.method == "practice-test correlation"
    assert corrected.coefficient == pytest.approx(2 * plain.coefficient / (1 + plain.coefficient))
    assert halves.method == "split-half (odd-even), Spearman-Brown"
    assert plain.coefficient < corrected.coefficient < 1
    assert halves.n == 80 and 0.5 < halves.coefficient < 1


def single(compatible, incompatible):
    rows = [(True, x) for x in compatible] + [(False, x) for x in incompatible]
    frame = pd.DataFrame(rows, columns=["compatible", "trial"])
    frame["first"] = [abs(x) if x else None for x in frame["trial"]]
    return frame.assign(person="a", correct=[x > 0 for x in frame["trial"]])


def test_a_single_category_score_worked_out_by_hand():
    # a negative number is an error, 0 no response; 340 is dropped
    rows = single([500, 560, 620, -480, 340], [640, 700, 760, -900, -650, 0])
    found = sc_iat_d(rows).loc["a"]
    # right: 500, 560, 620 and 640, 700, 760, SD 93.5949; errors become 560 + 400 and, twice, 700 + 400
    assert found["D"] == pytest.approx((860 - 660) / 8760**0.5)
    assert (found["n_trials"], found["share_late"]) == (9, pytest.approx(1 / 11))
    assert found["share_errors"] == pytest.approx(3 / 11)


def test_a_single_category_score_needs_right_responses_in_both_blocks():
    assert (
        sc_iat_d(single([500, 600], [-700, -800])).loc["a", "excluded"] == "no right response in the incompatible block"
    )
    fast = single([250, 600, 700], [500, 600, 700])
    assert sc_iat_d(fast).loc["a", "excluded"] == "more than 10 % of the trials under 300 ms"


def test_halves_of_a_single_category_test():
    trials = people().query("block in (4, 7)").assign(compatible=lambda f: f["block"] == 4)
    found = sc_iat_split_half(trials)
    assert 0.4 < found.coefficient < 1
