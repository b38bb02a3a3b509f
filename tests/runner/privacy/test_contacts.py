"""Names and addresses: written on a lab machine, read elsewhere; nothing of them stands with the data."""

import csv
import io
import itertools
import os
import re
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from runner.cli import main
from runner.commands import common
from runner.commands.due import turns
from runner.errors import DeclarationError, HistoryError, MachineError
from runner.ledger import Ledger
from runner.privacy import contacts
from runner.privacy.contacts import Contact, Settings

WAVES = """
study: coming
title: {en: "Work and choices"}
minutes: 5
languages: [en]
identity: coded
pack: gender
factors: {turn: {levels: [first, second], unit: wave, days: [14, 28]}}
details: {support: "the desk"}
phases:
  - {phase: probe, task: question, when: {turn: [first, second]}, params: {questions: seen-giving/probe}}
"""
ANNA = Contact(study="coming", participant="K7M2QX", name="Änne Ω", reach="+49 30 1234", wants="waves")


@pytest.fixture
def keys():
    return [contacts.new_key() for _ in range(3)]  # investigator, steward, somebody else


@pytest.fixture
def place(tmp_path, keys):
    return Settings(folder=tmp_path / "contacts", keys=tuple(public for _, public in keys[:2]))


@pytest.fixture
def lab(tmp_path, keys):
    """A lab machine: a protocol and a data folder whose station.toml names two public keys."""
    data = tmp_path / "data"
    data.mkdir()
    listed = ", ".join(f'"{public}"' for _, public in keys[:2])
    (data / "station.toml").write_text(f"[contacts]\nkeys = [{listed}]\n")
    (tmp_path / "coming.yaml").write_text(WAVES)
    return tmp_path


def vantage(capfd, monkeypatch, *arguments, typed=""):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code = main(["contacts", *map(str, arguments)])
    return code, *capfd.readouterr()


def test_both_keepers_read_what_was_written_and_nobody_else(place, keys):
    path = contacts.add(ANNA, place)
    for private, _ in keys[:2]:
        assert contacts.read(place.folder, "coming", private) == [ANNA]
    with pytest.raises(HistoryError, match="this key doesn't open it"):
        contacts.read(place.folder, "coming", keys[2][0])
    for word in (ANNA.name, ANNA.reach, ANNA.participant, "1234"):
        assert word.encode() not in path.read_bytes()


def test_every_flipped_bit_is_noticed(place, keys):
    path = contacts.add(ANNA, place)
    whole = path.read_bytes()
    for at in range(0, 8 * len(whole), 61):
        broken = bytearray(whole)
        broken[at // 8] ^= 1 << at % 8
        path.write_bytes(broken)
        with pytest.raises(HistoryError, match="or it was changed"):
            contacts.read(place.folder, "coming", keys[0][0])


def test_a_damaged_entry_keeps_nobody_else_s_from_being_removed(place, keys):
    for damaged in (True, False, True):
        path = contacts.add(ANNA if not damaged else evolve(ANNA, participant="OTHER"), place)
        if damaged:
            path.write_bytes(path.read_bytes()[:-1])
    half = path.with_name("half.age.new")  # renamed by nobody, since the machine went off
    half.write_bytes(contacts.add(ANNA, place).read_bytes())
    with pytest.raises(HistoryError, match="removed: 3; 2 can't be read, of which this is the first"):
        contacts.remove(place.folder, "coming", "K7M2QX", keys[1][0])
    assert len(list((place.folder / "coming").iterdir())) == 2 and not half.exists()


def test_a_stolen_disk_tells_neither_who_nor_when_nor_in_what_order(place):
    paths = [contacts.add(Contact(study="coming", participant=f"P{n}", name="x" * n), place) for n in range(1, 60)]
    sizes = [path.stat().st_size for path in paths]  # age adds some bytes by chance
    rising = sum(a < b for a, b in itertools.combinations(sizes, 2)) / (59 * 58 / 2)
    assert max(sizes) - min(sizes) < 400 and 0.25 < rising < 0.75
    assert {path.stat().st_mtime for path in [*paths, paths[0].parent]} == {946684800.0}
    assert all(re.fullmatch(r"[0-9a-f]{32}\.age", path.name) for path in paths)
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)
    assert sorted(paths) != paths


def test_entries_never_lie_with_the_data(tmp_path):
    for folder in (tmp_path / "data", tmp_path / "data" / "contacts", tmp_path):
        with pytest.raises(MachineError, match="where no name may be"):
            contacts.apart(folder, tmp_path / "data")


@given(st.text(max_size=300), st.text(max_size=20))
def test_nothing_that_is_typed_ends_in_a_fault(tmp_path_factory, name, reach):
    folder = tmp_path_factory.getbasetemp() / "typed"
    public = tuple(contacts.new_key()[1] for _ in range(2))
    try:
        contacts.add(Contact(study="s", participant="P", name=name, reach=reach), Settings(folder=folder, keys=public))
    except DeclarationError as refused:
        assert "\n" not in str(refused)


# ---------------------------------------------------------------- at the terminal


def test_from_a_new_key_to_a_table_that_no_spreadsheet_runs(lab, capfd, monkeypatch, keys):
    key = lab / "home" / "investigator.key"
    code, out, _ = vantage(capfd, monkeypatch, "new-key", "--out", key)
    assert code == 0 and "AGE-SECRET" not in out and key.stat().st_mode & 0o077 == 0
    public = out.split()[-1]
    add = ("add", lab / "coming.yaml", "--data", lab / "data", "--participant", "K7M2QX", "--to", public, keys[1][1])
    code, out, err = vantage(capfd, monkeypatch, *add, typed="=cmd|' /C calc'!A0\n+49 30 1234\nwaves\n")
    assert code == 0 and "not to be read on this machine" in out and "1234" not in out + err
    held = [path for path in lab.rglob("*") if path.is_file() and b"1234" in path.read_bytes()]
    assert held == [] and not [p for p in (lab / "data").rglob("*") if p.is_file() and p.name != "station.toml"]
    read = ("read", lab / "coming.yaml", "--data", lab / "data", "--key", key)
    code, out, _ = vantage(capfd, monkeypatch, *read)
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[1] == ["K7M2QX", "'=cmd|' /C calc'!A0", "'+49 30 1234", "waves"]
    code, out, _ = vantage(capfd, monkeypatch, *read, "--out", lab / "names.csv")
    assert code == 0 and (lab / "names.csv").stat().st_mode & 0o077 == 0
    assert vantage(capfd, monkeypatch, *read, "--out", lab / "names.csv")[0] == 2
    remove = ("remove", lab / "coming.yaml", "--data", lab / "data", "--key", key, "--participant", "K7M2QX")
    assert vantage(capfd, monkeypatch, *remove)[1] == "removed: 1 entry\n"
    assert not list((lab / "contacts").rglob("*.age"))
    code, _, err = vantage(capfd, monkeypatch, *remove)
    assert code == 2 and "there is no entry of 'K7M2QX'" in err


def test_one_key_alone_no_key_and_what_is_no_key_are_refused(lab, capfd, monkeypatch, keys):
    (lab / "data" / "station.toml").unlink()
    add = ("add", lab / "coming.yaml", "--data", lab / "data", "--participant", "K7M2QX")
    for more, what in (
        ((), "to two people at least"),
        (("--to", keys[0][1]), "got 1"),
        (("--to", keys[0][1], keys[0][1]), "got 1"),
        (("--to", keys[0][1], "age1nonsense"), "is no public key"),
    ):
        code, _, err = vantage(capfd, monkeypatch, *add, *more, typed="a\nb\nc\n")
        assert code == 2 and what in err and err.count("\n") == 1, err
    assert not (lab / "contacts").exists()
    for text in ("nonsense", keys[0][1], "AGE-SECRET-KEY-1NONSENSE", ""):
        (lab / "key").write_text(text)
        (lab / "contacts").mkdir(exist_ok=True)
        read = ("read", lab / "coming.yaml", "--data", lab / "data", "--key", lab / "key")
        code, _, err = vantage(capfd, monkeypatch, *read)
        assert code == 2 and "is no private key" in err and "SECRET" not in err
    (lab / "data" / "station.toml").write_text("[contacts]\nkeys = 3\n")
    code, _, err = vantage(capfd, monkeypatch, *add)
    assert code == 2 and "[contacts] wants keys" in err
    code, _, err = vantage(capfd, monkeypatch, "new-key", "--out", lab / "key")
    assert code == 2 and "a key is never overwritten" in err


# ---------------------------------------------------------------- waves


def held(data, code, session, wave, state="done"):
    ledger = Ledger(data)
    ledger.claim("coming", "real", "", session, code, "", wave=wave, slot=None if wave == "first" else 0)
    if state == "done":
        ledger.finish(session, "")
    ledger.close()


def test_who_is_due_when_is_known_without_any_name(lab, capfd, monkeypatch, keys):
    data = lab / "data"
    held(data, "AAAA", "a" * 16, "first")
    held(data, "AAAA", "b" * 16, "second")
    held(data, "BBBB", "c" * 16, "first")
    held(data, "CCCC", "d" * 16, "first", state="live")
    protocol, today = common.read(lab / "coming.yaml"), date.today()
    (turn,) = turns(protocol, data, "")
    assert (turn.participant, turn.wave, turn.late) == ("BBBB", "second", False)
    assert [(date.fromisoformat(day) - today).days for day in (turn.first, turn.last)] == [14, 28]
    assert turns(protocol, data, "", date.fromordinal(today.toordinal() + 29))[0].late
    due = ("due", lab / "coming.yaml", "--data", data)
    code, out, _ = vantage(capfd, monkeypatch, *due)
    assert code == 0 and list(csv.reader(io.StringIO(out)))[1][0] == "BBBB" and "name" not in out
    settings = contacts.settings(data)
    contacts.add(Contact(study="coming", participant="BBBB", name="Ben", reach="ben@example.org"), settings)
    Path(lab / "key").write_text(keys[1][0])
    before = {path: path.read_bytes() for path in data.rglob("*.toml")}
    code, out, _ = vantage(capfd, monkeypatch, *due, "--key", lab / "key")
    assert code == 0 and list(csv.reader(io.StringIO(out)))[1][-2:] == ["Ben", "ben@example.org"]
    assert not [path for path in data.rglob("*") if path.is_file() and b"ben@example" in path.read_bytes()]
    assert {path: path.read_bytes() for path in data.rglob("*.toml")} == before
    assert os.listdir(lab / "contacts") == ["coming"]
