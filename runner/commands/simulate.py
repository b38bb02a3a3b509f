"""`vantage simulate`: sessions in no time at all, through the same engine, with stated effects."""

import argparse
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from runner.commands import common
from runner.commands.parts import pool_of, simulated

if TYPE_CHECKING:
    from runner.privacy.apart import Kept
    from runner.respondents import Spec
    from runner.theory import Asked, Effects

EXAMPLE = "vantage simulate protocols/frame-and-visibility.yaml -n 300 --out sim --effect H11_pool=0.30"
_AT = datetime(2000, 1, 1, tzinfo=UTC)  # a simulated session has no date, and the same seed gives the same log
_CHUNK = 25  # sessions that a worker process does in one go


@frozen(kw_only=True)
class Shares:
    """Of participants who don't take part as the study would like; who is one is drawn for each."""

    careless: float = 0.0  # half of them give always the same answer, half any
    suspicious: float = 0.0
    dropout: float = 0.0  # half of them because it is too much


@frozen(kw_only=True)
class People:
    """Who takes part: what they are made of, and how many of them take part otherwise."""

    effects: "Effects"
    asked: "Asked"
    shares: Shares = Shares()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage simulate`."""
    common.add_protocol(parser)
    parser.add_argument("-n", type=int, required=True, metavar="N", help="participants")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="data folder to write to")
    add_effects(parser)
    for share, who in (
        ("careless", "answer fast and without reading"),
        ("suspicious", "say in the probe that they did not believe all"),
        ("dropout", "stop before the end, or don't come again"),
    ):
        parser.add_argument(f"--{share}", type=float, default=0.0, metavar="SHARE", help=f"share of those who {who}")
    parser.add_argument("--seed", default="1", metavar="TEXT", help="any text; the same seed gives the same logs")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes")
    common.add_language(parser)


def add_effects(parser: argparse.ArgumentParser) -> None:
    """--effect."""
    parser.add_argument(
        "--effect",
        nargs="+",
        action="extend",
        default=[],
        metavar="H=VALUE",
        help="what a hypothesis's estimate is to be, by the smallest coefficients that give it; after PROTOCOL",
    )
    parser.add_argument(
        "--tastes",
        type=float,
        default=0.0,
        metavar="SD",
        help="how much people differ in what an act's attribute weighs",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate N sessions, one log each."""
    if args.n < 1 or args.jobs < 1:
        raise common.refusal("-n, --jobs", "want 1 or more")
    shares = Shares(**{name: _share(name, getattr(args, name)) for name in ("careless", "suspicious", "dropout")})
    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    folder = args.out / protocol.study / "simulated"
    if any(folder.glob("*.jsonl")):
        raise common.refusal("--out", f"{folder} already holds simulated sessions; name a new folder")
    people = who(args.protocol, language, stated(args.effect), tastes(args.tastes), shares)
    for line in said(people.effects):
        print(line)
    chunks = [range(first, min(first + _CHUNK, args.n)) for first in range(0, args.n, _CHUNK)]
    work = partial(perform, args.protocol, language, args.out, args.seed, people)
    done = 0
    if args.jobs == 1:
        for chunk in chunks:
            done += work(chunk)
            common.progress(done, args.n, "sessions")
    else:
        with ProcessPoolExecutor(args.jobs) as pool:
            for number in pool.map(work, chunks):
                done += number
                common.progress(done, args.n, "sessions")
    print(f"{common.count(done, 'simulated session')} in {folder}")
    return 0


def _share(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise common.refusal(f"--{name}", f"wants a share from 0 to 1, got {value:g}")
    return value


def stated(effects: list[str]) -> Mapping[str, float]:
    """Hypotheses with the values that their estimates are to have."""
    found = {}
    entries = [entry.partition("=") for entry in effects]
    common.refuse_repeated("--effect", [name for name, _, _ in entries])
    for name, equals, value in entries:
        try:
            found[name] = float(value)
        except ValueError:
            raise common.refusal("--effect", f"wants HYPOTHESIS=NUMBER, got {name + equals + value!r}") from None
        if not abs(found[name]) < 1e6:
            raise common.refusal("--effect", f"wants HYPOTHESIS=NUMBER, got {name + equals + value!r}")
    return found


def tastes(sd: float) -> float:
    """The SD of people's own tastes."""
    if not 0 <= sd <= 10:
        raise common.refusal("--tastes", f"wants a standard deviation from 0 to 10, got {sd:g}")
    return sd


def who(
    path: Path, language: str, wanted: Mapping[str, float], tastes: float = 0.0, shares: Shares | None = None
) -> People:
    """The people of a simulation with these effects."""
    from runner.theory import Asked, Effects

    shares = shares or Shares()
    if not wanted and not shares.dropout:  # then nothing of the study has to be known
        return People(effects=Effects(tastes=tastes), asked=Asked(), shares=shares)
    from runner.commands.asking import asked

    return of(asked(common.read(path), language), wanted, tastes, shares)


def of(study: "Asked", wanted: Mapping[str, float], tastes: float, shares: Shares) -> People:
    """The people of a study's simulation with these effects."""
    from runner.theory import Effects

    if not wanted:
        return People(effects=Effects(tastes=tastes), asked=study, shares=shares)
    from analysis.effects import effects

    return People(effects=evolve(effects(wanted, study), tastes=tastes), asked=study, shares=shares)


def said(effects: "Effects") -> Iterable[str]:
    """What people are made of, in words; nothing where no effect was stated."""
    from runner.theory import AT

    if effects.weights:
        yield "weights of choice: " + _listed(effects.weights) + "; others 0"
    for construct, parts in effects.mixed.items():
        if len(parts) > 1 and AT not in construct:
            yield f"{construct} is mixed of " + _listed(parts)
    if sessions := {construct.partition(AT)[0] for construct in effects.mixed if AT in construct}:
        yield f"in each session, by those before: {', '.join(sorted(sessions))}"
    for construct, terms in effects.shifts.items():
        yield f"{construct} is shifted by " + _listed(terms)
    for act in effects.acts:
        yield f"{act.construct} ({act.link}, from {act.base:g}): " + _listed(act.terms)


def _listed(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{term} {round(weight, 4):g}" for term, weight in weights.items())


def perform(path: Path, language: str, out: Path, seed: str, people: People, numbers: range) -> int:
    """Simulate the sessions of these numbers, one log each; how many they were."""
    import msgspec

    from experiments import find
    from runner import sessions, waves
    from runner.assignment import seating
    from runner.log import FileLog
    from runner.planning import plan_session
    from runner.stages.virtual import Virtual

    protocol = common.read(path)
    materials = common.library(protocol, language)
    tasks = common.tasks(protocol)
    coming = [(number, wave) for number in numbers for wave in protocol.waves or ("",)]
    done: dict[int, list[Path]] = {number: [] for number in numbers}  # logs of the waves so far
    apart: list[Kept] = []
    gone: set[int] = set()  # left or withdrew, and come no more
    for number, wave in coming:
        if number in gone:
            continue
        code = f"sim-{number:05d}"
        group, slot = seating(protocol, number)
        plan = plan_session(
            protocol,
            find,
            materials,
            participant=code,
            slot=slot,
            group=group,
            language=language,
            wave=wave,
            earlier=waves.happened(done[number], lambda started: tasks),
        )
        spec = one_of(people, f"{seed}/{number}", wave, protocol.waves, plan.assigned)
        if spec is None:
            gone.add(number)
            continue
        stage = Virtual(spec.make())
        head = sessions.head(
            protocol,
            plan,
            stage,
            session="-".join(filter(None, (code, wave))),
            store="simulated",
            group="" if group is None else f"sim-group-{group:05d}",
            respondent=msgspec.json.encode(spec).decode(),
            at=_AT,
        )
        log = FileLog.create(sessions.log_path(out, protocol.study, "simulated", head.session), head, durable=False)
        part = simulated(protocol, plan, lambda name, record: apart.append(record))
        ending = sessions.perform(plan, tasks, stage, log, at=_AT, part=part)
        log.close()
        done[number].append(log.path)
        if ending.how != "completed":
            gone.add(number)
        if ending.withdrawn:
            waves.erase(done[number])
    if apart:
        pool_of(protocol, out, "simulated").add_open(apart)
    return len(numbers)


def one_of(
    people: People, person: str, wave: str, waves: tuple[str, ...], assigned: Mapping[str, str]
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
