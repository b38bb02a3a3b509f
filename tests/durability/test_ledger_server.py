"""A server that goes away: reserved slots or a refusal, ends told later; and nothing left of who withdrew."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from runner.commands import common
from runner.errors import MachineError
from runner.ledger import Ledger, Listing, Reserve, holder, open_ledger
from runner.ledger.holding import forget, settle
from runner.ledger.replay import listing
from runner.ledger.reserve import reserve

pytestmark = pytest.mark.needs("postgres")
STUDY = Path(__file__).parents[2] / "protocols" / "taste.yaml"


@pytest.fixture(scope="module")
def shared(postgres):
    made = postgres.Postgres()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def up(shared):
    """Each test finds the server up, however the one before it ended."""
    yield
    shared.be_up()


def claim(ledger, number, study="taste", **more):
    return ledger.claim(study, "real", "", f"{study}-s{number}", f"CODE{number}", "lab-1", **more)


def test_a_session_outlives_the_server_and_its_end_is_told_later(shared, tmp_path, vantage):
    ledger = open_ledger(tmp_path, shared.url)
    assert (claim(ledger, 0), claim(ledger, 1)) == (0, 1)
    shared.stop()
    with pytest.raises(MachineError, match=r"can't be reached .*this station has no reserved slots; mend"):
        open_ledger(tmp_path, shared.url)
    assert "does not know yet how session taste-s0 ended" in settle(ledger, "taste-s0", "done", "", "ff")
    ledger.close()
    ledger = holder(tmp_path, shared.url, "taste-s1")  # resumed meanwhile
    ledger.take_up("taste-s1")
    assert "does not know yet" in settle(ledger, "taste-s1", "returned", "left", "")
    ledger.close()
    code, _, err = vantage("ledger", "sync", "--ledger", shared.url, "--data", tmp_path)
    assert code == 2 and "can't be reached" in err
    shared.start()
    code, out, err = vantage("ledger", "sync", "--ledger", shared.url, "--data", tmp_path)
    assert (code, out, err) == (0, "told the server: 0 sessions, 2 ends of sessions\n", "")
    ledger = Ledger(tmp_path, shared.url)
    assert [(c.state, c.head, c.reason) for c in ledger.claims("taste")] == [
        ("done", "ff", ""),
        ("returned", "", "left"),
    ]
    ledger.close()


def test_a_station_uses_what_was_reserved_for_it(shared, tmp_path, vantage):
    study = tmp_path / "kept.yaml"
    study.write_text(STUDY.read_text(encoding="utf-8").replace("study: taste", "study: kept"), encoding="utf-8")
    where = ("--ledger", shared.url, "--data", tmp_path)
    code, out, err = vantage("ledger", "reserve", study, "--slots", 2, "--station", "lab-7", *where)
    assert (code, err) == (0, "") and "2 slots of kept kept here" in out
    shared.stop()
    ledger = open_ledger(tmp_path, shared.url)
    assert isinstance(ledger, Reserve)
    kept = listing(common.read(study))
    with pytest.raises(MachineError, match="reserved here are of another allocation list than the protocol's"):
        claim(ledger, 3, "kept", listing=Listing(digest="another"))
    assert (claim(ledger, 0, "kept", listing=kept), claim(ledger, 1, "kept", listing=kept)) == (0, 1)
    with pytest.raises(MachineError, match=r"can't be reached .*and no slot of this study is left"):
        claim(ledger, 2, "kept", listing=kept)
    assert settle(ledger, "kept-s0", "done", "", "ff") == ""
    assert settle(ledger, "kept-s1", "returned", "left", "") == ""
    ledger.close()
    shared.start()
    assert vantage("ledger", "sync", "--release", *where)[0] == 0
    plain = json.loads(vantage("ledger", "status", study, "--json", *where)[1])
    assert [(each["done"], each["live"], each["reserved"], each["returned"]) for each in plain["lists"]] == [
        (1, 0, 0, 2)
    ]


def offline(server, tmp_path, study, number):
    """A session that is held on a reserved slot, while the server is away."""
    ledger = Ledger(tmp_path, server.url)
    here = Reserve(tmp_path)
    reserve(ledger, here, study, "", "lab-7", 1, "", Listing(digest="d"))
    ledger.close(), here.close()
    server.stop()
    ledger = open_ledger(tmp_path, server.url)
    assert isinstance(ledger, Reserve) and claim(ledger, number, study, listing=Listing(digest="d")) == 0
    ledger.close()


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("away", [False, True])
def test_a_session_on_a_reserved_slot_is_taken_up_and_ends(shared, tmp_path, vantage, told, away):
    """Interrupted without the server; then it comes back or not, and the server is told of the session or not."""
    study, where = f"up{told}{away}", ("--ledger", shared.url, "--data", tmp_path)
    offline(shared, tmp_path, study, 0)
    if told:
        shared.start()
        assert vantage("ledger", "sync", *where)[0] == 0
        shared.stop()
    if not away:
        shared.start()
    for _ in range(2):  # taken up twice: the second time after a crash
        ledger = holder(tmp_path, shared.url, f"{study}-s0")
        assert isinstance(ledger, Reserve) == (away or not told)
        ledger.take_up(f"{study}-s0", "lab-7")
        if _ == 0:
            ledger.close()
    said = settle(ledger, f"{study}-s0", "done", "", "ff")
    assert ("does not know yet how session" in said) == (told and away)
    ledger.close()
    if away:
        shared.start()
    assert vantage("ledger", "sync", *where)[::2] == (0, "")
    ledger = Ledger(tmp_path, shared.url)
    assert [(c.session, c.state, c.head, c.slot) for c in ledger.claims(study)] == [(f"{study}-s0", "done", "ff", 0)]
    ledger.close()
    assert Reserve(tmp_path).claims(study) == []


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("away", [False, True])
def test_who_withdraws_from_a_reserved_slot_is_forgotten_everywhere(shared, tmp_path, vantage, told, away):
    study, where = f"gone{told}{away}", ("--ledger", shared.url, "--data", tmp_path)
    offline(shared, tmp_path, study, 7)
    if told:
        shared.start()
        assert vantage("ledger", "sync", *where)[0] == 0
        shared.stop()
    if not away:
        shared.start()
    ledger = holder(tmp_path, shared.url, f"{study}-s7")
    ledger.take_up(f"{study}-s7")
    assert ("does not know yet how session" in forget(ledger, f"{study}-s7")) == (told and away)
    ledger.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"CODE7" in path.read_bytes()]
    if away:
        shared.start()
    assert vantage("ledger", "sync", *where)[::2] == (0, "")
    ledger = Ledger(tmp_path, shared.url)
    assert "CODE7" not in {c.participant for c in ledger.claims(study)}
    assert {c.reason for c in ledger.claims(study) if c.state == "returned"} == {"withdrawn"}
    ledger.close()


def test_another_station_that_took_it_up_meanwhile_keeps_it(shared, tmp_path, vantage):
    """Not even a station that was offline, and took it up as well, ends what another one holds."""
    offline(shared, tmp_path, "theirs", 0)
    shared.start()
    where = ("--ledger", shared.url, "--data", tmp_path)
    vantage("ledger", "sync", *where)
    for _ in range(2):
        other = Ledger(tmp_path / "other", shared.url)
        other.take_up("theirs-s0", "lab-8")
        other.close()
    shared.stop()
    ledger = holder(tmp_path, shared.url, "theirs-s0")
    ledger.take_up("theirs-s0")
    settle(ledger, "theirs-s0", "done", "", "ff")
    ledger.close()
    shared.start()
    code, _, err = vantage("ledger", "sync", *where)
    assert code == 2 and "session theirs-s0 was taken up again on station 'lab-8'" in err


def test_a_study_that_began_in_a_file_is_not_begun_anew_on_a_server(shared, tmp_path):
    own = open_ledger(tmp_path)
    claim(own, 0, "moved")
    own.close()
    open_ledger(tmp_path, shared.url, "another").close()
    with pytest.raises(MachineError, match=r"ledger.sqlite: holds sessions of 'moved', and a server would give"):
        open_ledger(tmp_path, shared.url, "moved")


def test_a_connection_that_was_cut_is_made_anew(shared, tmp_path):
    ledger = Ledger(tmp_path, shared.url)
    assert claim(ledger, 0, "cut") == 0
    shared.kill()
    shared.start()
    assert claim(ledger, 1, "cut") == 1
    assert ledger.finish("cut-s0", "ff")
    ledger.close()


def test_a_server_from_before_vacancies_were_kept_gives_out_the_same_slots(shared, tmp_path):
    ledger = Ledger(tmp_path, shared.url)
    for number in range(3):
        claim(ledger, number, "before")
    ledger.give_back("before-s0", "left"), ledger.give_back("before-s1", "left")
    assert claim(ledger, 3, "before") == 0
    ledger.write(text("ALTER TABLE claim DROP COLUMN followed"))
    ledger.close()
    ledger = Ledger(tmp_path, shared.url)
    assert [claim(ledger, number, "before") for number in (4, 5)] == [1, 3]
    ledger.close()


def test_what_guarantees_is_the_index_and_codes_do_not_reach_the_servers_log(shared, tmp_path):
    ledger = Ledger(tmp_path, shared.url)
    claim(ledger, 0, "index")
    with pytest.raises(MachineError, match="taken by another"):
        claim(ledger, 1, "index", slot=0)
    with pytest.raises(MachineError, match="already has a session"):
        ledger.claim("index", "real", "", "again", "CODE0", "lab-1")
    ledger.close()
    assert not re.search(r"CODE\d", shared.log.read_text())


def test_nothing_of_who_withdrew_is_left_in_the_servers_files(shared, tmp_path):
    ledger = Ledger(tmp_path, shared.url)
    for code in ("QX7ZK2MW", "STAYS123"):
        ledger.claim("gone", "real", "", f"s-{code[::-1]}", code, "lab-1")
        ledger.finish(f"s-{code[::-1]}", "ff")
    ledger.forget("s-WM2KZ7XQ")

    def naming(code):
        files = [path for path in shared.store.rglob("*") if path.is_file()]
        return [path.name for path in files if code in path.read_bytes()]

    assert naming(b"STAYS123")
    assert naming(b"QX7ZK2MW") == []
    ledger.close()


def test_what_was_held_on_another_station_is_erased_there_and_not_said_to_be_erased_here(shared, tmp_path, vantage):
    ledger = Ledger(tmp_path, shared.url)
    ledger.claim("taste", "real", "", "away-1", "AWAY1", "lab-7")
    told = ("withdraw", STUDY, "--participant", "AWAY1", "--ledger", shared.url, "--data", tmp_path, "--yes")
    code, out, err = vantage(*told)
    assert code == 2 and "1 session of theirs, held on station 'lab-7', can't be erased here; erase them there" in err
    assert out == "" and ledger.find("away-1").participant == "AWAY1"  # or nobody would know where to go
    (tmp_path / "station.toml").write_text('station = "lab-7"\n', encoding="utf-8")
    code, out, _ = vantage(*told)  # there, where its log is gone already
    assert code == 0 and "erased: 0 sessions" in out
    assert ledger.find("away-1") is None or not ledger.find("away-1").participant
    ledger.close()
