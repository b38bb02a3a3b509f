"""What several commands take and need."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.errors import DeclarationError, Mistake

if TYPE_CHECKING:
    from runner.declarations.materials import Library
    from runner.plans import SessionPlan
    from runner.protocol import Protocol
    from runner.tasks import Task


def add_protocol(parser: argparse.ArgumentParser) -> None:
    """PROTOCOL."""
    parser.add_argument("protocol", type=Path, metavar="PROTOCOL", help="the study's file, protocols/<study>.yaml")


def add_cell(parser: argparse.ArgumentParser) -> None:
    """--cell."""
    parser.add_argument(
        "--cell",
        nargs="+",
        action="extend",
        default=[],
        metavar="FACTOR=LEVEL",
        help="levels to use, others as drawn; after PROTOCOL",
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """--language."""
    parser.add_argument("--language", default="", metavar="L", help="one of the protocol's languages (default: first)")


def add_autopilot(parser: argparse.ArgumentParser, what: str) -> None:
    """--autopilot and --quick, which both say who answers: "", "human" or "quick"."""
    parser.add_argument("--autopilot", action="store_const", const="human", default="", help=what)
    parser.add_argument(
        "--quick", dest="autopilot", action="store_const", const="quick", help="the same, as fast as anybody could"
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data."""
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (data)")


def add_also(parser: argparse.ArgumentParser, what: str) -> None:
    """--also, which takes every name that follows: so the protocol comes before it."""
    more: Any = {"nargs": "+", "action": "extend", "default": []}
    parser.add_argument("--also", **more, type=Path, metavar="FOLDER", help=what)


def add_ledger(parser: argparse.ArgumentParser) -> None:
    """--ledger."""
    parser.add_argument(
        "--ledger", default="", metavar="URL", help="the PostgreSQL server with the slots (a file in the data folder)"
    )


def ledger_url(given: str, data: Path) -> str:
    """The ledger's server: --ledger, or VANTAGE_LEDGER, or `ledger` in the data folder's station.toml; or none."""
    from runner.station import settings

    return given or os.environ.get("VANTAGE_LEDGER", "") or settings.read(data).ledger


def add_reading(parser: argparse.ArgumentParser) -> None:
    """--jobs and --no-cache, of commands that read logs."""
    parser.add_argument("--jobs", type=int, default=0, metavar="J", help="processes that read (one for each core)")
    parser.add_argument("--no-cache", action="store_true", help="keep no tables beside the data, and use none")


def jobs(args: argparse.Namespace) -> int:
    """How many processes may read: as many as were asked for, or as this machine has cores."""
    if args.jobs < 0:
        raise refusal("--jobs", f"wants 1 or more, got {args.jobs}")
    return args.jobs or os.cpu_count() or 1


def cell(args: argparse.Namespace) -> Mapping[str, str]:
    """The levels that --cell names."""
    pairs = [entry.partition("=") for entry in args.cell]
    for factor, equals, level in pairs:
        if not (factor and equals and level):
            raise refusal("--cell", f"wants FACTOR=LEVEL, got {factor + equals + level!r}")
    refuse_repeated("--cell", [factor for factor, _, _ in pairs])
    return {factor: level for factor, _, level in pairs}


def refuse_repeated(option: str, names: Sequence[str]) -> None:
    """What is named twice has two values, of which one would silently win."""
    for name in names:
        if names.count(name) > 1:
            raise refusal(option, f"names {name} {names.count(name)} times; give it one value")


def slot(text: str) -> int:
    """A place in the allocation list, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"wants a whole number from 0, got {text!r}")
    return int(text)


def count(number: int, thing: str) -> str:
    """A number of things in words: "1 session", "2 sessions"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def refusal(where: str, what: str) -> DeclarationError:
    """An argument that can't be taken."""
    return DeclarationError(Mistake(where, 0, 0, what))


def participant(code: str) -> str:
    """A participant's code, safe in every file and formula."""
    from runner.privacy.codes import check_own

    if check_own(code):
        raise refusal("--participant", f"wants 1 to 32 letters, digits, - or _, got {code!r}")
    return code


def read(path: Path) -> "Protocol":
    """The protocol of a file."""
    from runner.declarations.protocols import read_protocol

    return read_protocol(path)


def language(protocol: "Protocol", wanted: str) -> str:
    """The session's language."""
    if wanted and wanted not in protocol.languages:
        raise refusal("--language", f"{protocol.study} has {', '.join(protocol.languages)}, got {wanted!r}")
    return wanted or protocol.languages[0]


def library(protocol: "Protocol", language: str) -> "Library":
    """The study's materials in a language."""
    from runner.declarations import materials

    return materials.library(protocol, language)


def tasks(plan_or_names: "SessionPlan | Protocol") -> Mapping[str, "Task"]:
    """The tasks that a plan's trials or a protocol's phases name."""
    from experiments import find
    from runner.plans import PART

    entries = getattr(plan_or_names, "trials", None) or plan_or_names.phases  # type: ignore[union-attr]
    return {name: find(name) for name in {entry.task for entry in entries} - {PART}}


def progress(done: int, total: int, what: str) -> None:
    """A line that counts, on a terminal only."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{what}: {done} of {total}", end=end, file=sys.stderr, flush=True)
