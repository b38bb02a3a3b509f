"""A small study of toy tasks: a page, ratings, a timed reaction, and a last page for everyone."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from attrs import frozen

from runner.plans import SessionPlan, Trial
from runner.screens import Choice, Continue, Keys, Likert, Measure, Option, Screen, Text
from runner.tasks import Task

WORDS = {
    "stop_title": "Stop?",
    "stop_question": "Do you want to stop?",
    "stop_stay": "Go on",
    "stop_distress": "Too much",
    "stop_leave": "Stop",
    "support_title": "Time",
    "support_text": "Nothing goes on.",
    "support_contact": "Talk to: {}",
    "support_stay": "Go on",
    "support_leave": "Stop",
    "support": "a person",
}


@frozen(kw_only=True)
class Nothing:
    """No parameters."""


@frozen(kw_only=True)
class Told:
    text: str


@frozen(kw_only=True)
class Rated:
    rating: int | None


@frozen(kw_only=True)
class Pressed:
    key: str | None
    rt: float | None


@frozen(kw_only=True)
class Read:
    seconds: float


@frozen(kw_only=True)
class Agreed:
    agreed: bool


def _read(given, past):
    reply = yield Screen(name="page", marks=(Text(text=given.text),), accepts=Continue())
    return Read(seconds=round(reply.offset - reply.onset, 6))


def _agree(given, past):
    options = (Option(value="yes", text="Yes"), Option(value="no", text="No"))
    reply = yield Screen(name="agree", marks=(Text(text=given.text),), accepts=Choice(options=options))
    return Agreed(agreed=reply.answer == "yes")


def _rate(given, past):
    reply = yield Screen(
        name="item",
        marks=(Text(text=given.text),),
        accepts=Likert(anchors=("no", "yes")),
        decline=True,
        measures=Measure(construct="motives.outgroup"),
    )
    return Rated(rating=reply.answer)


def _react(given, past):
    yield Screen(name="fixation", marks=(Text(text="+", style="stimulus"),), seconds=0.5, stop=False)
    reply = yield Screen(name="target", marks=(Text(text=given.text),), accepts=Keys(keys=("f", "j")), seconds=5.0)
    return Pressed(key=reply.answer, rt=reply.rt)


def _task(name, outcome, perform, **rest) -> Task:
    return Task(name=name, params=Nothing, given=Told, outcome=outcome, trials=lambda p, o: (), perform=perform, **rest)


@pytest.fixture
def tasks() -> Mapping[str, Task]:
    """The toy tasks."""
    return {
        "page": _task("page", Read, _read),
        "agree": _task("agree", Agreed, _agree, leaves=lambda o: None if o.agreed else "no_consent", consents=True),
        "rate": _task("rate", Rated, _rate),
        "decide": _task("decide", Read, _read, settles=True),
        "react": _task("react", Pressed, _react, timed=True, on_resume="restart"),
    }


@pytest.fixture
def plan() -> SessionPlan:
    """Consent, three ratings, three reactions, a debrief for those who consented and thanks for everyone."""
    kinds: list[tuple[str, str, int, str]] = [
        ("consent", "agree", 1, "staying"),
        ("ratings", "rate", 3, "staying"),
        ("reactions", "react", 3, "staying"),
        ("debrief", "page", 1, "consented"),
        ("thanks", "page", 1, "everyone"),
    ]
    trials = [
        Trial(id=f"{phase}-{n:02d}", phase=phase, task=task, given=Told(text=f"{phase} {n}"), reaches=reaches)
        for phase, task, times, reaches in kinds
        for n in range(1, times + 1)
    ]
    return SessionPlan(
        study="toy",
        participant="P01",
        language="en",
        seed="toy/main/0",
        slot=0,
        assigned={"frame": "one"},
        trials=tuple(trials),
        interface=WORDS,
    )


@pytest.fixture
def random() -> Random:
    """Chance that is the same in every run."""
    return Random("tests")


@pytest.fixture
def words() -> dict[str, Any]:
    """The stop screen's words."""
    return dict(WORDS)
