"""Paths through mediators against lavaan (peers/paths.R), statsmodels, and what was put into made-up data."""

from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.hypotheses import Hypothesis
from analysis.models import FitError, mediation
from analysis.paths import parse_path
from analysis.sample import Sample
from analysis.templates import TEMPLATES
from analysis.terms import TermError
from analysis.testing import test_all as put_to_the_data
from analysis.verdicts import judge

PEERS = Path(__file__).with_name("peers")


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(PEERS / "paths.csv")


@pytest.fixture(scope="module")
def found(frame):
    return mediation(frame, x="x", mediators=["m1", "m2"], outcome="y", covariates=["c"])


@pytest.fixture(scope="module")
def lavaan():
    return pd.read_csv(PEERS / "paths_lavaan.csv").set_index("what")


def test_the_paths_are_those_of_lavaan(found, lavaan):
    said = lavaan["estimate"]
    ours = {"a1": found.to_mediator["m1"], "b2": found.to_outcome["m2"], "direct": found.direct.estimate}
    ours |= {"indirect1": found.indirect["m1"].estimate, "total": found.total.estimate}
    for name, value in ours.items():
        assert value == pytest.approx(said[name], abs=1e-6), name


def test_percentile_intervals_and_errors_are_those_of_lavaan_but_for_chance(found, lavaan):
    for drawn, name in (
        (found.indirect["m1"], "indirect1"),
        (found.indirect["m2"], "indirect2"),
        (found.total, "total"),
    ):
        ours = np.array([drawn.se, *drawn.percentile()])
        peers = lavaan.loc[name, ["se", "low", "high"]].to_numpy(dtype=float)
        assert np.abs(ours - peers).max() < 0.06 * drawn.se, name  # 10,000 draws: an end's error is about 0.03 SE


def test_bca_intervals_lie_where_lavaan_puts_the_bias_corrected_ones(found, lavaan):
    for drawn, name in ((found.indirect["m1"], "indirect1"), (found.indirect["m2"], "indirect2")):
        peers = lavaan.loc[name, ["low_bc", "high_bc"]].to_numpy(dtype=float)
        assert np.abs(np.array(drawn.bca()) - peers).max() < 0.12 * drawn.se, name  # lavaan leaves acceleration out
    assert found.indirect["m1"].bca() != found.indirect["m1"].percentile()


def test_bca_is_that_of_scipy():
    from scipy.stats import bootstrap

    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.exponential(size=60)}).assign(m=lambda f: f.x + rng.exponential(size=60))
    frame["y"] = 0.4 * frame.m + rng.normal(size=60)

    def indirect(x, m, y):
        a = np.cov(x, m)[0, 1] / np.var(x, ddof=1)
        return a * np.linalg.lstsq(np.column_stack([np.ones(len(x)), x, m]), y, rcond=None)[0][2]

    data = (frame.x.to_numpy(), frame.m.to_numpy(), frame.y.to_numpy())
    peer = bootstrap(data, indirect, paired=True, vectorized=False, n_resamples=20_000, method="BCa", rng=rng)
    ours = mediation(frame, x="x", mediators=["m"], outcome="y").indirect["m"]
    ends = np.array(peer.confidence_interval)
    assert np.abs(np.array(ours.bca()) - ends).max() < 0.12 * ours.se
    assert np.abs(np.array(ours.percentile()) - ends).max() > 0.2 * ours.se  # the two kinds differ in these data


def test_effects_are_those_of_statsmodels(frame, found):
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.mediation import Mediation

    one = mediation(frame, x="x", mediators=["m1"], outcome="y", covariates=["c"], bootstrap=200)
    outcome = OLS.from_formula("y ~ x + m1 + c", frame)
    peer = Mediation(outcome, OLS.from_formula("m1 ~ x + c", frame), "x", "m1")
    np.random.seed(1)
    summary = peer.fit(method="parametric", n_rep=60).summary()
    assert one.indirect["m1"].estimate == pytest.approx(summary.loc["ACME (average)", "Estimate"], abs=0.03)
    assert one.total.estimate == pytest.approx(summary.loc["Total effect", "Estimate"], abs=0.05)


def test_direct_and_indirect_effects_add_up_to_the_total(found):
    parts = found.direct.estimate + sum(d.estimate for d in found.indirect.values())
    assert found.total.estimate == pytest.approx(parts)
    whats = found.table()["what"].tolist()
    assert whats == ["indirect through m1", "indirect through m2", "direct", "total"]


def test_rho_is_the_correlation_of_errors_that_makes_an_indirect_effect_of_nothing():
    rng = np.random.default_rng(6)
    n, rho = 4000, 0.4
    errors = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)
    x = rng.integers(0, 2, n)
    frame = pd.DataFrame({"x": x, "m": 0.5 * x + errors[:, 0], "y": 0.3 * x + errors[:, 1]})  # m does nothing to y
    found = mediation(frame, x="x", mediators=["m"], outcome="y", bootstrap=200)
    assert found.indirect["m"].percentile()[0] > 0.1  # and yet it seems so
    assert found.rho["m"] == pytest.approx(rho, abs=0.03)
    # Imai, Keele & Yamamoto (2010): ACME(rho) = a * s1/s2 * (r - rho * sqrt((1 - r^2)/(1 - rho^2)))
    r = found.rho["m"]
    s1 = np.std(frame.y - frame.groupby("x").y.transform("mean"), ddof=2)
    s2 = np.std(frame.m - frame.groupby("x").m.transform("mean"), ddof=2)
    without = found.to_mediator["m"] * s1 / s2 * r
    assert without == pytest.approx(found.indirect["m"].estimate, rel=1e-3)


@pytest.mark.parametrize("mediator, others", [("m1", []), ("m1", ["m2"]), ("m2", ["m1"])])
def test_rho_and_the_effect_at_each_rho_are_those_of_lavaan(frame, mediator, others):
    said = pd.read_csv(PEERS / "sensitivity_lavaan.csv", skipinitialspace=True).fillna({"given": ""})
    said = said[(said["mediator"] == mediator) & (said["given"] == "".join(others))]
    assert len(said) == 3 and said["zero_at"].nunique() == 1
    found = mediation(frame, x="x", mediators=[mediator, *others], outcome="y", covariates=["c"], bootstrap=200)
    assert found.rho[mediator] == pytest.approx(said["zero_at"].iloc[0], abs=1e-6)
    # and the whole curve, of which that is the root (Imai, Keele & Yamamoto, 2010, theorem 4)
    one = mediation(frame, x="x", mediators=[mediator], outcome="y", covariates=["c", *others], bootstrap=200)
    design = np.column_stack([np.ones(len(frame)), frame[["x", "c", *others]]])
    errors = [frame[v] - design @ np.linalg.lstsq(design, frame[v], rcond=None)[0] for v in ("y", mediator)]
    ratio, r = np.std(errors[0]) / np.std(errors[1]), one.rho[mediator]
    for row in said.itertuples():
        at_rho = one.to_mediator[mediator] * ratio * (r - row.rho * np.sqrt((1 - r**2) / (1 - row.rho**2)))
        assert at_rho == pytest.approx(row.indirect, abs=1e-6)


def test_clusters_are_drawn_whole():
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(30), 10)
    x, common = np.repeat(rng.integers(0, 2, 30), 10), np.repeat(rng.normal(size=30), 10)
    frame = pd.DataFrame({"x": x, "m": 0.5 * x + common, "group": groups})
    frame["y"] = frame.m + rng.normal(size=300)
    by_person, by_group = (
        mediation(frame, x="x", mediators=["m"], outcome="y", bootstrap=1000, cluster=c) for c in (None, "group")
    )
    assert (by_person.n, by_group.n, by_group.rows) == (300, 30, 300)
    assert by_group.indirect["m"].se > 2 * by_person.indirect["m"].se


def test_the_interval_holds_what_it_should():
    rng, inside, n = np.random.default_rng(8), 0, 120
    for _ in range(n):
        x = rng.integers(0, 2, 80)
        frame = pd.DataFrame({"x": x, "m": 0.6 * x + rng.normal(size=80)})
        frame["y"] = 0.5 * frame.m + rng.normal(size=80)
        low, high = mediation(frame, x="x", mediators=["m"], outcome="y", bootstrap=400).indirect["m"].percentile()
        inside += low < 0.3 < high
    assert inside >= 104  # 114 are expected; fewer come in 1 of 1000


def test_rows_with_something_missing_are_left_out_and_the_same_seed_gives_the_same(frame):
    gaps = frame.astype("Float64")
    gaps.loc[:9, "m1"] = pd.NA
    one, two = (mediation(gaps, x="x", mediators=["m1"], outcome="y", bootstrap=100) for _ in range(2))
    assert one.n == len(frame) - 10
    assert one.table().equals(two.table())
    other = mediation(gaps, x="x", mediators=["m1"], outcome="y", bootstrap=100, seed=2)
    assert not one.table().equals(other.table())


def test_what_can_not_be_told_is_refused(frame):
    with pytest.raises(FitError, match="'x' never varies"):
        mediation(frame.assign(x=0.0), x="x", mediators=["m1"], outcome="y")
    with pytest.raises(FitError, match="3 persons are too few for 3 coefficients"):
        mediation(frame.head(3), x="x", mediators=["m1"], outcome="y")
    with pytest.raises(FitError, match="too few persons in a condition"):
        mediation(frame.assign(x=[1.0] + [0.0] * (len(frame) - 1)), x="x", mediators=["m1"], outcome="y")


def test_a_verdict_comes_from_the_draws(found):
    drawn = found.indirect["m1"]
    judged = judge(drawn.estimate, drawn.se, sesoi=0.1, drawn=drawn)
    assert (judged.low, judged.high) == drawn.percentile()
    assert judged.low90 > judged.low
    assert judged.verdict == "supported"
    assert judge(drawn.estimate, drawn.se, sesoi=0.1, sign=-1, drawn=drawn).verdict == "opposite"
    assert judge(drawn.estimate, drawn.se, sesoi=0.6, drawn=drawn).verdict == "trivial"
    none = found.indirect["m2"]
    assert judge(none.estimate, none.se, sesoi=0.1, drawn=none).verdict == "inconclusive"
    assert judge(none.estimate, none.se, sesoi=0.5, kind="equal", drawn=none).verdict == "equivalent"


def sample(n=240, **more):
    """Three arms; privilege lowers identification and raises guilt, which go with the motives."""
    rng = np.random.default_rng(9)
    frame = np.array(["privilege", "disadvantage", "neutral"])[np.arange(n) % 3]
    people = pd.DataFrame({"frame": pd.array(frame, dtype="string")}, index=[f"s{i}" for i in range(n)])
    people["id_in_state"] = 4 - 0.9 * (frame == "privilege") + rng.normal(size=n)
    people["guilt"] = 3 + 0.9 * (frame == "privilege") + rng.normal(size=n)
    people["mO_state"] = 4 - 0.5 * people["id_in_state"] + rng.normal(size=n)
    people["mI_state"] = 2 + 0.5 * people["guilt"] + rng.normal(size=n)
    people["mO"] = 4 + rng.normal(size=n)
    names = ("id_in_state", "guilt", "mO_state", "mI_state", "mO")
    given = {"late": frozenset(names[:4]), "treatments": ("frame",), **more}
    factors = {"frame": ("privilege", "disadvantage", "neutral")}
    return Sample(people=people, pairs=pd.DataFrame(), factors=factors, scores=names, sesoi=0.15, **given)


def opposed(*tests, **more):
    how = {"id": "H", "says": "So", "source": "D", "block": "manipulations", "kind": "diff", "model": "MED", **more}
    return Hypothesis(test=tests, **how)


PATHS = (
    "frame[privilege] - frame[disadvantage]>id_in_state>mO_state - mI_state",
    "frame[privilege] - frame[disadvantage]>guilt>mO_state - mI_state",
)


def test_opposed_paths_from_a_manipulation_are_found_and_told_with_their_warning():
    (finding,) = put_to_the_data([opposed(*PATHS, sign=(1, -1))], sample())
    assert finding.verdict == "supported"
    assert [part.judged.estimate > 0 for part in finding.parts] == [True, False]
    assert [part.test for part in finding.parts] == [*PATHS]
    assert set(finding.table["what"]) >= {"direct", "total", "indirect through guilt"}
    assert any("sequential ignorability" in caution for caution in finding.cautions)
    assert "full mediation" not in " ".join(finding.cautions).lower()
    # in SD of the difference, one level against the other
    people = sample().standard
    people["y"] = people["mO_state"] - people["mI_state"]
    people["y"] = (people["y"] - people["y"].mean()) / people["y"].std()
    people["x"] = (people["frame"] == "privilege").astype(float)
    people["neutral"] = (people["frame"] == "neutral").astype(float)
    alone = mediation(
        people, x="x", mediators=["id_in_state", "guilt"], outcome="y", covariates=["neutral"], bootstrap=50
    )
    assert finding.parts[0].judged.estimate == pytest.approx(alone.indirect["id_in_state"].estimate)


def test_mistaken_paths_are_told_with_the_reason():
    for tests, why in (
        (["frame>guilt>mO_state"], "the factor 'frame' has 3 levels: its test names none of them"),
        (["frame[pride]>guilt>mO_state"], "has no level 'pride' here"),
        (["frame[privilege]>guilt>mO"], "'mO' was measured before the treatment, which can't have changed it"),
        (["frame[privilege]>anger>mO_state"], "'anger' was not measured"),
        (["frame[privilege]>mO_state"], "a path has three places"),
        (["anger>guilt>mO_state"], "'anger' was not measured"),
    ):
        (finding,) = put_to_the_data([opposed(*tests)], sample())
        assert why in finding.note, finding.note


def test_a_score_can_begin_a_path_whatever_came_before_it():
    fit, (drawn,) = TEMPLATES["MED"](opposed("id_in_state>guilt>mO"), sample())
    assert abs(drawn.estimate) < 0.1
    assert fit.n == 240


def test_treatments_are_held_constant_where_something_on_a_path_came_after_them():
    late = sample()
    fit, (drawn,) = TEMPLATES["MED"](opposed("id_in_state>guilt>mI_state"), late)
    assert fit.method.endswith("held constant: frame")
    without = attrs.evolve(late, late=frozenset())
    bare, (confounded,) = TEMPLATES["MED"](opposed("id_in_state>guilt>mI_state"), without)
    assert "held constant" not in bare.method
    assert confounded.percentile()[1] < 0 < drawn.percentile()[1]  # privilege alone moves both: no path at all


def test_people_of_one_group_session_are_drawn_together():
    alone = sample()
    people = alone.people.assign(participant=alone.people.index)
    groups = [f"g{i // 12 * 3 + i % 3}" for i in range(len(people))]  # of one level each, in which all are alike
    people["group_session"] = pd.array(groups, dtype="string")
    people["id_in_state"] += pd.Series(groups, index=people.index).map(hash_of) * 1.5
    own, together = (attrs.evolve(alone, people=people, shared=frozenset(s)) for s in ((), ("frame",)))
    fit, (by_person, _) = TEMPLATES["MED"](opposed(*PATHS, sign=(1, -1)), own)
    whole, (by_group, _) = TEMPLATES["MED"](opposed(*PATHS, sign=(1, -1)), together)
    assert "resamples of persons" in fit.method and "resamples of whole group sessions" in whole.method
    assert by_group.estimate == pytest.approx(by_person.estimate)
    assert by_group.se > 1.5 * by_person.se
    assert fit.n == whole.n == fit.rows == 240  # people, whoever is drawn
    assert any(said.startswith("People of one session are alike") for said in whole.cautions)
    asked = opposed(*PATHS, sign=(1, -1), cluster="person")
    again, _ = TEMPLATES["MED"](asked, together)
    assert "resamples of persons, seed 1" in again.method


def hash_of(group):
    """What a group has in common, standard normal."""
    return float(np.random.default_rng(int(group[1:])).normal())


def test_a_path_that_can_not_be_read_is_told_with_its_place():
    with pytest.raises(TermError, match=r"expected a term, got '-' at character 10 of 'frame>a -- b>c'"):
        parse_path("frame>a -- b>c")
