import math

import numpy as np
import pandas as pd
import pytest

from analysis.models import (
    FitError,
    bayes_factor,
    binary,
    conditional_logit,
    counts,
    discrete_hazard,
    equivalence,
    interactions,
    linear,
    marginal_means,
    mixed_linear,
    stacked,
)


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


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"x": "often"}, "'x' holds 'often', which is no number; turn it into numbers"),
        ({"x": np.inf}, "'x' holds an infinite number"),
        ({"took": 2}, "'took' holds 2; it has to be true or false, or 1 or 0"),
    ],
)
def test_what_holds_no_numbers_is_named(changed, words):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=20), "took": rng.integers(0, 2, 20), "who": range(20)})
    with pytest.raises(FitError, match=words):
        conditional_logit(frame.assign(**changed), chosen="took", terms=["x"], person="who")


def test_a_column_that_is_not_there_is_named():
    frame = pd.DataFrame({"x": [1.0, 2.0, 4.0], "y": [0, 1, 1]})
    with pytest.raises(FitError, match="the data have no column 'z'"):
        linear(frame, outcome="z", terms=["x"])
    with pytest.raises(FitError, match="the data have no column 'class'"):
        binary(frame, outcome="y", terms=["x"], cluster="class")


@pytest.mark.parametrize("fitted", ["linear", "choice", "sets", "steps", "stacked"])
def test_rows_of_nobody_are_left_out(fitted):
    """Not taken for the rows of one person."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"who": np.repeat(np.arange(20.0), 4), "x": rng.normal(size=80), "y": rng.normal(size=80)})
    frame = frame.assign(took=[1, 0, 0, 1] * 20, pair=[1, 1, 2, 2] * 20, step=1)
    fits = {
        "linear": lambda rows: linear(rows, outcome="y", terms=["x"], cluster="who"),
        "choice": lambda rows: conditional_logit(rows, chosen="took", terms=["x"], person="who"),
        "sets": lambda rows: conditional_logit(rows, chosen="took", terms=["x"], person="who", within="pair"),
        "steps": lambda rows: discrete_hazard(rows, outcome="took", step="step", terms=["x"], cluster="who"),
        "stacked": lambda rows: stacked(rows.set_index("who"), outcomes=["y"], terms=["x"]),
    }
    whole = frame[frame["who"] != 3]
    some = frame.assign(who=frame["who"].mask(frame["who"] == 3))
    expected, got = fits[fitted](whole), fits[fitted](some)
    assert (got.n, got.rows) == (19, expected.rows)
    assert got.table().equals(expected.table())


def test_a_choice_that_was_not_made_is_none_against_an_act():
    acts = pd.DataFrame({"public": [1, -1] * 4, "taken": [1, 0, 1, 0, 1, 0, 0, 1], "who": [1, 1, 2, 2, 3, 3, 4, 4]})
    more = pd.concat([acts, pd.DataFrame({"public": [1, -1], "taken": [None, None], "who": 5})], ignore_index=True)
    found = marginal_means(more.convert_dtypes(), chosen="taken", attribute="public", person="who")
    assert found.equals(marginal_means(acts.convert_dtypes(), chosen="taken", attribute="public", person="who"))
    assert found["n_acts"].tolist() == [4, 4]


def test_counts_that_vary_hardly_more_than_a_poissons_are_fitted():
    """The dispersion is near 0 in half of such samples, where the likelihood is flat."""
    dispersed = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=300)
        fit = counts(pd.DataFrame({"k": rng.poisson(2 * np.exp(0.2 * x)), "x": x}), outcome="k", terms=["x"])
        dispersed += fit.method.startswith("negative binomial")
        assert abs(fit.estimates["x"] - 0.2) < 0.2
    assert 8 <= dispersed <= 32


def test_tests_of_equivalence_need_an_error_above_zero():
    with pytest.raises(ValueError, match="a positive standard error"):
        equivalence(0.1, 0.0, 0.2)
    assert bayes_factor(0.0, 1e-9, 0.2, prior_sd=0.5) == math.inf
    with pytest.raises(ValueError, match=r"a prior_sd of 0.001 leaves no effect outside 0.2"):
        bayes_factor(0.0, 0.1, 0.2, prior_sd=0.001)


@pytest.mark.parametrize("unit", [0.001, 1.0, 1000.0])
def test_a_mixed_model_is_the_same_in_any_unit(unit):
    """With small differences between people, too, some of which one optimiser alone doesn't find."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        who, x = np.repeat(np.arange(60), 6), rng.normal(size=360)
        y = 0.3 * rng.normal(size=60)[who] + 0.5 * x + rng.normal(size=360)
        fits = [
            mixed_linear(pd.DataFrame({"y": y * u, "x": x, "who": who}), outcome="y", terms=["x"], person="who")
            for u in (1.0, unit)
        ]
        one, other = ([*fit.contrast({"x": 1.0})] for fit in fits)
        assert other == pytest.approx([value * unit for value in one])
        assert [fit.method for fit in fits] == ["linear mixed model, intercepts by person (REML)"] * 2
