"""Tasks that deceive: each is named by a deception, is explained afterwards, and leaves a choice about the data (E3).

Yields where in the protocol something is wrong, as keys and positions, and what. Asked by `vantage check`, and by
`vantage run` before a real session.
"""

from collections.abc import Iterator, Mapping

from runner.protocol import Deception, Phase, Protocol
from runner.tasks import Task

Undeclared = Iterator[tuple[tuple[str | int, ...], str]]


def undeclared(protocol: Protocol, tasks: Mapping[str, Task]) -> Undeclared:
    """What a protocol owes to those whom it tells something that isn't so."""
    for at, phase in enumerate(protocol.phases):
        if kind := tasks[phase.task].deceives:
            what = _owed(protocol, tasks, phase, kind)
            if what:
                yield ("phases", at, "task"), what
    decisions = [at for at, phase in enumerate(protocol.phases) if _decides(protocol, phase, tasks)]
    for at, deception in enumerate(protocol.deception):
        debriefs = [n for n, phase in enumerate(protocol.phases) if phase.name == deception.debriefed_in]
        if debriefs and not any(decision > debriefs[0] for decision in decisions):
            what = "whoever was told something that isn't so may take the data back once they know"
            advice = f"add a phase of 'data_decision' behind {deception.debriefed_in!r} with 'reaches: consented'"
            yield ("deception", at), f"{what}; {advice}"


def _owed(protocol: Protocol, tasks: Mapping[str, Task], phase: Phase, kind: str) -> str:
    """What is missing for one phase whose task deceives; empty when nothing is."""
    named = [each for each in protocol.deception if phase.name in each.told_in]
    deceives = f"the task {phase.task!r} deceives {kind}"
    if not named:
        what = f"{deceives}, but no entry of 'deception' has {phase.name!r} in its 'told_in'"
        return f"{what}; declare it there, and name the later phase that tells the truth"
    if kind == "about oneself" and not any(_explains(protocol, tasks, each) for each in named):
        what = f"{deceives}, and saying that it was not so leaves the impression"
        return f"{what}; let a later phase of 'process_debrief' be its 'debriefed_in'"
    return ""


def _explains(protocol: Protocol, tasks: Mapping[str, Task], deception: Deception) -> bool:
    return any(tasks[p.task].debriefs for p in protocol.phases if p.name == deception.debriefed_in)


def _decides(protocol: Protocol, phase: Phase, tasks: Mapping[str, Task]) -> bool:
    """Does everyone who consented decide there about the data?"""
    everyone = phase.reaches in ("consented", "everyone") and set(phase.when) <= {protocol.wave}
    return tasks[phase.task].settles and everyone
