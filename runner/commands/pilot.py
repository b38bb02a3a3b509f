"""`vantage pilot`: a study tried in a window, visibly a pilot, in a store of its own, taking no slot."""

import argparse

from runner.commands import common, together

EXAMPLE = "vantage pilot protocols/taste.yaml --cell frame=privilege setting=public"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage pilot`."""
    common.add_protocol(parser)
    common.add_cell(parser)
    parser.add_argument("--from", dest="start", default="", metavar="PHASE", help="begin with this phase")
    common.add_autopilot(parser, "a simulated participant answers through the window")
    parser.add_argument("--slot", type=common.slot, default=0, metavar="N", help="place in the allocation list, from 0")
    together.add_arguments(parser)
    common.add_language(parser)
    common.add_data(parser)
    common.add_ledger(parser)


def run(args: argparse.Namespace) -> int:
    """Plan one session and perform it in a window."""
    from attrs import evolve

    from experiments import find
    from runner import sessions
    from runner.commands import live
    from runner.planning import plan_session

    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    session = sessions.new_id()
    seats = together.asked(protocol, args.group, args.seats, "pilot")
    table = None
    if seats:
        url = common.ledger_url(args.ledger, args.data)
        table = together.sit_down(
            protocol,
            args.data,
            url,
            store="pilot",
            stratum="",
            code=args.group,
            seats=seats,
            session=session,
            station=f"pilot {session[:4]}",
            language=language,
            levels=together.shared(protocol, common.cell(args)),
            start=args.start,
        )
    room = table.room if table else None
    with together.seated(table):
        plan = plan_session(
            protocol,
            find,
            common.library(protocol, language),
            participant=f"pilot-{session}",  # each its own, or the analysis takes all but the first for repeats
            slot=args.slot + (room.seat - 1 if room else 0),  # each seat its own order of things
            language=language,
            cell=common.cell(args),
            group=0 if seats else None,
        )
        if args.start:
            phases = list(dict.fromkeys(trial.phase for trial in plan.trials))
            if args.start not in phases:
                raise common.refusal("--from", f"this session has the phases {', '.join(phases)}, got {args.start!r}")
            first = next(i for i, trial in enumerate(plan.trials) if trial.phase == args.start)
            plan = evolve(plan, trials=plan.trials[first:])
        markers = live.open_markers(protocol, args.data, "pilot", session)
    return live.begin(
        protocol,
        plan,
        common.tasks(plan),
        args.data,
        store="pilot",
        session=session,
        station=f"from {args.start}" if args.start else "",  # so that the log says that it is a part
        autopilot=args.autopilot,
        room=room,
        markers=markers,
    )
