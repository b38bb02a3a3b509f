"""Dominance weights, response surfaces and joint distributions, each against a second way to them."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, dominance, response_surface
from analysis.report.wording import sentence
from analysis.sample import Sample
from analysis.testing import DESCRIBED
from analysis.testing import test_all as put_to_the_data


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(1)
    values = rng.multivariate_normal(np.zeros(4), 0.5 * np.eye(4) + 0.5, 150)
    frame = pd.DataFrame(values, columns=list("abcd"))
    frame["y"] = 0.6 * frame.a + 0.3 * frame.b + rng.normal(size=150)
    return frame


def r2(frame, predictors):
    from statsmodels.regression.linear_model import OLS

    design = frame[list(predictors)].assign(constant=1.0)
    return OLS(frame["y"], design).fit().rsquared if predictors else 0.0


def test_weights_are_the_mean_gain_over_all_orders_of_entry(frame):
    gains = {name: [] for name in "abcd"}
    for order in permutations("abcd"):
        for place, name in enumerate(order):
            gains[name].append(r2(frame, order[: place + 1]) - r2(frame, order[:place]))
    found = dominance(frame, outcome="y", predictors=list("abcd"), bootstrap=100)
    for name, drawn in found.weights.items():
        assert drawn.estimate == pytest.approx(np.mean(gains[name])), name
    assert found.r2 == pytest.approx(r2(frame, "abcd"))


def test_the_lead_over_the_next_has_an_interval(frame):
    found = dominance(frame, outcome="y", predictors=list("abcd"))
    nearest, lead = found.ahead("a")
    assert nearest == "b"
    assert lead.percentile()[0] > 0
    assert found.ahead("b")[1].estimate == pytest.approx(-lead.estimate)
    assert found.table()["what"].tolist()[:2] == ["a", "b"]
    assert found.table()["share"].sum() == pytest.approx(1.0)


def test_too_few_or_too_many_predictors_are_refused(frame):
    with pytest.raises(FitError, match="dominance is of 2 to 10 predictors, got 1"):
        dominance(frame, outcome="y", predictors=["a"])
    with pytest.raises(FitError, match="'twice' can't be told apart"):
        dominance(frame.assign(twice=2 * frame.a), outcome="y", predictors=["a", "twice"])


def test_a_surface_is_as_it_was_made():
    rng = np.random.default_rng(2)
    made = pd.DataFrame(rng.normal(size=(600, 2)), columns=["x", "y"])
    made["z"] = 0.5 * made.x - (made.x - made.y) ** 2 / 4 + rng.normal(size=600) * 0.3
    fit, shape = response_surface(made, outcome="z", x="x", y="y")
    by_name = shape.set_index(shape["what"].str[:2])
    for name, true in {"a1": 0.5, "a2": 0.0, "a3": 0.5, "a4": -1.0}.items():
        assert by_name.loc[name, "low"] < true < by_name.loc[name, "high"], name
    fitted = fit.estimates["intercept"] + by_name.loc["a3", "estimate"] + by_name.loc["a4", "estimate"]
    assert fitted == pytest.approx(fit.estimates @ [1, 1, -1, 1, -1, 1])  # at x = 1, y = -1


def people(n=200, seed=3):
    rng = np.random.default_rng(seed)
    scores = rng.multivariate_normal([4.2, 3.9, 3.5, 4.6], np.eye(4) * 0.7 + 0.3, n)
    found = pd.DataFrame(scores, columns=["mO", "mI", "mP", "mM"], index=[f"s{i}" for i in range(n)])
    found["id_pol"], found["id_in"] = found.mO + rng.normal(size=n), rng.normal(size=n)
    return found.astype("Float64")


def sample(**more):
    found = people()
    middles = dict.fromkeys(["mO", "mI", "mP", "mM"], 4.0)
    how = {"people": found, "pairs": pd.DataFrame(), "factors": {}, "scores": tuple(found), "sesoi": 0.15}
    return Sample(**{**how, "middles": middles, **more})


def hypothesis(**how):
    return Hypothesis(**{"id": "H", "says": "So", "source": "X", "block": "measurement", "kind": "diff", **how})


def test_the_motives_are_described_and_nobody_is_typed():
    (finding,) = put_to_the_data([hypothesis(model="DES", test=("mO", "mI", "mP", "mM"))], sample())
    assert (finding.verdict, finding.note, finding.n) == (None, DESCRIBED, 200)
    table, raw = finding.table.set_index("what"), people().astype(float)
    assert table.loc["mean of mP", "estimate"] == pytest.approx(raw["mP"].mean())
    assert table.loc["SD of mO", "estimate"] == pytest.approx(raw["mO"].std())
    from scipy.stats import pearsonr

    peer = pearsonr(raw["mO"], raw["mI"])
    assert table.loc["r of mO and mI", "estimate"] == pytest.approx(peer.statistic)
    assert table.loc["r of mO and mI", ["low", "high"]].tolist() == pytest.approx(list(peer.confidence_interval()))
    assert (
        table.loc["above the middle on 2 or more", "estimate"]
        == ((raw[["mO", "mI", "mP", "mM"]] > 4).sum(axis=1) >= 2).sum()
    )
    assert len(table) == 4 + 4 + 6 + 1
    assert sentence(finding) == "Described, without a verdict."
    assert any("nobody is of a type" in c for c in finding.cautions)


def test_who_came_several_times_counts_once():
    twice = pd.concat(
        [people().assign(participant=range(200)), people().rename("again-{}".format).assign(participant=range(200))]
    )
    (finding,) = put_to_the_data([hypothesis(model="DES", test="mO + mI")], sample(people=twice))
    assert finding.n == 200


def test_ratings_of_several_people_are_described_within_observers():
    rng = np.random.default_rng(4)
    level = np.repeat(rng.normal(size=60) * 3, 8)  # how high an observer rates everybody
    seen = rng.normal(size=480)
    rows = pd.DataFrame({"session": np.repeat([f"s{i}" for i in range(60)], 8), "seen": seen + level})
    rows["value"] = 0.0 * seen + rng.normal(size=480) + level
    apart = rows[["session", "seen"]].rename(columns={"seen": "value"}).assign(actor=list(range(8)) * 60)
    how = {"long": {"useful": rows.drop(columns="seen").assign(actor=list(range(8)) * 60), "seen": apart}}
    (finding,) = put_to_the_data([hypothesis(model="DES", outcome="useful", test="seen")], sample(**how))
    row = finding.table.set_index("what").loc["r of useful and seen, within people"]
    assert row["low"] < 0 < row["high"] and row["high"] - row["low"] < 0.3
    assert row["n"] == 60


def test_the_most_important_antecedent_is_described_with_its_lead():
    how = {"model": "DOM", "outcome": "mO", "test": "id_pol", "given": ("id_in", "mI")}
    (finding,) = put_to_the_data([hypothesis(**how)], sample())
    assert finding.verdict is None
    assert finding.table["what"].tolist()[0] == "weight of id_pol"
    assert finding.table["what"].tolist()[-1].startswith("id_pol ahead of ")
    assert finding.table["low"].iloc[-1] > 0


def test_surfaces_are_described():
    (finding,) = put_to_the_data([hypothesis(model="SURF", outcome="mO", test="mI:mP")], sample())
    assert finding.verdict is None and len(finding.table) == 4
    (finding,) = put_to_the_data([hypothesis(model="SURF", outcome="mO", test="mI")], sample())
    assert "a response surface is over two scores" in finding.note
