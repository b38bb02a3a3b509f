"""Whoever is told something that isn't so is told the truth: in every cell, after stopping, and in every wave.

Yields where in the protocol something is wrong, as keys and positions, and what.
"""

from collections.abc import Mapping
from math import prod

from runner.declarations.nodes import did_you_mean, shown
from runner.declarations.rules import Found
from runner.protocol import Phase, Protocol

Cell = Mapping[str, str]
MOST_CELLS = 256  # of a protocol that can be run


def undebriefed(protocol: Protocol) -> Found:
    """Deceptions without a debrief that everyone deceived gets to."""
    phases = {phase.name: phase for phase in protocol.phases}
    for at, deception in enumerate(protocol.deception):
        for place, name in enumerate(deception.told_in):
            if name not in phases:
                near = did_you_mean(name, phases) or "; name the phase that says what isn't so"
                yield ("deception", at, "told_in", place), f"there is no phase {shown(name)}{near}"
        where = ("deception", at, "debriefed_in")
        debrief = phases.get(deception.debriefed_in)
        if debrief is None:
            near = did_you_mean(deception.debriefed_in, phases) or "; name the phase that tells participants the truth"
            yield where, f"there is no phase {shown(deception.debriefed_in)}{near}"
            continue
        if debrief.reaches in ("staying", "leaving"):
            who = "stay" if debrief.reaches == "staying" else "leave"
            what = f"phase {debrief.name!r} reaches only those who {who}, but everyone deceived must be debriefed"
            yield where, f"{what}; give it 'reaches: consented'"
        told = [phases[name] for name in deception.told_in if name in phases]
        if not _countable(protocol):
            continue
        if what := _left_out(protocol, told, debrief) or _too_early(protocol, told, debrief):
            yield where, what


def _left_out(protocol: Protocol, told: list[Phase], debrief: Phase) -> str:
    """What is wrong in the first cell whose deceived participants aren't debriefed; empty if there is none.

    In a study with waves the debrief may be in a later one; who goes no further in a wave before it is debriefed
    there, in a phase of the same task for those who leave.
    """
    waves = protocol.waves or ("",)
    for cell in _drawn(protocol):
        here = [{**cell, protocol.wave: wave} if wave else cell for wave in waves]
        deceived = [n for n, at in enumerate(here) if not told or any(_applies(protocol, phase, at) for phase in told)]
        debriefed = [n for n, at in enumerate(here) if _applies(protocol, debrief, at)]
        if not deceived:
            continue
        if not debriefed or debriefed[-1] < deceived[-1]:
            what = f"phase {debrief.name!r} is left out in some cells, but everyone deceived must be debriefed"
            return f"{what}; delete its 'when'{_or_told_in(told)}"
        for n in range(deceived[0], debriefed[0]):
            if not any(_catches(protocol, phase, debrief.task, here[n]) for phase in protocol.phases):
                what = f"who goes no further in wave {waves[n]!r} never gets to {debrief.name!r}"
                return f"{what}; add a phase of {debrief.task!r} there with 'reaches: leaving'"
    return ""


def _too_early(protocol: Protocol, told: list[Phase], debrief: Phase) -> str:
    """Is the truth told before what isn't so, in the same session?"""
    order = list(protocol.phases)
    for phase in told:
        together = any(
            _applies(protocol, phase, cell) and _applies(protocol, debrief, cell) for cell in protocol.cells()
        )
        if together and not protocol.waves and order.index(phase) > order.index(debrief):
            return f"phase {debrief.name!r} comes before {phase.name!r}, of which it tells the truth; move it behind"
    return ""


def _or_told_in(told: list[Phase]) -> str:
    return "" if told else ", or say in 'told_in' which phases say what isn't so"


def _catches(protocol: Protocol, phase: Phase, task: str, cell: Cell) -> bool:
    return phase.task == task and phase.reaches in ("leaving", "consented") and _applies(protocol, phase, cell)


def _applies(protocol: Protocol, phase: Phase, cell: Cell) -> bool:
    """Is the phase there in this cell, at one level at least of what it is repeated for?"""
    levels = protocol.factors[phase.each].levels if phase.each in protocol.factors else ("",)
    return any(phase.applies({**cell, phase.each: level}) for level in levels if _known(phase, cell))


def _known(phase: Phase, cell: Cell) -> bool:
    return set(phase.when) - {phase.each} <= set(cell)  # else another mistake is told


def _drawn(protocol: Protocol) -> list[Cell]:
    """Every combination of the levels that are drawn for a participant."""
    cells = ({k: v for k, v in cell.items() if k != protocol.wave} for cell in protocol.cells())
    return [dict(cell) for cell in dict.fromkeys(tuple(cell.items()) for cell in cells)]


def misplaced_for_leavers(protocol: Protocol) -> Found:
    """A phase for those who leave stands behind all that can be left, or some of them would miss it."""
    leaving = [at for at, phase in enumerate(protocol.phases) if phase.reaches == "leaving"]
    for at in leaving if _countable(protocol) else ():
        later = [p for p in protocol.phases[at + 1 :] if p.reaches == "staying"]
        missed = [p.name for p in later if _share_a_session(protocol, p, protocol.phases[at])]
        if missed:
            what = f"who leaves in {missed[-1]!r}, which comes later, would never get to this phase"
            yield ("phases", at, "reaches"), f"{what}; move it behind"


def _share_a_session(protocol: Protocol, one: Phase, other: Phase) -> bool:
    return any(_applies(protocol, one, cell) and _applies(protocol, other, cell) for cell in protocol.cells())


def _countable(protocol: Protocol) -> bool:
    """Are there as many cells as can be gone through? If not, that is told elsewhere."""
    return prod(len(factor.levels) for factor in protocol.between.values()) <= MOST_CELLS
