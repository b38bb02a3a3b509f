"""What a protocol says of how long data can be taken back, and of how they are locked: what can't be had together."""

from runner.deadline import Deadline
from runner.declarations.nodes import shown
from runner.declarations.rules import Found
from runner.protocol import Protocol


def undated(protocol: Protocol) -> Found:
    """Until when data can be taken back is told once, and in a form that programs keep to."""
    if not protocol.withdraw_until:
        return
    try:
        deadline = Deadline.parse(protocol.withdraw_until)
    except ValueError as error:
        yield ("withdraw_until",), f"{error}, but is {shown(protocol.withdraw_until)}; correct it"
        return
    if "withdraw_until" in protocol.details:
        what = "'withdraw_until' is told here and at the top of the protocol"
        yield ("details", "withdraw_until"), f"{what}; delete it here"
    if deadline.days and (protocol.identity == "unlinkable" or protocol.apart):
        what = "days after each session would be a date in each record kept apart, which tells when it was made"
        yield ("withdraw_until",), f"{what}; write one date for all, such as 2027-03-15"


def unkept(protocol: Protocol) -> str:
    """What is wrong with a day that is told to participants alone; empty where there is none."""
    if protocol.withdraw_until or "withdraw_until" not in protocol.details:
        return ""
    what = "'withdraw_until' is told to participants here, and no program keeps to it: keys would open data for ever"
    return f"{what}; write 'withdraw_until: 2027-03-15', or '30 days', at the top of the protocol instead"


def unlocked(protocol: Protocol) -> Found:
    """What can't be had together with locked logs."""
    if protocol.high_risk and protocol.wave:
        what = "a later session reads the earlier ones, which 'high_risk' locks away from the station"
        yield ("factors", protocol.wave, "unit"), f"{what}; let everyone come once"
    if protocol.high_risk and protocol.identity == "shown":
        yield ("identity",), "nobody's choices are shown in a study with 'high_risk'; write 'coded' or 'unlinkable'"
