"""Promises between parts of a protocol: who sees what, what is paid, and on what the analysis relies.

Each check yields where in the protocol something is wrong, as keys and positions, and what.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import fields, frozen

from runner.checks import apart, gathered
from runner.checks.confounds import Cell
from runner.checks.deceptions import undeclared
from runner.checks.gathered import displays
from runner.declarations.keeping import unkept
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
    if what := unkept(protocol):
        yield ("details", "withdraw_until"), what
    yield from _advantaged(protocol, tasks)
    yield from undeclared(protocol, tasks)
    yield from apart.broken(protocol, tasks)
    found: dict[tuple[tuple[str | int, ...], str], None] = {}
    for cell in protocol.cells():
        phases = tuple(_performed(protocol, cell))
        found |= dict.fromkeys(_displays(protocol, phases))
        found |= dict.fromkeys(_money(phases))
        found |= dict.fromkeys(_paid(protocol, phases))
        found |= dict.fromkeys(_announced(protocol, phases))
        found |= dict.fromkeys(_consented(protocol, tasks, phases))
    yield from found
    yield from _shown(protocol)
    yield from gathered.apart(protocol)


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
        if not displays(phase.task, phase.params) or getattr(phase.params, "simulated", False):
            continue
        if protocol.identity != "shown":
            what = f"choices are displayed here, but consent promises {protocol.identity!r}"
            advice = "write 'identity: shown', or 'simulated: true' if nobody else sees them"
            yield ("phases", phase.at, "task"), f"{what}; {advice}"
        if not announced:
            what = "choices are displayed here in a cell in which no 'setting' before has announced a public one"
            advice = "restrict it with 'when', or announce it"
            yield ("phases", phase.at, "task"), f"{what}; {advice}"


def _paid(protocol: Protocol, phases: tuple[Performed, ...]) -> Broken:
    """Who stops loses nothing by it, as the stop screen says."""
    for phase in phases:
        if phase.task in ("payment", "payout") and protocol.phases[phase.at].reaches not in ("consented", "everyone"):
            what = "who stops would not get to the payment, but is told that nothing is lost by stopping"
            yield ("phases", phase.at, "task"), f"{what}; give it 'reaches: consented'"


def _announced(protocol: Protocol, phases: tuple[Performed, ...]) -> Broken:
    """What is announced to be displayed is displayed, or a deception says that it isn't (S6; trap 27)."""
    for place, phase in enumerate(phases):
        if phase.task != "setting" or phase.params.setting != "public":
            continue
        declared = any(protocol.phases[phase.at].name in each.told_in for each in protocol.deception)
        if not declared and not any(displays(later.task, later.params) for later in phases[place:]):
            what = "a display is announced here, but in some cells that announce it nothing is displayed"
            advice = "add a phase of 'end_display', or declare under 'deception' that it is 'told_in' this phase"
            yield ("phases", phase.at, "task"), f"{what}; {advice}"


def _shown(protocol: Protocol) -> Broken:
    """Consent says no more than is done: who reads that choices may be shown answers otherwise.

    Where the announcement of a display is declared as a deception, consent doesn't give it away.
    """
    announcing = {p.name for p in protocol.phases if any(getattr(v, "setting", "") == "public" for _, v in p.variants)}
    if any(announcing & set(each.told_in) for each in protocol.deception):
        return
    shown = [p for phase in protocol.phases for _, p in phase.variants if displays(phase.task, p)]
    if protocol.identity == "shown" and all(getattr(params, "simulated", False) for params in shown):
        what = "consent tells everyone that choices may be shown to others, but no phase shows any"
        yield ("identity",), f"{what}; write 'coded', or add a phase of 'end_display'"


def _consented(protocol: Protocol, tasks: Mapping[str, Task], phases: tuple[Performed, ...]) -> Broken:
    """Who stops gets to a phase for those who consented only if consent was asked before, in the same session."""
    asked = False
    for phase in phases:
        asked = asked or tasks[phase.task].consents
        reaches = protocol.phases[phase.at].reaches
        if reaches in ("consented", "leaving") and not asked:
            what = f"'reaches: {reaches}' is for those who consented, but in some sessions nobody is asked before"
            yield ("phases", phase.at, "reaches"), f"{what}; add a phase of 'consent', or write 'everyone'"


def _money(phases: tuple[Performed, ...]) -> Broken:
    """Nobody can give more than the bonus that is paid out at the end."""
    most = max((phase.params.most for phase in phases if phase.task == "donation"), default=0.0)
    for phase in phases:
        if phase.task in ("payment", "payout") and phase.params.bonus < most:
            what = f"'bonus' is {phase.params.bonus:g}, but up to {most:g} of it can be given"
            yield ("phases", phase.at, "params", "bonus"), f"{what}; make it at least as much as 'most' of 'donation'"
