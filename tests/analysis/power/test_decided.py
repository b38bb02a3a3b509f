"""Following the group's lead, taking over and the number of causes: stated, drawn, answered on screens, and found."""

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from scipy.stats import ks_2samp

from analysis.acting import DECISIONS
from analysis.effects import effects
from analysis.hypotheses import load
from analysis.power import decided
from analysis.power.draws import Design, draw, drawable, generator
from analysis.reading.logs import read_logs
from analysis.study import examine
from analysis.testing import test_all
from runner.commands import common, simulate
from runner.errors import VantageError
from runner.theory import Act

ROOT = Path(__file__).parents[3]
MEETING = """
study: two-meetings
title: {en: "A meeting"}
minutes: 10
languages: [en]
identity: coded
pack: gender
factors:
  content: {levels: [equality, harm, protect]}
phases:
  - phase: trait
    task: scale
    params: {scales: [motives]}
  - phase: account
    task: event_account
    params:
      perspective: imagine_other
      instruction: under-the-surface/perspective-other
      account: under-the-surface/account
      content: {by: content}
      principle:
        by: content
        equality: under-the-surface/content-equality
        harm: under-the-surface/content-harm
        protect: under-the-surface/content-protect
  - phase: meeting
    task: meeting
    params: {meeting: planning}
hypotheses: [H14a, H14b]
"""
CAUSES = """
study: two-menus
title: {en: "Causes"}
minutes: 10
languages: [en]
identity: coded
pack: gender
factors:
  wave: {levels: [first, second], unit: wave, days: [14, 28]}
phases:
  - phase: trait
    task: scale
    when: {wave: first}
    params: {scales: [motives]}
  - phase: causes
    task: cause_menu
    params: {causes: over-time/causes}
hypotheses: [H16]
"""
STATED = {"meeting": {"H14a": 0.5, "H14b": 0.4}, "causes": {"H16": 0.4}}
N = 200  # sessions through the engine, or people with two


def both_ways(folder, text, stated):
    """The engine's sample, the same as drawn, and the design."""
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    people = simulate.who(path, "en", stated)
    simulate.perform(path, "en", folder, "1", people, range(N))
    protocol = common.read(path)
    engine = examine(protocol, read_logs(folder, protocol.study)).sample
    hypotheses = load().named(protocol.hypotheses)
    design = Design(asked=people.asked, effects=people.effects, hypotheses=hypotheses, sesoi=0.15, pack="gender")
    return engine, draw(design, 20_000, generator("both")), design


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    return both_ways(tmp_path_factory.mktemp("meeting"), MEETING, STATED["meeting"])


@pytest.fixture(scope="module")
def causes(tmp_path_factory):
    return both_ways(tmp_path_factory.mktemp("causes"), CAUSES, STATED["causes"])


def estimates(hypotheses, sample):
    return {f.id: f.parts[0].judged for f in test_all(hypotheses, sample)}


@pytest.mark.parametrize("which", ["meeting", "causes"])
def test_screens_and_arrays_give_what_was_stated(which, request):
    engine, drawn, design = request.getfixturevalue(which)
    by_screens, by_arrays = (estimates(design.hypotheses, sample) for sample in (engine, drawn))
    for name, value in STATED[which].items():
        assert by_arrays[name].estimate == pytest.approx(value, abs=3.3 * by_arrays[name].se), name
        assert by_arrays[name].se < 0.04  # of 20,000 people: no bias of a tenth goes unseen
        assert by_screens[name].estimate == pytest.approx(value, abs=3.3 * by_screens[name].se), name
        assert by_screens[name].estimate > 2 * by_screens[name].se, name  # nor would nothing


def test_screens_and_arrays_give_outcomes_the_same_distribution(meeting, causes):
    for engine, drawn, names in ((*meeting[:2], ("accomplice", "takeover")), (*causes[:2], ("n_causes",))):
        people = engine.people[engine.people["wave"] == "first"] if "wave" in engine.people else engine.people
        for name in names:
            one, other = (frame[name].astype(float) for frame in (people, drawn.people))
            assert len(one) == N
            assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() / np.sqrt(N)), name
            assert one.std() == pytest.approx(other.std(), rel=0.2), name
            assert ks_2samp(one, other).pvalue > 0.001, name


def test_asking_first_does_not_add_to_either_share(meeting):
    people = meeting[0].people
    assert people["seeking"].astype(float).mean() > 0.1  # the group was asked, and the turn was decided afterwards
    assert people["accomplice"].astype(float).mean() == pytest.approx(DECISIONS["accomplice"][0].base, abs=0.04)


@pytest.mark.parametrize("study, name", [("under-the-surface", "H14a"), ("over-time", "H16")])
def test_what_was_put_in_is_found(recovery, study, name):
    path = ROOT / "protocols" / f"{study}.yaml"
    table = recovery.recovered(path, (name,), studies=30, n=300, jobs=1, progress=lambda done, total: None)
    assert len(table) == 3 and recovery.wrong(table) == []
    strong = table[table["scenario"] == "effect"].iloc[0]
    assert abs(strong["mean"] - 0.2) < 4 * strong["error"] and strong["mean"] > 4 * strong["error"]


def test_shares_exclude_one_another_and_somebody_always_gets_something():
    random, half = generator("1"), np.full(4000, 0.5)
    found = decided.shares({"accomplice": half, "takeover": half}, 12, random)
    assert np.allclose(found["accomplice"] + found["takeover"], 1.0)
    assert found["accomplice"].std() == pytest.approx((0.25 / 12) ** 0.5, rel=0.05)
    number = decided.numbers(np.full(4000, 0.3), 10, random)
    assert number.min() == 1 and number.mean() == pytest.approx(3.0, abs=0.1)
    assert decided.numbers(np.zeros(50), 10, random).max() == 1
    for link in ("linear", "log", "cloglog", "logit"):
        act = Act(construct="c", chosen="x", link=link, base=0.3, terms={})
        sums = np.array([-9.0, -0.2, 0.0, 0.3, 9.0])
        assert decided.chance(act, sums) == pytest.approx([act.chance(s) for s in sums]), link


def test_what_later_sessions_hold_and_what_is_too_large_is_said(recovery):
    study = recovery._asked(ROOT / "protocols" / "over-time.yaml")
    assert drawable(load().named(("H16", "H25a", "H34")), study) == {"H34": "several waves"}
    assert study.measured("motives.moral", "before").first and study.places["causes"] == 10
    assert evolve(study, scales=()).measured("motives.moral", "before") is None
    meeting = recovery._asked(ROOT / "protocols" / "under-the-surface.yaml")
    assert meeting.places["meeting"] == 12 and "motives.moral" in meeting.decided_after["meeting"]
    with pytest.raises(VantageError, match=r"effects on 'accomplice' of this size can't be had; state smaller ones"):
        effects({"H14a": 5.0}, meeting)
    with pytest.raises(VantageError, match=r"--effect: entropy and n_causes are one decision; state one of them"):
        effects({"H16": 0.1, "H16_entropy": 0.1}, study)
