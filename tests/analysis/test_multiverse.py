"""Every declared analysis: which there are, that all are run, and that each does what its level says."""

import math
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.figures.curves import specification_curves
from analysis.hypotheses import load
from analysis.models import conditional_logit, linear
from analysis.multiverse import axes_of, multiverse, shares, specifications
from analysis.multiverse.axes import AXES
from analysis.multiverse.people import factor_scores, failed_checks
from analysis.reading.logs import read_logs
from analysis.study import examine
from runner.cli import main
from runner.declarations.protocols import read_protocol

PROTOCOLS = Path(__file__).parents[2] / "protocols"
CHECK = {
    "question": "frame_about",
    "kind": "choice",
    "text": "What were they about?",
    "options": [{"value": v, "text": v} for v in ("privilege", "disadvantage", "neutral", "unsure")],
    "anchors": [],
    "low": 1,
    "high": 7,
}


def hypothesis(name, **more):
    (found,) = load().named((name,))
    return attrs.evolve(found, **more)


def _no_actor(record):
    if "willingness" not in getattr(record, "outcome", {}):
        return record
    return attrs.evolve(record, outcome={**record.outcome, "acted_before": False, "willingness": 2})


@pytest.fixture(scope="module")
def study(protocol, person):
    from analysis.reading.logs import Logs, session_of

    sessions = []
    for i in range(70):
        one = person(i, "multiverse", weights={"a_auton:mO": 0.4})
        recalled = "unsure" if i % 7 == 0 else one.assigned["frame"]
        one.do("checks", "question", CHECK, {"response": recalled, "number": None}, recalled)
        if i % 5 == 0:
            one.records = [_no_actor(record) for record in one.records]
        sessions.append(session_of(one.log()))
    study = examine(
        attrs.evolve(protocol, hypotheses=("H9a", "H11_pool", "H18b")), Logs(sessions=tuple(sessions), damaged=())
    )
    study.__dict__["sample"] = attrs.evolve(study.sample, draws=0)
    return study


@pytest.fixture(scope="module")
def table(study):
    return specifications(study, hypothesis("H9a"))


def one(table, **levels):
    """The row of a cell; axes that are not named at their declared level."""
    chosen = table
    for axis in [a for a in AXES if a in table]:
        wanted = levels.get(axis, table.loc[table["is_preregistered"], axis].iloc[0])
        chosen = chosen[chosen[axis] == wanted]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_only_the_axes_that_apply_are_run(study):
    axes = axes_of(study, hypothesis("H9a"))
    assert axes == {
        "scoring": ("mean", "factor score"),
        "exclusions": ("preregistered", "also failed checks", "actors only"),
        "entry": ("together", "alone"),
        "attributes": ("all", "tested only"),
        "model": ("conditional logit", "mixed logit", "linear probability"),
    }
    assert "entry" not in axes_of(study, hypothesis("H11_pool"))  # a contrast needs the motives in one model
    assert set(axes_of(study, hypothesis("H18b"))) == {"exclusions"}


def test_every_cell_is_run_once_and_one_is_declared(study, table):
    axes = axes_of(study, hypothesis("H9a"))
    ran = set(table[[*axes]].itertuples(index=False, name=None))
    assert ran == set(product(*axes.values()))
    assert len(table) == len(ran) == 72
    assert table["is_preregistered"].sum() == 1


def test_the_declared_cell_is_the_reports_finding(study, table):
    finding = next(f for f in study.findings if f.id == "H9a")
    row = table[table["is_preregistered"]].iloc[0]
    assert (row["estimate"], row["low"], row["verdict"]) == (
        finding.deciding.estimate,
        finding.deciding.low,
        finding.verdict,
    )


def test_other_people_are_analysed(study, table):
    actors = int(study.people["actor_base"].sum())
    assert one(table, exclusions="actors only")["n"] == actors == 56
    assert failed_checks(study).sum() == 10
    assert one(table, exclusions="also failed checks")["n"] == 60


def test_a_motive_alone_and_one_attribute_alone(study, table):
    pairs = study.pairs[~study.pairs["repeated"].astype(bool)]
    joined = pairs.merge(study.sample.standard, left_on="session", right_index=True)
    terms = ["a_auton", "a_auton:mO"]
    fit = conditional_logit(joined, chosen="first", terms=terms, person="participant")
    row = one(table, entry="alone", attributes="tested only")
    assert row["estimate"] == pytest.approx(fit.estimates["a_auton:mO"])
    probability = linear(joined.assign(left=1.0), outcome="first", terms=terms, cluster="participant")
    row = one(table, entry="alone", attributes="tested only", model="linear probability")
    assert row["estimate"] == pytest.approx(4 * probability.estimates["a_auton:mO"])
    assert abs(row["estimate"] - fit.estimates["a_auton:mO"]) < 0.15


def test_factor_scores_are_of_the_factor_that_made_the_items():
    rng = np.random.default_rng(1)
    factor = rng.normal(size=500)
    loadings = np.array([0.9, 0.8, 0.5, -0.6])
    items = pd.DataFrame(factor[:, None] * loadings + rng.normal(size=(500, 4)) * np.sqrt(1 - loadings**2))
    scores = factor_scores(items).astype(float)
    # regression scores are the best linear guess: their r is sqrt(sum / (1 + sum)), sum of l^2 / (1 - l^2)
    strength = float((loadings**2 / (1 - loadings**2)).sum())
    assert np.corrcoef(scores, factor)[0, 1] == pytest.approx(math.sqrt(strength / (1 + strength)), abs=0.02)
    gaps = items.astype("Float64")
    gaps.iloc[0, 0] = pd.NA
    assert factor_scores(gaps).isna().sum() == 1


def test_scores_of_factors_change_little_and_something(table):
    mean, factor = one(table), one(table, scoring="factor score")
    assert 0 < abs(mean["estimate"] - factor["estimate"]) < 0.1


def test_without_covariates_means_without_all_of_them(study):
    asked = hypothesis("H1b", test="mI", given=("mP",), outcome="guilt", model="LIN", block="action")
    found = specifications(study, asked)
    bare = linear(study.sample.standard, outcome="guilt", terms=["mO", "mI", "mP", "mM"])
    assert one(found, covariates="none")["estimate"] == pytest.approx(bare.estimates["mI"])
    assert one(found)["estimate"] == pytest.approx(bare.estimates["mI"])  # mP is in the model as a motive already
    held = specifications(study, hypothesis("H18b", given=("mP",)))
    assert one(held, covariates="none")["estimate"] != pytest.approx(one(held)["estimate"])


def test_a_cell_that_can_not_be_fitted_is_in_the_table_with_its_reason(study):
    few = examine(study.protocol, attrs.evolve(study.logs, sessions=study.logs.sessions[:40]))
    few.__dict__["sample"] = attrs.evolve(few.sample, draws=0)
    found = specifications(few, hypothesis("H9a"))
    unfit = found[found["verdict"].isna()]
    assert len(found) == 72 and len(unfit)
    assert unfit["note"].str.contains("persons are too few for").all()
    counted = shares(found)
    assert counted["cells"].sum() == 72 and counted["share"].sum() == pytest.approx(1.0)
    assert "not fitted" in set(counted["verdict"])


def test_the_moral_motive_can_be_taken_literally(study):
    axis = AXES["table1"]
    asked = hypothesis("H14a", outcome="accomplice", test="0.5*mO + 0.5*mM@content[equality] - 0.5*mI - 0.5*mP")
    assert axis.levels(study, asked) == ["by content", "Table 1 literally"]
    literal, _ = axis.put(study, (asked, study.sample), "Table 1 literally")
    assert literal.tests == ("0.5*mO + 0.5*mM - 0.5*mI - 0.5*mP",)
    against = attrs.evolve(asked, test="mM@content[equality] - 0.5*mM@content[protect] - 0.5*mM@content[harm]")
    literal, _ = axis.put(study, (against, study.sample), "Table 1 literally")
    assert literal.tests == ("mM",)
    assert not axis.levels(study, hypothesis("H9a"))


def test_only_primary_hypotheses_are_run_unless_others_are_named(study):
    assert set(multiverse(study, ("H18b",))["id"]) == {"H18b"}
    told = []
    found = multiverse(study, progress=lambda what, done, of: told.append((done, of)))
    assert set(found["id"]) == {"H9a", "H11_pool"}
    assert told[-1] == (2, 2)
    assert found["entry"].isna().sum() == 36  # an axis that doesn't apply to H11_pool


def test_the_curve_shows_each_cell_and_marks_the_declared_one(table):
    (drawn,) = specification_curves(table)
    assert drawn.name == "multiverse-H9a"
    ElementTree.fromstring(drawn.svg)
    assert "72 declared analyses" in drawn.alt and "The preregistered one: " in drawn.alt
    assert specification_curves(table.assign(verdict=None)) == []
    assert specification_curves(table.iloc[:0]) == []


# ---------------------------------------------------------------- publicness as people rate it

PHASE = """  - phase: publicness
    task: act_rating
    params: {rated: publicness}
  - phase: state-motives"""


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """A study that asks after the choices how visible acts make one, performed by simulated participants."""
    folder = tmp_path_factory.mktemp("rated")
    text = (PROTOCOLS / "frame-and-visibility.yaml").read_text(encoding="utf-8")
    text = text.replace("study: frame-and-visibility", "study: rated-publicness")
    path = folder / "rated-publicness.yaml"
    path.write_text(text.replace("  - phase: state-motives", PHASE, 1), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert main(["simulate", str(path), "-n", "40", "--seed", "rated", "--out", str(folder / "data")]) == 0
    protocol = attrs.evolve(read_protocol(path), hypotheses=("H11_pool",))
    study = examine(protocol, read_logs(folder / "data", protocol.study))
    study.__dict__["sample"] = attrs.evolve(study.sample, draws=0)
    return study


def test_where_people_rated_it_their_publicness_takes_the_place_of_the_code(rated):
    assert axes_of(rated, hypothesis("H11_pool"))["publicness"] == ("researcher", "rated")
    assert "publicness" not in axes_of(rated, hypothesis("H9a"))  # a test of autonomy
    pairs = rated.pairs
    assert pairs["rated_public_first"].dropna().between(-1, 1).all()
    own = rated.of_analysed("act_rating")
    own = own[(own["rated"] == "publicness") & (own["session"] == pairs["session"].iloc[0])]
    like = own[(own["codes_public"] == 1) & (own["codes_normative"] == 1)]["rating"].astype(float).mean()
    told = pairs[(pairs["session"] == pairs["session"].iloc[0]) & (pairs["a_public_first"] == 1)]
    told = told[told["a_norm_first"] == 1]["rated_public_first"]
    assert told.astype(float).to_numpy() == pytest.approx((like - 4) / 3)
    asked, sample = AXES["publicness"].put(rated, (hypothesis("H11_pool"), rated.sample), "rated")
    assert asked == hypothesis("H11_pool")
    assert sample.pairs["a_public"].equals(pairs["rated_public"].rename("a_public"))
    assert rated.sample.pairs["a_public"].equals(pairs["a_public"])


def test_a_study_without_ratings_has_no_such_axis(study):
    assert "rated_public" not in study.pairs
    assert not AXES["publicness"].levels(study, hypothesis("H11_pool"))


def test_both_codings_are_run(rated):
    test = "a_public:mI"
    found = specifications(rated, hypothesis("H11_pool", test=test, sign=1))
    cells = found[(found["model"] == "conditional logit") & (found["attributes"] == "tested only")]
    cells = cells[(cells["entry"] == "alone") & (cells["scoring"] == "mean")].groupby("publicness").first()
    assert cells["estimate"].notna().all()
    assert cells.loc["rated", "estimate"] != pytest.approx(cells.loc["researcher", "estimate"])
    joined = rated.pairs[~rated.pairs["repeated"].astype(bool)].merge(
        rated.sample.standard, left_on="session", right_index=True
    )
    joined = joined.assign(a_public=joined["rated_public"])
    fit = conditional_logit(joined, chosen="first", terms=["a_public", test], person="participant")
    assert cells.loc["rated", "estimate"] == pytest.approx(fit.estimates[test])
