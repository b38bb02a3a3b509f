"""Seats of people who take their data back, or whose session can't begin: nothing stays, and nobody is kept waiting."""

import json
import re
import threading
import time
from pathlib import Path

import pytest
from attrs import evolve

from experiments import find
from runner import sessions
from runner.cli import main
from runner.commands import common, live, together
from runner.errors import MachineError
from runner.laboratory import gatherings, joining
from runner.laboratory.gatherings import GATHERING, SAID, SEAT
from runner.laboratory.place import open_place
from runner.ledger import Ledger
from runner.ledger.replay import listing
from runner.log import FileLog
from runner.planning import plan_session
from runner.respondents import Scripted, Spec
from runner.stages.marking import Nowhere
from runner.stages.virtual import Virtual

STUDY = Path(__file__).parents[2] / "protocols" / "modules" / "seen-together.yaml"
PROTOCOL = common.read(STUDY)
TASKS = common.tasks(PROTOCOL)
ANSWERS = {"display-ready": "show", "consent": "agree", "pair": "first", "alias": "blue_lantern"}


def seated(data, code, session, ledger):
    """Somebody who sits at the table: the log with its head, the plan, the room, and a stage in place of a window."""
    where = {"store": "real", "stratum": "", "code": "A", "seats": 2, "session": session, "station": "lab-1"}
    table = together.sit_down(PROTOCOL, data, "", **where, ledger=ledger)
    listed = listing(PROTOCOL, group=table.number, stratum="")
    slot = ledger.claim(PROTOCOL.study, "real", "", session, code, "lab-1", listing=listed)
    materials = common.library(PROTOCOL, "en")
    who = {"participant": code, "slot": slot, "language": "en", "group": table.number}
    plan = plan_session(PROTOCOL, find, materials, **who)
    stage = Virtual(Scripted({**ANSWERS, "data-decision": "withdraw"}, Spec(kind="uniform", seed="1").make()))
    stage.markers = Nowhere()
    made_by = json.dumps({"kind": "uniform", "seed": "1", "weights": {}})
    head = sessions.head(PROTOCOL, plan, stage, session=session, store="real", respondent=made_by, group=table.room.id)
    return FileLog.create(sessions.log_path(data, PROTOCOL.study, "real", session), head), head, plan, table.room, stage


def perform(ledger, log, head, plan, room, stage):
    try:
        live._perform(log, head, plan, TASKS, stage, ledger, "", room)
    finally:
        room.end()


def naming(data, *needles):
    files = [path for path in data.rglob("*") if path.is_file()]
    return [(path.name, needle) for path in files for needle in needles if needle.encode() in path.read_bytes()]


def rows(data, table):
    place = open_place(data)
    try:
        return place.rows(table.select())
    finally:
        place.close()


def group_claim(ledger):
    return next(claim for claim in ledger.claims(PROTOCOL.study) if claim.list == "groups")


def test_of_who_takes_the_data_back_no_byte_stays_and_the_others_go_on(tmp_path, capsys):
    ledger = Ledger(tmp_path)
    first = seated(tmp_path, "QX7ZK2MW", "5e55104ab1dead42", ledger)
    other = alone(tmp_path, "A", "b" * 16, ledger).room
    alias = next(
        option.text
        for trial in first[2].trials
        if trial.task == "setting"
        for option in trial.given.aliases.options
        if option.value == "blue_lantern"
    )
    perform(ledger, *first)
    assert "the participant withdrew" in capsys.readouterr().out
    assert naming(tmp_path, "5e55104ab1dead42", "QX7ZK2MW", alias) == []
    found = {seat.number: (seat.state, seat.name) for seat in rows(tmp_path, SEAT)}
    assert found == {1: ("left", ""), 2: ("here", "")}
    assert {said.seat for said in rows(tmp_path, SAID)} <= {2}
    end = time.monotonic() + 30
    while other._news.here != {2}:
        assert time.monotonic() < end
    assert group_claim(ledger).state == "live"
    other.close("left")
    other.end()
    together.conclude(other, ledger, "left")
    assert [row.state for row in rows(tmp_path, GATHERING)] == ["closed"]
    assert group_claim(ledger).state == "returned"  # nobody's answers are there
    ledger.close()


def test_what_was_on_its_way_when_the_data_were_taken_back_stays_nowhere(tmp_path):
    ledger, gate = Ledger(tmp_path), threading.Event()
    first = seated(tmp_path, "QX7ZK2MW", "5e55104ab1dead42", ledger)
    alone(tmp_path, "A", "b" * 16, ledger).room.end()
    first[3].say("choices", "Quittenbaum", key="x/0", once=gate.wait)
    late = threading.Timer(1.0, gate.set)  # a slow database
    late.start()
    perform(ledger, *first)
    late.join()
    assert naming(tmp_path, "5e55104ab1dead42", "Quittenbaum") == []
    ledger.close()


def test_who_is_last_and_takes_the_data_back_gives_the_groups_number_back(tmp_path):
    ledger = Ledger(tmp_path)
    first = seated(tmp_path, "QX7ZK2MW", "5e55104ab1dead42", ledger)
    place = open_place(tmp_path)
    gatherings.start(place, first[3].id)
    place.close()
    perform(ledger, *first)
    assert group_claim(ledger).state == "returned"
    assert [row.state for row in rows(tmp_path, GATHERING)] == ["closed"]
    ledger.close()


def test_who_was_interrupted_and_is_erased_is_waited_for_no_longer(tmp_path):
    ledger = Ledger(tmp_path)
    log, head, _, room, _ = seated(tmp_path, "QX7ZK2MW", "5e55104ab1dead42", ledger)
    alone(tmp_path, "A", "b" * 16).room.end()
    log.close()
    room.end()
    main(["withdraw", str(STUDY), "--participant", "QX7ZK2MW", "--data", str(tmp_path), "--yes"])
    assert naming(tmp_path, "5e55104ab1dead42", "QX7ZK2MW") == []
    place = open_place(tmp_path)
    assert [seat.state for seat in gatherings.named(place, room.id).taken] == ["left", "here"]
    place.close()
    ledger.close()
    assert head.group == room.id


def test_who_comes_back_while_the_server_is_away_is_told_so_in_one_line_and_sees_no_window(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.delenv("DISPLAY", raising=False)
    plan = plan_session(PROTOCOL, find, common.library(PROTOCOL, "en"), participant="P", slot=0, language="en")
    stage = Virtual(Spec(kind="uniform", seed="1").make())
    monkeypatch.setattr(stage, "describe", lambda: {"kind": "window"})
    head = sessions.head(PROTOCOL, plan, stage, session="a" * 16, store="pilot", group="b" * 16)
    path = sessions.log_path(tmp_path, PROTOCOL.study, "pilot", "a" * 16)
    FileLog.create(path, head).close()
    before = path.read_bytes()
    assert main(["resume", str(path), "--ledger", "postgresql+psycopg://nobody@127.0.0.1:1/none"]) == 2
    said = capsys.readouterr().err
    assert re.fullmatch(
        rf".*session {'a' * 16} belongs to a group session, which it finds again only by the server: .*can't be reached"
        r".*; continue it when the server is back, nothing of it is lost\n",
        said,
    )
    assert path.read_bytes() == before


# ---------------------------------------------------------------- who could not begin


@pytest.mark.parametrize(
    "told, words",
    [
        (("--from", "nowhere"), "this session has the phases"),
        (("--cell", "display=never"), "has no level display=never"),
    ],
)
def test_a_pilot_that_is_refused_leaves_no_seat_behind(tmp_path, capsys, told, words):
    assert main(["pilot", str(STUDY), "--group", "A", "--seats", "2", "--data", str(tmp_path), *told]) == 2
    assert words in capsys.readouterr().err
    assert [*rows(tmp_path, SEAT), *rows(tmp_path, GATHERING), *rows(tmp_path, joining.TERMS)] == []


@pytest.mark.parametrize("others", [False, True])
def test_whose_session_can_not_begin_takes_the_groups_number_along_unless_others_sit_there(tmp_path, others):
    ledger = Ledger(tmp_path)
    tables = [alone(tmp_path, "A", name * 16, ledger, seats=3, language="en") for name in "ab"[: 1 + others]]
    with pytest.raises(KeyError), together.seated(tables[0], ledger):
        raise KeyError("the code is taken, or whatever it is")
    assert group_claim(ledger).state == ("live" if others else "returned")
    assert [seat.session for seat in rows(tmp_path, SEAT)] == ["b" * 16] * others
    if not others:  # nor does what was said at its opening bind anybody
        alone(tmp_path, "A", "c" * 16, ledger, seats=2, language="de").room.end()
        assert [(row.code, row.seats) for row in rows(tmp_path, GATHERING)] == [("A", 2)]
    for table in tables[1:]:
        table.room.end()
    ledger.close()


def test_a_station_whose_group_finds_no_number_leaves_no_seat_behind(tmp_path):
    ledger = Ledger(tmp_path)
    table = alone(tmp_path, "A", "a" * 16, ledger)
    edited = evolve(PROTOCOL, seed="another")  # another list, which has to be migrated first
    with pytest.raises(MachineError, match="migrate"):
        alone(tmp_path, "B", "b" * 16, ledger, edited)
    assert [seat.session for seat in rows(tmp_path, SEAT)] == ["a" * 16]
    table.room.end()
    ledger.close()


def test_people_of_two_strata_do_not_sit_at_one_table_since_each_would_have_a_cell_of_its_own(tmp_path):
    ledger = Ledger(tmp_path)
    protocol = evolve(PROTOCOL, strata=("here", "away"))
    table = alone(tmp_path, "A", "a" * 16, ledger, protocol, "here")
    with pytest.raises(MachineError, match="'A' is one of stratum 'here', not of 'away'; people of one stratum come"):
        alone(tmp_path, "A", "b" * 16, ledger, protocol, "away")
    assert [seat.session for seat in rows(tmp_path, SEAT)] == ["a" * 16]
    table.room.end()
    ledger.close()


UNLIKE = {
    "language": ({"language": "de"}, "'A' is held in 'en', not in 'de'; all stations say the same"),
    "cell": ({"levels": {"display": "live"}}, "'A' has display=end, not display=live; all stations say the same"),
    "wave": ({"levels": {}}, "'A' has display=end, not none pinned; all stations say the same"),
    "beginning": ({"start": "choices"}, "'A' begins with the phase 'that comes first', not with 'choices'; all"),
    "version": (
        {"protocol": evolve(PROTOCOL, sha256="f" * 64)},
        "goes by another version of the protocol .*, here fff",
    ),
    "store": ({"store": "pilot"}, "'A' is a real one, and this would be a pilot; start all stations in the same way"),
}


@pytest.mark.parametrize("unlike, words", UNLIKE.values(), ids=UNLIKE)
def test_a_station_that_would_do_otherwise_than_the_others_is_refused_before_it_has_seat_or_number(
    tmp_path, unlike, words
):
    ledger = Ledger(tmp_path)
    like = {"language": "en", "levels": {"display": "end"}}
    table = alone(tmp_path, "A", "a" * 16, ledger, **like)
    with pytest.raises(MachineError, match=words):
        alone(tmp_path, "A", "b" * 16, ledger, **(like | unlike))
    assert [seat.session for seat in rows(tmp_path, SEAT)] == ["a" * 16]
    assert [claim.session for claim in ledger.claims(PROTOCOL.study)] == [table.room.id]
    alone(tmp_path, "A", "c" * 16, ledger, **like).room.end()
    table.room.end()
    ledger.close()


def test_who_comes_after_all_others_have_gone_says_on_what_terms(tmp_path):
    first = alone(tmp_path, "A", "a" * 16, seats=3, language="en")
    first.room.close("left")
    first.room.end()
    alone(tmp_path, "A", "b" * 16, seats=3, language="de").room.end()
    with pytest.raises(MachineError, match="'A' is held in 'de', not in 'en'"):
        alone(tmp_path, "A", "c" * 16, seats=3, language="en")


def test_a_pilot_in_another_language_than_its_group_is_refused_with_one_message(tmp_path, capsys):
    alone(tmp_path, "A", "a" * 16, store="pilot", language="en", levels={"display": "end"}).room.end()
    told = ["pilot", str(STUDY), "--group", "A", "--seats", "2", "--data", str(tmp_path), "--cell", "display=end"]
    assert main([*told, "--language", "de"]) == 2
    said = capsys.readouterr().err
    assert "'A' is held in 'en', not in 'de'" in said and "Traceback" not in said and len(said.splitlines()) == 1
    assert main([*told[:-1], "display=live"]) == 2
    assert "'A' has display=end, not display=live" in capsys.readouterr().err
    assert [seat.session for seat in rows(tmp_path, SEAT)] == ["a" * 16]


def test_a_session_that_can_not_begin_for_whatever_reason_leaves_no_seat_behind(tmp_path):
    with pytest.raises(KeyError), together.seated(alone(tmp_path, "A", "a" * 16)):
        raise KeyError("whatever it is")
    assert rows(tmp_path, SEAT) == []


def alone(data, code, session, ledger=None, protocol=PROTOCOL, stratum="", **more):
    where = {"store": "real", "stratum": stratum, "code": code, "seats": 2, "session": session, "station": ""}
    return together.sit_down(protocol, data, "", **{**where, **more}, ledger=ledger)
