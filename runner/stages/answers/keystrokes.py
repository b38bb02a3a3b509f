"""What keys do, one function per kind of answer."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from runner.screens import Aliases, Allocation, Choice, Continue, Keys, Likert, Others, Screen, Slider, Words
from runner.stages.answers.answering import (
    aim,
    amounts,
    choose,
    confirm,
    give,
    group,
    on_scale,
    place_in_group,
    recorded,
    steps,
)
from runner.stages.answers.editing import edit
from runner.stages.answers.views import Ending, Hit, KeyDown, Step, View

TWO_DIGITS = 1.0  # seconds within which "1" and "0" are the point 10

# What a keypad's digits are called while its number lock is off.
KEYPAD = ("insert", "end", "down", "next", "left", "begin", "right", "home", "up", "prior")


def is_enter(event: KeyDown) -> bool:
    """Is it the Enter key, of whichever block?"""
    return event.key in ("return", "enter", "num_enter")


def digit_of(key: str) -> int | None:
    """The digit on the key, of whichever block; None without one."""
    if len(key) == 1 and key in "0123456789":
        return int(key)
    name = key.removeprefix("num_")
    if name == key:
        return None
    return KEYPAD.index(name) if name in KEYPAD else digit_of(name)


_BACK_FORTH = {"left": -1, "up": -1, "right": 1, "down": 1}
_FACING = {"left": "right", "right": "left"}


def arrow(event: KeyDown) -> str:
    """The key, the arrows to the sides as they would be on a page that runs from left to right."""
    return _FACING.get(event.key, event.key) if event.mirrored else event.key


def _key_nothing(screen: Screen, view: View, event: KeyDown) -> Step:
    return view, None


def _key_continue(screen: Screen, view: View, event: KeyDown) -> Step:
    return confirm(screen, view, event.at) if is_enter(event) or event.key == "space" else (view, None)


def _key_keys(screen: Screen, view: View, event: KeyDown) -> Step:
    assert isinstance(screen.accepts, Keys)
    digit = digit_of(event.key)
    for key in (event.key, str(digit), "return" if is_enter(event) else event.key):
        if key in screen.accepts.keys:
            return recorded(view, key, event.at), Ending(status="answered", answer=key, at=event.at)
    return view, None


def _key_group(screen: Screen, view: View, event: KeyDown) -> Step:
    """Choice and Likert: a digit chooses, arrows move the focus, Enter or space chooses it and, chosen, confirms."""
    members = group(screen)
    here = place_in_group(screen, view)
    cards = isinstance(screen.accepts, Choice) and screen.accepts.arrange == "cards"  # stand alike on every page
    move, digit = _BACK_FORTH.get(event.key if cards else arrow(event)), digit_of(event.key)
    if move is not None:
        to = (0 if move > 0 else len(members) - 1) if here is None else min(max(0, here + move), len(members) - 1)
        return evolve(view, focus=members[to]), None
    if digit is not None:
        return evolve(_by_digit(screen, view, digit, event.at), focus=""), None
    if not (is_enter(event) or event.key == "space"):
        return view, None
    if view.focus in members:
        chosen = aim(screen, view, Hit(target=view.focus), event.at)
        if chosen.answer != view.answer:
            return chosen, None
    return confirm(screen, view, event.at)


def _by_digit(screen: Screen, view: View, digit: int, at: float) -> View:
    if isinstance(screen.accepts, Choice):
        options = screen.accepts.options
        return choose(view, options[digit - 1].value, at) if 1 <= digit <= len(options) else view
    assert isinstance(screen.accepts, Likert)
    likert = screen.accepts
    if isinstance(view.answer, int) and view.answer > 0 and view.changes and at - view.changes[-1][0] < TWO_DIGITS:
        both = view.answer * 10 + digit
        if likert.admits(both):
            return choose(view, both, at)
    return choose(view, digit, at) if likert.admits(digit) else view


def _key_slider(screen: Screen, view: View, event: KeyDown) -> Step:
    """Arrows move by a step, page keys by a tenth; the first press of any of them puts the marker in the middle."""
    assert isinstance(screen.accepts, Slider)
    slider, most = screen.accepts, steps(screen.accepts)
    if is_enter(event) or event.key == "space":
        return confirm(screen, view, event.at)
    tenth = max(1, round(most / 10))
    by = {"left": -1, "down": -1, "right": 1, "up": 1, "pagedown": -tenth, "pageup": tenth}.get(arrow(event))
    if event.key in ("home", "end"):
        place = 0.0 if event.key == "home" else float(most)
    elif by is None:
        return view, None
    elif isinstance(view.answer, int | float):
        place = (view.answer - slider.low) / slider.step + by
    else:
        place = float(most // 2)
    return choose(view, on_scale(slider, place), event.at), None


def _key_allocation(screen: Screen, view: View, event: KeyDown) -> Step:
    """Up, down and digits choose the row; left, right, minus and plus change its amount."""
    assert isinstance(screen.accepts, Allocation)
    allocation = screen.accepts
    if is_enter(event) or event.key == "space":
        return confirm(screen, view, event.at)
    last = len(allocation.options) - 1
    row = int(view.focus.removeprefix("amount:")) if view.focus.startswith("amount:") else None
    digit = digit_of(event.key)
    if event.key in ("up", "down"):
        to = 0 if row is None else min(max(0, row + _BACK_FORTH[event.key]), last)
        return evolve(view, focus=f"amount:{to}"), None
    if digit is not None:
        return (evolve(view, focus=f"amount:{digit - 1}") if 1 <= digit <= last + 1 else view), None
    arrows = {"left": -1, "right": 1, "pagedown": -5, "pageup": 5}
    typed = {"minus": -1, "-": -1, "num_subtract": -1, "plus": 1, "+": 1, "equal": 1, "=": 1, "num_add": 1}
    by = arrows.get(arrow(event)) or typed.get(event.key) or typed.get(event.text)
    if by is None:
        return view, None
    row = row or 0
    view = evolve(view, focus=f"amount:{row}")
    wanted = amounts(allocation, view)[row] + by * allocation.step
    return give(allocation, view, row, wanted, event.at), None


def _key_words(screen: Screen, view: View, event: KeyDown) -> Step:
    """Typing; Enter starts a new line where there are several, Ctrl+Enter always goes on."""
    assert isinstance(screen.accepts, Words)
    if is_enter(event) and (event.ctrl or screen.accepts.lines == 1):
        return confirm(screen, view, event.at)
    text, caret = edit(view.text, view.caret, arrow(event), event.text, event.ctrl, event.caret, screen.accepts)
    if (text, caret) == (view.text, view.caret):
        return view, None
    return evolve(view, text=text, caret=caret, focus="words"), None


KEYS: dict[type[Any], Callable[[Screen, View, KeyDown], Step]] = {
    type(None): _key_nothing,
    Continue: _key_continue,
    Keys: _key_keys,
    Choice: _key_group,
    Aliases: _key_group,
    Likert: _key_group,
    Slider: _key_slider,
    Allocation: _key_allocation,
    Words: _key_words,
    Others: _key_nothing,
}
