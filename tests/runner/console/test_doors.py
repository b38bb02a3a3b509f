"""Nobody is let in without the token, no other host is listened to, and no other page may change anything."""

import http.client
import socket

import httpx
import pytest

from runner.console.app import Console as Application
from runner.console.doors import TRIES, WITHIN, Keys, is_ours

PATIENCE = 60.0
BODIES = {"incidents": {"about": "general", "name": "", "text": "x"}}


def routes():
    """Every route of the application, with something in each of its places."""
    found = Application(None, Keys(1), print).app.routes
    filled = {"{token}": "x" * 43, "{name}": "console.css", "{id}": "a" * 16, "{action}": "start", "{seat}": "1"}
    for route in found:
        path = route.path
        for place, value in filled.items():
            path = path.replace(place, value)
        for method in route.methods:
            yield method, path


@pytest.mark.parametrize("headers", [{}, {"Cookie": "vantage_{port}=guess"}, {"Authorization": "Bearer x"}])
def test_without_the_token_every_route_answers_403(console, headers):
    told = {name: value.replace("{port}", str(console.port)) for name, value in headers.items()}
    asked = [
        *routes(),
        ("GET", "/no-such-page"),
        ("GET", "/enter/"),
        ("GET", "/enter/a/b"),
        ("OPTIONS", "/"),
        ("PUT", "/"),
        ("GET", "/static/../app.py"),
    ]
    assert len({path for _, path in asked}) >= 8
    for method, path in asked:
        answer = httpx.request(method, console.root + path, headers={**told, "Origin": console.root}, timeout=PATIENCE)
        assert (method, path, answer.status_code) == (method, path, 403)
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_the_token_lets_one_browser_in_once_by_one_strict_cookie(console):
    first = httpx.get(console.entrance)
    assert first.status_code == 200
    (cookie,) = first.headers.get_list("set-cookie")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {piece.strip() for piece in cookie.split(";")}
    assert len(cookie.partition("=")[2].partition(";")[0]) >= 43  # 256 bits
    assert httpx.get(console.entrance).status_code == 403
    assert httpx.get(console.root + "/", headers={"Cookie": cookie}).status_code == 200
    again = console.next_entrance()
    assert httpx.head(again).status_code == 403, "only opening it uses it up"
    assert httpx.get(again).status_code == 200


def test_every_answer_forbids_what_other_pages_could_do_with_it(console):
    client = console.client()
    for answer in (client.get("/"), client.get("/static/console.js"), client.get("/none"), httpx.get(console.root)):
        said = answer.headers
        assert said["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe" not in said["content-security-policy"]
        assert (said["referrer-policy"], said["cache-control"]) == ("no-referrer", "no-store")
        assert said["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in said and "server" not in said


@pytest.mark.parametrize(
    "host", ["lab.example:{port}", "127.0.0.1.evil.example:{port}", "127.0.0.1", "", "localhost:1"]
)
def test_another_host_is_refused_even_with_the_cookie(console, host):
    client = console.client()
    assert client.get("/", headers={"Host": f"localhost:{console.port}"}).status_code == 200
    assert client.get("/", headers={"Host": host.replace("{port}", str(console.port))}).status_code == 403


def test_where_it_listens_everywhere_a_name_is_not_enough():
    assert is_ours("10.0.0.5:80", "0.0.0.0", 80) and is_ours("[::1]:80", "127.0.0.1", 80)
    assert is_ours("lab-server:80", "lab-server", 80)
    assert not is_ours("evil.example:80", "0.0.0.0", 80)
    assert not is_ours("10.0.0.5:80", "127.0.0.1", 80)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:1"},
        {"X-Vantage-Proof": "0" * 64},
        {"X-Vantage-Proof": "\xff"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_that_comes_from_another_page_is_refused(console, headers):
    client = console.client()
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    assert client.post("/incidents", json=BODIES["incidents"], headers=encoded).status_code == 403
    assert client.post("/incidents", json=BODIES["incidents"]).status_code == 200


def test_guesses_run_out_and_the_clock_gives_them_back():
    now = [0.0]
    keys = Keys(1, lambda: now[0])
    token = keys.token
    for _ in range(TRIES):
        assert keys.exchange("guess", "10.0.0.7") is None
    assert keys.exchange(token, "10.0.0.7") is None, "no more tries from there, right or wrong"
    now[0] = WITHIN
    assert keys.exchange(token, "10.0.0.7")
    assert keys.exchange(token, "10.0.0.7") is None, "used up"


def test_an_address_that_guesses_keeps_no_other_out():
    keys = Keys(1)
    for _ in range(TRIES):
        keys.exchange("guess", "10.0.0.7")
    assert keys.exchange(keys.token, "10.0.0.8")


def test_the_machines_other_address_is_not_listened_at(console, other_address):
    with pytest.raises(OSError):
        socket.create_connection((other_address, console.port), timeout=PATIENCE)
    socket.create_connection(("127.0.0.1", console.port), timeout=PATIENCE).close()


@pytest.mark.parametrize(
    "path", ["/%00", "/enter/%ff%fe", "/enter/" + "x" * 5000, "/static/..%2fapp.py", "//evil.example"]
)
def test_hostile_addresses_get_one_message(console, path):
    asked = http.client.HTTPConnection("127.0.0.1", console.port, timeout=PATIENCE)
    asked.request("GET", path)
    answer = asked.getresponse()
    said = answer.read()
    asked.close()
    assert answer.status == 403 and said.startswith(b"Open the address")


def test_with_the_cookie_what_is_not_there_gets_one_message(console):
    client = console.client()
    for path in ("/none", "/static/none", "/static/..%2fapp.py", "/static/words.toml"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, "There is nothing at this address.")
    assert client.get("/groups/a/start").status_code == 405


HOSTILE = [
    (b"", 400, "can't be read"),
    (b"[1, 2", 400, "can't be read"),
    (b'{"about": "general", "name": "", "text": 7}', 400, "can't be read"),
    (b'{"about": "general", "name": "", "text": "x", "more": 1}', 400, "can't be read"),
    (b'{"about": "general", "name": "", "text": "\xff"}', 400, "can't be read"),
    (b"[" * 10000, 400, "can't be read"),
    (b'{"about": "everyone", "name": "", "text": "x"}', 400, "Say what the note is about"),
    (b'{"about": "station", "name": "", "text": "x"}', 400, "Say what the note is about"),
    (b'{"about": "station", "name": "%s", "text": "x"}' % (b"n" * 65), 400, "Say what the note is about"),
    (b'{"about": "general", "name": "", "text": " "}', 400, "The note is empty"),
    (b'{"about": "general", "name": "", "text": "%s"}' % (b"n" * 2001), 400, "too long; at most 2000"),
    (b'{"about": "general", "name": "", "text": "a\\u0000b"}', 400, "characters that can't be kept"),
    (b'{"about": "general", "name": "", "text": "\\u001b[31m"}', 400, "characters that can't be kept"),
    (b"x" * 20000, 413, "too large"),
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory, start_console):
    console = start_console(tmp_path_factory.mktemp("data"))
    yield console.client()
    console.stop()


@pytest.mark.parametrize(("body", "status", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_note_gets_one_message(shared, body, status, words):
    answer = shared.post("/incidents", content=body)
    assert answer.status_code == status and words in answer.text and "\n" not in answer.text


@pytest.mark.parametrize("half", [b"\\ud800", b"\\udfff\\ud800"])
def test_half_a_character_gets_one_message(shared, half):
    body = b'{"about": "general", "name": "", "text": "%s"}' % half
    answer = shared.post("/incidents", content=body)
    assert answer.status_code == 400 and "\n" not in answer.text


@pytest.mark.parametrize(
    "path", ["/groups/x/start", "/groups/%27%20OR%201=1/close", "/groups/x/explode", "/groups/x/release/1"]
)
def test_a_group_that_is_not_there_gets_one_message(shared, path):
    answer = shared.post(path, content=b"{}")
    assert (answer.status_code, answer.text) == (404, "There is no such group session any more; nothing was changed.")


@pytest.mark.parametrize("language", ["de", "xx", "../../etc", "%00"])
def test_a_language_is_one_of_those_there_are(shared, language):
    answer = shared.get(f"/?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{"de" if language == "de" else "en"}">' in answer.text
