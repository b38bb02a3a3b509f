"""Finds and reads the logs of one study; damaged ones are named, and unlike stores are never mixed unasked."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from attrs import field, frozen

from analysis.reading.seen import Seen, seen
from runner import disk, log
from runner.errors import VantageError
from runner.leaving import STOP, SUPPORT
from runner.lines import UNFINISHED
from runner.records import (
    Record,
    ScreenReplied,
    SessionEnded,
    SessionLeft,
    SessionResumed,
    SessionStarted,
    TrialEnded,
    history,
)

_LOCKED = "this log of a high-risk study is locked, since its session is not over: it is running or was interrupted"

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how many


def silent(what: str, done: int, of: int) -> None:
    """The progress of a run that nobody watches."""


@frozen(kw_only=True)
class Known:
    """One log of which the head is kept; what it says stands in the tables."""

    path: Path
    head: SessionStarted


@frozen(kw_only=True)
class Session(Known):
    """One log as the analysis sees it: its head, the records that count, and what only the bookkeeping tells."""

    counted: tuple[Record, ...] = field(repr=False)
    clocks: tuple[int, ...] = field(repr=False)  # per counted record: the run of the stage's clock, from 0
    n_resumed: int
    left: SessionLeft | None
    end: SessionEnded | None
    n_stops: int = 0  # how often the control for pausing and stopping was used, in trials that don't count too
    n_distress: int = 0  # how often it was said there that this is too much

    @property
    def ended(self) -> str:
        """ "completed", "left" or "unfinished"."""
        return self.end.how if self.end else "unfinished"

    def seen(self) -> Seen:
        """What the tables need of it."""
        counts = {"n_resumed": self.n_resumed, "n_stops": self.n_stops, "n_distress": self.n_distress}
        return seen(self.head, self.counted, self.clocks, **counts)


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

    sessions: tuple[Known, ...]
    damaged: tuple[Damaged, ...]
    withdrawn: tuple[Withdrawn, ...] = ()
    to_erase: tuple[str, ...] = ()  # logs of people who took their data back, which still stand there
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
    files, damaged = files_below(data)
    paths = [path for path in files if path == data or path.suffix == ".jsonl"]
    sessions, taken_back, others = [], [], set()
    for done, path in enumerate(paths):
        progress("reading logs", done, len(paths))
        for read in read_file(path, name_of(path, data)):
            if isinstance(read, Damaged):
                damaged.append(read)
            elif read.head.study != study:
                others.add(read.head.study)
            elif took_back(read):
                taken_back.append(read)
            else:
                sessions.append(read)
    progress("reading logs", len(paths), len(paths))
    sessions.sort(key=lambda s: (s.head.at, s.head.session))
    found = Logs(
        sessions=tuple(sessions),
        damaged=tuple(damaged),
        withdrawn=withdrawn_of(
            files, [session.head for session in taken_back], study, {s.head.store for s in sessions}
        ),
        to_erase=tuple(str(s.path) for s in taken_back),
        other_studies=tuple(sorted(others)),
    )
    refuse(found, data, study, mixed)
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
    shown = [record for record in records if isinstance(record, ScreenReplied)]
    return Session(
        path=path,
        head=head,
        counted=counted,
        clocks=tuple(runs[id(record)] for record in counted),
        n_resumed=run,
        left=next((r for r in counted if isinstance(r, SessionLeft)), None),
        end=next((r for r in counted if isinstance(r, SessionEnded)), None),
        n_stops=sum(record.screen == STOP for record in shown),
        n_distress=sum(record.screen == SUPPORT for record in shown),
    )


def took_back(session: Session) -> bool:
    """Did the participant take the data back? Then nothing of this log may be used, erased already or not."""
    asked = {trial["id"] for trial in session.head.plan["trials"] if trial["task"] == "data_decision"}
    ended = [record for record in session.counted if isinstance(record, TrialEnded) and record.trial in asked]
    return any(record.outcome.get("decision") == "withdraw" for record in ended)


def replies(session: Session) -> list[tuple[ScreenReplied, int]]:
    """The screens that count, each with the run of the clock that timed it."""
    both = zip(session.counted, session.clocks, strict=True)
    return [(record, clock) for record, clock in both if isinstance(record, ScreenReplied)]


def name_of(path: Path, data: Path) -> str:
    """What a log is called in messages: its place below the data folder."""
    return path.name if path == data else path.relative_to(data).as_posix()


def files_below(data: Path) -> tuple[list[Path], list[Damaged]]:
    """Every file below a folder, sorted, but what can't be looked into: closed folders, high-risk logs under way."""
    closed: list[Damaged] = []

    def told(error: OSError) -> None:
        folder = Path(error.filename)
        name = "." if folder == data else folder.relative_to(data).as_posix()
        closed.append(Damaged(file=f"{name}/", reason=f"this folder can't be read ({error.strerror})"))

    walked = (Path(folder, name) for folder, _, names in os.walk(data, onerror=told) for name in names)
    found = [data] if data.is_file() else sorted(walked)
    locked = [Damaged(file=name_of(path, data), reason=_LOCKED) for path in found if path.suffix == UNFINISHED]
    return [path for path in found if disk.TABLES not in path.parts and path.suffix != UNFINISHED], [*closed, *locked]


def read_file(path: Path, name: str) -> "Sequence[Session | Damaged]":
    """The sessions of a file: of a log one, of a pool as many as there are parts in it."""
    from analysis.reading.apart import OPEN, parts_of  # which is made of what stands here

    if path.name != OPEN:
        return [read_log(path, name)]
    found = parts_of(path, name)
    return [found] if isinstance(found, Damaged) else found


def read_log(path: Path, name: str) -> Session | Damaged:
    """One log, or why it can't be used."""
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


def withdrawn_of(
    files: Sequence[Path], taken_back: Sequence[SessionStarted], study: str, stores: set[str]
) -> tuple[Withdrawn, ...]:
    """Who took the data back, of the stores that are analysed; of any store when no session is left."""
    stones = [Withdrawn(study=head.study, store=head.store, assigned=head.plan["assigned"]) for head in taken_back]
    for path in files:
        if not path.name.endswith(".withdrawn.json"):
            continue
        try:
            stone = msgspec.json.decode(path.read_bytes(), type=Withdrawn)
        except (OSError, msgspec.MsgspecError):  # not written by us: nothing is known of it
            continue
        stones.append(stone)
    return tuple(stone for stone in stones if stone.study == study and (stone.store in stores or not stores))


def refuse(found: Logs, data: Path, study: str, mixed: bool) -> None:
    """An error when there is nothing to analyse, when stores are mixed unasked, or when a session is there twice."""
    if not found.sessions:
        why = f"; not used: {found.damaged[0].file}: {found.damaged[0].reason}" if found.damaged else ""
        if found.withdrawn:
            why = f"; {len(found.withdrawn)} took their data back{why}"
        others = f" (there are logs of {', '.join(found.other_studies)})" if found.other_studies else ""
        raise VantageError(f"{data}: no log of the study {study!r} can be read here{others}{why}")
    if len(found.stores) > 1 and not mixed:
        count = Counter(s.head.store for s in found.sessions)
        listed = ", ".join(f"{count[store]} {store}" for store in found.stores)
        raise VantageError(
            f"{data}: {listed} sessions stand here together, and they must not be mixed; "
            f"name one store's folder (such as {data / study / found.stores[-1]}), or ask for the mixture with --mixed"
        )
    paths: dict[str, Path] = {}
    for session in found.sessions:
        twice = paths.setdefault(session.head.session, session.path)
        if twice != session.path:
            raise VantageError(
                f"{twice} and {session.path}: both are the session {session.head.session}, and it must not count "
                "twice; move the copy out of the data folder"
            )
