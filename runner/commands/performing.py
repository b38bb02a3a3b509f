"""The sessions of a simulation: each by itself, or, in a study that is held in groups, those of a group in company."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from runner.commands import common
from runner.commands.parts import pool_of, simulated

if TYPE_CHECKING:
    from runner.commands.simulate import People
    from runner.plans import SessionPlan
    from runner.privacy.apart import Kept
    from runner.protocol import Protocol
    from runner.respondents import Respondent, Spec
    from runner.stages.companions import Companion
    from runner.tasks import Task

_AT = datetime(2000, 1, 1, tzinfo=UTC)  # a simulated session has no date, and the same seed gives the same log


def perform(path: Path, language: str, out: Path, seed: str, people: "People", numbers: range) -> int:
    """Simulate the sessions of these numbers, one log each; how many they were. Groups are simulated whole."""
    from runner.assignment import seating

    protocol = common.read(path)
    study = _Study(
        protocol=protocol,
        language=language,
        out=out,
        seed=seed,
        people=people,
        materials=common.library(protocol, language),
        tasks=common.tasks(protocol),
    )

    def group(number: int) -> int:
        together, _ = seating(protocol, number)
        return number if together is None else together

    for _, members in groupby(numbers, key=group):
        _perform_together(study, list(members))
    if study.apart:
        pool_of(protocol, out, "simulated").add_open(study.apart)
    return len(numbers)


@frozen(kw_only=True)
class _Study:
    """What is simulated, and what has come of it so far."""

    protocol: "Protocol"
    language: str
    out: Path
    seed: str
    people: "People"
    materials: Any
    tasks: Mapping[str, "Task"]
    apart: "list[Kept]" = field(factory=list)
    done: dict[int, list[Path]] = field(factory=dict)  # logs of the waves so far
    gone: set[int] = field(factory=set)  # left or withdrew, and come no more


def _perform_together(study: _Study, members: Iterable[int]) -> None:
    """Everyone's waves, one after the other; those who come to one are together in it."""
    from runner.stages.companions import Circle

    for number in members:
        study.done[number] = []
    for wave in study.protocol.waves or ("",):
        sessions = [session for number in members if (session := _session(study, number, wave))]
        if len(sessions) > 1:
            Circle(len(sessions)).hold(sessions)
        else:
            for session in sessions:
                session(None)


def _session(study: _Study, number: int, wave: str) -> "Callable[[Companion | None], None] | None":
    """One person's session, still to be performed; nothing where the person doesn't come (any more)."""
    from experiments import find
    from runner import waves
    from runner.assignment import seating
    from runner.planning import plan_session

    if number in study.gone:
        return None
    protocol, people = study.protocol, study.people
    group, slot = seating(protocol, number)
    plan = plan_session(
        protocol,
        find,
        study.materials,
        participant=f"sim-{number:05d}",
        slot=slot,
        group=group,
        language=study.language,
        wave=wave,
        earlier=waves.happened(study.done[number], lambda started: study.tasks),
    )
    spec = one_of(people, f"{study.seed}/{number}", wave, protocol.waves, plan.assigned)
    if spec is None:
        study.gone.add(number)
        return None
    code = "" if group is None else f"sim-group-{group:05d}"
    return partial(_perform, study, number, wave, code, plan, spec)


def _perform(
    study: _Study,
    number: int,
    wave: str,
    group: str,
    plan: "SessionPlan",
    spec: "Spec",
    companion: "Companion | None",
) -> None:
    import msgspec

    from runner import sessions, waves
    from runner.log import FileLog
    from runner.stages.virtual import Virtual

    respondent = spec.make()
    stage = Virtual(respondent)
    if companion:
        stage.company = stage.clock = companion
    head = sessions.head(
        study.protocol,
        plan,
        stage,
        session="-".join(filter(None, (plan.participant, wave))),
        store="simulated",
        group=group,
        respondent=msgspec.json.encode(spec).decode(),
        at=_AT,
    )
    path = sessions.log_path(study.out, study.protocol.study, "simulated", head.session)
    log = FileLog.create(path, head, durable=False)
    part = simulated(study.protocol, plan, lambda name, record: study.apart.append(record))
    ending = sessions.perform(plan, study.tasks, stage, log, at=_AT, part=part, company=companion)
    log.close()
    if study.people.asked.bodily:
        from analysis import bodies

        bodies.keep(log.path, _body_of(respondent), f"{study.seed}/{number}/{wave}")
    study.done[number].append(log.path)
    if ending.how != "completed":
        study.gone.add(number)
    if ending.withdrawn:
        waves.erase(study.done[number])


def _body_of(respondent: "Respondent") -> Callable[[str, float], float]:
    """What is behind a person's changes of blood pressure, whatever they answer."""
    from runner.respondents import Leaving, Suspicious, Theory

    while isinstance(respondent, Leaving | Suspicious):
        respondent = respondent.as_if
    return respondent.behind if isinstance(respondent, Theory) else lambda name, own: own


def one_of(
    people: "People", person: str, wave: str, waves: tuple[str, ...], assigned: Mapping[str, str]
) -> "Spec | None":
    """Who comes to a session; nobody, where this person doesn't come again. `person` is a seed."""
    from runner.respondents import Spec

    random, shares, asked = Random(f"{person}/manner"), people.shares, people.asked
    drawn, straight, distressed = random.random(), random.random() < 0.5, random.random() < 0.5
    manner = "suspicious" if random.random() < shares.suspicious else ""
    if drawn < shares.careless:
        manner = "straight" if straight else "random"
    leaves_at = 0
    if random.random() < shares.dropout:
        leaves_at = random.randint(1, max(1, asked.screens))
        last = random.choice(waves) if waves else ""
        if wave != last and waves:
            leaves_at = 0
        if waves and waves.index(wave) > waves.index(last):
            return None
    effects = people.effects
    if effects.shifts or effects.mixed or effects.acts or effects.weights:
        effects = evolve(effects, before=asked.before.get(wave, {}), shown=asked.shown.get(wave, {}))
    if wave:
        effects = evolve(effects, wave=wave)
    return Spec(
        kind="theory",
        seed=f"{person}/{wave}" if wave else person,
        effects=effects,
        assigned=assigned if effects.shifts or effects.acts or effects.weights else {},
        manner=manner,  # type: ignore[arg-type]  # one of the words that it knows
        leaves_at=leaves_at,
        distressed=bool(leaves_at) and distressed,
        person=person if wave else "",
    )
