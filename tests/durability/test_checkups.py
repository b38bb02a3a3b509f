"""The page of the morning: what stations say of themselves, compared over the database that they share."""

import json
import re
import time
from pathlib import Path

import pytest

from runner.cli import main
from runner.laboratory import checkups
from runner.laboratory.checkups import Checkup, clock_ahead, keep, latest
from runner.laboratory.place import open_place
from runner.ledger import Ledger
from runner.station import doctor, volumes
from runner.station.doctor import display
from runner.station.doctor.morning import morning
from runner.station.doctor.others import look_at_others

PROTOCOL = Path(__file__).parents[2] / "protocols" / "taste.yaml"
DAY = 86400.0
RED = {"what": "disk", "verdict": "fail", "found": "the disk is full", "do": "free some space"}


@pytest.fixture(scope="module")
def shared(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


def empty(url, folder):
    place = open_place(folder, url)
    place.write(checkups.CHECKUP.delete())
    return place


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.needs("postgres"))])
def place(request, tmp_path):
    url = request.getfixturevalue("shared").url if request.param == "server" else ""
    place = empty(url, tmp_path)
    yield place
    place.close()


def facts(**changes):
    plain = {
        "versions": {"vantage-lab": "0.1.0", "psychopy": "2026.2.5", "commit": "aa"},
        "protocols": {"taste.yaml": "ab" * 32},
        "refresh_hz": 60.0,
        "utc_offset": 60,
        "clock_ahead": 0.01,
    }
    return {**plain, **changes}


def tell(place, station, *, age=0.0, fit=True, lines=(), **changes):
    at = place.look(place.time) - age
    keep(place, Checkup(station=station, at=at, fit=fit, facts=facts(**changes), lines=lines))


def test_the_latest_of_each_station_is_kept_and_no_more(place):
    tell(place, "lab-2", fit=False, lines=(RED,))
    tell(place, "lab-1")
    tell(place, "lab-2")
    assert [(one.station, one.fit, one.lines) for one in latest(place)] == [("lab-1", True, []), ("lab-2", True, [])]
    assert latest(place)[0].facts == facts()


def test_a_laboratory_that_is_the_same_everywhere_is_fit(place):
    tell(place, "lab-1"), tell(place, "lab-2", refresh_hz=59.7)
    page = morning(place, ["lab-1", "lab-2"])
    assert not page.failed and [line.verdict for line in page.lines] == ["ok"]
    assert page.page().endswith("The laboratory is fit for sessions.")


def test_what_is_red_at_one_station_is_on_the_page(place):
    tell(place, "lab-1"), tell(place, "lab-2", fit=False, lines=(RED, {**RED, "verdict": "ok", "found": "well"}))
    page = morning(place)
    assert page.failed
    said = page.page()
    assert "lab-2  NOT FIT" in said and "the disk is full" in said and "-> free some space" in said
    assert "well" not in said and "lab-1  fit" in said
    assert json.loads(json.dumps(page.plain()))["fit"] is False


def test_who_has_not_reported_is_named(place):
    tell(place, "lab-1"), tell(place, "lab-2", age=2 * DAY), tell(place, "lab-3", age=9 * DAY)
    page = morning(place)
    assert not page.failed
    assert [line.found for line in page.lines if line.what == "stations"] == ["not yet looked at today: lab-2"]
    page = morning(place, ["lab-1", "lab-3", "lab-4"])
    assert page.failed
    assert "not looked at in seven days: lab-3, lab-4" in [line.found for line in page.lines]


def test_a_station_that_owes_what_was_promised_is_named_however_long_it_was_off(place):
    tell(place, "lab-1"), tell(place, "lab-3", age=60 * DAY, keys_until="2020-03-15")
    assert "after 2020-03-15 at lab-3" in morning(place).page()


@pytest.mark.parametrize(
    ("changes", "verdict", "said"),
    [
        ({"protocols": {"taste.yaml": "cd" * 32}}, "fail", "protocol taste.yaml differs: abababababab at lab-1; cdcd"),
        ({"versions": {"vantage-lab": "0.2.0"}}, "fail", "vantage-lab differs: 0.1.0 at lab-1; 0.2.0 at lab-2"),
        ({"versions": {"commit": "bb"}}, "fail", "commit differs: aa at lab-1; bb at lab-2"),
        ({"versions": {"psychopy": ""}}, "warn", "psychopy differs: 2026.2.5 at lab-1; missing at lab-2"),
        ({"clock_ahead": -1.6}, "warn", "clocks differ from the server's: -0.0 s at lab-1; +1.6 s at lab-2"),
        ({"refresh_hz": 144.0}, "warn", "display rates differ: 60 Hz at lab-1; 144 Hz at lab-2"),
        ({"utc_offset": 0}, "warn", "time zone differs: 60 at lab-1; 0 at lab-2"),
        ({"protocols": {}}, "ok", "versions, protocols"),  # who has not got a study does not run it
    ],
)
def test_what_differs_is_said_with_who_has_what(place, changes, verdict, said):
    tell(place, "lab-1"), tell(place, "lab-2", **changes)
    (line,) = morning(place).lines
    assert line.verdict == verdict and said in line.found
    if verdict != "ok":  # and each of the two is told so when it is looked at itself
        found = list(look_at_others(facts(), place, "lab-1"))
        assert [one.verdict for one in found if one.what == "others"] in ([verdict], ["ok"] if "clock" in said else [])


@pytest.mark.needs("postgres")
def test_the_servers_clock_is_compared_with_ours(shared, tmp_path, monkeypatch):
    place = empty(shared.url, tmp_path)
    ahead, error = clock_ahead(place)
    assert abs(ahead) <= error + 0.001
    now = time.time
    monkeypatch.setattr(checkups.time, "time", lambda: now() - 5.0)
    found = {}
    (line, *_) = look_at_others(found, place, "lab-1")
    assert line.verdict == "warn" and "the server's clock is +5.0" in line.found
    assert abs(found["clock_ahead"] - 5.0) < 0.1
    place.close()


@pytest.mark.needs("postgres")
def test_each_station_is_looked_at_and_the_laboratory_by_one_of_them(shared, tmp_path, monkeypatch, capsys):
    empty(shared.url, tmp_path).close()
    monkeypatch.setattr(volumes, "file_system", lambda folder: "ext4")
    watched = display.Watched(
        facts={"refresh_hz": 60.0, "size": [1, 1], "driver": "d", "vertical_sync": True, "keyboard": {"stamps": "X"}},
        place=(0, 0),
        seconds=2.0,
        late=0,
        unfocused=0.0,
        pressed=(),
    )
    monkeypatch.setattr(display, "_watch", lambda *_: watched)
    for name in ("lab-1", "lab-2"):
        (tmp_path / name).mkdir()
        settings = f'station = "{name}"\nledger = "{shared.url}"\n[laboratory]\nstations = ["lab-1", "lab-2"]\n'
        (tmp_path / name / "station.toml").write_text(settings)
    one, two = tmp_path / "lab-1", tmp_path / "lab-2"
    main(["doctor", "--quick", "--data", str(one)])
    capsys.readouterr()
    assert main(["doctor", "--laboratory", "--data", str(one)]) == 2
    assert "not looked at in seven days: lab-2" in capsys.readouterr().out
    main(["doctor", "--quick", "--data", str(two)])
    assert "as at lab-1" in capsys.readouterr().out
    main(["doctor", "--laboratory", "--json", "--data", str(one)])
    page = json.loads(capsys.readouterr().out)
    assert [station["station"] for station in page["stations"]] == ["lab-1", "lab-2"]
    assert [line["what"] for line in page["lines"]] == ["equal"]


def test_no_page_tells_of_a_participant_or_a_condition(tmp_path, monkeypatch):
    monkeypatch.setattr(volumes, "file_system", lambda folder: "ext4")
    monkeypatch.setattr(display, "look_at_window", lambda *_: iter(()))
    ledger = Ledger(tmp_path)
    ledger.claim("taste", "real", "first-years", "s0", "K7M2Q", "lab-1")
    ledger.close()
    report = doctor.examine(tmp_path, PROTOCOL)
    place = open_place(tmp_path)
    said = [report.page(), json.dumps(report.plain()), repr(latest(place)), morning(place).page()]
    place.close()
    assert "taste" in said[0] and "taste.yaml" in said[2]
    for secret in ("K7M2Q", "first-years", "privilege", "disadvantage", "s0"):
        assert not [one for one in said if re.search(rf"\b{secret}\b", one)], secret


@pytest.mark.needs("postgres")
def test_a_server_that_can_not_be_reached_is_a_line(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(display, "look_at_window", lambda *_: iter(()))
    shared.stop()
    try:
        report = doctor.examine(tmp_path, server=shared.url)
    finally:
        shared.start()
    (line,) = (one for one in report.lines if one.what == "server")
    assert line.verdict == "fail" and "can't be reached" in line.found and "no session can begin" in line.do


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--laboratory",), "no station was looked at with"),
        (("--laboratory", "--quick"), "goes without PROTOCOL and --quick"),
        (("--laboratory", "--ledger", "mysql://x"), "wants the address of a PostgreSQL server"),
    ],
)
def test_a_laboratory_that_can_not_be_looked_at_is_refused(tmp_path, capsys, arguments, said):
    assert main(["doctor", "--data", str(tmp_path), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("laboratory = 3", "unknown key 'laboratory'"),
        ("[laboratory]\nstations = 3", "'stations' in .laboratory. wants names"),
    ],
)
def test_a_list_of_stations_that_is_none_is_refused(tmp_path, text, said, capsys):
    (tmp_path / "station.toml").write_text(text)
    open_place(tmp_path).close()
    assert main(["doctor", "--laboratory", "--data", str(tmp_path)]) == 2
    assert re.search(said, capsys.readouterr().err)
