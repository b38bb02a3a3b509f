"""Performs a session plan on a stage and keeps it in a log. It has no notion of resuming: a log may remember."""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby

import msgspec
from attrs import evolve, frozen

from runner.company import Alone, Company, board_of, called, told
from runner.errors import HistoryError, MachineError
from runner.leaving import DISTRESSED, LEAVE, STOPPED, TOO_MUCH, paused_screen, stop_screen, support_screen
from runner.log import Log
from runner.plans import PART, SessionPlan, Trial
from runner.privacy.apart import Part
from runner.privacy.shown import Shown
from runner.records import ScreenReplied, SessionLeft, SessionPaused, TrialEnded, TrialStarted
from runner.rehearsal import foresee
from runner.screens import ALIAS, Aliases, Others, Reply, Screen
from runner.stages import Stage
from runner.tasks import Happened, Task

_to_json = msgspec.json.Encoder().encode  # faster than to look a screen up in a cache
PATIENCE = 2.0  # seconds for which a slow disk goes without a word on the screen


class _LeftError(Exception):
    """The participant wants to stop, and has said so twice; its argument is the reason."""


def digest(screen: Screen) -> str:
    """128 bits of the SHA-256 over everything that a screen is, as JSON; 32 hex digits."""
    return sha256(_to_json(screen)).hexdigest()[:32]


@frozen
class Ending:
    """How a session went: "completed" or "left", and whether the participant took their data back."""

    how: str
    withdrawn: bool


@frozen
class _Hall:
    """What a trial is performed with."""

    stage: Stage
    log: Log
    words: Mapping[str, str]  # of the controls
    company: Company
    shown: Shown


def run(
    plan: SessionPlan,
    tasks: Mapping[str, Task],
    stage: Stage,
    log: Log,
    *,
    company: Company | None = None,
    part: Part | None = None,
    shown: Shown | None = None,
    between: Callable[[], None] = lambda: None,
) -> Ending:
    """Perform every trial that the participant reaches; `between` is called before each, and may raise.

    `part` is the session's part apart, if it has one: of that the log says no more than that it was begun and
    finished. `shown` is what is displayed and in no log. Who stops, or is led out by a task's `leaves`, goes on to the
    phases for those who consented (the debrief), for those who leave, and for everyone, and to no others; who stops
    once more, to what is owed to them in these. The caller writes the log's head and end.
    """
    hall = _Hall(stage, log, plan.interface, company or Alone(), shown or Shown())
    past: list[Happened] = []
    left = ""
    consented = withdrawn = settled = hurried = False
    for _, phase in groupby(plan.trials, key=lambda trial: trial.phase):
        trials = [trial for trial in phase if _reaches(trial, left, consented)]
        trials = [trial for trial in trials if not hurried or _owed(trial, tasks)]
        stage.prepare(_as_seen(screen, hall) for screen in _foreseen(trials, tasks, tuple(past)))
        for trial in trials:
            if not _reaches(trial, left, consented) or (hurried and not _owed(trial, tasks)):
                continue
            between()
            try:
                if trial.task == PART:
                    _perform_apart(trial, part, hall, between)
                    continue
                happened = _perform(trial, tasks[trial.task], past, hall)
            except _LeftError as leaving:
                hurried = settled or bool(left)  # all was answered, or not to be: no more than what is owed follows
                if settled:
                    continue
                if trial.task != PART and tasks[trial.task].settles:
                    settled = _undecided(trial, tasks[trial.task], log)
                log.append(SessionLeft(trial=trial.id, reason=str(leaving)))
                if not left:
                    left = str(leaving)
                    hall.company.close("left")
                continue
            past.append(happened)
            task = tasks[trial.task]
            withdrawn = withdrawn or task.withdraws(happened.outcome)
            settled = settled or task.settles
            reason = task.leaves(happened.outcome)
            if reason and not left:
                log.append(SessionLeft(trial=trial.id, reason=reason))
                left = reason
                hall.company.close("left")
            consented = consented or (task.consents and not reason)
    return Ending("left" if left else "completed", withdrawn)


def _reaches(trial: Trial, left: str, consented: bool) -> bool:
    if not left or trial.reaches == "everyone":
        return trial.reaches != "leaving"
    return consented and trial.reaches in ("consented", "leaving")


def _owed(trial: Trial, tasks: Mapping[str, Task]) -> bool:
    return trial.task != PART and tasks[trial.task].owed


def _undecided(trial: Trial, task: Task, log: Log) -> bool:
    """Who goes without deciding leaves it at what was announced for that."""
    log.append(TrialEnded(trial=trial.id, outcome=msgspec.to_builtins(task.undecided)))
    return True


def _foreseen(trials: list[Trial], tasks: Mapping[str, Task], past: tuple[Happened, ...]) -> Iterator[Screen]:
    # A generator: a stage that draws nothing never asks, and then nothing is foreseen.
    for trial in trials:
        if trial.task == PART:
            continue  # its phases are announced when they come
        for place, screen in enumerate(foresee(tasks[trial.task], trial.given, past)):
            yield screen if place else marked(screen, trial)


def marked(screen: Screen, trial: Trial) -> Screen:
    """A trial's first screen, with its phase's marker if the task gives it none of its own."""
    return evolve(screen, code=trial.code) if trial.code and not screen.code else screen


def _perform(trial: Trial, task: Task, past: list[Happened], hall: _Hall) -> Happened:
    log = hall.log
    log.append(TrialStarted(trial=trial.id, on_resume=task.on_resume))
    performance = task.perform(trial.given, tuple(past))
    index = 0
    screen = marked(next(performance), trial)
    try:
        while True:
            reply = _ask(screen, trial.id, index, hall, wait=index == 0 or not task.timed)
            index += 1
            if reply.status == "stopped":
                reason, index = _asked(trial.id, index, hall)
                if reason:
                    raise _LeftError(reason)
                continue  # the same screen again
            screen = performance.send(reply)
    except StopIteration as end:
        outcome = end.value
    finally:
        performance.close()
    log.append(TrialEnded(trial=trial.id, outcome=msgspec.to_builtins(outcome)))
    return Happened(phase=trial.phase, task=trial.task, given=trial.given, outcome=outcome)


def _perform_apart(trial: Trial, part: Part | None, hall: _Hall, between: Callable[[], None]) -> None:
    """The part apart, into its own log. Its trials know nothing of those outside, nor these of them."""
    log = hall.log
    log.append(TrialStarted(trial=trial.id, on_resume="continue"))
    if isinstance(log.next, SessionLeft):
        raise _LeftError(log.next.reason)
    if log.next is None:
        if part is None:
            raise HistoryError("the part apart of this session is gone, so it can't be continued; begin a new session")
        try:
            _perform_trials(part, evolve(hall, log=part.log), between)
        except (_LeftError, MachineError):
            raise
        except HistoryError:
            what = "the part apart would go on with another screen than it holds"
            raise HistoryError(f"{what}; continue the session with the version that began it") from None
        except Exception as fault:  # its message, or its traceback, may hold an answer, and a report of it is kept
            what = f"the part apart broke off by a fault of Vantage's own ({type(fault).__name__})"
            raise MachineError(f"{what}; resume the session") from None
    log.append(TrialEnded(trial=trial.id, outcome={"finished": True}))


def _perform_trials(part: Part, hall: _Hall, between: Callable[[], None]) -> None:
    past: list[Happened] = []
    for _, phase in groupby(part.plan.trials, key=lambda trial: trial.phase):
        trials = list(phase)
        hall.stage.prepare(_as_seen(screen, hall) for screen in _foreseen(trials, part.tasks, tuple(past)))
        for one in trials:
            between()
            past.append(_perform(one, part.tasks[one.task], past, hall))
    part.log.settle()


def _asked(trial: str, index: int, hall: _Hall) -> tuple[str, int]:
    """Why the participant goes no further, empty if not; and the index of the trial's next screen."""
    way = _ask(stop_screen(hall.words), trial, index, hall, wait=True).answer
    if way == TOO_MUCH:
        way = _ask(support_screen(hall.words), trial, index + 1, hall, wait=True).answer
        return DISTRESSED if way == LEAVE else "", index + 2
    return STOPPED if way == LEAVE else "", index + 1


def _ask(screen: Screen, trial: str, index: int, hall: _Hall, *, wait: bool) -> Reply:
    """The reply to a screen: the log's, while it remembers; otherwise the stage's, and then the log's."""
    stage, log = hall.stage, hall.log
    content, key = digest(screen), f"{trial}/{index}"
    reply = log.recall(trial, index, screen.name, content)
    if reply is not None:
        stage.remember(_as_seen(screen, hall), reply)
        _arrive(screen, key, hall)
        _tell(screen, reply, key, hall)
        return reply
    if wait and not log.settle(PATIENCE):
        stage.say("saving")
        log.settle()
    elif wait:
        stage.say("")  # a pause, however short: the next frame need not follow on the last one
    stopped = _pause(trial, hall) if wait and screen.stop else None
    if stopped is None:
        _arrive(screen, key, hall)
    reply = stopped or stage.present(_as_seen(screen, hall))
    if reply.status == "answered" and screen.accepts and not screen.accepts.admits(reply.answer):
        raise TypeError(f"the stage answered screen {screen.name!r} with {reply.answer!r}, which it doesn't accept")
    reply = _unnamed(screen, reply, hall)
    log.append(
        ScreenReplied(
            trial=trial,
            index=index,
            screen=screen.name,
            digest=content,
            onset=reply.onset,
            offset=reply.offset,
            status=reply.status,
            answer=reply.answer,
            answered=reply.answered,
            changes=reply.changes,
            late_frames=reply.late_frames,
            unfocused=reply.unfocused,
            device=reply.device,
            heard=reply.heard,
            sent=reply.sent,
        )
    )
    _tell(screen, reply, key, hall)
    return reply


# ---------------------------------------------------------------- aliases, and the others of a group session


def _as_seen(screen: Screen, hall: _Hall) -> Screen:
    """A screen with the participant's alias, which it has in no log; without one, with the place they sit at."""
    return called(screen, hall.shown.alias or hall.words.get("seat", "").replace("{}", str(hall.company.seat)))


def _unnamed(screen: Screen, reply: Reply, hall: _Hall) -> Reply:
    """Which alias was picked is on the disk, beside the log, before that goes on without it."""
    if not isinstance(screen.accepts, Aliases):
        return reply
    if reply.status == "answered":
        hall.shown.call(next(option.text for option in screen.accepts.options if option.value == reply.answer))
    changes = tuple((at, ALIAS) for at, _ in reply.changes)
    return evolve(reply, answer=None if reply.answer is None else ALIAS, changes=changes)


def _arrive(screen: Screen, key: str, hall: _Hall) -> None:
    """At a screen that waits for others, they are told so before it waits."""
    others = _as_seen(screen, hall).accepts
    if isinstance(others, Others):
        hall.company.say(others.point, others.says, key=key, name=others.name)


def _tell(screen: Screen, reply: Reply, key: str, hall: _Hall) -> None:
    """An answer that others are to see goes out as soon as it is on the disk."""
    board = board_of(screen)
    if board is not None and board.tells and reply.status == "answered" and (says := told(screen, reply.answer)):
        hall.company.say(board.point, says, key=key, once=hall.log.settle)


def _pause(trial: str, hall: _Hall) -> Reply | None:
    """Wait while the group session is paused; who stops meanwhile stops at the screen that would have come."""
    while hall.company.paused:
        reply = hall.stage.present(paused_screen(hall.words))
        hall.log.append(SessionPaused(trial=trial, onset=reply.onset, offset=reply.offset))
        if reply.status == "stopped":
            return Reply(onset=reply.offset, offset=reply.offset, status="stopped", device=reply.device)
    return None
