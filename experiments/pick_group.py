"""Picking one of the pack's groups, for the demo: the fictional groups are all the better-off ones."""

from collections.abc import Generator, Iterator

from attrs import frozen

from experiments._screens import text_of
from experiments.eligibility import category_screen
from runner.screens import Reply, Screen
from runner.tasks import Occasion, Past, Task
from stimuli.kinds import Category, doc


@frozen(kw_only=True)
class Params:
    """There is nothing to set."""


@frozen(kw_only=True)
class Given:
    question: str = doc("the question, from the cause pack")
    groups: tuple[Category, ...] = doc("the groups to pick from, in the order shown")


@frozen(kw_only=True)
class Outcome:
    picked: str | None = doc("the group picked; empty when skipped")


def trials(params: Params, occasion: Occasion) -> Iterator[Given]:
    """One trial, the groups in random order."""
    pack = occasion.materials.pack()
    groups = occasion.random.sample(pack.categories, len(pack.categories))
    yield Given(question=pack.question, groups=tuple(groups))


def perform(given: Given, past: Past) -> Generator[Screen, Reply, Outcome]:
    """One question."""
    return Outcome(picked=text_of((yield category_screen(given.question, given.groups))))


task = Task(name="pick_group", params=Params, given=Given, outcome=Outcome, trials=trials, perform=perform)
