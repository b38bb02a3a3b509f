"""`vantage run`: a real session, under a supervisor that takes it up again when the driver or the display dies."""

import argparse
import sys

EXAMPLE = "vantage run protocols/frame-and-visibility.yaml --participant K7M2Q --station lab-3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage run`."""
    from runner.commands import common

    common.add_protocol(parser)
    parser.add_argument("--participant", required=True, metavar="ID", help="the participant's code, never a name")
    parser.add_argument("--station", default="", metavar="S", help="this machine's name in the laboratory")
    parser.add_argument("--stratum", default="", metavar="S", help="the participant's stratum, if the study has strata")
    common.add_language(parser)
    common.add_data(parser)
    parser.add_argument("--session", default="", help=argparse.SUPPRESS)  # given by the supervisor to its child


def run(args: argparse.Namespace) -> int:
    """Supervise a child that performs the session; as that child, perform it."""
    if args.session:
        return _perform(args)
    # The window's process waits for this one, which therefore imports next to nothing; the child checks everything.
    from secrets import token_hex

    from runner.station.supervise import supervise

    session = token_hex(8)
    command = [sys.executable, "-m", "runner.cli", "run", *args.arguments, "--session", session]
    return supervise(command, lambda: next(args.data.glob(f"*/real/{session}.jsonl"), None))


def _perform(args: argparse.Namespace) -> int:
    from experiments import find
    from runner.commands import common, live
    from runner.ledger import Ledger
    from runner.planning import plan_session

    participant = common.participant(args.participant)
    live.refuse_unfit(args.data)
    protocol = common.read(args.protocol)
    missing = [name for name in protocol.to_fill_in if not protocol.details.get(name)]
    if not protocol.ethics:
        missing.append("ethics")
    if missing:
        raise common.refusal(
            str(args.protocol), f"fill in {', '.join(missing)} before a real session; try it with `vantage pilot`"
        )
    if protocol.strata and args.stratum not in protocol.strata:
        raise common.refusal("--stratum", f"wants one of {', '.join(protocol.strata)}, got {args.stratum!r}")
    language = common.language(protocol, args.language)
    materials = common.library(protocol, language)
    ledger = Ledger(args.data)
    slot = ledger.claim(protocol.study, "real", args.stratum, args.session, participant, args.station)
    try:
        plan = plan_session(
            protocol, find, materials, participant=participant, slot=slot, language=language, stratum=args.stratum
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
            ledger.give_back(args.session, "the session could not begin")
        raise
    finally:
        ledger.close()
