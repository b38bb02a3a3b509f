"""Points shared out between a member of one's own group and one of the other (P42 of paradigms.md).

The person shares for others and never for themselves, so that what is given is not what is kept.
"""

from collections.abc import Generator, Iterator
from typing import Literal

from attrs import frozen

from experiments._screens import badge, badged, heading, said
from experiments.minimal_group import Group, told_groups, unnamed_groups
from runner.screens import Allocation, Measure, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import doc, within

Side = Literal["own", "other"]


@frozen(kw_only=True)
class Params:
    rounds: int = doc("how often points are shared out", default=3, validator=within(1, 44))
    points: int = doc("points to share in each round", default=100, validator=within(1, 10000))
    step: int = doc("the smallest amount", default=5, validator=within(1, 10000))


@frozen(kw_only=True)
class Given:
    round: int = doc("which round, from 1")
    rounds: int = doc("how many rounds there are")
    points: int = doc("points to share")
    step: int = doc("the smallest amount")
    order: tuple[Side, Side] = doc("whose line stands first")
    recipients: tuple[str, str] = doc("how the recipients are called behind their group's name, in that order")
    unnamed: tuple[Group, ...] = doc("what the groups are called where none was told")
    question: str = doc("the question how to share")


@frozen(kw_only=True)
class Outcome:
    to_own: int | None = doc("points for the member of the own group; empty when skipped")
    to_other: int | None = doc("points for the member of the other group; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial per round; the own group's line stands first in every other one, which begins is drawn."""
    word, random = occasion.materials.word, occasion.random
    sides: tuple[Side, Side] = ("own", "other")
    first = random.randrange(2)
    numbers = random.sample(range(11, 100), 2 * params.rounds)
    for place in range(params.rounds):
        order = sides if (place + first) % 2 else (sides[1], sides[0])
        one, other = (f"{word('allocation_person')} {number}" for number in numbers[2 * place : 2 * place + 2])
        yield Given(
            round=place + 1,
            rounds=params.rounds,
            points=params.points,
            step=params.step,
            order=order,
            recipients=(one, other),
            unnamed=unnamed_groups(occasion.materials),
            question=word("allocation_question").replace("{}", str(params.points)),
        )


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One screen, under the group's badge."""
    own, groups = told_groups(past, given.unnamed)
    labels = {"own" if group == own else "other": group.label for group in groups}
    return badged(shared(given, labels), badge(past))


def shared(given: Given, labels: dict[str, str]) -> Generator[Screen, Reply, Outcome]:
    """The same without the badge."""
    options = tuple(
        Option(value=side, text=f"{labels[side]}, {recipient}")
        for side, recipient in zip(given.order, given.recipients, strict=True)
    )
    answer = said(
        (
            yield Screen(
                name="allocation",
                marks=heading(given.question, f"{given.round} / {given.rounds}"),
                accepts=Allocation(options=options, total=given.points, step=given.step),
                decline=True,
                measures=Measure(construct="allocation"),
            )
        )
    )
    if not isinstance(answer, tuple):
        return Outcome(to_own=None, to_other=None)
    amounts = dict(zip(given.order, answer, strict=True))
    return Outcome(to_own=amounts["own"], to_other=amounts["other"])


task = Task(name="allocation", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
