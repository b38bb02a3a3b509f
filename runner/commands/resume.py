"""`vantage resume`: an interrupted session goes on where it was, on the kind of stage that its log names."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.records import SessionStarted
    from runner.stages import Stage

EXAMPLE = "vantage resume data/frame-and-visibility/real/3f1c22d09ab4e6f7.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage resume`."""
    parser.add_argument("log", type=Path, metavar="LOG", help="the session's log")
    parser.add_argument("--late", default="", metavar="REASON", help="go on after the hours that the protocol allows")
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)  # the supervisor's child
    parser.add_argument("--asked", action="store_true", help=argparse.SUPPRESS)  # its first, which a person asked for
    from runner.commands import common

    common.add_ledger(parser)
    common.add_autopilot(parser, "pilot sessions: a simulated participant answers")


def run(args: argparse.Namespace) -> int:
    """Go on with the session of a log; a real one under a supervisor, as it was begun."""
    if args.log.is_dir():
        from runner.errors import MachineError

        raise MachineError(f"{args.log}: is a folder; name one session's log in it, <session>.jsonl")
    if not args.supervised and _is_real(args.log):
        from glob import escape

        from runner.station.supervise import RESUME, UNFINISHED, log_below, supervise

        name = escape(args.log.name.removesuffix(UNFINISHED))

        if args.ledger:
            os.environ["VANTAGE_LEDGER"] = args.ledger
        asked = [*RESUME, str(args.log), "--asked", *([f"--late={args.late}"] if args.late else [])]
        return supervise(asked, lambda: log_below(args.log.parent, name))
    from runner import breaks, sessions
    from runner.commands import afterwards, common, live, parts
    from runner.privacy import risk, running, shown

    args.log = running.name_of(args.log)
    parts.destroy_behind(args.log)
    shown.tidy(args.log)
    withdrawn = None if risk.is_locked(args.log) else sessions.taken_back(args.log, live.tasks_of)
    if withdrawn:
        return live.erase(args.log, withdrawn, args.ledger)
    if args.log != running.file_of(args.log) and risk.is_left_behind(args.log):
        afterwards.finish(args.log, args.ledger)
        print(f"session {args.log.stem} is over; its log is now locked for its keepers")
        return 0
    log, started = sessions.reopen(args.log)
    try:
        # Who is taken up again by the supervisor is on time: the break was of a second.
        late = breaks.refuse_late(log.records, args.late) if args.asked or not args.supervised else ""
        tasks = live.tasks_of(started)
        plan = sessions.plan_from(started, tasks)
        if args.autopilot and started.store == "real":
            raise common.refusal("--autopilot", "this is a real session; only its participant answers it")
        if started.stage.get("kind") == "window":
            how = {"autopilot": args.autopilot, "server": args.ledger, "reason": late}
            return live.go_on(log, started, plan, tasks, **how)
        stage = _virtual(started)
        part = parts.again(log.path, started)
        sessions.note_resumed(log, stage)
        ending = sessions.perform(plan, tasks, stage, log, part=part)
        log.close()
        if ending.withdrawn:
            sessions.withdraw(log.path, started, None)
            print("the participant withdrew; the answers are erased")
            return 0
    finally:
        log.abandon()
    print(f"session {started.session} {ending.how}: {args.log}")
    return 0


def _is_real(log: Path) -> bool:
    """By its folder: `data/<study>/real/<session>.jsonl`; the child reads the log itself."""
    return log.resolve().parent.name == "real"


def _virtual(started: "SessionStarted") -> "Stage":
    import msgspec

    from runner.errors import HistoryError
    from runner.respondents import Spec
    from runner.stages.virtual import Virtual

    try:
        return Virtual(msgspec.json.decode(started.respondent, type=Spec).make())
    except msgspec.MsgspecError:
        what = "names nobody who answers, so it can't go on; resume a session that was held in a window"
        raise HistoryError(f"session {started.session} {what}") from None
