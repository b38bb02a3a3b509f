"""Promises between parts of a protocol: who sees what, what is paid, and on what the analysis relies.

Each check yields where in the protocol something is wrong, as keys and positions, and what.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import fields, frozen

from runner.checks.confounds import Cell
from runner.protocol import Protocol
from runner.tasks import Task

Broken = Iterator[tuple[tuple[str | int, ...], str]]


@frozen
class Performed:
    """One phase in one cell."""

    at: int
    task: str
    params: Any


def broken(protocol: Protocol, tasks: Mapping[str, Task]) -> Broken:
    """Everything that is promised in one place and broken in another, each once."""
    yield from _advantaged(protocol, tasks)
    found: dict[tuple[tuple[str | int, ...], str], None] = {}
    for cell in protocol.cells():
        phases = tuple(_performed(protocol, cell))
        found |= dict.fromkeys(_displays(protocol, phases))
        found |= dict.fromkeys(_money(phases))
    yield from found


def _performed(protocol: Protocol, cell: Cell) -> Iterator[Performed]:
    for at, phase in enumerate(protocol.phases):
        for level in protocol.factors[phase.each].levels if phase.each else ("",):
            here = {**cell, phase.each: level} if phase.each else cell
            if phase.applies(here):
                yield Performed(at, phase.task, phase.params(here))


def _advantaged(protocol: Protocol, tasks: Mapping[str, Task]) -> Broken:
    """Exclusion E2 reads `advantaged` from the outcome of the phase that is named."""
    for phase in protocol.phases:
        if phase.name != protocol.exclusions.advantaged:
            continue
        if "advantaged" not in {each.name for each in fields(tasks[phase.task].outcome)}:
            what = f"phase {phase.name!r} has the task {phase.task!r}, which doesn't tell who is advantaged"
            yield ("exclusions", "advantaged"), f"{what}, so nobody would be excluded; name a phase of 'eligibility'"


def _displays(protocol: Protocol, phases: tuple[Performed, ...]) -> Broken:
    """Nothing is really displayed unless consent said that it may be, and an announcement that it will be."""
    announced = False
    for phase in phases:
        announced = announced or (phase.task == "setting" and phase.params.setting == "public")
        if phase.task != "end_display" or phase.params.simulated:
            continue
        if protocol.identity != "shown":
            what = f"choices are displayed here, but consent promises {protocol.identity!r}"
            advice = "write 'identity: shown', or 'simulated: true' if nobody else sees them"
            yield ("phases", phase.at, "task"), f"{what}; {advice}"
        if not announced:
            what = "choices are displayed here in a cell in which no 'setting' before has announced a public one"
            advice = "restrict it with 'when', or announce it"
            yield ("phases", phase.at, "task"), f"{what}; {advice}"


def _money(phases: tuple[Performed, ...]) -> Broken:
    """Nobody can give more than the bonus that is paid out at the end."""
    most = max((phase.params.most for phase in phases if phase.task == "donation"), default=0.0)
    for phase in phases:
        if phase.task == "payment" and phase.params.bonus < most:
            what = f"'bonus' is {phase.params.bonus:g}, but up to {most:g} of it can be given"
            yield ("phases", phase.at, "params", "bonus"), f"{what}; make it at least as much as 'most' of 'donation'"
