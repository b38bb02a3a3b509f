"""`vantage simulate`: sessions in no time at all, through the same engine, with stated effects."""

import argparse
from collections.abc import Mapping, Set
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.protocol import Protocol

EXAMPLE = "vantage simulate protocols/frame-and-visibility.yaml -n 300 --out sim --effect H11_pool=0.30"
_AT = datetime(2000, 1, 1, tzinfo=UTC)  # a simulated session has no date, and the same seed gives the same log
_CHUNK = 25  # sessions that a worker process does in one go


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage simulate`."""
    common.add_protocol(parser)
    parser.add_argument("-n", type=int, required=True, metavar="N", help="participants")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="data folder to write to")
    parser.add_argument(
        "--effect",
        nargs="+",
        action="extend",
        default=[],
        metavar="H=VALUE",
        help="size of a contrast, by the smallest weights of choice that give it, which are printed; after PROTOCOL",
    )
    parser.add_argument("--seed", default="1", metavar="TEXT", help="any text; the same seed gives the same logs")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes")
    common.add_language(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate N sessions, one log each."""
    if args.n < 1 or args.jobs < 1:
        raise common.refusal("-n, --jobs", "want 1 or more")
    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    folder = args.out / protocol.study / "simulated"
    if any(folder.glob("*.jsonl")):
        raise common.refusal("--out", f"{folder} already holds simulated sessions; name a new folder")
    weights = weights_for(args.effect)
    if weights:
        refuse_idle(weights, carried(protocol, language))
        print(
            "weights of choice: " + ", ".join(f"{term} {weight:g}" for term, weight in weights.items()) + "; others 0"
        )
    chunks = [range(first, min(first + _CHUNK, args.n)) for first in range(0, args.n, _CHUNK)]
    work = partial(perform, args.protocol, language, args.out, args.seed, weights)
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


def perform(path: Path, language: str, out: Path, seed: str, weights: Mapping[str, float], numbers: range) -> int:
    """Simulate the sessions of these numbers, one log each; how many they were."""
    import msgspec

    from experiments import find
    from runner import sessions, waves
    from runner.log import FileLog
    from runner.planning import plan_session
    from runner.respondents import Spec
    from runner.stages.virtual import Virtual

    protocol = common.read(path)
    materials = common.library(protocol, language)
    tasks = common.tasks(protocol)
    coming = [(number, wave) for number in numbers for wave in protocol.waves or ("",)]
    done: dict[int, list[Path]] = {number: [] for number in numbers}  # logs of the waves so far
    gone: set[int] = set()  # left or withdrew, and come no more
    for number, wave in coming:
        if number in gone:
            continue
        code = f"sim-{number:05d}"
        plan = plan_session(
            protocol,
            find,
            materials,
            participant=code,
            slot=number,
            language=language,
            wave=wave,
            earlier=waves.happened(done[number], lambda started: tasks),
        )
        person = f"{seed}/{number}"
        if wave:
            spec = Spec(kind="theory", seed=f"{person}/{wave}", weights=weights, person=person)
        else:
            spec = Spec(kind="theory", seed=person, weights=weights)
        stage = Virtual(spec.make())
        head = sessions.head(
            protocol,
            plan,
            stage,
            session="-".join(filter(None, (code, wave))),
            store="simulated",
            respondent=msgspec.json.encode(spec).decode(),
            at=_AT,
        )
        log = FileLog.create(sessions.log_path(out, protocol.study, "simulated", head.session), head, durable=False)
        ending = sessions.perform(plan, tasks, stage, log, at=_AT)
        log.close()
        done[number].append(log.path)
        if ending.how != "completed":
            gone.add(number)
        if ending.withdrawn:
            waves.erase(done[number])
    return len(numbers)


def weights_for(effects: list[str]) -> Mapping[str, float]:
    """What choice has to weigh so that the named contrasts have the stated values."""
    stated = {}
    entries = [entry.partition("=") for entry in effects]
    common.refuse_repeated("--effect", [name for name, _, _ in entries])
    for name, equals, value in entries:
        try:
            stated[name] = float(value)
        except ValueError:
            raise common.refusal("--effect", f"wants HYPOTHESIS=NUMBER, got {name + equals + value!r}") from None
    if not stated:
        return {}
    from analysis.effects import choice_weights

    return choice_weights(stated)


def refuse_idle(weights: Mapping[str, float], carried: Set[str]) -> None:
    """A weight of what nothing carries would be stated and have no effect."""
    idle = sorted({term.partition(":")[0] for term in weights} - carried)
    if idle:
        offered = ", ".join(sorted(name for name in carried if name.startswith("a_"))) or "none"
        raise common.refusal(
            "--effect",
            f"no option in this study carries {', '.join(idle)}; state effects on what one carries: {offered}",
        )


def carried(protocol: "Protocol", language: str) -> Set[str]:
    """The attributes that options have in any cell of a study."""
    from experiments import find
    from runner.planning import plan_session
    from runner.rehearsal import rehearse
    from runner.screens import Choice

    materials, tasks = common.library(protocol, language), common.tasks(protocol)
    found: set[str] = set()
    for cell in protocol.cells():
        plan = plan_session(protocol, find, materials, participant="P01", slot=0, language=language, cell=cell)
        for _, screens in rehearse(plan, tasks):
            choices = [screen.accepts for screen in screens if isinstance(screen.accepts, Choice)]
            found.update(*(option.codes for choice in choices for option in choice.options))
    return found
