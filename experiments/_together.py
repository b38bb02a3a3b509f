"""What tasks share in a group session: who is there, what is displayed of the others, and what is told of oneself."""

from collections import Counter
from collections.abc import Iterable

from runner.screens import Board, Mark
from runner.tasks import Past

POINT = "choices"  # the point of the session at which choices are told as they are made


def company(past: Past) -> tuple[int, ...]:
    """The seats of the others, as the last gathering found them; nobody before one, or in a session of one person."""
    found: tuple[int, ...] = ()
    for each in past:
        if each.task == "gathering":
            found = each.outcome.others
    return found


def gathered(past: Past) -> bool:
    """Has this session been one of a group?"""
    return any(each.task == "gathering" for each in past)


def board(past: Past, number: int) -> tuple[Mark, ...]:
    """The board on the screen of choice `number` (from 1), from the announcement of a display or of a feed on."""
    for each in reversed(past):
        if each.task == "live_display":
            return (Board(point=POINT, heading=each.given.heading, rows=each.given.rows, tells=True),)
        if each.task == "simulated_feed":
            return (Board(point=POINT, heading=each.given.heading, rows=each.given.rows, script=_due(each, number)),)
    return ()


def _due(feed: object, number: int) -> tuple[tuple[float, str, str], ...]:
    """The script for one choice: entries of earlier ones stand there at once."""
    entries = feed.given.entries  # type: ignore[attr-defined]
    return tuple(
        (entry.after if entry.choice == number else 0.0, entry.name, entry.text)
        for entry in entries
        if entry.choice <= number
    )


def counted(acts: Iterable[str]) -> tuple[str, ...]:
    """Each act once, in the order in which it came first, with how often it was picked."""
    return tuple(f"{times} \N{MULTIPLICATION SIGN} {act}" if times > 1 else act for act, times in Counter(acts).items())
