"""What simulated people are made of gives hypotheses the values that were stated, in every kind of model."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from analysis.choices import ATTRIBUTES
from analysis.effects import effects
from analysis.hypotheses import load
from analysis.models import mediation
from analysis.power.draws import Design, draw, drawable, generator
from analysis.rated import gap_reliability
from analysis.testing import test_all
from runner.commands import common
from runner.commands.asking import asked
from runner.errors import VantageError
from runner.theory import SPREAD, Asked, moments, point

PROTOCOLS = Path(__file__).parents[2] / "protocols"


@cache
def known(name):
    """What a study asks; of some that takes seconds to find out."""
    return asked(common.read(PROTOCOLS / f"{name}.yaml"), "en")


@pytest.fixture(scope="session")
def study():
    return known("frame-and-visibility")


def found(study, stated, n=6000, seed="1"):
    hypotheses = load().named(tuple(stated))
    design = Design(asked=study, effects=effects(stated, study), hypotheses=hypotheses, sesoi=0.15, pack="gender")
    findings = test_all(hypotheses, draw(design, n, generator(seed)))
    assert all(finding.parts for finding in findings), [finding.note for finding in findings]
    judged = {}
    for finding in findings:  # a hypothesis whose tests count one by one has several
        judged.setdefault(finding.hypothesis.id, []).extend(part.judged for part in finding.parts)
    return judged


@pytest.mark.parametrize(
    "stated",
    [
        {"H1a": -0.3},  # LIN, by a score measured together with it
        {"H1a_rel": 0.3, "H1e_rel": 0.2},  # STK, by an earlier and by a later score
        {"H18b": 0.5},  # LIN, by condition
        {"H18d": 0.4},  # LIN, by condition and score
        {"H12a": 0.5},  # BIN, by condition and motives
        {"H9a": 0.3},  # CH, by a motive
        {"H11_pool": -0.4},  # CH, the other way round
        {"H1g": 0.2},  # MED, by scores
        {"H1c": 0.25, "H6_paths": 0.1},  # MED and LIN, of which the one has a coefficient of the other
    ],
    ids=lambda stated: "+".join(stated),
)
def test_a_stated_value_is_what_the_hypothesis_itself_estimates(study, stated):
    for name, parts in found(study, stated).items():
        for judged in parts:
            assert judged.estimate == pytest.approx(stated[name], abs=3.3 * judged.se), name
            assert judged.se < abs(stated[name]) / 2.5  # else this would show nothing


@pytest.mark.parametrize(
    "name, stated",
    [
        ("under-the-surface", {"H31a": 0.3, "H31b": -0.2, "H31c": 0.3, "H31d": -0.3}),
        ("under-the-surface", {"H29_recall": 0.4, "H29_good": -0.4, "H9d_punish": 0.5, "H9d_consult": 0.8}),
        ("under-the-surface", {"H29_norm": -0.3}),
        ("from-the-other-side", {"H33a_om": 0.2, "H33a_ip": -0.2, "H33b": 0.3}),
        ("where-the-line-is", {"H27": 0.2, "H2b_relief": 0.3, "H28": 0.2, "H15b_lead": 0.3}),
        ("where-the-line-is", {"H27_confront": -0.2, "H28_self": -0.3, "H15b_stay": -0.3}),
        ("where-the-line-is", {"H19c_text": 0.5, "H9a": 0.2}),  # of which the other moves the same choices
        ("seen-giving", {"H28_public": 0.4}),
        ("status-and-help", {"H19c": 0.5}),
        ("over-time", {"H16_entropy": 0.3}),
        ("over-time", {"H16_focal": -0.3}),
        ("over-time", {"H16_environment": 0.5}),
        ("status-and-help-instability", {"H21_sbp": 0.4, "H21_pp": -0.4, "H21_tpr": 0.4, "H21_co": -0.4}),
        ("status-and-help-instability", {"H21_id": 0.4, "H21_mI": 0.2}),
    ],
    ids=lambda each: "+".join(each) if isinstance(each, dict) else "",
)
def test_what_no_single_scale_gives_is_as_it_was_stated_too(name, stated):
    hypotheses, its = load().named(tuple(stated)), known(name)
    assert drawable(hypotheses, its) == {}
    design = Design(asked=its, effects=effects(stated, its), hypotheses=hypotheses, sesoi=0.15, pack="gender")
    for finding in test_all(hypotheses, draw(design, 6000, generator(name))):
        assert finding.parts, finding.note
        for part, judged in ((part, part.judged) for part in finding.parts):
            value = stated[finding.hypothesis.id] * part.sign * finding.hypothesis.signs[0]
            assert judged.estimate == pytest.approx(value, abs=3.3 * judged.se), finding.id
            assert judged.se < abs(value) / 2.5


def test_conditions_move_only_what_is_measured_after_they_were_shown(study):
    stated = {"H18d": 0.4}  # prejudice is measured after; identification twice
    made = effects(stated, study)
    assert made.shifts["prejudice"].keys() == {"frame[privilege]:id_in_base"}
    both = {"shifts": {"ingroup_identification": {"frame[privilege]": 1.0}}}
    design = Design(
        asked=study,
        effects=type(made)(**both),
        hypotheses=load().named(("H1a", "H18a")),
        sesoi=0.15,
        pack="gender",
    )
    people = draw(design, 3000, generator("2")).people
    change = people.groupby("frame")[["id_in", "id_in_state"]].mean()
    assert abs(change.loc["privilege", "id_in"] - change.loc["neutral", "id_in"]) < 0.1
    assert change.loc["privilege", "id_in_state"] - change.loc["neutral", "id_in_state"] > 0.8


@pytest.mark.parametrize(
    "stated, says",
    [
        ({"H34": 0.3}, r"--effect H34: no single value says what people of the model DES are like"),
        ({"H25a": 0.3}, r"--effect H25a: 'contact' is not asked in each of three sessions or more"),
        ({"H23": 0.3}, r"--effect H23: 'persp' is not asked for in this study"),
        ({"H4c": 0.3}, r"--effect H4c: 'mconv' is not asked for in this study"),
        ({"H18e": 0.3}, r"--effect H18e: nothing in this study tells a simulated participant what 'aa_support' is"),
        ({"H18c": 0.9}, r"--effect: paths by way of id_in_state, guilt can't be of this size; state smaller ones"),
        ({"H18c": 0.1, "H18d_mO": 0.2}, r"--effect: mO_state can't be moved in two ways; state one of them"),
        ({"H29_costly": 0.3}, r"--effect H29_costly: no option in this study carries a_selfcost; state .*a_auton"),
        ({"H19b": 0.3}, r"--effect H19b: 'stability' is no factor of this study; it has frame, setting"),
        ({"H1a": -0.99}, r"--effect: effects on mO of this size can't be had together; state smaller ones"),
        ({"H18b": 3.0}, r"--effect: conditions would make up .* of all that varies in 'guilt'"),
        ({"H9a": 0.1, "H9b": 0.1, "H9_rel": 0.5}, r"--effect: H9a, H9b, H9_rel can't have these values together"),
    ],
    ids=lambda each: "+".join(each) if isinstance(each, dict) else "",
)
def test_what_can_not_be_stated_is_refused_in_one_sentence(study, stated, says):
    with pytest.raises(VantageError, match=says):
        effects(stated, study)


def test_nothing_stated_leaves_everything_at_nothing(study):
    made = effects({}, study)
    assert not (made.weights or made.mixed or made.shifts or made.acts)


def test_moments_are_those_of_drawn_items():
    random = np.random.default_rng(1)
    for items, low, high in ((1, 1, 7), (4, 1, 7), (3, 0, 10)):
        tendency = random.normal(size=4000)
        means = [np.mean([point(t, random.normal(), low, high) for _ in range(items)]) for t in tendency]
        known = moments(items, low, high)
        assert np.mean(means) == pytest.approx(known.mean, abs=0.07)
        assert np.std(means) == pytest.approx(known.sd, rel=0.04)
        assert np.corrcoef(means, tendency)[0, 1] ** 2 == pytest.approx(known.reliability, abs=0.03)
    assert SPREAD == 1.3  # what the numbers in the documents were made with


def test_a_gaps_reliability_is_that_of_drawn_answers():
    random = np.random.default_rng(2)
    both, gap = random.normal(size=(2, 6000))
    one, other = ([point(t, random.normal(), 1, 7) for t in both + sign * gap] for sign in (1, -1))
    assert np.corrcoef(np.subtract(one, other), gap)[0, 1] ** 2 == pytest.approx(gap_reliability(1, 7), abs=0.02)


def test_mediators_go_the_way_that_other_hypotheses_predict(study):
    made = effects({"H18c": 0.1}, study)
    assert made.shifts["ingroup_identification"]["frame[privilege]"] < 0 < made.shifts["guilt"]["frame[privilege]"]
    outgroup, ingroup = made.shifts["motives.outgroup"], made.shifts["motives.ingroup"]
    assert outgroup["id_in_state"] < 0 < ingroup["id_in_state"]  # H1a, and its counterpart
    assert made.names["guilt"] == "guilt@after"  # it moves motives once it was answered


def test_weights_of_what_is_asked_later_make_good_what_it_goes_by(study):
    several = known("over-time")
    (act,) = effects({"H30": 0.15}, several).acts
    assert (act.construct, act.chosen, act.link) == ("would_do", "yes", "linear")
    assert act.terms["anger"] > act.terms["id_pol"] > 0  # anger is asked after the choices, and counts by its tendency
    assert act.terms["risk_likelihood"] < 0  # so that given the measured anger it adds nothing


def test_codes_of_rated_acts_are_named_as_those_of_chosen_ones(study):
    assert {code for act in study.rated for code in act.codes} == study.codes & {*ATTRIBUTES}


def test_what_arrays_do_not_hold_is_named(study):
    lacking = drawable(load().named(("H9a", "H11c", "H12c", "H18c", "H23", "H27")), study)
    assert lacking.keys() == {"H12c", "H23", "H27"}
    assert lacking["H23"] == "persp"


def test_a_setting_and_an_audience_are_the_situations_that_have_them():
    giving = known("seen-giving")
    assert giving.follows["audience"]["nobody"] == ("situation[private_nobody]",)
    assert giving.follows["setting"]["public"] == ("situation[public_ingroup]", "situation[public_mixed]")
    (act,) = effects({"H12a": 0.4}, giving).acts
    assert act.terms["situation[public_ingroup]:mI"] == act.terms["situation[public_mixed]:mI"] == pytest.approx(0.4)
    assert not drawable(load().named(("H12a", "H24", "H24_mixed")), giving)
    for stated in ({"H12a": 0.5}, {"H24": 0.4}, {"H24_mixed": -0.3}):
        for name, parts in found(giving, stated).items():
            for judged in parts:
                assert judged.estimate == pytest.approx(stated[name], abs=3.3 * judged.se), name
                assert judged.se < abs(stated[name]) / 2.5


def test_a_share_that_can_not_fall_below_nothing_has_the_slope_that_was_stated():
    several = known("over-time")
    (large,), (small,) = (effects({"H30": value}, several).acts for value in (0.2, 0.05))
    grown = large.terms["anger"] / small.terms["anger"]
    assert grown > 2.7  # 2.61 without what makes good that a chance stays at 0
    design = Design(
        asked=several, effects=effects({"H30": 0.2}, several), hypotheses=load().named(("H30",)), sesoi=0.15
    )
    people = draw(design, 150_000, generator("shares")).standard
    paths = mediation(people, x="risk_likelihood", mediators=["anger", "id_pol"], outcome="willing", bootstrap=50)
    for drawn in paths.indirect.values():
        assert drawn.estimate == pytest.approx(0.2, abs=0.003)  # about two errors; it would be 0.196


def test_the_page_lists_the_hypotheses_that_can_not_be_stated():
    page = (PROTOCOLS.parent / "docs" / "models-mediation-and-panel.md").read_text(encoding="utf-8")
    table = page.partition("## What can't be stated")[2].partition("\n## ")[0]
    listed = [name for row in re.findall(r"^\| (H.*?) \|", table, re.MULTILINE) for name in row.split(", ")]
    able, unable = set(), set()
    for path in sorted(PROTOCOLS.glob("*.yaml")):
        protocol = common.read(path)
        its = known(path.stem) if protocol.hypotheses else Asked()
        for hypothesis in load().named(protocol.hypotheses):
            if hypothesis.model not in ("DOM", "SURF", "DES"):
                (able if can_be_stated(hypothesis.id, its) else unable).add(hypothesis.id)
    assert sorted(listed) == sorted(unable - able)


def can_be_stated(name, study):
    """Is there some people of whom a hypothesis holds?"""
    try:
        effects({name: 0.1}, study)
    except VantageError:
        return False
    return True
