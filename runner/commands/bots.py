"""`vantage bots`: scripted participants who come with a protocol go through it and say what was not as expected."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.checks.bots import Bot, Seen
    from runner.log import Log
    from runner.protocol import Protocol

EXAMPLE = "vantage bots protocols/taste.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage bots`."""
    parser.add_argument("protocols", type=Path, nargs="+", metavar="PROTOCOL", help="protocols, or their files of bots")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Every bot of every protocol; 0 when all went as their scripts say, 2 otherwise."""
    from runner.checks.bots import unmet

    found = []
    for path in args.protocols:
        protocol, bots = read(path)
        for bot in bots:
            missed = list(unmet(session(protocol, bot)))
            found.append({"study": protocol.study, "bot": bot.name, "unmet": missed})
            if not args.json:
                print(f"{protocol.study}: {bot.name}: {'as expected' if not missed else ''}".rstrip())
                print("".join(f"    {what}\n" for what in missed), end="")
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    return 2 if any(entry["unmet"] for entry in found) else 0


def read(path: Path) -> tuple["Protocol", tuple["Bot", ...]]:
    """A protocol and its bots: `bots/<name>.yaml` in the protocol's folder."""
    from runner.checks.bots import Bots
    from runner.declarations.structure import read_yaml

    if path.parent.name == "bots":
        path = path.parent.parent / path.name
    script = path.parent / "bots" / path.name
    if not script.is_file():
        raise common.refusal(str(path), f"no bots come with this protocol; write them in {script}")
    protocol, bots = common.read(path), read_yaml(script, Bots)
    if bots.study != protocol.study:
        raise common.refusal(str(script), f"these bots are for {bots.study!r}, the protocol is {protocol.study!r}")
    names = [bot.name for bot in bots.bots]
    if len(set(names)) < len(names):
        raise common.refusal(str(script), "two bots have the same name; rename one")
    return protocol, bots.bots


def session(protocol: "Protocol", bot: "Bot", log: "Log | None" = None) -> "Seen":
    """A bot's session, in a log of its own in memory or one that may remember the beginning."""
    from random import Random

    from experiments import find
    from runner.checks.bots import perform
    from runner.log import Log
    from runner.planning import plan_session
    from runner.respondents import Theory

    plan = plan_session(
        protocol,
        find,
        common.library(protocol, common.language(protocol, bot.language)),
        participant="bot",
        slot=0,
        language=bot.language or protocol.languages[0],
        cell=bot.cell,
        whole=True,
    )
    respondent = Theory(Random(f"{protocol.study}/{bot.name}"))
    return perform(bot, plan, common.tasks(plan), respondent, Log() if log is None else log)
