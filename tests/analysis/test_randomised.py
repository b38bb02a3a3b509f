"""Prevalence behind a random device: right on average, with standard errors that hold."""

import numpy as np
import pandas as pd
import pytest

from analysis.scoring import forced_response, warner


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_estimates_are_right_on_average_and_their_intervals_cover(share):
    random, found = np.random.default_rng(1), {"forced": [], "warner": []}
    for _ in range(2000):
        true, die = random.random(300) < share, random.integers(1, 7, 300)
        forced = pd.Series(np.where(die == 1, True, np.where(die == 6, False, true)))
        asked = random.random(300) < 0.7
        found["forced"].append(forced_response(forced))
        found["warner"].append(warner(pd.Series(np.where(asked, true, ~true)), p=0.7))
    for estimates in found.values():
        shares = np.array([each.share for each in estimates])
        covered = np.mean([each.low <= share <= each.high for each in estimates])
        assert abs(shares.mean() - share) < 4 * shares.std() / np.sqrt(2000)
        assert abs(np.mean([each.se for each in estimates]) / shares.std() - 1) < 0.06
        assert 0.93 < covered < 0.97


def test_missing_answers_are_left_out_and_too_few_say_nothing():
    assert forced_response(pd.Series([True, None, False], dtype="boolean")).n == 2
    nothing = forced_response(pd.Series([True]))
    assert nothing.n == 1 and np.isnan(nothing.share) and np.isnan(nothing.low)


@pytest.mark.parametrize(("p_truth", "p_yes"), [(0.0, 0.5), (0.9, 0.2), (-1.0, 0.1)])
def test_what_can_be_no_device_is_refused(p_truth, p_yes):
    with pytest.raises(ValueError, match="must be probabilities"):
        forced_response(pd.Series([True, False]), p_truth=p_truth, p_yes=p_yes)
    with pytest.raises(ValueError, match="other than 1/2"):
        warner(pd.Series([True, False]), p=0.5)
