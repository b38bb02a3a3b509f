"""A session that was interrupted: how long ago it began, how far it got, and until when the protocol lets it go on."""

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from runner.errors import MachineError
from runner.records import Record, SessionStarted, TrialEnded


@frozen(kw_only=True)
class Break:
    """What whoever decides about going on has to know; nothing of what was answered."""

    began: datetime
    done: float  # share of the planned trials that are over, 0 to 1
    limit: float | None  # hours after its beginning in which it may go on; None: as long as one likes

    def hours(self, now: datetime | None = None) -> float:
        """How long ago it began; never negative, whatever became of the clock."""
        return max(0.0, ((now or datetime.now(UTC)) - self.began).total_seconds() / 3600)

    def late(self, now: datetime | None = None) -> bool:
        """Is the protocol's limit over?"""
        return self.limit is not None and self.hours(now) > self.limit


def of(records: Sequence[Record]) -> Break:
    """The break of a log without an end."""
    started = records[0]
    assert isinstance(started, SessionStarted)
    over = {record.trial for record in records if isinstance(record, TrialEnded)}
    began = datetime.fromisoformat(started.at)
    return Break(
        began=began.replace(tzinfo=began.tzinfo or UTC),
        done=len(over) / max(1, len(started.plan["trials"])),
        limit=_limit(started),
    )


def refuse_late(records: Sequence[Record], reason: str, now: datetime | None = None) -> str:
    """The reason to note in the log, "" in time; after the protocol's limit a refusal, unless a reason is given."""
    started, found = records[0], of(records)
    assert isinstance(started, SessionStarted)
    if started.store == "simulated" or not found.late(now):
        return ""
    if not reason.strip():
        raise MachineError(
            f"session {started.session}: it began {found.hours(now):.0f} hours ago, and the protocol lets a session go "
            f"on within {found.limit:g}; leave it as it is, or say with --late REASON why it goes on nevertheless"
        )
    return reason.strip()


def _limit(started: SessionStarted) -> float | None:
    """By the protocol that the session began with, which today's code has to read only if it has such a key."""
    if "resume_within" not in started.protocol:
        return None
    from runner.declarations.protocols import read_protocol_text

    return read_protocol_text(started.protocol, f"the protocol of session {started.session}").resume_within
