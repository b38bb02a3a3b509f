"""A real window on the test display, and a person at it: real keys and a real pointer, through the X server's XTEST."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from Xlib import XK, X, display
from Xlib.ext import xtest
from Xlib.protocol import event as xevent

from runner.screens import Reply, Screen
from runner.stages.answers.interaction import DOUBLE_CLICK
from runner.stages.inputs import Closed
from runner.stages.window import Window, open_window

PATIENCE = 20.0  # seconds after which something that was awaited is taken for lost


class Person:
    """Does things to the window, from another thread, as soon as the window shows what they are for."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.x = display.Display()
        self.pressed: list[float] = []  # when each key press was asked for

    # ------------------------------------------------------------ deeds

    def down(self, *keys: str) -> None:
        for key in keys:
            self.pressed.append(time.perf_counter())
            self._fake(X.KeyPress, self._code(key))

    def up(self, *keys: str) -> None:
        for key in keys:
            self._fake(X.KeyRelease, self._code(key))

    def press(self, key: str, hold: float = 0.0) -> None:
        self.down(key)
        if hold:
            time.sleep(hold)
        self.up(key)

    def type(self, text: str) -> None:
        for character in text:
            with self.holding("Shift_L") if character.isupper() else self.holding():
                self.press({" ": "space", ".": "period"}.get(character, character))

    def holding(self, *keys: str) -> "Holding":
        return Holding(self, keys)

    def point(self, target: str, share: float = 0.5) -> None:
        """Move the pointer onto a target of the page."""
        box = next(t for t in self.window.showing.layout.targets if t.name == target)
        left, top = self.window.origin()
        x = box.x + box.inset + share * (box.width - 2 * box.inset)
        self._fake(X.MotionNotify, x=left + round(min(x, box.x + box.width - 1)), y=top + box.y + box.height // 2)

    def tap(self, target: str, share: float = 0.5) -> None:
        """Press and let go of the button within the same instant."""
        if target == "continue":  # right after onset it would be taken for the second of a double click
            onset = self.window.showing.view.onset
            self.until(lambda: time.perf_counter() > onset + DOUBLE_CLICK)
        self.point(target, share)
        xtest.fake_input(self.x, X.ButtonPress, 1)
        self._fake(X.ButtonRelease, 1)

    def close_window(self) -> None:
        """What a desktop sends when the close button of a window is pressed."""
        window = self.x.create_resource_object("window", self.window._window.winHandle._window)
        data = (32, [self.x.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
        message = xevent.ClientMessage(window=window, client_type=self.x.intern_atom("WM_PROTOCOLS"), data=data)
        window.send_event(message)
        self.x.sync()

    def until(self, holds: Callable[[], Any], what: str = "") -> None:
        """Wait for something to become true."""
        end = time.perf_counter() + PATIENCE
        while not holds():
            assert time.perf_counter() < end, f"waited in vain: {what}"
            time.sleep(0.001)

    # ------------------------------------------------------------ with a screen

    def answer(self, screen: Screen, deeds: Callable[[], None]) -> Reply:
        """Present the screen, and do the deeds once it is seen."""
        return self.go_through([(screen, deeds)])[0]

    def go_through(self, screens: list[tuple[Screen, Callable[[], None]]]) -> list[Reply]:
        """Present screens one after the other; the deeds of each are done once it is seen."""
        failures: list[BaseException] = []

        def act() -> None:
            seen = float("-inf")
            try:
                for screen, deeds in screens:
                    self.until(lambda s=screen, t=seen: self._sees(s, t), f"{screen.name} on display")
                    seen = self.window.showing.view.onset
                    deeds()
                    self.until(lambda t=seen: not self._still(t), f"{screen.name} answered")
            except BaseException as failure:
                failures.append(failure)
                self.window.put(Closed(at=time.perf_counter()))  # or the window would wait for ever

        thread = threading.Thread(target=act)
        thread.start()
        replies = [self.window.present(screen) for screen, _ in screens]
        thread.join()
        if failures:
            raise failures[0]
        return replies

    def _sees(self, screen: Screen, after: float) -> bool:
        showing = self.window.showing
        return showing is not None and showing.screen is screen and showing.view.onset > after

    def _still(self, onset: float) -> bool:
        showing = self.window.showing
        return showing is not None and showing.view.onset == onset

    def _code(self, key: str) -> int:
        code: int = self.x.keysym_to_keycode(XK.string_to_keysym(key))
        assert code, key
        return code

    def _fake(self, kind: int, detail: int = 0, **where: int) -> None:
        xtest.fake_input(self.x, kind, detail, **where)
        self.x.sync()


class Holding:
    """Keys that are held down meanwhile."""

    def __init__(self, person: Person, keys: tuple[str, ...]) -> None:
        self.person, self.keys = person, keys

    def __enter__(self) -> None:
        self.person.down(*self.keys)

    def __exit__(self, *failure: object) -> None:
        self.person.up(*self.keys)


@pytest.fixture(scope="module")
def window(interface: Mapping[str, str]) -> Iterator[Window]:
    """A real session's window, not that of a pilot."""
    opened = open_window(interface, fullscreen=False, size=(1024, 768))
    yield opened
    opened.close()


@pytest.fixture
def person(window: Window) -> Iterator[Person]:
    someone = Person(window)
    someone._fake(X.MotionNotify, x=0, y=0)  # out of the way
    yield someone
    someone.x.close()
