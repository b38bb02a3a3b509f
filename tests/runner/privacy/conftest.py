"""A study with a part apart, real sessions of it in virtual time, and keys in a place of their own."""

import os
import re
import signal
import sys
import traceback
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from attrs import define, field

from experiments import find
from runner import sessions
from runner.commands import common, parts, secrets
from runner.log import FileLog
from runner.planning import plan_session
from runner.privacy import keys
from runner.respondents import Scripted, Theory
from runner.stages.virtual import Virtual

MODULE = Path(__file__).parents[3] / "protocols" / "modules" / "unseen-choices.yaml"
FACTS = {"laboratory": "a laboratory", "contact": "contact@lab.example", "support": "a person", "payment": "10"}


@pytest.fixture(autouse=True)
def keys_elsewhere(tmp_path, monkeypatch):
    """No test touches this account's keys."""
    monkeypatch.setenv(keys.FOLDER, str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def study(tmp_path):
    """The module's file with a pool of five and a day until which parts can be taken back."""
    text = MODULE.read_text(encoding="utf-8")
    for old, new in (
        ("pool: 10", "pool: 5\nwithdraw_until: 2099-12-31"),
        (r"to_fill_in: .*", f"details: {FACTS}\nto_fill_in: [ethics_reference]"),
    ):
        text, times = re.subn(old, new, text)
        assert times == 1
    path = tmp_path / "unseen-choices.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@define(slots=False)
class Laboratory:
    """Real sessions of the study, one after the other, on one machine."""

    study: Path
    data: Path
    store: str = "real"
    seen: list = field(factory=list)  # names of the screens that were presented, live
    shown: list = field(factory=list)  # the screens themselves

    def __attrs_post_init__(self):
        self.protocol = common.read(self.study)
        self.tasks = common.tasks(self.protocol)

    @property
    def folder(self):
        return self.data / self.protocol.study / self.store / "unlinkable"

    def plan(self, session, cell="unseen", code="", slot=0, language="en"):
        materials = common.library(self.protocol, language)
        return plan_session(
            self.protocol,
            find,
            materials,
            participant=code or f"P-{session}",
            slot=slot,
            language=language,
            cell={"setting": cell},
        )

    def stage(self, session, answers):
        return Watching(self, Scripted({"data-decision": "keep", **answers}, Theory(Random(session))))

    def hold(self, session, cell="unseen", code="", slot=0, **answers):
        """A session from its first screen to its last; its log."""
        plan, on = self.plan(session, cell, code, slot), self.stage(session, answers)
        head = sessions.head(self.protocol, plan, on, session=session, store=self.store, station="lab-3")
        part = parts.begin(self.protocol, plan, self.data, self.store, session)
        path = sessions.log_path(self.data, self.protocol.study, self.store, session)
        log = FileLog.create(path, head)
        return self._perform(log, head, plan, on, part)

    def resume(self, session, **answers):
        """The rest of an interrupted session."""
        path = sessions.log_path(self.data, self.protocol.study, self.store, session)
        parts.destroy_behind(path)
        log, head = sessions.reopen(path)
        on, part = self.stage(f"{session}/again", answers), parts.again(path, head)
        sessions.note_resumed(log, on)
        return self._perform(log, head, sessions.plan_from(head, self.tasks), on, part)

    def _perform(self, log, head, plan, on, part):
        told = secrets.telling(on, log.path, head, part.token if part else str)
        try:
            ending = sessions.perform(plan, self.tasks, told, log, part=part)
            log.close()
        finally:
            log.abandon()
        if ending.withdrawn:
            sessions.withdraw(log.path, head, None)
        return log.path


class Watching(Virtual):
    """A virtual stage that tells what it presented."""

    def __init__(self, laboratory, respondent):
        super().__init__(respondent)
        self.laboratory = laboratory

    def present(self, screen):
        self.laboratory.seen.append(screen.name)
        self.laboratory.shown.append(screen)
        return super().present(screen)


@pytest.fixture
def laboratory(study, tmp_path):
    return Laboratory(study, tmp_path / "data")


# ---------------------------------------------------------------- kills at every step towards the disk

CALLS = ("open", "write", "fsync", "fdatasync", "replace", "unlink", "ftruncate", "utime")  # all that changes a disk


def forked(job):
    """Do a job in a child; how the child ended, and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 3
        try:
            job(writing)
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        content = said.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), content.decode()


class Killer:
    """Counts every step towards the disk, and kills this process before one of them."""

    def __init__(self, at=0):
        self.at, self.steps = at, 0

    def watch(self):
        for name in CALLS:
            setattr(os, name, self.counted(getattr(os, name)))

    def counted(self, call):
        def step(*args, **how):
            self.steps += 1
            if self.steps == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **how)

        return step


@pytest.fixture
def kills():
    """Sessions in a child that is killed before a step towards the disk."""
    return SimpleNamespace(forked=forked, Killer=Killer, CALLS=CALLS)
