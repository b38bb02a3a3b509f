"""`vantage contacts`: names and addresses that a lab machine can write and only their keepers can read."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common
from runner.commands.tables import put

if TYPE_CHECKING:
    from runner.privacy.contacts import Contact

EXAMPLE = "vantage contacts new-key --out investigator.key"


ACTIONS = {
    "new-key": "a key, at --out; its private half stays with the person who makes it",
    "add": "keep how a participant of PROTOCOL can be reached; asks at the terminal",
    "read": "all entries as a table",
    "remove": "erase a participant's entries",
    "due": "whose turn it is for which wave; with --key also how to reach them",
}
_NEEDS = {"new-key": ("out",), "add": ("participant",), "read": ("key",), "remove": ("key", "participant"), "due": ()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage contacts`."""
    told = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told)
    parser.add_argument("protocol", nargs="?", type=Path, metavar="PROTOCOL", help="the study's file; not for new-key")
    parser.add_argument("--participant", default="", metavar="ID", help="add, remove: the participant's code")
    parser.add_argument(
        "--to", nargs="+", action="extend", default=[], metavar="KEY", help="add: public keys (station.toml)"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="read, remove, due: the private key")
    parser.add_argument("--out", type=Path, metavar="FILE", help="new-key, read: a new file")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where entries are (station.toml)")
    common.add_data(parser)
    common.add_ledger(parser)


def run(args: argparse.Namespace) -> int:
    """Do one of the five."""
    if args.action != "new-key" and args.protocol is None:
        raise common.refusal(f"contacts {args.action}", "wants PROTOCOL; name the study's file")
    for name in _NEEDS[args.action]:
        if not getattr(args, name):
            raise common.refusal(f"--{name}", f"`contacts {args.action}` needs it; name it")
    done = {"new-key": _new_key, "add": _add, "read": _read, "remove": _remove, "due": _due}
    return done[args.action](args)


# ---------------------------------------------------------------- the actions


def _new_key(args: argparse.Namespace) -> int:
    from runner import disk
    from runner.privacy import contacts

    if args.out.exists():
        raise common.refusal("--out", f"{args.out} is there already; a key is never overwritten, name another file")
    private, public = contacts.new_key()
    text = f"# public key: {public}\n{private}\n"
    with disk.explained(args.out, "keeping the key"):
        disk.make_folder(args.out.absolute().parent)
        disk.replace_file(args.out, text.encode())
    print(f"{args.out}: the private half; keep it off every lab machine, and a copy of it in a safe")
    print(f"the public half, for [contacts] of station.toml: {public}")
    return 0


def _add(args: argparse.Namespace) -> int:
    from runner.privacy import contacts

    study, code = common.read(args.protocol).study, common.participant(args.participant)
    settings = contacts.settings(args.data, args.to, args.folder)
    name, reach, wants = (_ask(what) for what in ("Name", "E-mail or telephone", "What for (waves, results)"))
    contacts.add(contacts.Contact(study=study, participant=code, name=name, reach=reach, wants=wants), settings)
    print(f"kept, and not to be read on this machine: one more entry in {settings.folder / study}")
    return 0


def _read(args: argparse.Namespace) -> int:
    found = _contacts(args)
    rows = [(c.participant, c.name, c.reach, c.wants) for c in found]
    put(args.out, ("participant", "name", "reach", "wants"), rows, "names in the clear; delete it when it was used")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from runner.privacy import contacts

    study, code = common.read(args.protocol).study, common.participant(args.participant)
    gone = contacts.remove(_folder(args), study, code, contacts.read_key(args.key))
    if not gone:
        raise common.refusal("--participant", f"there is no entry of {code!r} in {_folder(args) / study}")
    print(f"removed: {gone} {'entry' if gone == 1 else 'entries'}")
    return 0


def _due(args: argparse.Namespace) -> int:
    from runner.commands.due import turns

    protocol = common.read(args.protocol)
    if not protocol.waves:
        raise common.refusal(str(args.protocol), f"everyone comes once in {protocol.study}, so nobody is due")
    known: dict[str, list[Contact]] = {}
    for contact in _contacts(args) if args.key else ():
        known.setdefault(contact.participant, []).append(contact)
    head = ("participant", "wave", "from", "until", "late", *(("name", "reach") if args.key else ()))
    rows = []
    for turn in turns(protocol, args.data, common.ledger_url(args.ledger, args.data)):
        told = (turn.participant, turn.wave, turn.first, turn.last, "late" if turn.late else "")
        people = [(c.name, c.reach) for c in known.get(turn.participant, [])] or [("", "")]
        rows += [(*told, *(person if args.key else ())) for person in people]
    put(None, head, rows)
    return 0


# ---------------------------------------------------------------- files and people


def _contacts(args: argparse.Namespace) -> "list[Contact]":
    from runner.privacy import contacts

    return contacts.read(_folder(args), common.read(args.protocol).study, contacts.read_key(args.key))


def _folder(args: argparse.Namespace) -> Path:
    """Where entries are; whoever has a key may look at a copy, and needs no public keys for it."""
    from runner.privacy import contacts

    folder: Path = args.folder or contacts.folder(args.data)
    if not folder.is_dir():
        raise common.refusal("--folder", f"there are no contact data in {folder}; name the folder that holds them")
    return folder


def _ask(what: str) -> str:
    """One answer from the terminal, or a line of what is piped in; nothing is an answer."""
    if sys.stdin.isatty():
        print(f"{what}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
