"""Over soon, or more in the end? Paying back, or better chances? (P40 of paradigms.md, after Iyer et al., 2003)

Guilt is said to look for the fastest way out and for compensation, sympathy for more than that. The two speeds and
the two forms make four ways; every two of them are compared once.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import text_of
from runner.screens import Choice, Option, Reply, Screen, Text
from runner.tasks import Occasion, Past, Task
from stimuli.causes import Relief
from stimuli.kinds import doc

Speed = Literal["fast", "slow"]
Form = Literal["compensation", "opportunity"]
SPEEDS: tuple[Speed, ...] = ("fast", "slow")
FORMS: tuple[Form, ...] = ("compensation", "opportunity")


@frozen(kw_only=True)
class Params:
    """There is nothing to set."""


@frozen(kw_only=True)
class Way:
    speed: Speed = doc("over soon (fast), or longer and with more in the end (slow)")
    form: Form = doc("pays back (compensation) or betters chances (opportunity)")
    text: str = doc("what is given")
    line: str = doc("how soon it is over")


@frozen(kw_only=True)
class Given:
    set: str = doc("the two ways, as speed_form.speed_form, whatever their sides")
    number: int = doc("place among the choices, from 1")
    number_of: int = doc("how many choices there are")
    about: str = doc("what it is about")
    first: Way = doc("the way on the left")
    second: Way = doc("the way on the right")
    question: str = doc("what is asked about the two ways")


@frozen(kw_only=True)
class Outcome:
    chosen: Literal["first", "second"] | None = doc("the way picked: left or right; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """Six choices in random order; in half of them the sides are swapped."""
    relief, random = occasion.materials.matched().relief, occasion.random
    ways = [way(relief, speed, form) for speed in SPEEDS for form in FORMS]
    sets = random.sample([(one, other) for at, one in enumerate(ways) for other in ways[at + 1 :]], 6)
    swaps = random.sample([True, False] * 3, 6)
    for number, ((one, other), swap) in enumerate(zip(sets, swaps, strict=True), 1):
        yield Given(
            set=f"{one.speed}_{one.form}.{other.speed}_{other.form}",
            number=number,
            number_of=len(sets),
            about=relief.text,
            first=other if swap else one,
            second=one if swap else other,
            question=occasion.materials.word("relief_question"),
        )


def way(relief: Relief, speed: Speed, form: Form) -> Way:
    """One way in the cause's words."""
    return Way(speed=speed, form=form, text=getattr(relief, form), line=getattr(relief, speed))


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """Two ways side by side."""
    options = tuple(
        Option(
            value=value,
            text=each.text,
            lines=(each.line,),
            codes={
                "a_fast": 1.0 if each.speed == "fast" else -1.0,
                "a_compensation": 1.0 if each.form == "compensation" else -1.0,
            },
        )
        for value, each in (("first", given.first), ("second", given.second))
    )
    marks = (
        Text(text=f"{given.number} / {given.number_of}", style="note"),
        Text(text=given.about),
        Text(text=given.question, style="strong"),
    )
    screen = Screen(name="relief", marks=marks, accepts=Choice(options=options, arrange="cards"), decline=True)
    return Outcome(chosen=text_of((yield screen)))  # type: ignore[arg-type]  # the screen admits no other


task = Task(name="quick_relief", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
