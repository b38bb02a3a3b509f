"""What goes wrong in group sessions: two who leave at once, seats of nobody, breaks, what would stay."""

import threading
from contextlib import suppress

import pytest

from runner.laboratory import gatherings, joining, room
from runner.laboratory.gatherings import GATHERING, SAID, SEAT
from runner.laboratory.place import Place

pytestmark = pytest.mark.needs("postgres")
LONG = 13 * 3600.0


@pytest.fixture(scope="module")
def server(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


@pytest.fixture(params=["file", "server"])
def lab(rooms, request, tmp_path):
    return rooms.Laboratory(tmp_path, request.getfixturevalue("server").url if request.param == "server" else "")


def state(lab, id):
    return next(row.state for row in lab.rows(GATHERING) if row.id == id)


def seats(lab, id):
    return {row.number: row for row in lab.rows(SEAT) if row.gathering == id}


def silent_since(place, moment, *which):
    place.write(SEAT.update().where(*which).values(seen=SEAT.c.seen - moment))


# ---------------------------------------------------------------- seats


def test_two_who_leave_at_once_close_the_door_between_them(lab, monkeypatch):
    id = lab.join("s1").id
    lab.join("s2")
    meet, tell = threading.Barrier(2), Place.notify

    def together(self, db, what):
        tell(self, db, what)
        with suppress(threading.BrokenBarrierError):
            meet.wait(1)  # both have left, and neither has looked who else has

    monkeypatch.setattr(Place, "notify", together)

    def leave(session):
        with lab.place() as place:
            gatherings.leave(place, id, session, "done")

    threads = [threading.Thread(target=leave, args=(session,)) for session in ("s1", "s2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state(lab, id) == "closed"


def test_who_leaves_before_the_others_have_sat_down_does_not_close_the_door_on_them(rooms, lab):
    id = lab.join("s1", 3).id
    with lab.place() as place:
        gatherings.leave(place, id, "s1", "left")
    assert state(lab, id) == "gathering"
    with lab.sitting("s2", "s3", seats=3) as [two, three]:
        assert two.id == three.id == id
        two.say("p", "", key="1/0")
        three.say("p", "", key="1/0")
        rooms.until(lambda: two.complete("p") and three.complete("p"))
        two.close("done")
        three.close("done")
        rooms.until(lambda: state(lab, id) == "closed")


def test_a_station_lost_before_it_began_keeps_nobody_out_and_begins_nothing(rooms, lab):
    id = lab.join("s1", 2).id
    with lab.place() as place:
        place.write(SAID.insert().values(gathering=id, point="start", seat=1, says="", key="b/0"))
        silent_since(place, 100, SEAT.c.session == "s1")
    with lab.sitting("s2", seats=2) as [two]:
        looked = two._looked
        rooms.until(lambda: two._looked > looked)
        assert two._news.state == "gathering" == state(lab, id)
        with lab.sitting("s3", seats=2) as [three]:
            assert (two.seat, three.seat) == (2, 1)
            assert [row for row in lab.rows(SAID) if row.gathering == id] == []
            rooms.until(lambda: two._news.state == "running" == three._news.state)


def test_a_session_that_could_not_begin_leaves_no_seat_behind(lab):
    id = lab.join("s1", 2).id
    lab.join("s2", 2)
    with lab.place() as place:
        assert not joining.give_up(place, id, "s1")  # somebody else sits there
    assert seats(lab, id).keys() == {2} and state(lab, id) == "gathering"
    assert {(seat.number, seat.session) for seat in lab.join("s3", 2).taken} == {(1, "s3"), (2, "s2")}
    alone = lab.join("s4", 2, "another").id
    with lab.place() as place:
        assert joining.give_up(place, alone, "s4")
    assert not [row for row in lab.rows(GATHERING) if row.id == alone] and not seats(lab, alone)


def test_who_was_released_and_came_to_the_end_is_done(lab):
    id = lab.join("s1", 2).id
    lab.join("s2", 2)
    with lab.place() as place:
        gatherings.release(place, id, 1, "its screen is broken")
        gatherings.leave(place, id, "s1", "done")
        assert seats(lab, id)[1].state == "done" and state(lab, id) == "gathering"
        gatherings.leave(place, id, "s1", "left")  # as the end of a session is told twice
        assert seats(lab, id)[1].state == "done"


# ---------------------------------------------------------------- what stays


def test_nothing_is_kept_of_a_group_session_that_is_over(lab):
    with lab.sitting("s1", "s2") as [one, two]:
        with lab.place() as place:
            gatherings.close(place, one.id)
        one.say("choices", "march", key="c/0", name="Iris")
        two.end()
    assert [row for row in lab.rows(SAID) if row.gathering == one.id] == []
    assert {(row.name, row.session) for row in seats(lab, one.id).values()} == {("", "1"), ("", "2")}


def test_what_nobody_has_been_heard_of_for_long_is_closed_when_the_next_one_begins(lab):
    old, alive = lab.join("s1", code="old").id, lab.join("s2", code="alive").id
    with lab.place() as place:
        for id in (old, alive):
            place.write(GATHERING.update().where(GATHERING.c.id == id).values(opened=GATHERING.c.opened - LONG))
        silent_since(place, LONG, SEAT.c.gathering == old)
        place.write(SEAT.update().where(SEAT.c.gathering == old).values(name="Iris"))
        place.write(SAID.insert().values(gathering=old, point="p", seat=1, says="march", key="b/0"))
        fresh = lab.join("s3", code="old").id  # the same name may be used again
        assert (state(lab, old), state(lab, alive)) == ("closed", "gathering") and fresh != old
        assert {row.name for row in seats(lab, old).values()} == {""}
        assert [row for row in lab.rows(SAID) if row.gathering == old] == []
        for id in (alive, fresh):
            gatherings.close(place, id)


def test_what_was_closed_stands_in_no_dead_row_and_no_journal(lab, server):
    alias, act = "Zwetschgenrat", "Quittenbaum"
    with lab.sitting("s1", "s2") as [one, _]:
        one.say("choices", act, key="c/0", name=alias)
    folder = server.store / "base" if lab.url else lab.data
    with lab.place() as place:
        if lab.url:
            place.write(SEAT.update().values(seen=SEAT.c.seen))  # more dead rows
            with place.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                db.exec_driver_sql("CHECKPOINT")
        assert _naming(folder, alias) and _naming(folder, act)
        gatherings.close(place, one.id)
        assert _naming(folder, alias) == _naming(folder, act) == []


def _naming(folder, needle):
    return [path.name for path in folder.rglob("*") if path.is_file() and needle.encode() in path.read_bytes()]


# ---------------------------------------------------------------- breaks


def test_who_talks_all_the_time_lives(rooms, lab, monkeypatch):
    monkeypatch.setattr(gatherings, "LOST", 1.5)
    monkeypatch.setattr(room, "BEAT", 1000.0)  # no other sign of life
    with lab.sitting("s1", "s2") as [one, two]:
        began = two._since
        for number in range(1000):
            one.say("choices", f"act {number}", key=f"{number}/0")
            rooms.until(lambda number=number: len(two.heard("choices")) == number + 1)
            if two._looked > began + 3.5:
                break
        assert 1 in two._news.here
        rooms.until(lambda: 1 not in two._news.here)  # it says no more


def test_after_a_break_of_the_database_the_others_have_time_to_say_that_they_live(rooms, lab, monkeypatch):
    monkeypatch.setattr(gatherings, "LOST", 4.0)
    id = lab.join("s1").id
    lab.join("s2")
    with lab.place() as place:
        gatherings.start(place, id)
        silent_since(place, 100, SEAT.c.gathering == id)  # as if nobody had reached it for so long
        again = gatherings.again(place, id, "s1")
        one = room.Room(lab.data, lab.url, again, "s1")
        try:
            one.say("p", "", key="1/0")
            rooms.until(lambda: any(said.point == "p" for said in one._news.said))
            rooms.until(lambda: one.complete("p"))
            assert one._looked - one._since >= 4
        finally:
            one.end()


def test_a_pause_that_nobody_can_end_is_over_after_a_while(rooms, server, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "DEAF", 6.0)
    lab = rooms.Laboratory(tmp_path, server.url)
    with lab.sitting("s1", seats=1) as [one], lab.place() as place:
        rooms.until(lambda: one._news.state == "running")
        gatherings.pause(place, one.id)
        rooms.until(lambda: one.paused)
        server.kill()
        try:
            assert one.paused and not one.complete("pause")
            rooms.until(lambda: not one.paused and one.complete("pause"))
        finally:
            server.start()
        rooms.until(lambda: one.paused, 60)  # and goes on when it is back


def test_a_session_comes_to_its_end_though_the_server_is_away(rooms, server, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.5)
    lab = rooms.Laboratory(tmp_path, server.url)
    with lab.sitting("s1", seats=1) as [one]:
        rooms.until(lambda: one._news.state == "running")
        server.kill()
        try:
            one.say("choices", "march", key="c/0")
            one.close("done")
            one.end()
            rooms.until(lambda: not any(thread.is_alive() for thread in one._threads))
        finally:
            server.start()
    with lab.place() as place:
        gatherings.close(place, one.id)
