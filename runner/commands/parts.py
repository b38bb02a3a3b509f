"""The part apart of a session that pilot, run and resume hold: where it is kept, and to which pool it goes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.plans import SessionPlan
    from runner.privacy.apart import Kept, LockedPart, Part
    from runner.privacy.pool import Pool
    from runner.protocol import Protocol
    from runner.records import SessionStarted


def begin(protocol: "Protocol", plan: "SessionPlan", data: Path, store: str, session: str) -> "LockedPart | None":
    """A new session's, ready on the disk; None where it has none. What earlier sessions left behind is destroyed."""
    from runner.plans import PART

    if not any(trial.task == PART for trial in plan.trials):
        return None
    from secrets import token_hex

    from experiments import find
    from runner.planning import plan_apart
    from runner.privacy.apart import LockedPart, sweep

    sweep(data, protocol.study, store)
    pool = pool_of(protocol, data, store)
    pool.refresh()  # and so it is known that it can be opened, before anybody sits down
    materials = common.library(protocol, plan.language)
    drawn = plan_apart(
        protocol, find, materials, assigned=plan.assigned, language=plan.language, seed=token_hex(32)
    )  # nobody has this seed after this line
    return LockedPart.begin(data, store, session, drawn, find, protocol.sha256, pool.add)


def again(log: Path, started: "SessionStarted") -> "LockedPart | None":
    """An interrupted session's; None where it has none, or where it is over."""
    from runner.plans import PART

    if not any(trial["task"] == PART for trial in started.plan["trials"]):
        return None
    from experiments import find
    from runner.privacy.apart import LockedPart

    data = log.resolve().parents[2]
    return LockedPart.again(data, started.study, started.store, started.session, find, _pool(started, data).add)


def simulated(protocol: "Protocol", plan: "SessionPlan", give: Callable[[str, "Kept"], None]) -> "Part | None":
    """A simulated session's, in memory; the same seed gives the same."""
    from experiments import find
    from runner.planning import plan_apart
    from runner.plans import PART
    from runner.privacy.apart import Part

    if not any(trial.task == PART for trial in plan.trials):
        return None
    materials = common.library(protocol, plan.language)
    seed = f"{plan.seed}/apart"
    drawn = plan_apart(protocol, find, materials, assigned=plan.assigned, language=plan.language, seed=seed)
    return Part(drawn, find, protocol.sha256, give)


def pool_of(protocol: "Protocol", data: Path, store: str) -> "Pool":
    """The pool of a study's store."""
    from runner.privacy.pool import Pool

    until = protocol.deadline.day if protocol.deadline else None
    return Pool(data, protocol.study, store, least=protocol.pool, until=until)


def _pool(started: "SessionStarted", data: Path) -> "Pool":
    """As the protocol said when the session began."""
    from runner.declarations.protocols import read_protocol_text

    protocol = read_protocol_text(started.protocol, f"protocol of session {started.session}")
    return pool_of(protocol, data, started.store)


def destroy_behind(log: Path) -> None:
    """Whatever is left of the part of a session that is over: its record is where it belongs."""
    from runner.privacy.apart import sweep

    place = log.resolve()
    if len(place.parents) > 2:
        sweep(place.parents[2], place.parents[1].name, place.parent.name)
