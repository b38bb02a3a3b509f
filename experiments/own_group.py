"""Which group does the person belong to? Asked neutrally, and nobody is led out for either answer (P80, K10).

For studies in which members of both groups take part. The study says which of the cause's categories stand for the
disadvantaged group: who is not in the advantaged one need not be in that one either.
"""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import heading, text_of
from runner.screens import Choice, Option, Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Category, doc


@frozen(kw_only=True)
class Params:
    disadvantaged: tuple[str, ...] = doc("values of the cause pack's categories that are the disadvantaged group")


@frozen(kw_only=True)
class Given:
    question: str = doc("the neutral question, from the cause pack")
    categories: tuple[Category, ...] = doc("its answers, and which of them are the advantaged group")
    named: tuple[str, ...] = doc("which of them are the disadvantaged group")


@frozen(kw_only=True)
class Outcome:
    category: str | None = doc("the category chosen; empty when declined")
    advantaged: bool = doc("whether it is the advantaged group; no when declined")
    disadvantaged: bool = doc("whether it is the disadvantaged group; no when declined")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial."""
    pack = occasion.materials.pack()
    known = [each.value for each in pack.categories if not each.advantaged]
    if not params.disadvantaged or not set(params.disadvantaged) <= set(known):
        what = f"'disadvantaged' must name categories of the pack that are not advantaged ({', '.join(known)})"
        raise ValueError(f"{what}, but names {', '.join(params.disadvantaged) or 'none'}; correct it")
    yield Given(question=pack.question, categories=pack.categories, named=params.disadvantaged)


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """The question; nothing follows from the answer."""
    options = tuple(Option(value=each.value, text=each.text) for each in given.categories)
    accepts = Choice(options=options)
    category = text_of((yield Screen(name="own-group", marks=heading(given.question), accepts=accepts, decline=True)))
    return Outcome(
        category=category,
        advantaged=any(each.value == category and each.advantaged for each in given.categories),
        disadvantaged=category in given.named,
    )


task = Task(name="own_group", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
