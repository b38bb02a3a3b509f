"""`vantage run`: a real session, under a supervisor that takes it up again when the driver or the display dies."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.protocol import Protocol

EXAMPLE = "vantage run protocols/frame-and-visibility.yaml --participant K7M2Q --station lab-3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage run`."""
    from runner.commands import common, together

    parser.add_argument("protocol", type=Path, nargs="?", metavar="PROTOCOL", help="the study's file")
    parser.add_argument("--participant", default="", metavar="ID", help="the participant's code, never a name")
    parser.add_argument("--token", default="", metavar="KEY", help="a later wave: the participant's own key, or -")
    parser.add_argument("--station", default="", metavar="S", help="this machine's name in the laboratory")
    parser.add_argument("--stratum", default="", metavar="S", help="the participant's stratum, if the study has strata")
    together.add_arguments(parser)
    parser.add_argument("--wave", default="", metavar="W", help="which of the participant's sessions, if it has waves")
    common.add_language(parser)
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--session", default="", help=argparse.SUPPRESS)  # given by the supervisor to its child
    parser.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)  # tests: pilots answer by themselves
    parser.set_defaults(refuse=parser.error)


def run(args: argparse.Namespace) -> int:
    """Supervise a child that performs the session; as that child, perform it; unasked, open the start window."""
    if args.protocol is not None and args.token:
        from runner.commands.secrets import by_key

        args.participant, args.arguments = by_key(args)
    if args.protocol is None or not args.participant:
        return _start_window(args)
    if args.session:
        return _perform(args)
    # The window's process waits for this one, which therefore imports next to nothing; the child checks everything.
    from secrets import token_hex

    from runner.station.supervise import log_below, supervise

    if args.ledger:
        os.environ["VANTAGE_LEDGER"] = args.ledger  # also for who takes the session up again
    session = token_hex(8)
    command = [sys.executable, "-m", "runner.cli", "run", *args.arguments, "--session", session]

    return supervise(command, lambda: log_below(args.data, f"*/real/{session}.jsonl"))


def _start_window(args: argparse.Namespace) -> int:
    """For the research assistant, where nothing is named, or nothing but the data folder."""
    unnamed = {"data", "quick", "arguments", "refuse"}
    if any(value for name, value in vars(args).items() if name not in unnamed):
        missing = [*(["PROTOCOL"] if not args.protocol else []), *(["--participant"] if not args.participant else [])]
        args.refuse(f"the following arguments are required: {', '.join(missing)}")
    from runner.desk.opening import open_desk
    from runner.station.shortcuts import talking

    return open_desk(args.data.absolute(), talking(), pilots=("--quick",) if args.quick else ())


def _perform(args: argparse.Namespace) -> int:
    from experiments import find
    from runner import waves
    from runner.commands import afterwards, common, live, together
    from runner.planning import plan_session

    participant = common.participant(args.participant)
    live.refuse_unfit(args.data)
    protocol = common.read(args.protocol)
    refuse_unapproved(protocol, args.protocol)
    afterwards.tidy(protocol, args.data, args.ledger)
    wave = waves.named(protocol, args.wave)
    seats = together.asked(protocol, args.group, args.seats, "real")
    language = common.language(protocol, args.language)
    materials = common.library(protocol, language)
    markers = live.open_markers(protocol, args.data, "real", args.session)  # refused before a slot is taken
    from runner.ledger import Reserve, open_ledger
    from runner.ledger.replay import listing

    ledger = open_ledger(args.data, common.ledger_url(args.ledger, args.data), protocol.study)
    place = waves.Place(stratum=args.stratum)
    if wave in protocol.waves[1:]:
        if isinstance(ledger, Reserve):
            ledger.refuse("a later wave")
        place = waves.returning(protocol, wave, participant, ledger, args.data, live.tasks_of)
        if place.late:
            print(place.late, file=sys.stderr)
    elif protocol.strata and args.stratum not in protocol.strata:
        raise common.refusal("--stratum", f"wants one of {', '.join(protocol.strata)}, got {args.stratum!r}")
    session = (args.session, participant, args.station)
    where = (protocol.study, "real", place.stratum)
    table = None
    if seats:
        if isinstance(ledger, Reserve):
            ledger.refuse("a group session")
        table = together.sit_down(
            protocol,
            args.data,
            common.ledger_url(args.ledger, args.data),
            store="real",
            stratum=place.stratum,
            code=args.group,
            seats=seats,
            session=args.session,
            station=args.station,
            language=language,
            levels={protocol.wave: wave} if protocol.wave else {},  # the rest goes by the group's number
            ledger=ledger,
        )
    group = table.number if table else None
    with together.seated(table, ledger):
        listed = listing(protocol, group=group, stratum=place.stratum)
        slot = ledger.claim(*where, *session, wave=wave, slot=place.slot, listing=listed)
    if isinstance(ledger, Reserve):
        left = f"{ledger.reserved(protocol.study)} left; `vantage ledger sync` tells the server later"
        print(f"the ledger's server can't be reached; this session has a slot reserved here, {left}", file=sys.stderr)
    try:
        plan = plan_session(
            protocol,
            find,
            materials,
            participant=participant,
            slot=slot,
            language=language,
            stratum=place.stratum,
            group=group,
            wave=wave,
            earlier=place.earlier,
        )
        return live.begin(
            protocol,
            plan,
            common.tasks(plan),
            args.data,
            store="real",
            session=args.session,
            station=args.station,
            ledger=ledger,
            markers=markers,
            room=table.room if table else None,
        )
    except Exception:
        # Nothing was shown if there is no log: the slot goes back, and the participant can start again.
        from runner.station.supervise import log_below

        if not log_below(args.data, f"*/real/{args.session}.jsonl"):
            from runner.ledger.holding import settle

            settle(ledger, args.session, "returned", "the session could not begin", "")
            with together.seated(table, ledger):
                raise
        raise
    finally:
        ledger.close()


def refuse_unapproved(protocol: "Protocol", file: Path) -> None:
    """A real session has an approval, tells whom to turn to, and deceives nobody without telling the truth."""
    from runner.checks.approval import lacking
    from runner.commands import common

    if why := lacking(protocol, common.tasks(protocol)).why:
        raise common.refusal(str(file), why)
