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
    from runner.commands import common

    common.add_protocol(parser)
    parser.add_argument("--participant", required=True, metavar="ID", help="the participant's code, never a name")
    parser.add_argument("--station", default="", metavar="S", help="this machine's name in the laboratory")
    parser.add_argument("--stratum", default="", metavar="S", help="the participant's stratum, if the study has strata")
    parser.add_argument("--wave", default="", metavar="W", help="which of the participant's sessions, if it has waves")
    common.add_language(parser)
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--session", default="", help=argparse.SUPPRESS)  # given by the supervisor to its child


def run(args: argparse.Namespace) -> int:
    """Supervise a child that performs the session; as that child, perform it."""
    if args.session:
        return _perform(args)
    # The window's process waits for this one, which therefore imports next to nothing; the child checks everything.
    from secrets import token_hex

    from runner.station.supervise import supervise

    if args.ledger:
        os.environ["VANTAGE_LEDGER"] = args.ledger  # also for who takes the session up again
    session = token_hex(8)
    command = [sys.executable, "-m", "runner.cli", "run", *args.arguments, "--session", session]
    return supervise(command, lambda: next(args.data.glob(f"*/real/{session}.jsonl"), None))


def _perform(args: argparse.Namespace) -> int:
    from experiments import find
    from runner import waves
    from runner.commands import common, live
    from runner.planning import plan_session

    participant = common.participant(args.participant)
    live.refuse_unfit(args.data)
    protocol = common.read(args.protocol)
    refuse_unapproved(protocol, args.protocol)
    wave = waves.named(protocol, args.wave)
    language = common.language(protocol, args.language)
    materials = common.library(protocol, language)
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
    slot = ledger.claim(*where, *session, wave=wave, slot=place.slot, listing=listing(protocol))
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
        )
    except Exception:
        # Nothing was shown if there is no log: the slot goes back, and the participant can start again.
        if not any(args.data.glob(f"*/real/{args.session}.jsonl")):
            from runner.ledger.holding import settle

            settle(ledger, args.session, "returned", "the session could not begin", "")
        raise
    finally:
        ledger.close()


def refuse_unapproved(protocol: "Protocol", file: Path) -> None:
    """A real session has an approval, tells whom to turn to, and deceives nobody without telling the truth."""
    from runner.checks.deceptions import undeclared
    from runner.commands import common

    owed = next((what for _, what in undeclared(protocol, common.tasks(protocol))), "")
    if owed:
        raise common.refusal(str(file), f"{owed}; `vantage check` tells all that is missing")
    told = "; ".join(each.what for each in protocol.deception)
    if told and not protocol.ethics.strip():
        what = f"participants are told what isn't so ({told}), which takes the approval of an ethics board"
        raise common.refusal(str(file), f"{what}; name it in 'ethics', and meanwhile try it with `vantage pilot`")
    missing = [*protocol.unfilled, *(["ethics"] if not protocol.ethics.strip() else [])]
    if not protocol.details.get("support"):
        missing += [name for name in ("support",) if name not in missing]
    if missing:
        what = f"fill in {', '.join(missing)} before a real session"
        raise common.refusal(str(file), f"{what}; try it with `vantage pilot`")
