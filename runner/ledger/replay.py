"""The allocation drawn once more from its seed, and compared with what sessions got; and the balance so far."""

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from runner.assignment import levels, list_seed
from runner.declarations.protocols import read_protocol_text
from runner.errors import DeclarationError, HistoryError
from runner.ledger.claims import GROUPS, TAKING_PART
from runner.ledger.entries import Claim, Listing
from runner.lines import Content, content_of
from runner.protocol import Protocol
from runner.records import SessionEnded, SessionStarted

Levels = Mapping[str, str]
Block = tuple[str, str, str, int]  # stratum, list, wave, number from 0


def listing(protocol: Protocol, *, groups: bool = False, group: int | None = None, stratum: str = "") -> Listing:
    """What a claim keeps of a protocol: for one person, for whole `groups`, or for a member of group number `group`."""
    name = GROUPS if groups else ""
    if group is not None:
        together = _only(protocol, levels(protocol, 0, stratum=stratum, group=group), "session")
        name = f"in/{'+'.join(together.values())}"
    return Listing(protocol=protocol.sha256, digest=digest(protocol), name=name, group=group)


def digest(protocol: Protocol) -> str:
    """SHA-256 of all that decides who gets what: two protocols with the same one have the same allocation list."""
    factors = [[name, f.levels, f.unit] for name, f in protocol.factors.items() if f.unit != "wave"]
    return hashlib.sha256(json.dumps([list_seed(protocol), protocol.blocks, factors]).encode()).hexdigest()


def dealt(protocol: Protocol, claim: Claim) -> Levels:
    """The levels that the claim's list deals at its slot."""
    if claim.list == GROUPS:
        return _only(protocol, levels(protocol, 0, stratum=claim.stratum, group=claim.slot), "session")
    whole = levels(protocol, claim.slot, stratum=claim.stratum, group=claim.in_group)
    return whole if claim.in_group is None else _only(protocol, whole, "participant")


def block_size(protocol: Protocol, name: str) -> int:
    """Slots in one permuted block of a list."""
    unit = {"": ("participant", "session"), GROUPS: ("session",)}.get(name, ("participant",))
    size = protocol.blocks
    for factor in protocol.drawn.values():
        size *= len(factor.levels) if factor.unit in unit else 1
    return size


# ---------------------------------------------------------------- verify


@frozen(kw_only=True)
class Verified:
    """What a replay found."""

    claims: int  # claims looked at
    replayed: int  # of these, how many logs were compared with the list
    absent: int  # sessions whose log is not in the data folder
    blocks: int  # complete blocks, each of them balanced
    notes: tuple[str, ...] = ()  # what changed on the way, in sentences
    difference: str = ""  # the first one; empty: proved


def verify(protocol: Protocol, claims: Sequence[Claim], changes: Sequence[Mapping[str, Any]], data: Path) -> Verified:
    """Draw every slot anew from the seed, and compare it with the head of the session's log."""
    logs = {path.stem: path for path in sorted(data.rglob("*.jsonl"))}
    got: dict[Block, list[tuple[Claim, Levels]]] = defaultdict(list)
    replayed = absent = 0
    difference = _undeclared(protocol, claims, changes)
    for claim in claims:
        if difference:
            break
        if claim.state == "reserved" or not claim.participant:
            continue
        content, difference = _log_of(claim, logs)
        theirs, problem = _protocol_of(protocol, claim, content)
        difference = difference or problem or _differs(theirs, claim, content)
        replayed += content is not None
        absent += content is None and claim.list != GROUPS
        if claim.state in TAKING_PART and claim.digest in ("", digest(protocol)):
            number = claim.slot // block_size(protocol, claim.list)
            got[(claim.stratum, claim.list, claim.wave, number)].append((claim, _levels_of(protocol, claim, content)))
    whole = {block: found for block, found in got.items() if len(found) == block_size(protocol, block[1])}
    difference = difference or next(_unbalanced(protocol, whole), "")
    return Verified(
        claims=len(claims),
        replayed=replayed,
        absent=absent,
        blocks=len(whole),
        notes=tuple(_notes(protocol, claims, changes, logs)),
        difference=difference,
    )


def _log_of(claim: Claim, logs: Mapping[str, Path]) -> tuple[Content | None, str]:
    path = logs.get(claim.session)
    if path is None:
        return None, ""
    try:
        content = content_of(path.read_bytes(), path)
    except HistoryError as error:
        return None, str(error)
    if not content.records or not isinstance(content.records[0], SessionStarted):
        return None, f"{path}: doesn't begin with a session's head"
    if claim.state == "done" and claim.head and content.link.decode() != claim.head:
        return content, f"{path}: ends otherwise than when the session was finished; records were cut off or added"
    return content, ""


def _protocol_of(protocol: Protocol, claim: Claim, content: Content | None) -> tuple[Protocol, str]:
    """The protocol whose list the claim is from: today's, or after a declared change the one in its log."""
    if content is None or claim.digest in ("", digest(protocol)):
        return protocol, ""
    try:
        then = read_protocol_text(_head(content).protocol, f"session {claim.session}")
    except DeclarationError as error:
        return protocol, f"session {claim.session}: its protocol can't be read any more ({error.mistakes[0].what})"
    if digest(then) != claim.digest:
        return then, f"session {claim.session}: its log holds another allocation list than its claim"
    return then, ""


def _differs(protocol: Protocol, claim: Claim, content: Content | None) -> str:
    if content is None:
        return ""
    head = _head(content)
    expected = {"slot": claim.slot, "participant": claim.participant} | dict(
        levels(protocol, claim.slot, stratum=claim.stratum, group=claim.in_group)
    )
    found = {"slot": head.plan["slot"], "participant": head.participant} | dict(head.plan["assigned"])
    for name, value in expected.items():
        if found.get(name) != value:
            where = f"session {claim.session}, slot {claim.slot} of list {list_seed(protocol, claim.stratum)!r}"
            return f"{where}: {name} is {found.get(name)!r} in its log and {value!r} in the list"
    return ""


def _levels_of(protocol: Protocol, claim: Claim, content: Content | None) -> Levels:
    expected = dealt(protocol, claim)
    return {name: _head(content).plan["assigned"].get(name) for name in expected} if content else expected


def _unbalanced(protocol: Protocol, whole: Mapping[Block, list[tuple[Claim, Levels]]]) -> Iterator[str]:
    for (stratum, name, _, number), found in whole.items():
        for cell, times in Counter(tuple(got.items()) for _, got in found).items():
            if times != protocol.blocks:
                told = ", ".join(f"{factor}={level}" for factor, level in cell)
                where = f"block {number + 1} of list {'/'.join(filter(None, (list_seed(protocol, stratum), name)))!r}"
                yield f"{where}: {told} comes {times} times and not {protocol.blocks}"


def _undeclared(protocol: Protocol, claims: Sequence[Claim], changes: Sequence[Mapping[str, Any]]) -> str:
    first = next((claim.digest for claim in claims if claim.digest), "")
    now = changes[-1]["digest"] if changes else first
    if now and now != digest(protocol):
        return (
            f"the protocol's allocation list {list_seed(protocol)!r} (seed, blocks, factors or levels) is not the one "
            "that sessions took their slots from, and no change was recorded"
        )
    return ""


def _notes(
    protocol: Protocol, claims: Sequence[Claim], changes: Sequence[Mapping[str, Any]], logs: Mapping[str, Path]
) -> Iterator[str]:
    texts = Counter(claim.protocol for claim in claims if claim.protocol)
    for text, times in texts.items():
        if text != protocol.sha256:
            yield f"{times} sessions began under another text of the protocol ({text[:12]}); its list is kept with them"
    for change in changes:
        day = time.strftime("%Y-%m-%d", time.gmtime(change["since"]))
        yield f"since {day} slots come from another list: {change['reason']}"
    for claim in claims:
        if claim.state == "returned" and claim.session in logs:
            content, _ = _log_of(claim, logs)
            end = content.records[-1] if content else None
            if isinstance(end, SessionEnded) and end.how == "completed":
                yield f"session {claim.session} is complete, but its slot was returned ({claim.reason})"


def _head(content: Content) -> SessionStarted:
    head = content.records[0]
    assert isinstance(head, SessionStarted)
    return head


def _only(protocol: Protocol, found: Levels, unit: str) -> Levels:
    return {name: level for name, level in found.items() if protocol.drawn[name].unit == unit}


# ---------------------------------------------------------------- status


@frozen(kw_only=True)
class Balance:
    """How one list stands. Cells are counted in complete blocks alone: in an open one they would tell what comes."""

    stratum: str
    list: str
    wave: str
    done: int
    live: int
    reserved: int
    returned: int
    blocks: int  # complete
    open: int  # sessions in blocks that are not
    cells: tuple[Mapping[str, Any], ...] = field(factory=tuple)  # {"levels", "done", "live"}


def balance(protocol: Protocol, claims: Sequence[Claim]) -> list[Balance]:
    """The balance of every list that slots were taken from."""
    lists: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        lists[(claim.stratum, claim.list, claim.wave)].append(claim)
    return [_balance(protocol, *key, found) for key, found in sorted(lists.items())]


def _balance(protocol: Protocol, stratum: str, name: str, wave: str, claims: Sequence[Claim]) -> Balance:
    states = Counter(claim.state for claim in claims)
    size, held = block_size(protocol, name), [claim for claim in claims if claim.state in TAKING_PART]
    now = digest(protocol)
    held_now = [claim for claim in held if claim.digest in ("", now)]
    filled = Counter(claim.slot // size for claim in held_now)
    whole = {block for block, sessions in filled.items() if sessions == size}
    cells: dict[tuple[tuple[str, str], ...], Counter[str]] = defaultdict(Counter)
    for claim in held_now:
        if claim.slot // size in whole:
            cells[tuple(dealt(protocol, claim).items())][claim.state] += 1
    return Balance(
        stratum=stratum,
        list=name,
        wave=wave,
        done=states["done"],
        live=states["live"],
        reserved=states["reserved"],
        returned=states["returned"],
        blocks=len(whole),
        open=len(held) - size * len(whole),
        cells=tuple(
            {"levels": dict(cell), "done": counts["done"], "live": counts["live"]}
            for cell, counts in sorted(cells.items())
        ),
    )
