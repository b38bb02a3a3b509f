"""`vantage console` on the command line: how it ends, and what it refuses, each with one message."""

import socket
import subprocess

import httpx
import pytest

from runner.cli import main
from runner.laboratory import incidents

STUDY = "protocols/frame-and-visibility.yaml"


def test_ctrl_c_ends_it_with_a_page_still_open(console, until):
    client = console.client()
    with client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()  # kept, since without it the stream would be closed
        next(lines)
        code, out, err = console.stop()
    assert (code, err) == (0, "")
    assert "only this machine can reach it" in out
    with pytest.raises(httpx.TransportError):
        httpx.get(console.root)


def test_it_ends_when_whoever_attends_to_it_lets_go_and_writes_what_was_noted(consoles, data, place):
    incidents.note(place, "frame-and-visibility", "general", "", "Noted.")
    console = consoles(data, "--attended", stdin=subprocess.PIPE)
    out, err = console.process.communicate(timeout=60)  # closes its standard input, and sends nothing else
    assert (console.process.returncode, err) == (0, "") and "1 incident: " in out
    assert "Noted." in (data / "incidents.csv").read_text(encoding="utf-8")


def test_the_address_works_once_and_the_next_one_is_printed(console):
    client = console.client()
    assert client.get("/").status_code == 200
    assert "opened from 127.0.0.1; for another browser: http://127.0.0.1:" in console.lines[-1]


def test_two_consoles_may_look_at_one_laboratory(console, consoles, data):
    other = consoles(data)
    assert console.client().get("/").status_code == other.client().get("/").status_code == 200


def test_another_host_has_to_be_named_and_it_says_who_is_let_in(consoles, data):
    console = consoles(data, "--host", "127.0.0.2")
    assert console.host == "127.0.0.2"
    everywhere = consoles(data, "--host", "0.0.0.0")
    said = everywhere.lines[1]
    assert "every machine that reaches 0.0.0.0" in said and "not encrypted" in said
    address = f"http://127.0.0.1:{everywhere.port}"
    assert httpx.get(address).status_code == 403
    evil = {"Host": f"evil.example:{everywhere.port}"}
    assert httpx.get(f"{address}/enter/{everywhere.entrance.rpartition('/')[2]}", headers=evil).status_code == 403


def refused(capsys, *arguments):
    code = main(["console", *arguments])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "Traceback" not in err and len(err.splitlines()) == 1
    return err


def test_a_port_in_use_is_one_message(capsys, data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(capsys, STUDY, "--data", str(data), "--port", str(port), "--no-browser")
    assert f"127.0.0.1:{port} can't be listened at (" in said and "is another console running?" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "--port: wants a number from 0"),
        (["--port", "-1"], "--port: wants a number from 0"),
        (["--host", "no such host"], "--host: wants an address of this machine, got 'no such host'"),
        (["--host", ""], "--host: wants an address of this machine, got ''"),
        (["--host", "\0"], "--host: wants an address of this machine"),
        (["--host", "192.0.2.1"], "192.0.2.1:8113 can't be listened at"),
        (["--n", "-3"], "--n: wants 0 or more people, got -3"),
        (["--ledger", "mysql://x"], "--ledger: wants the address of a PostgreSQL server"),
        (["--ledger", "postgresql+psycopg://lab:hush@127.0.0.1:1/x"], "can't be reached"),
    ],
)
def test_what_cannot_be_is_one_message(capsys, data, arguments, words):
    said = refused(capsys, STUDY, "--data", str(data), "--no-browser", *arguments)
    assert words in said and "hush" not in said


def test_a_folder_that_is_not_there_is_one_message(capsys, tmp_path):
    said = refused(capsys, STUDY, "--data", str(tmp_path / "none"), "--no-browser")
    assert "--data: there is no folder" in said
    assert not (tmp_path / "none").exists()


def test_the_incidents_can_be_written_without_a_console(capsys, data, place):
    incidents.note(place, "frame-and-visibility", "station", "lab-2", "The screen flickered.")
    incidents.note(place, "taste", "general", "", "Another study's.")
    assert main(["console", STUDY, "--data", str(data), "--export"]) == 0
    assert capsys.readouterr().out == f"2 incidents: {data / 'incidents.csv'}\n"
    table = (data / "incidents.csv").read_text(encoding="utf-8")
    assert '"station","lab-2","The screen flickered."' in table and '"taste"' in table
