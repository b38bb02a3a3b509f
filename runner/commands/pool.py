"""`vantage pool`: the parts of sessions that are kept apart: how many are held and open, and what of the rest."""

import argparse
import sys
from pathlib import Path

from runner.commands import common, parts

EXAMPLE = "vantage pool status protocols/modules/unseen-choices.yaml --data data"
ACTIONS = {
    "status": "how many parts are held, open and under way",
    "release": "at the study's end: open the rest among those that are open already",
    "gather": "put the open parts of several stations' data folders into one",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage pool`."""
    told = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told)
    common.add_protocol(parser)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="gather: the stations' data folders")
    common.add_data(parser)
    parser.add_argument("--store", choices=("real", "pilot", "simulated"), default="real", help="which sessions (real)")
    parser.add_argument("--destroy", action="store_true", help="release: destroy what may never be opened")


def run(args: argparse.Namespace) -> int:
    """Do one of the three."""
    protocol = common.read(args.protocol)
    if not protocol.apart:
        what = f"{protocol.study} keeps no part apart; its phases would say 'unlinkable'"
        raise common.refusal(str(args.protocol), what)
    if args.folders and args.action != "gather":
        raise common.refusal(f"pool {args.action}", f"wants no FOLDER, got {args.folders[0]}; it is about --data")
    return {"status": _status, "release": _release, "gather": _gather}[args.action](args)


def _status(args: argparse.Namespace) -> int:
    """Not by levels: which of them the last session had is nobody's business while the study goes on."""
    from runner.privacy.apart import left_behind, sweep

    protocol = common.read(args.protocol)
    swept = sweep(args.data, protocol.study, args.store)
    pool, held, opened = parts.pool_of(protocol, args.data, args.store), 0, 0
    if pool.folder.is_dir():
        pool.refresh()
        counts = pool.counts()
        held, opened = sum(counts.held.values()), sum(counts.opened.values())
    going = sum(1 for _ in left_behind(args.data, protocol.study, args.store))
    print(
        f"{protocol.study}, {args.store}: {opened} open, {held} held until {protocol.pool} are alike, {going} under way"
    )
    if swept:
        print(f"{swept} left behind by sessions that are over: destroyed")
    return 0


def _release(args: argparse.Namespace) -> int:
    from runner.privacy.apart import left_behind, sweep

    protocol = common.read(args.protocol)
    sweep(args.data, protocol.study, args.store)
    unfinished = [place for place, _ in left_behind(args.data, protocol.study, args.store)]
    if unfinished and not args.destroy:
        what = f"{common.count(len(unfinished), 'session')} with a part apart could still be continued"
        raise common.refusal("pool release", f"{what}; resume them, or destroy their parts with --destroy")
    pool = parts.pool_of(protocol, args.data, args.store)
    pool.refresh()
    opened, destroyed = pool.release(destroy=args.destroy)
    gone = destroyed + sweep(args.data, protocol.study, args.store, all_of_them=args.destroy)
    print(f"{opened} opened, {gone} destroyed")
    if opened:
        what = "a copy of pooled.jsonl that was made before would show which parts came now; delete such copies"
        print(what, file=sys.stderr)
    return 0


def _gather(args: argparse.Namespace) -> int:
    from runner.privacy import gathered
    from runner.privacy.apart import FOLDER
    from runner.privacy.pool import OPEN, gather

    protocol = common.read(args.protocol)
    if not args.folders:
        raise common.refusal("pool gather", "wants the data folders of the stations; name them behind PROTOCOL")
    files = [folder / protocol.study / args.store / FOLDER / OPEN for folder in args.folders]
    for folder, file in zip(args.folders, files, strict=True):
        if not file.is_file():
            raise common.refusal(str(folder), f"has no open parts of {protocol.study}, {args.store}; check the folder")
        if folder.resolve() == args.data.resolve() or files.count(file) > 1:
            raise common.refusal(str(folder), "is named twice, and its parts would count twice; name each once")
    pool = parts.pool_of(protocol, args.data, args.store)
    number = gather(files, pool)
    into = str(args.data.resolve())
    for folder in [file.parents[3] for file in files if into not in gathered.read(file.parent).went]:
        print(f"{folder}: could not be written to, so no withdrawal there will know of {into}", file=sys.stderr)
    print(
        f"{number} parts of {common.count(len(files), 'station')} in {args.data / protocol.study / args.store / FOLDER}"
    )
    print(
        "who takes a part back by its key: `vantage withdraw` on the station finds these too, if they are still there"
    )
    return 0
