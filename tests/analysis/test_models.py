import math

import numpy as np
import pandas as pd
import pytest

from analysis.models import FitError, binary, conditional_logit, interactions, linear, stacked


def toy(difference):
    return pd.DataFrame({"first": [1] * 70 + [0] * 30, "a_public": float(difference), "person": range(100)})


def test_the_toy_check_of_the_specification():
    both = {
        d: conditional_logit(toy(d), chosen="first", terms=["a_public"], person="person", left=False) for d in (1, 2)
    }
    assert both[1].estimates["a_public"] == pytest.approx(math.log(70 / 30))
    assert both[2].estimates["a_public"] == pytest.approx(0.4236, abs=5e-5)


def test_the_standard_error_carries_the_stated_factor():
    _, se = conditional_logit(toy(1), chosen="first", terms=["a_public"], person="person", left=False).contrast(
        {"a_public": 1.0}
    )
    assert se == pytest.approx(0.2182 * math.sqrt(100 / 99), abs=5e-5)  # G/(G-1), and (N-1)/(N-k) is 1 here


def choices(rng, people=60, pairs=10, spread=1.0, slope=0.0):
    """Pairs of people whose tastes differ, so that one person's choices go together."""
    motive, taste = rng.normal(size=people), rng.normal(size=people) * spread
    person = np.repeat(np.arange(people), pairs)
    x = rng.choice([-2.0, 0.0, 2.0], size=people * pairs)
    gain = (taste[person] + slope * motive[person]) * x + 0.2
    return pd.DataFrame(
        {"person": person, "x": x, "m": motive[person], "first": rng.random(people * pairs) < 1 / (1 + np.exp(-gain))}
    )


def test_errors_are_clustered_by_person():
    rng = np.random.default_rng(3)
    wrong = {"person": 0, "row": 0}
    for _ in range(120):
        frame = choices(rng).assign(row=range(600))
        for cluster in wrong:
            fit = conditional_logit(frame, chosen="first", terms=["x", "x:m"], person=cluster)
            estimate, se = fit.contrast({"x:m": 1.0})
            wrong[cluster] += abs(estimate / se) > 1.98
    assert wrong["person"] <= 14  # 6 are expected; more than 14 come in 1 of 1000
    assert wrong["row"] >= 20  # the data do tell the two apart


def test_an_interaction_is_found_again():
    rng = np.random.default_rng(4)
    fit = conditional_logit(choices(rng, 200, 15, 0.0, 0.4), chosen="first", terms=["x", "x:m"], person="person")
    estimate, se = fit.contrast({"x:m": 1.0})
    assert abs(estimate - 0.4) < 3 * se < 0.3
    assert fit.estimates["left"] == pytest.approx(0.2, abs=0.15)
    assert (fit.n, fit.rows, fit.df) == (200, 3000, 199.0)


def test_what_has_no_answer_is_refused_with_the_reason():
    frame = choices(np.random.default_rng(5))
    for terms, why in (
        (["x", "y"], "'y' needs 'y', which this study didn't measure"),
        (["x", "x:x:x:zero"], "never varies"),
        (["x", "twice"], "'twice' can't be told apart"),
    ):
        with pytest.raises(FitError, match=why):
            conditional_logit(
                frame.assign(zero=0.0, twice=2 * frame["x"]), chosen="first", terms=terms, person="person"
            )
    with pytest.raises(FitError, match="2 persons are too few for 3 coefficients"):
        conditional_logit(frame[frame["person"] < 2], chosen="first", terms=["x", "m:x"], person="person")
    with pytest.raises(FitError, match="the outcome is the same in every row"):
        conditional_logit(frame.assign(first=1), chosen="first", terms=["x"], person="person")


def test_a_coefficient_of_one_person_alone_is_refused():
    # HC3 errors divide by one minus the leverage, which is none for whoever alone has a predictor
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0], "x": [0, 1, 0, 1, 0], "alone": [0, 0, 0, 0, 1]})
    with pytest.raises(FitError, match="a coefficient hangs on one person alone, and so has no standard error"):
        linear(frame, outcome="y", terms=["x", "alone"])
    assert linear(frame, outcome="y", terms=["x"]).n == 5


def test_choices_that_an_attribute_decides_wholly_are_no_estimate():
    frame = choices(np.random.default_rng(6))
    frame = frame[frame["x"] != 0].assign(first=lambda f: f["x"] > 0)
    with pytest.raises(FitError, match="did not converge"):
        conditional_logit(frame, chosen="first", terms=["x"], person="person")


def test_rows_with_something_missing_are_left_out():
    frame = choices(np.random.default_rng(7)).astype({"m": "Float64"})
    frame.loc[frame["person"] < 5, "m"] = pd.NA
    assert conditional_logit(frame, chosen="first", terms=["x", "x:m"], person="person").n == 55


def test_least_squares_by_hand():
    frame = pd.DataFrame({"y": [1.0, 3.0, 2.0, 6.0, 8.0, 7.0], "g": [0, 0, 0, 1, 1, 1]})
    fit = linear(frame, outcome="y", terms=["g"])
    assert fit.estimates["g"] == pytest.approx(5.0)
    # HC3 of a mean of three: residuals (-1, 1, 0) over 1 - 1/3, squared and summed, over 9
    assert fit.contrast({"g": 1})[1] == pytest.approx(math.sqrt(2 * (2 * 1.5**2) / 9))
    assert fit.df == 4


def test_stacked_equations_equal_separate_ones():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(size=(80, 3)), columns=["x", "mO", "mI"])
    both = stacked(frame, outcomes=["mO", "mI"], terms=["x"])
    for motive in ("mO", "mI"):
        alone = linear(frame, outcome=motive, terms=["x"])
        assert both.estimates[f"x@{motive}"] == pytest.approx(alone.estimates["x"])
    assert both.n == 80


def test_a_single_act_is_the_log_odds_ratio():
    frame = pd.DataFrame({"acted": [1] * 30 + [0] * 10 + [1] * 20 + [0] * 20, "public": [1] * 40 + [0] * 40})
    assert binary(frame, outcome="acted", terms=["public"]).estimates["public"] == pytest.approx(math.log(3))


def test_a_contrast_of_an_unknown_term_is_refused():
    fit = conditional_logit(toy(1), chosen="first", terms=["a_public"], person="person", left=False)
    with pytest.raises(FitError, match="no term 'a_norm'"):
        fit.contrast({"a_norm": 1.0})


def test_all_interactions():
    assert interactions(["a", "b"], ["m"]) == ["a", "b", "a:m", "b:m"]
