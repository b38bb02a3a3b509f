"""What should be done about a wrong, in two steps (P41 of paradigms.md): ask those concerned first or act at once;
then how much should go into punishing, restoring, protecting and changing rules."""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import heading, said, text_of
from runner.screens import Allocation, Choice, Measure, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within

First = Literal["consult", "act"]
STEPS: tuple[First, ...] = ("consult", "act")
REMEDIES = ("punish", "restore", "protect", "reform")


@frozen(kw_only=True)
class Remedy:
    name: str = doc("punish, restore, protect or reform")
    text: str = doc("what it reads like")


@frozen(kw_only=True)
class Params:
    total: int = doc("points to give out", default=100, validator=within(1, 10000))
    step: int = doc("steps in which they are given out", default=5, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    first_question: str = doc("the question what should come first")
    steps: tuple[Remedy, ...] = doc("asking those concerned, or acting at once; in the order shown")
    shares_question: str = doc("the question how to give out the points")
    remedies: tuple[Remedy, ...] = doc("what can be done, in the order shown")
    total: int = doc("points to give out")
    step: int = doc("steps in which they are given out")


@frozen(kw_only=True)
class Outcome:
    first: First | None = doc("what should come first; empty when skipped")
    consult: bool | None = doc("whether those concerned should be asked first; empty when skipped")
    punish: int | None = doc("points for punishing those who did it; empty when skipped")
    restore: int | None = doc("points for making up for what was lost")
    protect: int | None = doc("points for protecting those concerned")
    reform: int | None = doc("points for changing the rules")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial, the options of both steps in random order."""
    word, random = occasion.materials.word, occasion.random
    yield Given(
        first_question=word("remedy_first"),
        steps=tuple(Remedy(name=name, text=word(f"remedy_{name}")) for name in random.sample(STEPS, len(STEPS))),
        shares_question=word("remedy_shares"),
        remedies=tuple(
            Remedy(name=name, text=word(f"remedy_{name}")) for name in random.sample(REMEDIES, len(REMEDIES))
        ),
        total=params.total,
        step=params.step,
    )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """What comes first, then the points; what those concerned would say is never shown."""
    first = text_of(
        (
            yield Screen(
                name="remedy-first",
                marks=heading(given.first_question),
                accepts=Choice(options=tuple(option(each) for each in given.steps)),
                decline=True,
                measures=Measure(construct="consult"),
            )
        )
    )
    shares = said(
        (
            yield Screen(
                name="remedy-shares",
                marks=heading(given.shares_question),
                accepts=Allocation(
                    options=tuple(option(each) for each in given.remedies), total=given.total, step=given.step
                ),
                decline=True,
                measures=Measure(construct="remedies"),
            )
        )
    )
    points = dict(zip((each.name for each in given.remedies), shares, strict=True)) if isinstance(shares, tuple) else {}
    return Outcome(
        first=first,  # type: ignore[arg-type]  # the screen admits no other
        consult=None if first is None else first == "consult",
        punish=points.get("punish"),
        restore=points.get("restore"),
        protect=points.get("protect"),
        reform=points.get("reform"),
    )


def option(remedy: Remedy) -> Option:
    """What can be chosen or given points."""
    return Option(value=remedy.name, text=remedy.text)


task = Task(name="punish_consult", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
