"""A console as a process of its own, stations that write their rows, and a browser that keeps all that it asks for."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, field
from playwright.sync_api import Browser, Page, sync_playwright

from runner.laboratory import gatherings, incidents, presence  # noqa: F401, their tables are made when a place is opened
from runner.laboratory.following import Glimpse
from runner.laboratory.place import Place, open_place

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "protocols/frame-and-visibility.yaml"
PATIENCE = 60.0  # seconds that a busy machine gets


def until(true: Callable[[], Any], what: str) -> Any:
    """Ask again until it is so."""
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)
    return found


class Console:
    """`vantage console` as somebody starts it."""

    def __init__(self, data: Path, *options: str, stdin: int | None = None) -> None:
        command = [sys.executable, "-m", "runner.cli", "console", str(STUDY), "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, "--no-browser", "--port", "0", *options],
            cwd=ROOT,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self._clients: list[httpx.Client] = []
        self.lines = [self.process.stdout.readline()]
        found = re.search(r"(http://(\S+):(\d+))(/enter/\S+)", self.lines[0])
        assert found, self.process.stderr and self.process.stderr.read()
        self.lines.append(self.process.stdout.readline())
        self.root, self.entrance = found[1], found[1] + found[4]
        self.host, self.port = found[2], int(found[3])

    def next_entrance(self) -> str:
        """The address that is printed after one was used."""
        assert self.process.stdout
        self.lines.append(self.process.stdout.readline())
        return re.search(r"http://\S+", self.lines[-1])[0]

    def client(self) -> httpx.Client:
        """A browser of few words that was let in, and shows where it is from."""
        client = httpx.Client(base_url=self.root, timeout=PATIENCE)
        self._clients.append(client)
        assert client.get(self.entrance).status_code == 200
        self.entrance = self.next_entrance()
        proof = re.search(r'name="proof" content="(\w+)"', client.get("/").text)[1]
        client.headers.update({"Origin": self.root, "X-Vantage-Proof": proof})
        return client

    def stop(self) -> tuple[int, str, str]:
        """Ctrl-C; the exit code, and what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=PATIENCE)  # with whatever is still connected
        for client in self._clients:
            client.close()
        return self.process.returncode, "".join(self.lines) + out, err


@pytest.fixture(scope="session")
def start_console() -> type[Console]:
    return Console


@pytest.fixture(scope="session", name="until")
def awaited() -> Callable[..., Any]:
    return until


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def place(data: Path) -> Iterator[Place]:
    place = open_place(data)
    yield place
    place.close()


@pytest.fixture
def consoles() -> Iterator[Callable[..., Console]]:
    started: list[Console] = []

    def start(data: Path, *options: str, stdin: int | None = None) -> Console:
        started.append(Console(data, *options, stdin=stdin))
        return started[-1]

    yield start
    for console in started:
        console.stop()


@pytest.fixture
def console(data: Path, consoles: Callable[..., Console]) -> Console:
    return consoles(data)


@define
class Seen:
    """All that a browser asked for and was told."""

    requests: list[str] = field(factory=list)
    complaints: list[str] = field(factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[Callable[..., tuple[Page, Seen]]]:
    contexts = []

    def opened(console: Console, *, width: int = 1280, height: int = 720, locale: str = "en-GB") -> tuple[Page, Seen]:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        page, seen = context.new_page(), Seen()
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("console", lambda message: seen.complaints.append(message.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(console.entrance)
        page.wait_for_url(f"{console.root}/")
        console.entrance = console.next_entrance()
        page.wait_for_selector("#line.live")
        return page, seen

    yield opened
    for context in contexts:
        context.close()


class Stations:
    """Stations that tell of themselves through the thread that sessions have."""

    def __init__(self, data: Path, url: str = "") -> None:
        self._data, self._url = data, url
        self.glimpses: dict[str, Glimpse] = {}
        self._disks: dict[str, str] = {}
        self._reporters: dict[str, presence.Reporter] = {}

    def show(self, station: str, glimpse: Glimpse, disk: str = "", *, pilot: bool = False, study: str = STUDY.stem):
        self.glimpses[station], self._disks[station] = glimpse, disk
        if station not in self._reporters:
            self._reporters[station] = presence.Reporter(
                self._data,
                self._url,
                lambda: (self.glimpses[station], self._disks[station]),
                station=station,
                study=study,
                pilot=pilot,
            )

    def end(self) -> None:
        for reporter in self._reporters.values():
            reporter.end()


@pytest.fixture
def stations(data: Path, place: Place) -> Iterator[Stations]:
    found = Stations(data)
    yield found
    found.end()


@pytest.fixture
def other_address() -> str:
    """An address of this machine that is not the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # nothing is sent: the system only says from where it would be
            return asked.getsockname()[0]
        except OSError:
            return "127.0.0.2"
