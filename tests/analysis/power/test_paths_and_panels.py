"""Paths, panels, what acts are thought to achieve, rows of ratings: stated, drawn, answered on screens, and found."""

from functools import partial

import numpy as np
import pytest
from attrs import evolve
from scipy.stats import ks_2samp

from analysis.effects import effects
from analysis.hypotheses import load
from analysis.models import mediation
from analysis.power.draws import Design, draw, drawable, generator
from analysis.reading.logs import read_logs
from analysis.study import examine
from analysis.testing import test_all as put_to_the_data
from runner.commands import common, simulate

HEAD = """
title: {en: "Views"}
minutes: 10
languages: [en]
identity: coded
pack: gender
"""
FRAMED = """
study: framed
factors:
  frame: {levels: [privilege, disadvantage, neutral]}
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
  - phase: state
    task: scale
    params: {scales: [ingroup_identification, guilt]}
  - phase: state-motives
    task: scale
    params: {scales: [motives, privilege_awareness]}
hypotheses: [H18c]
"""
ACTS = """
study: acts
phases:
  - phase: trait
    task: scale
    params: {scales: [motives, ingroup_identification]}
  - phase: choices
    task: paired_choice
    params: {design: pairs-24}
  - phase: effectiveness
    task: act_rating
    params: {rated: effectiveness}
  - phase: acts
    task: matched_acts
    params: {rated: willingness, contrasts: [status, protection]}
  - phase: protest
    task: protest_support
hypotheses: [H11c, H13b, H10d_image]
"""
WAVES = """
study: waves
factors:
  wave: {levels: [first, second, third], unit: wave, days: [14, 28]}
phases:
  - phase: trait
    task: scale
    params: {scales: [motives, politicised_identification]}
  - phase: choices
    task: paired_choice
    when: {wave: first}
    params: {design: pairs-18, repeat: false}
  - phase: risks
    task: risk_rating
    when: {wave: first}
    params: {risks: over-time/risks}
  - phase: beliefs
    task: scale
    params: {scales: [contact, privilege_awareness, anger]}
hypotheses: [H25b, H30]
"""
STUDIES = {
    "framed": (FRAMED, {"H18c": 0.25}, 220),
    "acts": (ACTS, {"H11c": 0.4, "H13b": -0.3, "H10d_image": 0.25}, 160),
    "waves": (WAVES, {"H25b": 0.3, "H30": 0.2}, 200),
}


@pytest.fixture(scope="module", autouse=True)
def fewer_resamples():
    """A twentieth of the resamples: an end of an interval is a twelfth of its error off, and files stay quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.templates.mediation.mediation", partial(mediation, bootstrap=500))
        yield


@pytest.fixture(scope="module", params=list(STUDIES))
def both(request, tmp_path_factory):
    """The engine's sample, the same as drawn, the design, and what was stated."""
    text, stated, n = STUDIES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "study.yaml"
    path.write_text(text.replace("\nstudy:", HEAD + "study:", 1), encoding="utf-8")
    people = simulate.who(path, "en", stated)
    simulate.perform(path, "en", folder, "1", people, range(n))
    protocol = common.read(path)
    engine = evolve(examine(protocol, read_logs(folder, protocol.study)).sample, draws=0)
    hypotheses = load().named(protocol.hypotheses)
    assert drawable(hypotheses, people.asked) == {}
    design = Design(
        asked=people.asked,
        effects=people.effects,
        hypotheses=hypotheses,
        sesoi=0.15,
        pack="gender",
        treatments=tuple(protocol.factors)[:1] if request.param == "framed" else (),
    )
    return engine, draw(design, 6_000, generator("both")), design, stated


def estimates(hypotheses, sample):
    """Each test's judgement by hypothesis, with its sign."""
    found = {}
    for finding in put_to_the_data(hypotheses, sample):
        assert finding.parts, finding.note
        found.setdefault(finding.hypothesis.id, []).extend((part.sign, part.judged) for part in finding.parts)
    return found


def test_screens_and_arrays_give_what_was_stated(both):
    engine, drawn, design, stated = both
    for sample in (engine, drawn):
        for name, parts in estimates(design.hypotheses, sample).items():
            first = parts[0][0]
            for sign, judged in parts:
                value = stated[name] * sign * first
                assert judged.estimate == pytest.approx(value, abs=3.3 * judged.se), name
                assert judged.se < abs(value) / (2 if sample is engine else 8), name  # else this would show nothing


def test_screens_and_arrays_give_scores_the_same_distribution(both):
    engine, drawn, design, _ = both
    wave = design.asked.wave
    people = engine.people[engine.people[wave] == "first"] if wave else engine.people
    names = [name for name in drawn.scores if name in people]
    assert len(names) >= 6
    for name in names:
        one, other = (frame[name].dropna().astype(float) for frame in (people, drawn.people))
        assert one.mean() == pytest.approx(other.mean(), abs=4 * other.std() / np.sqrt(len(one))), name
        assert one.std() == pytest.approx(other.std(), rel=0.2), name
        assert ks_2samp(one, other).pvalue > 0.001, name
    r = [frame[names].astype(float).corr().to_numpy() for frame in (people, drawn.people)]
    assert np.abs(r[0] - r[1]).max() < 4 / np.sqrt(len(people))


def test_rows_and_pairs_are_alike_too(both):
    engine, drawn, _, _ = both
    for name in drawn.long:
        one, other = engine.long[name], drawn.long[name]
        assert set(other) <= set(one) and len(one) / len(engine.people) == len(other) / len(drawn.people)
        code = next(column for column in other if column.startswith("a_"))
        means = [rows.groupby(rows[code].astype(float))["value"].mean().astype(float) for rows in (one, other)]
        assert means[0].to_numpy() == pytest.approx(means[1].to_numpy(), abs=0.15), name
        assert float(one["value"].std()) == pytest.approx(float(other["value"].std()), rel=0.1)
    if "a_effect" in drawn.pairs:
        one, other = (sample.pairs["a_effect"].astype(float) for sample in (engine, drawn))
        assert one.std() == pytest.approx(other.std(), rel=0.1)
        assert one.mean() == pytest.approx(0.0, abs=0.1) and other.mean() == pytest.approx(0.0, abs=0.05)
        for rows in (engine.pairs, drawn.pairs):  # the same is thought of acts with the same heading
            for side in ("first", "second"):
                heading = ["session", f"a_public_{side}", f"a_norm_{side}"]
                assert (rows.groupby(heading)[f"a_effect_{side}"].nunique() == 1).all()


def test_sessions_hang_together_alike(both):
    engine, drawn, design, _ = both
    if not design.asked.wave:
        assert drawn.waves.empty
        return
    tables = []
    for sample in (engine, drawn):
        rows = sample.waves.assign(value=sample.waves["mM"].astype(float), other=sample.waves["id_pol"].astype(float))
        tables.append(rows.pivot(index="person", columns="wave", values=["value", "other"]).corr().to_numpy())
    assert tables[0].shape == (6, 6)
    assert np.abs(tables[0] - tables[1]).max() < 4 / np.sqrt(200)
    assert tables[1][0, 1] == pytest.approx(0.6 * 0.86, abs=0.05)  # what stays, seen through four items


def of_study(recovery, study, ids, stated):
    path = recovery.ROOT / "protocols" / f"{study}.yaml"
    return recovery.design_of(path, stated, ids)


CASES = [
    ("frame-and-visibility", "H1g", 0.2),
    ("frame-and-visibility", "H6_paths", 0.15),
    ("frame-and-visibility", "H11c", 0.3),
    ("frame-and-visibility", "H18c", 0.25),
    ("where-the-line-is", "H7_paths", 0.15),
    ("where-the-line-is", "H10d_image", 0.2),
    ("where-the-line-is", "H13b", -0.2),
    ("where-the-line-is", "H22_fair", -0.25),
    ("under-the-surface", "H4c", 0.2),
    ("under-the-surface", "H8_paths", 0.2),
    ("under-the-surface", "H23", 0.2),
    ("over-time", "H25a", 0.25),
    ("over-time", "H25b", 0.25),
    ("over-time", "H30", 0.2),
]


@pytest.mark.parametrize("study, name, value", CASES, ids=[name for _, name, _ in CASES])
def test_true_is_supported_nothing_is_not_and_the_reverse_is_opposite(recovery, study, name, value):
    verdicts = {}
    for scenario, of_it in (("true", value), ("null", 0.0), ("reversed", -value)):
        design = of_study(recovery, study, (name,), {name: of_it})
        findings = put_to_the_data(design.hypotheses, draw(design, 1200, generator(f"{scenario}/{name}")))
        verdicts[scenario] = {finding.verdict for finding in findings}
    assert verdicts["true"] == {"supported"}
    assert verdicts["reversed"] == {"opposite"}
    assert verdicts["null"] <= {"equivalent", "inconclusive", "trivial"}


@pytest.mark.parametrize("study, name, value", [("frame-and-visibility", "H1g", 0.2), ("over-time", "H25a", 0.2)])
def test_over_many_studies_estimates_are_where_they_were_put(recovery, study, name, value):
    studies = 20
    for of_it in (value, 0.0):
        design = of_study(recovery, study, (name,), {name: of_it})
        found = []
        for number in range(studies):
            (finding,) = put_to_the_data(design.hypotheses, draw(design, 300, generator(f"many/{number}")))
            assert finding.verdict, finding.note
            found.append([(part.sign * part.judged.estimate, part.judged) for part in finding.parts])
        for place in range(len(found[0])):
            every = np.array([row[place][0] for row in found])
            assert every.mean() == pytest.approx(of_it, abs=3.3 * every.std(ddof=1) / np.sqrt(studies) + 1e-3)
            signs = [np.sign(row[place][0] * row[place][1].estimate) for row in found]
            held = [
                row[place][1].low <= of_it * sign <= row[place][1].high for row, sign in zip(found, signs, strict=True)
            ]
            assert sum(held) >= studies - 4  # 19 are expected; fewer come in 1 of 400


def test_panels_of_few_simulated_people_have_solutions(recovery):
    design = of_study(recovery, "over-time", ("H25a", "H25b"), {})  # people who change between sessions, if by chance
    for number in range(6):
        for finding in put_to_the_data(design.hypotheses, draw(design, 120, generator(f"few/{number}"))):
            assert finding.verdict, finding.note


def test_tests_predicted_the_other_way_round_get_the_opposite_value(recovery):
    design = of_study(recovery, "over-time", ("H25a",), {})
    study = design.asked
    up, down = (effects({"H25a": value}, study).mixed for value in (0.2, -0.2))
    assert up.keys() == down.keys() and "privilege_awareness@second" in up
    assert up["privilege_awareness@second"]["contact.quality@first"] > 0
    assert down["privilege_awareness@second"]["contact.quality@first"] < 0
