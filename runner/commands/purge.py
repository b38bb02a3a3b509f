"""`vantage purge`: nothing of a study is left on this machine. Keys go first: what is locked can't be opened then."""

import argparse
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.ledger import Ledger

EXAMPLE = "vantage purge frame-and-visibility --data data --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage purge`."""
    parser.add_argument("study", nargs="?", metavar="STUDY", help="the study's name, as its folder is called")
    what = "of no study but participants' keys whose announced day is past, in all studies"
    parser.add_argument("--overdue", action="store_true", help=what)
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where contact data are (station.toml)")
    parser.add_argument("--yes", action="store_true", help="don't ask whether that is meant")


def run(args: argparse.Namespace) -> int:
    """Destroy keys, logs, contact data, results, kept tables and the ledger's codes of one study."""
    from runner.declarations.soundness import STUDY

    if args.overdue or not args.study:
        return _overdue(args)
    if not STUDY.fullmatch(args.study):
        raise common.refusal("STUDY", f"wants a study's name, lower-case letters, digits and -, got {args.study!r}")
    if not args.yes:
        _ask(args.study)
    from runner.commands.erasing import refuse_running
    from runner.privacy import running

    ledgers, problems = _ledgers(args)  # a wrong address is refused before anything is gone
    refuse_running(log for store in (args.data / args.study).glob("*/") for log in running.logs(store))
    keys = _keys(args.data, args.study)
    files = _files(args.data, args.study) + _contacts(args)
    made = _made(args.data, args.study)
    _forget(args, ledgers)
    _forget_tables(args.data, args.study)
    print(f"purged {args.study}: {keys} keys, {files} files, {made} results and datasets; the ledger forgot its codes")
    print("beyond reach: backups, copies elsewhere, and what a solid-state disk keeps of overwritten files")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 2 if problems else 0


def _overdue(args: argparse.Namespace) -> int:
    """What a station owes after an announced day on which nothing was done there."""
    from runner.privacy import overdue

    if args.study or not args.overdue:
        raise common.refusal("purge", "wants the STUDY that is to be destroyed, or --overdue; name one of the two")
    found = overdue.forget(args.data)
    for study, number in found.keys.items():
        print(f"{study}: {common.count(number, 'key')} past the announced day; forgotten now")
    rest = f"the next ones are kept until {found.next}" if found.next else "no other is kept here until a day"
    print(f"participants' keys in {args.data}: {rest}")
    for problem in found.problems:
        print(problem, file=sys.stderr)
    return 2 if found.problems else 0


def _keys(data: Path, study: str) -> int:
    """The keys of logs, parts and pools of this study; other studies' stay."""
    from runner.errors import HistoryError
    from runner.privacy import keys, running
    from runner.privacy.apart import FOLDER, UNDER_WAY
    from runner.privacy.pool import HELD, id_of

    logs = [log for store in (data / study).glob("*/") for log in running.logs(store)]
    theirs = [running.key_of(log) for log in logs if running.file_of(log) != log]
    for place in (data / study).glob(f"*/{FOLDER}"):
        theirs += [f"part-{part.stem}.key" for part in (place / UNDER_WAY).glob("*.part")]
        with suppress(HistoryError):  # damaged, so nobody can tell which key is its own
            theirs += [f"pool-{id_of(place / HELD)}.key"] if (place / HELD).is_file() else []
    found = [path for name in theirs if (path := keys.outside(data) / name).is_file()]
    for name in theirs:
        keys.destroy(keys.outside(data) / name)
    return len(found)


def _files(data: Path, study: str) -> int:
    return _sweep(data / study)


def _contacts(args: argparse.Namespace) -> int:
    from runner.privacy import contacts

    return _sweep((args.folder or contacts.folder(args.data)) / args.study)


def _sweep(folder: Path) -> int:
    """Overwrite and remove every file below a folder, and the folder."""
    from runner import disk
    from runner.privacy.seals import erase

    if not folder.is_dir():
        return 0
    files = [Path(at) / name for at, _, names in os.walk(folder) for name in names]
    for path in files:
        if not path.is_symlink():
            erase(path)
    with disk.explained(folder, "purging"):
        shutil.rmtree(folder)
    return len(files)


def _made(data: Path, study: str) -> int:
    from runner.privacy import traces

    found = traces.made([data, *traces.noted(data, study)], study)
    for what in found:
        traces.remove(what)
    return len(found)


def _ledgers(args: argparse.Namespace) -> "tuple[list[Ledger], list[str]]":
    """Those that know codes of the study; what could not be reached is told, and the rest is done."""
    from runner.commands.erasing import ledgers_of
    from runner.errors import MachineError

    try:
        return ledgers_of(args.data, common.ledger_url(args.ledger, args.data)), []
    except MachineError as error:
        return [], [f"{error}; purge again when it answers"]


def _forget(args: argparse.Namespace, ledgers: "list[Ledger]") -> None:
    """Every code and session of the study."""
    from runner.laboratory.forgetting import forget
    from runner.laboratory.place import open_place
    from runner.ledger import Reserve

    for ledger in ledgers:
        claims = [claim for store in ("real", "pilot", "simulated") for claim in ledger.claims(args.study, store)]
        codes = {claim.participant for claim in claims if claim.participant}
        if claims and not isinstance(ledger, Reserve):
            place = open_place(args.data, ledger.url)
            forget(place, [claim.session for claim in claims], codes)
            place.close()
        for claim in claims:
            ledger.forget(claim.session)
        ledger.close()


def _forget_tables(data: Path, study: str) -> None:
    from runner import disk

    disk.forget_tables(data / study / "real" / "x.jsonl", overwrite=True)


def _ask(study: str) -> None:
    if not sys.stdin.isatty():
        raise common.refusal(
            "--yes", f"everything of {study!r} would be destroyed for good; add --yes if that is meant"
        )
    print(f"everything of {study!r} will be destroyed for good. Write its name to go on: ", end="", flush=True)
    if sys.stdin.readline().strip() != study:
        raise common.refusal("purge", f"{study!r} stays as it is; write its name to destroy it")
