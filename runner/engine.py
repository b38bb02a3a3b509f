"""Performs a session plan on a stage and keeps it in a log. It has no notion of resuming: a log may remember."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby

import msgspec
from attrs import frozen

from runner.leaving import DISTRESSED, LEAVE, STOPPED, TOO_MUCH, stop_screen, support_screen
from runner.log import Log
from runner.plans import SessionPlan, Trial
from runner.records import ScreenReplied, SessionLeft, TrialEnded, TrialStarted
from runner.rehearsal import foresee
from runner.screens import Reply, Screen
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


def run(plan: SessionPlan, tasks: Mapping[str, Task], stage: Stage, log: Log) -> Ending:
    """Perform every trial that the participant reaches.

    Who stops, or is led out by a task's `leaves`, goes on to the phases for those who consented (the debrief), for
    those who leave, and for everyone, and to no others. The caller writes the head and the end of the log.
    """
    past: list[Happened] = []
    left = ""
    consented = withdrawn = settled = False
    for _, phase in groupby(plan.trials, key=lambda trial: trial.phase):
        trials = [trial for trial in phase if _reaches(trial, left, consented)]
        stage.prepare(_foreseen(trials, tasks, tuple(past)))
        for trial in trials:
            if not _reaches(trial, left, consented):
                continue
            try:
                happened = _perform(trial, tasks[trial.task], past, stage, log, plan.interface)
            except _LeftError as leaving:
                if settled:  # everything was answered and decided
                    return Ending("left" if left else "completed", withdrawn)
                log.append(SessionLeft(trial=trial.id, reason=str(leaving)))
                if left:  # already on the way out: nothing more is asked
                    return Ending("left", withdrawn)
                left = str(leaving)
                continue
            past.append(happened)
            task = tasks[trial.task]
            withdrawn = withdrawn or task.withdraws(happened.outcome)
            settled = settled or task.settles
            reason = task.leaves(happened.outcome)
            if reason and not left:
                log.append(SessionLeft(trial=trial.id, reason=reason))
                left = reason
            consented = consented or (task.consents and not reason)
    return Ending("left" if left else "completed", withdrawn)


def _reaches(trial: Trial, left: str, consented: bool) -> bool:
    if not left or trial.reaches == "everyone":
        return trial.reaches != "leaving"
    return consented and trial.reaches in ("consented", "leaving")


def _foreseen(trials: list[Trial], tasks: Mapping[str, Task], past: tuple[Happened, ...]) -> Iterator[Screen]:
    # A generator: a stage that draws nothing never asks, and then nothing is foreseen.
    for trial in trials:
        yield from foresee(tasks[trial.task], trial.given, past)


def _perform(
    trial: Trial, task: Task, past: list[Happened], stage: Stage, log: Log, words: Mapping[str, str]
) -> Happened:
    log.append(TrialStarted(trial=trial.id, on_resume=task.on_resume))
    performance = task.perform(trial.given, tuple(past))
    index = 0
    screen = next(performance)
    try:
        while True:
            reply = _ask(screen, trial.id, index, stage, log, wait=index == 0 or not task.timed)
            index += 1
            if reply.status == "stopped":
                reason, index = _asked(trial.id, index, stage, log, words)
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


def _asked(trial: str, index: int, stage: Stage, log: Log, words: Mapping[str, str]) -> tuple[str, int]:
    """Why the participant goes no further, empty if not; and the index of the trial's next screen."""
    way = _ask(stop_screen(words), trial, index, stage, log, wait=True).answer
    if way == TOO_MUCH:
        way = _ask(support_screen(words), trial, index + 1, stage, log, wait=True).answer
        return DISTRESSED if way == LEAVE else "", index + 2
    return STOPPED if way == LEAVE else "", index + 1


def _ask(screen: Screen, trial: str, index: int, stage: Stage, log: Log, *, wait: bool) -> Reply:
    """The reply to a screen: the log's, while it remembers; otherwise the stage's, and then the log's."""
    content = digest(screen)
    reply = log.recall(trial, index, screen.name, content)
    if reply is not None:
        stage.remember(screen, reply)
        return reply
    if wait and not log.settle(PATIENCE):
        stage.say("saving")
        log.settle()
    reply = stage.present(screen)
    if reply.status == "answered" and screen.accepts and not screen.accepts.admits(reply.answer):
        raise TypeError(f"the stage answered screen {screen.name!r} with {reply.answer!r}, which it doesn't accept")
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
        )
    )
    return reply
