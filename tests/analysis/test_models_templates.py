"""From a hypothesis to its model: each template on people of whom it is known what drives them."""

import json

import attrs
import numpy as np
import pandas as pd
import pytest

from analysis.choices import ATTRIBUTES, part_rows, would_do_rows
from analysis.hypotheses import Hypothesis
from analysis.sample import Sample
from analysis.templates.clusters import design_effect
from analysis.testing import test_all as tested

N = 600
MOTIVES = ("mO", "mI", "mP", "mM")


def hypothesis(model, test, outcome="", **more):
    fields = {"id": "H", "says": "so", "source": "D", "block": "action", "kind": "diff"}
    return Hypothesis(**fields, model=model, test=test, outcome=outcome, **more)


def people(seed=1, n=N):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=list(MOTIVES)).astype("Float64")
    frame["setting"] = pd.array(rng.choice(["private", "public"], n), dtype="string")
    frame["participant"] = [f"p{i}" for i in range(n)]
    return frame.set_index(pd.Index([f"s{i}" for i in range(n)], name="session"))


def sample(frame, long=None, pairs=None, scores=MOTIVES, **more):
    return Sample(
        people=frame,
        pairs=pd.DataFrame(columns=["session", "set", "repeated", "first", *ATTRIBUTES]) if pairs is None else pairs,
        factors={"setting": ("private", "public")},
        scores=tuple(scores),
        sesoi=0.15,
        long=long or {},
        **more,
    )


def only(hypothesis, sample):
    (finding,) = tested([hypothesis], sample)
    return finding


def close(finding, *values):
    for part, value in zip(finding.parts, values, strict=True):
        assert abs(part.judged.estimate - value) < 3 * part.judged.se, (part, value)
        assert part.judged.se < 0.25


def test_cnt_counts_in_log_rates():
    frame, rng = people(), np.random.default_rng(2)
    mean = np.exp(0.8 + 0.3 * frame["mM"].to_numpy(float) - 0.2 * frame["mO"].to_numpy(float))
    frame["n_causes"] = pd.array(rng.poisson(mean * rng.gamma(2, 1 / 2, N)), dtype="Int64")
    found = only(hypothesis("CNT", "mM - mO", "n_causes"), sample(frame, scores=(*MOTIVES, "n_causes")))
    close(found, 0.5)
    assert found.verdict == "supported"
    assert found.method.startswith("negative binomial regression (dispersion 0.")
    assert found.unit == "log rate per SD"
    assert found.n == N


def test_cnt_takes_poisson_where_counts_vary_no_more():
    frame, rng = people(), np.random.default_rng(3)
    frame["n_causes"] = pd.array(rng.binomial(3, 0.5, N), dtype="Int64")
    found = only(hypothesis("CNT", "mM - mO", "n_causes"), sample(frame))
    assert found.method.startswith("Poisson regression (no overdispersion)")
    frame["n_causes"] = frame["n_causes"].astype("Float64") + 0.5
    assert "is no count" in only(hypothesis("CNT", "mM", "n_causes"), sample(frame)).note


def giving(slope_whether, slope_amount):
    frame, rng = people(4), np.random.default_rng(5)
    m, public = frame["mI"].to_numpy(float), (frame["setting"] == "public").to_numpy(float)
    gives = rng.random(N) < 1 / (1 + np.exp(-(1.0 + slope_whether * m * public)))
    amount = np.exp(1 + slope_amount * m * public + 0.5 * rng.normal(size=N))
    frame["donation"] = pd.array(np.where(gives, amount, 0.0), dtype="Float64")
    return sample(frame, scores=(*MOTIVES, "donation"))


GIVES = hypothesis("HUR", "setting[public]:mI", "donation")


def test_hur_is_borne_out_only_where_more_give_and_they_give_more():
    both = only(GIVES, giving(1.0, 0.6))
    close(both, 1.0, 0.6)
    assert [part.test for part in both.parts] == ["setting[public]:mI, whether", "setting[public]:mI, amount"]
    assert both.verdict == "supported"
    assert "chance did not make" in both.cautions[0]
    half = only(GIVES, giving(1.0, 0.0))
    assert half.parts[0].judged.verdict == "supported"
    assert half.verdict != "supported"


def test_hur_of_several_tests_has_a_whether_and_an_amount_of_each():
    two = attrs.evolve(GIVES, test=("setting[public]:mI", "setting[public]:mP"))
    names = [f"setting[public]:{m}, {part}" for m in ("mI", "mP") for part in ("whether", "amount")]
    found = only(attrs.evolve(two, combine="all"), giving(1.0, 0.6))
    assert [part.test for part in found.parts] == names
    close(found, 1.0, 0.6, 0.0, 0.0)
    each = tested([attrs.evolve(two, combine="each")], giving(1.0, 0.6))
    assert [(f.id, f.parts[0].test) for f in each] == [(f"H.{i}", name) for i, name in enumerate(names, 1)]


def test_hur_needs_some_who_gave_and_some_who_did_not():
    everybody = giving(0.0, 0.0)
    everybody = attrs.evolve(everybody, people=everybody.people.assign(donation=2.0))
    assert "the outcome is the same in every row" in only(GIVES, everybody).note
    rising = attrs.evolve(everybody, people=everybody.people.assign(donation=np.arange(1.0, N + 1)))
    assert "everybody gave: there is no hurdle" in only(GIVES, rising).note


def leaving(seed=6, frame=None):
    frame = people(seed) if frame is None else frame
    rng = np.random.default_rng(seed)
    rate = np.exp(-1.6 + 0.5 * frame["mP"].to_numpy(float) - 0.1 * frame["mI"].to_numpy(float))
    time = np.ceil(rng.exponential(1 / rate))
    rows = pd.DataFrame({"session": frame.index, "time": np.minimum(time, 5).astype(int), "event": time <= 5})
    return frame, rows.assign(value=rows["event"].astype(float))


def test_cox_gives_log_hazards_of_grouped_steps():
    frame, rows = leaving()
    ask = hypothesis("COX", ("mP - mI", "mI - 0.5*mO - 0.5*mM"), "dropout", combine="all")
    found = only(ask, sample(frame, long={"dropout": rows}))
    close(found, 0.6, -0.1)
    assert found.n == N
    assert found.method.startswith(
        "proportional hazards in 5 discrete steps (cloglog), errors clustered by participant"
    )
    split = rows.assign(start=0)
    later = only(ask, sample(frame, long={"dropout": split}))
    assert [p.judged.estimate for p in later.parts] == [p.judged.estimate for p in found.parts]


def test_cox_counts_from_where_somebody_was_first_seen():
    frame, rows = leaving()
    pieces = rows.loc[rows.index.repeat(rows["time"])].copy()
    pieces["start"] = pieces.groupby(level=0).cumcount()
    last = pieces["start"] + 1 == pieces["time"]
    pieces = pieces.assign(time=pieces["start"] + 1, event=pieces["event"] & last)
    ask = hypothesis("COX", "mP", "dropout")
    whole, stepwise = (only(ask, sample(frame, long={"dropout": r})) for r in (rows, pieces.reset_index(drop=True)))
    assert stepwise.deciding.estimate == pytest.approx(whole.deciding.estimate)
    assert stepwise.deciding.se == pytest.approx(whole.deciding.se)


def test_cox_says_so_where_the_step_is_not_known():
    frame, rows = leaving()
    found = only(hypothesis("COX", "mP", "dropout"), sample(frame, long={"dropout": rows.drop(columns="time")}))
    assert found.note == "not yet tested: 'dropout' doesn't say at which step it was"


def test_ord_finds_the_log_odds_of_ordered_answers():
    frame, rng = people(7), np.random.default_rng(8)
    latent = 0.5 * frame["mI"].to_numpy(float) + rng.logistic(size=N)
    frame["share"] = pd.array(np.digitize(latent, [-1, 0, 1.5]), dtype="Float64")
    found = only(hypothesis("ORD", "mI", "share"), sample(frame, scores=(*MOTIVES, "share")))
    close(found, 0.5)
    assert found.method == "ordered logit of 4 values, sandwich errors"


def many_rows(sd, seed=9):
    frame, rng = people(seed, 150), np.random.default_rng(seed)
    who = np.repeat(np.arange(150), 6)
    cost = np.tile([-1.0, 1.0], 450)
    own = sd * rng.normal(size=150)
    value = own[who] + 0.3 * cost * frame["mI"].to_numpy(float)[who] + rng.normal(size=900)
    rows = pd.DataFrame({"session": frame.index[who], "value": value, "a_statuscost": cost})
    return sample(frame, long={"support": rows})


SUPPORT = hypothesis("MIX", "a_statuscost:mI", "support")


def test_mix_gives_each_person_a_level_of_their_own():
    found = only(SUPPORT, many_rows(1.0))
    plain = only(attrs.evolve(SUPPORT, model="LIN"), many_rows(1.0))
    assert found.method == "linear mixed model, intercepts by person (REML)"
    assert found.n == plain.n == 150
    assert found.deciding.estimate == pytest.approx(plain.deciding.estimate, abs=0.03)
    assert found.unit == "SD"
    close(found, 0.3 / np.sqrt(2.09))


def test_mix_without_differences_between_people_is_least_squares_at_once():
    found = only(SUPPORT, many_rows(0.0, seed=10))
    assert found.method.endswith("(instead of a mixed model: no variance between people)")
    assert found.verdict == "supported"


def together(effect, size=6, n=N):
    """People in sessions of six, alike to some degree; the setting is one of a whole session."""
    frame, rng = people(11, n), np.random.default_rng(12)
    group = np.arange(n) // size
    frame["group_session"] = pd.array([f"g{i}" for i in group], dtype="string")
    public = rng.random(n // size + 1) < 0.5
    frame["setting"] = pd.array(np.where(public[group], "public", "private"), dtype="string")
    shared = effect * rng.normal(size=n // size + 1)
    frame["real_act"] = pd.array(rng.random(n) < 1 / (1 + np.exp(-shared[group])), dtype="boolean")
    return frame


ACT = hypothesis("BIN", "setting[public]", "real_act", cluster="session")


def test_errors_are_by_group_session_where_the_hypothesis_asks_for_it():
    alike = only(ACT, sample(together(1.5)))
    alone = only(attrs.evolve(ACT, cluster=""), sample(together(1.5)))
    assert alike.deciding.estimate == pytest.approx(alone.deciding.estimate)
    assert alike.deciding.se > 1.3 * alone.deciding.se
    assert (alike.n, alone.n) == (N, N)
    assert alike.method == "logistic regression, errors clustered by group session"
    assert alike.cautions[0].startswith("People of one session are alike to an intraclass correlation of 0.")
    assert len(alike.cautions) == 1


def test_few_group_sessions_are_told():
    found = only(ACT, sample(together(1.0, size=40)))
    assert found.cautions[1] == ("There are 15 group sessions only: with fewer than 30, errors come out too small.")


def test_where_nobody_knows_who_took_part_together_errors_are_by_person():
    frame = together(1.5)
    for lacking in (frame.drop(columns="group_session"), frame.assign(group_session=[f"g{i}" for i in range(N)])):
        found = only(ACT, sample(lacking))
        assert found.method == "logistic regression, sandwich errors"
        assert "who took part together is not known" in found.cautions[0]


def test_people_without_a_group_are_groups_of_their_own():
    frame = together(1.5)
    frame.loc[frame.index[:100], "group_session"] = pd.NA
    assert only(ACT, sample(frame)).n == N


def test_more_coefficients_than_group_sessions_are_refused():
    found = only(attrs.evolve(ACT, test="setting[public]:mI"), sample(together(1.0, size=100)))
    assert found.note == "not yet tested: 6 group sessions are too few for 10 coefficients"


def test_the_design_effect_of_people_who_are_not_alike_is_1():
    rng = np.random.default_rng(13)
    icc, size, effect = design_effect(pd.Series(rng.normal(size=900)), pd.Series(np.arange(900) // 9))
    assert size == 9.0
    assert icc < 0.03 and 1.0 <= effect < 1.25


def test_lin_of_several_outcomes_needs_each_of_them():
    frame, rng = people(14), np.random.default_rng(15)
    public = (frame["setting"] == "public").to_numpy(float)
    names = ("d_sbp", "d_pp", "d_tpr")
    for name, effect in zip(names, (0.5, 0.5, 0.0), strict=True):
        frame[name] = pd.array(effect * public + rng.normal(size=N), dtype="Float64")
    found = only(hypothesis("LIN", "setting[public]", names), sample(frame, scores=(*MOTIVES, *names)))
    assert [part.test for part in found.parts] == [f"setting[public], {name}" for name in names]
    assert [part.judged.verdict == "supported" for part in found.parts] == [True, True, False]
    assert found.verdict != "supported"


def acts(seed=16, n=200, sets=10):
    """Pairs of acts of people with public acts by mI, and what they say they would do."""
    frame, rng = people(seed, n), np.random.default_rng(seed)
    who = np.repeat(np.arange(n), sets)
    rows = pd.DataFrame(
        {"session": frame.index[who], "set": np.tile(np.arange(sets), n).astype(str), "repeated": False}
    )
    for attribute in ("a_public", "a_norm"):
        for side in ("first", "second"):
            rows[f"{attribute}_{side}"] = rng.choice([-1, 1], len(rows))
        rows[attribute] = rows[f"{attribute}_first"] - rows[f"{attribute}_second"]
    m = frame["mI"].to_numpy(float)[who]
    tastes = rng.normal(size=(n, 2))[who] * 0.6
    gain = (0.4 * m + tastes[:, 0]) * rows["a_public"] + tastes[:, 1] * rows["a_norm"]
    rows["first"] = rng.random(len(rows)) < 1 / (1 + np.exp(-gain))
    picked = np.where(rows["first"], rows["a_public_first"], rows["a_public_second"])
    yes = rng.random(len(rows)) < 1 / (1 + np.exp(-(0.3 + 0.5 * m * picked)))
    return frame, rows.assign(would_do=np.where(yes, "yes", "not_now"))


def test_the_second_answer_is_analysed_on_everyone():
    frame, rows = acts()
    found = only(hypothesis("CH", "a_public:mI", "would_do"), sample(frame, pairs=rows))
    close(found, 0.5)
    assert found.method.startswith("second part of the choice, yes against no or not now: logistic regression")
    assert found.n == 200
    assert would_do_rows(rows).shape == (2000, 4)
    assert "nobody was asked" in only(hypothesis("CH", "mI", "would_do"), sample(frame)).note


def test_choices_are_put_to_one_mixed_logit_and_it_is_fitted_once():
    frame, rows = acts()
    study = sample(frame, pairs=rows)
    found = tested([hypothesis("CH", test) for test in ("a_public:mI", "a_norm:mO", "a_public:mP")], study)
    assert {f.method for f in found} == {
        "mixed logit, normal slopes of a_public, a_norm, 500 Halton draws a person, seed 1, errors clustered by person"
    }
    close(found[0], 0.4)
    assert len(study._fitted) == 1
    quick = only(hypothesis("CH", "a_public:mI"), attrs.evolve(study, draws=0))
    assert quick.method == "conditional logit, errors clustered by person"


def test_a_person_with_several_sessions_is_one_person():
    frame, rows = acts()
    frame = frame.assign(participant=[f"p{i // 2}" for i in range(len(frame))])
    found = only(hypothesis("CH", "a_public:mI"), sample(frame, pairs=rows))
    assert found.n == 100


def signed(n=400, seed=18):
    frame, rng = people(seed, n), np.random.default_rng(seed)
    parts = [
        {"value": v, "text": v, "selflead": s}
        for v, s in (("organise", 1), ("speak", 1), ("carry", -1), ("listen", -1))
    ]
    lead = rng.random(n) < 1 / (1 + np.exp(-2 * (0.1 + 0.5 * frame["mP"].to_numpy(float))))
    taken = np.where(lead, rng.choice(["organise", "speak"], n), rng.choice(["carry", "listen"], n))
    table = pd.DataFrame({"session": frame.index, "trial": "part-1", "parts": json.dumps(parts), "part": taken})
    table["selflead"] = np.where(lead, 1, -1)
    table.loc[:49, "part"], table.loc[:49, "selflead"] = "none", np.nan
    return frame, part_rows(table)


def test_leading_is_a_choice_among_parts_where_no_pairs_ask_for_it():
    frame, parts = signed()
    assert len(parts) == 350 * 4
    found = only(hypothesis("CH", "a_selflead:mP - a_selflead:mO"), sample(frame, parts=parts))
    close(found, 0.5)
    assert found.n == 350
    assert found.method == "conditional logit, errors clustered by person"
    without = only(hypothesis("CH", "a_selflead:mP"), sample(frame))
    assert without.note == "not yet tested: there are no paired choices"


def test_no_parts_are_no_rows():
    assert part_rows(pd.DataFrame(columns=["session"])).empty


def test_holm_and_the_joint_verdict_hold_for_every_model():
    frame, rng = people(20), np.random.default_rng(21)
    frame["n_causes"] = pd.array(rng.poisson(np.exp(1 + 0.2 * frame["mM"].to_numpy(float))), dtype="Int64")
    frame["real_act"] = pd.array(rng.random(N) < 0.5, dtype="boolean")
    asked = [
        attrs.evolve(hypothesis("CNT", "mM", "n_causes", primary=True), id="A"),
        attrs.evolve(hypothesis("BIN", "mM", "real_act", primary=True), id="B"),
        attrs.evolve(hypothesis("CNT", ("mM", "mO"), "n_causes", combine="all"), id="C"),
    ]
    one, other, joint = tested(asked, sample(frame, scores=(*MOTIVES, "n_causes")))
    assert one.p_holm == pytest.approx(2 * one.deciding.p)
    assert other.p_holm == pytest.approx(max(other.deciding.p, one.p_holm))
    assert joint.p_holm is None
    assert [part.judged.verdict == "supported" for part in joint.parts] == [True, False]
    assert joint.verdict != "supported"
