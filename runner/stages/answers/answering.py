"""What can be done to an answer, whether by keyboard or by pointer."""

from attrs import evolve

from runner.screens import Allocation, Answer, Choice, Continue, Keys, Likert, Others, Screen, Slider, Words
from runner.stages.answers.views import Ending, Hit, Step, View


def targets(screen: Screen) -> tuple[str, ...]:
    """Everything on the screen that can be pressed, in the order of the page."""
    names: list[str] = []
    match screen.accepts:
        case Choice(options=options):
            names += [f"option:{i}" for i in range(len(options))]
        case Likert(low=low, high=high):
            names += [f"point:{value}" for value in range(low, high + 1)]
        case Slider():
            names += ["slider"]
        case Allocation(options=options):
            names += [f"{what}:{i}" for i in range(len(options)) for what in ("amount", "less", "more")]
        case Words():
            names += ["words"]
    if screen.accepts is not None and not isinstance(screen.accepts, Keys | Others):
        names += ["continue"]
    return (*names, *(["decline"] if screen.decline else []), *(["stop"] if screen.stop else []))


def ready(screen: Screen, view: View) -> bool:
    """Could the screen be left by the button now?"""
    if isinstance(screen.accepts, Continue | Words):
        return view.open
    return screen.accepts is not None and view.answer is not None and screen.accepts.admits(view.answer)


def home(screen: Screen) -> str:
    """Where the keyboard is when nothing else was said."""
    return "words" if isinstance(screen.accepts, Words) else ""


# ---------------------------------------------------------------- giving and changing it


def aim(screen: Screen, view: View, hit: Hit, at: float, drag: bool = False) -> View:
    """A pointer on one of the answer's own targets."""
    name, _, rest = hit.target.partition(":")
    match screen.accepts:
        case Choice(options=options):
            return choose(view, options[int(rest)].value, at)
        case Likert():
            return choose(view, int(rest), at)
        case Slider() as slider:
            return choose(view, on_scale(slider, hit.share * steps(slider)), at, drag)
        case Allocation() as allocation:
            given = amounts(allocation, view)[int(rest)]
            if name == "amount":
                wanted = round(hit.share * allocation.total / allocation.step) * allocation.step
            else:
                wanted = given + (allocation.step if name == "more" else -allocation.step)
            return give(allocation, view, int(rest), wanted, at, drag)
        case Words():
            return view if hit.caret is None else evolve(view, caret=min(max(0, hit.caret), len(view.text)))
    return view


def confirm(screen: Screen, view: View, at: float) -> Step:
    """The button, or Enter: ends the screen if there is an answer that it can end with."""
    if not ready(screen, view):
        return (view if isinstance(screen.accepts, Continue) else evolve(view, asked="choose")), None
    if isinstance(screen.accepts, Continue):
        return view, Ending(status="answered", at=at)
    answer: Answer | None = view.answer
    if isinstance(screen.accepts, Words):
        if len(view.text.strip()) < screen.accepts.least and view.asked != "short":
            return evolve(view, asked="short", focus="words"), None
        answer = view.text
    assert answer is not None  # `ready` said so
    return recorded(view, answer, at), Ending(status="answered", answer=answer, at=at)


def choose(view: View, answer: Answer, at: float, drag: bool = False) -> View:
    """The answer so far is now `answer`; a drag leaves only its last value among the changes."""
    if answer == view.answer:
        return view
    return recorded(evolve(view, answer=answer, asked=""), answer, at, drag)


def recorded(view: View, answer: Answer, at: float, drag: bool = False) -> View:
    """The view with the answer among its changes, unless it was the last of them."""
    if view.changes and view.changes[-1][1] == answer:
        return view
    same_drag = drag and view.changes and view.changes[-1][0] >= view.pressed_at
    kept = view.changes[:-1] if same_drag else view.changes
    return evolve(view, changes=(*kept, (at, answer)))


# ---------------------------------------------------------------- one of several


def group(screen: Screen) -> tuple[str, ...]:
    """The targets of which one can be chosen."""
    return tuple(name for name in targets(screen) if name.startswith(("option:", "point:")))


def place_in_group(screen: Screen, view: View) -> int | None:
    """Which of the group the keyboard is on: the focus, else the answer so far."""
    members = group(screen)
    if view.focus in members:
        return members.index(view.focus)
    match screen.accepts:
        case Choice(options=options):
            return next((i for i, option in enumerate(options) if option.value == view.answer), None)
        case Likert(low=low):
            return view.answer - low if isinstance(view.answer, int) else None
    return None


# ---------------------------------------------------------------- numbers


def steps(slider: Slider) -> int:
    """How many whole steps the scale has."""
    return int((slider.high - slider.low) / slider.step + 1e-9)


def on_scale(slider: Slider, place: float) -> int | float:
    """The number `place` steps up the scale, to the nearest step; whole when the scale is."""
    value = slider.low + min(max(0, round(place)), steps(slider)) * slider.step
    whole = float(slider.low).is_integer() and float(slider.step).is_integer()
    return int(value) if whole else min(slider.high, round(value, 10))


def amounts(allocation: Allocation, view: View) -> tuple[int, ...]:
    """What each option has so far."""
    return view.answer if isinstance(view.answer, tuple) else (0,) * len(allocation.options)


def give(allocation: Allocation, view: View, row: int, wanted: int, at: float, drag: bool = False) -> View:
    """Row `row` gets what is wanted, as far as there is something left; the last bit may be less than a step."""
    given = amounts(allocation, view)
    most = allocation.total - sum(given) + given[row]
    amount = min(max(0, wanted), most)
    return choose(view, (*given[:row], amount, *given[row + 1 :]), at, drag)
