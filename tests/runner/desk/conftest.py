"""The real start window on the test display, and an assistant at it: real keys and a real pointer, through XTEST."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QApplication, QWidget
from Xlib import XK, X, display
from Xlib.ext import xtest

from runner.desk.look import dress
from runner.desk.opening import fit
from runner.desk.parts import Said
from runner.desk.window import Desk
from runner.station.settings import Settings
from runner.station.shortcuts import talking

PROTOCOLS = Path(__file__).parents[3] / "protocols"
PATIENCE = 90.0  # seconds after which something that was awaited is taken for lost
LIGHTS = '{"lines": [{"what": "disk", "verdict": "ok", "found": "fast", "do": ""}]}'


@pytest.fixture(scope="session")
def app() -> QApplication:
    """The one application of this process."""
    made = QApplication.instance() or QApplication(["vantage"])
    assert isinstance(made, QApplication)
    made.setQuitOnLastWindowClosed(False)
    dress(made)
    return made


class Assistant:
    """Uses the window as people do; waits until it has heard."""

    def __init__(self, app: QApplication, desk: Desk) -> None:
        self.app, self.desk = app, desk
        self.x = display.Display()

    # ------------------------------------------------------------ hands

    def press(self, key: str, *held: str) -> None:
        """A key by its X name, with others held down."""
        codes = [self.x.keysym_to_keycode(XK.string_to_keysym(name)) for name in (*held, key)]
        for code in codes:
            xtest.fake_input(self.x, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self.x, X.KeyRelease, code)
        self.x.sync()
        self.settle()

    def alt(self, letter: str) -> None:
        """What the underlined letter leads to."""
        self.press(letter, "Alt_L")

    def type(self, text: str) -> None:
        for character in text:
            held = ("Shift_L",) if character.isupper() else ()
            self.press({"-": "minus", " ": "space", "_": "underscore"}.get(character, character.lower()), *held)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press the pointer's button on it, once it is in view."""
        self.until(lambda: widget.isVisible() and widget.isEnabled(), f"{widget.objectName()} to be there")
        if self.desk.isAncestorOf(widget):
            self.desk._scroll.ensureWidgetVisible(widget)
        self.settle()
        place = widget.mapToGlobal(at or widget.rect().center())
        xtest.fake_input(self.x, X.MotionNotify, x=place.x(), y=place.y())
        xtest.fake_input(self.x, X.ButtonPress, 1)
        xtest.fake_input(self.x, X.ButtonRelease, 1)
        self.x.sync()
        self.settle()

    def pick(self, chooser: Any, entry: int) -> None:
        """Choose from a list by the pointer."""
        self.click(chooser)
        view = chooser.view()
        self.until(lambda: view.isVisible(), "the list to open")
        place: QRect = view.visualRect(view.model().index(entry, 0))
        self.click(view.viewport(), place.center())
        self.until(lambda: chooser.currentIndex() == entry, "the entry to be chosen")

    # ------------------------------------------------------------ eyes

    def settle(self) -> None:
        """Let the window hear what was done: the server has it when `x` was answered, and the window what it sent on
        when Qt was answered, too. Twice, since a list that opens asks for the pointer.
        """
        for _ in range(2):
            self.x.sync()
            self.app.sync()
            self.app.processEvents()

    def answer(self, done: Callable[[], Any]) -> None:
        """Be the participant of a study of scales, at whoever's pace that is, until something is so."""
        end = time.perf_counter() + PATIENCE
        while not done():
            assert time.perf_counter() < end, f"answered in vain: {self.said()}"
            for key in ("4", "Return"):
                self.press(key)
            pressed = time.perf_counter()  # ten answers a second, which leaves the machine to who shows the questions
            while time.perf_counter() < pressed + 0.1 and not done():
                self.app.processEvents()

    def until(self, holds: Callable[[], Any], what: str = "") -> None:
        """Wait for something to become true, the window alive meanwhile."""
        end = time.perf_counter() + PATIENCE
        while not holds():
            assert time.perf_counter() < end, f"waited in vain for {what or holds}: {self.said()}"
            self.app.processEvents()

    def said(self) -> str:
        """Everything that the window says at this moment."""
        desk = self.desk
        parts = (desk.study.note, desk.study.bad, desk.study.happens, desk.person.note, desk.person.bad)
        parts += (desk.station.bad, desk.station.hint, desk.station.summary, desk.foot.went, desk.foot.todo)
        if desk.at_duties:
            parts = tuple(desk.duties.open.findChildren(Said))
        return "\n".join(part.text() for part in parts)

    def picture(self) -> Image.Image:
        """The screen as it is."""
        self.settle()
        screen = self.x.screen()
        size = screen.width_in_pixels, screen.height_in_pixels
        raw = screen.root.get_image(0, 0, *size, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", size, raw.data, "raw", "BGRX")


Sit = Callable[..., Assistant]


@pytest.fixture
def assistant(app: QApplication, tmp_path: Path) -> Iterator[Sit]:
    """assistant(settings=..., pilots=..., ready=True): somebody at a fresh window that has found its studies."""
    yield from _chairs(app, tmp_path / "data")


@pytest.fixture(scope="module")
def lasting(app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sit]:
    """The same for a window that the tests of a file share, which is cheaper."""
    yield from _chairs(app, tmp_path_factory.mktemp("lab") / "data")


def _chairs(app: QApplication, data: Path) -> Iterator[Sit]:
    there: list[Assistant] = []

    def sit_down(ready: bool = True, pilots: tuple[str, ...] = ("--quick",), **settings: Any) -> Assistant:
        settings = {"studies": (str(PROTOCOLS),), "station": "lab-3", **settings}
        desk = Desk(data, Settings(**settings), talking(), pilots)
        somebody = Assistant(app, desk)
        there.append(somebody)
        fit(desk)
        desk.present()
        somebody.until(lambda: desk.isActiveWindow(), "the window to have the keyboard")
        somebody.until(lambda: not desk.study._looking, "the studies")
        if ready:
            desk._checked(0, LIGHTS, "")
        somebody.settle()
        return somebody

    yield sit_down
    for somebody in there:
        somebody.desk.hide()
        somebody.desk.deleteLater()
        somebody.x.close()
    app.processEvents()
