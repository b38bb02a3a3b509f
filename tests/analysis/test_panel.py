"""The cross-lagged panel against lavaan (peers/panel.R), and what was put into made-up data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, cross_lagged
from analysis.sample import Sample
from analysis.testing import test_all as put_to_the_data

PEERS = Path(__file__).with_name("peers")


@pytest.fixture(scope="module")
def long():
    return pd.read_csv(PEERS / "panel.csv")


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("stable", [True, False])
def test_lagged_effects_and_their_errors_are_those_of_lavaan(long, gaps, stable):
    said = pd.read_csv(PEERS / "panel_lavaan.csv", skipinitialspace=True)
    said = said[(said["gaps"] == gaps) & (said["stable"] == stable)]
    frame = long[["person", "wave"]].assign(**{v: long[f"{v}_gaps" if gaps else v] for v in "xy"})
    fit = cross_lagged(frame, x="x", y="y", stable=stable)
    for row in said.itertuples():
        name = f"{row[3]}>{row.into}" + ("" if stable else f"[{row.t}]")
        estimate, se = fit.contrast({name: 1.0})
        assert estimate == pytest.approx(row.estimate, abs=2e-5), name
        assert se == pytest.approx(row.se, rel=1e-3), name
    assert (fit.n, fit.rows) == (300, 840 if gaps else 900)


def test_units_change_estimates_as_they_should(long):
    one, other = cross_lagged(long, x="x", y="y"), cross_lagged(long.assign(y=long["y"] * 10 + 3), x="x", y="y")
    assert other.estimates["x>y"] == pytest.approx(10 * one.estimates["x>y"], rel=1e-4)
    assert other.estimates["y>y"] == pytest.approx(one.estimates["y>y"], rel=1e-4)


def panel(n, rng, lag=0.3, between=0.7):
    """Three waves; stable differences go together, and x goes before y within people by `lag`."""
    stable = rng.multivariate_normal([0, 0], [[1, between], [between, 1]], n)
    within, rows = rng.normal(size=(n, 2)), []
    for wave in ("first", "second", "third"):
        values = stable + within
        rows.append(pd.DataFrame({"person": range(n), "wave": wave, "x": values[:, 0], "y": values[:, 1]}))
        within = within @ np.array([[0.2, lag], [0.0, 0.2]]) + rng.normal(size=(n, 2)) * 0.9
    return pd.concat(rows, ignore_index=True)


def test_effects_within_people_are_told_from_differences_between_them():
    fit = cross_lagged(panel(1500, np.random.default_rng(1)), x="x", y="y")
    (forth, se), (back, _) = fit.contrast({"x>y": 1.0}), fit.contrast({"y>x": 1.0})
    assert abs(forth - 0.3) < 3 * se < 0.2
    assert abs(back) < 0.15


def test_no_lagged_effect_is_seldom_called_one():
    wrong = 0
    for seed in range(1000, 1040):
        estimate, se = cross_lagged(
            panel(200, np.random.default_rng(seed), lag=0.0, between=0.3), x="x", y="y"
        ).contrast({"x>y": 1})
        wrong += abs(estimate / se) > 1.96
    assert wrong <= 7  # 2 are expected; more than 7 come in 1 of 1000


def test_fewer_than_three_waves_are_refused(long):
    with pytest.raises(FitError, match="a cross-lagged panel needs 3 waves or more, got 2"):
        cross_lagged(long[long["wave"] < 3], x="x", y="y")
    with pytest.raises(FitError, match="'z' was not measured"):
        cross_lagged(long, x="x", y="z")
    with pytest.raises(FitError, match="20 persons are too few for 22 coefficients"):
        cross_lagged(long[long["person"] <= 20], x="x", y="y")
    with pytest.raises(FitError, match="'y' never varies in some wave"):
        cross_lagged(long.assign(y=long["y"].where(long["wave"] < 3, 1.0)), x="x", y="y")
    with pytest.raises(ValueError, match="a person has more than one row of the same wave"):
        cross_lagged(pd.concat([long, long.head(1)]), x="x", y="y")


def test_a_panel_without_stable_differences_has_no_proper_solution():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"person": np.tile(np.arange(200), 3), "wave": np.repeat([1, 2, 3], 200)})
    frame[["x", "y"]] = rng.normal(size=(600, 2))
    frame["x"] *= np.where(frame["person"] % 2, 1, -1) * np.where(frame["wave"] == 2, -1, 1)
    swinging = frame.assign(x=lambda f: np.where(f["person"] % 2, 1, -1) * np.where(f["wave"] == 2, -2, 2) + f["x"])
    with pytest.raises(FitError, match=r"no proper solution|did not converge|can't be told"):
        cross_lagged(swinging, x="x", y="y")


def hypothesis(*tests, sign=1):
    how = {"id": "H", "says": "So", "source": "X", "block": "manipulations", "kind": "diff", "model": "XL"}
    return Hypothesis(test=tests, sign=sign, **how)


def test_waves_are_joined_by_participant_and_in_the_protocols_order():
    waves = panel(400, np.random.default_rng(4))
    order = {"first": "baseline", "second": "after", "third": "latest"}  # not in alphabetical order
    waves["wave"] = pd.Categorical(waves["wave"].map(order), categories=list(order.values()), ordered=True)
    waves["session"] = [f"s{i}" for i in range(len(waves))]
    people = waves.set_index("session")[["x", "y"]]
    given = {
        "people": people,
        "pairs": pd.DataFrame({"session": []}),
        "factors": {},
        "scores": ("x", "y"),
        "sesoi": 0.15,
    }
    (finding,) = put_to_the_data([hypothesis("x>y")], Sample(**given, waves=waves))
    assert (finding.verdict, finding.n) == ("supported", 400)
    assert finding.unit == "SD per SD"
    (finding,) = put_to_the_data([hypothesis("x>y")], Sample(**given))
    assert finding.note == "not yet tested: the study has no waves"
    (finding,) = put_to_the_data([hypothesis("x>y>z")], Sample(**given, waves=waves))
    assert "a lagged effect has two places" in finding.note
