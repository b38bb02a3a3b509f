"""`vantage power`: how often a study's own analysis would find what is there, and what isn't, by simulation."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.commands import common, simulate

if TYPE_CHECKING:
    from analysis.findings import Finding
    from analysis.hypotheses import Hypothesis
    from analysis.power.draws import Design
    from analysis.power.replications import Study
    from runner.protocol import Protocol
    from runner.theory import Asked

EXAMPLE = (
    "vantage power protocols/frame-and-visibility.yaml --n 150,300 --reps 1000 "
    "--effect H11_pool=0.15 --jobs 2 --out power"
)
FEW = 150  # people below which tests of motives are weak (paradigms.md D3)
SCENARIOS = ("stated", "null", "reversed")
DESCRIBED = ("DOM", "SURF", "DES")  # models that judge nothing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage power`."""
    common.add_protocol(parser)
    parser.add_argument("--n", required=True, metavar="N,N,...", help="numbers of people")
    parser.add_argument(
        "--reps", type=int, required=True, metavar="R", help="simulated studies of each number and kind"
    )
    simulate.add_effects(parser)
    parser.add_argument(
        "--hypotheses", nargs="+", default=[], metavar="H", help="what is tested (the primary ones and those stated)"
    )
    parser.add_argument(
        "--scenarios",
        nargs="+",
        choices=SCENARIOS,
        default=[],
        help="with the stated effects, with none, with the opposite ones (all three; none alone where none is stated)",
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes")
    parser.add_argument("--dask", default="", metavar="ADDRESS", help="scheduler of a Dask cluster that does the work")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where files go; an interrupted run goes on from there")
    parser.add_argument("--seed", default="1", metavar="TEXT", help="any text; the same seed gives the same numbers")
    parser.add_argument("--full", action="store_true", help="sessions through the engine and the whole analysis: slow")
    parser.add_argument(
        "--mixed", action="store_true", help="choices by the mixed logit of the report, not its conditional logit: slow"
    )
    common.add_language(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate studies, judge them, count verdicts."""
    from runner.commands.asking import asked

    sizes = _sizes(args.n)
    if args.reps < 1 or args.jobs < 1:
        raise common.refusal("--reps, --jobs", "want 1 or more")
    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    stated = simulate.stated(args.effect)
    scenarios = _scenarios(args.scenarios, stated)
    sd = simulate.tastes(args.tastes)
    tested = _tested(protocol, args.hypotheses, stated)
    study = asked(protocol, language)
    weighs = simulate.conformity(protocol, args.conformity)
    people = {name: simulate.of(study, _changed(stated, name), sd, simulate.Shares(), weighs) for name in scenarios}
    for line in simulate.said(people[scenarios[0]].effects):
        print(line)
    full = args.full or _beyond_arrays(tested, study, weighs)
    if full:
        work: Any = partial(_whole, args.protocol, language, people, tuple(h.id for h in tested))
    else:
        work = partial(_drawn, _designs(protocol, people, tested, args.mixed))
    cautions = [f"With N = {n}, below {FEW}, tests of motives are weak." for n in sizes if n < FEW]
    for text in cautions:
        print(f"warning: {text}", file=sys.stderr)
    from analysis.power.page import write
    from analysis.power.replications import CHUNK, Study, replicate
    from analysis.power.summary import summarised, table

    about = {
        "study": protocol.study,
        "protocol_sha256": protocol.sha256,
        "effects": stated,
        "tastes": sd,
        **({"conformity": weighs} if weighs else {}),
        "choices": "mixed logit" if args.mixed or full else "conditional logit",
        "hypotheses": [h.id for h in tested],
        "seed": args.seed,
        "data": "through the engine" if full else "drawn as arrays",
        "language": language,
    }
    done = replicate(
        [Study(scenario=s, n=n, number=i) for s in scenarios for n in sizes for i in range(args.reps)],
        work,
        seed=args.seed,
        about=about,
        keep=args.out / "replications.jsonl" if args.out else None,
        jobs=args.jobs,
        dask=args.dask,
        chunk=1 if full or args.mixed else CHUNK,
        progress=lambda done, total: common.progress(done, total, "studies"),
    )
    summary = summarised(done)
    print(table(summary))
    if args.out:
        write(summary, about, cautions, args.out)
        print(f"power.html, power.json, power.csv and power.svg are in {args.out}")
    return 0


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(each) for each in text.split(",")]
    except ValueError:
        raise common.refusal("--n", f"wants numbers of people, such as 150,300, got {text!r}") from None
    if min(sizes) < 2 or max(sizes) > 1_000_000:
        raise common.refusal("--n", f"wants 2 people or more, and no more than a million, got {text!r}")
    return list(dict.fromkeys(sizes))


def _scenarios(wanted: Sequence[str], stated: Mapping[str, float]) -> list[str]:
    if not stated:
        if set(wanted) - {"null"}:
            raise common.refusal("--scenarios", f"{wanted[0]} needs an effect; state one with --effect")
        return ["null"]
    return list(dict.fromkeys(wanted)) or list(SCENARIOS)


def _changed(stated: Mapping[str, float], scenario: str) -> Mapping[str, float]:
    if scenario == "null":
        return {}
    return {h: -value for h, value in stated.items()} if scenario == "reversed" else stated


def _tested(protocol: "Protocol", wanted: Sequence[str], stated: Mapping[str, float]) -> tuple["Hypothesis", ...]:
    """What is put to the test: what was asked for, or the study's primary hypotheses and those with an effect."""
    from analysis.hypotheses import load

    own = load().named(protocol.hypotheses)
    if foreign := [h for h in wanted if h not in protocol.hypotheses]:
        raise common.refusal(
            "--hypotheses",
            f"{protocol.study} does not test {foreign[0]}; it tests {', '.join(protocol.hypotheses) or 'none'}",
        )
    if foreign := [h for h in stated if h not in protocol.hypotheses]:
        raise common.refusal(
            "--effect",
            f"{protocol.study} does not test {foreign[0]}; it tests {', '.join(protocol.hypotheses) or 'none'}",
        )
    tested = tuple(h for h in own if (h.id in wanted if wanted else h.primary or h.id in stated))
    if not tested:
        raise common.refusal("--hypotheses", f"{protocol.study} has no primary hypothesis; name some that it tests")
    if described := [h for h in tested if h.model in DESCRIBED]:
        raise common.refusal(
            "--hypotheses", f"{described[0].id} is described, without a verdict that could have power; leave it out"
        )
    return tested


def _beyond_arrays(tested: Sequence["Hypothesis"], study: "Asked", conformity: float) -> bool:
    """Is there anything that arrays of people don't hold? Said aloud, since the other way takes far longer."""
    from analysis.power.draws import drawable

    lacking = drawable(tested, study)
    for name, what in lacking.items():
        print(
            f"{name} needs {what}, which arrays don't hold: studies go through the engine (as --full)", file=sys.stderr
        )
    if conformity:
        print("in arrays nobody sees others choose: studies go through the engine (as --full)", file=sys.stderr)
    return bool(lacking or conformity)


def _designs(
    protocol: "Protocol", people: Mapping[str, simulate.People], tested: tuple["Hypothesis", ...], mixed: bool
) -> dict[str, "Design"]:
    """What is drawn in each scenario."""
    from analysis.models import DRAWS
    from analysis.power.draws import Design

    return {
        name: Design(
            asked=each.asked,
            effects=each.effects,
            hypotheses=tested,
            sesoi=protocol.sesoi,
            pack=protocol.pack,
            treatments=tuple(f for f, factor in protocol.factors.items() if factor.treats),
            draws=DRAWS if mixed else 0,
        )
        for name, each in people.items()
    }


def _drawn(designs: Mapping[str, "Design"], study: "Study", seed: str) -> Sequence["Finding"]:
    """One study from arrays."""
    from analysis.power.draws import draw, generator
    from analysis.testing import test_all

    design = designs[study.scenario]
    return test_all(design.hypotheses, draw(design, study.n, generator(seed)))


def _whole(
    path: Path,
    language: str,
    people: Mapping[str, simulate.People],
    hypotheses: tuple[str, ...],
    study: "Study",
    seed: str,
) -> Sequence["Finding"]:
    """One study through the engine, its logs and the whole analysis."""
    import tempfile

    from attrs import evolve

    from analysis.reading.logs import read_logs
    from analysis.study import examine

    protocol = evolve(common.read(path), hypotheses=hypotheses)
    with tempfile.TemporaryDirectory() as folder:
        simulate.perform(path, language, Path(folder), seed, people[study.scenario], range(study.n))
        return examine(protocol, read_logs(Path(folder), protocol.study)).findings
