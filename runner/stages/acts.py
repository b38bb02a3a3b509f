"""How an answer is given by hand: which key press or click comes next, from what a window shows now. Pure."""

from typing import Any, Literal

from attrs import frozen

from runner.respondents import Response
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Others, Screen, Slider, Words
from runner.stages.answers.interaction import View


@frozen
class Press:
    """A press of a key, by its PsychoPy name."""

    key: str


@frozen
class Click:
    """A click on a target, `share` of the way along it."""

    target: str
    share: float = 0.5


@frozen
class Type:
    """Words on the keyboard."""

    text: str


Act = Press | Click | Type
By = Literal["keyboard", "pointer"]


def next_act(screen: Screen, view: View, response: Response, by: By = "pointer") -> Act | None:
    """What brings the screen nearer to ending with the response; None while only waiting helps."""
    if response.status in ("stopped", "declined"):
        return Click("stop" if response.status == "stopped" else "decline")
    wanted: Any = response.answer
    match screen.accepts:
        case None | Others():
            return None
        case Keys():
            return Press(wanted)
        case Continue():
            return _confirm(by) if view.open else None
        case Choice(options=options) if view.answer != wanted:
            number = next(i for i, option in enumerate(options) if option.value == wanted)
            return Press(str(number + 1)) if by == "keyboard" and number < 9 else Click(f"option:{number}")
        case Likert() if view.answer != wanted:
            return Press(str(wanted)) if by == "keyboard" and 0 <= wanted <= 9 else Click(f"point:{wanted}")
        case Slider() as slider if view.answer is None or abs(view.answer - wanted) > slider.step / 2:
            return _slide(slider, view, wanted)
        case Allocation() as allocation if view.answer != wanted:
            return _give(allocation, view, wanted)
        case Words() if view.text != wanted:
            if not wanted.startswith(view.text):
                return Press("backspace")
            return Type(wanted[len(view.text) :])
        case Words():
            return Click("continue")  # in a box of several lines Enter is a new line
    return _confirm(by)


def _confirm(by: By) -> Act:
    return Press("return") if by == "keyboard" else Click("continue")


def _slide(slider: Slider, view: View, wanted: float) -> Act:
    if view.answer is None:
        return Click("slider", (wanted - slider.low) / (slider.high - slider.low))
    return Press("up" if wanted > view.answer else "down")  # type: ignore[operator]  # a slider's is a number


def _give(allocation: Allocation, view: View, wanted: tuple[int, ...]) -> Act:
    """First take from rows that have too much, so that there is something to give to the others."""
    given = view.answer if isinstance(view.answer, tuple) else (0,) * len(wanted)
    row = min(range(len(wanted)), key=lambda i: (wanted[i] >= given[i], wanted[i] == given[i], i))
    off = wanted[row] - given[row]
    if abs(off) > allocation.step * 2:
        return Click(f"amount:{row}", wanted[row] / allocation.total)
    return Click(f"{'more' if off > 0 else 'less'}:{row}")
