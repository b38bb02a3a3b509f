"""In group sessions, too, arrays are like what goes through the engine, and both know who was together."""

import numpy as np
import pytest
from attrs import evolve

from analysis.hypotheses import load
from analysis.power.draws import Design, draw, generator
from analysis.reading.logs import read_logs
from analysis.study import examine
from analysis.templates.clusters import design_effect
from analysis.testing import test_all
from runner.commands import common, power, simulate
from runner.errors import VantageError

PROTOCOL = """
study: in-groups
title: {en: "Views and choices"}
minutes: 10
languages: [en]
identity: shown
pack: gender
group: {seats: [2, 4]}
factors:
  frame: {levels: [privilege, disadvantage], unit: session}
  first: {levels: [one, other], role: counterbalance}
phases:
  - phase: trait
    task: scale
    params: {scales: [motives-short]}
  - phase: begin
    task: gathering
    params: {point: start, show: nobody}
  - phase: framing
    task: pages
    params:
      text:
        by: frame
        privilege: frame-and-visibility/framing-intro-privilege
        disadvantage: frame-and-visibility/framing-intro-disadvantage
  - phase: announcement
    task: setting
    params:
      {setting: public, text: modules/together-live, question: modules/together, correct: at_once, aliases: 8}
  - phase: company
    task: gathering
    params: {point: company}
  - phase: board
    task: live_display
    params: {text: modules/together-board, ask: false}
  - phase: choices
    task: paired_choice
    params: {design: pairs-4}
  - phase: state
    task: scale
    params: {scales: [guilt]}
  - phase: more
    task: scale
    when: {first: one}
    params: {scales: [prejudice]}
hypotheses: [H11_pool, H18b]
"""
STATED = {"H11_pool": 0.4, "H18b": 0.5}
N = 192  # sessions through the engine


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("in-groups") / "in-groups.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def through_the_engine(path, out, n=N, conformity=0.0):
    people = simulate.who(path, "en", STATED, conformity=conformity)
    simulate.perform(path, "en", out, "1", people, range(n))
    protocol = common.read(path)
    return evolve(examine(protocol, read_logs(out, "in-groups")).sample, draws=0)


@pytest.fixture(scope="module")
def both(path):
    """The sample that the engine's logs give, and what is drawn."""
    people = simulate.who(path, "en", STATED)
    protocol = common.read(path)
    design = Design(
        asked=people.asked,
        effects=people.effects,
        hypotheses=load().named(protocol.hypotheses),
        sesoi=protocol.sesoi,
        pack=protocol.pack,
        treatments=("frame",),
    )
    return through_the_engine(path, path.parent), design


def alike(sample):
    """How alike people of one group session are (intraclass correlations): in how public their acts are, in a score."""
    seen = sample.pairs.assign(public=np.where(sample.pairs["first"], 1, -1) * sample.pairs["a_public"])
    groups = sample.people["group_session"]
    public = seen.groupby("session")["public"].mean().reindex(sample.people.index)
    return tuple(design_effect(values, groups)[0] for values in (public, sample.people["mO"]))


def test_both_know_who_was_together_and_give_them_one_condition(both):
    engine, design = both
    drawn = draw(design, N, generator("groups"))
    for sample in (engine, drawn):
        groups = sample.people.groupby("group_session")
        assert set(groups.size()) == {4} and len(groups) == N // 4
        assert (groups["frame"].nunique() == 1).all() and (groups["first"].nunique() > 1).any()
        assert sample.people.groupby("frame")["group_session"].nunique().tolist() == [N // 8, N // 8]
        assert "frame" in sample.shared and "first" not in sample.shared


def test_findings_have_the_same_distribution(both):
    engine, design = both
    drawn = [test_all(design.hypotheses, draw(design, N, generator(f"finding/{number}"))) for number in range(10)]
    for place, mine in enumerate(test_all(design.hypotheses, engine)):
        here, others = mine.parts[0].judged, [found[place].parts[0].judged for found in drawn]
        estimates, errors = (np.array([getattr(each, name) for each in others]) for name in ("estimate", "se"))
        assert here.estimate == pytest.approx(estimates.mean(), abs=4 * errors.mean()), mine.id
        assert here.se == pytest.approx(errors.mean(), rel=0.35), mine.id
        assert [finding[place].method for finding in drawn] == [mine.method] * len(drawn)
        assert any("People of one session are alike" in said for said in mine.cautions) == (mine.id == "H18b")


def test_people_who_go_by_one_another_are_alike_through_the_engine_and_refused_as_arrays(both, path, tmp_path, capsys):
    engine, design = both
    apart, score = alike(engine)
    together, score_too = alike(through_the_engine(path, tmp_path, conformity=6.0))
    assert apart < 0.1 < together and score == score_too  # what was answered before anything was seen is as it was
    swayed = evolve(design, effects=evolve(design.effects, conformity=1.0))
    with pytest.raises(VantageError, match="people drawn as arrays choose alone; simulate them through the engine"):
        draw(swayed, N, generator("swayed"))
    assert power._beyond_arrays(design.hypotheses, design.asked, 1.0)
    assert "in arrays nobody sees others choose: studies go through the engine" in capsys.readouterr().err
    assert not power._beyond_arrays(design.hypotheses, design.asked, 0.0)
