"""Keys whose announced day is past, on a station where nobody held a session since: named, and forgotten."""

import json
from datetime import date, timedelta

import pytest

from runner.cli import main
from runner.laboratory.checkups import Checkup
from runner.privacy import gathered, overdue, seals, tokens
from runner.privacy.pool import read_open
from runner.station.doctor.promised import look_at_promises, overdue_at

TODAY = date.today()
PAST, NEXT, LATER = (TODAY + timedelta(days=days) for days in (-3, 5, 40))


def seal(data, study, session, until):
    log = data / study / "real" / f"{session}.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    return seals.draw(log, until), seals.beside(log)


@pytest.fixture
def station(tmp_path):
    """Two studies with a key each that is past its day, and three that aren't."""
    data = tmp_path / "data"
    kept = {
        name: seal(data, study, session, until)
        for name, study, session, until in (
            ("past one", "one", "a", PAST),
            ("later", "one", "b", LATER),
            ("past two", "two", "c", PAST),
            ("next", "two", "d", NEXT),
            ("for good", "two", "e", None),
        )
    }
    return data, kept


def promised(data):
    """As gathered pools have it, which no held ones stand beside."""
    place = data / "three" / "real" / "unlinkable"
    place.mkdir(parents=True, exist_ok=True)
    gathered.note([], place, PAST.isoformat())
    (place / "pooled.jsonl").write_bytes(
        b"".join(
            json.dumps(
                {"assigned": {}, "language": "en", "protocol_sha256": "", "trials": [], "token": tokens.sealed("x")}
            ).encode()
            + b"\n"
            for _ in range(2)
        )
    )
    return place


def test_the_morning_s_look_names_keys_that_are_overdue_and_forgets_them(station):
    data, kept = station
    place = promised(data)
    facts = {}
    (line,) = look_at_promises(facts, data)
    assert line.found == (
        "participants' keys: past the announced day, and forgotten now: 1 of one, 2 of three, 1 of two; "
        f"the next ones are kept until {NEXT}"
    )
    assert facts == {"keys_until": NEXT.isoformat()}
    there = {name: path.exists() for name, (_, path) in kept.items()}
    assert there == {"past one": False, "later": True, "past two": False, "next": True, "for good": True}
    assert len(read_open(place / "pooled.jsonl")) == 2 and b"token" not in (place / "pooled.jsonl").read_bytes()
    (line,) = look_at_promises(facts, data)
    assert line.found == f"participants' keys: the next ones are kept until {NEXT}"


def test_it_can_be_done_by_itself(station, capsys):
    data, kept = station
    assert main(["purge", "--overdue", "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert "one: 1 key past the announced day; forgotten now" in out and f"kept until {NEXT}" in out
    assert not kept["past one"][1].exists() and kept["later"][1].exists()
    assert main(["purge", "--overdue", "--data", str(data)]) == 0
    assert "forgotten now" not in capsys.readouterr().out


@pytest.mark.parametrize("said", [[], ["one", "--overdue", "--yes"]])
def test_a_study_or_what_is_overdue_is_named(station, capsys, said):
    data, kept = station
    assert main(["purge", *said, "--data", str(data)]) == 2
    assert "name one of the two" in capsys.readouterr().err and all(path.exists() for _, path in kept.values())


def test_what_can_not_be_done_is_told_and_the_rest_is_done(station, capsys):
    data, _ = station
    (promised(data) / "held.age").write_text("damaged")
    (problem, line) = look_at_promises({}, data)
    assert problem.verdict == "warn" and "held.age" in problem.found and "1 of one, 1 of two" in line.found
    assert main(["purge", "--overdue", "--data", str(data)]) == 2
    assert "held.age" in capsys.readouterr().err


def test_without_any_key_there_is_nothing_to_say_but_that(tmp_path):
    (line,) = look_at_promises({}, tmp_path)
    assert (line.verdict, line.found) == ("ok", "participants' keys: no other is kept here until a day")
    assert overdue.forget(tmp_path / "nowhere").keys == {}


@pytest.mark.parametrize(("until", "named"), [(PAST, True), (TODAY, False), (NEXT, False), ("", False), (None, False)])
def test_a_station_that_was_off_since_is_on_the_page_of_the_morning(until, named):
    facts = {"keys_until": str(until)} if until else {"keys_until": until}
    checkup = Checkup(station="lab-3", at=0.0, fit=True, facts=facts, lines=())
    found = list(overdue_at([checkup], TODAY))
    assert [line.verdict for line in found] == ["warn"] * named
    assert not named or f"after {PAST} at lab-3, where nobody looked since" in found[0].found


def test_one_study_that_can_not_be_read_keeps_none_of_the_others_waiting(station, capsys):
    data, kept = station
    (data / "one" / "real" / "x.jsonl.token").mkdir()  # as a file that may not be read
    assert main(["purge", "--overdue", "--data", str(data)]) == 2
    assert "x.jsonl.token: reading what recognises a token failed" in capsys.readouterr().err
    assert not kept["past two"][1].exists()
