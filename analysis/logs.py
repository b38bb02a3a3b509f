"""Finds and reads the logs of one study; damaged ones are named, and unlike stores are never mixed unasked."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from attrs import field, frozen

from runner import log
from runner.errors import VantageError
from runner.records import Record, ScreenReplied, SessionEnded, SessionLeft, SessionResumed, SessionStarted, history

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how many


def silent(what: str, done: int, of: int) -> None:
    """The progress of a run that nobody watches."""


@frozen(kw_only=True)
class Session:
    """One log as the analysis sees it: its head, the records that count, and what only the bookkeeping tells."""

    path: Path
    head: SessionStarted
    counted: tuple[Record, ...] = field(repr=False)
    clocks: tuple[int, ...] = field(repr=False)  # per counted record: the run of the stage's clock, from 0
    n_resumed: int
    left: SessionLeft | None
    end: SessionEnded | None

    @property
    def ended(self) -> str:
        """ "completed", "left" or "unfinished"."""
        return self.end.how if self.end else "unfinished"


@frozen(kw_only=True)
class Damaged:
    """A log that can't be used, and why."""

    file: str
    reason: str


@frozen(kw_only=True)
class Withdrawn:
    """What is left of a session whose participant took the data back: that it was."""

    study: str
    store: str
    assigned: Mapping[str, str]


@frozen(kw_only=True)
class Logs:
    """What was found below a data folder."""

    sessions: tuple[Session, ...]
    damaged: tuple[Damaged, ...]
    withdrawn: tuple[Withdrawn, ...] = ()
    other_studies: tuple[str, ...] = ()  # studies whose logs stood there too and were left alone

    @property
    def stores(self) -> tuple[str, ...]:
        return tuple(sorted({s.head.store for s in self.sessions}))

    @property
    def protocols(self) -> Counter[str]:
        """How many sessions there are of each protocol hash."""
        return Counter(s.head.protocol_sha256 for s in self.sessions)


def read_logs(data: Path, study: str, *, mixed: bool = False, progress: Progress = silent) -> Logs:
    """Every log of `study` below `data`, oldest first; refuses a mixture of stores unless `mixed`."""
    if not data.exists():
        raise VantageError(f"{data}: there is no such folder; name the one that `vantage run` or `simulate` wrote to")
    paths = [data] if data.is_file() else sorted(data.glob("**/*.jsonl"))
    sessions, damaged, others = [], [], set()
    for done, path in enumerate(paths):
        progress("reading logs", done, len(paths))
        read = _read(path, path.name if data.is_file() else path.relative_to(data).as_posix())
        if isinstance(read, Damaged):
            damaged.append(read)
        elif read.head.study != study:
            others.add(read.head.study)
        else:
            sessions.append(read)
    progress("reading logs", len(paths), len(paths))
    sessions.sort(key=lambda s: (s.head.at, s.head.session))
    found = Logs(
        sessions=tuple(sessions),
        damaged=tuple(damaged),
        withdrawn=_withdrawn(data, study, {s.head.store for s in sessions}),
        other_studies=tuple(sorted(others)),
    )
    _refuse(found, data, study, mixed)
    return found


def session_of(records: Sequence[Record], path: Path = Path()) -> Session:
    """One session's records as the analysis sees them."""
    head = records[0]
    assert isinstance(head, SessionStarted)
    run, runs = 0, {}
    for record in records:
        run += isinstance(record, SessionResumed)
        runs[id(record)] = run
    counted = tuple(history(records))
    return Session(
        path=path,
        head=head,
        counted=counted,
        clocks=tuple(runs[id(record)] for record in counted),
        n_resumed=run,
        left=next((r for r in counted if isinstance(r, SessionLeft)), None),
        end=next((r for r in counted if isinstance(r, SessionEnded)), None),
    )


def replies(session: Session) -> list[tuple[ScreenReplied, int]]:
    """The screens that count, each with the run of the clock that timed it."""
    both = zip(session.counted, session.clocks, strict=True)
    return [(record, clock) for record, clock in both if isinstance(record, ScreenReplied)]


def _read(path: Path, name: str) -> Session | Damaged:
    try:
        records = log.read(path)
    except VantageError as error:
        reason = str(error).removeprefix(f"{path}:").strip()
        return Damaged(file=name, reason=f"line {reason}" if getattr(error, "line", 0) else reason)
    if not records:
        return Damaged(file=name, reason="the log was cut before its head was complete; nothing was answered in it")
    if not isinstance(records[0], SessionStarted):
        return Damaged(file=name, reason=f"the log begins with {records[0].kind}, not with session_started")
    return session_of(records, path)


def _withdrawn(data: Path, study: str, stores: set[str]) -> tuple[Withdrawn, ...]:
    stones = []
    for path in sorted(data.glob("**/*.withdrawn.json")):
        try:
            stone = msgspec.json.decode(path.read_bytes(), type=Withdrawn)
        except (OSError, msgspec.MsgspecError):  # not written by us: nothing is known of it
            continue
        if stone.study == study and stone.store in stores:
            stones.append(stone)
    return tuple(stones)


def _refuse(found: Logs, data: Path, study: str, mixed: bool) -> None:
    if not found.sessions:
        why = f"; damaged: {found.damaged[0].file}: {found.damaged[0].reason}" if found.damaged else ""
        others = f" (there are logs of {', '.join(found.other_studies)})" if found.other_studies else ""
        raise VantageError(f"{data}: no log of the study {study!r} can be read here{others}{why}")
    if len(found.stores) > 1 and not mixed:
        count = Counter(s.head.store for s in found.sessions)
        listed = ", ".join(f"{count[store]} {store}" for store in found.stores)
        raise VantageError(
            f"{data}: {listed} sessions stand here together, and they must not be mixed; "
            f"name one store's folder (such as {data / study / found.stores[-1]}), or ask for the mixture with --mixed"
        )
