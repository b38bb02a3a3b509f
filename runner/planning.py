"""protocol -> session plan: a pure function; the only place, with the tasks' `trials`, where chance comes in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from random import Random

from runner.assignment import levels, list_seed, orders
from runner.errors import DeclarationError, Mistake
from runner.plans import PART, SessionPlan, Trial
from runner.protocol import Phase, Protocol
from runner.tasks import Materials, Occasion, Past, Task


def plan_session(
    protocol: Protocol,
    find: Callable[[str], Task],
    materials: Materials,
    *,
    participant: str,
    slot: int,
    language: str,
    stratum: str = "",
    group: int | None = None,
    wave: str = "",
    earlier: Past = (),
    cell: Mapping[str, str] | None = None,
    whole: bool = False,
) -> SessionPlan:
    """Everything that one session will do. `cell` overrides the levels that the slot would get (for pilots).

    In a study with waves it is the session of one `wave` (the first one, if none is named), and `earlier` are the
    trials of the waves before it. One trial without content stands for the whole part apart, which `plan_apart` draws;
    a `whole` plan holds its trials as if they were none: for rehearsals, pictures and bots, never for a log.
    """
    known = _known(protocol, {**({protocol.wave: wave or protocol.waves[0]} if protocol.wave else {}), **(cell or {})})
    drawn = {**levels(protocol, slot, stratum=stratum, group=group), **known}
    assigned = {name: drawn[name] for name in protocol.between}
    together = "" if group is None else f"group-{group}"  # or members with the same slot of two lists share all chance
    seed = "/".join(filter(None, (list_seed(protocol, stratum), together, str(slot), assigned.get(protocol.wave, ""))))
    trials: list[Trial] = []
    for phase, here, mark in _performed(protocol, assigned, orders(protocol, slot, stratum=stratum), seed):
        if whole or not phase.apart(assigned):
            trials += _trials(protocol, phase, find(phase.task), here, mark, materials, seed, earlier)
        elif not trials or trials[-1].task != PART:
            trials.append(Trial(id=PART, phase=PART, task=PART, given=None))
    return SessionPlan(
        study=protocol.study,
        participant=participant,
        language=language,
        seed=seed,
        slot=slot,
        assigned=assigned,
        trials=tuple(trials),
        interface=controls(materials),
    )


def plan_apart(
    protocol: Protocol,
    find: Callable[[str], Task],
    materials: Materials,
    *,
    assigned: Mapping[str, str],
    language: str,
    seed: str,
) -> SessionPlan:
    """The trials of a session's part apart, for the levels that the session has.

    All chance is in `seed`, which must be kept nowhere: with it the plan could be drawn again. The plan knows neither
    seed nor slot nor participant.
    """
    order = orders(protocol, Random(f"{seed}/orders").randrange(2**31))
    trials = [
        trial
        for phase, here, mark in _performed(protocol, assigned, order, seed)
        if phase.apart(assigned)
        for trial in _trials(
            protocol, phase, find(phase.task), told_apart(protocol, phase, here), mark, materials, seed, ()
        )
    ]
    return SessionPlan(
        study=protocol.study,
        participant="",
        language=language,
        seed="",
        slot=-1,
        assigned=told_apart(protocol, None, assigned),
        trials=tuple(trials),
        interface=controls(materials),
    )


def told_apart(protocol: Protocol, phase: Phase | None, levels: Mapping[str, str]) -> Mapping[str, str]:
    """Of a session's levels those that its part apart may know, and so tells."""
    return {name: levels[name] for name in (*protocol.told_apart, *([phase.each] if phase and phase.each else []))}


def _performed(
    protocol: Protocol, assigned: Mapping[str, str], order: Mapping[str, Iterable[str]], seed: str
) -> Iterator[tuple[Phase, Mapping[str, str], str]]:
    """The phases that take place, in their order; each with its levels, and "factor=level" where it is repeated."""
    for factor, neighbours in groupby(protocol.phases, key=lambda phase: phase.each):
        phases = list(neighbours)
        for level in order[factor] if factor else ("",):
            here = {**assigned, factor: level} if factor else assigned
            mark = f"{factor}={level}" if factor else ""
            for phase in _in_order(phases, f"{seed}/{mark}" if mark else seed):
                if phase.applies(here):
                    yield phase, here, mark


def controls(materials: Materials) -> Mapping[str, str]:
    """The words of the controls, and as `support` where help is to be had, if the protocol's details say it."""
    return {**materials.interface(), "support": materials.details.get("support", "")}


def _trials(
    protocol: Protocol,
    phase: Phase,
    task: Task,
    assigned: Mapping[str, str],
    within: str,
    materials: Materials,
    seed: str,
    earlier: Past,
) -> Iterable[Trial]:
    occasion = Occasion(
        random=Random("/".join(filter(None, (seed, phase.name, within)))),
        assigned=assigned,
        materials=materials,
        phase=phase.name,
        details=materials.details,
        identity=protocol.identity,
        apart=protocol.kept_apart(assigned),
        earlier=earlier,
    )
    for number, given in enumerate(task.trials(phase.params(assigned), occasion), 1):
        level = within.partition("=")[2]
        yield Trial(
            id="-".join(filter(None, (phase.name, level, f"{number:02d}"))),
            phase=phase.name,
            task=task.name,
            given=given,
            within=within,
            reaches=phase.reaches,
            code=phase.code,
        )


def _in_order(phases: Iterable[Phase], seed: str) -> Iterable[Phase]:
    """The phases, neighbours with the same `shuffled` mark in a random order."""
    for mark, run in groupby(phases, key=lambda phase: phase.shuffled):
        neighbours = list(run)
        if mark:
            Random(f"{seed}/order/{mark}").shuffle(neighbours)
        yield from neighbours


def _known(protocol: Protocol, cell: Mapping[str, str]) -> Mapping[str, str]:
    for factor, level in cell.items():
        known = protocol.between.get(factor)
        if known is None or level not in known.levels:
            offered = ", ".join(f"{f}={v}" for f, k in protocol.between.items() for v in k.levels) or "none"
            raise DeclarationError(
                Mistake("--cell", 0, 0, f"{protocol.study} has no level {factor}={level}; it has {offered}")
            )
    return cell
