"""A simulated participant before the real window: answers arrive as key presses and clicks, as a person's do.

What to answer is the respondent's business; how to bring it about is decided act by act from what the window shows
now (`runner.stages.acts`). The acts are performed by a hand: on X11 by events that the server can't tell from a
device's (its XTEST extension); elsewhere they are put into the window's own queue of inputs, which leaves out the
way from the device to there.
"""

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from attrs import field, frozen

from runner.errors import MachineError
from runner.respondents import Respondent
from runner.screens import Others, Screen
from runner.stages.acts import Act, By, Click, Press, Type, next_act
from runner.stages.answers.interaction import View
from runner.stages.drawing.pieces import Layout
from runner.stages.inputs import Input, Key, Pointer

LONGEST = 0.8  # seconds that a screen is looked at, however much there is to read: a pilot is watched
SHORTEST = 0.3  # seconds; a click sooner than that is taken for the second of a double click
PATIENCE = 1.5  # seconds until an act that has no effect is done again
TRIES = 4
_LOOK = 0.004  # seconds between two looks at what is shown


class Showing(Protocol):
    """What a window shows now; `view.onset` tells one showing of a screen from the next."""

    @property
    def screen(self) -> Screen: ...
    @property
    def view(self) -> View: ...
    @property
    def layout(self) -> Layout: ...


class Driven(Protocol):
    """A stage that can be looked at from another thread."""

    @property
    def showing(self) -> Showing | None:
        """None between screens."""
        ...


class Hand(Protocol):
    """Does what a person's hand would do."""

    def press(self, key: str) -> None: ...
    def type(self, text: str) -> None: ...
    def click(self, x: float, y: float) -> None:
        """At pixels from the window's top left corner."""
        ...

    def close(self) -> None: ...


@contextmanager
def driving(stage: Any, respondent: Respondent, hand: Hand | None = None) -> Iterator[None]:
    """While this lasts, the respondent answers through the window. A participant who gets nowhere ends the session."""
    driver = _Driver(stage=stage, respondent=respondent, hand=hand or _hand(stage))
    thread = threading.Thread(target=driver.drive, name="autopilot", daemon=True)
    # The driver ends a session that it can't answer by an interrupt, which a process in the background ignores.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread.start()
    try:
        yield
    except KeyboardInterrupt:
        if driver.stuck:
            raise MachineError(driver.stuck[0]) from None
        raise
    finally:
        driver.over.set()
        thread.join()
        driver.hand.close()
        signal.signal(signal.SIGINT, before)


def _hand(stage: Any) -> Hand:
    if sys.platform == "linux":
        from runner.stages.xtest import XHand

        return XHand(stage.origin)
    else:
        return QueueHand(stage.put)


@frozen
class QueueHand:
    """Puts inputs where a window keeps those that it has heard: for systems on which nothing else is written yet."""

    put: Callable[[Input], None]

    def press(self, key: str) -> None:
        self.put(Key(name=key, at=time.perf_counter()))

    def type(self, text: str) -> None:
        for character in text:
            self.put(Key(name=character.lower(), text=character, at=time.perf_counter()))

    def click(self, x: float, y: float) -> None:
        for what in _CLICK:
            self.put(Pointer(what=what, x=x, y=y, at=time.perf_counter()))

    def close(self) -> None:
        pass


_CLICK: tuple[Literal["move", "down", "up"], ...] = ("move", "down", "up")


@frozen(kw_only=True)
class _Driver:
    stage: Driven
    respondent: Respondent
    hand: Hand
    over: threading.Event = field(factory=threading.Event)
    stuck: list[str] = field(factory=list)  # what could not be answered

    def drive(self) -> None:
        seen, number = float("-inf"), 0
        while not self.over.wait(_LOOK):
            showing = self.stage.showing
            if showing is None or showing.view.onset <= seen or isinstance(showing.screen.accepts, Others | None):
                continue
            seen, number = showing.view.onset, number + 1
            try:
                self._answer(showing, "pointer" if number % 2 else "keyboard")
            except ConnectionError:  # the display is gone: the window finds that out by itself
                return
            except Exception as error:  # the main thread waits for an answer that will never come: let it know
                self.stuck.append(f"autopilot: screen {showing.screen.name!r}: {error}")
                _thread.interrupt_main()
                return

    def _answer(self, showing: Showing, by: By) -> None:
        screen, onset = showing.screen, showing.view.onset
        response = self.respondent.respond(screen)
        look = min(max(response.rt, SHORTEST), LONGEST)
        if self.over.wait(max(0.0, onset + look - time.perf_counter())):
            return
        tried, times = None, 0
        while (now := self._still(onset)) is not None:
            act = next_act(screen, now.view, response, by)
            if act is None:
                self.over.wait(_LOOK)
                continue
            tried, times = (now.view, act), times + 1 if tried == (now.view, act) else 1
            if times > TRIES:
                raise MachineError(f"{act} has no effect; does this window get keys and clicks?")
            self._perform(act, now.layout)
            self._wait_for_effect(onset, now.view, act)

    def _still(self, onset: float) -> Showing | None:
        """What is shown, as long as it is the same showing."""
        now = self.stage.showing
        return now if now is not None and now.view.onset == onset and not self.over.is_set() else None

    def _perform(self, act: Act, layout: Layout) -> None:
        match act:
            case Press(key):
                self.hand.press(key)
            case Type(text):
                self.hand.type(text)
            case Click(name, share):
                target = next((t for t in layout.targets if t.name == name), None)
                if target is None:
                    raise MachineError(f"there is no {name!r} to click on")
                self.hand.click(*target.place(share))

    def _wait_for_effect(self, onset: float, before: View, act: Act) -> None:
        until = time.perf_counter() + PATIENCE
        while time.perf_counter() < until and not self.over.wait(_LOOK):
            now = self._still(onset)
            if now is None or _effective(act, before, now.view):
                return


def _effective(act: Act, before: View, after: View) -> bool:
    if isinstance(act, Type):  # all of it, or what is still on its way would be typed again
        return after.text == before.text + act.text
    return (after.answer, after.text, after.asked) != (before.answer, before.text, before.asked)
