"""`vantage withdraw`: who asks later to have the data deleted is erased from every session of a study."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.commands import common, withdrawn
from runner.commands.erasing import leave_out, ledgers_of, refuse_running
from runner.commands.withdrawn import Found
from runner.lines import UNFINISHED

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.privacy.pool import Pool
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
    common.add_also(parser, "more folders with results, datasets or copies; after PROTOCOL")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="the page to hand over (beside the data folder)")
    common.add_language(parser)
    parser.add_argument("--yes", action="store_true", help="don't ask whether that is meant")
    parser.add_argument("--look", action="store_true", help="say what would be erased, and erase nothing")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Erase what there is, and say what was done and what is still to be done."""
    from runner.commands.secrets import typed
    from runner.privacy import running, tokens
    from runner.station import settings

    protocol = common.read(args.protocol)
    language = common.language(protocol, args.language)
    token = tokens.parse(typed(args.token)) if args.token else ""
    found = _found(args, protocol.study, token)
    ledgers = ledgers_of(args.data, common.ledger_url(args.ledger, args.data))
    try:
        found.codes = tuple(sorted({*found.codes, *_claimed(ledgers, found.locked)}))
        found.claims = [(ledger, _claims(ledger, protocol.study, found.codes)) for ledger in ledgers]
        unreadable = _locked(args.data / protocol.study, found.sessions, {path for path, _ in found.logs})
        found.locked = list(dict.fromkeys([*found.locked, *unreadable]))
        here = {path.stem for path in (*(path for path, _ in found.logs), *found.locked)}
        found.claims, away = leave_out(found.claims, here, settings.read(args.data).station)
        pools, apart = _look_through(_pools(found.gathered, protocol), token, found, args.data.resolve())
        known = found.sessions or found.locked or apart
        if not known and not (args.look and args.json):  # or results would go for nothing
            if away:
                raise common.refusal("withdraw", f"{away}; erase them there")
            raise _unknown(args.participant, protocol.study, args.data, found.unread)
        refuse_running([*(path for path, _ in found.logs), *filter(running.stands, found.locked)])
        if args.look:
            withdrawn.say_look(found, args, protocol.study, away, apart)
            return 0
        if not args.yes:
            _ask(withdrawn.told(args.participant, protocol.study, found))
        private = _erase(found, args.data, token, pools)
    finally:
        for ledger in ledgers:
            ledger.close()
    return _tell(found, args, protocol, language, private, away)


def _tell(found: Found, args: argparse.Namespace, protocol: "Protocol", language: str, private: int, away: str) -> int:
    """What was done, and, unless some of it is still to be done elsewhere, the receipt."""
    done = withdrawn.done(found, args, protocol, private, away)
    if not args.json:
        withdrawn.say(done, protocol.study)
    lines: list[str] = []
    page: Path | None = None
    try:
        if not away:
            lines, page = withdrawn.receipt(args, protocol, language, found, private)
    finally:  # what was erased is told, even if the page can't be written
        if args.json:
            print(json.dumps({**done, "lines": lines, "receipt": str(page or "")}, ensure_ascii=False, indent=1))
    if page and not args.json:
        print("\n".join(["", *lines, "", f"as a page to hand over, and to delete then: {page}"]))
    return 2 if away else 0


def _pools(folders: list[Path], protocol: "Protocol") -> "list[Pool]":
    """Where a part of the participant's may lie that no code leads to: here, and where it was gathered."""
    from runner.privacy.apart import FOLDER
    from runner.privacy.pool import Pool

    until = protocol.deadline.day if protocol.deadline else None
    places = [(data, place) for data in folders for place in sorted((data / protocol.study).glob(f"*/{FOLDER}"))]
    return [Pool(data, protocol.study, place.parent.name, least=1, until=until) for data, place in places]


def _look_through(pools: "list[Pool]", token: str, found: Found, here: Path) -> "tuple[list[Pool], bool]":
    """The pools that could be looked through, and whether anything is there. A copy of another station's folder, whose
    key is not to leave that station, is told with what is missing.
    """
    from runner.errors import HistoryError

    looked: list[Pool] = []
    there = False
    for pool in pools:
        data = pool.folder.parents[2]
        try:
            there = bool(pool.find(token)) or there
            looked.append(pool)
        except HistoryError:
            if data.resolve() == here:
                raise
            found.missing = list(dict.fromkeys([*found.missing, data]))
            found.gathered = [folder for folder in found.gathered if folder != data]
    return looked, there


def _erase(found: Found, data: Path, token: str, pools: "list[Pool]") -> int:
    """Everything, in an order in which asking again finishes what was cut off: the log that says who goes last."""
    from runner import sessions
    from runner.laboratory.forgetting import forget
    from runner.laboratory.place import open_place
    from runner.ledger import Reserve
    from runner.privacy import seals, traces

    for what in found.made:
        traces.remove(what)
    private = len(set[str]().union(*(pool.find(token) for pool in pools)))  # as many, wherever copies were gathered
    for pool in pools:
        pool.withdraw(token)
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


def _locked(folder: Path, held: list[str], readable: set[Path]) -> list[Path]:
    """The logs, by their names in the clear, of sessions that nobody here can read: those for the investigator, what is
    left of one that was cut off while it was erased, and one under way whose key is gone.
    """
    endings = (".age", ".token", UNFINISHED)
    there = dict.fromkeys(path.with_suffix("") for end in endings for path in sorted(folder.glob(f"*/*.jsonl{end}")))
    return [path for path in there if path.stem in held and path not in readable and not path.is_file()]


def _claimed(ledgers: list["Ledger"], locked: list[Path]) -> Iterator[str]:
    """Whose these are, as the ledger knows."""
    for path in locked:
        claims = [ledger.find(path.name.removesuffix(".jsonl")) for ledger in ledgers]
        yield from (claim.participant for claim in claims if claim and claim.participant)


# ---------------------------------------------------------------- what there is of a participant


def _found(args: argparse.Namespace, study: str, token: str) -> Found:
    from runner.privacy import gathered, seals, traces

    folders, missing = gathered.everywhere([args.data, *args.also], study) if token else ([], [])
    codes = {common.participant(args.participant)} if args.participant else set()
    opened = seals.opened(args.data / study, token) if token else []
    heads, unread = _heads(args.data / study)
    codes |= {started.participant for path, started in heads if path in opened}
    logs = sorted((each for each in heads if each[1].participant in codes), key=lambda each: each[0] in opened)
    places = [args.data, *folders, *args.also]
    places += [noted for folder in (args.data, *folders) for noted in traces.noted(folder, study)]
    made = traces.made(places, study) if logs or token else []
    locked = [path for path in opened if path not in dict(heads)]
    words = list(_own_words(path for path, _ in logs))
    return Found(tuple(sorted(codes)), logs, unread, made, locked, words=words, gathered=folders, missing=missing)


def _heads(folder: Path) -> tuple[list[tuple[Path, "SessionStarted"]], list[Path]]:
    """Every log with its head, in every store; and those whose head can't be read."""
    from runner.privacy import running

    all_of_them = [each for store in sorted(folder.glob("*/")) for each in running.heads(store)]
    return [(path, head) for path, head in all_of_them if head], [path for path, head in all_of_them if not head]


def _own_words(logs: Iterator[Path]) -> Iterator[str]:
    """What the participant wrote, as it would stand in a table; a damaged log is erased without having been read."""
    from runner.errors import HistoryError
    from runner.privacy.running import read
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
