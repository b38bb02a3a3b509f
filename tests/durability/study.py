"""A small study that holds every kind of thing a log has to survive, and a respondent who always says the same.

Trials that go on where they were and trials that start again, a task that waits for the disk only between trials,
one that looks back on earlier trials, every kind of answer, a declined question, and stopping for good.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from attrs import frozen

from runner import sessions
from runner.engine import digest
from runner.log import FileLog, Log
from runner.plans import SessionPlan, Trial
from runner.protocol import Factor, Phase, Protocol
from runner.records import Record, ScreenReplied, SessionStarted, TrialEnded, history
from runner.respondents import Response, Uniform
from runner.screens import Allocation, Choice, Continue, Keys, Likert, Option, Screen, Shape, Slider, Text, Words
from runner.stages import Stage
from runner.stages.virtual import Virtual
from runner.tasks import Past, Performance, Task

OPTIONS = tuple(Option(value=value, text=value, codes={"a_public": code}) for value, code in (("yes", 1), ("no", -1)))


@frozen(kw_only=True)
class Nothing:
    """Parameters of a task that needs none."""


@frozen(kw_only=True)
class Given:
    number: int
    text: str = "“Zwölf Boxkämpfer” \u2028 \x00 end"  # a separator and a NUL, as a pasted text may hold them


@frozen(kw_only=True)
class Outcome:
    answer: Any = None
    rts: tuple[float, ...] = ()


def _trials(params: Nothing, occasion: Any) -> list[Given]:
    return [Given(number=1)]


def _agree(given: Given, past: Past) -> Performance:
    yield Screen(name="information", marks=(Text(text=given.text),), accepts=Continue(after=0.2))
    reply = yield Screen(name="agree", accepts=Choice(options=OPTIONS))
    return Outcome(answer="yes" if reply.status == "answered" else None)


def _rate(given: Given, past: Past) -> Performance:
    earlier = sum(h.outcome.answer or 0 for h in past if h.task == "rate")
    marks = (Text(text=f"{given.number} {given.text} so far {earlier}"),)
    reply = yield Screen(name="rate", marks=marks, accepts=Likert(anchors=("low", "high")), decline=True)
    return Outcome(answer=reply.answer)


def _flash(given: Given, past: Past) -> Performance:
    rts = []
    for n in range(3):
        # Screens of one trial do not wait for the disk: they are "within" one, and nothing acknowledges them.
        fixation = (Shape(form="cross", size=(0.1, 0.1)),)
        yield Screen(name=f"fixation within {n}" if n else "fixation", marks=fixation, seconds=0.5, stop=False)
        stimulus = (Text(text=f"{given.number}/{n}"),)
        reply = yield Screen(name="key within", marks=stimulus, accepts=Keys(keys=("e", "i")))
        rts.append(round(reply.rt or 0.0, 6))
    return Outcome(answer=reply.answer, rts=tuple(rts))


def _tell(given: Given, past: Past) -> Performance:
    words = yield Screen(name="words", accepts=Words(), decline=True)
    shares = yield Screen(name="shares", accepts=Allocation(options=OPTIONS, total=10))
    slider = yield Screen(name="slider", accepts=Slider(low=0, high=1, step=0.1, decimals=1))
    return Outcome(answer=[words.answer, shares.answer, slider.answer])


def _page(given: Given, past: Past) -> Performance:
    yield Screen(name="debrief", marks=(Text(text=given.text),), accepts=Continue())
    return Outcome()


def _task(name: str, perform: Any, **more: Any) -> Task:
    return Task(name=name, params=Nothing, given=Given, outcome=Outcome, trials=_trials, perform=perform, **more)


TASKS: Mapping[str, Task] = {
    "agree": _task("agree", _agree, consents=True, leaves=lambda o: None if o.answer == "yes" else "no consent"),
    "rate": _task("rate", _rate),
    "flash": _task("flash", _flash, timed=True, on_resume="restart"),
    "tell": _task("tell", _tell, on_resume="restart"),
    "page": _task("page", _page),
}
WORDS = {
    **{"stop_title": "Stop?", "stop_question": "Do you want to stop?", "stop_stay": "No", "stop_leave": "Yes"},
    **{"stop_distress": "Too much", "support_title": "Time", "support_text": "Nothing goes on."},
    **{"support_contact": "Talk to {}", "support_stay": "No", "support_leave": "Yes", "support": "a person"},
}
PROTOCOL = Protocol(
    study="durable",
    title={"en": "A study"},
    minutes=1,
    languages=("en",),
    identity="coded",
    pack="none",
    factors={"frame": Factor(levels=("one", "other"))},
    phases=(Phase(name="all", task="page", variants=(({}, Nothing()),)),),
    text="study: durable\n",
    sha256="0" * 64,
)


def plan(trials: int = 3) -> SessionPlan:
    """A session of `trials` trials of each repeated task."""
    middle = [(task, n) for n in range(trials) for task in ("rate", "flash", "tell")]
    planned = [
        Trial(id="agree.1", phase="agree", task="agree", given=Given(number=0), reaches="everyone"),
        *(Trial(id=f"{task}.{n}", phase=f"part {n}", task=task, given=Given(number=n)) for task, n in middle),
        Trial(id="page.1", phase="close", task="page", given=Given(number=0), reaches="consented"),
    ]
    return SessionPlan(
        study="durable",
        participant="7",
        language="en",
        seed="durable/1",
        slot=1,
        assigned={"frame": "one"},
        trials=tuple(planned),
        interface=WORDS,
    )


@frozen
class Steady:
    """Answers a screen by nothing but what it shows, so that who is asked again says the same again.

    Stops at the screen that shows `stops_at`, at the slider since it is too much, and declines what shows `declines`.
    Who `hurries` writes little.
    """

    name: str = "steady"
    hurries: bool = False
    stops_at: str = "never"
    declines: str = "2 “"

    def respond(self, screen: Screen) -> Response:
        shown = repr(screen)
        if screen.name == "stop-support":
            return Response(answer="leave", rt=0.5)
        if self.stops_at in shown and screen.name != "stop":
            return Response(answer=None, rt=1.0, status="stopped")
        if screen.name == "stop":
            return Response(answer="distress" if self.stops_at == "slider" else "leave", rt=0.5)
        if screen.decline and self.declines in shown:
            return Response(answer=None, rt=0.75, status="declined")
        if self.hurries and screen.name == "words":
            return Response(answer="yes", rt=0.1)
        random = Random(digest(screen))
        return Response(answer=Uniform(random).answer(screen), rt=round(random.uniform(0.2, 0.9), 6))


def begin(path: Path, trials: int = 3, durable: bool = True) -> FileLog:
    """A new log with its head, as `vantage run` begins it."""
    return FileLog.create(path, head(trials), durable=durable)


def head(trials: int = 3) -> SessionStarted:
    """The head of the small study's logs."""
    return sessions.head(PROTOCOL, plan(trials), Virtual(Steady()), session="5e55", store="simulated")


def take_up(path: Path, stage: Stage | None = None) -> FileLog:
    """An interrupted log, its break noted, as `vantage resume` takes it up."""
    log, _ = sessions.reopen(path)
    sessions.note_resumed(log, stage or Virtual(Steady()))
    return log


def perform(log: Log, stage: Stage | None = None) -> None:
    """The session from where its log has come to, planned as its head says."""
    started = log.records[0]
    assert isinstance(started, SessionStarted)
    sessions.perform(sessions.plan_from(started, TASKS), TASKS, stage or Virtual(Steady()), log)


def table(records: list[Record]) -> list[tuple[Any, ...]]:
    """The session as the analysis would see it: outcomes, replies that count, how it ended; no clock, no breaks."""
    return list(_rows(records))


def _rows(records: list[Record]) -> Iterator[tuple[Any, ...]]:
    for record in history(records):
        if isinstance(record, TrialEnded):
            yield ("outcome", record.trial, msgspec.json.decode(msgspec.json.encode(record.outcome)))
        elif isinstance(record, ScreenReplied):
            yield ("reply", record.trial, record.index, record.screen, record.digest, record.status, record.answer)
        else:
            yield (record.kind, getattr(record, "trial", ""), getattr(record, "how", getattr(record, "reason", "")))
