"""`vantage ledger`: how balanced a study is, whether its allocation is what was drawn, and slots set right by hand."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.commands import common

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.protocol import Protocol

EXAMPLE = "vantage ledger status protocols/frame-and-visibility.yaml --data data"
ACTIONS = {
    "status": "balance, returned slots and live sessions of the study PROTOCOL",
    "verify": "draw PROTOCOL's allocation anew from its seed and compare it with the logs",
    "return": "give the slot of SESSION out again; its station can't finish it any more",
    "reserve": "keep slots of PROTOCOL for this station, for when the server can't be reached",
    "sync": "tell the server what happened without it",
    "migrate": "record that PROTOCOL's other allocation list is meant",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage ledger`."""
    told = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told)
    parser.add_argument("what", nargs="?", default="", metavar="PROTOCOL|SESSION", help="what it is about")
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="return, migrate: why; it is kept")
    parser.add_argument("--slots", type=int, default=0, metavar="N", help="reserve: how many")
    parser.add_argument("--stratum", default="", metavar="S", help="reserve: of which stratum")
    parser.add_argument("--station", default="", metavar="S", help="reserve: this machine's name in the laboratory")
    parser.add_argument(
        "--n", type=int, default=0, metavar="N", help="status: people wanted, to see how many are missing"
    )
    parser.add_argument("--release", action="store_true", help="sync: give back what is reserved here and not used")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Do one of the six."""
    if args.action != "sync" and not args.what:
        wanted = "SESSION" if args.action == "return" else "PROTOCOL"
        raise common.refusal(f"ledger {args.action}", f"wants {wanted}; name it")
    if args.action in ("return", "migrate") and not args.reason.strip():
        raise common.refusal("--reason", f"`ledger {args.action}` keeps why, got nothing; say it in a few words")
    steps = {
        "status": _status,
        "verify": _verify,
        "return": _return,
        "reserve": _reserve,
        "sync": _sync,
        "migrate": _migrate,
    }
    ledger = _open(args)
    try:
        return steps[args.action](args, ledger)
    finally:
        ledger.close()


def _open(args: argparse.Namespace) -> "Ledger":
    """A ledger that is there; looking at one makes none."""
    from runner.ledger import Ledger

    url = common.ledger_url(args.ledger, args.data)
    if not url and args.action in ("reserve", "sync"):
        what = f"`ledger {args.action}` is for stations with a server, and none is named"
        raise common.refusal("--ledger", f"{what}; without one, slots are in this machine's own data folder")
    if not url and not (args.data / "ledger.sqlite").is_file():
        raise common.refusal("--data", f"there is no ledger in {args.data}; check the folder, or name the --ledger")
    return Ledger(args.data, url)


def _print(args: argparse.Namespace, plain: dict[str, Any], lines: list[str]) -> None:
    print(json.dumps(plain, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))


# ---------------------------------------------------------------- looking


def _status(args: argparse.Namespace, ledger: "Ledger") -> int:
    import time

    from attrs import asdict

    from runner.ledger.replay import balance

    protocol = common.read(Path(args.what))
    claims = ledger.claims(protocol.study)
    lists = balance(protocol, claims)
    gone = [claim for claim in claims if claim.state == "returned"]
    live = [claim for claim in claims if claim.state == "live"]
    people = [claim for claim in claims if claim.wave in ("", *protocol.waves[:1]) and claim.list != "groups"]
    done = sum(claim.state == "done" for claim in people)
    minutes = {claim.session: round((time.time() - claim.since) / 60) if claim.since else None for claim in live}
    plain = {
        "study": protocol.study,
        "lists": [asdict(each) for each in lists],
        "returned": [{"session": claim.session, "reason": claim.reason} for claim in gone],
        "live": [{"session": c.session, "station": c.station, "minutes": minutes[c.session]} for c in live],
        "done": done,
        **({"wanted": args.n, "missing": max(0, args.n - done)} if args.n else {}),
    }
    lines = [f"{protocol.study}: {common.count(done, 'person')} done{_missing(args.n, done)}"]
    for each in lists:
        name = ", ".join(filter(None, (each.stratum, each.list, each.wave))) or "all"
        lines.append(
            f"  {name}: {each.done} done, {each.live} live, {each.reserved} reserved, {each.returned} returned; "
            f"{common.count(each.blocks, 'complete block')}, {each.open} in open ones (their cells are not told)"
        )
        for cell in each.cells:
            told = ", ".join(f"{factor}={level}" for factor, level in cell["levels"].items()) or "one cell"
            lines.append(f"    {told}: {cell['done']} done, {cell['live']} live")
    lines += [f"  returned: session {claim.session}: {claim.reason}" for claim in gone]
    for claim in live:
        age = "" if minutes[claim.session] is None else f", {minutes[claim.session]} min"
        lines.append(f"  live: session {claim.session}{f' on {claim.station}' if claim.station else ''}{age}")
    _print(args, plain, lines)
    return 0


def _missing(wanted: int, done: int) -> str:
    return f" of {wanted}, {max(0, wanted - done)} missing" if wanted else ""


def _verify(args: argparse.Namespace, ledger: "Ledger") -> int:
    from attrs import asdict

    from runner.ledger.replay import verify

    protocol = common.read(Path(args.what))
    found = verify(protocol, ledger.claims(protocol.study), ledger.migrations(protocol.study), args.data)
    lines = [f"note: {note}" for note in found.notes]
    if not found.difference:
        lines.append(
            f"proved: {common.count(found.claims, 'claim')} of {protocol.study}, {common.count(found.replayed, 'log')} "
            f"as drawn from the seed, {common.count(found.blocks, 'complete block')}{', balanced' * bool(found.blocks)}"
        )
    if found.absent:
        lines.append(f"{common.count(found.absent, 'log')} not in {args.data}, or locked there, so not compared")
    _print(args, asdict(found), lines)
    if found.difference:
        print(f"vantage ledger: {found.difference}", file=sys.stderr)
    return 2 if found.difference else 0


# ---------------------------------------------------------------- setting right


def _return(args: argparse.Namespace, ledger: "Ledger") -> int:
    claim = ledger.find(args.what)
    if claim is None:
        raise common.refusal(args.what, f"{ledger.name} knows no such session; `vantage ledger status` lists them")
    if not ledger.take_back(claim.session, args.reason.strip()):
        what = "is finished; to take its data out, use `vantage withdraw`"
        if claim.state == "returned":
            what = f"gave its slot back before ({claim.reason})"
        raise common.refusal(args.what, f"this session {what}; nothing was changed")
    told = f"the slot of session {claim.session} can be given out again; its station can't finish it any more"
    _print(args, {"session": claim.session, "state": "returned", "reason": args.reason.strip()}, [told])
    return 0


def _migrate(args: argparse.Namespace, ledger: "Ledger") -> int:
    from runner.ledger.replay import listing

    protocol = common.read(Path(args.what))
    ledger.migrate(protocol.study, "real", listing(protocol), args.reason.strip())
    told = f"from now on slots of {protocol.study} come from its list of today; earlier sessions keep theirs"
    _print(args, {"study": protocol.study, "reason": args.reason.strip()}, [told])
    return 0


def _reserve(args: argparse.Namespace, ledger: "Ledger") -> int:
    from runner.ledger import Reserve
    from runner.ledger.replay import listing
    from runner.ledger.reserve import reserve

    protocol = common.read(Path(args.what))
    if args.slots < 1:
        raise common.refusal("--slots", f"wants 1 or more, got {args.slots}")
    _refuse_stratum(protocol, args.stratum)
    here = Reserve(args.data)
    try:
        first = protocol.waves[0] if protocol.waves else ""
        where = (protocol.study, args.stratum, args.station)
        reserve(ledger, here, *where, args.slots, first, listing(protocol))
        kept = here.reserved(protocol.study)
    finally:
        here.close()
    told = (
        f"{common.count(kept, 'slot')} of {protocol.study} kept here; `vantage ledger sync --release` gives them back"
    )
    _print(args, {"study": protocol.study, "reserved": kept}, [told])
    return 0


def _refuse_stratum(protocol: "Protocol", stratum: str) -> None:
    if stratum not in (protocol.strata or ("",)):
        raise common.refusal("--stratum", f"wants one of {', '.join(protocol.strata) or 'none'}, got {stratum!r}")


def _sync(args: argparse.Namespace, ledger: "Ledger") -> int:
    from attrs import asdict

    from runner.ledger import Reserve
    from runner.ledger.reserve import merge

    here = Reserve(args.data)
    try:
        done = merge(ledger, here, release=args.release)
    finally:
        here.close()
    told = f"told the server: {common.count(done.sessions, 'session')}, {common.count(done.ends, 'end')} of sessions"
    given = f", {common.count(done.released, 'slot')} given back" if args.release else ""
    _print(args, asdict(done), [told + given])
    for sentence in done.refused:
        print(f"vantage ledger: {sentence}", file=sys.stderr)
    return 2 if done.refused else 0
