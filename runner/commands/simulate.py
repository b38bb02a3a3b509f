"""`vantage simulate`: sessions in no time at all, through the same engine, with stated effects."""

import argparse
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from runner.commands import common
from runner.commands.performing import one_of as one_of
from runner.commands.performing import perform as perform

if TYPE_CHECKING:
    from runner.protocol import Protocol
    from runner.theory import Asked, Effects

EXAMPLE = "vantage simulate protocols/frame-and-visibility.yaml -n 300 --out sim --effect H11_pool=0.30"
_CHUNK = 25  # sessions that a worker process does in one go, or as many as make whole groups


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
    parser.add_argument(
        "--conformity",
        type=float,
        default=0.0,
        metavar="LOGITS",
        help="what weighs for an act if all choices of others that one sees are of it",
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
    effects = stated(args.effect)
    people = who(args.protocol, language, effects, tastes(args.tastes), shares, conformity(protocol, args.conformity))
    for line in said(people.effects):
        print(line)
    size = protocol.group.seats[1] if protocol.group else 1
    step = size * max(1, _CHUNK // size)
    chunks = [range(first, min(first + step, args.n)) for first in range(0, args.n, step)]
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


def conformity(protocol: "Protocol", logits: float) -> float:
    """How much others' choices weigh, in a study in which they are seen."""
    from runner.checks.gathered import BOARDS

    if not -10 <= logits <= 10:
        raise common.refusal("--conformity", f"wants logits from -10 to 10, got {logits:g}")
    if logits and not any(phase.task in BOARDS for phase in protocol.phases):
        raise common.refusal("--conformity", f"nobody in {protocol.study} sees others choose; leave it out")
    return logits


def who(
    path: Path,
    language: str,
    wanted: Mapping[str, float],
    tastes: float = 0.0,
    shares: Shares | None = None,
    conformity: float = 0.0,
) -> People:
    """The people of a simulation with these effects."""
    from runner.theory import Asked, Effects

    shares = shares or Shares()
    if not wanted and not shares.dropout:  # then nothing of the study has to be known
        return People(effects=Effects(tastes=tastes, conformity=conformity), asked=Asked(), shares=shares)
    from runner.commands.asking import asked

    return of(asked(common.read(path), language), wanted, tastes, shares, conformity)


def of(study: "Asked", wanted: Mapping[str, float], tastes: float, shares: Shares, conformity: float = 0.0) -> People:
    """The people of a study's simulation with these effects."""
    from runner.theory import Effects

    if not wanted:
        return People(effects=Effects(tastes=tastes, conformity=conformity), asked=study, shares=shares)
    from analysis.effects import effects

    made = evolve(effects(wanted, study), tastes=tastes, conformity=conformity)
    return People(effects=made, asked=study, shares=shares)


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
    if effects.conformity:
        yield f"an act weighs up to {effects.conformity:g} logits more, by its share of what others are seen to choose"
    for construct, terms in effects.shifts.items():
        yield f"{construct} is shifted by " + _listed(terms)
    for act in effects.acts:
        yield f"{act.construct} ({act.link}, from {act.base:g}): " + _listed(act.terms)


def _listed(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{term} {round(weight, 4):g}" for term, weight in weights.items())
