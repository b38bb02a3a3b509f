"""`vantage withdraw`: who asks later to have the data deleted is erased from every session of a study."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from runner.commands import common
from runner.commands.erasing import leave_out, ledgers_of, refuse_running

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.privacy.pool import Pool
    from runner.privacy.traces import Made
    from runner.protocol import Protocol
    from runner.records import SessionStarted

EXAMPLE = "vantage withdraw protocols/frame-and-visibility.yaml --participant K7M2Q --data data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `vantage withdraw`."""
    common.add_protocol(parser)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--participant", default="", metavar="ID", help="the participant's code")
    who.add_argument("--token", default="", metavar="KEY", help="the participant's own key; - asks for it unseen")
    common.add_data(parser)
    common.add_ledger(parser)
    parser.add_argument(
        "--also",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="more folders with results, datasets or copies; after PROTOCOL",
    )
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="the page to hand over (beside the data folder)")
    common.add_language(parser)
    parser.add_argument("--yes", action="store_true", help="don't ask whether that is meant")


@define
class _Found:
    """All that there is of one participant."""

    codes: tuple[str, ...]
    logs: list[tuple[Path, "SessionStarted"]]
    unread: list[Path]
    made: "list[Made]"
    locked: list[Path] = field(factory=list)  # logs that only their keepers can read; their sessions are known by name
    claims: list[tuple["Ledger", list[str]]] = field(factory=list)
    words: list[str] = field(factory=list)

    @property
    def number(self) -> int:
        """Sessions whose answers are there."""
        return len(self.logs) + len(self.locked)

    @property
    def sessions(self) -> list[str]:
        claimed = [session for _, sessions in self.claims for session in sessions]
        return list(dict.fromkeys([*(started.session for _, started in self.logs), *claimed]))


def run(args: argparse.Namespace) -> int:
    """Erase what there is, and say what was done and what is still to be done."""
    from runner.commands.secrets import typed
    from runner.privacy import tokens
    from runner.station import settings

    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    token = tokens.parse(typed(args.token)) if args.token else ""
    found = _found(args, protocol.study, token)
    ledgers = ledgers_of(args.data, common.ledger_url(args.ledger, args.data))
    try:
        found.codes = tuple(sorted({*found.codes, *_claimed(ledgers, found.locked)}))
        found.claims = [(ledger, _claims(ledger, protocol.study, found.codes)) for ledger in ledgers]
        found.locked = list(dict.fromkeys([*found.locked, *_locked(args.data / protocol.study, found.sessions)]))
        here = {path.stem for path in (*(path for path, _ in found.logs), *found.locked)}
        found.claims, away = leave_out(found.claims, here, settings.read(args.data).station)
        pools = _pools(args.data, protocol) if token else []
        known = found.sessions or found.locked or any(pool.find(token) for pool in pools)
        if away and not known:
            raise common.refusal("withdraw", f"{away}; erase them there")
        if not known:  # or results would go for nothing
            raise _unknown(args.participant, protocol.study, args.data, found.unread)
        refuse_running(path for path, _ in found.logs)
        if not args.yes:
            _ask(_told(args.participant, protocol.study, found))
        private = _erase(found, args.data, token, pools)
    finally:
        for ledger in ledgers:
            ledger.close()
    _say(found, args, protocol.study)
    if protocol.apart and not private:
        print("a part that was kept apart is found by its participant's own key alone, in time: see --token")
    if away:  # no receipt: not all of it is done
        print(f"vantage withdraw: {away}; erase them there, too, where the receipt is printed", file=sys.stderr)
        return 2
    _receipt(args, protocol, language, found, private)
    return 0


def _pools(data: Path, protocol: "Protocol") -> "list[Pool]":
    """Where a part of the participant's may lie that no code leads to."""
    from runner.privacy.apart import FOLDER
    from runner.privacy.pool import Pool

    until = protocol.deadline.day if protocol.deadline else None
    places = sorted((data / protocol.study).glob(f"*/{FOLDER}"))
    return [Pool(data, protocol.study, place.parent.name, least=1, until=until) for place in places]


def _erase(found: _Found, data: Path, token: str, pools: "list[Pool]") -> int:
    """Everything, in an order in which asking again finishes what was cut off: the log that says who goes last."""
    from runner import sessions
    from runner.laboratory.forgetting import forget
    from runner.laboratory.place import open_place
    from runner.ledger import Reserve
    from runner.privacy import seals, traces

    for what in found.made:
        traces.remove(what)
    private = sum(pool.withdraw(token) for pool in pools)
    for path in found.locked:  # before the ledger forgets whose they are; their seals, which the key opens, after it
        seals.erase(path.with_name(f"{path.name}.age"))
    for ledger, held in found.claims:
        if found.sessions and not isinstance(ledger, Reserve):
            place = open_place(data, ledger.url)
            forget(place, found.sessions, found.codes)
            place.close()
        for session in held:
            ledger.forget(session)  # which also empties the database's own journal
    for path, started in found.logs:
        sessions.withdraw(path, started, None)
    for path in found.locked:
        sessions.count_withdrawn(path, {"study": path.parents[1].name, "store": path.parent.name, "assigned": {}})
    return private


def _locked(folder: Path, held: list[str]) -> list[Path]:
    """The logs, by their names in the clear, of sessions that only the investigator can read; also what is left of one
    that was cut off while it was erased.
    """
    beside = [path for ending in (".age", ".token") for path in sorted(folder.glob(f"*/*.jsonl{ending}"))]
    there = dict.fromkeys(path.with_suffix("") for path in beside)
    return [path for path in there if path.stem in held and not path.is_file()]


def _claimed(ledgers: list["Ledger"], locked: list[Path]) -> Iterator[str]:
    """Whose these are, as the ledger knows."""
    for path in locked:
        claims = [ledger.find(path.name.removesuffix(".jsonl")) for ledger in ledgers]
        yield from (claim.participant for claim in claims if claim and claim.participant)


# ---------------------------------------------------------------- what there is of a participant


def _found(args: argparse.Namespace, study: str, token: str) -> _Found:
    from runner.privacy import seals, traces

    codes = {common.participant(args.participant)} if args.participant else set()
    opened = seals.opened(args.data / study, token) if token else []
    heads, unread = _heads(args.data / study)
    codes |= {started.participant for path, started in heads if path in opened}
    logs = sorted((each for each in heads if each[1].participant in codes), key=lambda each: each[0] in opened)
    made = traces.made([args.data, *traces.noted(args.data, study), *args.also], study) if logs or token else []
    locked = [path for path in opened if not path.is_file()]
    words = list(_own_words(path for path, _ in logs))
    return _Found(tuple(sorted(codes)), logs, unread, made, locked, words=words)


def _heads(folder: Path) -> tuple[list[tuple[Path, "SessionStarted"]], list[Path]]:
    """Every log with its head, in every store; and those whose head can't be read."""
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
        if records and isinstance(records[0], SessionStarted):
            found.append((path, records[0]))
        else:
            unread.append(path)
    return found, unread


def _own_words(logs: Iterator[Path]) -> Iterator[str]:
    """What the participant wrote, as it would stand in a table; a damaged log is erased without having been read."""
    from runner.errors import HistoryError
    from runner.log import read
    from runner.privacy.traces import own_words
    from runner.records import ScreenReplied

    for path in logs:
        try:
            yield from own_words(record.answer for record in read(path) if isinstance(record, ScreenReplied))
        except HistoryError:
            continue


def _claims(ledger: "Ledger", study: str, codes: tuple[str, ...]) -> list[str]:
    """The sessions for which the ledger knows the code, also those that gave their slot back."""
    stores = ("real", "pilot", "simulated")
    return [claim.session for store in stores for claim in ledger.claims(study, store) if claim.participant in codes]


# ---------------------------------------------------------------- what is told


def _told(participant: str, study: str, found: _Found) -> str:
    whose = f" of participant {participant!r}" if participant else " that this key belongs to"
    made = "".join(f"\n  {what.folder}" for what in found.made)
    also = f", and what was made of {study!r} (it can be made anew):{made}\n" if made else ""
    return f"{common.count(found.number, 'session')}{whose} in {study!r}{also}"


def _say(found: _Found, args: argparse.Namespace, study: str) -> None:
    from runner.privacy import traces

    print(f"erased: {common.count(found.number, 'session')} in {study}; a count of each stays, without any code")
    for what in found.made:
        print(f"removed, to be made anew with `vantage analyze` or `vantage export`: {what.folder}")
    print("make anew what was made of the data before and stands elsewhere: tables, reports, exports, copies")
    from runner.privacy import contacts

    if (contacts.folder(args.data) / study).is_dir():
        print("contact data, if any were left, are removed by whoever has a key: `vantage contacts remove`")
    for path in found.unread:
        print(f"could not be read, so look yourself whether it is theirs: {path}", file=sys.stderr)
    needles = [*found.codes, *found.sessions, *found.words]
    others = [path for path in traces.naming([args.data], needles) if path.suffix != ".jsonl"] if needles else []
    still = dict.fromkeys([*others, *(traces.naming(args.also, needles) if needles else [])])
    if still:
        print(f"the code still stands in {', '.join(map(str, still))}; delete what is not needed", file=sys.stderr)


def _receipt(args: argparse.Namespace, protocol: "Protocol", language: str, found: _Found, private: int) -> None:
    from runner.privacy.receipt import Receipt, keep

    materials = common.library(protocol, language)
    receipt = Receipt(
        title=protocol.title[language],
        language=language,
        day=date.today(),
        sessions=found.number,
        private=private,
        made=len(found.made),
        elsewhere=bool(protocol.apart) and not private,
    )
    lines = receipt.lines(materials.word, protocol.details_in(language).get("contact", ""))
    path = args.receipt or args.data.resolve().parent / "withdrawal-receipt.html"
    keep(path, receipt.page(lines))
    print("\n".join(["", *lines, "", f"as a page to hand over, and to delete then: {path}"]))


# ---------------------------------------------------------------- what is refused


def _unknown(participant: str, study: str, data: Path, unread: list[Path]) -> Exception:
    whose = f"participant {participant!r}" if participant else "this key"
    what = f"there is nothing of {whose} of {study!r} in {data}"
    also = f" ({common.count(len(unread), 'log')} could not be read)" if unread else ""
    if participant:
        return common.refusal("--participant", f"{what}{also}; check the code, the study and --data")
    advice = "check the key, the study and --data; after the announced day keys open nothing any more"
    return common.refusal("--token", f"{what}{also}; {advice}")


def _ask(what: str) -> None:
    """Go on only if the person at the terminal means it."""
    if not sys.stdin.isatty():
        raise common.refusal("--yes", f"{what} would be erased for good; add --yes if that is meant")
    print(f"{what} will be erased for good. Write yes to go on: ", end="", flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise common.refusal("withdraw", f"{what} stay as they are; write yes to erase them")
