"""Scripted participants who come with a protocol: what each answers, and what it must have seen and left in the log.

`protocols/bots/<study>.yaml` holds them. They go through the same plan, engine and tasks as everybody, in virtual
time, so a study whose texts, cells or columns change without its bots knowing says so before anyone sits down.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from attrs import define, field, frozen

from runner.checks.wording import texts
from runner.engine import run
from runner.log import Log
from runner.plans import SessionPlan, Trial
from runner.records import SessionLeft, TrialEnded
from runner.respondents import Respondent, Response
from runner.screens import Reply, Screen
from runner.stages.virtual import Virtual
from runner.tasks import Task

ACTS = {"!stopped", "!declined"}
ANYWHERE = "*"  # the key of what is done wherever it can be


@frozen(kw_only=True)
class Sight:
    """Words that a phase must have shown somewhere, or must not have."""

    phase: str = ""  # any phase
    says: str
    screens: int | None = None  # on exactly so many; one at least


@frozen(kw_only=True)
class Kept:
    """What a task must have left in the log: how many trials, and one among them, or `matching`, with these values.

    A value {least: 1, most: 7} is a range, of which either end may be left out.
    """

    task: str
    phase: str = ""  # any phase
    trials: int | None = None
    has: Mapping[str, Any] = field(factory=dict)  # columns of given and outcome; "first.pole" for one inside another
    matching: int | None = None  # how many of the trials have these values; one at least


@frozen(kw_only=True)
class Bot:
    """One scripted participant.

    `answers` holds what to do by screen: "screen", "phase/screen", "phase/screen:construct" for items of a scale,
    each with "#2" behind for the second time alone; "phase" for every screen of a phase that takes the answer, "*" for
    every screen of the session that does. A value as the log has it, !declined, or !stopped. The narrowest key counts,
    and what is not named is answered as somebody might.
    """

    name: str
    cell: Mapping[str, str] = field(factory=dict)
    language: str = ""  # the protocol's first
    answers: Mapping[str, Any] = field(factory=dict)
    sees: tuple[Sight, ...] = ()
    never_sees: tuple[Sight, ...] = ()
    keeps: tuple[Kept, ...] = ()
    phases: tuple[str, ...] = ()  # gets into these, in this order among others
    never_in: tuple[str, ...] = ()
    ends: str = "completed"  # or the reason for which it left, such as "stopped"
    withdraws: bool = False  # takes the data back


@frozen(kw_only=True)
class Bots:
    """The whole file."""

    study: str
    bots: tuple[Bot, ...]


@frozen(kw_only=True)
class Seen:
    """What a bot went through."""

    bot: Bot
    plan: SessionPlan
    screens: tuple[tuple[str, Screen], ...]  # phase, screen
    records: tuple[Any, ...]
    withdrawn: bool
    refused: tuple[str, ...]  # answers of its script that no screen took


def perform(bot: Bot, plan: SessionPlan, tasks: Mapping[str, Task], respondent: Respondent, log: Log) -> Seen:
    """The bot's session, into a log that may remember its beginning; `respondent` answers what is not scripted."""
    script = _Script(bot, plan, respondent)
    ending = run(plan, tasks, script.stage, log)
    return Seen(
        bot=bot,
        plan=plan,
        screens=tuple(script.screens),
        records=tuple(log.records),
        withdrawn=ending.withdrawn,
        refused=tuple(script.refusals()),
    )


def unmet(seen: Seen) -> Iterator[str]:
    """Every expectation that did not come true, with what was there instead."""
    bot = seen.bot
    yield from seen.refused
    shown = [(phase, "\n".join(texts(screen))) for phase, screen in seen.screens]
    known = list(dict.fromkeys(trial.phase for trial in seen.plan.trials))
    for sight in bot.sees:
        there = [text for phase, text in shown if sight.phase in ("", phase)]
        number = sum(sight.says in text for text in there)
        if not number:
            yield f"{_in(sight.phase)}never said {sight.says!r}; it said {_brief(there)}"
        elif sight.screens not in (None, number):
            yield f"{_in(sight.phase)}said {sight.says!r} on {number} screens, not on {sight.screens}"
    for sight in bot.never_sees:
        if any(sight.says in text for phase, text in shown if sight.phase in ("", phase)):
            yield f"{_in(sight.phase)}said {sight.says!r}"
    been = list(dict.fromkeys(phase for phase, _ in seen.screens))
    if [phase for phase in been if phase in bot.phases] != list(bot.phases):
        order = f"the phases {', '.join(bot.phases)} in this order"
        yield f"did not come through {order}; it came through {', '.join(been)}"
    yield from (f"came into phase {phase!r}" for phase in bot.never_in if phase in been)
    for phase in dict.fromkeys(sight.phase for sight in (*bot.sees, *bot.never_sees) if sight.phase):
        if phase not in known:
            yield f"has no phase {phase!r} in its plan; it has {', '.join(known)}"
    yield from _kept(seen)
    left = next((record.reason for record in seen.records if isinstance(record, SessionLeft)), "completed")
    if left != bot.ends:
        yield f"ended with {left!r}, not with {bot.ends!r}"
    if seen.withdrawn != bot.withdraws:
        yield "took the data back" if seen.withdrawn else "did not take the data back"


def _kept(seen: Seen) -> Iterator[str]:
    trials = {trial.id: trial for trial in seen.plan.trials}
    ended = [(trials[r.trial], r.outcome) for r in seen.records if isinstance(r, TrialEnded)]
    for kept in seen.bot.keeps:
        rows = [_row(t, outcome) for t, outcome in ended if t.task == kept.task and kept.phase in ("", t.phase)]
        where = f"{_in(kept.phase)}task {kept.task!r} "
        if kept.trials is not None and len(rows) != kept.trials:
            yield f"{where}ended {len(rows)} trials, not {kept.trials}"
        elif kept.has:
            number = sum(all(_same(_column(row, k), v) for k, v in kept.has.items()) for row in rows)
            if number != kept.matching and not (number and kept.matching is None):
                found = [{key: _column(row, key) for key in kept.has} for row in rows]
                left = f"{number or 'no'} trial{'s' * (number > 1)} with {dict(kept.has)}"
                wanted = "" if kept.matching is None else f", not {kept.matching}"
                yield f"{where}left {left}{wanted}; it left {found[:5] or 'none'}"


def _row(trial: Trial, outcome: Mapping[str, Any]) -> dict[str, Any]:
    import msgspec

    given = msgspec.to_builtins(trial.given)
    return {**given, **outcome}


def _column(row: Any, key: str) -> Any:
    for part in key.split("."):
        if not isinstance(row, Mapping) or part not in row:
            return "(no such column)"
        row = row[part]
    return row


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, Mapping) and other and {*other} <= {"least", "most"}:
        least, most = other.get("least", float("-inf")), other.get("most", float("inf"))
        return isinstance(one, int | float) and bool(least <= one <= most)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return [*one] == [*other]
    return bool(one == other)


def _in(phase: str) -> str:
    return f"phase {phase!r} " if phase else ""


def _brief(texts: Sequence[str]) -> str:
    whole = " | ".join(texts)
    return repr(whole if len(whole) < 400 else f"{whole[:400]} …") if texts else "nothing"


@define
class _Script:
    """Answers as the bot's script says, and notes what was shown and in which phase."""

    bot: Bot
    plan: SessionPlan
    otherwise: Respondent
    phase: str = ""
    screens: list[tuple[str, Screen]] = field(factory=list)
    name: str = "bot"
    stage: Virtual = field(init=False)
    _used: set[str] = field(factory=set)
    _wrong: list[str] = field(factory=list)
    _times: dict[str, int] = field(factory=dict)  # how often a key's screen has come
    _coming: Iterator[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._coming = (phase for phase, _ in groupby(self.plan.trials, key=lambda trial: trial.phase))
        self.stage = _Watched(self)

    def next_phase(self) -> None:
        """The engine has announced the next one."""
        self.phase = next(self._coming)

    def respond(self, screen: Screen) -> Response:
        phase = self.phase
        usual = self.otherwise.respond(screen)  # also when it is not used, so that a script changes nothing else
        for key in self._keys(screen):
            if key in self.bot.answers:
                value = self.bot.answers[key]
                response = _as_told(screen, tuple(value) if isinstance(value, list) else value)
                if response is not None:
                    self._used.add(key)
                    return response
                if key not in (phase, ANYWHERE):
                    self._wrong.append(f"phase {phase!r}, screen {screen.name!r}: can't be answered with {value!r}")
        return usual

    def _keys(self, screen: Screen) -> Iterator[str]:
        """The keys that a screen answers to, the narrowest first."""
        construct = screen.measures.construct if screen.measures else ""
        name = screen.name
        for key in (f"{self.phase}/{name}:{construct}", f"{self.phase}/{name}", name):
            self._times[key] = self._times.get(key, 0) + 1
            yield f"{key}#{self._times[key]}"
            yield key
        yield from (self.phase, ANYWHERE)

    def refusals(self) -> Iterator[str]:
        """The answers that no screen took."""
        yield from dict.fromkeys(self._wrong)
        told = {wrong.split("screen ")[1].split(":")[0].strip("'") for wrong in self._wrong}
        for key in self.bot.answers:
            if key not in self._used and key.rpartition("/")[2].partition("#")[0] not in told:
                names = dict.fromkeys(f"{phase}/{screen.name}" for phase, screen in self.screens)
                yield f"no screen {key!r} came to be answered; there were {', '.join(names)}"


def _as_told(screen: Screen, answer: Any) -> Response | None:
    """What a script says, where the screen takes it."""
    if isinstance(answer, str) and answer in ACTS:
        takes = screen.decline if answer == "!declined" else screen.stop
        return Response(answer=None, rt=1.0, status=answer[1:]) if takes else None  # type: ignore[arg-type]
    admitted = screen.accepts is not None and screen.accepts.admits(answer)
    return Response(answer=answer, rt=1.0) if admitted else None


class _Watched(Virtual):
    """A virtual stage that notes its screens."""

    def __init__(self, script: _Script) -> None:
        super().__init__(script)
        self._script = script

    def prepare(self, screens: Iterable[Screen]) -> None:
        self._script.next_phase()

    def present(self, screen: Screen) -> Reply:
        self._script.screens.append((self._script.phase, screen))
        return super().present(screen)

    def remember(self, screen: Screen, reply: Reply) -> None:
        self._script.screens.append((self._script.phase, screen))
        super().remember(screen, reply)
