"""`vantage plan`: what one session would do, printed."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.commands import common

EXAMPLE = "vantage plan protocols/taste.yaml --participant P01 --cell frame=privilege"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage plan`."""
    common.add_protocol(parser)
    parser.add_argument("--participant", default="P01", metavar="ID", help="the participant's code (P01)")
    parser.add_argument("--slot", type=common.slot, default=0, metavar="N", help="place in the allocation list, from 0")
    common.add_cell(parser)
    common.add_language(parser)
    parser.add_argument("--json", action="store_true", help="the whole plan as JSON")
    parser.add_argument("--against", type=Path, metavar="FILE", help="print where a plan kept with --json differs")


def run(args: argparse.Namespace) -> int:
    """Print the plan: trials, the screens that each can show, and its digest."""
    from experiments import find
    from runner.planning import plan_session
    from runner.rehearsal import rehearse

    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    plan = plan_session(
        protocol,
        find,
        common.library(protocol, language),
        participant=common.participant(args.participant),
        slot=args.slot,
        language=language,
        cell=common.cell(args),
        whole=not args.json and not args.against,  # printed, what a part apart may be like; kept, what a log would hold
    )
    if args.against:
        return _compare(args.against, {**plan.plain(), "digest": plan.digest})
    if args.json:
        print(json.dumps({**plan.plain(), "digest": plan.digest}, ensure_ascii=False, indent=1))
        return 0
    print(f"study {plan.study}, participant {plan.participant}, seed {plan.seed}, {language}")
    print("assigned: " + (", ".join(f"{f}={v}" for f, v in plan.assigned.items()) or "nothing"))
    for trial, (_, screens) in zip(plan.trials, rehearse(plan, common.tasks(plan)), strict=True):
        print(f"{trial.id:<28} {trial.task}")
        for screen in screens:
            seconds = "" if screen.seconds is None else f" {screen.seconds:g} s"
            accepts = type(screen.accepts).__name__.lower() if screen.accepts else "nothing"
            words = " ".join(m.text for m in screen.marks if hasattr(m, "text")).split()
            print(f"    {screen.name}: {accepts}{seconds}: {' '.join(words[:12])}{' …' if len(words) > 12 else ''}")
    print(f"{common.count(len(plan.trials), 'trial')}, digest {plan.digest}")
    return 0


def _compare(kept: Path, plan: Mapping[str, Any]) -> int:
    """Every difference, as path: kept, now; 0 also when there are some, since to show them is what was asked."""
    from runner.plans import differences

    try:
        before = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise common.refusal(str(kept), f"isn't a plan kept with --json ({error}); name one") from None
    found = list(differences(before, json.loads(json.dumps(plan))))  # both as JSON has them
    print("\n".join(found) if found else f"the same plan: {plan['digest']}")
    return 0
