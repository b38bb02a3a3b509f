"""Logs of earlier versions: today's code reads them, and would show the same screens to the same replies.

A log is added when a release changes what a task shows; old ones stay. Recorded with
`vantage simulate protocols/<study>.yaml -n 2 --seed golden --out ...`.
"""

from pathlib import Path

import pytest

from runner.commands.live import tasks_of
from runner.engine import run
from runner.log import Log, read
from runner.records import SessionEnded, TrialEnded
from runner.sessions import plan_from

LOGS = sorted((Path(__file__).parents[1] / "logs").glob("*.jsonl"))


class Nobody:
    """A stage that must not be needed: the log remembers everything."""

    def __init__(self):
        self.remembered = 0

    def present(self, screen):
        raise AssertionError(f"the log does not hold the screen {screen.name!r}")

    def prepare(self, screens):
        pass

    def remember(self, screen, reply):
        self.remembered += 1


def test_there_are_golden_logs():
    assert len(LOGS) >= 2


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_is_performed_again_screen_by_screen(path):
    records = read(path)
    assert isinstance(records[-1], SessionEnded)
    started = records[0]
    tasks = tasks_of(started)
    plan = plan_from(started, tasks)
    stage, log = Nobody(), Log(records)
    assert run(plan, tasks, stage, log).how == records[-1].how
    assert stage.remembered > 20
    log.append(records[-1])
    assert not log.remembers


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_logs_outcomes_still_fit_their_classes(path):
    import msgspec

    records = read(path)
    tasks = tasks_of(records[0])
    names = {trial["id"]: trial["task"] for trial in records[0].plan["trials"]}
    for record in records:
        if isinstance(record, TrialEnded):
            msgspec.convert(record.outcome, tasks[names[record.trial]].outcome)
