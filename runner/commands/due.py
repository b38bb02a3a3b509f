"""Whose turn it is for which wave: from the ledger and the logs, with codes and days and nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from runner.ledger import Claim
    from runner.protocol import Protocol


@frozen(kw_only=True)
class Turn:
    """A participant's next session: the days between which it is due, as the protocol says them; empty: any day."""

    participant: str
    wave: str
    first: str
    last: str
    late: bool


def turns(protocol: "Protocol", data: Path, url: str, today: date | None = None) -> list[Turn]:
    """Everybody who finished a wave and not yet the next one, the most urgent first."""
    from runner.ledger import Ledger

    ledger = Ledger(data, url)
    try:
        claims = ledger.claims(protocol.study)
    finally:
        ledger.close()
    held: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        if claim.state in ("live", "done") and claim.participant:
            held.setdefault(claim.participant, {})[claim.wave] = claim
    found = (
        turn for code, theirs in held.items() for turn in _turn(protocol, data, code, theirs, today or date.today())
    )
    return sorted(found, key=lambda turn: (turn.last or "9999", turn.participant))


def _turn(protocol: "Protocol", data: Path, code: str, theirs: "dict[str, Claim]", today: date) -> Iterator[Turn]:
    after = next((wave for wave in protocol.waves if wave not in theirs), "")
    before = protocol.waves[: protocol.waves.index(after)] if after else ()
    if not before or theirs[before[-1]].state != "done":
        return
    days, last = protocol.factors[protocol.wave].days, _held_on(data, protocol.study, theirs[before[-1]])
    if days is None or last is None:
        yield Turn(participant=code, wave=after, first="", last="", late=False)
        return
    first, until = (last + timedelta(days=number) for number in days)
    yield Turn(participant=code, wave=after, first=first.isoformat(), last=until.isoformat(), late=today > until)


def _held_on(data: Path, study: str, claim: "Claim") -> date | None:
    """The day of a session: as its log says, or by the ledger's clock where the log stands on another machine."""
    from runner.sessions import log_path
    from runner.waves import held_on

    log = log_path(data, study, "real", claim.session)
    if log.is_file():
        return held_on(log)
    return date.fromtimestamp(claim.since) if claim.since else None
