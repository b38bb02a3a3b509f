"""What a log line is: one class per kind, past-tense verbs, and which records count after an interruption.

Wall-clock time stands in `session_*` records only. Everything else is in seconds of the stage's own clock, which
starts anew when a session is resumed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from runner.screens import Answer, Heard, Reply, Sent


@frozen(kw_only=True)
class SessionStarted:
    """The head of every log: what was going to happen, with what, where."""

    kind: ClassVar[str] = "session_started"
    session: str  # random, never derived from the participant
    store: str  # "real", "pilot" or "simulated"
    study: str
    participant: str
    station: str
    protocol_sha256: str
    protocol: str  # the text of the protocol file
    materials: Mapping[str, str] = field(factory=dict)  # the laboratory's own, by path: the text of each file
    plan_digest: str
    plan: Mapping[str, Any]  # SessionPlan as JSON types
    versions: Mapping[str, str]  # vantage, its commit, python, psychopy, driver ...
    stage: Mapping[str, Any]  # Stage.describe()
    group: str = ""  # of a group session, random; empty: alone
    respondent: str = ""  # simulated sessions: who answered, so that resuming asks the same one
    at: str  # wall clock, ISO 8601, UTC
    utc_offset: int  # minutes by which this station's local time is ahead of UTC


@frozen(kw_only=True)
class PartStarted:
    """The head of the log of a part apart, which is destroyed with its session's end."""

    kind: ClassVar[str] = "part_started"
    name: str  # random: what the pool knows the part by
    protocol_sha256: str
    plan: Mapping[str, Any]  # SessionPlan of this part alone, as JSON types


@frozen(kw_only=True)
class SessionResumed:
    """The log was opened again after a break; a new clock starts here."""

    kind: ClassVar[str] = "session_resumed"
    versions: Mapping[str, str]
    stage: Mapping[str, Any]
    dropped_bytes: int  # of a torn last line
    at: str
    reason: str = ""  # why it goes on after the protocol's limit, in the words of whoever runs it


@frozen(kw_only=True)
class TrialStarted:
    """Written before the trial's first screen, so that a screen seen twice is known."""

    kind: ClassVar[str] = "trial_started"
    trial: str
    on_resume: str  # "continue" or "restart"


@frozen(kw_only=True)
class ScreenReplied:
    """One screen, shown and ended."""

    kind: ClassVar[str] = "screen_replied"
    trial: str
    index: int  # in its trial, from 0
    screen: str  # its name
    digest: str  # of its whole content
    onset: float
    offset: float
    status: str
    answer: Answer | None
    answered: float | None
    changes: tuple[tuple[float, Answer], ...]
    late_frames: int
    unfocused: float
    device: str
    heard: tuple[Heard, ...] = ()
    sent: tuple[Sent, ...] = ()

    def reply(self) -> Reply:
        """The reply as the stage gave it."""
        return Reply(
            onset=self.onset,
            offset=self.offset,
            status=self.status,  # type: ignore[arg-type]
            answer=self.answer,
            answered=self.answered,
            changes=self.changes,
            late_frames=self.late_frames,
            unfocused=self.unfocused,
            device=self.device,
            heard=self.heard,
            sent=self.sent,
        )


@frozen(kw_only=True)
class TrialEnded:
    """The trial's outcome, as JSON types."""

    kind: ClassVar[str] = "trial_ended"
    trial: str
    outcome: Mapping[str, Any]


@frozen(kw_only=True)
class SessionLeft:
    """The participant goes no further and is led to the closing phases."""

    kind: ClassVar[str] = "session_left"
    trial: str
    reason: str  # "stopped", or what the task's `leaves` said


@frozen(kw_only=True)
class SessionPaused:
    """The whole group session waited, since whoever looks after it asked for that; times are of the stage's clock."""

    kind: ClassVar[str] = "session_paused"
    trial: str
    onset: float
    offset: float


@frozen(kw_only=True)
class SessionEnded:
    """The last screen is over; nothing follows."""

    kind: ClassVar[str] = "session_ended"
    how: str  # "completed" or "left"
    at: str


Record = (
    SessionStarted
    | PartStarted
    | SessionResumed
    | TrialStarted
    | ScreenReplied
    | TrialEnded
    | SessionLeft
    | SessionPaused
    | SessionEnded
)
KINDS: Mapping[str, type[Record]] = {
    c.kind: c
    for c in (
        SessionStarted,
        PartStarted,
        SessionResumed,
        TrialStarted,
        ScreenReplied,
        TrialEnded,
        SessionLeft,
        SessionPaused,
        SessionEnded,
    )
}


def history(records: Iterable[Record]) -> list[Record]:
    """The records that count, in order: the only place that decides it, for the engine and for the analysis.

    A break ends nothing by itself. When a trial that is to restart was open at the break, what it had so far does
    not count. The bookkeeping of breaks and pauses is left out, so a resumed session reads like one that never broke.
    """
    counted: list[Record] = []
    open_at: int | None = None  # where the open trial's first record stands in `counted`
    restarts = False
    for record in records:
        if isinstance(record, SessionPaused):
            continue
        if isinstance(record, TrialStarted):
            open_at, restarts = len(counted), record.on_resume == "restart"
        elif isinstance(record, TrialEnded | SessionLeft):
            open_at = None
        elif isinstance(record, SessionResumed):
            if open_at is not None and restarts:
                del counted[open_at:]
                open_at = None
            continue
        counted.append(record)
    return counted
