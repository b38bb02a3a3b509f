"""What simulated people are made of gives hypotheses the values that were stated, in every kind of model."""

from pathlib import Path

import numpy as np
import pytest

from analysis.effects import effects
from analysis.hypotheses import load
from analysis.power.draws import Design, draw, drawable, generator
from analysis.testing import test_all
from runner.commands import common
from runner.commands.asking import asked
from runner.errors import VantageError
from runner.theory import SPREAD, moments, point

PROTOCOLS = Path(__file__).parents[2] / "protocols"


@pytest.fixture(scope="session")
def study():
    return asked(common.read(PROTOCOLS / "frame-and-visibility.yaml"), "en")


def found(study, stated, n=6000, seed="1"):
    hypotheses = load().named(tuple(stated))
    design = Design(asked=study, effects=effects(stated, study), hypotheses=hypotheses, sesoi=0.15, pack="gender")
    findings = test_all(hypotheses, draw(design, n, generator(seed)))
    assert all(finding.parts for finding in findings), [finding.note for finding in findings]
    return {f.id: [part.judged for part in f.parts] for f in findings}


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
    ],
    ids=lambda stated: "+".join(stated),
)
def test_a_stated_value_is_what_the_hypothesis_itself_estimates(study, stated):
    for name, parts in found(study, stated).items():
        for judged in parts:
            assert judged.estimate == pytest.approx(stated[name], abs=3.3 * judged.se), name
            assert judged.se < abs(stated[name]) / 2.5  # else this would show nothing


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
        ({"H18c": 0.3}, r"--effect H18c: no single value says what people of the model MED are like"),
        ({"H11c": 0.3}, r"--effect H11c: no option in this study carries a_effect; state effects on .*a_auton"),
        ({"H13b": 0.3}, r"--effect H13b: nothing in this study tells a simulated participant what 'support' is"),
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


def test_what_arrays_do_not_hold_is_named(study):
    lacking = drawable(load().named(("H9a", "H11c", "H12c")), study)
    assert lacking.keys() == {"H11c", "H12c"}
    assert lacking["H11c"] == "a_effect"
