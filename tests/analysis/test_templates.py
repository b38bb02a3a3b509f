"""What hypotheses are put to models as: covariates, slopes at levels, rows of an outcome, added choice terms."""

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.hypotheses import Hypothesis, load
from analysis.models import FitError
from analysis.sample import Sample, filtered
from analysis.templates import TEMPLATES

N = 400
SCORES = ("mO", "mI", "mP", "mM", "id_in", "anger", "priv", "guilt", "goal", "y")


@pytest.fixture(scope="module")
def sample():
    """People whose y rises with mM only where the content is equality, and with anger; whose anger is late."""
    rng = np.random.default_rng(11)
    people = pd.DataFrame(rng.normal(size=(N, len(SCORES))), columns=list(SCORES), index=[f"s{i:04}" for i in range(N)])
    people["content"] = np.resize(["equality", "harm", "protect"], N)
    people["frame"] = np.resize(["a", "a", "b", "b"], N)
    people["anger"] += 0.8 * (people["frame"] == "b")
    people["priv"] = 0.7 * people["anger"] + 0.7 * people["priv"]
    people["mO"] += 0.5 * people["anger"]
    people["y"] += people["mM"] * np.where(people["content"] == "equality", 0.8, 0.0)
    people["acted"] = people["y"] > 0
    people["participant"] = people.index
    people = people.astype({**dict.fromkeys(SCORES, "Float64"), "content": "string", "frame": "string"})
    act = np.tile([1, -1], N)
    value = 4 + 0.6 * act * np.repeat(people["mI"].to_numpy(float), 2) + rng.normal(size=2 * N)
    support = pd.DataFrame({"session": np.repeat(people.index, 2), "value": value, "a_statuscost": act})
    return Sample(
        people=people,
        pairs=_pairs(people, rng),
        factors={"content": ("equality", "harm", "protect"), "frame": ("a", "b")},
        scores=SCORES,
        sesoi=0.15,
        draws=0,
        late=frozenset({"anger"}),
        treatments=("frame",),
        long={"support": support.astype({"value": "Float64"})},
    )


def _pairs(people, rng):
    """Twelve pairs a person, of acts in three attributes; goal takes the worth from acts that are both."""
    rows = pd.DataFrame({"session": np.repeat(people.index, 12), "repeated": False})
    for name in ("a_auton", "a_public", "a_effect"):
        for side in ("first", "second"):
            rows[f"{name}_{side}"] = rng.choice([-1, 1], len(rows))
        rows[name] = rows[f"{name}_first"] - rows[f"{name}_second"]
    own = people.loc[rows["session"]].reset_index(drop=True)
    both = rows["a_auton_first"] * rows["a_public_first"] - rows["a_auton_second"] * rows["a_public_second"]
    gain = 0.4 * rows["a_auton"] * own["mO"].astype(float) - 0.5 * both * own["goal"].astype(float)
    gain += 0.4 * rows["a_effect"] * own["mM"].astype(float)
    gain += 0.5 * rows["a_auton"] * own["mM"].astype(float) * (own["content"] == "equality").astype(float)
    rows["first"] = rng.random(len(rows)) < 1 / (1 + np.exp(-gain))
    return rows


def asked(model, test, outcome="", **more):
    given = {"id": "H", "says": "", "source": "D", "block": "action", "kind": "diff", **more}
    return Hypothesis(model=model, test=test, outcome=outcome, **given)


def put(hypothesis, sample):
    fit, estimates = TEMPLATES[hypothesis.model](hypothesis, sample)
    return fit, estimates


def test_a_motive_is_regressed_on_all_its_antecedents_that_were_measured(sample):
    early = attrs.evolve(sample, late=frozenset())
    fit, [(value, se)] = put(asked("LIN", "priv", "mO", block="antecedents"), early)
    assert abs(value) < 3 * se  # awareness goes with the motive through anger alone
    assert set(fit.estimates.index) == {"intercept", "priv", "id_in", "anger"}
    assert fit.method.endswith("held constant: id_in, anger")
    alone, [(alone_value, _)] = put(asked("LIN", "priv", "mO"), early)
    assert alone_value > 0.1
    assert "held constant" not in alone.method


def test_what_the_treatment_may_have_changed_is_held_constant_only_where_the_hypothesis_says_so(sample):
    fit, _ = put(asked("LIN", "priv", "mO", block="antecedents"), sample)
    assert set(fit.estimates.index) == {"intercept", "priv", "id_in"}
    assert fit.method.endswith("held constant: id_in")
    given, _ = put(asked("LIN", "priv", "mO", block="antecedents", given=("anger",)), sample)
    assert set(given.estimates.index) == {"intercept", "priv", "id_in", "anger", "frame[b]"}
    stacked, _ = put(asked("STK", "id_in@mO - id_in@mI", block="antecedents"), sample)
    assert not [term for term in stacked.estimates.index if term.startswith("anger")]


def test_treatments_enter_with_a_predictor_that_came_after_them(sample):
    fit, _ = put(asked("LIN", "anger", "mO", block="antecedents"), sample)
    assert set(fit.estimates.index) == {"intercept", "anger", "priv", "id_in", "frame[b]"}
    both = attrs.evolve(sample, late=frozenset({"anger", "priv"}))
    alone, _ = put(asked("LIN", "anger", "mO", block="antecedents"), both)
    assert set(alone.estimates.index) == {"intercept", "anger", "id_in", "frame[b]"}


def test_stacked_equations_have_the_antecedents_of_every_motive_in_the_test(sample):
    fit, [(value, se)] = put(asked("STK", "anger@mO - anger@mI", block="antecedents"), sample)
    assert value > 3 * se
    assert {f"{x}@{m}" for x in ("guilt", "id_in", "priv", "anger") for m in ("mO", "mI")} <= set(fit.estimates.index)


def test_a_slope_at_a_level_is_that_of_the_people_at_it(sample):
    test = ["mM@content[equality]", "mM@content[harm]", "mM@content[equality] - mM@content[protect]"]
    fit, [at_equality, at_harm, between] = put(asked("LIN", test, "y"), sample)
    assert at_equality[0] > 5 * at_equality[1]
    assert abs(at_harm[0]) < 3 * at_harm[1]
    assert between[0] > 5 * between[1]
    assert "content[harm]:mM" in fit.estimates.index or "mM:content[harm]" in fit.estimates.index


def test_a_slope_at_a_level_is_the_same_whatever_the_reference(sample):
    _, [alone] = put(asked("LIN", "mM@content[harm]", "y"), sample)
    _, [_, _, beside] = put(
        asked("LIN", ["mM@content[equality]", "mM@content[protect]", "mM@content[harm]"], "y"), sample
    )
    assert alone == pytest.approx(beside)


def test_a_factor_of_two_levels_stands_for_its_second(sample):
    _, [bare] = put(asked("LIN", "frame", "anger"), sample)
    _, [named] = put(asked("LIN", "frame[b] - frame[a]", "anger"), sample)
    assert bare == pytest.approx(named)
    assert bare[0] > 5 * bare[1]
    with pytest.raises(FitError, match="the factor 'content' has 3 levels: its test names none of them"):
        put(asked("LIN", "content", "y"), sample)


def test_what_was_not_measured_is_named(sample):
    for test, name in (("nowhere", "nowhere"), ("mO:nowhere", "nowhere")):
        with pytest.raises(FitError, match=f"'{name}' was not measured"):
            put(asked("LIN", test, "y"), sample)
    with pytest.raises(FitError, match="'nothing' was not measured"):
        put(asked("LIN", "mO", "nothing"), sample)
    with pytest.raises(FitError, match="no two acts differ in 'a_norm'"):
        put(asked("CH", "a_norm:mO"), sample)
    with pytest.raises(FitError, match="'mX' was not measured"):
        put(asked("STK", "mO@mX"), sample)


def test_rows_of_an_outcome_are_clustered_by_person(sample):
    fit, [(value, se)] = put(asked("LIN", "a_statuscost:mI", "support"), sample)
    assert (fit.n, fit.rows) == (N, 2 * N)
    assert fit.method == "linear regression, errors clustered by participant"
    spread = sample.long["support"]["value"].std()
    assert value == pytest.approx(0.6 * float(sample.people["mI"].std()) / spread, abs=3 * se)


def test_one_act_or_none_is_not_made_a_z_score(sample):
    people = sample.people.assign(act=sample.people["acted"].astype("Int64"))
    fit, _ = put(
        asked("BIN", "mM@content[equality]", "act"), attrs.evolve(sample, people=people, scores=(*SCORES, "act"))
    )
    assert fit.n == N


def test_choice_terms_that_are_not_in_the_shared_model_are_added_to_it(sample):
    shared, _ = put(asked("CH", "a_auton:mO"), sample)
    test = "a_auton:mM:content[equality] - a_auton:mM:content[protect]"
    fit, [(value, se)] = put(asked("CH", test), sample)
    assert set(shared.estimates.index) < set(fit.estimates.index)
    assert value == pytest.approx(0.5, abs=3 * se)
    _, [(effect, effect_se)] = put(asked("CH", "a_effect:mM - a_effect:mO"), sample)
    assert effect > 5 * effect_se


def test_a_product_of_attributes_is_the_difference_of_the_products(sample):
    fit, [(value, se)] = put(asked("CH", "a_auton:a_public:goal"), sample)
    assert value == pytest.approx(-0.5, abs=3 * se)
    assert "a_auton*a_public:goal" in fit.estimates.index


def test_a_slope_of_a_choice_at_a_level(sample):
    _, [equal, protect] = put(asked("CH", ["a_auton:mM@content[equality]", "a_auton:mM@content[protect]"]), sample)
    assert equal[0] == pytest.approx(0.5, abs=3 * equal[1])
    assert protect[0] == pytest.approx(0.0, abs=3 * protect[1])


def test_people_who_came_several_times_are_one_cluster(sample):
    twice = pd.concat([sample.people, sample.people.set_index(sample.people.index + "-2")])
    fit, _ = put(asked("LIN", "anger", "y"), attrs.evolve(sample, people=twice))
    assert (fit.n, fit.rows) == (N, 2 * N)


def test_a_filter_speaks_of_people_and_their_rows(sample):
    only = filtered(asked("LIN", "a_statuscost:mI", "support", filter="content == harm"), sample)
    fit, _ = put(asked("LIN", "a_statuscost:mI", "support"), only)
    assert fit.n == (sample.people["content"] == "harm").sum()


def test_a_study_with_primes_and_acts_that_cost_status_could_test_what_none_here_can(sample):
    """H20's second part: the text is ready for a study that has both."""
    (hypothesis,) = load().named(("H20_politicised",))
    assert not hypothesis.protocols and "needs both primes and acts that cost status" in hypothesis.note
    rng = np.random.default_rng(20)
    people = sample.people.assign(superord=pd.array(np.resize(["separate", "one_group", "politicised"], N)))
    pairs = sample.pairs[["session", "repeated"]].copy()
    for side in ("first", "second"):
        pairs[f"a_statuscost_{side}"] = rng.choice([-1, 1], len(pairs))
    pairs["a_statuscost"] = pairs["a_statuscost_first"] - pairs["a_statuscost_second"]
    shared = (people.loc[pairs["session"], "superord"] == "politicised").to_numpy(dtype=float)
    pairs["first"] = rng.random(len(pairs)) < 1 / (1 + np.exp(-0.4 * shared * pairs["a_statuscost"]))
    factors = {"superord": ("separate", "one_group", "politicised")}
    both = attrs.evolve(sample, people=people.astype({"superord": "string"}), pairs=pairs, factors=factors)
    _, ((estimate, se),) = put(hypothesis, both)
    assert estimate == pytest.approx(0.4, abs=3 * se)
    assert se < 0.1
