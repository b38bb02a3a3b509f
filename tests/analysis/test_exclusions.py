import attrs
import pandas as pd
import pytest

from analysis.exclusions import before_treatment
from analysis.reading.logs import Logs, Withdrawn, session_of
from analysis.study import examine


@pytest.fixture
def examined(protocol):
    def of(*logs, **more):
        sessions = tuple(session_of(records) for records in logs)
        return examine(protocol, Logs(sessions=sessions, damaged=(), **more))

    return of


def rows(study):
    return list(study.excluded[["session", "rule", "reason"]].itertuples(index=False, name=None))


def early(person, agreed=True, advantaged=None):
    """A session that gets as far as consent, or eligibility."""
    person.do("consent", "consent", {}, {"agreed": agreed}, "agree" if agreed else "disagree")
    if advantaged is not None:
        category = {True: "man", False: "woman"}.get(advantaged)
        outcome = {"category": category, "advantaged": advantaged is True, "acted_before": None, "willingness": None}
        person.do("eligibility", "eligibility", {}, outcome, category)
    return person


def checks(person, phase, right):
    for place, good in enumerate(right):
        given = {"scale": "filler", "item": f"check-{place}", "instructed": 3, "low": 1, "high": 7, "reversed": False}
        person.do(phase, "scale", given, {"response": 3 if good else 4}, 3)
    return person


def test_nobody_is_excluded_without_a_reason(examined, person):
    assert rows(examined(person(1, "whole").log())) == []


def test_the_reasons_of_e1(examined, person, blank, leave):
    stopped = person(2, "stop")
    taken = person(3, "withdraw")
    end = taken.records[-1]
    taken.records[-1] = type(end)(trial=end.trial, outcome={"decision": "withdraw"})
    study = examined(leave(early(blank(1), agreed=False), "no_consent"), leave(stopped, "stopped"), taken.log())
    assert rows(study) == [
        ("s00001", "E1", "no consent"),
        ("s00002", "E1", "stopped"),
        ("s00003", "E1", "withdrew the data after the debrief"),
    ]


def test_who_left_without_deciding_on_the_data_is_e1_whatever_led_them_out(examined, person, leave):
    silent, unfinished = person(5, "silent"), person(6, "off")
    end = silent.records[-1]
    silent.records[-1] = type(end)(trial=end.trial, outcome={"decision": None})
    unfinished.records.pop()  # the machine went off while it was asked
    study = examined(leave(silent, "not_eligible"), unfinished.log("unfinished"))
    assert [row for row in rows(study) if row[0] == "s00005"] == [("s00005", "E1", "left without deciding on the data")]
    assert ("s00006", "E1", "left without deciding on the data") not in rows(study)


def test_who_left_since_it_was_too_much_is_e1_with_that_reason(examined, person, leave):
    assert rows(examined(leave(person(4, "distress"), "distressed"))) == [("s00004", "E1", "distressed")]


def test_who_is_not_advantaged_is_e2(examined, blank, leave):
    study = examined(
        leave(early(blank(1), advantaged=False), "not_eligible"), leave(early(blank(2), advantaged="?"), "not_eligible")
    )
    assert rows(study) == [
        ("s00001", "E2", "not a member of the advantaged group"),
        ("s00002", "E2", "did not say which group"),
    ]


def test_two_failed_checks_before_the_treatment_are_e3_and_later_ones_nothing(examined, blank):
    failed = checks(early(blank(1), advantaged=True), "trait", [False, False, True])
    once = checks(early(blank(2), advantaged=True), "trait", [False, True])
    late = checks(early(blank(3), advantaged=True), "state", [False, False])
    assert rows(examined(failed.log(), once.log(), late.log())) == [("s00001", "E3", "failed 2 attention checks")]


def test_a_session_that_broke_off_is_e4(examined, person):
    assert [row[:2] for row in rows(examined(person(1, "broken").log("unfinished")))] == [("s00001", "E4")]


def test_the_second_session_of_a_person_is_e5(examined, person):
    logs = [person(i, "again", participant="same", at=f"2026-01-0{i}T00:00:00+00:00").log() for i in (1, 2)]
    assert [row[:2] for row in rows(examined(*logs))] == [("s00002", "E5")]


def test_who_began_before_is_e5_though_that_session_is_not_analysed_and_who_never_agreed_is_not(
    examined, person, blank, leave
):
    def at(day):
        return {"participant": "same", "at": f"2026-01-0{day}T00:00:00+00:00"}

    broken, again = person(1, "broken", **at(1)).log("unfinished"), person(2, "again", **at(2)).log()
    assert [row[:2] for row in rows(examined(broken, again))] == [("s00001", "E4"), ("s00002", "E5")]
    refused = leave(early(blank(1, **at(1)), agreed=False), "no_consent")
    assert [row[:2] for row in rows(examined(refused, again))] == [("s00001", "E1")]


def test_the_first_rule_that_applies_is_the_one_that_is_told(examined, blank, leave):
    both = checks(early(blank(1), advantaged=False), "trait", [False, False])
    assert [row[1] for row in rows(examined(leave(both, "stopped")))] == ["E1"]


def test_the_phases_before_the_treatment(protocol):
    assert before_treatment(protocol) == ("consent", "eligibility", "trait")


def test_the_flow_adds_up_in_every_arm(examined, person, blank, leave):
    flow = examined(
        *(person(i, "flow").log() for i in range(6)),
        leave(early(blank(6), agreed=False), "no_consent"),
        leave(early(blank(7), advantaged=False), "not_eligible"),
        person(8, "flow").log("unfinished"),
        withdrawn=(Withdrawn(study="made-up", store="simulated", assigned={"frame": "neutral", "setting": "public"}),),
    ).flow
    excluded = flow[flow.index.str.startswith("excluded")]
    assert (excluded.sum() + flow.loc["analysed"]).equals(flow.loc["assigned"])
    assert flow["all"].to_dict() | {} == flow.drop(columns="all").sum(axis=1).to_dict()
    counted = flow["all"][["assigned", "consented", "eligible", "got the treatment", "completed", "analysed"]]
    assert counted.tolist() == [10, 9, 8, 8, 7, 6]
    assert flow.loc["assigned", "neutral · public"] == 2


def test_actors_are_known_from_before_the_treatment(examined, blank):
    def one(number, acted, willing):
        person = early(blank(number))
        outcome = {"category": "man", "advantaged": True, "acted_before": acted, "willingness": willing}
        person.do("eligibility", "eligibility", {}, outcome, "man")
        return person.log()

    people = examined(
        one(1, True, 1), one(2, False, 4), one(3, False, 3), one(4, None, None), one(5, True, None)
    ).people
    assert people["actor_base"].tolist() == [True, True, False, pd.NA, True]


@pytest.mark.parametrize(
    ("store", "first", "reason"),
    [
        ("pilot", "consent", None),
        ("pilot", "state", "a pilot of a part only: it began with the phase state"),
        ("pilot", "a phase of another version", None),
        ("simulated", "state", None),
    ],
)
def test_a_pilot_of_a_part_is_not_analysed(examined, blank, store, first, reason):
    one = blank(1, store=store)
    one.do(first, "recall", {}, {})
    found = examined(one.log()).excluded
    assert found["reason"].tolist() == ([reason] if reason else [])


@pytest.mark.parametrize(("level", "excluded"), [("privilege", 0), ("disadvantage", 1)])
def test_phases_that_a_cell_does_not_have_are_not_missed(protocol, blank, level, excluded):
    one = blank(1, store="pilot")  # its frame is "disadvantage"
    one.do("eligibility", "recall", {}, {})
    first = attrs.evolve(protocol.phases[0], when={"frame": (level,)})
    changed = attrs.evolve(protocol, phases=(first, *protocol.phases[1:]))
    study = examine(changed, Logs(sessions=(session_of(one.log()),), damaged=()))
    assert len(study.excluded) == excluded
