"""One session as the tables need it, whichever way its log was read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from attrs import frozen

from runner.leaving import STOP, SUPPORT
from runner.records import Record, ScreenReplied, SessionEnded, SessionLeft, SessionStarted, TrialEnded, TrialStarted


class PlannedTrial(msgspec.Struct):
    """A trial of the plan; what it was given stays JSON until its task says what there is to find."""

    id: str
    phase: str
    task: str
    given: msgspec.Raw
    within: str = ""


class Planned(msgspec.Struct):
    """What the tables need of a session's plan."""

    assigned: dict[str, str]
    language: str
    slot: int
    trials: list[PlannedTrial]


class Went(msgspec.Struct, gc=False):
    """What became of a marker at one device."""

    device: str
    code: int
    latency: float | None
    error: str = ""


class Said(msgspec.Struct, gc=False):
    """What somebody else of a group session said that was to be seen."""

    at: float
    point: str
    seat: int
    says: str


class Shown(msgspec.Struct, tag_field="kind", tag=ScreenReplied.kind, gc=False):
    """`screen_replied` without its digest; the answer stays JSON."""

    trial: str
    index: int
    screen: str
    onset: float
    offset: float
    status: str
    answer: msgspec.Raw
    answered: float | None
    changes: list[tuple[float, Any]]
    late_frames: int
    unfocused: float
    device: str
    sent: Sequence[Went] = ()
    heard: Sequence[Said] = ()


@frozen(kw_only=True)
class Seen:
    """What counts of one session; `head` may be of any class with the fields of its record."""

    head: Any  # as SessionStarted
    plan: Planned
    shown: Sequence[Shown]  # the screens that count
    clocks: Sequence[int]  # of each, the run of the stage's clock
    begun: Sequence[str]  # the trial of each `trial_started` that counts
    outcomes: Mapping[str, msgspec.Raw]  # by trial
    left: Any  # as SessionLeft, or None
    end: Any  # as SessionEnded, or None
    n_resumed: int
    n_stops: int
    n_distress: int

    @property
    def withdraws(self) -> bool:
        """Did the participant take the data back?"""
        asked = [trial.id for trial in self.plan.trials if trial.task == "data_decision"]
        ended = [msgspec.json.decode(self.outcomes[trial]) for trial in asked if trial in self.outcomes]
        return any(outcome.get("decision") == "withdraw" for outcome in ended)

    def brief(self) -> SessionStarted:
        """The head without the protocol's text, and of the plan only what was assigned and in which language."""
        names = (a for a in SessionStarted.__attrs_attrs__ if a.name not in ("plan", "protocol"))
        plan = {"assigned": self.plan.assigned, "language": self.plan.language}
        return SessionStarted(**{a.name: getattr(self.head, a.name) for a in names}, protocol="", plan=plan)


def seen(head: SessionStarted, counted: Iterable[Record], clocks: Iterable[int], **counts: int) -> Seen:
    """The same of a session's records, `counts` being those of `Seen` that begin with n_."""
    both = [(r, clock) for r, clock in zip(counted, clocks, strict=True) if not isinstance(r, SessionStarted)]
    shown = [(r, clock) for r, clock in both if isinstance(r, ScreenReplied)]
    records = [r for r, _ in both]
    return Seen(
        head=head,
        plan=msgspec.json.decode(msgspec.json.encode(head.plan), type=Planned),
        shown=[_shown(r) for r, _ in shown],
        clocks=[clock for _, clock in shown],
        begun=[r.trial for r in records if isinstance(r, TrialStarted)],
        outcomes={r.trial: msgspec.Raw(msgspec.json.encode(r.outcome)) for r in records if isinstance(r, TrialEnded)},
        left=next((r for r in records if isinstance(r, SessionLeft)), None),
        end=next((r for r in records if isinstance(r, SessionEnded)), None),
        **counts,
    )


def _shown(record: ScreenReplied) -> Shown:
    fields = {name: getattr(record, name) for name in Shown.__struct_fields__}
    return Shown(**{**fields, "answer": msgspec.Raw(msgspec.json.encode(record.answer))})


def ways_out(shown: Iterable[Any]) -> dict[str, int]:
    """How often the control for stopping was used, and how often it was said there that this is too much."""
    names = [screen.screen for screen in shown]
    return {"n_stops": names.count(STOP), "n_distress": names.count(SUPPORT)}
