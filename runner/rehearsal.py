"""Which screens a trial can show, found by performing it: for getting screens ready, for checks and storyboards."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from runner.plans import SessionPlan
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Others, Reply, Screen, Slider, Words
from runner.tasks import Happened, Past, Task

_MOST = 200  # screens of one trial; a trial with more branches than that is foreseen in part


def foresee(task: Task, given: Any, past: Past = ()) -> tuple[Screen, ...]:
    """The screens that a trial can show, nearest first, whatever is answered.

    Every option of a choice and every key is tried, the ends of scales, an empty and a full text, and declining.
    """
    seen: dict[Screen, None] = {}
    paths: deque[tuple[Reply, ...]] = deque([()])
    while paths and len(seen) < _MOST:
        path = paths.popleft()
        screen = _after(task, given, past, path)
        if screen is not None and screen not in seen:
            seen[screen] = None
            paths.extend((*path, reply) for reply in possible(screen))
    return tuple(seen)


def possible(screen: Screen) -> list[Reply]:
    """One reply of each kind that a screen can get, the most ordinary first."""
    wanted = screen.accepts
    answers: list[Any] = []
    match wanted:
        case Continue() | Others():
            answers = [None]
        case Keys():
            answers = list(wanted.keys)
        case Choice():
            answers = [option.value for option in wanted.options]
        case Likert():
            answers = [(wanted.low + wanted.high) // 2, wanted.low, wanted.high]
        case Slider():
            answers = [wanted.high, wanted.low]
        case Allocation():
            answers = [(wanted.total, *[0] * (len(wanted.options) - 1))]
        case Words():
            answers = ["Words.", ""]
    replies = [Reply(onset=0.0, offset=1.0, status="answered", answer=a, answered=1.0) for a in answers]
    if screen.decline:
        replies.append(Reply(onset=0.0, offset=1.0, status="declined"))
    if screen.seconds is not None:
        replies.append(Reply(onset=0.0, offset=screen.seconds, status="elapsed"))
    return replies


def rehearse(plan: SessionPlan, tasks: Mapping[str, Task]) -> list[tuple[Happened, tuple[Screen, ...]]]:
    """Every trial of a plan with the screens it can show and an ordinary outcome, on which later trials look back."""
    past: list[Happened] = []
    rehearsed = []
    for trial in plan.trials:
        task = tasks[trial.task]
        outcome = _ordinary(task, trial.given, tuple(past))
        happened = Happened(phase=trial.phase, task=trial.task, given=trial.given, outcome=outcome)
        rehearsed.append((happened, foresee(task, trial.given, tuple(past))))
        past.append(happened)
    return rehearsed


def _after(task: Task, given: Any, past: Past, path: tuple[Reply, ...]) -> Screen | None:
    performance = task.perform(given, past)
    try:
        screen = next(performance)
        for reply in path:
            screen = performance.send(reply)
    except StopIteration:
        return None
    finally:
        performance.close()
    return screen


def _ordinary(task: Task, given: Any, past: Past) -> Any:
    performance = task.perform(given, past)
    try:
        screen = next(performance)
        for _ in range(_MOST):
            screen = performance.send(possible(screen)[0])
    except StopIteration as end:
        return end.value
    raise RuntimeError(f"task {task.name!r} showed {_MOST} screens in one trial without coming to an end")
