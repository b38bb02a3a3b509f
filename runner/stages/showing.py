"""A session before a person: screens as frames, and what comes in from keyboard and pointer as their replies.

The clock is `time.perf_counter`. Timed screens are redrawn with every frame; the others only when something on them
changed, and while they are read the screens to come are painted and sent to the graphics card.
"""

import gc
import time
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen
from PIL import Image

from runner.company import Alone, Company, examples, named
from runner.screens import Keys, Others, Reply, Screen, Words
from runner.stages.answers.interaction import (
    Ending,
    Event,
    KeyDown,
    PointerDown,
    PointerMove,
    PointerUp,
    Tick,
    View,
    begin,
    react,
    shown,
)
from runner.stages.drawing.pieces import Layout
from runner.stages.frames import Frames
from runner.stages.hearing import Hearing
from runner.stages.inputs import Closed, Input, Key, Listener
from runner.stages.marking import Marking, Nowhere
from runner.stages.pages import Pages

POLL = 0.0015  # seconds between looks at the keyboard while nothing else is to be done
HEADROOM = 0.006  # seconds before a screen's last frame is over in which the next screen is called for
# What goes on happening while the key is held, apart from typing.
REPEATING = frozenset({"left", "right", "up", "down", "pageup", "pagedown", "backspace", "delete", "minus", "plus"})


@frozen
class Showing:
    """What is on the display while a reply is awaited."""

    screen: Screen
    view: View
    layout: Layout


class Window:
    """A stage on a real display; see `runner.stages.Stage`. `window` is PsychoPy's."""

    def __init__(self, window: Any, listener: Listener, pages: Pages, facts: Mapping[str, Any]) -> None:
        self._window = window
        self._listener = listener
        self._pages = pages
        self._facts = facts
        self._frames = Frames(window)
        self._frames.measure(pages.draw)
        self._running = False  # does the next frame follow on the last without a pause?
        self._closing = False  # was the window's close button pressed where there is no stopping?
        self._pressed_at: dict[str, float] = {}
        self.company: Company = Alone()
        self.markers: Marking = Nowhere()
        pages.fill = lambda screen: named(screen, self.company.names(), pages.word("seat"))
        self.showing: Showing | None = None  # None between screens; other threads may look
        self.put = listener.put  # made-up inputs, from any thread

    def present(self, screen: Screen) -> Reply:
        waits = isinstance(screen.accepts, Others)  # with a limit, but no frame of it matters
        timed = not waits and (screen.seconds is not None or isinstance(screen.accepts, Keys))
        if timed and self._pages.build_all():
            gc.collect()
            gc.freeze()
        collecting = gc.isenabled()
        if timed:
            gc.disable()
        try:
            return self._present(screen, timed)
        finally:
            self.showing = None
            if collecting:
                gc.enable()

    def prepare(self, screens: Iterable[Screen]) -> None:
        self._pages.announce(screens)

    def remember(self, screen: Screen, reply: Reply) -> None:
        pass

    def say(self, word: str) -> None:
        self._running = False
        if word:
            self._pages.lay_over(word)
            self._frames.flip(self._pages.draw, running=False)

    def describe(self) -> Mapping[str, Any]:
        return {
            "kind": "window",
            **self._facts,
            "refresh_hz": round(1 / self._frames.period, 3),
            "vertical_sync": not self._frames.paced,
            "onset": "return of the buffer swap" if self._frames.seen_at_swap else "return of the flip",
            "markers": self.markers.describe(),
        }

    def close(self) -> None:
        self._window.close()
        self.markers.close()

    def origin(self) -> tuple[int, int]:
        """Where the window's top left corner is on its display, in pixels."""
        x, y = self._window.winHandle.get_location()
        return int(x), int(y)

    def picture(self, screen: Screen) -> Image.Image:
        """Show a screen as it looks before it is answered, and what the window then holds; for storyboards.

        On a board stands what will come on it.
        """
        self._pages.show(screen, evolve(begin(screen), board=examples(screen, self._pages.word("seat"))))
        self._frames.flip(self._pages.draw, running=False)
        self._running = False
        return self.capture()

    def capture(self) -> Image.Image:
        """What the window shows, drawn once more and read back from the graphics card."""
        self._pages.draw()
        image: Image.Image = self._window.getMovieFrame(buffer="back")
        self._window.movieFrames.clear()
        self._window.clearBuffer()
        return image.convert("RGB")

    def _present(self, screen: Screen, timed: bool) -> Reply:
        late, unfocused = self._frames.late, self._listener.unfocused()
        drawn = begin(screen)
        hearing = Hearing(screen, self.company, self._pages.word("seat"))
        if hearing.hears:
            drawn = evolve(drawn, board=hearing.first(time.perf_counter()).lines)
        self._pages.show(screen, drawn)
        onset = self._frames.flip(self._pages.draw, running=self._running)
        if screen.code:
            self.markers.mark(screen.code, onset)
        view = shown(screen, drawn, onset)
        hearing.begin(onset)
        self._pages.trim()
        if self._listener.pointer:  # what the pointer is over looks so without being moved
            hit = self._pages.layout.hit(*self._listener.pointer)
            view, _ = react(screen, view, PointerMove(hit=hit, at=onset))
        view, ending, device = self._until_ending(screen, view, drawn, timed, hearing)
        self._running = ending is None
        over = self._frames.due() if timed and not ending else time.perf_counter()
        return Reply(
            onset=onset,
            offset=max(ending.at, over) if ending else over,
            status=ending.status if ending else "elapsed",
            answer=ending.answer if ending else None,
            answered=ending.at if ending else None,
            changes=view.changes,
            late_frames=self._frames.late - late,
            unfocused=max(0.0, self._listener.unfocused() - unfocused),
            device=device,
            heard=hearing.heard,
            sent=self.markers.sent() if screen.code else (),
        )

    def _until_ending(
        self, screen: Screen, view: View, drawn: View, timed: bool, hearing: Hearing
    ) -> tuple[View, Ending | None, str]:
        """Frame after frame, until an event ends the screen or its time is up."""
        frames, seconds = self._frames, float("inf") if screen.seconds is None else screen.seconds
        while True:
            self.showing = Showing(screen, view, self._pages.layout)
            next_frame = frames.due() if timed else time.perf_counter() + frames.period
            over = next_frame - view.onset > seconds - frames.period / 2  # the next frame is another screen's
            if over and timed:
                time.sleep(max(0.0, frames.due() - HEADROOM - time.perf_counter()))
            for given in self._inputs():
                event = self._event(given, screen, view)
                if event is not None:
                    view, ending = react(screen, view, event)
                    if ending:
                        return view, ending, "keyboard" if isinstance(event, KeyDown) else "mouse"
            if over:
                return view, None, ""
            now = time.perf_counter()
            arrived = hearing.look(now) if hearing.hears else None
            if arrived is not None:
                view, ending = react(screen, view, arrived)
                if ending:
                    return view, ending, ""
            if not view.open and now >= view.open_at:
                view, _ = react(screen, view, Tick(at=now))
            if view != drawn:
                self._pages.show(screen, view)
            if timed or view != drawn or self._listener.uncovered:
                self._listener.uncovered, drawn = False, view
                frames.flip(self._pages.draw, running=timed)
            elif not self._pages.build_some():
                time.sleep(POLL)

    def _inputs(self) -> list[Input]:
        inputs = self._listener.poll()
        return [Closed(at=time.perf_counter()), *inputs] if self._closing else inputs

    def _event(self, given: Input, screen: Screen, view: View) -> Event | None:
        """What an input means for this screen; None for the repetition of a key that has done its work."""
        layout = self._pages.layout
        if isinstance(given, Closed):
            self._closing = not screen.stop
            return KeyDown(key="escape", at=max(given.at, view.onset))
        if isinstance(given, Key):
            if not given.repeated:
                self._pressed_at[given.name] = given.at
            elif given.name and (self._pressed_at.get(given.name, 0.0) < view.onset or not _repeats(given, screen)):
                return None
            rows = {"up": -1, "down": 1}.get(given.name)
            caret = layout.beside(view.caret, rows) if rows and isinstance(screen.accepts, Words) else None
            return KeyDown(
                key=given.name,
                text=given.text,
                at=given.at,
                shift=given.shift,
                ctrl=given.ctrl,
                caret=caret,
                mirrored=layout.direction == "rtl",
            )
        if given.what == "down":
            return PointerDown(hit=layout.hit(given.x, given.y), at=given.at)
        if given.what == "move":
            return PointerMove(hit=layout.hit(given.x, given.y, held=view.pressed), at=given.at)
        return PointerUp(at=given.at)


def _repeats(key: Key, screen: Screen) -> bool:
    return key.name in REPEATING or bool(key.text and isinstance(screen.accepts, Words))
