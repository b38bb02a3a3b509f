"""`vantage station`: sets a machine of the laboratory up, so that nobody needs a terminal any more."""

import argparse
from pathlib import Path

from runner.commands import common

EXAMPLE = 'vantage station install --data data --name "lab-3" --studies protocols'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage station`."""
    parser.add_argument("action", choices=("install", "remove"), metavar="ACTION", help="install or remove")
    common.add_data(parser)
    parser.add_argument("--name", default="", metavar="NAME", help="this machine's name; kept in station.toml")
    parser.add_argument("--studies", nargs="+", default=[], metavar="DIR", help="folders with protocols; kept there")
    parser.add_argument("--language", default="", metavar="L", help="of the start window, en or de; kept there")


def run(args: argparse.Namespace) -> int:
    """Make the data folder, its settings and the symbols, or take the symbols away."""
    return _install(args) if args.action == "install" else _remove(args)


def _install(args: argparse.Namespace) -> int:
    from runner import disk
    from runner.errors import MachineError
    from runner.station import settings, shortcuts

    changes = _changes(args)
    try:
        disk.make_folder(args.data.absolute())
    except OSError as error:
        raise MachineError(f"{args.data}: can't be made ({error}); choose another folder with --data") from None
    if changes:
        print(f"written: {settings.write(args.data, changes)}")
    else:
        settings.read(args.data)  # what is wrong there is told now, not on the day of the session
    for path in shortcuts.install(args.data):
        print(f"made: {path}")
    print("open the start window by its symbol, and let it check the station")
    return 0


def _changes(args: argparse.Namespace) -> dict[str, str | tuple[str, ...]]:
    from runner.station import settings

    if what := settings.unnamed(args.name):
        raise common.refusal("--name", f"{what}, got {args.name!r}")
    if args.language not in ("", "en", "de"):
        raise common.refusal("--language", f"wants en or de, got {args.language!r}")
    folders = [Path(name).absolute() for name in args.studies]
    for folder in folders:
        if not folder.is_dir():
            raise common.refusal("--studies", f"wants folders with protocols, but {folder} is none")
    said = {"station": args.name, "language": args.language, "studies": tuple(map(str, folders))}
    return {key: value for key, value in said.items() if value}


def _remove(args: argparse.Namespace) -> int:
    from runner.station import shortcuts

    gone = shortcuts.remove()
    for path in gone:
        print(f"removed: {path}")
    print(f"{'' if gone else 'no symbol was there; '}the data in {args.data} stay as they are")
    return 0
