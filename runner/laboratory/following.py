"""How far a session is and what troubles it, as somebody may know who is to know no condition and no answer. Pure.

Only phases count that take place in every cell and are kept with the participant: what is shown moves on with them
alone, so that it stands still in the same places for everybody, whatever a cell has in between.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, frozen

from runner.leaving import TOO_MUCH, WAYS_OUT
from runner.protocol import Phase, Protocol
from runner.records import Record, ScreenReplied, SessionEnded, SessionLeft, TrialEnded, TrialStarted

State = Literal["idle", "running", "stop", "leaving", "ended", "left", "interrupted"]
STEP = 5  # percent to which progress is rounded: fewer tell nothing of how many trials a cell has


@frozen(kw_only=True)
class Glimpse:
    """What may be seen of a session."""

    state: State = "running"
    phase: str = ""  # the last phase that everybody has; empty before it, or where its name would tell a condition
    part: int = 0  # its number among those that everybody has, from 1
    parts: int = 0
    progress: int = 0  # percent, in steps
    stopped: int = 0  # how often the participant pressed stop
    unfocused: float = 0.0  # seconds for which another window had the keyboard
    late_frames: int = 0


def shared(protocol: Protocol) -> tuple[str, ...]:
    """The phases that take place whatever the cell, in order; in a study with waves, whatever the cell of the wave."""
    return tuple(phase.name for phase in protocol.phases if _everywhere(phase, protocol))


def tellable(protocol: Protocol, phase: str) -> bool:
    """Does a phase's name name no level of a factor?"""
    levels = [level for factor in protocol.factors.values() for level in factor.levels]
    return not any(level.casefold() in phase.casefold() for level in levels)


def _everywhere(phase: Phase, protocol: Protocol) -> bool:
    kept = phase.unlinkable is None and phase.reaches != "leaving"
    drawn = {factor: levels for factor, levels in phase.when.items() if factor != protocol.wave}
    return kept and all(set(protocol.factors[factor].levels) <= set(levels) for factor, levels in drawn.items())


class Following:
    """Reads a log's records as they come, each once."""

    def __init__(self, plan: Mapping[str, Any], protocol: Protocol | None) -> None:
        """`plan` as in the log's head; without a protocol (an old one, say) no phase is told."""
        there: dict[str, set[str]] = {}
        for trial in plan["trials"]:
            there.setdefault(trial["phase"], set()).add(trial["id"])
        self._phases = [name for name in (shared(protocol) if protocol else ()) if name in there]
        self._named = {name: name if protocol and tellable(protocol, name) else "" for name in self._phases}
        self._trials = {name: len(there[name]) for name in self._phases}
        self._phase_of = {trial: name for name in self._phases for trial in there[name]}
        self._done: dict[str, set[str]] = {name: set() for name in self._phases}
        self._read = 0
        self._seen = Glimpse(parts=len(self._phases))
        self._on: State = "running"  # what it is when nobody has pressed stop

    def look(self, records: Sequence[Record]) -> Glimpse:
        """What may be seen after these records, the first of which were looked at before."""
        new = records[self._read :]
        self._read += len(new)
        for record in new:
            self._seen = self._after(record)
        return self._seen

    def _after(self, record: Record) -> Glimpse:
        seen = self._seen
        match record:
            case TrialStarted(trial=trial) if trial in self._phase_of:
                part = max(seen.part, self._phases.index(self._phase_of[trial]) + 1)
                return evolve(seen, part=part, phase=self._named[self._phases[part - 1]])
            case ScreenReplied():
                return self._replied(record)
            case TrialEnded(trial=trial) if trial in self._phase_of:
                self._done[self._phase_of[trial]].add(trial)
                return evolve(seen, progress=self._progress())
            case SessionLeft():
                self._on = "leaving"
                return evolve(seen, state=self._on)
            case SessionEnded(how=how):
                return evolve(seen, state="left" if how == "left" else "ended")
        return seen

    def _replied(self, record: ScreenReplied) -> Glimpse:
        seen, pressed = self._seen, record.status == "stopped"
        support_follows = record.screen in WAYS_OUT and record.answer == TOO_MUCH
        return evolve(
            seen,
            state="stop" if pressed or support_follows else self._on,
            stopped=seen.stopped + pressed,
            unfocused=seen.unfocused + record.unfocused,
            late_frames=seen.late_frames + record.late_frames,
        )

    def _progress(self) -> int:
        share = sum(len(done) / self._trials[name] for name, done in self._done.items()) / max(1, len(self._phases))
        return STEP * round(100 / STEP * share)
