"""How a screen is answered: `react(screen, view, event)` folds events into a view until one of them ends the screen.

Pure: no clock, no window, no randomness. Every kind of answer can be given by keyboard alone, by mouse alone and
by touch alone, except `Keys`, which is a press of a key by definition.
"""

from attrs import evolve

from runner.screens import Allocation, Continue, Keys, Others, Screen, Words
from runner.stages.answers.answering import aim, confirm, group, home, place_in_group, ready, targets
from runner.stages.answers.keystrokes import KEYS, is_enter
from runner.stages.answers.views import (
    Arrived,
    Ending,
    Event,
    Hit,
    KeyDown,
    PointerDown,
    PointerMove,
    PointerUp,
    Step,
    Tick,
    View,
)

__all__ = [
    "DOUBLE_CLICK",
    "Arrived",
    "Ending",
    "Event",
    "Hit",
    "KeyDown",
    "PointerDown",
    "PointerMove",
    "PointerUp",
    "Tick",
    "View",
    "begin",
    "react",
    "ready",
    "shown",
    "targets",
]

DOUBLE_CLICK = 0.25  # seconds after onset in which a pointer can't press the button: it was meant for the page before
BUTTONS = ("continue", "decline", "stop")


def begin(screen: Screen) -> View:
    """The view before anything has been done; lay it out and upload it before the flip."""
    match screen.accepts:
        case Continue(after=after):
            return View(open=after <= 0)
        case Allocation(options=options):
            return View(answer=(0,) * len(options))
        case Words():
            return View(focus="words")
    return View()


def shown(screen: Screen, view: View, onset: float) -> View:
    """The same view, now that the screen is seen; events from before `onset` will not count."""
    after = screen.accepts.after if isinstance(screen.accepts, Continue) else 0.0
    return evolve(view, onset=onset, open_at=onset + after)


def react(screen: Screen, view: View, event: Event) -> Step:
    """The view after `event`, and how the screen ended if the event ended it (never "elapsed": a stage times that)."""
    if event.at < view.onset:
        return view, None
    if not view.open and event.at >= view.open_at:
        view = evolve(view, open=True)
    match event:
        case KeyDown():
            return _key(screen, view, event)
        case PointerDown():
            return _pointer(screen, view, event)
        case PointerMove():
            return _moved(screen, view, event), None
        case PointerUp():
            return evolve(view, pressed=""), None
        case Tick():
            return view, None
        case Arrived():
            return _arrived(screen, view, event)


def _arrived(screen: Screen, view: View, event: Arrived) -> Step:
    view = evolve(view, board=event.lines)
    waited = isinstance(screen.accepts, Others) and event.everyone
    return view, Ending(status="answered", at=event.at) if waited else None


# ---------------------------------------------------------------- keys and pointers


def _key(screen: Screen, view: View, event: KeyDown) -> Step:
    if event.key == "escape" and screen.stop:
        return view, Ending(status="stopped", at=event.at)
    if event.key == "f9" and screen.decline:
        return view, Ending(status="declined", at=event.at)
    if event.key == "tab" and not isinstance(screen.accepts, Keys):
        return evolve(view, focus=_next_stop(screen, view, -1 if event.shift else 1)), None
    if view.focus in BUTTONS and (is_enter(event) or event.key == "space"):
        return _button(screen, view, view.focus, event.at)
    return KEYS[type(screen.accepts)](screen, view, event)


def _pointer(screen: Screen, view: View, event: PointerDown) -> Step:
    target = event.hit.target
    if target not in targets(screen):
        return evolve(view, pressed="", focus=home(screen)), None
    if target == "continue" and event.at - view.onset < DOUBLE_CLICK:
        return view, None
    view = evolve(view, pressed=target, pressed_at=event.at, focus=home(screen))
    if target in BUTTONS:
        return _button(screen, view, target, event.at)
    return aim(screen, view, event.hit, event.at), None


def _moved(screen: Screen, view: View, event: PointerMove) -> View:
    view = evolve(view, hover=event.hit.target)
    if view.pressed == event.hit.target and view.pressed.startswith(("slider", "amount:")):
        return aim(screen, view, event.hit, event.at, drag=True)
    return view


def _button(screen: Screen, view: View, target: str, at: float) -> Step:
    if target == "stop" and screen.stop:
        return view, Ending(status="stopped", at=at)
    if target == "decline" and screen.decline:
        return view, Ending(status="declined", at=at)
    return confirm(screen, view, at)


def _next_stop(screen: Screen, view: View, direction: int) -> str:
    """Where Tab goes: the answer as a whole, the amounts one by one, then the buttons."""
    names = targets(screen)
    stops = [name for name in names if not name.startswith(("option:", "point:", "less:", "more:"))]
    members = group(screen)
    if members:
        stops.insert(0, members[place_in_group(screen, view) or 0])
    if not stops:
        return ""
    here = stops[0] if view.focus in members else view.focus
    if here not in stops:
        return stops[0 if direction > 0 else -1]
    return stops[(stops.index(here) + direction) % len(stops)]
