"""The participant flow counts people, adverse events count sessions."""

import attrs
import pytest

from analysis.figures.common import flow_picture
from analysis.figures.drawing import Picture
from analysis.flow import LEFT, TOOK_BACK, adverse
from analysis.reading.logs import Logs, Withdrawn, session_of
from analysis.report.particulars import reasons
from analysis.study import examine
from runner.protocol import Factor

WAVES = ("first", "second")


@pytest.fixture(scope="module")
def panel(protocol):
    """The made-up study, each participant coming twice."""
    return attrs.evolve(protocol, factors={"wave": Factor(levels=WAVES, unit="wave"), **protocol.factors})


@pytest.fixture
def came(person):
    """came(participant, wave, how) -> a session's records."""

    def records(number, wave, how="completed", **changed):
        one = person(number, f"flow/{wave}", participant=f"p{number}", session=f"s{number}{wave}")
        one.assigned = {"wave": wave, **one.assigned}
        return one.log(how)

    return records


def examined(protocol, *logs, **more):
    return examine(protocol, Logs(sessions=tuple(map(session_of, logs)), damaged=(), **more))


def test_in_a_study_with_waves_people_are_counted_and_not_sessions(panel, came):
    study = examined(panel, came(1, "first"), came(1, "second"), came(2, "first"), came(3, "first"), came(3, "second"))
    total = study.flow["all"]
    assert total[["assigned", "completed: first", "completed: second", "analysed"]].tolist() == [3, 3, 2, 3]
    assert (study.flow.loc["assigned"] == study.flow.loc["analysed"]).all()


def test_a_person_none_of_whose_sessions_is_analysed_is_excluded_once(panel, came, blank, leave):
    refused = [blank(9, participant="p9", session=f"s9{wave}") for wave in WAVES]
    for one, wave in zip(refused, WAVES, strict=True):
        one.assigned = {"wave": wave, **one.assigned}
        one.do("consent", "consent", {}, {"agreed": False}, "disagree")
    study = examined(panel, came(1, "first"), *(leave(one, "no_consent") for one in refused))
    excluded = study.flow["all"][study.flow.index.str.startswith("excluded")]
    assert excluded.sum() == 1
    assert excluded.sum() + study.flow.loc["analysed", "all"] == study.flow.loc["assigned", "all"] == 2


def test_erased_sessions_of_one_person_are_one_person(panel, came):
    gone = [
        Withdrawn(study="made-up", store="simulated", assigned={"wave": w, "frame": "neutral", "setting": "public"})
        for w in WAVES
    ]
    flow = examined(panel, came(1, "first"), withdrawn=tuple(gone)).flow
    assert flow.loc[["assigned", TOOK_BACK, "analysed"], "all"].tolist() == [2, 1, 1]


def test_who_stops_and_who_withdraws_is_told_by_arm(protocol, person, blank, leave):
    stopped = blank(1)
    stopped.do("consent", "consent", {}, {"agreed": True}, "agree")
    logs = [person(0, "aside").log(), leave(stopped, "stopped")]
    stone = Withdrawn(study="made-up", store="simulated", assigned={"frame": "neutral", "setting": "public"})
    study = examined(protocol, *logs, withdrawn=(stone,))
    assert study.flow.loc[LEFT, "all"] == 1
    assert study.flow.loc[TOOK_BACK, ["all", "neutral · public"]].tolist() == [1, 1]
    assert reasons(study)[["rule", "reason", "all"]].values.tolist() == [["E1", "stopped", 1]]


def test_adverse_events_are_counted_over_all_sessions(protocol, person, blank, leave):
    one = blank(1)
    one.do("consent", "consent", {}, {"agreed": True}, "agree")
    one.do("trait", "scale", {}, None, "distress", screen="stop")
    one.do("trait", "scale", {}, None, "leave", screen="stop-support")
    table = adverse(protocol, examined(protocol, person(0, "adverse").log(), leave(one, "distressed")).tables)
    assert table.loc["sessions", "all"] == 2
    assert table.loc["uses of that control", "all"] == 1
    assert table.loc["sessions in which somebody said that it was too much", "all"] == 1
    assert table.loc["went no further: said that it was too much", "all"] == 1
    assert table.loc["went no further: stopped", "all"] == 0


def test_the_picture_tells_who_is_not_analysed_once(protocol, blank, person, leave):
    stopped = blank(1)
    stopped.do("consent", "consent", {}, {"agreed": True}, "agree")
    drawn = flow_picture(examined(protocol, person(0, "p").log(), leave(stopped, "stopped")).flow)
    assert isinstance(drawn, Picture)
    assert drawn.alt.endswith("analysed 1. Not analysed: 1 E1: no consent, left, or withdrew the data.")
    assert drawn.data.loc[drawn.data["stage"] == "analysed", "all"].tolist() == [1]
