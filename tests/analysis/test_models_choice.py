"""Choices: sets of any size, people whose tastes differ, and what comes back of effects that were put in."""

import numpy as np
import pandas as pd
import pytest

from analysis.models import FitError, choice_model, conditional_logit, interactions, mixed_logit
from analysis.models.choice import rivals_of
from analysis.models.mixed import _points
from analysis.models.simulated import Panel, simulated

MOTIVES = ("mO", "mI")


def pairs(seed, people=200, sets=12, spread=0.0, weight=0.3):
    """Pairs of acts: x and y from -2 to 2, x by mO of this weight, tastes of x that differ with this SD."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), sets)
    frame = pd.DataFrame({"who": who, **{a: rng.choice([-2.0, 0.0, 2.0], size=len(who)) for a in "xy"}})
    for motive in MOTIVES:
        frame[motive] = rng.normal(size=people)[who]
    taste = 0.2 + weight * frame["mO"] + spread * rng.normal(size=people)[who]
    gain = frame["x"] * taste - 0.1 * frame["y"] + 0.1
    return frame.assign(first=rng.random(len(frame)) < 1 / (1 + np.exp(-gain)))


def acts_of(pairs):
    """The same pairs as two acts each."""
    one = pairs.assign(set=range(len(pairs)), taken=pairs["first"], place=1.0)
    other = one.assign(x=0.0, y=0.0, taken=~pairs["first"], place=0.0)
    return pd.concat([one, other]).sample(frac=1, random_state=1).reset_index(drop=True)


TERMS = interactions(["x", "y"], MOTIVES)


def test_pairs_and_the_same_as_sets_give_one_answer():
    frame = pairs(1)
    one = conditional_logit(frame, chosen="first", terms=TERMS, person="who")
    sets = acts_of(frame)
    other = conditional_logit(sets, chosen="taken", terms=["place", *TERMS], person="who", within="set")
    assert other.estimates.to_numpy() == pytest.approx(one.estimates.to_numpy(), abs=1e-9)
    assert other.covariance.to_numpy() == pytest.approx(one.covariance.to_numpy(), abs=1e-9)
    assert (one.n, one.rows) == (other.n, other.rows) == (200, 2400)


def test_sets_of_the_same_name_are_each_persons_own():
    acts = pd.DataFrame({"who": [1, 1, 2, 2, 3, 3], "set": [1] * 6, "x": [1, 0] * 3, "taken": [1, 0, 1, 0, 0, 1]})
    fit = conditional_logit(acts, chosen="taken", terms=["x"], person="who", within="set")
    assert fit.estimates["x"] == pytest.approx(np.log(2))
    assert (fit.n, fit.rows) == (3, 3)


def test_a_set_with_something_missing_is_left_out_whole():
    acts = acts_of(pairs(2)).astype({"x": "Float64"})
    acts.loc[acts["set"] == 5, "x"] = [pd.NA, 1.0]
    assert conditional_logit(acts, chosen="taken", terms=["x"], person="who", within="set").rows == 2399


def test_a_set_without_one_choice_is_refused():
    acts = acts_of(pairs(2))
    with pytest.raises(FitError, match="1 choice sets have 0 acts that were taken; each has to have one"):
        conditional_logit(
            acts.assign(taken=acts["taken"] & (acts["set"] != 3)),
            chosen="taken",
            terms=["x"],
            person="who",
            within="set",
        )


def test_what_is_the_same_in_all_acts_of_a_set_is_refused():
    acts = acts_of(pairs(2))
    with pytest.raises(FitError, match="'mO' never varies"):
        conditional_logit(acts, chosen="taken", terms=["x", "mO"], person="who", within="set")


def recovered(seeds, **how):
    """Estimates and standard errors of x:mO over simulated studies."""
    found = []
    for seed in seeds:
        fit = conditional_logit(pairs(seed, people=100, **how), chosen="first", terms=TERMS, person="who")
        found.append(fit.contrast({"x:mO": 1.0}))
    return np.array(found).T


def test_what_was_put_in_comes_back_and_intervals_hold_it():
    estimates, errors = recovered(range(200))
    assert abs(estimates.mean() - 0.3) < 0.012  # four standard errors of the mean; and a bias of 2 % is usual
    assert errors.mean() == pytest.approx(estimates.std(), rel=0.15)
    inside = (np.abs(estimates - 0.3) < 1.984 * errors).mean()
    assert 0.90 <= inside <= 0.985  # 95 % of 200


def test_tastes_that_differ_flatten_the_conditional_logit_and_not_the_mixed_one():
    frame = pairs(7, people=300, spread=0.8)
    plain = conditional_logit(frame, chosen="first", terms=TERMS, person="who")
    mixed = mixed_logit(frame, chosen="first", terms=TERMS, person="who", random=["x"])
    estimate, se = mixed.contrast({"x:mO": 1.0})
    assert plain.estimates["x:mO"] < 0.85 * estimate
    assert abs(estimate - 0.3) < 2.5 * se
    assert mixed.estimates["sd(x)"] == pytest.approx(0.8, abs=0.15)
    assert mixed.n == 300 and mixed.rows == 3600
    assert "500 Halton draws a person, seed 1" in mixed.method


@pytest.mark.parametrize("sized", ["pairs", "sets"])
def test_scores_and_information_are_the_likelihoods_derivatives(sized):
    frame = pairs(3, people=12, sets=5, spread=0.5)
    if sized == "pairs":
        rivals = rivals_of(frame, chosen="first", terms=["x", "y", "x:mO"], person="who")
    else:
        rng = np.random.default_rng(4)
        acts = pd.DataFrame({"who": np.repeat(range(12), 20), "set": np.repeat(range(60), 4)})
        acts = acts.assign(x=rng.normal(size=240), y=rng.normal(size=240), mO=rng.normal(size=12)[acts["who"]])
        acts["taken"] = acts.groupby("set").cumcount() == rng.integers(0, 4, 60)[acts["set"]]
        acts = acts.drop(index=[3 + 4 * i for i in range(30) if not acts["taken"][3 + 4 * i]])  # sets of 3 and 4
        rivals = rivals_of(acts, chosen="taken", terms=["x", "y", "x:mO"], person="who", within="set")
        assert not rivals.paired
    panel = Panel(rivals=rivals, random=(len(rivals.terms) - 2, len(rivals.terms) - 3), points=_points(12, 64, 2, 1))
    at = np.linspace(-0.4, 0.6, len(rivals.terms) + 2)
    _, scores, information = simulated(panel, at)
    for i in range(len(at)):
        step = np.zeros(len(at))
        step[i] = 1e-5
        above, below = simulated(panel, at + step), simulated(panel, at - step)
        assert scores.sum(axis=0)[i] == pytest.approx((above[0] - below[0]) / 2e-5, abs=1e-5)
        slope = (above[1].sum(axis=0) - below[1].sum(axis=0)) / 2e-5
        assert -information[i] == pytest.approx(slope, abs=1e-4)


def test_the_same_seed_gives_the_same_and_another_nearly():
    frame = pairs(8, people=160, spread=0.6)
    how = {"chosen": "first", "terms": TERMS, "person": "who", "random": ["x"]}
    one, again, other = mixed_logit(frame, **how), mixed_logit(frame, **how), mixed_logit(frame, **how, seed=2)
    assert one.estimates.equals(again.estimates)
    assert not one.estimates.equals(other.estimates)
    assert one.estimates.to_numpy() == pytest.approx(other.estimates.to_numpy(), abs=0.02)


def test_the_order_of_rows_makes_no_difference_but_to_the_draws():
    frame = pairs(8, people=160, spread=0.6)
    mixed = conditional_logit(frame.sample(frac=1, random_state=3), chosen="first", terms=TERMS, person="who")
    assert mixed.estimates.to_numpy() == pytest.approx(
        conditional_logit(frame, chosen="first", terms=TERMS, person="who").estimates.to_numpy()
    )


def test_few_people_get_the_conditional_logit_and_are_told_why():
    how = {"chosen": "first", "terms": TERMS, "person": "who", "random": ["x"]}
    fit = choice_model(pairs(9, people=100), **how)
    assert fit.method.endswith("(instead of a mixed logit: fewer than 150 persons)")
    assert choice_model(pairs(9, people=160), **how, draws=0).method.startswith("conditional logit")
    assert "instead" not in choice_model(pairs(9, people=160), **how, draws=0).method
    assert choice_model(pairs(9, people=160, spread=0.6), **how).method.startswith("mixed logit, normal slopes of x")


def test_a_mixed_logit_that_finds_nothing_falls_back(monkeypatch):
    monkeypatch.setattr("analysis.models.mixed.MOST_STEPS", 1)
    fit = choice_model(pairs(9, people=160, spread=0.6), chosen="first", terms=TERMS, person="who", random=["x"])
    assert fit.method.endswith("(instead of a mixed logit: the mixed logit did not converge)")


def test_one_choice_tells_nothing_of_how_tastes_are_spread():
    frame = pairs(10, people=160, spread=0.6)
    frame["z"] = np.where(frame.index % 12 == 0, 2.0, 0.0)  # once a person
    how = {"chosen": "first", "terms": [*TERMS, "z"], "person": "who"}
    assert choice_model(frame, **how, random=["x", "z"]).method.startswith("mixed logit, normal slopes of x, 500")
    alone = choice_model(frame, **how, random=["z"])
    assert alone.method.endswith("(instead of a mixed logit: no attribute differs in two choices a person)")


def test_spreads_are_told_as_positive():
    frame = pairs(10, people=160, spread=0.6)
    turned = frame.assign(x=-frame["x"], y=-frame["y"], first=~frame["first"])
    for rows in (frame, turned):
        fit = mixed_logit(rows, chosen="first", terms=TERMS, person="who", random=["x", "y"])
        assert all(fit.estimates[name] > 0 for name in fit.estimates.index if name.startswith("sd("))


def test_a_slope_that_is_no_term_is_refused():
    with pytest.raises(FitError, match="'z' is to differ between people, and is no term"):
        mixed_logit(pairs(9), chosen="first", terms=TERMS, person="who", random=["z"])
