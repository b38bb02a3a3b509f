"""What hypotheses speak of besides scale scores, each from a table that was written by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.exclusions import of_measures
from analysis.hypotheses import load
from analysis.measures import (
    acts,
    bodily,
    causes,
    contrasts,
    expectations,
    find,
    implicit,
    inferred,
    meeting,
    persistence,
    policies,
    remedies,
    who,
)
from analysis.measures import help as helping
from analysis.reading.tables import Tables

ON = {"started": 0.0, "ended": 1.0, "participant": "p"}


def tables(_sessions=(), /, **tasks):
    """Tables of these rows alone, of the nullable types that logs are read as."""
    frames = {task: pd.DataFrame([{**ON, **row} for row in rows]).convert_dtypes() for task, rows in tasks.items()}
    sessions = pd.DataFrame(list(_sessions) or [{"session": "a", "participant": "p"}]).convert_dtypes()
    return Tables(tasks=frames, sessions=sessions, screens=pd.DataFrame(), factors=(), columns={})


def test_a_study_without_the_task_has_no_value():
    nothing = tables()
    for variable in load().variables.values():
        if variable.measure:
            assert find(variable.measure)(nothing).empty, variable.measure


def test_every_measure_says_what_it_is():
    from analysis.outcomes import meaning

    for name in load().variables:
        assert meaning(name).endswith((".", "?")), name


def test_money_is_an_amount_and_giving_some():
    gifts = [{"session": s, "amount": x} for s, x in (("a", 2.5), ("b", 0.0), ("c", None))]
    given = tables(donation=[*gifts, {"session": "d", "amount": None, "ended": None}])
    assert acts.donation(given).to_dict() == {"a": 2.5, "b": 0.0, "c": 0.0}  # a screen left out gives nothing
    assert acts.gave(given).to_dict() == {"a": True, "b": False, "c": False}
    assert acts.real_act(given).to_dict() == {"a": True, "b": False, "c": False}


def test_a_signature_is_the_act_where_there_is_a_petition():
    both = tables(petition=[{"session": "a", "signed": False}], donation=[{"session": "a", "amount": 3.0}])
    assert acts.real_act(both).to_dict() == {"a": False}


def test_only_work_that_can_be_left_is_an_act():
    work = [
        {"session": "a", "block": 0, "done": 40, "seconds": 90.0},
        {"session": "a", "block": 5, "done": 12, "seconds": 30.0},
    ]
    assert acts.rows_counted(tables(extra_effort=work)).to_dict() == {"a": 12}
    assert acts.minutes(tables(extra_effort=work)).to_dict() == {"a": 0.5}


def test_a_part_is_leading_or_following_or_none():
    rows = [
        {"session": s, "part": p, "selflead": lead}
        for s, p, lead in (("a", "speak", 1), ("b", "listen", -1), ("c", "none", None))
    ]
    event = tables(sign_up=rows)
    assert acts.took_part(event).to_dict() == {"a": True, "b": True, "c": False}
    assert acts.leads(event).dropna().to_dict() == {"a": True, "b": False}


def test_being_willing_leaves_out_the_repeated_pair():
    pairs = [("yes", False), ("not_now", False), (None, False), ("yes", True)]
    rows = [{"session": "a", "would_do": w, "repeated": r} for w, r in pairs]
    assert acts.willing(tables(paired_choice=rows)).to_dict() == {"a": 0.5}


def test_observers_are_of_one_group_of_the_other_or_of_neither():
    rows = [
        {"session": "a", "category": "woman", "advantaged": False, "disadvantaged": True},
        {"session": "b", "category": "man", "advantaged": True, "disadvantaged": False},
        {"session": "c", "category": "other", "advantaged": False, "disadvantaged": False},
        {"session": "d", "category": None, "advantaged": False, "disadvantaged": False},
    ]
    found = who.observer(tables(own_group=rows))
    assert found.fillna("?").to_dict() == {"a": "disadvantaged", "b": "advantaged", "c": "neither", "d": "?"}


REQUESTS = [
    ("a", True, True, True, False),
    ("a", True, True, False, False),
    ("a", False, True, True, True),
    ("a", False, False, False, False),
    ("b", True, False, False, False),
]


def requests():
    names = ("session", "requested", "helped", "dependency", "unsolicited")
    return tables(help_requests=[dict(zip(names, row, strict=True)) for row in REQUESTS])


def test_help_is_counted_and_its_kind_apart():
    assert helping.n_helped(requests()).to_dict() == {"a": 3, "b": 0}
    assert helping.n_dependency(requests()).to_dict() == {"a": 2, "b": 0}
    assert helping.n_unsolicited(requests()).to_dict() == {"a": 1, "b": 0}
    assert helping.dependency(requests()).to_dict() == {"a": 0.5, "b": 0.0}
    sent = helping.dependency_given_help(requests())
    assert sent[["session", "value", "asked"]].values.tolist() == [["a", 1, 1], ["a", 0, 1], ["a", 1, -1]]


def pair(contrast, chosen, *, first="minus", repeated=False, session="a"):
    second = {"minus": "plus", "plus": "minus"}[first]
    sides = {"first_pole": first, "second_pole": second}
    return {"session": session, "contrast": contrast, "chosen": chosen, "repeated": repeated, **sides}


def test_dependency_of_pairs_is_the_share_of_their_minus_side():
    rows = [
        pair("help", "first"),
        pair("help", "first", first="plus"),
        pair("help", "second"),
        pair("help", None),
        pair("help", "first", repeated=True),
        pair("status", "first"),
    ]
    assert helping.dependency(tables(matched_pairs=rows))["a"] == pytest.approx(1 / 3)


def rated(contrast, rating, *, status=-1, confront=0, selfcost=0, asked="willingness"):
    codes = {"codes_statuscost": status, "confront": confront, "selfcost": selfcost}
    return {"session": "a", "contrast": contrast, "rated": asked, "rating": rating, **codes}


def test_single_acts_give_both_means_before_their_difference():
    rows = [
        rated("status", 6),
        rated("status", 2, status=1),
        rated("status", 7, status=1, asked="effectiveness"),
        rated("protection", 5, confront=-1),
        rated("protection", 3, confront=1),
        rated("own_cost", 4, selfcost=1),
        rated("own_cost", 1, selfcost=-1),
    ]
    acts_ = tables(matched_acts=rows)
    assert contrasts.support(acts_)[["value", "a_statuscost"]].values.tolist() == [[6, -1], [2, 1]]
    assert [f(acts_)["a"] for f in (contrasts.neutral_mean, contrasts.costly_mean, contrasts.inconsistency)] == [
        6,
        2,
        4,
    ]
    assert [f(acts_)["a"] for f in (contrasts.protective, contrasts.confrontational, contrasts.own_cost)] == [5, 3, 4]


def test_without_matched_acts_the_two_templates_on_status_are_taken():
    rows = [
        {"session": "a", "rated": "willingness", "template": t, "rating": r, "codes_statuscost": c}
        for t, r, c in ((14, 2, 1), (15, 6, -1), (4, 7, -1))
    ]
    assert contrasts.inconsistency(tables(act_rating=rows))["a"] == 4


def test_what_one_keeps_for_ones_group():
    rows = [{"session": "a", "points": 30, "to_own": x} for x in (15, 30)]
    wish = [{"session": "a", "wish": "neither", "staying": 2}]
    given = tables(allocation=rows, mobility=wish)
    assert contrasts.ingroup_allocation(given)["a"] == 0.75
    assert (contrasts.wish(given)["a"], contrasts.staying(given)["a"]) == ("neither", 2)


def step(number, decision, ladder="", level=0, role=None, session="a"):
    where = {"step": number, "ladder": ladder, "level": level, "raised": level, "dropped_at": None}
    return {"session": session, "decision": decision, "role": role, **where}


CHAIN = [
    step(0, "stay", role="lead"),
    step(1, "stay", "peers", 1, role="assist"),
    step(2, "withdraw", "peers", 2),
    step(3, "stay", "peers", 0, role="lead"),
    step(4, "withdraw", "time", 1),
]


def test_the_first_withdrawal_is_the_event_and_its_step_the_time():
    stayed = [step(n, "stay", "time", n, session="b") for n in range(3)]
    found = persistence.dropout(tables(redecision_chain=[*CHAIN, *stayed]))
    assert found[["session", "time", "event", "value"]].values.tolist() == [["a", 3, True, 1], ["b", 3, False, 0]]
    assert persistence.n_switches(tables(redecision_chain=CHAIN))["a"] == 3


def test_step_by_step_the_costs_change_and_nothing_follows_the_withdrawal():
    found = persistence.dropout_steps(tables(redecision_chain=CHAIN))
    columns = ["start", "time", "event", "cost_peers", "cost_time"]
    assert found[columns].values.tolist() == [[0, 1, False, 0, 0], [1, 2, False, 1, 0], [2, 3, True, 2, 0]]


def test_friends_who_care_are_many_at_the_start():
    chain = tables(redecision_chain=CHAIN)
    assert persistence.stays(chain)[["value", "peer_interest"]].values.tolist() == [[1, 3], [1, 2], [0, 1], [1, 3]]
    assert persistence.leads(chain)[["value", "peer_interest"]].values.tolist() == [[1, 3], [0, 2], [1, 3]]


def test_over_waves_a_person_has_one_row_in_the_last_session():
    sessions = [{"session": f"{p}{w}", "participant": p} for p in "xy" for w in (1, 2, 3)]
    steps = [("x1", 0, "stay"), ("x2", 1, "withdraw"), ("x3", 2, "stay"), ("y1", 0, "stay"), ("y2", 1, "stay")]
    rows = [{"session": s, "step": n, "decision": d, "dropped_at": None} for s, n, d in steps]
    found = persistence.dropout(tables(sessions, follow_through=rows))
    assert found[["session", "time", "event"]].values.tolist() == [["x3", 2, True], ["y2", 2, False]]


def test_policies_need_two_thirds_of_their_parts():
    rows = [
        {"session": "a", "policy": p, "support": s, "fairness": 4}
        for p, s in zip(policies.PARTS, (7, 5, 3, None), strict=True)
    ]
    rows += [
        {"session": "b", "policy": p, "support": s, "fairness": None}
        for p, s in zip(policies.PARTS, (7, 5, None, None), strict=True)
    ]
    cards = tables(policy_cards=rows)
    assert policies.aa_support(cards).fillna(0).to_dict() == {"a": 5.0, "b": 0}
    assert policies.aa_fairness(cards).fillna(0).to_dict() == {"a": 4.0, "b": 0}
    assert policies.monitoring(cards).to_dict() == {"a": 5.0, "b": 5.0}


def test_protest_within_and_against_the_rules():
    rows = [
        {"session": "a", "form": "normative", "support": 6, "image_damage": 2},
        {"session": "a", "form": "nonnormative", "support": 2, "image_damage": 5},
    ]
    shown = tables(protest_support=rows)
    assert policies.protest(shown)[["value", "a_norm"]].values.tolist() == [[6, 1], [2, -1]]
    assert (policies.protest_gap(shown)["a"], policies.image_gap(shown)["a"]) == (4, 3)


def test_following_and_taking_over_are_two_shares():
    rows = [
        {"session": "a", "accomplice": a, "takeover": t, "asked": q}
        for a, t, q in ((1, 0, True), (0, 1, False), (0, 0, None), (None, None, None))
    ]
    turns = tables(meeting=rows)
    assert (meeting.accomplice(turns)["a"], meeting.takeover(turns)["a"]) == (
        pytest.approx(1 / 3),
        pytest.approx(1 / 3),
    )
    assert meeting.seeking(turns)["a"] == 0.5


def test_causes_are_counted_and_their_evenness_is_entropy():
    rows = [
        {"session": "a", "points": '{"gender":50,"environment":50,"race":0}', "n_causes": 2, "focal_points": 50},
        {"session": "b", "points": '{"gender":100,"environment":0,"race":0}', "n_causes": 1, "focal_points": 100},
        {"session": "c", "points": None, "n_causes": None, "focal_points": None},
    ]
    menu = tables(cause_menu=[{**row, "total": 100, "n_signed": 0} for row in rows])
    assert causes.entropy(menu).round(4).to_dict() == {"a": 0.6931, "b": 0.0}
    assert causes.focal_share(menu).dropna().to_dict() == {"a": 0.5, "b": 1.0}
    assert causes.environment(menu).to_dict() == {"a": True, "b": False}


def test_quick_relief_is_of_the_choices_that_differ_in_speed():
    def ways(one, other, chosen):
        first, second = (dict(zip(("speed", "form"), way, strict=True)) for way in (one, other))
        sides = {f"first_{k}": v for k, v in first.items()} | {f"second_{k}": v for k, v in second.items()}
        return {"session": "a", "chosen": chosen, **sides}

    rows = [
        ways(("fast", "compensation"), ("slow", "compensation"), "first"),
        ways(("slow", "opportunity"), ("fast", "opportunity"), "first"),
        ways(("fast", "compensation"), ("fast", "opportunity"), "first"),
    ]
    assert remedies.quick_relief(tables(quick_relief=rows))["a"] == 0.5
    assert remedies.compensation(tables(quick_relief=rows))["a"] == 1.0


def test_punishing_is_a_share_and_consulting_yes_or_no():
    points = {"punish": 10, "restore": 20, "protect": 30, "reform": 40}
    asked = tables(punish_consult=[{"session": "a", "consult": True, **points}])
    assert (remedies.punish(asked)["a"], remedies.consulted(asked)["a"]) == (0.1, True)


def test_risks_are_likely_important_and_both():
    rows = [{"session": "a", "likelihood": x, "importance": y} for x, y in ((2, 3), (4, 5), (6, None))]
    rated_ = tables(risk_rating=rows)
    assert (expectations.risk_likelihood(rated_)["a"], expectations.risk_importance(rated_)["a"]) == (4, 4)
    assert expectations.risk_product(rated_)["a"] == 13


def test_klandermans_sums_are_of_every_pair_of_items():
    rows = []
    for scale, answers in (("participation_expectancy", (7, 4)), ("participation_value", (6, 1))):
        for place, answer in enumerate(answers, 1):
            rows.append(
                {"session": "a", "scale": scale, "subscale": "reward", "item": f"reward_{place}", "response": answer}
            )
    assert expectations.reward_motive(tables(scale=rows))["a"] == 1 * 2 + 0.5 * -3
    rows[-1]["response"] = None
    assert expectations.reward_motive(tables(scale=rows)).isna().all()


def trial(session, part, compatible, rt, correct=True, target="self", block=2):
    response = {"first_rt": rt, "correct": correct, "corrected_rt": rt}
    return {"session": session, "target": target, "part": part, "compatible": compatible, "block": block, **response}


def associations(session, rts_compatible, rts_incompatible):
    rows = [trial(session, "practice", True, 9.0)]
    rows += [trial(session, "test", True, rt) for rt in rts_compatible]
    return rows + [trial(session, "test", False, rt) for rt in rts_incompatible]


def test_associations_are_scored_from_seconds_and_test_blocks():
    done = tables(sc_iat=associations("a", (0.5, 0.6, 0.55), (0.7, 0.8, 0.75)))
    assert implicit.D_self(done)["a"] == pytest.approx(200 / 14000**0.5, abs=1e-4)
    assert implicit.D_advantaged(done).empty


def test_fast_responders_lack_the_score_and_stay_in_all_else():
    rows = associations("a", (0.5, 0.6), (0.7, 0.8)) + associations("b", (0.1, 0.2), (0.1, 0.8))
    done = tables(sc_iat=rows)
    assert implicit.D_self(done).isna().to_dict() == {"a": False, "b": True}
    reason = "more than 10 % of the trials under 300 ms"
    assert of_measures(done).values.tolist() == [["b", "E6", reason, "single-category IAT (self)"]]


def test_the_iat_of_two_targets_is_scored_by_its_blocks():
    rows = []
    for block, compatible, rts in (
        (3, True, (0.5, 0.6)),
        (4, True, (0.5, 0.7)),
        (6, False, (0.7, 0.8)),
        (7, False, (0.8, 0.9)),
    ):
        part = "practice" if block in (3, 6) else "test"
        rows += [{**trial("a", part, compatible, rt, block=block), "focal": "disadvantaged"} for rt in rts]
    assert implicit.D_disadvantaged(tables(iat=rows))["a"] > 1


def test_warmth_is_of_each_target():
    rows = [
        {"session": "a", "target": "self", "warmth": 80.0},
        {"session": "a", "target": "advantaged", "warmth": 20.0},
    ]
    assert (
        implicit.warm_self(tables(thermometer=rows))["a"],
        implicit.warm_advantaged(tables(thermometer=rows))["a"],
    ) == (80, 20)


def test_motives_are_seen_by_observer_and_person():
    profile = {f"profile_{name}": 1 for name in ("autonomy", "role", "public", "consistent", "cost", "group")}
    own = {f"own_{name}": None for name in ("outgroup", "ingroup", "personal", "moral")}
    ratings = {"outgroup": 6, "ingroup": 2, "personal": 3, "moral": 4, "trust": 5, "cooperation": 7, "usefulness": 1}
    rows = [{"session": "a", "actor": "1", "construct": c, "rating": r, **profile, **own} for c, r in ratings.items()]
    shown = tables(vignettes=rows)
    shown.tasks["vignettes"][[*own]] = shown.tasks["vignettes"][[*own]].astype("Int64")
    om, ip, good = (f(shown) for f in (inferred.inferred_om, inferred.inferred_ip, inferred.evaluation))
    assert (om["value"].item(), ip["value"].item(), good["value"].item()) == (5.0, 2.5, 6.0)
    assert om["v_autonomy"].item() == 1
    assert inferred.inferred(shown)["motive"].tolist() == ["outgroup", "ingroup", "personal", "moral"]


def test_the_bodys_change_is_from_rest_to_the_news():
    rows = [
        {"session": "a", "phase": p, "sbp": s, "dbp": 80.0, "co": 5.0}
        for p, s in (("baseline", 120.0), ("news", 128.0))
    ]
    summary = tables(cardiovascular=rows)
    assert (bodily.d_sbp(summary)["a"], bodily.d_pp(summary)["a"], bodily.d_co(summary)["a"]) == (8, 8, 0)
    assert bodily.d_tpr(summary)["a"] == pytest.approx(8 / 3 / 5 * 80)


def test_a_trial_that_was_not_finished_counts_for_nothing():
    rows = [{"session": "a", "accomplice": 1, "takeover": 0, "asked": None, "ended": None}]
    assert meeting.accomplice(tables(meeting=rows)).empty


def test_each_implicit_test_has_its_reliability_by_name_and_its_order_effect():
    rng = np.random.default_rng(5)
    rows = []
    for number in range(40):
        taste, order = rng.normal(0, 0.15), ("compatible", "incompatible")[number % 2]
        for compatible in (True, False):
            rts = 0.6 + rng.gamma(2, 0.03, 24) + (0.0 if compatible else taste) + 0.1 * (number % 2) * (not compatible)
            rows += [{**trial(f"s{number}", "test", compatible, rt), "order": order} for rt in rts]
    found = implicit.d_reliability(tables(sc_iat=rows)).iloc[0]
    assert found["method"] == "split-half (odd-even), Spearman-Brown"
    assert found["n"] == 40 and found["reliability"] > 0.8
    assert found["order_high"] < 0  # the second order was made to raise D
