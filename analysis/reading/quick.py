"""A log that nothing is wrong with, read in one go; for every other one the answer is None, and `runner.log` says why.

The chain is verified over all lines; then one call decodes them, into structs that hold only what the tables need.
Numbers are as in `runner.lines`: a line ends in `,"h":"<32 hex digits>"}`.
"""

import hashlib
from typing import Any

import msgspec

from analysis.reading.seen import Planned, Seen, Shown, ways_out
from runner import records

_RESUMED = b'"kind":"session_resumed"'


class Head(msgspec.Struct, tag_field="kind", tag=records.SessionStarted.kind, gc=False):
    """`session_started` without the text of the protocol."""

    session: str
    store: str
    study: str
    participant: str
    station: str
    protocol_sha256: str
    plan_digest: str
    plan: Planned
    versions: dict[str, str]
    stage: dict[str, Any]
    at: str
    utc_offset: int
    materials: dict[str, str] = {}
    respondent: str = ""
    group: str = ""


class Begun(msgspec.Struct, tag_field="kind", tag=records.TrialStarted.kind, gc=False):
    """`trial_started`."""

    trial: str


class Done(msgspec.Struct, tag_field="kind", tag=records.TrialEnded.kind, gc=False):
    """`trial_ended`; the outcome stays JSON."""

    trial: str
    outcome: msgspec.Raw


class Left(msgspec.Struct, tag_field="kind", tag=records.SessionLeft.kind, gc=False):
    """`session_left`."""

    trial: str
    reason: str


class Over(msgspec.Struct, tag_field="kind", tag=records.SessionEnded.kind, gc=False):
    """`session_ended`."""

    how: str
    at: str


_KINDS = (Head, Begun, Shown, Done, Left, Over)
_DECODER = msgspec.json.Decoder(Head | Begun | Shown | Done | Left | Over)


def quick(content: bytes) -> Seen | None:
    """The session of a log's bytes; None when there is a break, a torn line or anything else to it."""
    if not content.endswith(b"\n") or _RESUMED in content or not _is_whole(content):
        return None
    try:
        head, *rest = _DECODER.decode_lines(content)
    except msgspec.MsgspecError:
        return None
    if not isinstance(head, Head):
        return None
    of: dict[type, list[Any]] = {kind: [] for kind in _KINDS}
    for record in rest:
        of[type(record)].append(record)
    if of[Head]:
        return None
    shown, left, over = of[Shown], of[Left], of[Over]
    return Seen(
        head=head,
        plan=head.plan,
        shown=shown,
        clocks=[0] * len(shown),
        begun=[record.trial for record in of[Begun]],
        outcomes={record.trial: record.outcome for record in of[Done]},
        left=left[0] if left else None,
        end=over[0] if over else None,
        n_resumed=0,
        **ways_out(shown),
    )


def _is_whole(content: bytes) -> bool:
    """Does every line have the link that its text and the line before it give?"""
    lines = content.split(b"\n")
    lines.pop()
    sha256, link = hashlib.sha256, b""
    for line in lines:
        said = line[-40:]
        true = sha256(link + line[:-40]).hexdigest()[:32].encode()
        if said != b',"h":"' + true + b'"}':
            return False
        link = true
    return True
