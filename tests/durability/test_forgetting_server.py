"""Whoever takes the data back is forgotten in what stations share, too: seat, alias, what was said, notes."""

import random

import pytest

from runner.laboratory.forgetting import GONE, forget
from runner.laboratory.gatherings import SAID, SEAT, gatherings
from runner.laboratory.incidents import incidents, note
from runner.laboratory.joining import join
from runner.laboratory.place import open_place
from runner.ledger import Ledger

SESSION, CODE, ALIAS, CHOICE = "5e55104ab1dead42", "QX7ZK2MW", "Quittenbaum", "wrote to the Zwetschgenrat"


@pytest.fixture(scope="module")
def shared(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


def sit(place, ledger, code, session, alias, choice):
    ledger.claim("lab", "real", "", session, code, "lab-1")
    gathering = join(place, "lab", "real", "A", 2, session, "lab-1")
    number = next(seat.number for seat in gathering.taken if seat.session == session)
    place.write(SEAT.update().where(SEAT.c.session == session).values(name=alias))
    row = {"gathering": gathering.id, "point": "p", "seat": number, "says": choice, "key": f"k{number}"}
    place.write(SAID.insert().values(**row))


def forgotten(data, url, files):
    place, ledger = open_place(data, url), Ledger(data, url)
    for n in range(80):  # enough for statistics to be made of it
        note(place, "lab", "general", "", f"row {random.Random(n).random()}")
    sit(place, ledger, CODE, SESSION, ALIAS, CHOICE)
    sit(place, ledger, "STAYS123", "a" * 16, "Birnbaum", "wrote to nobody")
    note(place, "lab", "station", "lab-1", f"{CODE} had to go out, {CODE}2 did not")
    if url:
        with place.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("ANALYZE")
            db.exec_driver_sql("CHECKPOINT")
    needles = [SESSION, CODE + " had", ALIAS, CHOICE]
    assert all(naming(files, needle) for needle in needles)
    forget(place, [SESSION], [CODE])
    ledger.forget(SESSION)
    assert {needle: naming(files, needle) for needle in needles} == {key: [] for key in needles}
    seats = {seat.name: seat.number for seat in gatherings(place, "lab")[0].taken}
    assert seats == {"": 1, "Birnbaum": 2} and naming(files, "wrote to nobody")
    assert incidents(place, "lab")[-1].text == f"{GONE} had to go out, {CODE}2 did not"
    place.close()
    ledger.close()


def naming(files, needle):
    return [path.name for path in files.rglob("*") if path.is_file() and needle.encode() in path.read_bytes()]


def test_on_this_machine(tmp_path):
    forgotten(tmp_path, "", tmp_path)


@pytest.mark.needs("postgres")
def test_on_a_server(shared, tmp_path):
    forgotten(tmp_path, shared.url, shared.store)
