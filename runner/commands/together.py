"""Taking a seat in a group session, for run, pilot and resume."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from runner.errors import MachineError, VantageError

if TYPE_CHECKING:
    from runner.laboratory.room import Room
    from runner.ledger import Ledger, Listing
    from runner.protocol import Protocol
    from runner.records import SessionStarted


NOBODY = "nobody's session could begin"  # why a group session's number goes back


@frozen(kw_only=True)
class Table:
    """Where a participant sits: the company, and the number of the group session in the allocation."""

    room: "Room"
    number: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--group and --seats."""
    parser.add_argument("--group", default="", metavar="CODE", help="the group session that this one is part of")
    parser.add_argument("--seats", type=int, default=0, metavar="N", help="how many are expected in it")


def asked(protocol: "Protocol", code: str, seats: int, store: str) -> int:
    """How many are expected in the group session; 0 for a session of one person. Refuses what doesn't fit."""
    from runner.commands import common

    if protocol.group is None:
        if code or seats:
            raise common.refusal("--group", f"everyone comes alone in {protocol.study}; leave it out")
        return 0
    least, most = protocol.group.seats
    if not code:
        if store == "real":
            what = f"{protocol.study} is held in groups of {least} to {most}; say which one this is, such as --group A"
            raise common.refusal("--group", what)
        return 0
    common.participant(code)  # safe in every file and formula, too
    wanted = seats or most
    if not least <= wanted <= most:
        raise common.refusal("--seats", f"{protocol.study} is held in groups of {least} to {most}, got {wanted}")
    return wanted


def sit_down(
    protocol: "Protocol",
    data: Path,
    url: str,
    *,
    store: str,
    stratum: str,
    code: str,
    seats: int,
    session: str,
    station: str,
    language: str = "",
    levels: Mapping[str, str] | None = None,
    start: str = "",
    ledger: "Ledger | None" = None,
) -> Table:
    """A seat at the group session's table, and the number of its condition.

    A station of which `language`, protocol, `start` (the phase with which a pilot begins), or one of the `levels` that
    all share differs from the others' is refused.
    """
    from runner.laboratory import joining
    from runner.laboratory.place import open_place
    from runner.laboratory.room import Room

    assert protocol.group is not None
    told = ", ".join(f"{name}={level}" for name, level in sorted((levels or {}).items()))
    terms = joining.Terms(protocol=protocol.sha256, language=language, levels=told, start=start)
    place = open_place(data, url)
    try:
        gathering = joining.join(place, protocol.study, store, code, seats, session, station, terms)
        try:
            number = 0
            if ledger is not None:
                number = ledger.claim_group(protocol.study, store, stratum, gathering.id, "", _listing(protocol))
                claim = ledger.find(gathering.id)
                if claim and claim.stratum != stratum:  # each stratum has a list of groups of its own
                    what = f"group session {code!r} is one of stratum {claim.stratum!r}, not of {stratum!r}"
                    raise MachineError(f"{what}; people of one stratum come together")
            return Table(room=Room(data, url, gathering, session, dropped=protocol.group.dropped), number=number)
        except VantageError:
            if joining.give_up(place, gathering.id, session) and ledger is not None:
                ledger.give_back(gathering.id, NOBODY)
            raise
    finally:
        place.close()


def shared(protocol: "Protocol", cell: Mapping[str, str], wave: str = "") -> Mapping[str, str]:
    """What all at a table share of a pilot's cell: the wave, and the factors whose unit is the session."""
    from runner.assignment import levels

    waves = {protocol.wave: wave or protocol.waves[0]} if protocol.wave else {}
    together = {name for name, factor in protocol.factors.items() if factor.unit in ("session", "wave")}
    drawn = {**levels(protocol, 0, group=0), **waves, **cell}
    return {name: level for name, level in drawn.items() if name in together}


@contextmanager
def seated(table: "Table | None", ledger: "Ledger | None" = None) -> Iterator[None]:
    """A session that can't begin for whatever reason gives its seat back, or the others would wait for nobody; where
    there are no others, the group session's number goes back, too.
    """
    try:
        yield
    except BaseException:
        if table:
            table.room.close("gone")
            table.room.end()
            if table.room.vanished and ledger is not None:
                with suppress(VantageError):  # why it can't begin is what has to be said
                    ledger.give_back(table.room.id, NOBODY)
        raise


def sit_down_again(data: Path, url: str, started: "SessionStarted", dropped: str) -> "Room | None":
    """The seat of a session that goes on; None when its group session is over, and everyone else has gone."""
    from runner.laboratory import gatherings
    from runner.laboratory.place import open_place
    from runner.laboratory.room import Room
    from runner.ledger import UnreachableError

    try:
        place = open_place(data, url)
        try:
            gathering = gatherings.again(place, started.group, started.session)
        finally:
            place.close()
    except UnreachableError as error:
        what = f"session {started.session} belongs to a group session, which it finds again only by the server"
        raise MachineError(f"{what}: {error}; continue it when the server is back, nothing of it is lost") from None
    return Room(data, url, gathering, started.session, dropped=dropped) if gathering else None


def conclude(room: "Room", ledger: "Ledger", how: str) -> None:
    """The group session's number is used up once anybody came to the end, and given back when everyone has left."""
    from runner.ledger import UnreachableError

    room.end()
    try:
        if how == "completed":
            ledger.finish(room.id, "")
        elif room.everyone_left():
            ledger.give_back(room.id, "everyone left")
    except UnreachableError:
        pass  # `ledger status` shows it as live, and whoever is in charge returns it


def _listing(protocol: "Protocol") -> "Listing":
    from runner.ledger.replay import listing

    return listing(protocol, groups=True)
