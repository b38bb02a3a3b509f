"""What a session shows once and keeps nowhere in its log: the participant's key, and a code to be paid with."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runner.stages.telling import Secret, Telling

if TYPE_CHECKING:
    from runner.records import SessionStarted
    from runner.stages import Stage


def telling(stage: "Stage", log: Path, started: "SessionStarted", also: Callable[[str], object] = str) -> "Stage":
    """The stage of a session that shows secrets; a pilot's and a simulation's are plainly made up.

    `also` is told each key before the participant sees it, and keeps no more than a seal of it.
    """
    from runner.privacy import payouts, seals, shown

    if started.store != "real":
        return Telling(stage, {name: Secret(draw=partial(_made_up, said)) for name, said in payouts.MADE_UP.items()})
    data = log.resolve().parents[2]

    def pay(amounts: tuple[str, ...], number: int) -> str:
        """Worth something before it is seen, and the same after a break: once, wherever the machine goes off."""
        code = shown.code(log, number, payouts.new)
        payouts.add(data, started.study, code, *amounts)
        return code

    def give(_: tuple[str, ...], __: int) -> str:
        token = seals.draw(log, last_day(started))
        also(token)
        return token

    return Telling(stage, {"token": Secret(draw=give), "payout": Secret(draw=pay)})


def typed(token: str) -> str:
    """What --token says; with - it is asked for, so that it stands in no list of processes or commands."""
    if token != "-":
        return token
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    from getpass import getpass

    return getpass("The participant's key: ")


def participant_of(data: Path, study: str, token: str) -> str:
    """The code under which the participant with this key took part; a DeclarationError where nobody did."""
    from runner.commands import common
    from runner.privacy import running, seals, tokens
    from runner.records import SessionStarted

    for path in seals.opened(data / study / "real", tokens.parse(token)):
        head = running.read(path)[0]
        if isinstance(head, SessionStarted):
            return head.participant
    what = f"this key opens no session of {study!r} in {data}"
    raise common.refusal("--token", f"{what}; check it, or give the code with --participant")


def by_key(args: argparse.Namespace) -> tuple[str, list[str]]:
    """The participant's code, and the command's arguments with it instead of the key, which nobody else is to see."""
    from runner.commands import common

    if args.participant:
        raise common.refusal("--token", "stands for the participant's code; leave --participant out")
    code = participant_of(args.data, common.read(args.protocol).study, typed(args.token))
    rest, skip = [], False
    for argument in args.arguments:
        name, equals, _ = argument.partition("=")
        if skip or (name.startswith("--to") and "--token".startswith(name)):
            skip = not skip and not equals
            continue
        rest.append(argument)
    return code, [*rest, "--participant", code]


def _made_up(said: str, _: tuple[str, ...], __: int) -> str:
    return said


def last_day(started: "SessionStarted") -> date | None:
    """Until when the participant was told that the data can be taken back; None where nothing was told to programs."""
    from runner.declarations.protocols import read_protocol_text

    deadline = read_protocol_text(started.protocol, f"protocol of session {started.session}").deadline
    return deadline.of(held_on(started)) if deadline else None


def held_on(started: "SessionStarted") -> date:
    """The day on which a session began, where it was held."""
    at = datetime.fromisoformat(started.at)
    return (at.replace(tzinfo=at.tzinfo or UTC) + timedelta(minutes=started.utc_offset)).date()
