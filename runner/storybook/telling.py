"""A screen in words: all that it shows as text, how it is answered, and its limits."""

from runner.screens import (
    Accepts,
    Allocation,
    Badge,
    Bar,
    Board,
    Choice,
    Continue,
    Image,
    Keys,
    Likert,
    Mark,
    Others,
    Screen,
    Shape,
    Slider,
    Text,
)


def texts(screen: Screen) -> tuple[str, ...]:
    """Every text that is this screen's own, in order; pictures by their file."""
    shown = [_of_mark(mark) for mark in screen.marks if not isinstance(mark, Shape)]
    return (*shown, *_of_answers(screen.accepts))


def words(screen: Screen) -> list[str]:
    """The same, word by word."""
    return " ".join(texts(screen)).split()


def answering(screen: Screen) -> str:
    """How a screen is answered, and when it ends."""
    parts = [_how(screen.accepts)] if screen.accepts else []
    if screen.seconds is not None:
        parts.append(f"ends by itself after {screen.seconds:g} s")
    if screen.decline:
        parts.append("may be left unanswered")
    if not screen.stop:
        parts.append("no stop control")
    return "; ".join(parts)


def _of_mark(mark: Mark) -> str:
    match mark:
        case Text() | Badge():
            return mark.text
        case Bar():
            return f"{mark.label} {mark.note}".strip()
        case Image():
            return f"[picture {mark.path}]"
        case Board(point=""):
            return "[an empty place, as high as a board]"
        case Board():
            scripted = "; ".join(f"after {at:g} s {who}: {says}" for at, who, says in mark.script)
            return f"{mark.heading} [{scripted or 'what the others choose, as they choose it'}]"
        case Shape():
            return ""


def _of_answers(accepts: Accepts | None) -> tuple[str, ...]:
    match accepts:
        case Choice() | Allocation():
            return tuple(text for option in accepts.options for text in (option.text, *option.lines))
        case Likert() | Slider():
            return accepts.anchors
        case Continue() if accepts.label:
            return (accepts.label,)
        case _:
            return ()


def _how(accepts: Accepts) -> str:
    match accepts:
        case Continue():
            return "button, space or Enter" + (f", at the earliest after {accepts.after:g} s" if accepts.after else "")
        case Keys():
            return f"one key: {', '.join(accepts.keys)}"
        case Choice():
            return f"one of {len(accepts.options)} options"
        case Likert():
            return f"a point from {accepts.low} to {accepts.high}"
        case Slider():
            return f"a number from {accepts.low:g} to {accepts.high:g} in steps of {accepts.step:g}"
        case Others():
            return "ends when everyone of the group session is there"
        case Allocation():
            share = "all of it" if accepts.exact else "all of it or less"
            return f"{accepts.total} shared out over {len(accepts.options)} in steps of {accepts.step}, {share}"
        case _:
            least = f", asked once whether that is all below {accepts.least}" if accepts.least else ""
            return f"free text of at most {accepts.limit} characters{least}"
