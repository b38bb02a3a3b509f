"""What stations tell the console through a PostgreSQL server, which may go and come back."""

import time

import pytest

from runner.laboratory import incidents, presence
from runner.laboratory.following import Glimpse
from runner.laboratory.place import open_place

PATIENCE = 60.0

pytestmark = pytest.mark.needs("postgres")


def until(true, what):
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)
    return found


def test_a_station_tells_of_itself_again_when_the_server_is_back(tmp_path, database, monkeypatch):
    monkeypatch.setattr(presence, "LOOK", 0.05)
    monkeypatch.setattr(presence, "PATIENCE", 0.2)
    seen = [Glimpse(progress=5)]
    row = {"station": "lab-1", "study": "toy", "pilot": False}
    reporter = presence.Reporter(tmp_path, database.url, lambda: (seen[0], ""), **row)

    def progress():
        place = open_place(tmp_path, database.url)
        found = [station.glimpse.progress for station in presence.stations(place)]
        place.close()
        return found

    until(lambda: progress() == [5], "the first row")
    database.kill()
    seen[0] = Glimpse(progress=10)
    database.start()
    until(lambda: progress() == [10], "the row after the server was killed")
    database.stop()
    begun = time.monotonic()
    reporter.end()
    assert time.monotonic() - begun < PATIENCE / 2
    database.start()


def test_notes_are_kept_on_a_server_as_in_a_file(tmp_path, database):
    place = open_place(tmp_path, database.url)
    incidents.note(place, "toy", "station", "lab-1", "Odd: '; DROP TABLE incident; --")
    (kept,) = incidents.incidents(place)
    assert (kept.name, kept.text) == ("lab-1", "Odd: '; DROP TABLE incident; --")
    assert abs(kept.at - time.time()) < PATIENCE
    place.close()
