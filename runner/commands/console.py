"""`vantage console`: a page on which the assistant sees every station, and looks after group sessions."""

import argparse
import sys
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.console.doors import Keys
    from runner.console.looking import Looking

EXAMPLE = "vantage console protocols/frame-and-visibility.yaml --data data"
PORT = 8113


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage console`."""
    common.add_protocol(parser)
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="this machine's address to listen at")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"its port ({PORT}); 0: any that is free")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--n", type=int, default=0, metavar="N", help="people wanted, to see how many are missing")
    parser.add_argument("--export", action="store_true", help="write incidents.csv into the data folder, and no more")
    parser.add_argument("--attended", action="store_true", help="end when standard input is closed, too")


def run(args: argparse.Namespace) -> int:
    """Serve the page until it is stopped from the keyboard."""
    if args.n < 0:
        raise common.refusal("--n", f"wants 0 or more people, got {args.n}")
    protocol = common.read(args.protocol)
    if not args.data.is_dir():
        raise common.refusal("--data", f"there is no folder {args.data}; check its name, or make it first")
    from runner.console.looking import Looking
    from runner.laboratory.place import open_place
    from runner.ledger import Ledger

    url = common.ledger_url(args.ledger, args.data)
    place = open_place(args.data, url)
    ledger = Ledger(args.data, url)
    try:
        looking = Looking(protocol, place, ledger, args.n)
        if not args.export:
            _serve(args, looking)
        return _export(args, looking)
    finally:
        ledger.close()
        place.close()


def _serve(args: argparse.Namespace, looking: "Looking") -> None:
    import webbrowser

    from runner.console.doors import Keys
    from runner.console.serving import address, listen, serve

    place = listen(args.host, args.port)
    port = place.getsockname()[1]
    keys = Keys(port)

    def entered(who: str) -> None:
        print(f"opened from {who}; for another browser: {address(args.host, port, keys)}", flush=True)

    try:
        url = address(args.host, port, keys)
        print(f"the console of {looking.protocol.study}, to be opened once: {url}")
        print(_who(args.host, port, keys), flush=True)
        if not args.no_browser:
            webbrowser.open(url)
        serve(place, args.host, looking, keys, entered, sys.stdin.buffer if args.attended else None)
    finally:
        place.close()


def _who(host: str, port: int, keys: "Keys") -> str:
    """Who can reach it, in a sentence."""
    from runner.console.doors import is_loopback

    if is_loopback(host):
        return "only this machine can reach it; Ctrl-C ends it, and sessions go on without it"
    return (
        f"every machine that reaches {host}, port {port}, can ask, and gets nothing without this address; what goes "
        "over the line is not encrypted: use it in the laboratory's own network only. Ctrl-C ends it"
    )


def _export(args: argparse.Namespace, looking: "Looking") -> int:
    from runner.console import notes
    from runner.errors import MachineError

    try:
        found = looking.notes()
        if found or args.export:
            print(f"{common.count(len(found), 'incident')}: {notes.write(found, args.data)}")
    except MachineError as error:
        if args.export:
            raise
        print(f"{error}; `vantage console --export` writes the incidents later", file=sys.stderr)
    return 0
