"""`vantage withdraw`: who asks later to have the data deleted is erased from every session of a study."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.records import SessionStarted

EXAMPLE = "vantage withdraw protocols/frame-and-visibility.yaml --participant K7M2Q --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage withdraw`."""
    common.add_protocol(parser)
    parser.add_argument("--participant", required=True, metavar="ID", help="the participant's code")
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument("--yes", action="store_true", help="don't ask whether that is meant")


def run(args: argparse.Namespace) -> int:
    """Erase the logs, forget the code, and say what was done and what is still to be done."""
    from runner import sessions

    code, study = common.participant(args.participant), common.read(args.protocol).study
    found, unread = _logs(args.data / study, code)
    ledgers = _ledgers(args.data, common.ledger_url(args.ledger, args.data))
    try:
        claims = [_claims(ledger, study, code) for ledger in ledgers]
        if not found and not any(claims):
            raise _unknown(code, study, args.data, unread)
        _refuse_running([path for path, _ in found])
        if not args.yes:
            _ask(f"{common.count(len(found), 'session')} of participant {code!r} in {study!r}")
        stones = [sessions.withdraw(path, started, None) for path, started in found]
        for ledger, held in zip(ledgers, claims, strict=True):
            for session in held:
                ledger.forget(session)
    finally:
        for ledger in ledgers:
            ledger.close()
    print(f"erased: {common.count(len(found), 'session')} in {study}; counted in {', '.join(s.name for s in stones)}")
    print("make anew what was made of the data before: tables, reports, exports (`vantage analyze`), copies")
    for path in unread:
        print(f"could not be read, so look yourself whether it is theirs: {path}", file=sys.stderr)
    still = list(_naming(args.data, code))
    if still:
        print(f"the code still stands in {', '.join(map(str, still))}; delete what is not needed", file=sys.stderr)
    return 0


# ---------------------------------------------------------------- what there is of a participant


def _logs(folder: Path, code: str) -> tuple[list[tuple[Path, "SessionStarted"]], list[Path]]:
    """The participant's logs with their heads, in every store; and those whose head can't be read."""
    from runner.errors import HistoryError
    from runner.log import parse
    from runner.records import SessionStarted

    found, unread = [], []
    for path in sorted(folder.glob("*/*.jsonl")):
        with path.open("rb") as file:
            head = file.readline()
        try:
            records = parse(head, path)
        except HistoryError:
            records = []
        if not records or not isinstance(records[0], SessionStarted):
            unread.append(path)
        elif records[0].participant == code:
            found.append((path, records[0]))
    return found, unread


def _ledgers(data: Path, url: str) -> list["Ledger"]:
    """The server's, and what this machine keeps; a server that can't be reached is refused, for it knows the code."""
    from runner.ledger import Ledger, Reserve
    from runner.ledger.reserve import FILE

    found = [Ledger(data, url)] if url else []
    if (data / "ledger.sqlite").is_file():
        found.append(Ledger(data))
    return [*found, *([Reserve(data)] if (data / FILE).is_file() else [])]


def _claims(ledger: "Ledger", study: str, code: str) -> list[str]:
    """The sessions for which the ledger knows the code, also those that gave their slot back."""
    stores = ("real", "pilot", "simulated")
    return [claim.session for store in stores for claim in ledger.claims(study, store) if claim.participant == code]


def _naming(data: Path, code: str) -> Iterator[Path]:
    """Files of the data folder, other people's logs aside, in which the code still stands as a word."""
    import re

    word = re.compile(rb"(?<![A-Za-z0-9_-])" + re.escape(code.encode()) + rb"(?![A-Za-z0-9_-])")
    for path in sorted(data.rglob("*")):
        if path.is_file() and path.suffix != ".jsonl" and word.search(path.read_bytes()):
            yield path


# ---------------------------------------------------------------- what is refused


def _unknown(code: str, study: str, data: Path, unread: list[Path]) -> Exception:
    what = f"there is nothing of participant {code!r} of {study!r} in {data}"
    also = f" ({common.count(len(unread), 'log')} could not be read)" if unread else ""
    return common.refusal("--participant", f"{what}{also}; check the code, the study and --data")


def _refuse_running(paths: list[Path]) -> None:
    """A session that is being held now is ended first, or it would go on writing."""
    from runner import disk
    from runner.errors import MachineError

    for path in paths:
        fd = os.open(path, os.O_RDWR | disk.BINARY)
        try:
            if not disk.lock(fd):
                raise MachineError(f"{path}: this session is running; end it first, then withdraw it")
        finally:
            os.close(fd)


def _ask(what: str) -> None:
    """Go on only if the person at the terminal means it."""
    if not sys.stdin.isatty():
        raise common.refusal("--yes", f"{what} would be erased for good; add --yes if that is meant")
    print(f"{what} will be erased for good. Write yes to go on: ", end="", flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise common.refusal("withdraw", f"{what} stay as they are; write yes to erase them")
