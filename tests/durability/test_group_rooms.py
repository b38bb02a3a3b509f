"""Group sessions over a real database: seats, the beginning, what is heard, a station that is lost, what stays."""

import threading

import pytest

from runner.errors import MachineError
from runner.laboratory import gatherings, room
from runner.laboratory.gatherings import SAID, SEAT

pytestmark = pytest.mark.needs("postgres")


@pytest.fixture(scope="module")
def server(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


@pytest.fixture(params=["file", "server"])
def lab(rooms, request, tmp_path):
    """A laboratory: opens places and rooms, and closes them."""
    return rooms.Laboratory(tmp_path, request.getfixturevalue("server").url if request.param == "server" else "")


def test_stations_take_the_lowest_seats_and_the_same_one_when_they_ask_again(lab):
    first = lab.join("s1", 3)
    assert lab.join("s2", 3).id == first.id
    again = lab.join("s1", 3)
    assert [(seat.number, seat.session) for seat in again.taken] == [(1, "s1"), (2, "s2")]
    assert again.state == "gathering" and again.seats == 3


@pytest.mark.parametrize("stations", [8])
def test_eight_stations_that_come_at_once_find_eight_seats_at_one_table(lab, stations):
    found, failed = [], []

    def come(number):
        try:
            found.append(lab.join(f"s{number}", stations))
        except MachineError as error:
            failed.append(error)

    threads = [threading.Thread(target=come, args=(n,)) for n in range(stations)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and len({each.id for each in found}) == 1
    seats = [row.number for row in lab.rows(SEAT) if row.gathering == found[0].id]
    assert sorted(seats) == list(range(1, stations + 1))


def test_a_full_table_another_number_of_seats_and_a_session_that_has_begun_are_refused(lab):
    lab.join("s1", 2)
    with pytest.raises(MachineError, match="is for 2, not for 3; all stations say the same"):
        lab.join("s2", 3)
    lab.join("s2", 2)
    with pytest.raises(MachineError, match="is full: 2 sit there; use another name"):
        lab.join("s3", 2)
    with lab.place() as place:
        gatherings.start(place, lab.join("s1", 2).id)
    with pytest.raises(MachineError, match="has begun without this station"):
        lab.join("s4", 2)
    assert lab.join("s2", 2).state == "running"  # who belongs to it comes back


def test_nobody_goes_on_before_everyone_is_there(rooms, lab):
    with lab.sitting("s1", seats=2) as [one]:
        one.say(room.START, "", key="t/0")
        with lab.place() as place:
            rooms.until(lambda: place.rows(SAID.select()))
        assert not one.complete(room.START)
        with lab.sitting("s2", seats=2) as [two]:
            rooms.until(lambda: one._news.state == "running")
            assert not one.complete(room.START)  # the other sits there, and has not come to that point
            two.say(room.START, "", key="t/0")
            rooms.until(lambda: one.complete(room.START) and two.complete(room.START))


def test_the_assistant_begins_with_those_who_are_there_pauses_and_goes_on(rooms, lab):
    with lab.sitting("s1", seats=4) as [one], lab.place() as place:
        one.say(room.START, "", key="t/0")
        gatherings.start(place, one.id)
        rooms.until(lambda: one.complete(room.START))
        gatherings.pause(place, one.id)
        rooms.until(lambda: one.paused)
        assert not one.complete("pause")
        with pytest.raises(MachineError, match="isn't running; nothing was changed"):
            gatherings.pause(place, one.id)
        gatherings.go_on(place, one.id)
        rooms.until(lambda: not one.paused and one.complete("pause"))


def test_what_is_said_is_heard_in_order_by_the_others_once_and_with_their_names(rooms, lab):
    with lab.sitting("s1", "s2") as [one, two]:
        one.say("names", "", key="n/0", name="Iris")
        two.say("names", "", key="n/0", name="Kai")
        rooms.until(lambda: one.names() == {0: "Iris", 1: "Iris", 2: "Kai"})
        for number in range(20):
            one.say("choices", f"act {number}", key=f"c-{number}/0")
        one.say("choices", "act 0 again", key="c-0/0")
        rooms.until(lambda: len(two.heard("choices")) >= 20)
        assert [said.says for said in two.heard("choices")] == [f"act {number}" for number in range(20)]
        assert one.heard("choices") == ()
        assert {said.seat for said in two.heard("choices")} == {1}


def test_two_who_picked_the_same_alias_are_called_the_same_by_everyone_themselves_included(rooms, lab):
    with lab.sitting("s1", "s2", "s3") as everyone:
        for each in everyone:
            each.say("names", "", key="n/0", name="Iris")
            assert each.names()[0] == "Iris"  # until it is told
        rooms.until(lambda: all(each.complete("names") for each in everyone))
        called = {each.seat: each.names()[0] for each in everyone}  # complete: so one's own name is known, too
        assert set(called.values()) == {"Iris", "Iris 2", "Iris 3"}
        assert all(each.names() == {0: called[each.seat], **called} for each in everyone)
        last = next(each for each in everyone if each.names()[0] == "Iris 3")
        with lab.place() as place:
            again = gatherings.again(place, last.id, f"s{last.seat}")
        back = room.Room(lab.data, lab.url, again, f"s{last.seat}")  # a station that was killed tells it once more
        back.say("names", "", key="n/0", name="Iris")
        rooms.until(lambda: back.names()[0] == "Iris 3")
        back.end()  # when all is told
        assert {row.name for row in lab.rows(SEAT) if row.gathering == last.id} == set(called.values())
        everyone[0].close("left")
        rooms.until(lambda: everyone[1].complete("names"))
        assert everyone[1].names()[0] == called[2]  # nobody gets another name when somebody goes


def test_nothing_goes_out_before_it_is_on_the_disk(rooms, lab):
    kept = threading.Event()
    with lab.sitting("s1", "s2") as [one, two]:
        one.say("choices", "early", key="a/0", once=kept.wait)
        two.say("choices", "other", key="a/0")
        rooms.until(lambda: one.heard("choices"))
        assert two.heard("choices") == ()
        kept.set()
        rooms.until(lambda: two.heard("choices"))


def test_who_leaves_is_not_waited_for_and_the_last_one_closes_the_door(rooms, lab):
    with lab.sitting("s1", "s2", "s3") as [one, two, three]:
        one.say("p", "", key="1/0", name="Iris")
        two.say("p", "", key="1/0", name="Kai")
        rooms.until(lambda: len(one.heard("p")) == 1 and len(three.heard("p")) == 2)
        assert not three.complete("p")  # who has not come there itself is not all of them
        assert not one.complete("p")
        three.close("left")
        rooms.until(lambda: one.complete("p"))
        one.close("done")
        rooms.until(lambda: two._news.here == {2})
        assert lab.rows(SAID)
        two.close("done")
        rooms.until(lambda: two._news.state == "closed")
        assert [row for row in lab.rows(SAID) if row.gathering == one.id] == []
        assert {row.name for row in lab.rows(SEAT) if row.gathering == one.id} == {""}


@pytest.mark.parametrize("dropped", ["go_on", "wait"])
def test_a_station_that_is_lost_is_waited_for_as_the_protocol_says(rooms, lab, monkeypatch, dropped):
    monkeypatch.setattr(gatherings, "LOST", 1.0)
    monkeypatch.setattr(room, "BEAT", 0.2)
    with lab.sitting("s1", dropped=dropped, seats=2) as [one]:
        lab.join("s2")  # sits down, and is never heard of again
        one.say("p", "", key="1/0")
        with lab.place() as place:
            rooms.until(lambda: gatherings.named(place, one.id).taken[1].lost)
            if dropped == "go_on":
                rooms.until(lambda: one.complete("p"))
                return
            silent = gatherings.named(place, one.id).taken[1].silent
            rooms.until(lambda: gatherings.named(place, one.id).taken[1].silent > silent + 1)
            assert not one.complete("p")
            gatherings.release(place, one.id, 2, "its screen is broken")
            rooms.until(lambda: one.complete("p"))
            assert gatherings.again(place, one.id, "s2").taken[1].state == "here"  # it comes back nevertheless


def test_a_station_comes_back_to_its_seat_and_to_nothing_when_all_is_over(lab):
    first = lab.join("s1")
    with lab.place() as place:
        assert gatherings.again(place, first.id, "s1").taken[0].number == 1
        assert gatherings.again(place, first.id, "another") is None
        gatherings.close(place, first.id)
        assert gatherings.again(place, first.id, "s1") is None
        assert gatherings.gatherings(place, "study") == [] or lab.url  # others' tests share the server


def test_a_server_that_dies_makes_the_others_silent_and_nothing_said_is_lost(rooms, server, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.2)
    lab = rooms.Laboratory(tmp_path, server.url)
    with lab.sitting("s1", "s2") as [one, two]:
        rooms.until(lambda: one._news.state == "running" == two._news.state)
        server.kill()
        one.say("p", "while it was gone", key="1/0")
        assert two.heard("p") == ()
        server.start()
        rooms.until(lambda: two.heard("p"), 60)
        assert [said.says for said in two.heard("p")] == ["while it was gone"]
