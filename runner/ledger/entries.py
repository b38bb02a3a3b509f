"""What a ledger is told of a slot, and what it tells of one."""

from attrs import frozen


@frozen(kw_only=True)
class Listing:
    """What of a protocol decides about a slot, kept beside the claim so that it can be verified."""

    protocol: str = ""  # SHA-256 of its text
    digest: str = ""  # of the allocation list: seed, blocks, factors and levels
    name: str = ""  # "" one person's own list, "groups", "in/<levels>" for the members of such groups
    group: int | None = None  # number of the group session


PLAIN = Listing()


@frozen(kw_only=True)
class Claim:
    """One session's hold on a slot."""

    session: str
    participant: str
    station: str
    stratum: str
    list: str
    slot: int
    attempt: int
    state: str  # live, done, returned; reserved: kept for a station that can't reach the server
    reason: str
    wave: str
    in_group: int | None
    epoch: int
    protocol: str
    digest: str
    head: str
    since: float  # seconds since 1970; 0: not known
