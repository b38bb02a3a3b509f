"""What `vantage withdraw` tells: what there is of a participant, what was erased, and the receipt."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from runner.commands import common

if TYPE_CHECKING:
    from runner.ledger import Ledger
    from runner.privacy.traces import Made
    from runner.protocol import Protocol
    from runner.records import SessionStarted


@define
class Found:
    """All that there is of one participant."""

    codes: tuple[str, ...]
    logs: list[tuple[Path, "SessionStarted"]]
    unread: list[Path]
    made: "list[Made]"
    locked: list[Path] = field(factory=list)  # logs that only their keepers can read; their sessions are known by name
    claims: list[tuple["Ledger", list[str]]] = field(factory=list)
    words: list[str] = field(factory=list)
    gathered: list[Path] = field(factory=list)  # data folders that were looked through for parts that no code leads to
    missing: list[Path] = field(factory=list)  # and those that could not be

    @property
    def number(self) -> int:
        """Sessions whose answers are there."""
        return len(self.logs) + len(self.locked)

    @property
    def sessions(self) -> list[str]:
        claimed = [session for _, sessions in self.claims for session in sessions]
        return list(dict.fromkeys([*(started.session for _, started in self.logs), *claimed]))


def told(participant: str, study: str, found: Found) -> str:
    """What would go, in words."""
    whose = f" of participant {participant!r}" if participant else " that this key belongs to"
    made = "".join(f"\n  {what.folder}" for what in found.made)
    also = f", and what was made of {study!r} (it can be made anew):{made}\n" if made else ""
    return f"{common.count(found.number, 'session')}{whose} in {study!r}{also}"


def say_look(found: Found, args: argparse.Namespace, study: str, away: str, apart: bool) -> None:
    """What there is; that there is nothing is told to programs only. `apart`: in a part that was kept so."""
    if not args.json:
        print(f"{told(args.participant, study, found)} would be erased for good{away and f'; {away}'}")
        for folder in found.missing:
            print(f"theirs may also be in {folder}, which can't be looked through now", file=sys.stderr)
        return
    there = {"sessions": found.number, "claimed": len(found.sessions), "apart": apart, "away": away}
    kept = {"made": [str(what.folder) for what in found.made], "unread": [str(path) for path in found.unread]}
    print(json.dumps({**there, **kept, **_places(found, args)}, ensure_ascii=False, indent=1))


def _places(found: Found, args: argparse.Namespace) -> Mapping[str, list[str]]:
    """The other folders that parts were gathered from or into: looked through, and not there."""
    gathered = [str(folder) for folder in found.gathered if folder != args.data.resolve()]
    return {"gathered": gathered, "missing": [str(folder) for folder in found.missing]}


def done(found: Found, args: argparse.Namespace, protocol: "Protocol", private: int, away: str) -> Mapping[str, Any]:
    """What was erased, and what is still to do by somebody."""
    from runner.privacy import contacts, traces

    needles = [*found.codes, *found.sessions, *found.words]
    others = [path for path in traces.naming([args.data], needles) if path.suffix != ".jsonl"] if needles else []
    still = dict.fromkeys([*others, *(traces.naming(args.also, needles) if needles else [])])
    return {
        "erased": found.number,
        "made": [str(what.folder) for what in found.made],
        "contacts": (contacts.folder(args.data) / protocol.study).is_dir(),
        "unread": [str(path) for path in found.unread],
        "still": [str(path) for path in still],
        "apart": bool(protocol.apart) and not private,  # something may be left there
        **_places(found, args),
        "until": protocol.withdraw_until,
        "away": away,
    }


def receipt(
    args: argparse.Namespace, protocol: "Protocol", language: str, found: Found, private: int
) -> tuple[list[str], Path]:
    """The receipt's sentences, and where it now is as a page."""
    from runner.privacy.receipt import Receipt, keep

    materials = common.library(protocol, language)
    made = Receipt(
        title=protocol.title[language],
        language=language,
        day=date.today(),
        sessions=found.number,
        private=private,
        made=len(found.made),
        elsewhere=bool(protocol.apart) and not private,
        copied=bool(found.missing),
    )
    lines = made.lines(materials.word, protocol.details_in(language).get("contact", ""))
    path = args.receipt or args.data.resolve().parent / "withdrawal-receipt.html"
    keep(path, made.page(lines))
    return lines, path


def say(done: Mapping[str, Any], study: str) -> None:
    """The same in words."""
    print(f"erased: {common.count(done['erased'], 'session')} in {study}; a count of each stays, without any code")
    for folder in done["made"]:
        print(f"removed, to be made anew with `vantage analyze` or `vantage export`: {folder}")
    print("make anew what was made of the data before and stands elsewhere: tables, reports, exports, copies")
    if done["contacts"]:
        print("contact data, if any were left, are removed by whoever has a key: `vantage contacts remove`")
    for path in done["unread"]:
        print(f"could not be read, so look yourself whether it is theirs: {path}", file=sys.stderr)
    if done["still"]:
        print(f"the code still stands in {', '.join(done['still'])}; delete what is not needed", file=sys.stderr)
    for folder in done["gathered"]:
        also = "if it is a copy, do the same where it is from"
        print(f"looked through, too, since parts were gathered: {folder}; {also}")
    for folder in done["missing"]:
        there = Path(folder).is_dir()
        why = "whose key isn't on this machine (delete it if it is a copy)" if there else "which isn't there now"
        what = f"parts were gathered from or into {folder}, {why}, and theirs may still be in it"
        by = done["until"] and f", by {done['until']}"
        print(f"{what}: run the same command with --data {folder} where it is{by}", file=sys.stderr)
    if done["apart"]:
        print("a part that was kept apart is found by its participant's own key alone, in time: see --token")
    if done["away"]:
        print(f"vantage withdraw: {done['away']}; erase them there, too, where the receipt is printed", file=sys.stderr)
