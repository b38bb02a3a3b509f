"""`vantage preregister`: what a study will test and how, as one hashed document."""

import argparse
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.commands import common

if TYPE_CHECKING:
    from analysis.registration.preregistration import Planned, Registered
    from runner.protocol import Protocol

EXAMPLE = (
    "vantage preregister protocols/frame-and-visibility.yaml --n 300 --stop 'when 300 are analysed' "
    "--out protocols/frame-and-visibility.preregistration.md"
)
SLOTS = 1000  # places of the allocation list that are hashed, however many people are wanted
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage preregister`."""
    common.add_protocol(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the document, a file ending in .md")
    parser.add_argument("--n", type=int, metavar="N", help="people to be analysed")
    parser.add_argument("--stop", default="", metavar="RULE", help="when data collection ends, in words")
    parser.add_argument("--deviation", default="", metavar="TEXT", help="append this to a document that is there")
    parser.add_argument("--day", default="", metavar="DATE", help="the deviation's day (today), as 2026-01-31")


def run(args: argparse.Namespace) -> int:
    """Write the document, or append a deviation to one that is there."""
    from analysis.registration import preregistration

    protocol = common.read(args.protocol)
    if args.deviation:
        return _append(args, protocol)
    if args.day:
        raise common.refusal("--day", "is the day of a deviation; name that with --deviation")
    if args.out.suffix != ".md":
        raise common.refusal("--out", f"wants a file that ends in .md, got {args.out.name!r}")
    if args.n is not None and args.n < 1:
        raise common.refusal("--n", f"wants 1 or more people, got {args.n}")
    if args.out.exists():
        raise common.refusal(
            str(args.out), "is there already, and a preregistration is never written anew; append with --deviation"
        )
    text = preregistration.document(preregistration.content(protocol, planned(protocol, args.n, args.stop)))
    _write(args.out, text)
    if protocol.unfilled:
        print(f"still to be filled in, which will change the protocol's hash: {', '.join(protocol.unfilled)}")
    print(f"{preregistration.read(args.out)[1]}  {args.out}")
    return 0


def _append(args: argparse.Namespace, protocol: "Protocol") -> int:
    from datetime import date

    from analysis.registration import preregistration

    if args.n is not None or args.stop:
        raise common.refusal("--deviation", "goes with no other option but --day; what was registered stays as it is")
    if args.day and not _DAY.fullmatch(args.day):
        raise common.refusal("--day", f"wants a date as 2026-01-31, got {args.day!r}")
    _same_study(args.out, preregistration.read(args.out)[0], protocol)
    text = preregistration.appended(args.out, args.deviation, args.day or date.today().isoformat())
    _write(args.out, text)
    print(f"{common.count(len(preregistration.read(args.out)[2]), 'deviation')} in {args.out}")
    return 0


def _write(path: Path, text: str) -> None:
    from runner.errors import MachineError

    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MachineError(f"{path}: can't be written ({error.strerror}); name another file") from error


def registered(path: Path | None, at: Path, protocol: "Protocol") -> "Registered | None":
    """The preregistration that was named, or that stands beside the protocol; none when there is none."""
    from analysis.registration import preregistration

    found = path or at.with_suffix(preregistration.SUFFIX)
    if path is None and not found.is_file():
        return None
    content, sha256, told = preregistration.read(found)
    _same_study(found, content, protocol)
    now = preregistration.content(protocol, planned(protocol, content["n"], content["stop"]))
    return preregistration.Registered(content=content, sha256=sha256, told=told, now=now)


def _same_study(path: Path, content: Mapping[str, Any], protocol: "Protocol") -> None:
    if content["study"] != protocol.study:
        raise common.refusal(
            str(path), f"is of the study {content['study']!r}, not of {protocol.study!r}; name its own"
        )


def planned(protocol: "Protocol", n: int | None, stop: str) -> "Planned":
    """What only the runner knows of a study: who would get what, and what each would see."""
    from analysis.registration.preregistration import Planned

    strata = protocol.strata or ("",)
    return Planned(
        n=n,
        stop=" ".join(stop.split()),
        slots=max(SLOTS, n or 0),
        allocation={stratum: _hash(_places(protocol, stratum, max(SLOTS, n or 0))) for stratum in strata},
        designs=_designs(protocol),
        texts={language: _hash(_plans(protocol, language)) for language in protocol.languages},
    )


def _places(protocol: "Protocol", stratum: str, slots: int) -> Iterator[str]:
    """The allocation list, a line a place: its number, its levels, and the orders within a session."""
    from runner.assignment import levels, orders

    for slot in range(slots):
        drawn = levels(protocol, slot, stratum=stratum)
        within = orders(protocol, slot, stratum=stratum)
        told = [f"{name}={level}" for name, level in drawn.items()]
        yield " ".join([str(slot), *told, *(f"{name}={'>'.join(order)}" for name, order in within.items())])


def _plans(protocol: "Protocol", language: str) -> Iterator[str]:
    """The digests of the plans of the first permuted block of participants, in each wave."""
    from math import prod

    from experiments import find
    from runner.planning import plan_session

    library = common.library(protocol, language)
    for slot in range(prod(len(factor.levels) for factor in protocol.drawn.values()) * protocol.blocks):
        for wave in protocol.waves or ("",):
            plan = plan_session(
                protocol, find, library, participant="P", slot=slot, language=language, wave=wave, whole=True
            )
            yield plan.digest


def _designs(protocol: "Protocol") -> Mapping[str, str]:
    """The SHA-256 of each file of paired choices that a phase names."""
    from runner.declarations.materials import STIMULI

    folders = [Path(protocol.materials)] if protocol.materials else []
    names = {getattr(params, "design", "") for phase in protocol.phases for _, params in phase.variants}
    found = {}
    for name in sorted(filter(None, names)):
        files = [folder / "designs" / f"{name}.csv" for folder in (*folders, STIMULI)]
        found[name] = next(hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file())
    return found


def _hash(lines: Iterator[str]) -> str:
    """SHA-256 over lines, each ended by a line feed."""
    whole = hashlib.sha256()
    for line in lines:
        whole.update(f"{line}\n".encode())
    return whole.hexdigest()
