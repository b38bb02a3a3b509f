"""Studies drawn as arrays are like studies that go through the engine, its logs and the whole analysis."""

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from scipy.stats import chi2_contingency, ks_2samp

from analysis.hypotheses import load
from analysis.power.draws import Design, draw, generator
from analysis.reading.logs import read_logs
from analysis.study import examine
from analysis.testing import test_all
from runner.commands import common, simulate

PROTOCOL = """
study: two-ways
title: {en: "Views and choices"}
minutes: 10
languages: [en]
identity: coded
pack: gender
factors:
  frame: {levels: [privilege, disadvantage, neutral]}
  asked_again: {levels: [asked, not_asked], role: counterbalance}
phases:
  - phase: trait
    task: scale
    params: {scales: [motives, ingroup_identification]}
  - phase: framing
    task: pages
    params:
      text:
        by: frame
        privilege: frame-and-visibility/framing-intro-privilege
        disadvantage: frame-and-visibility/framing-intro-disadvantage
        neutral: frame-and-visibility/framing-intro-neutral
  - phase: choices
    task: paired_choice
    params: {design: pairs-24}
  - phase: state
    task: scale
    params: {scales: [guilt, ingroup_identification]}
  - phase: beliefs
    task: scale
    when: {asked_again: asked}
    params: {scales: [prejudice]}
hypotheses: [H1a, H9a, H11_pool, H18b, H18d]
"""
STATED = {"H1a": -0.3, "H9a": 0.3, "H11_pool": 0.4, "H18b": 0.5, "H18d": 0.4}
N = 500  # sessions through the engine


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The sample that the engine's logs give, and what is drawn."""
    folder = tmp_path_factory.mktemp("two-ways")
    path = folder / "two-ways.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    people = simulate.who(path, "en", STATED, tastes=0.3)
    for first in range(0, N, 100):
        simulate.perform(path, "en", folder, "1", people, range(first, first + 100))
    protocol = common.read(path)
    engine = evolve(examine(protocol, read_logs(folder, "two-ways")).sample, draws=0)
    design = Design(
        asked=people.asked,
        effects=people.effects,
        hypotheses=load().named(protocol.hypotheses),
        sesoi=protocol.sesoi,
        pack=protocol.pack,
        treatments=("frame",),
    )
    return engine, design


def test_both_have_the_same_parts(both):
    engine, design = both
    drawn = draw(design, N, generator("parts"))
    named = {"mO", "mI", "mP", "mM", "id_in", "id_in_base", "id_in_state", "guilt", "prejudice_state"}
    assert named <= set(drawn.scores)
    assert set(drawn.scores) <= set(engine.scores)
    assert drawn.late & set(engine.scores) == engine.late & set(drawn.scores)
    assert drawn.factors.items() <= engine.factors.items()
    columns = ["first", "a_public", "a_public_first", "a_norm", "a_risk_second", "set", "repeated"]
    assert set(columns) <= set(drawn.pairs) & set(engine.pairs)


def test_scores_have_the_same_distribution(both):
    engine, design = both
    drawn = draw(design, 8000, generator("scores"))
    for name in drawn.scores:
        one, other = (s.people[name].dropna().astype(float) for s in (engine, drawn))
        assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() / np.sqrt(len(one))), name
        assert one.std() == pytest.approx(other.std(), rel=0.12), name
        assert ks_2samp(one, other).pvalue > 0.001, name
        assert len(one) / N == pytest.approx(len(other) / 8000, abs=0.01)  # the half that was not asked
    r = [s.people[list(drawn.scores)].astype(float).corr().to_numpy() for s in (engine, drawn)]
    assert np.abs(r[0] - r[1]).max() < 4 / np.sqrt(N / 2)


def test_conditions_do_the_same(both):
    engine, design = both
    drawn = draw(design, 8000, generator("conditions"))
    for name in ("guilt", "prejudice_state", "id_in_state"):
        one, other = (s.people.groupby("frame")[name].mean() for s in (engine, drawn))
        assert (one - other).abs().max() < 4 * 1.2 / np.sqrt(N / 6), name


def test_choices_go_by_attributes_alike(both):
    engine, design = both
    drawn = draw(design, 8000, generator("choices"))
    pairs = [s.pairs[~s.pairs["repeated"].astype(bool)] for s in (engine, drawn)]
    assert len(pairs[0]) == 12 * N and len(pairs[1]) == 12 * 8000
    for attribute in ("a_public", "a_norm", "a_auton", "a_effort"):
        tables = []
        for rows in pairs:
            difference = rows[attribute].astype(float)
            took_more = (rows["first"].astype(bool) == (difference > 0))[difference != 0]
            tables.append(took_more.value_counts().reindex([False, True]))
        assert chi2_contingency(np.array(tables)).pvalue > 0.001, attribute
    shown = [rows.groupby("set").size().sort_index() / len(rows) for rows in pairs]
    assert (shown[0] - shown[1]).abs().max() < 0.01
    assert pairs[0]["first"].astype(float).mean() == pytest.approx(pairs[1]["first"].mean(), abs=0.03)


def test_hypotheses_estimate_the_same_with_the_same_spread(both):
    engine, design = both
    found = {f.id: f.parts[0].judged for f in test_all(design.hypotheses, engine)}
    rows = [
        {"id": f.id, "estimate": f.parts[0].judged.estimate, "se": f.parts[0].judged.se}
        for i in range(25)
        for f in test_all(design.hypotheses, draw(design, N, generator(f"replication/{i}")))
    ]
    drawn = pd.DataFrame(rows).groupby("id").agg(mean=("estimate", "mean"), sd=("estimate", "std"), se=("se", "mean"))
    assert set(drawn.index) == set(STATED)
    for name, row in drawn.iterrows():
        assert found[name].estimate == pytest.approx(row["mean"], abs=3.5 * row["se"]), name
        assert found[name].se == pytest.approx(row["se"], rel=0.15), name
        assert row["sd"] == pytest.approx(row["se"], rel=0.45), name  # of 25 estimates: a factor of 0.6 to 1.45


def test_a_wrong_weight_would_be_seen(both):
    engine, design = both
    wrong = evolve(design, effects=evolve(design.effects, weights={}))
    judged = next(f for f in test_all(design.hypotheses, engine) if f.id == "H11_pool").parts[0].judged
    drawn = next(f for f in test_all(wrong.hypotheses, draw(wrong, N, generator("wrong"))) if f.id == "H11_pool")
    assert abs(judged.estimate - drawn.parts[0].judged.estimate) > 3.5 * judged.se
